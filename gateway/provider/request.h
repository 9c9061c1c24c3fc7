/*
 * What the adapters share: writing requests (headers, forms, JSON), reading answers, and adding events.
 */
#ifndef GATEWAY_PROVIDER_REQUEST_H
#define GATEWAY_PROVIDER_REQUEST_H

#include <json-c/json.h>

#include "gateway/provider/provider.h"

/* Copies both; NULL is an empty value. Control characters become spaces, so that a value adds no header. */
void request_add_header(void *mem, struct web_request *request, const char *name, const char *value);
/* base64 of account:secret, from mem (RFC 7617), and the Authorization header that holds it. */
const char *basic_credentials(void *mem, const struct provider_config *provider);
void request_add_basic(void *mem, struct web_request *request, const struct provider_config *provider);

/* Encodes all but letters, digits and -._~ (RFC 3986, 2.3); from mem. */
const char *percent_encode(void *mem, const char *text);

/* Makes it a POST with this body and its Content-Type. json is consumed. */
void request_form(void *mem, struct web_request *request, const struct pair *pairs, size_t n);
void request_json(void *mem, struct web_request *request, struct json_object *json);

/*
 * The provider's configured address, else the kind's own, followed by path without doubling a /; from mem.
 * NULL when there is neither.
 */
const char *request_url(void *mem, const struct provider_config *provider, const char *own, const char *path);

/* Fills in sent from the status, with a reason from mem. False for 2xx: the body must tell. */
bool answer_by_status(void *mem, const struct web_answer *answer, struct sent *sent);

/* What a provider's codes mean: the first row whose word the code begins with counts; the last row has "". */
struct code_meaning {
    const char *word;
    enum send_result result;
};
enum send_result meaning_of(const struct code_meaning *meanings, const char *code);

/* The elements of a JSON array; anything else counts as a list of itself, and NULL as an empty one. */
size_t json_list_length(struct json_object *list);
struct json_object *json_list_at(struct json_object *list, size_t i);

/* "host:port" of an address, from mem, and its path with the query, "/" when it has none. */
const char *url_host(void *mem, const char *url);
const char *url_path(const char *url);

/* Sets result and reason; why is not copied and may be NULL. */
void sent_set(struct sent *sent, enum send_result result, const char *why);
/* Adds an id of a text that was taken, which is not copied; NULL or "" adds none. */
void sent_add_id(void *mem, struct sent *sent, const char *id);

/* Adds an event to a list from mem. */
void events_add(void *mem, struct event **events, size_t *n, const struct event *event);

/* A hash of a provider's message id, 0 to 2^31-1: the reference that pairs a receipt with its text. */
int provider_reference(const char *message_id);

/*
 * The event of a receipt, its texts from mem: number and own_id may be NULL. external_id is "receipt ID
 * STATUS"; tp_st is a status of 23.040 9.2.3.15.
 */
struct event receipt_event(void *mem, const char *id, const char *own_id, const char *number,
                           const char *status, int tp_st);

#endif
