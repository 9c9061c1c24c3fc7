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

/*
 * For commands, which never make the file: made by root, it would keep out the gateway's own user. errno is
 * ENOENT where no gateway ever served. The first takes the lock as a gateway does; while the second is held
 * no gateway begins to serve, but others may share it.
 */
int store_lock_take_made(const char *database, int timeout_ms);
int store_lock_share(const char *database);

/* Whether a gateway holds it now. False with errno set, but to ENOENT: it cannot be seen. */
bool store_lock_is_held(const char *database);

/* The file stays: removing it would let two processes lock two files of one name. */
void store_lock_drop(int fd);

#endif
