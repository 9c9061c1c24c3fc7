/*
 * Keys that a line derives from what a message says, because the message has no id. A hash of it would let
 * anybody who sees it find the sender's number by trying all numbers, so what is kept is an HMAC-SHA-256
 * under a secret of the store (settings, "event key secret"), its first 32 hex digits. Known to store/ alone.
 */
#ifndef STORE_EVENT_KEY_H
#define STORE_EVENT_KEY_H

#include "store/events.h"

enum { SEALED_KEY_SIZE = 33 };

/* Writes the sealed form of a derived key. */
bool event_key_seal(struct store *store, const char *key, char sealed[SEALED_KEY_SIZE]);

/*
 * Whether the line brought this derived key before keys were sealed; such events keep their keys as they
 * were. Costs no query in a store that is newer than that.
 */
bool event_key_is_old(struct store *store, const char *line, const char *key, bool *is_old);

#endif
