/*
 * The dated copies of the store in backup { folder }: xiangyin-2026-12-01-0230.db, with .age behind it if
 * encrypted, and the folder recordings beside them.
 */
#ifndef GATEWAY_COMMAND_KEEP_COPIES_H
#define GATEWAY_COMMAND_KEEP_COPIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One copy: its name in the folder, and when it was last written. */
struct copy {
    const char *name;
    int64_t at;
    bool is_encrypted;
};

/* Lists every copy in the folder, the newest first, from mem. False: errno says why. */
bool copies_list(void *mem, const char *folder, struct copy **copies, size_t *n);

/* The name of a copy taken now (seconds), from mem. */
const char *copies_name(void *mem, int64_t now);

/* Removes all but the newest `keep` copies. Returns how many it removed; -1 with errno set. */
int copies_prune(void *mem, const char *folder, int keep);

/*
 * Copies recordings that the folder `to` does not have yet, each as a whole, encrypted to recipient unless
 * that is NULL, and removes copies whose original is gone, so that erasing reaches them; never all of them,
 * for an empty folder may be a disk that is not there. If the folder `from` does not exist, there are no
 * recordings. *n: how many were copied. NULL, or what is wrong, from mem.
 */
const char *copies_recordings(void *mem, const char *from, const char *to, const char *recipient, int *n);

#endif
