/*
 * Refuses requests whose length or host a proxy before us could understand differently.
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
 * RFC 9112 5.1, 3.2, 6.1 and 6.3: header names without blanks, values without a bare CR, exactly one Host (of
 * a probe by HTTP/1.0 at most one), at most one Content-Length, no Content-Length beside a Transfer-Encoding,
 * no encoding but chunked, and none by HTTP/1.0. *length becomes the announced length of the body, 0 if none
 * is. NULL: well framed; else what is wrong.
 */
const char *guard_framing(struct MHD_Connection *connection, const char *version, bool is_probe,
                          uint64_t *length);

#endif
