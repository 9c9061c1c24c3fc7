/*
 * The provider that the configuration describes. generic.c: its webhooks.
 */
#ifndef GATEWAY_PROVIDER_GENERIC_H
#define GATEWAY_PROVIDER_GENERIC_H

#include "gateway/provider/fields.h"

/*
 * generic_fields.c: adds the texts and receipts of a document, found by the configured fields, and counts in
 * n_unread the entries of a list that are neither. False: it is something else.
 */
bool generic_read_json(void *mem, const struct provider_config *provider, struct json_object *document,
                       struct received *received);

/*
 * The same for a form and the query, both in the charset that the configured field or Content-Type names,
 * else in the configured one.
 */
bool generic_read_form(void *mem, const struct provider_config *provider, const struct hook_request *request,
                       struct received *received);

/* The charset of a request: of its Content-Type, else the configured one; NULL: it is not known. */
const char *generic_charset(void *mem, const struct provider_config *provider,
                            const struct hook_request *request);

/* generic_send.c: the functions and polls of its provider_kind. */
bool generic_build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                   struct web_request *request, const char **why);
void generic_read(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                  struct sent *sent);
extern const struct provider_poll generic_polls[];

#endif
