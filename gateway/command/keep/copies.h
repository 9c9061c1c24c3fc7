/*
 * The dated copies of the store in the folder that backup { folder } names: xiangyin-2026-12-01-0230.db, with
 * .age behind it where it is encrypted, and the folder recordings beside them.
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

/* Every copy in the folder, the newest first, from mem. False: errno says why. */
bool copies_list(void *mem, const char *folder, struct copy **copies, size_t *n);

/* A name for a copy that is taken now. */
const char *copies_name(void *mem, int64_t now);

/* Removes all but the newest `keep`. How many went; -1 with errno set. */
int copies_prune(void *mem, const char *folder, int keep);

/*
 * Copies recordings that the folder `to` does not have yet, each whole or not at all, encrypted to recipient
 * unless it is NULL; and removes those whose original is gone: what was erased leaves its copies too. A
 * folder `from` that is not there has none. *n: how many were copied. NULL, or what is wrong, from mem.
 */
const char *copies_recordings(void *mem, const char *from, const char *to, const char *recipient, int *n);

#endif
