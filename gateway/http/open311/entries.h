/*
 * Fields of a query or form, as Open311 clients send them.
 */
#ifndef GATEWAY_HTTP_OPEN311_ENTRIES_H
#define GATEWAY_HTTP_OPEN311_ENTRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/provider/provider.h"

struct entries {
    const struct pair *fields;
    size_t n;
    const char *wrong; /* name of the first field that could not be read; NULL: none */
};

/* Reads a query and an URL-encoded body of length octets into entries, from mem. False: broken escapes, text
 * that is not UTF-8, or too many fields. */
bool entries_read(void *mem, const char *query, const char *body, size_t length, struct entries *entries);

/* The field's value; NULL if it is missing or empty, which the specification treats alike. */
const char *entries_text(const struct entries *entries, const char *name);

/* The field as seconds since 1970; preset if it is missing. Sets entries->wrong if it cannot be read. */
int64_t entries_time(void *mem, struct entries *entries, const char *name, int64_t preset);

/* The same for a whole number within these limits. */
int64_t entries_number(struct entries *entries, const char *name, int64_t preset, int64_t least,
                       int64_t most);

/* Whether the field, a list with commas, has the word; true if the field is missing. */
bool entries_lists(const struct entries *entries, const char *name, const char *word);

/* Reads lat and long, in millionths of a degree. *has_point is false if both are missing; one without the
 * other sets entries->wrong. */
void entries_point(struct entries *entries, bool *has_point, int64_t *latitude, int64_t *longitude);

/* A hash of the form's content, from mem, whatever the order of its fields. The API key and the jurisdiction
 * do not count. */
const char *entries_key(void *mem, const struct entries *entries);

#endif
