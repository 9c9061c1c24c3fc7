/*
 * One MHD_Daemon of libmicrohttpd, and what it calls: for each connection, request and piece of a body.
 */
#ifndef GATEWAY_HTTP_DAEMON_H
#define GATEWAY_HTTP_DAEMON_H

#include <stdarg.h>

#include "gateway/http/exchange.h"
#include "gateway/http/tls.h"

/*
 * Starts one on the server's address, or, where listen_fd is not -1, on that listening socket, which it owns
 * from then on. tls NULL: without TLS. connections: the most it accepts. A poller has to run it. NULL: it
 * cannot, and errno says why.
 */
struct MHD_Daemon *daemon_start(struct http_server *server, int listen_fd, const struct tls *tls,
                                int connections);

/* For MHD_OPTION_EXTERNAL_LOGGER: libmicrohttpd reports every client that disconnects or sends nonsense,
 * which is not worth logging. */
void daemon_keep_quiet(void *arg, const char *format, va_list arguments);

#endif
