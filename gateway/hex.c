#include "gateway/hex.h"

#include <gnutls/gnutls.h>
#include <talloc.h>

const char *hex_encode(void *mem, const void *octets, size_t n)
{
    gnutls_datum_t plain = { (unsigned char *)octets, (unsigned)n };
    size_t room = 2 * n + 1;
    char *text = talloc_zero_size(mem, room);

    gnutls_hex_encode(&plain, text, &room);
    return text;
}
