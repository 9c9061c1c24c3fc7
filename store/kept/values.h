/*
 * What the operator keeps in place of the program's own: words of the lexicon ("word", "class", "danger"),
 * texts ("text") and limits of the configuration ("limit"); gateway/keep/keeping.h says what key and value of
 * each are.
 */
#ifndef STORE_KEPT_VALUES_H
#define STORE_KEPT_VALUES_H

#include "store/store.h"

struct kept_value {
    const char *kind, *key, *value;
};
/* Replaces what was kept under this key. */
bool store_put_kept_value(struct store *store, const struct kept_value *value);
/* True also when nothing was kept. */
bool store_drop_kept_value(struct store *store, const char *kind, const char *key);
/* From mem; NULL: nothing is kept. */
bool store_kept_value(struct store *store, void *mem, const char *kind, const char *key,
                      struct kept_value **value);
/* All of a kind, by key, from mem. */
bool store_kept_values(struct store *store, void *mem, const char *kind, struct kept_value **values,
                       size_t *n);

#endif
