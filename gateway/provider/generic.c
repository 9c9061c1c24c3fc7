/*
 * A provider that is described in the configuration: names of form fields or JSON pointers, the words of its
 * receipts, and an HMAC over body and time where it makes one.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/charset.h"
#include "gateway/provider/generic.h"
#include "gateway/provider/request.h"

static const char *hook_secret(const struct provider_config *provider)
{
    return provider->hook_secret ? provider->hook_secret : provider->secret;
}

/* The signature covers the body followed by the text of the timestamp header. */
static enum hook_verdict check_signature(void *mem, const struct provider_config *provider,
                                         const struct hook_request *request, struct received *received)
{
    const char *given = header_value(request, provider->signature_header);
    const char *time = provider->timestamp_header ? header_value(request, provider->timestamp_header) : "";
    size_t length = time ? request->length + strlen(time) : 0;
    char *data = time ? talloc_size(mem, length + 1) : NULL, *lower;
    int64_t at;

    if (!given || !data || !hook_secret(provider)) {
        received->why = "no signature";
        return HOOK_FORGED;
    }
    memcpy(data, request->body, request->length);
    memcpy(data + request->length, time, strlen(time) + 1);
    lower = talloc_strdup(mem, strncmp(given, "sha256=", 7) == 0 ? given + 7 : given);
    for (char *c = lower; *c; c++)
        *c |= *c >= 'A' && *c <= 'F' ? 0x20 : 0;
    if (!is_same_secret(lower, hmac_hex(mem, "sha256", hook_secret(provider), data, length))) {
        received->why = "wrong signature";
        return HOOK_FORGED;
    }
    if (!provider->timestamp_header)
        return HOOK_GOOD;
    if (!provider_time(time, &at) || llabs(request->now - at) > provider->replay_seconds) {
        received->why = "signed too long ago, or ahead of the clock";
        return HOOK_STALE;
    }
    return HOOK_GOOD;
}

static bool read_json(void *mem, const struct provider_config *provider, const struct hook_request *request,
                      struct received *received)
{
    const char *charset = generic_charset(mem, provider, request);
    const char *body = charset ? charset_to_utf8(mem, request->body, request->length, charset, true) : NULL;
    struct json_object *document = body ? json_parse(mem, body, strlen(body)) : NULL;

    return document && generic_read_json(mem, provider, document, received);
}

static enum hook_verdict receive(void *mem, const struct provider_config *provider,
                                 const struct hook_request *whole, struct received *received)
{
    struct hook_request request = *whole;
    enum hook_verdict verdict =
        provider->signature_header ? check_signature(mem, provider, whole, received) : HOOK_GOOD;

    if (verdict != HOOK_GOOD)
        return verdict;
    if (provider->signature_header) /* which covers the body alone */
        request.query_text = NULL;
    if (request_is_json(&request) ? !read_json(mem, provider, &request, received)
                                  : !generic_read_form(mem, provider, &request, received)) {
        received->why = "neither a text nor a receipt as configured";
        return HOOK_MALFORMED;
    }
    received->answer = provider->answer;
    return HOOK_GOOD;
}

extern const struct provider_kind generic_provider;
const struct provider_kind generic_provider = {
    .name = "generic",
    .receive = receive,
    .build = generic_build,
    .read = generic_read,
    .polls = generic_polls,
};
