/*
 * What the readers of webhooks and answers share: fields of forms and of JSON, times and numbers as providers
 * write them.
 */
#ifndef GATEWAY_PROVIDER_FIELDS_H
#define GATEWAY_PROVIDER_FIELDS_H

#include <json-c/json.h>

#include "gateway/provider/digest.h"
#include "gateway/provider/provider.h"

enum { FORM_FIELDS_MOST = 256, JSON_DEPTH_MOST = 32 };

/* The value of the first pair of this name; NULL when there is none. */
const char *pair_value(const struct pair *pairs, size_t n, const char *name);
/* The same of a header, whose name may be in any case. */
const char *header_value(const struct hook_request *request, const char *name);

/*
 * Decodes application/x-www-form-urlencoded, or a query; pairs are allocated from mem. False: broken escapes,
 * text that is not UTF-8, a NUL, or more than FORM_FIELDS_MOST fields.
 */
bool form_parse(void *mem, const char *text, size_t length, struct pair **pairs, size_t *n);

/*
 * The n octets of one field of a form in any alphabet, followed by a NUL, from mem; the first if there are
 * several. NULL: no such field, or broken escapes.
 */
const char *form_octets(void *mem, const char *text, size_t length, const char *name, size_t *n);

/*
 * One JSON document and nothing else, freed with mem; NULL when it is not JSON, is nested deeper than
 * JSON_DEPTH_MOST, or is not UTF-8. A byte order mark may stand before it. A whole number of more than 18
 * digits becomes a string of them.
 */
struct json_object *json_parse(void *mem, const char *text, size_t length);

/*
 * The value at a path: a JSON pointer ("/data/id", RFC 6901), or the name of a member. Text, numbers and
 * booleans as text from mem; NULL for what is missing, null, NaN or infinite, not a value, or holds a NUL.
 * from and path may be NULL.
 */
const char *json_field(void *mem, struct json_object *from, const char *path);
/* The element itself, owned by from; from where path is NULL or "". */
struct json_object *json_at(struct json_object *from, const char *path);

/* Whether Content-Type says JSON or, where it does not say, the body begins with { or [. */
bool request_is_json(const struct hook_request *request);

/*
 * Reads unix seconds or milliseconds, ISO 8601, or "YYYY-MM-DD HH:MM:SS" into unix seconds; a time without a
 * zone is in the configured one. False when it is none of these.
 */
bool provider_time(const char *text, int64_t *at);

/*
 * A subscriber's number in E.164, from mem. It is read as dialled in China; with is_international, digits
 * alone are a number that lacks its +. Short codes and names stay as they are.
 */
const char *provider_number(void *mem, const char *text, bool is_international);

/*
 * A number that a text may be addressed to, from mem: a subscriber's in E.164, a short code as it is. NULL:
 * it is none, or lacks digits.
 */
const char *provider_addressee(void *mem, const char *text);

#endif
