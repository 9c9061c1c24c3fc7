/*
 * The provider that the configuration describes. generic.c: its webhooks.
 */
#ifndef GATEWAY_PROVIDER_GENERIC_H
#define GATEWAY_PROVIDER_GENERIC_H

#include "gateway/provider/fields.h"

/*
 * generic_fields.c: adds the texts and receipts of a document, found by the configured fields. False: it is
 * something else. n_unread counts entries of a list that are neither; when it is NULL, one of them makes it
 * false.
 */
bool generic_read_json(void *mem, const struct provider_config *provider, struct json_object *document,
                       struct received *received, size_t *n_unread);

/* The same for a form and the query. */
bool generic_read_form(void *mem, const struct provider_config *provider, const struct hook_request *request,
                       struct received *received);

/* generic_send.c: the functions and polls of its provider_kind. */
bool generic_build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                   struct web_request *request, const char **why);
void generic_read(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                  struct sent *sent);
extern const struct provider_poll generic_polls[];

#endif
