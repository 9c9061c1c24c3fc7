/*
 * The lock beside the database that one gateway holds while it serves: two would each take what the other is
 * sending for the remains of a crash. The system drops it with the process, however that ends.
 */
#ifndef GATEWAY_STORE_LOCK_H
#define GATEWAY_STORE_LOCK_H

#include <stdbool.h>

/* Takes the lock of a database, in DATABASE.lock (0600), waiting at most timeout_ms. The descriptor; -1 with
 * errno set: EWOULDBLOCK when another process holds it. */
int store_lock_take(const char *database, int timeout_ms);

/* Whether another process holds it now. Those who only ask do not see each other, and make no file. False
 * with errno set, but to ENOENT: it cannot be seen. */
bool store_lock_is_held(const char *database);

/* The file stays: removing it would let two processes lock two files of one name. */
void store_lock_drop(int fd);

#endif
