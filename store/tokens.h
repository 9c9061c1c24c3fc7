/*
 * Who may use the API, and what was asked for under which key, so that asking twice does it once.
 */
#ifndef STORE_TOKENS_H
#define STORE_TOKENS_H

#include "store/store.h"

struct token {
    int64_t id;
    const char *name;
    const char *hash;               /* of the token, hex; unique */
    const char *scopes;             /* words with a space between */
    int64_t created_at, revoked_at; /* 0: not revoked */
};

/* Gives the token its id; 0 when the name is taken by one that is not revoked. */
bool store_add_token(struct store *store, struct token *token);
/* NULL when there is none; revoked ones are found too. */
bool store_token_by_hash(struct store *store, void *mem, const char *hash, struct token **token);
/* All, by id. */
bool store_tokens(struct store *store, void *mem, struct token **tokens, size_t *n);
/* *is_revoked false: no token of this name is in use. */
bool store_revoke_token(struct store *store, const char *name, int64_t at, bool *is_revoked);

/*
 * Notes that a token asked for something under a key. When it did before, *notice_id is what came of it then
 * (0: nothing) and *is_same says whether it asked for the same; *notice_id is -1 when the key is new.
 */
bool store_find_idempotency_key(struct store *store, int64_t token_id, const char *key, const char *what_hash,
                                int64_t *notice_id, bool *is_same);
bool store_note_idempotency_key(struct store *store, int64_t token_id, const char *key, const char *what_hash,
                                int64_t notice_id, int64_t at);

#endif
