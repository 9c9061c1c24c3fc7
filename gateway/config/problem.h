/*
 * What is wrong with a configuration: a list that every part of the check adds to.
 */
#ifndef GATEWAY_CONFIG_PROBLEM_H
#define GATEWAY_CONFIG_PROBLEM_H

#include "gateway/config.h"

struct problems {
    void *mem;
    const char *path; /* as it stands in front of every line */
    struct config_problem *list;
    size_t n, errors;
};

void problems_begin(struct problems *problems, void *mem, const char *path);

/* line 0: the file as a whole. */
void problem_error(struct problems *problems, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void problem_warning(struct problems *problems, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* In order of line; what was found first stands first on its line. */
void problems_sort(struct problems *problems);

#endif
