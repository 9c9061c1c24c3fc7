/*
 * Who looked at a case from the command line is a step in it, as it is of a cadre.
 */
#ifndef GATEWAY_COMMAND_PRINT_VIEWED_H
#define GATEWAY_COMMAND_PRINT_VIEWED_H

#include "store/cases.h"

/* "li: case show": the name somebody logged in with, before sudo, and what they ran. From mem. */
const char *viewed_words(void *mem, const char *command);

/* Records that the case was viewed. False: the store failed, and the case must not be shown. */
bool viewed_case(struct store *store, int64_t case_id, const char *command);

#endif
