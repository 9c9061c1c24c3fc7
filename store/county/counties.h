/*
 * The other counties of the province, as the centre listed them: a case can be forwarded to any of them.
 *
 * A copy of a case is sealed to the key of the county that shall have it. So that the centre cannot read
 * copies by listing a key of its own, the name and key that were listed first hold until somebody here
 * confirms others.
 */
#ifndef STORE_COUNTY_COUNTIES_H
#define STORE_COUNTY_COUNTIES_H

#include "store/store.h"

struct county {
    const char *code; /* of its division, which is also its gateway's id */
    const char *name;
    const char *key; /* the public half of its gateway's transfer key, in hex; "": it never reached the centre
                      */
    bool is_listed;  /* the centre lists it now */
    const char *new_name, *new_key; /* listed since, and not confirmed; "": none */
};

/*
 * Takes the list of now, of which only code, name and key count. version: the centre's name for this list.
 * *changed: how many counties have a new name or key that was not there before; *first: the name of one of
 * them, from mem.
 */
bool store_set_counties(struct store *store, void *mem, const struct county *counties, size_t n,
                        const char *version, int *changed, const char **first);

/* The new name and key hold from now on. *county as it is then, from mem; NULL: there is none. */
bool store_trust_county(struct store *store, void *mem, const char *code, struct county **county);

/* The version of the list, from mem; "": there is no list yet. */
bool store_counties_version(struct store *store, void *mem, const char **version);

/*
 * A listed county, from mem; NULL: none, or several have the name. A name is also found without its last 县,
 * 区 or 市, if only one county has it.
 */
bool store_county_by_name(struct store *store, void *mem, const char *name, struct county **county);
bool store_county(struct store *store, void *mem, const char *code, struct county **county);

/* All that are listed, by code. */
bool store_counties(struct store *store, void *mem, struct county **counties, size_t *n);

/* Whether somebody must confirm a new name or key first. */
bool county_has_changed(const struct county *county);

#endif
