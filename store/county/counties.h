/*
 * The other counties of the province, as the centre listed them last: a case can be forwarded to any of them.
 */
#ifndef STORE_COUNTY_COUNTIES_H
#define STORE_COUNTY_COUNTIES_H

#include "store/store.h"

struct county {
    const char *code; /* of its division, which is also its gateway's id */
    const char *name;
    const char *key; /* the public half of its gateway's transfer key, in hex; "": it never reached the centre
                      */
};

/* Replaces the whole list. version: the centre's name for this list. */
bool store_set_counties(struct store *store, const struct county *counties, size_t n, const char *version);

/* The version of the list, from mem; "": there is no list yet. */
bool store_counties_version(struct store *store, void *mem, const char **version);

/* From mem; NULL: none. A name is also found without its last 县, 区 or 市, if only one county has it. */
bool store_county_by_name(struct store *store, void *mem, const char *name, struct county **county);
bool store_county(struct store *store, void *mem, const char *code, struct county **county);

#endif
