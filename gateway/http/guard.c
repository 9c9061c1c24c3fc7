#include "gateway/http/guard.h"

#include <stdlib.h>
#include <string.h>

struct framing {
    int hosts, lengths, encodings;
    bool is_strange;
    uint64_t length;
};

static enum MHD_Result look(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *framing = arg;

    (void)kind;
    value = value ? value : "";
    if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0) {
        framing->hosts++;
        framing->is_strange |= *value == '\0';
    } else if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        framing->lengths++;
        framing->is_strange |=
            *value == '\0' || value[strspn(value, "0123456789")] != '\0' || strlen(value) > 18;
        framing->length = strtoull(value, NULL, 10);
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        framing->encodings++;
        framing->is_strange |= strcasecmp(value, "chunked") != 0;
    }
    return MHD_YES;
}

const char *guard_framing(struct MHD_Connection *connection, uint64_t *length)
{
    struct framing framing = { 0 };

    MHD_get_connection_values(connection, MHD_HEADER_KIND, look, &framing);
    *length = framing.length;
    if (framing.hosts != 1)
        return "a request must have exactly one Host";
    if (framing.lengths > 1)
        return "a request must not have more than one Content-Length";
    if (framing.encodings > 0 && framing.lengths > 0)
        return "Content-Length and Transfer-Encoding contradict each other";
    if (framing.encodings > 1 || framing.is_strange)
        return "invalid Host, Content-Length or Transfer-Encoding";
    return NULL;
}
