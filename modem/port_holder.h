/* Finds who has a port open, for an error message that a person can act on. */
#ifndef MODEM_PORT_HOLDER_H
#define MODEM_PORT_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* "minicom (process 812)", cut to size; "" when nobody has it open or another user's process does, which we
 * cannot see. */
void port_holder(const char *path, char *holder, size_t size);

/* Whether a running process reserves the port by a UUCP lock file, /var/lock/LCK..NAME; error then names it.
 */
bool port_is_reserved(const char *path, char *error, size_t size);

#endif
