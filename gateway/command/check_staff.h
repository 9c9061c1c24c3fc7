/*
 * Whether anybody would hear: warns of offices and townships whose cases nobody is registered for.
 */
#ifndef GATEWAY_COMMAND_CHECK_STAFF_H
#define GATEWAY_COMMAND_CHECK_STAFF_H

#include "store/store.h"

/* Prints the warning of a check on a line of standard error. */
void check_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* overseer: the configured phone; NULL: none. False: store_error says why. */
bool check_staff(void *mem, struct store *store, const char *overseer);

#endif
