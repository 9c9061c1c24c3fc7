/*
 * Bearer tokens: 256 random bits, of which only a hash is kept.
 */
#ifndef GATEWAY_HTTP_TOKEN_H
#define GATEWAY_HTTP_TOKEN_H

#include "gateway/http/exchange.h"

/* Sets exchange->token from the Authorization header. False: answered with 401 or 403. Call it on a worker.
 */
bool token_allows(struct exchange *exchange, const char *scope);

/* The token with this text, if it may still be used; NULL: none. Call it on a worker. */
const struct token *token_find(struct exchange *exchange, const char *text);

/* A new token, and the hash that is kept of it, both from mem. NULL: no randomness. */
const char *token_new(void *mem, const char **hash);

/* SHA-256 of a token's text in hex, from mem; only this is stored. */
const char *token_hash(void *mem, const char *text);

/* Whether the scope is one of the token's. */
bool token_has_scope(const struct token *token, const char *scope);

/* Every scope; ends with NULL. `xiangyin token --help` says what each allows. */
extern const char *const token_scopes[];

#endif
