/*
 * One-time codes of six digits. Only a salted hash is kept, bound to phone, case and action.
 */
#ifndef GATEWAY_CONVERSATION_CODE_H
#define GATEWAY_CONVERSATION_CODE_H

#include "store/questions.h"

enum { CODE_SIZE = 7 };

/* A fresh code. False: the system has no random numbers. */
bool code_new(char code[CODE_SIZE]);

/* The hash of a code for this confirmation, with a salt of its own; from mem. NULL: no random numbers. */
const char *code_hash(void *mem, const struct confirmation *confirmation, const char *code);

/* Whether this is the code whose hash the confirmation holds. */
bool code_is_right(void *mem, const struct confirmation *confirmation, const char *code);

#endif
