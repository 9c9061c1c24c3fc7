/*
 * Subcommands: one file each, which ends with its struct command, and one row each in table.c.
 */
#ifndef GATEWAY_COMMAND_COMMAND_H
#define GATEWAY_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "gateway/config.h"
#include "store/store.h"

enum { EXIT_WRONG_USE = 2 }; /* beside EXIT_SUCCESS 0 and EXIT_FAILURE 1 */

/* usage is what --help prints: the forms, then a line for each option. argv[0] is the subcommand's name. */
struct command {
    const char *name;
    const char *summary;
    const char *usage;
    int (*run)(int argc, char **argv);
};

/* Every subcommand, in the order of the summary; ends with NULL. */
extern const struct command *const commands[];

/* Finds the subcommand in all, which ends with NULL, answers --help, takes -c FILE out of argv wherever it
 * stands, and runs it. */
int command_main(const struct command *const *all, int argc, char **argv);

/* "xiangyin NAME: words" and how to get help, on standard error. Returns EXIT_WRONG_USE. */
int command_wrong_use(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "xiangyin NAME: words" on standard error. Returns EXIT_FAILURE. */
int command_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The configuration named by -c, or the default; NULL after saying every problem (use EXIT_WRONG_USE). Sets
 * the timezone. */
struct config *command_config(void *mem);
/* The same of another file. */
struct config *command_config_at(void *mem, const char *path);
/* Path given with -c; NULL when none. */
const char *command_config_path(void);
/* The configuration's store; NULL after saying why. */
struct store *command_store(void *mem, const struct config *config, bool writes);
/* Tells a running gateway that the store has changed. */
void command_knock(const struct config *config);

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
int command_verb(int argc, char **argv, const struct verb *verbs, size_t n);

/* Reads a line of any length; without its newline; NULL at the end. From mem. */
char *command_read_line(void *mem, FILE *in);

/* YYYY-MM-DD, YYYY-MM-DD HH:MM[:SS] or with T, in the configured zone; or with Z or an offset. False when not
 * a time. */
bool command_parse_time(const char *text, int64_t *at);
/* --since and --until, NULL when not given (0 then). False after saying what is wrong. */
bool command_span(const char *since, const char *until, int64_t *from, int64_t *to);
/* A count from 1 to 2^31 - 1; 0 for NULL. False after saying what is wrong. */
bool command_limit(const char *text, int *limit);
/* A number or id of a row, from 1. False after saying what is wrong. */
bool command_id(const char *text, int64_t *id);
/* A phone number as a person types it in E.164; of what is none, the digits, else as it is. From mem. */
const char *command_e164(void *mem, const char *text);
/* ISO 8601 with offset, in the configured zone; "" for 0. */
const char *command_time_text(void *mem, int64_t at);

/* One a file, at its end. */
extern const struct command command_run, command_check, command_phone, command_emulator, command_modem,
    command_case, command_event, command_notice, command_send, command_due, command_import, command_template,
    command_pdu, command_number, command_demo, command_token;
extern const struct command command_report, command_bulletin, command_letter, command_export, command_erase,
    command_backup, command_restore;

#endif
