/*
 * Copies of files that hold what people wrote and said: readable by their owner alone, or encrypted with age
 * (age-encryption.org) to a public key whose private half is not on this machine.
 */
#ifndef GATEWAY_COMMAND_KEEP_VAULT_H
#define GATEWAY_COMMAND_KEEP_VAULT_H

#include <stdbool.h>

/*
 * Copies a file, encrypted unless recipient ("age1...") is NULL, as TO.part, synced, then renamed: under its
 * own name it is always whole. Mode 0600. NULL, or what is wrong, from mem: nothing is left behind then.
 */
const char *vault_copy(void *mem, const char *from, const char *to, const char *recipient);

/* Decrypts a file with the private key in the file identity. NULL, or what is wrong, from mem. */
const char *vault_open(void *mem, const char *from, const char *to, const char *identity);

/* Whether both paths, which exist, lie on the same disk. */
bool vault_same_disk(const char *one, const char *other);

#endif
