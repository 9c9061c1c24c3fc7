#include "gateway/http/token.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define PREFIX "xy_"

enum { TOKEN_OCTETS = 32 };

const struct token_scope token_scopes[] = {
    { "cases", "read cases and their steps" },
    { "guarded", "those against officials too" },
    { "events", "read what reached the gateway" },
    { "notices", "read what went out" },
    { "report", "read counts" },
    { "send", "send texts" },
    { "file", "bring what people said elsewhere, as if they had texted it" },
    { 0 },
};

static void write_hex(char *text, const unsigned char *octets, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sprintf(text + 2 * i, "%02x", octets[i]);
}

static const char *hash_of(void *mem, const char *text)
{
    unsigned char digest[32];
    char *hex = talloc_size(mem, 2 * sizeof digest + 1);

    if (!hex || gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), digest) < 0)
        return NULL;
    write_hex(hex, digest, sizeof digest);
    return hex;
}

const char *token_new(void *mem, const char **hash)
{
    unsigned char octets[TOKEN_OCTETS];
    char *text = talloc_size(mem, strlen(PREFIX) + 2 * sizeof octets + 1);

    if (!text || gnutls_rnd(GNUTLS_RND_KEY, octets, sizeof octets) < 0)
        return NULL;
    memcpy(text, PREFIX, sizeof PREFIX);
    write_hex(text + strlen(PREFIX), octets, sizeof octets);
    explicit_bzero(octets, sizeof octets);
    *hash = hash_of(mem, text);
    return *hash ? text : NULL;
}

bool token_has_scope(const struct token *token, const char *scope)
{
    size_t length = strlen(scope);

    for (const char *word = token->scopes; *word; word += strspn(word, " ")) {
        size_t n = strcspn(word, " ");

        if (n == length && strncmp(word, scope, n) == 0)
            return true;
        word += n;
    }
    return false;
}

/* Looking for the hash tells nothing of the token, however long it takes. */
const struct token *token_find(struct exchange *exchange, const char *text)
{
    const char *hash = hash_of(exchange, text);
    struct token *token = NULL;

    if (!hash || !store_token_by_hash(exchange->store, exchange, hash, &token))
        return NULL;
    return token && token->revoked_at == 0 ? token : NULL;
}

bool token_allows(struct exchange *exchange, const char *scope)
{
    const char *header = exchange_header(exchange, "Authorization");

    if (header && strncasecmp(header, "Bearer ", 7) == 0)
        exchange->token = token_find(exchange, header + 7 + strspn(header + 7, " "));
    if (!exchange->token) {
        counters_reject(&exchange->server->counters, REJECT_TOKEN);
        exchange_add_header(exchange, "WWW-Authenticate", "Bearer");
        exchange_refuse(exchange, 401, "a bearer token is wanted");
        return false;
    }
    if (token_has_scope(exchange->token, scope))
        return true;
    counters_reject(&exchange->server->counters, REJECT_SCOPE);
    exchange_refuse(exchange, 403, talloc_asprintf(exchange, "the token lacks the scope %s", scope));
    return false;
}
