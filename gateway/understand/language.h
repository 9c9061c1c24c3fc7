/*
 * What is known of Chinese and of people's texts in any county: the tables of a directory, and the model. It
 * takes long to read and does not change, so one serves each understanding made of it.
 */
#ifndef GATEWAY_UNDERSTAND_LANGUAGE_H
#define GATEWAY_UNDERSTAND_LANGUAGE_H

struct language;

/* lexicons: a directory whose files replace those of templates/lexicon/; NULL: none. Threads may share it.
 * NULL: *error says why (from mem or a constant string). */
struct language *language_new(void *mem, const char *lexicons, const char **error);

#endif
