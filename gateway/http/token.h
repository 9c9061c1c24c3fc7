/*
 * Bearer tokens: 256 random bits, of which only a hash is kept.
 */
#ifndef GATEWAY_HTTP_TOKEN_H
#define GATEWAY_HTTP_TOKEN_H

#include "gateway/http/exchange.h"

/* On a worker: sets exchange->token; refuses with 401 or 403 and returns false when it does not allow this.
 */
bool token_allows(struct exchange *exchange, const char *scope);

/* The same for a token that came another way than in the Authorization header; refuses nothing. */
const struct token *token_find(struct exchange *exchange, const char *text);

/* A new one, and what is kept of it, both from mem. NULL without randomness. */
const char *token_new(void *mem, const char **hash);

bool token_has_scope(const struct token *token, const char *scope);

/* Every scope there is, ends with NULL; what each allows stands beside it. */
struct token_scope {
    const char *name, *meaning;
};
extern const struct token_scope token_scopes[];

#endif
