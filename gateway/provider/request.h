/*
 * What the adapters share when they ask: headers, forms, JSON, digests, and what a bare HTTP status means.
 */
#ifndef GATEWAY_PROVIDER_REQUEST_H
#define GATEWAY_PROVIDER_REQUEST_H

#include <json-c/json.h>

#include "gateway/provider/provider.h"

/* False without memory. The value loses line breaks: it can be nothing but a value. */
bool request_add_header(void *mem, struct web_request *request, const char *name, const char *value);
/* Authorization: Basic. */
bool request_add_basic(void *mem, struct web_request *request, const char *user, const char *password);

/* application/x-www-form-urlencoded from pairs, of which a NULL value is left out; from mem. */
const char *form_write(void *mem, const struct pair *pairs, size_t n);
/* RFC 3986: all but letters, digits and -._~ */
const char *percent_encode(void *mem, const char *text);

/* Makes the body of a request, and its Content-Type. False without memory. json is consumed. */
bool request_form(void *mem, struct web_request *request, const struct pair *pairs, size_t n);
bool request_json(void *mem, struct web_request *request, struct json_object *json);

/* The provider's address, else the kind's own, with path behind it and no / doubled; from mem. */
const char *request_url(void *mem, const struct provider_config *provider, const char *own, const char *path);

/*
 * What the status alone says. 2xx: false, the body must tell. True: sent is filled in, the reason with it.
 */
bool answer_by_status(void *mem, const struct web_answer *answer, struct sent *sent);

/* What a provider's codes mean: the first row whose word is the code's beginning; the last has "". */
struct code_meaning {
    const char *word;
    enum send_result result;
};
enum send_result meaning_of(const struct code_meaning *meanings, const char *code);

/* A list of JSON: the element itself where it is none. */
size_t json_list_length(struct json_object *list);
struct json_object *json_list_at(struct json_object *list, size_t i);

/* "host:port" of an address, and its path with what follows; from mem. */
const char *url_host(void *mem, const char *url);
const char *url_path(const char *url);

/* Sets all of it; why may be NULL. */
void sent_set(struct sent *sent, enum send_result result, const char *why);
/* Adds an id of a text that was taken; NULL or "" adds none. */
void sent_add_id(void *mem, struct sent *sent, const char *id);

/* Adds an event to a list that hangs from mem. */
bool events_add(void *mem, struct event **events, size_t *n, const struct event *event);

/* A provider's own id of a message as the number that pairs receipts; never negative. */
int provider_reference(const char *message_id);

/* An event of a receipt, from mem: number and own_id may be NULL. external_id: "receipt ID STATUS". */
struct event receipt_event(void *mem, const char *id, const char *own_id, const char *number,
                           const char *status, int tp_st);

/* Digests, from mem. algorithm as in hmac_hex. */
const char *digest_hex(void *mem, const char *algorithm, const void *data, size_t length);
/* Writes the digest, returns its octets; 0 when the algorithm is none. */
size_t hmac_octets(const char *algorithm, const void *secret, size_t n_secret, const void *data,
                   size_t length, unsigned char digest[64]);
const char *base64_encode(void *mem, const void *data, size_t length);
const char *hex_encode(void *mem, const unsigned char *octets, size_t n);

#endif
