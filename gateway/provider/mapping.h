/*
 * For providers that send only approved templates: which of theirs replaces each of ours, and the values of
 * its variables. An entry of the option templates is
 *
 *     NAME CODE [VARIABLE=FIELD ...]
 *
 * NAME is our template, or * for all others. FIELD is what our template calls the value
 * ("number", "accept_by.month"), or * for the whole text without the signature.
 */
#ifndef GATEWAY_PROVIDER_MAPPING_H
#define GATEWAY_PROVIDER_MAPPING_H

#include "gateway/provider/provider.h"

enum { MAPPING_VARIABLES_MOST = 32 };

struct mapping {
    const char *name, *code;
    struct pair variables[MAPPING_VARIABLES_MOST]; /* the variable and its field */
    size_t n;
};

/* From mem; NULL: *error says what is wrong with the entry. */
struct mapping *mapping_parse(void *mem, const char *entry, const char **error);

/* The provider's for a template of ours, from mem; NULL when there is none. */
struct mapping *mapping_find(void *mem, const struct provider_config *provider, const char *name);

/* The value of a field, from mem or text; "" when the data has none of that name. */
const char *mapping_value(void *mem, const struct outgoing_text *text, const char *field);

/* The names of our templates that are sent as texts, from mem; ends with NULL. NULL: they cannot be read. */
const char **mapping_names(void *mem);

#endif
