/*
 * The certificate and key of the server, as http { certificate key } names them.
 */
#ifndef GATEWAY_HTTP_TLS_H
#define GATEWAY_HTTP_TLS_H

#include <microhttpd.h>

#include "gateway/config.h"

struct tls {
    const char *certificate; /* PEM: the chain */
    char *key;               /* PEM */
};

/*
 * Reads both files, from mem, and checks that they fit one another. NULL: *error says why, from mem. The
 * caller ends with tls_forget.
 */
struct tls *tls_read(void *mem, const struct config *config, const char **error);

/* libmicrohttpd's options for this certificate, for MHD_OPTION_ARRAY; tls NULL: none. They point into tls. */
enum { TLS_OPTIONS = 4 };
void tls_options(const struct tls *tls, struct MHD_OptionItem options[TLS_OPTIONS]);

/* Overwrites the key and frees all; tls may be NULL. */
void tls_forget(struct tls *tls);

#endif
