/*
 * Subcommands: one file each, which ends with its struct command, and one row each in subcommands.c.
 */
#ifndef GATEWAY_COMMAND_COMMAND_H
#define GATEWAY_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { EXIT_WRONG_USE = 2 }; /* beside EXIT_SUCCESS 0 and EXIT_FAILURE 1 */

/* usage is what --help prints: the forms, then a line for each option. argv[0] is the subcommand's name. */
struct command {
    const char *name;
    const char *summary;
    const char *usage;
    int (*run)(int argc, char **argv);
};

/* Finds the subcommand in all, which ends with NULL, answers --help, takes -c FILE out of argv wherever it
 * stands, and runs it. */
int command_main(const struct command *const *all, int argc, char **argv);

/* "xiangyin NAME: words" and how to get help, on standard error. Returns EXIT_WRONG_USE. */
int command_wrong_use(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "xiangyin NAME: words" on standard error. Returns EXIT_FAILURE. */
int command_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints a new token, and on standard error that it is shown only now. Returns EXIT_SUCCESS. */
int command_show_token(const char *token);

/* Path given with -c; NULL when none. */
const char *command_config_path(void);

/*
 * Options by table: takes what it knows out of argv, wherever it stands. A flag has only is_set. After "--"
 * nothing is an option. False after saying what is wrong. "-" alone is an argument.
 */
struct option_spec {
    const char *name;   /* "--json" */
    bool *is_set;       /* may be NULL when value is not */
    const char **value; /* NULL for a flag */
};
bool command_options(int *argc, char **argv, const struct option_spec *specs, size_t n);

/* What a subcommand's first argument may be: list, show ... */
struct verb {
    const char *name;
    int (*run)(void *mem, int argc, char **argv); /* argv[0] is the verb; mem is gone afterwards */
};
/* Runs the verb that argv[1] names. Its exit code, EXIT_WRONG_USE when it is none of these. */
int command_verb(int argc, char **argv, const struct verb *verbs, size_t n);

/* Reads a line of any length, without its newline, from mem. NULL at the end of the file. */
char *command_read_line(void *mem, FILE *in);

/* version.c: what --version prints, as the Makefile found it: "0.9.0" or what git describes. */
extern const char command_version[];

#endif
