/*
 * What a language model is asked about a case, and what is believed of its answer.
 */
#ifndef GATEWAY_ADVISER_QUESTION_H
#define GATEWAY_ADVISER_QUESTION_H

#include "store/learned/advice.h"

enum { ANSWER_MOST = 256 * 1024 /* octets */ };

/*
 * The text as it may be handed to another program: numbers of three digits or more and what looks like a
 * person's name are masked. NULL: the name may still stand there. From mem; name "" when unknown.
 */
const char *question_text(void *mem, const char *text, const char *name);

/* The body of a request for a chat completion, from mem. */
const char *question_body(void *mem, const char *model, const char *rules, const char *text);

/*
 * Reads the answer to a question about this text. Only our own classes and topics count, and only with a
 * quote that stands in the text: otherwise advice->is_usable is false. Whatever else it says is nothing to
 * us. Strings from mem.
 */
void question_read(void *mem, const char *answer, const char *text, struct case_advice *advice);

#endif
