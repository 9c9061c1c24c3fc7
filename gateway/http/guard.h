/*
 * Refuses requests whose length or host a proxy before us could understand differently.
 */
#ifndef GATEWAY_HTTP_GUARD_H
#define GATEWAY_HTTP_GUARD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * RFC 9112 5.1, 3.2 and 6.3: header names without blanks, exactly one Host, at most one
 * Content-Length, no Content-Length beside a Transfer-Encoding, no encoding but chunked. *length becomes the
 * announced length of the body, 0 if none is. NULL: well framed; else what is wrong.
 */
const char *guard_framing(struct MHD_Connection *connection, uint64_t *length);

#endif
