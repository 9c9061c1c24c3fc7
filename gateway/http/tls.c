#include "gateway/http/tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

enum { FILE_MOST = 1 << 20 };

/*
 * GnuTLS's names of what is spoken: TLS 1.2 and 1.3 with forward secrecy and authenticated encryption (RFC
 * 9325 4.2), that is, neither static RSA nor CBC.
 */
static const char priorities[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-SHA1"
                                 ":-AES-128-CBC:-AES-256-CBC:-CAMELLIA-128-CBC:-CAMELLIA-256-CBC";

/* NULL: errno says why. */
static char *read_file(void *mem, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = talloc_zero_size(mem, FILE_MOST);

    if (!file)
        return NULL;
    errno = EIO;
    if (fread(text, 1, FILE_MOST - 1, file) == 0)
        text = NULL;
    fclose(file);
    return text;
}

static const char *check_pair(void *mem, const struct tls *tls)
{
    gnutls_datum_t certificate = { (unsigned char *)tls->certificate, (unsigned)strlen(tls->certificate) };
    gnutls_datum_t key = { (unsigned char *)tls->key, (unsigned)strlen(tls->key) };
    gnutls_certificate_credentials_t credentials;
    int code = gnutls_certificate_allocate_credentials(&credentials);

    if (code < 0)
        return gnutls_strerror(code);
    code =
        gnutls_certificate_set_x509_key_mem2(credentials, &certificate, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_certificate_free_credentials(credentials);
    return code < 0 ? talloc_asprintf(mem, "the certificate and key do not fit: %s", gnutls_strerror(code))
                    : NULL;
}

struct tls *tls_read(void *mem, const struct config *config, const char **error)
{
    struct tls *tls = talloc_zero(mem, struct tls);
    const char *path = config->http_certificate, *wrong;

    tls->certificate = read_file(tls, path);
    if (tls->certificate) {
        path = config->http_key;
        tls->key = path ? read_file(tls, path) : NULL;
    }
    wrong = tls->key ? check_pair(mem, tls)
                     : talloc_asprintf(mem, "cannot read %s: %s", path ? path : "the key", strerror(errno));
    if (!wrong)
        return tls;
    *error = talloc_asprintf(mem, "http: %s", wrong);
    tls_forget(tls);
    return NULL;
}

void tls_options(const struct tls *tls, struct MHD_OptionItem options[TLS_OPTIONS])
{
    const struct MHD_OptionItem end = { MHD_OPTION_END, 0, NULL };

    options[0] = end;
    if (!tls)
        return;
    options[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)tls->certificate };
    options[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key };
    options[2] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)priorities };
    options[3] = end;
}

void tls_forget(struct tls *tls)
{
    if (tls && tls->key)
        explicit_bzero(tls->key, strlen(tls->key));
    talloc_free(tls);
}
