/*
 * Warnings about a configuration that is well formed and yet can hardly be meant.
 */
#ifndef GATEWAY_CONFIG_ADVICE_H
#define GATEWAY_CONFIG_ADVICE_H

#include "gateway/config.h"
#include "gateway/config/problem.h"

/* Adds an error where the page would be served to other machines in the open, or not at all. */
void config_check_page(struct problems *problems, const struct config *config);

/* Adds the warnings. Looks at the mode of the database file. */
void config_advise(struct problems *problems, const struct config *config);

#endif
