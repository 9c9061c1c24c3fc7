/*
 * What the readers of webhooks share: fields of forms and of JSON, times and numbers as providers write them,
 * and comparing secrets.
 */
#ifndef GATEWAY_PROVIDER_FIELDS_H
#define GATEWAY_PROVIDER_FIELDS_H

#include <json-c/json.h>

#include "gateway/provider/provider.h"

enum { FORM_FIELDS_MOST = 256, JSON_DEPTH_MOST = 32 };

/* The value of the first pair of this name; NULL when there is none. Headers do not mind case. */
const char *pair_value(const struct pair *pairs, size_t n, const char *name);
const char *header_value(const struct hook_request *request, const char *name);

/*
 * application/x-www-form-urlencoded, also a query. False: broken escapes, text that is not UTF-8, a NUL, or
 * too many fields.
 */
bool form_parse(void *mem, const char *text, size_t length, struct pair **pairs, size_t *n);

/*
 * The octets of one field of a form, in whatever alphabet, with a NUL behind the n; the name is looked for as
 * it is written. NULL: it is not there, or its escapes are broken.
 */
const char *form_octets(void *mem, const char *text, size_t length, const char *name, size_t *n);

/*
 * One JSON document and nothing else, hanging from mem; NULL when it is none, is nested too deeply, or is not
 * UTF-8.
 */
struct json_object *json_parse(void *mem, const char *text, size_t length);

/*
 * What stands at a path: a JSON pointer ("/data/id", RFC 6901), or the name of a member. Text, numbers and
 * booleans as text from mem; NULL for what is missing, null, not a value, or holds a NUL.
 */
const char *json_field(void *mem, struct json_object *from, const char *path);
struct json_object *json_at(struct json_object *from, const char *path);

/* Whether the body says it is JSON, or looks like it. */
bool request_is_json(const struct hook_request *request);

/*
 * Unix seconds or milliseconds, ISO 8601, "YYYY-MM-DD HH:MM:SS" (in the configured zone when none stands
 * there). False when it is no time of these.
 */
bool provider_time(const char *text, int64_t *at);

/*
 * E.164 for a subscriber's number, as one would dial it in China, or when is_international as it stands
 * without its +; anything else (short codes, names) as it came. From mem.
 */
const char *provider_number(void *mem, const char *text, bool is_international);

/* Takes as long wherever they differ; the length is no secret. False when either is NULL. */
bool is_same_secret(const char *given, const char *expected);

/* A key for what carries no id of its own: a hash over the texts (NULL counts as ""), in hex, from mem. */
const char *key_of(void *mem, const char *const *texts, size_t n);

/* HMAC in lower-case hex, from mem. algorithm is "sha1", "sha256", "sha512" or "md5"; else NULL. */
const char *hmac_hex(void *mem, const char *algorithm, const char *secret, const void *data, size_t length);

#endif
