#include "gateway/http/guard.h"

#include <stdlib.h>
#include <string.h>

struct framing {
    int hosts, lengths, encodings;
    bool is_strange, has_bad_header, is_encoded;
    uint64_t length;
};

/* A token of RFC 9110 5.6.2; a blank before the colon makes a name that some proxies read and others do not.
 */
static bool is_token(const char *name, size_t length)
{
    static const char letters[] =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    return length > 0 && strlen(name) == length && strspn(name, letters) == length;
}

static enum MHD_Result look(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_length,
                            const char *value, size_t value_length)
{
    struct framing *framing = arg;

    (void)kind, (void)value_length;
    value = value ? value : "";
    framing->has_bad_header |= !is_token(name, name_length) || strchr(value, '\r') != NULL;
    if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0) {
        framing->hosts++;
        framing->is_strange |= *value == '\0' || value[strcspn(value, " \t/?#@\\")] != '\0';
    } else if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        framing->lengths++;
        framing->is_strange |=
            *value == '\0' || value[strspn(value, "0123456789")] != '\0' || strlen(value) > 18;
        framing->length = strtoull(value, NULL, 10);
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        framing->encodings++;
        framing->is_strange |= strcasecmp(value, "chunked") != 0;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_ENCODING) == 0) {
        framing->is_encoded |= strcasecmp(value, "identity") != 0;
    }
    return MHD_YES;
}

static const char *what_is_wrong(const struct framing *framing, bool is_old)
{
    if (framing->has_bad_header)
        return "invalid header";
    if (framing->hosts > 1 || (framing->hosts == 0 && !is_old))
        return "a request must have exactly one Host";
    if (framing->encodings > 0 && is_old)
        return "HTTP/1.0 knows no Transfer-Encoding";
    if (framing->lengths > 1)
        return "a request must not have more than one Content-Length";
    if (framing->encodings > 0 && framing->lengths > 0)
        return "Content-Length and Transfer-Encoding contradict each other";
    if (framing->encodings > 1 || framing->is_strange)
        return "invalid Host, Content-Length or Transfer-Encoding";
    return NULL;
}

const char *guard_request(struct MHD_Connection *connection, const char *version, uint64_t *length,
                          int *status)
{
    struct framing framing = { 0 };
    const char *wrong;

    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look, &framing);
    *length = framing.length;
    *status = 400;
    wrong = what_is_wrong(&framing, strcmp(version, MHD_HTTP_VERSION_1_0) == 0);
    if (wrong || !framing.is_encoded)
        return wrong;
    *status = 415;
    return "Content-Encoding: only identity is understood";
}
