/*
 * Certificates for tests, each signed by itself.
 */
#ifndef TESTS_SUPPORT_CERTIFICATE_H
#define TESTS_SUPPORT_CERTIFICATE_H

#include <gnutls/gnutls.h>
#include <time.h>

/* name: a host's, or an IPv4 address. Both come out in PEM, for gnutls_free. Aborts when it cannot. */
void certificate_make(const char *name, time_t from, time_t until, gnutls_datum_t *certificate,
                      gnutls_datum_t *key);

/* The same with a key for RSA, which can be exchanged without forward secrecy. */
void certificate_make_rsa(const char *name, time_t from, time_t until, gnutls_datum_t *certificate,
                          gnutls_datum_t *key);

/* At the end of the file, which is made when it is not there. */
void certificate_append(const char *path, const gnutls_datum_t *pem);

#endif
