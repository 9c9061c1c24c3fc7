/*
 * The provider that is configured: what comes (generic.c), its fields (generic_fields.c), and what is asked
 * of it (generic_send.c).
 */
#ifndef GATEWAY_PROVIDER_GENERIC_H
#define GATEWAY_PROVIDER_GENERIC_H

#include "gateway/provider/fields.h"

/*
 * Texts and receipts of a document, by the configured fields. False: it holds something else. n_unread counts
 * the entries of a list that are neither; where it is NULL one of them makes it false.
 */
bool generic_read_json(void *mem, const struct provider_config *provider, struct json_object *document,
                       struct received *received, size_t *n_unread);

/* The same of a form, its query included. */
bool generic_read_form(void *mem, const struct provider_config *provider, const struct hook_request *request,
                       struct received *received);

bool generic_build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                   struct web_request *request, const char **why);
void generic_read(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                  struct sent *sent);
extern const struct provider_poll generic_polls[];

#endif
