/*
 * Requests whose length or addressee two readers could understand differently, refused before anything else.
 */
#ifndef GATEWAY_HTTP_GUARD_H
#define GATEWAY_HTTP_GUARD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * RFC 9112 3.2 and 6.3: exactly one Host, at most one Content-Length, no Content-Length beside a
 * Transfer-Encoding, no encoding but chunked. *length is the body's as announced, 0 when it is not. NULL when
 * all is well, else what is not.
 */
const char *guard_framing(struct MHD_Connection *connection, uint64_t *length);

#endif
