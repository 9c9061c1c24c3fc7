/*
 * Fields of a form or query as clients of Open311 send them.
 */
#ifndef GATEWAY_HTTP_OPEN311_ENTRIES_H
#define GATEWAY_HTTP_OPEN311_ENTRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/provider/provider.h"

struct entries {
    const struct pair *fields;
    size_t n;
    const char *wrong; /* the first field that could not be read; NULL */
};

/* Reads a query and a body into the form, from mem. False: broken escapes, text that is not UTF-8, or too
 * many fields. */
bool entries_read(void *mem, const char *query, const char *body, size_t length, struct entries *entries);

/* NULL when it is missing or empty, which the specification treats alike. */
const char *entries_text(const struct entries *entries, const char *name);

/* A moment; preset when it is missing. Sets entries->wrong where it cannot be read. */
int64_t entries_time(void *mem, struct entries *entries, const char *name, int64_t preset);

/* A whole number within these limits, the same. */
int64_t entries_number(struct entries *entries, const char *name, int64_t preset, int64_t least,
                       int64_t most);

/* Whether a list with commas holds the word; true when the field is missing. */
bool entries_lists(const struct entries *entries, const char *name, const char *word);

/* lat and long, in millionths of a degree. *has_point false: neither is there. One without the other is
 * wrong. */
void entries_point(struct entries *entries, bool *has_point, int64_t *latitude, int64_t *longitude);

/* A key of what the form says, from mem: the same for the same form, whatever the order of its fields. Keys
 * of access and the jurisdiction do not count. */
const char *entries_key(void *mem, const struct entries *entries);

#endif
