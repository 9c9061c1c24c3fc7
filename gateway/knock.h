/*
 * A datagram socket beside the database: a process that has written to the store knocks, so that the gateway
 * need not poll.
 */
#ifndef GATEWAY_KNOCK_H
#define GATEWAY_KNOCK_H

#include <stdbool.h>

/* A bound socket, 0600, at DATABASE.knock; -1 with errno set. An old one left by a crash is replaced. */
int knock_open(const char *database);

/* Waits for a knock, at most timeout_ms (-1: for ever); takes all that wait. False: time-out. */
bool knock_wait(int fd, int timeout_ms);

/* Knocks; does nothing when no gateway listens or database is NULL. */
void knock_send(const char *database);

/* Closes, and removes the path. */
void knock_close(int fd, const char *database);

#endif
