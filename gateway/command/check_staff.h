/*
 * Whether anybody would hear: warns of offices and townships whose cases nobody is registered for.
 */
#ifndef GATEWAY_COMMAND_CHECK_STAFF_H
#define GATEWAY_COMMAND_CHECK_STAFF_H

#include "store/store.h"

/* Prints a warning a line on standard error. False: store_error says why. */
bool check_staff(void *mem, struct store *store);

#endif
