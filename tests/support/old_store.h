/*
 * A county's store as an older program left it: with the schema of an earlier version, and as many cases as
 * wanted.
 */
#ifndef TESTS_SUPPORT_OLD_STORE_H
#define TESTS_SUPPORT_OLD_STORE_H

#include "store/sql.h"

enum {
    OLDEST_STORE = 8,    /* the earliest schema that old_store_make writes */
    OLDEST_PACKAGED = 29 /* that of the first package */
};

/* Brings the store at path, made if need be, to this version of the schema. False: *error, from mem. */
bool old_store_update(void *mem, const char *path, int version, const char **error);

/*
 * Makes a store of this version at path: 135 units, and cases of three years, each with an event, three steps
 * and two sent notices; 2 of 100 are open. False: *error, from mem.
 */
bool old_store_make(void *mem, const char *path, int version, int cases, const char **error);

#endif
