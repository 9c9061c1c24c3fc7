/*
 * Words of the lexicon, texts and limits that the operator keeps: which may be kept, and what is kept.
 */
#ifndef GATEWAY_KEEP_VALUES_H
#define GATEWAY_KEEP_VALUES_H

#include "gateway/turn/turn.h"

/* For keeping.c: reads and writes what is kept of a kind ("word", "class", "danger", "text", "limit") under a
 * key. read leaves *value alone where nothing is kept. False: turn_error says why. */
bool values_read(struct turn *turn, const char *kind, const char *key, const char **value);
/* value "": nothing is kept any more. */
bool values_write(struct turn *turn, const char *kind, const char *key, const char *value);

/* What is wrong with a value, in a few words or the variable's name, from the turn; NULL: nothing. */
const char *values_wrong(struct turn *turn, const char *kind, const char *key, const char *value);

#endif
