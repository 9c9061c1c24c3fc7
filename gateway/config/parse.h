/*
 * Reads a configuration's text against the table of table.h and fills struct config. It goes on after a
 * mistake, so that one run names everything that is wrong, doubled, missing or unclosed.
 */
#ifndef GATEWAY_CONFIG_PARSE_H
#define GATEWAY_CONFIG_PARSE_H

#include "gateway/config/problem.h"

/*
 * text is UTF-8 and ends with a NUL; config is zeroed but for its path. Without an error in problems, every
 * field holds what is written or its preset, from config.
 */
void parse_text(struct config *config, struct problems *problems, const char *text);

#endif
