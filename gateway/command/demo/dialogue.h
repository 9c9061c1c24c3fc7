/*
 * Dialogue files: who says what, and what each then hears. The demonstration plays one, and so do the tests;
 * tests/dialogues/README says what may stand in one.
 */
#ifndef GATEWAY_COMMAND_DEMO_DIALOGUE_H
#define GATEWAY_COMMAND_DEMO_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dialogue_kind {
    DIALOGUE_SAYS,
    DIALOGUE_SAYS_TWICE,
    DIALOGUE_HEARS,
    DIALOGUE_SILENCE,
    DIALOGUE_TIME,
    DIALOGUE_OFF,
    DIALOGUE_ON,
    DIALOGUE_NOTE
};

struct dialogue_step {
    enum dialogue_kind kind;
    int line; /* of the file */
    const char *who, *phone;
    const char *words; /* text, pattern, time or note */
};

struct dialogue_role {
    const char *who, *phone;
};

struct dialogue {
    const char *path;
    struct dialogue_step *steps;
    struct dialogue_role *roles;
    size_t n_steps, n_roles;
    const char *units, *people, *routes, *settings; /* lines, each with its end; "" none */
};

/*
 * Reads a whole file's text; path names it in what is said and is where county: is looked for. NULL: *error
 * is "FILE:LINE: what is wrong", from mem.
 */
struct dialogue *dialogue_read(void *mem, const char *path, const char *text, const char **error);

/* The same of a file. */
struct dialogue *dialogue_load(void *mem, const char *path, const char **error);

/* dialogue_pattern.c: the names in braces and what they stand for. */
struct dialogue_names;
struct dialogue_names *dialogue_names_new(void *mem);

/* words with every known {name} put in; from mem. */
char *dialogue_fill(void *mem, const struct dialogue_names *names, const char *words);

/* Whether a text fits a pattern; keeps the names of one that does. */
bool dialogue_matches(struct dialogue_names *names, const char *pattern, const char *text);

/* dialogue_moment.c: the moment that the words of an @ line mean when it is now. False: they mean none. */
bool dialogue_moment(const char *words, int64_t now, int64_t *moment);

#endif
