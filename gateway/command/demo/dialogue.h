/*
 * Dialogue files: who says what, and what each then hears. The demonstration plays one, and so do the tests;
 * tests/dialogues/README describes the format.
 */
#ifndef GATEWAY_COMMAND_DEMO_DIALOGUE_H
#define GATEWAY_COMMAND_DEMO_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dialogue_kind {
    DIALOGUE_SAYS,
    DIALOGUE_SAYS_TWICE,
    DIALOGUE_CALLS,
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
    const char *words; /* text, pattern, time or note; of a call what is pressed and played (caller.h) */
};

struct dialogue_role {
    const char *who, *phone;
};

struct dialogue {
    const char *path;
    struct dialogue_step *steps;
    struct dialogue_role *roles;
    size_t n_steps, n_roles;
    const char *units, *people, *routes, *settings; /* lines, each with its newline; "": none */
};

/*
 * Parses a file's text. path is its name in errors; "county:" files are relative to it. NULL: *error is
 * "FILE:LINE: what is wrong", from mem.
 */
struct dialogue *dialogue_read(void *mem, const char *path, const char *text, const char **error);

/* Whether anybody calls. */
bool dialogue_has_calls(const struct dialogue *dialogue);

/* Reads and parses a file. */
struct dialogue *dialogue_load(void *mem, const char *path, const char **error);

/* dialogue_pattern.c: the values of the {names} in patterns. */
struct dialogue_names;
struct dialogue_names *dialogue_names_new(void *mem);

/* words with every known {name} replaced by its value; from mem. */
char *dialogue_fill(void *mem, const struct dialogue_names *names, const char *words);

/* Whether a text matches a pattern; if so, keeps the values of its names. */
bool dialogue_matches(struct dialogue_names *names, const char *pattern, const char *text);

/* dialogue_moment.c: the time (unix seconds) that the words of an @ line mean, counted from now. False:
 * invalid. */
bool dialogue_moment(const char *words, int64_t now, int64_t *moment);

#endif
