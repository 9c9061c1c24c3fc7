/*
 * The questions of `xiangyin setup`, answered by a file or by the person at the terminal.
 */
#ifndef GATEWAY_COMMAND_SETUP_ANSWERS_H
#define GATEWAY_COMMAND_SETUP_ANSWERS_H

#include <stdbool.h>

struct answers;

/* path: a file of lines KEY = ANSWER, # begins a comment; NULL: everything is asked on standard input. NULL
 * after saying why, also when a key is not one of keys (separated by spaces). */
struct answers *answers_open(void *mem, const char *path, const char *keys);

/*
 * The answer to a question. Without a terminal, what the file lacks is the preset; NULL, after saying which
 * key is missing, where that is NULL too. question is shown on a terminal, with the preset behind it.
 */
const char *answers_ask(struct answers *answers, const char *key, const char *question, const char *preset);

/* After saying what was wrong with the last answer: whether the question can be asked again. */
bool answers_may_ask_again(const struct answers *answers);

#endif
