/*
 * A datagram socket beside the database: a process that has written to the store knocks, so that the gateway
 * need not poll; or asks it to read its configuration again, and hears how that went.
 */
#ifndef GATEWAY_KNOCK_H
#define GATEWAY_KNOCK_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A bound socket, 0600, at DATABASE.knock; -1 with errno set. An old one left by a crash is replaced. */
int knock_open(const char *database);

/* Waits for a knock, at most timeout_ms (-1: for ever); takes all that wait. False: time-out. */
bool knock_wait(int fd, int timeout_ms);

/* Who wants an answer to a knock. */
struct knock_question {
    struct sockaddr_un from;
    socklen_t length; /* 0: nobody */
};
/* Takes what waits, up to the first knock that is a question. False: nothing waits. */
bool knock_take(int fd, struct knock_question *question);
void knock_answer(int fd, const struct knock_question *question, const char *words);

/* Knocks and waits for the answer, from mem, at most timeout_ms. NULL: errno says why. */
char *knock_ask(void *mem, const char *database, int timeout_ms);

/* Knocks; does nothing when no gateway listens or database is NULL. */
void knock_send(const char *database);

/* Closes, and removes the path. */
void knock_close(int fd, const char *database);

#endif
