#include <nettle/sha2.h>
#include <string.h>

#include "store/journal/journal_private.h"

void journal_hex(const unsigned char *octets, size_t n, char *hex)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        hex[2 * i] = digits[octets[i] >> 4];
        hex[2 * i + 1] = digits[octets[i] & 15];
    }
    hex[2 * n] = '\0';
}

static void add_text(struct sha256_ctx *all, const char *text)
{
    sha256_update(all, strlen(text), (const uint8_t *)text);
}

/* Writes the number in decimal, and a line feed. */
static char *put_number(char *to, int64_t number)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    *--at = '\n';
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        *--at = '-';
    memcpy(to, at, (size_t)(digits + sizeof digits - at));
    return to + (digits + sizeof digits - at);
}

void journal_body_digest(const char *salt, const char *body, unsigned char digest[JOURNAL_HASH_OCTETS])
{
    struct sha256_ctx all;

    sha256_init(&all);
    add_text(&all, salt);
    add_text(&all, body);
    sha256_digest(&all, JOURNAL_HASH_OCTETS, digest);
}

void journal_chain_digest(const char *last, const struct journal_row *row,
                          unsigned char digest[JOURNAL_HASH_OCTETS])
{
    struct sha256_ctx all;
    char numbers[64], *end = numbers;

    *end++ = '\n';
    end = put_number(put_number(end, row->seq), row->at);
    sha256_init(&all);
    add_text(&all, last);
    sha256_update(&all, (size_t)(end - numbers), (const uint8_t *)numbers);
    add_text(&all, row->kind);
    add_text(&all, "\n");
    add_text(&all, row->entity);
    add_text(&all, "\n");
    add_text(&all, row->body_hash);
    sha256_digest(&all, JOURNAL_HASH_OCTETS, digest);
}

void journal_body_hash(const char *salt, const char *body, char hash[JOURNAL_HASH_SIZE])
{
    unsigned char digest[JOURNAL_HASH_OCTETS];

    journal_body_digest(salt, body, digest);
    journal_hex(digest, sizeof digest, hash);
}

void journal_chain_hash(const char *last, const struct journal_row *row, char hash[JOURNAL_HASH_SIZE])
{
    unsigned char digest[JOURNAL_HASH_OCTETS];

    journal_chain_digest(last, row, digest);
    journal_hex(digest, sizeof digest, hash);
}
