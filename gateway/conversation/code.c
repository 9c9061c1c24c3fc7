#include "gateway/conversation/code.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/hex.h"

#define SALT_OCTETS ((size_t)16)
#define HASH_OCTETS ((size_t)32)

bool code_new(char code[CODE_SIZE])
{
    const uint32_t fair = UINT32_MAX - UINT32_MAX % 1000000;
    uint32_t random;

    do {
        if (gnutls_rnd(GNUTLS_RND_KEY, &random, sizeof random) != 0)
            return false;
    } while (random >= fair);
    snprintf(code, CODE_SIZE, "%06u", random % 1000000);
    return true;
}

/* The salt in hex, then the hash in hex. */
static const char *salted(void *mem, const char *salt, const struct confirmation *confirmation,
                          const char *code)
{
    unsigned char digest[HASH_OCTETS];
    const char *text = talloc_asprintf(mem, "%s|%s|%lld|%s|%s", salt, confirmation->phone,
                                       (long long)confirmation->case_id, confirmation->action, code);

    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), digest) != 0)
        return NULL;
    return talloc_asprintf(mem, "%s%s", salt, hex_encode(mem, digest, sizeof digest));
}

const char *code_hash(void *mem, const struct confirmation *confirmation, const char *code)
{
    unsigned char random[SALT_OCTETS];

    if (gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof random) != 0)
        return NULL;
    return salted(mem, hex_encode(mem, random, sizeof random), confirmation, code);
}

bool code_is_right(void *mem, const struct confirmation *confirmation, const char *code)
{
    const char *expected = confirmation->code_hash;
    const char *hash = salted(mem, talloc_strndup(mem, expected, 2 * SALT_OCTETS), confirmation, code);

    return hash && strlen(hash) == strlen(expected) && gnutls_memcmp(hash, expected, strlen(hash)) == 0;
}
