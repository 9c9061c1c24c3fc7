#include "gateway/http/token.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/hex.h"

#define PREFIX "xy_"

enum { TOKEN_OCTETS = 32, USE_SECONDS = 3600 };

const char *const token_scopes[] = { "cases", "guarded", "events", "notices", "report",
                                     "send",  "file",    "record", "open311", NULL };

const char *token_hash(void *mem, const char *text)
{
    unsigned char digest[32];

    gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), digest);
    return hex_encode(mem, digest, sizeof digest);
}

const char *token_new(void *mem, const char **hash)
{
    unsigned char octets[TOKEN_OCTETS];
    char *text;

    if (gnutls_rnd(GNUTLS_RND_KEY, octets, sizeof octets) < 0)
        return NULL;
    text = talloc_asprintf(mem, PREFIX "%s", hex_encode(mem, octets, sizeof octets));
    explicit_bzero(octets, sizeof octets);
    *hash = token_hash(mem, text);
    return text;
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

struct use {
    int64_t token_id, at;
};

static bool write_use(struct turn *turn, void *arg)
{
    const struct use *use = arg;

    return store_use_token(turn->store, use->token_id, use->at);
}

/* Once an hour; that the store cannot keep it is no reason to refuse the token. */
static void note_use(struct exchange *exchange, const struct token *token)
{
    struct use use = { token->id, exchange->now };

    if (exchange->now - token->used_at >= USE_SECONDS)
        desk_do(exchange->server->desk, write_use, &use);
}

/* The time a look-up by hash takes reveals nothing about the token. */
const struct token *token_find(struct exchange *exchange, const char *text)
{
    const char *hash = token_hash(exchange, text);
    struct token *token = NULL;

    if (!store_token_by_hash(exchange->store, exchange, hash, &token) || !token || token->revoked_at ||
        (token->expires_at && token->expires_at <= exchange->now))
        return NULL;
    note_use(exchange, token);
    return token;
}

bool token_allows(struct exchange *exchange, const char *scope)
{
    const char *header = exchange_header(exchange, "Authorization");

    if (header && strncasecmp(header, "Bearer ", 7) == 0)
        exchange->token = token_find(exchange, header + 7 + strspn(header + 7, " "));
    if (!exchange->token) {
        counters_reject(&exchange->server->counters, REJECT_TOKEN);
        exchange_log_refusal(exchange, "http", header ? "unknown, revoked or expired token" : "no token");
        exchange_add_header(exchange, "WWW-Authenticate", "Bearer");
        exchange_refuse(exchange, 401, "a valid bearer token is required");
        return false;
    }
    if (token_has_scope(exchange->token, scope))
        return true;
    counters_reject(&exchange->server->counters, REJECT_SCOPE);
    exchange_log_refusal(
        exchange, "http",
        talloc_asprintf(exchange, "the token \"%s\" lacks the scope %s", exchange->token->name, scope));
    exchange_refuse(exchange, 403, talloc_asprintf(exchange, "the token lacks the scope %s", scope));
    return false;
}
