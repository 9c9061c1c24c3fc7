/*
 * Copies files with people's texts and recordings: readable by their owner alone, or encrypted with age
 * (age-encryption.org) to a public key whose private half is not on this machine.
 */
#ifndef GATEWAY_COMMAND_KEEP_VAULT_H
#define GATEWAY_COMMAND_KEEP_VAULT_H

#include <stdbool.h>

/*
 * Copies a file, encrypted unless recipient ("age1...") is NULL, with mode 0600. It is written to TO.part,
 * synced and renamed, so that TO is always complete. NULL, or what is wrong, from mem; a failure leaves
 * nothing behind.
 */
const char *vault_copy(void *mem, const char *from, const char *to, const char *recipient);

/* Decrypts a file with the private key in the file identity. NULL, or what is wrong, from mem. */
const char *vault_open(void *mem, const char *from, const char *to, const char *identity);

/* A new pair of keys: secret "AGE-SECRET-KEY-1...", recipient "age1...", from mem. False: age is not there.
 */
bool vault_new_key(void *mem, const char **secret, const char **recipient);

/* Whether both paths, which must exist, are on the same disk. */
bool vault_same_disk(const char *one, const char *other);

#endif
