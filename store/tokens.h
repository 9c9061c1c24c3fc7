/*
 * Tokens, which give access to the API, and idempotency keys, so that a repeated request is carried out once.
 *
 * The store keeps only hashes of tokens and never sees a token. Times are seconds since 1970 UTC. What is
 * found is allocated from mem.
 */
#ifndef STORE_TOKENS_H
#define STORE_TOKENS_H

#include "store/store.h"

struct token {
    int64_t id;
    const char *name;
    const char *hash;               /* SHA-256 of the token in hex; unique */
    const char *scopes;             /* words separated by a space, such as "cases send" */
    int64_t created_at, revoked_at; /* revoked_at 0: in use */
    int64_t expires_at;             /* 0: never */
    int64_t used_at;                /* last use, noted once an hour; 0: never used */
};

/* Adds the token and gives it its id; 0: a token in use has its name, and nothing was added. */
bool store_add_token(struct store *store, struct token *token);
/* NULL when there is none. Finds revoked tokens too: the caller looks at revoked_at. */
bool store_token_by_hash(struct store *store, void *mem, const char *hash, struct token **token);
/* All tokens, by id, with revoked ones; NULL with *n 0 when there are none. */
bool store_tokens(struct store *store, void *mem, struct token **tokens, size_t *n);
/* Notes that a token was used. */
bool store_use_token(struct store *store, int64_t id, int64_t at);
/* Revokes the token in use with this name. *is_revoked false: there is none. */
bool store_revoke_token(struct store *store, const char *name, int64_t at, bool *is_revoked);

/*
 * Looks up a request of a token by its idempotency key. *notice_id: the notice that came of it, 0 none, -1
 * when the key is new. *is_same: the earlier request had the same what_hash (any hash of the request, as
 * text).
 */
bool store_find_idempotency_key(struct store *store, int64_t token_id, const char *key, const char *what_hash,
                                int64_t *notice_id, bool *is_same);
/* Keeps a key that store_find_idempotency_key did not find, in the same transaction. False also when it is
 * there. */
bool store_note_idempotency_key(struct store *store, int64_t token_id, const char *key, const char *what_hash,
                                int64_t notice_id, int64_t at);

#endif
