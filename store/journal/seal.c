#include "store/journal/seal.h"

#include <sodium.h>
#include <string.h>
#include <talloc.h>

static bool read_key(const char *text, unsigned char key[crypto_box_SECRETKEYBYTES])
{
    size_t n;

    return text && sodium_hex2bin(key, crypto_box_SECRETKEYBYTES, text, strlen(text), NULL, &n, NULL) == 0 &&
           n == crypto_box_SECRETKEYBYTES;
}

void seal_new_key(char public_key[SEAL_KEY_SIZE], char private_key[SEAL_KEY_SIZE])
{
    unsigned char open[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES];

    if (sodium_init() < 0)
        return;
    crypto_box_keypair(open, secret);
    sodium_bin2hex(public_key, SEAL_KEY_SIZE, open, sizeof open);
    sodium_bin2hex(private_key, SEAL_KEY_SIZE, secret, sizeof secret);
    sodium_memzero(secret, sizeof secret);
}

const char *seal(void *mem, const char *public_key, const char *text)
{
    unsigned char key[crypto_box_PUBLICKEYBYTES], *box;
    size_t length = strlen(text), sealed = length + crypto_box_SEALBYTES, room;
    char *answer = NULL;

    if (sodium_init() < 0 || !read_key(public_key, key))
        return NULL;
    box = talloc_array(mem, unsigned char, sealed);
    room = sodium_base64_encoded_len(sealed, sodium_base64_VARIANT_ORIGINAL);
    /* it fails for some keys, such as one of zeros, and then has written nothing */
    if (crypto_box_seal(box, (const unsigned char *)text, length, key) == 0) {
        answer = talloc_array(mem, char, room);
        sodium_bin2base64(answer, room, box, sealed, sodium_base64_VARIANT_ORIGINAL);
    }
    talloc_free(box);
    return answer;
}

bool seal_is_key(const char *public_key)
{
    const char *sealed = seal(NULL, public_key, "");

    talloc_free((void *)sealed);
    return sealed != NULL;
}

const char *seal_open(void *mem, const char *private_key, const char *sealed)
{
    unsigned char open[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES], *box;
    size_t n, room = strlen(sealed) + 1;
    char *answer = NULL;

    if (sodium_init() < 0 || !read_key(private_key, secret) || crypto_scalarmult_base(open, secret) != 0)
        return NULL;
    box = talloc_array(mem, unsigned char, room);
    if (sodium_base642bin(box, room, sealed, strlen(sealed), NULL, &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) == 0 &&
        n >= crypto_box_SEALBYTES) {
        answer = talloc_zero_array(mem, char, n - crypto_box_SEALBYTES + 1);
        if (crypto_box_seal_open((unsigned char *)answer, box, n, open, secret) != 0)
            TALLOC_FREE(answer);
    }
    talloc_free(box);
    sodium_memzero(secret, sizeof secret);
    return answer;
}
