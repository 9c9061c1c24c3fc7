/*
 * The language of subcommands: Chinese or English, for tables, messages and errors. JSON, --help and the log
 * stay English.
 */
#ifndef GATEWAY_COMMAND_WORDS_H
#define GATEWAY_COMMAND_WORDS_H

#include <stdbool.h>

/* The configuration that may name the language: what -c says, NULL for the default one. Read when it is first
 * wanted; errors in it are not printed here. */
void words_begin(const char *path);

/* The subcommand reads the configuration itself: from now on it is not read for the language. */
void words_without_configuration(void);

/* The `language` of the configuration that was read. Whether that changes what people read. */
bool words_configured(const char *language);

/*
 * The Chinese for an English word, message or format (words_zh.c) if people read Chinese here; else, and
 * where there is none, what was given. LC_ALL or LC_MESSAGES decide where they are set, then the `language`
 * of the configuration, then LANG. The conversions of a format are the same, in the same order.
 */
const char *words(const char *english) __attribute__((format_arg(1)));

/* The Chinese, whatever is read here; NULL: there is none. */
const char *words_chinese(const char *english);

/* words_config.c: the same of what can be wrong with a configuration. */
const char *words_of_config(const char *english);

#endif
