/* Who has a port open: for an error message that lets a person act. */
#ifndef MODEM_PORT_HOLDER_H
#define MODEM_PORT_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* "minicom (process 812)"; "" when it cannot be seen, as for another user's process. */
void port_holder(const char *path, char *holder, size_t size);

/* A program of the UUCP kind left its lock file /var/lock/LCK..NAME and still lives: error says which. */
bool port_is_reserved(const char *path, char *error, size_t size);

#endif
