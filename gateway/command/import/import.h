/*
 * What `import` can take in. Each reads its files to the end first and prints all that is wrong with them;
 * then nothing is imported. False always means that the reason has been printed.
 *
 * import_units.c, import_people.c, import_routes.c, import_days.c: true leaves a transaction open for the
 * caller to commit; false may leave one to roll back.
 */
#ifndef GATEWAY_COMMAND_IMPORT_IMPORT_H
#define GATEWAY_COMMAND_IMPORT_IMPORT_H

#include <stddef.h>

#include "gateway/command/import/sheet.h"
#include "gateway/command/print/unit_names.h"
#include "gateway/config.h"
#include "store/store.h"

struct import_units {
    const char *const *paths;
    size_t n_paths;
    const char *aliases;       /* path; NULL: none */
    const char *county;        /* only codes that begin with this; NULL: all */
    size_t n_units, n_aliases; /* result */
};
/* Units and their other names. */
bool import_units(void *mem, struct store *store, struct import_units *import);

struct import_people {
    const char *path;
    size_t n_people; /* result */
};
/* Staff with their units and roles. */
bool import_people(void *mem, struct store *store, struct import_people *import);

struct import_routes {
    const char *path;
    size_t n_routes; /* result */
};
/* The rules of the file replace all that were there. */
bool import_routes(void *mem, struct store *store, struct import_routes *import);

/* import_days.c: free and worked days; the duty roster. Rows for days that are there already replace them. */
struct import_days {
    const char *path;
    size_t n_days; /* result */
};
bool import_days(void *mem, struct store *store, struct import_days *import);
bool import_duty(void *mem, struct store *store, struct import_days *import);

/*
 * import_cases.c: commits by itself, some rows at a time, so that a running gateway gets its turns. A form
 * that was imported before is skipped, so after a failure the same file can be imported again.
 */
struct import_cases {
    const char *path;
    size_t n_cases, n_known; /* result: imported, and known before */
};
bool import_cases(void *mem, struct store *store, const struct config *config, struct import_cases *import);

#endif
