/*
 * The errors and warnings of a configuration, collected while it is read.
 */
#ifndef GATEWAY_CONFIG_PROBLEM_H
#define GATEWAY_CONFIG_PROBLEM_H

#include "gateway/config.h"

struct problems {
    void *mem;
    const char *path; /* starts every line */
    struct config_problem *list;
    size_t n, errors;
};

/* path is not copied; the list and its texts are allocated from mem. */
void problems_begin(struct problems *problems, void *mem, const char *path);

/* The words of config_speak for a message or format. */
const char *problem_words(const char *english) __attribute__((format_arg(1)));

/* Adds one; line 0: the file as a whole. The format is translated here. */
void problem_error(struct problems *problems, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void problem_warning(struct problems *problems, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sorts by line; problems of one line stay in the order they were found. */
void problems_sort(struct problems *problems);

#endif
