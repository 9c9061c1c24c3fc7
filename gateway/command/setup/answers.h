/*
 * The questions of `xiangyin setup`: their answers come from a file or from the person at the terminal.
 */
#ifndef GATEWAY_COMMAND_SETUP_ANSWERS_H
#define GATEWAY_COMMAND_SETUP_ANSWERS_H

#include <stdbool.h>

struct answers;

/* path: a UTF-8 file of lines KEY = ANSWER, # begins a comment; NULL: all questions are asked on standard
 * input. keys: the allowed keys, separated by spaces. NULL after printing why. From mem. */
struct answers *answers_open(void *mem, const char *path, const char *keys);

/*
 * The answer to a question, which a terminal shows with the preset behind it. Without a terminal, a key that
 * the file lacks gets the preset; if that is NULL, prints which key is missing and returns NULL.
 */
const char *answers_ask(struct answers *answers, const char *key, const char *question, const char *preset);

/* The answer that the file has for key; NULL: none, and nobody is asked. */
const char *answers_given(const struct answers *answers, const char *key);

/* Whether a wrong answer can be asked for again, because a person gave the last one. */
bool answers_may_ask_again(const struct answers *answers);

#endif
