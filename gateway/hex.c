#include "gateway/hex.h"

#include <gnutls/gnutls.h>
#include <string.h>
#include <talloc.h>

const char *hex_encode(void *mem, const void *octets, size_t n)
{
    gnutls_datum_t plain = { (unsigned char *)octets, (unsigned)n };
    size_t room = 2 * n + 1;
    char *text = talloc_zero_size(mem, room);

    gnutls_hex_encode(&plain, text, &room);
    return text;
}

const void *hex_decode(void *mem, const char *text, size_t *n)
{
    gnutls_datum_t encoded = { (unsigned char *)text, (unsigned)strlen(text) };
    unsigned char *octets;

    *n = strlen(text) / 2 + 1;
    octets = talloc_size(mem, *n);
    if (gnutls_hex_decode(&encoded, octets, n) == 0)
        return octets;
    talloc_free(octets);
    return NULL;
}
