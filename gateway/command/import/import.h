/*
 * What import can take in: each reads whole files first, says all that is wrong, and takes nothing then.
 */
#ifndef GATEWAY_COMMAND_IMPORT_IMPORT_H
#define GATEWAY_COMMAND_IMPORT_IMPORT_H

#include <stddef.h>

#include "gateway/command/import/sheet.h"
#include "gateway/command/print/units.h"
#include "gateway/config.h"
#include "store/store.h"

/* Begins the transaction, only when the files have been read: a gateway may be writing. False after saying
 * why. */
bool import_begin(struct store *store);

/* True leaves a transaction for the caller to commit; false, after saying why, perhaps one to roll back. */
struct import_units {
    const char *const *paths;
    size_t n_paths;
    const char *aliases;       /* path; NULL none */
    const char *county;        /* only codes that begin so; NULL all */
    size_t n_units, n_aliases; /* result */
};
bool import_units(void *mem, struct store *store, struct import_units *import);

struct import_people {
    const char *path;
    size_t n_people; /* result */
};
bool import_people(void *mem, struct store *store, struct import_people *import);

struct import_routes {
    const char *path;
    size_t n_routes; /* result */
};
/* The rules of the file take the place of all that were there. */
bool import_routes(void *mem, struct store *store, struct import_routes *import);

/*
 * Reads the file twice: what is wrong is said before anything is taken. Then it commits by itself, some rows
 * at a time, so that a running gateway gets its turns; a form that is there already is not taken again, so
 * that after a failure the file can be imported again.
 */
struct import_cases {
    const char *path;
    size_t n_cases, n_known; /* result: taken, and there already */
};
bool import_cases(void *mem, struct store *store, const struct config *config, struct import_cases *import);

#endif
