/*
 * The recovery key of a county (libsodium's sealed boxes). Only its private half opens what its public half
 * sealed; the private half is printed once and kept outside of every computer. Sealed texts are Base64.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include <stdbool.h>

enum { SEAL_KEY_SIZE = 65 };

/* A new pair, in hex. */
void seal_new_key(char public_key[SEAL_KEY_SIZE], char private_key[SEAL_KEY_SIZE]);

/* From mem; NULL: public_key is no key. */
const char *seal(void *mem, const char *public_key, const char *text);

/* Whether a text can be sealed to it. */
bool seal_is_key(const char *public_key);

/* From mem; NULL: it was not sealed to this key, or is damaged. */
const char *seal_open(void *mem, const char *private_key, const char *sealed);

#endif
