/*
 * What kinds of value have in common: those of value.c, and secrets, of value_secret.c.
 */
#ifndef GATEWAY_CONFIG_VALUE_H
#define GATEWAY_CONFIG_VALUE_H

#include "gateway/config/table.h"

/* An extended regular expression. */
bool value_matches(const char *text, const char *pattern);

/* Relative paths count from the folder of the configuration file. From config. */
char *value_path(const struct config *config, const char *name);

/* Stores a copy of the text, from config, and returns NULL: nothing is wrong. */
const char *value_set_text(struct config *config, void *field, const struct config_option *option,
                           const char *text);

#endif
