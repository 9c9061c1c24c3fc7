/*
 * The sections of lines, modem and provider: their options, and what must hold between options.
 */
#ifndef GATEWAY_CONFIG_TABLE_LINES_H
#define GATEWAY_CONFIG_TABLE_LINES_H

#include "gateway/config/table.h"

/* Each ends with an option without a name. */
extern const struct config_option config_modem_options[], config_provider_options[];

/* Errors and warnings about a section whose options are all well formed. */
void config_check_modem(struct problems *problems, const struct config_part *part);
void config_check_provider(struct problems *problems, const struct config_part *part);

/* An error where a secret that signs is too short to; NULL is fine. */
void config_check_signing_secret(struct problems *problems, const struct config_part *part,
                                 const char *secret);

#endif
