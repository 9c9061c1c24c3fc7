/*
 * Refuses requests whose length or host a proxy before us could understand differently, and bodies that are
 * not what they seem.
 *
 * One thing cannot be seen here: libmicrohttpd (0.9.75) hands on a header's value, and the target of a
 * request, up to a NUL octet, and measures both with strlen, so that MHD_get_connection_values_n tells no
 * more. Such a request counts as if it ended there; what stands behind the NUL is never looked at. A NUL in a
 * name, and %00 in a path or a form, are refused. Proxies (nginx, HAProxy, Apache) refuse a NUL themselves.
 */
#ifndef GATEWAY_HTTP_GUARD_H
#define GATEWAY_HTTP_GUARD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * RFC 9112 5.1, 3.2, 6.1 and 6.3: header names without blanks, values without a bare CR, exactly one Host (by
 * HTTP/1.0 at most one), at most one Content-Length, no Content-Length beside a Transfer-Encoding, no
 * encoding but chunked, and none by HTTP/1.0. RFC 9110 8.4: a body as it is, in no Content-Encoding but
 * identity. *length becomes the announced length of the body, 0 if none is. NULL: it may be read; else what
 * is wrong, and *status what to answer: 400, or 415 for a Content-Encoding.
 */
const char *guard_request(struct MHD_Connection *connection, const char *version, uint64_t *length,
                          int *status);

#endif
