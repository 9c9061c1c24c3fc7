#include "gateway/provider/digest.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <talloc.h>

#include "gateway/hex.h"

const char *base64_encode(void *mem, const void *data, size_t length)
{
    gnutls_datum_t plain = { (unsigned char *)data, (unsigned)length }, code = { NULL, 0 };
    char *text;

    if (length == 0 || gnutls_base64_encode2(&plain, &code) < 0)
        return talloc_strdup(mem, "");
    text = talloc_strndup(mem, (char *)code.data, code.size);
    gnutls_free(code.data);
    return text;
}

const char *digest_hex(void *mem, const char *algorithm, const void *data, size_t length)
{
    gnutls_digest_algorithm_t id = gnutls_digest_get_id(algorithm);
    unsigned char digest[DIGEST_MOST];

    if (id == GNUTLS_DIG_UNKNOWN || gnutls_hash_fast(id, data, length, digest) < 0)
        return NULL;
    return hex_encode(mem, digest, gnutls_hash_get_len(id));
}

size_t hmac_octets(const char *algorithm, const void *secret, size_t n_secret, const void *data,
                   size_t length, unsigned char digest[DIGEST_MOST])
{
    gnutls_mac_algorithm_t id = gnutls_mac_get_id(algorithm);

    if (id == GNUTLS_MAC_UNKNOWN || gnutls_hmac_fast(id, secret, n_secret, data, length, digest) < 0)
        return 0;
    return gnutls_hmac_get_len(id);
}

const char *hmac_hex(void *mem, const char *algorithm, const char *secret, const void *data, size_t length)
{
    unsigned char digest[DIGEST_MOST];
    size_t n = hmac_octets(algorithm, secret, strlen(secret), data, length, digest);

    return n ? hex_encode(mem, digest, n) : NULL;
}

const char *key_of(void *mem, const char *const *texts, size_t n)
{
    char *all = talloc_strdup(mem, "");
    size_t length = 0;

    /* the NUL keeps "a", "bc" apart from "ab", "c" */
    for (size_t i = 0; i < n; i++) {
        const char *text = texts[i] ? texts[i] : "";
        size_t more = strlen(text) + 1;

        all = talloc_realloc_size(mem, all, length + more);
        memcpy(all + length, text, more);
        length += more;
    }
    return talloc_strndup(mem, digest_hex(mem, "sha256", all, length), 32);
}

bool is_same_secret(const char *given, const char *expected)
{
    size_t n = expected ? strlen(expected) : 0;

    return given && expected && strlen(given) == n && gnutls_memcmp(given, expected, n) == 0;
}
