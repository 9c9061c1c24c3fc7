#include "store/tokens.h"

#include <string.h>

#include "store/record.h"

static const struct field token_fields[] = {
    FIELD(token, id, FIELD_INT64),         FIELD(token, name, FIELD_TEXT),
    FIELD(token, hash, FIELD_TEXT),        FIELD(token, scopes, FIELD_TEXT),
    FIELD(token, created_at, FIELD_INT64), FIELD(token, revoked_at, FIELD_ID),
    FIELD(token, expires_at, FIELD_ID),    FIELD(token, used_at, FIELD_ID),
};
static const struct record token_record = RECORD(token, token_fields);

bool store_add_token(struct store *store, struct token *token)
{
    struct value values[RECORD_FIELDS];

    return sql_number(
        store,
        record_text(store, &token_record, "INSERT INTO tokens {row} ON CONFLICT DO NOTHING RETURNING id"),
        record_values(&token_record, token, values), &token->id);
}

bool store_token_by_hash(struct store *store, void *mem, const char *hash, struct token **token)
{
    bool is_done;

    *token = record_one(store, mem, &token_record, "SELECT {columns} FROM tokens WHERE hash = $1",
                        VALUES(as_text(hash)), &is_done);
    return is_done;
}

bool store_tokens(struct store *store, void *mem, struct token **tokens, size_t *n)
{
    bool is_done;

    *tokens = record_list(store, mem, &token_record, "SELECT {columns} FROM tokens ORDER BY id", false,
                          NO_VALUES, n, &is_done);
    return is_done;
}

bool store_use_token(struct store *store, int64_t id, int64_t at)
{
    return sql_run(store, "UPDATE tokens SET used_at = $2 WHERE id = $1",
                   VALUES(as_number(id), as_number(at)));
}

bool store_revoke_token(struct store *store, const char *name, int64_t at, bool *is_revoked)
{
    int64_t id;
    bool is_done = sql_number(
        store, "UPDATE tokens SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL RETURNING id",
        VALUES(as_text(name), as_number(at)), &id);

    *is_revoked = id != 0;
    return is_done;
}

struct known_key {
    int64_t notice_id;
    const char *what_hash;
    bool is_same;
};

static bool take_key(const struct row *row, void *arg)
{
    struct known_key *known = arg;
    const char *hash = row_text(row, 1);

    known->notice_id = row_number(row, 0);
    known->is_same = hash && strcmp(hash, known->what_hash) == 0;
    return false;
}

bool store_find_idempotency_key(struct store *store, int64_t token_id, const char *key, const char *what_hash,
                                int64_t *notice_id, bool *is_same)
{
    struct known_key known = { -1, what_hash, false };
    bool is_done =
        sql_each(store, "SELECT notice_id, what_hash FROM idempotency_keys WHERE token_id = $1 AND key = $2",
                 VALUES(as_number(token_id), as_text(key)), take_key, &known);

    *notice_id = known.notice_id;
    *is_same = known.is_same;
    return is_done;
}

bool store_note_idempotency_key(struct store *store, int64_t token_id, const char *key, const char *what_hash,
                                int64_t notice_id, int64_t at)
{
    return sql_run(
        store,
        "INSERT INTO idempotency_keys (token_id, key, what_hash, notice_id, at) VALUES ($1, $2, $3, $4, $5)",
        VALUES(as_number(token_id), as_text(key), as_text(what_hash), as_id(notice_id), as_number(at)));
}
