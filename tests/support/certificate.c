#include "tests/support/certificate.h"

#include <arpa/inet.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So that two for the same name are told apart. */
static void set_serial(gnutls_x509_crt_t crt)
{
    static unsigned char serial;

    serial++;
    gnutls_x509_crt_set_serial(crt, &serial, 1);
}

static void set_name(gnutls_x509_crt_t crt, const char *name)
{
    struct in_addr address;

    gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
    if (inet_pton(AF_INET, name, &address) == 1)
        gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, &address, sizeof address,
                                             GNUTLS_FSAN_SET);
    else
        gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name),
                                             GNUTLS_FSAN_SET);
}

static void make(gnutls_pk_algorithm_t algorithm, unsigned bits, const char *name, time_t from, time_t until,
                 gnutls_datum_t *certificate, gnutls_datum_t *key)
{
    gnutls_x509_privkey_t private_key;
    gnutls_x509_crt_t crt;

    gnutls_x509_privkey_init(&private_key);
    gnutls_x509_privkey_generate(private_key, algorithm, bits, 0);
    gnutls_x509_crt_init(&crt);
    gnutls_x509_crt_set_version(crt, 3);
    set_serial(crt);
    set_name(crt, name);
    gnutls_x509_crt_set_activation_time(crt, from);
    gnutls_x509_crt_set_expiration_time(crt, until);
    gnutls_x509_crt_set_basic_constraints(crt, 1, -1);
    gnutls_x509_crt_set_key(crt, private_key);
    if (gnutls_x509_crt_sign2(crt, crt, private_key, GNUTLS_DIG_SHA256, 0) < 0 ||
        gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, certificate) < 0 ||
        gnutls_x509_privkey_export2(private_key, GNUTLS_X509_FMT_PEM, key) < 0)
        abort();
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(private_key);
}

void certificate_make(const char *name, time_t from, time_t until, gnutls_datum_t *certificate,
                      gnutls_datum_t *key)
{
    make(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), name, from, until, certificate,
         key);
}

void certificate_make_rsa(const char *name, time_t from, time_t until, gnutls_datum_t *certificate,
                          gnutls_datum_t *key)
{
    make(GNUTLS_PK_RSA, 2048, name, from, until, certificate, key);
}

void certificate_append(const char *path, const gnutls_datum_t *pem)
{
    FILE *file = fopen(path, "ab");

    if (!file || fwrite(pem->data, 1, pem->size, file) != pem->size || fclose(file) != 0)
        abort();
}
