#include "store/page/sessions.h"

#include <talloc.h>

#include "store/record.h"

static const struct field session_fields[] = {
    FIELD(session, hash, FIELD_TEXT),      FIELD(session, phone, FIELD_TEXT),
    FIELD(session, csrf, FIELD_TEXT),      FIELD(session, address, FIELD_TEXT),
    FIELD(session, language, FIELD_TEXT),  FIELD(session, created_at, FIELD_INT64),
    FIELD(session, seen_at, FIELD_INT64),  FIELD(session, code_at, FIELD_INT64),
    FIELD(session, ended_at, FIELD_INT64),
};
static const struct record session_record = RECORD(session, session_fields);

static const struct field code_fields[] = {
    FIELD(page_code, id, FIELD_INT64),         FIELD(page_code, phone, FIELD_TEXT),
    FIELD(page_code, browser, FIELD_TEXT),     FIELD(page_code, code_hash, FIELD_TEXT),
    FIELD(page_code, address, FIELD_TEXT),     FIELD(page_code, created_at, FIELD_INT64),
    FIELD(page_code, expires_at, FIELD_INT64), FIELD(page_code, tries, FIELD_INT),
    FIELD(page_code, is_sent, FIELD_FLAG),     FIELD(page_code, is_known, FIELD_FLAG),
};
static const struct record code_record = RECORD(page_code, code_fields);

static const struct field factor_fields[] = {
    FIELD(factors, phone, FIELD_TEXT),      FIELD(factors, totp, FIELD_TEXT),
    FIELD(factors, totp_step, FIELD_INT64), FIELD(factors, new_totp, FIELD_TEXT),
    FIELD(factors, password, FIELD_TEXT),
};
static const struct record factor_record = RECORD(factors, factor_fields);

bool store_add_session(struct store *store, const struct session *session, int64_t before)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store, "DELETE FROM page_sessions WHERE seen_at < $1 OR (ended_at <> 0 AND ended_at < $1)",
                   VALUES(as_number(before))) &&
           sql_run(store, record_text(store, &session_record, "INSERT INTO page_sessions {row}"),
                   record_values(&session_record, session, values));
}

bool store_session(struct store *store, void *mem, const char *hash, struct session **session)
{
    bool is_done;

    *session = record_one(store, mem, &session_record, "SELECT {columns} FROM page_sessions WHERE hash = $1",
                          VALUES(as_text(hash)), &is_done);
    return is_done;
}

bool store_see_session(struct store *store, const char *hash, int64_t at)
{
    return sql_run(store, "UPDATE page_sessions SET seen_at = $2 WHERE hash = $1",
                   VALUES(as_text(hash), as_number(at)));
}

bool store_prove_session(struct store *store, const char *hash, int64_t at)
{
    return sql_run(store, "UPDATE page_sessions SET code_at = $2 WHERE hash = $1",
                   VALUES(as_text(hash), as_number(at)));
}

bool store_end_session(struct store *store, const char *hash, int64_t at)
{
    return sql_run(store, "UPDATE page_sessions SET ended_at = $2 WHERE hash = $1 AND ended_at = 0",
                   VALUES(as_text(hash), as_number(at)));
}

bool store_end_sessions(struct store *store, const char *phone, const char *but_hash, int64_t at)
{
    return sql_run(store,
                   "UPDATE page_sessions SET ended_at = $3 WHERE phone = $1 AND hash <> $2 AND ended_at = 0",
                   VALUES(as_text(phone), as_text(but_hash), as_number(at)));
}

bool store_set_session_language(struct store *store, const char *hash, const char *language)
{
    return sql_run(store, "UPDATE page_sessions SET language = $2 WHERE hash = $1",
                   VALUES(as_text(hash), as_text(language)));
}

bool store_sessions(struct store *store, void *mem, const char *phone, struct session **sessions, size_t *n)
{
    bool is_done;

    *sessions = record_list(store, mem, &session_record,
                            "SELECT {columns} FROM page_sessions WHERE phone = $1 AND ended_at = 0"
                            " ORDER BY created_at DESC",
                            false, VALUES(as_text(phone)), n, &is_done);
    return is_done;
}

bool store_knows_address(struct store *store, const char *phone, const char *address, int64_t since,
                         bool *is_known)
{
    int64_t n;
    bool is_done = sql_number(store,
                              "SELECT EXISTS (SELECT 1 FROM page_sessions WHERE phone = $1 AND address = $2"
                              " AND created_at >= $3)",
                              VALUES(as_text(phone), as_text(address), as_number(since)), &n);

    *is_known = n != 0;
    return is_done;
}

bool store_add_page_code(struct store *store, struct page_code *code, int64_t before)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store, "DELETE FROM page_codes WHERE created_at < $1", VALUES(as_number(before))) &&
           sql_insert(store, record_text(store, &code_record, "INSERT INTO page_codes {row}"),
                      record_values(&code_record, code, values), &code->id);
}

bool store_page_code(struct store *store, void *mem, const char *phone, const char *browser,
                     struct page_code **code)
{
    bool is_done;

    *code = record_one(store, mem, &code_record,
                       "SELECT {columns} FROM page_codes WHERE phone = $1 AND browser = $2"
                       " ORDER BY id DESC LIMIT 1",
                       VALUES(as_text(phone), as_text(browser)), &is_done);
    return is_done;
}

bool store_update_page_code(struct store *store, const struct page_code *code)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store, record_text(store, &code_record, "UPDATE page_codes SET {changes} WHERE id = $1"),
                   record_values(&code_record, code, values));
}

bool store_count_page_codes(struct store *store, const char *phone, int64_t since, int64_t *all,
                            int64_t *unknown)
{
    return sql_number(store,
                      "SELECT count(*) FROM page_codes WHERE phone = $1 AND created_at >= $2 AND is_sent = 1",
                      VALUES(as_text(phone), as_number(since)), all) &&
           sql_number(store,
                      "SELECT count(*) FROM page_codes WHERE phone = $1 AND created_at >= $2 AND is_sent = 1"
                      " AND is_known = 0",
                      VALUES(as_text(phone), as_number(since)), unknown);
}

bool store_count_codes_from(struct store *store, const char *address, int64_t since, int64_t *n)
{
    return sql_number(store, "SELECT count(*) FROM page_codes WHERE address = $1 AND created_at >= $2",
                      VALUES(as_text(address), as_number(since)), n);
}

bool store_factors(struct store *store, void *mem, const char *phone, struct factors **factors)
{
    bool is_done;

    *factors = record_one(store, mem, &factor_record, "SELECT {columns} FROM page_factors WHERE phone = $1",
                          VALUES(as_text(phone)), &is_done);
    if (is_done && !*factors) {
        *factors = talloc_zero(mem, struct factors);
        **factors = (struct factors){ .phone = phone, .totp = "", .new_totp = "", .password = "" };
    }
    return is_done;
}

bool store_put_factors(struct store *store, const struct factors *factors)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store,
                   record_text(store, &factor_record,
                               "INSERT INTO page_factors {row} ON CONFLICT (phone) DO UPDATE SET"
                               " totp = excluded.totp, totp_step = excluded.totp_step,"
                               " new_totp = excluded.new_totp, password = excluded.password"),
                   record_values(&factor_record, factors, values));
}
