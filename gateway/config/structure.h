/*
 * Walks a configuration against the table: every wrong, doubled, missing or unclosed thing becomes a problem.
 */
#ifndef GATEWAY_CONFIG_STRUCTURE_H
#define GATEWAY_CONFIG_STRUCTURE_H

#include "gateway/config/problem.h"

/* text ends with a NUL. Without a new error, libconfuse reads it whole and every value is good. */
void structure_check(struct problems *problems, const char *text);

#endif
