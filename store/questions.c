#include "store/questions.h"

#include "store/record.h"

static const char *const question_words[] = { "rating", "list",     "appeal",  "place",
                                              "owner",  "progress", "command", NULL };

static const struct field question_fields[] = {
    FIELD(question, phone, FIELD_TEXT),     WORD(question, kind, question_words),
    FIELD(question, case_id, FIELD_ID),     FIELD(question, data, FIELD_TEXT),
    FIELD(question, asked_at, FIELD_INT64), FIELD(question, expires_at, FIELD_INT64),
};
static const struct record question_record = RECORD(question, question_fields);

static const struct field confirmation_fields[] = {
    FIELD(confirmation, id, FIELD_INT64),         FIELD(confirmation, phone, FIELD_TEXT),
    FIELD(confirmation, action, FIELD_TEXT),      FIELD(confirmation, case_id, FIELD_ID),
    FIELD(confirmation, words, FIELD_TEXT),       FIELD(confirmation, code_hash, FIELD_TEXT),
    FIELD(confirmation, expires_at, FIELD_INT64), FIELD(confirmation, line, FIELD_TEXT),
};
static const struct record confirmation_record = RECORD(confirmation, confirmation_fields);

static const struct field undo_fields[] = {
    FIELD(undo, phone, FIELD_TEXT),     FIELD(undo, case_id, FIELD_ID), FIELD(undo, step_id, FIELD_INT64),
    FIELD(undo, event_id, FIELD_INT64), FIELD(undo, at, FIELD_INT64),   FIELD(undo, before, FIELD_TEXT),
};
static const struct record undo_record = RECORD(undo, undo_fields);

static const struct field page_fields[] = {
    FIELD(list_page, phone, FIELD_TEXT), FIELD(list_page, list, FIELD_TEXT),
    FIELD(list_page, part, FIELD_INT),   FIELD(list_page, after_id, FIELD_INT64),
    FIELD(list_page, shown, FIELD_INT),  FIELD(list_page, at, FIELD_INT64),
};
static const struct record page_record = RECORD(list_page, page_fields);

bool store_put_list_page(struct store *store, const struct list_page *page)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store,
                   record_text(store, &page_record,
                               "INSERT INTO list_pages {row} ON CONFLICT (phone, list) DO UPDATE SET"
                               " part = excluded.part, after_id = excluded.after_id, shown = excluded.shown,"
                               " at = excluded.at"),
                   record_values(&page_record, page, values));
}

bool store_list_page(struct store *store, void *mem, const char *phone, int64_t since,
                     struct list_page **page)
{
    bool is_done;

    *page = record_one(store, mem, &page_record,
                       "SELECT {columns} FROM list_pages WHERE phone = $1 AND at >= $2"
                       " ORDER BY at DESC LIMIT 1",
                       VALUES(as_text(phone), as_number(since)), &is_done);
    return is_done;
}

bool store_put_undo(struct store *store, const struct undo *undo)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store, "DELETE FROM undo WHERE phone = $1 AND event_id <> $2",
                   VALUES(as_text(undo->phone), as_number(undo->event_id))) &&
           sql_run(store,
                   record_text(store, &undo_record,
                               "INSERT INTO undo {row} ON CONFLICT (phone, step_id) DO UPDATE SET"
                               " case_id = excluded.case_id, event_id = excluded.event_id, at = excluded.at,"
                               " before = excluded.before"),
                   record_values(&undo_record, undo, values));
}

bool store_drop_undo(struct store *store, const char *phone)
{
    return sql_run(store, "DELETE FROM undo WHERE phone = $1", VALUES(as_text(phone)));
}

bool store_undos(struct store *store, void *mem, const char *phone, struct undo **undos, size_t *n)
{
    bool is_done;

    *undos = record_list(store, mem, &undo_record,
                         "SELECT {columns} FROM undo WHERE phone = $1 ORDER BY step_id DESC", false,
                         VALUES(as_text(phone)), n, &is_done);
    return is_done;
}

bool store_ask(struct store *store, const struct question *question)
{
    struct value values[RECORD_FIELDS];

    return sql_run(
        store,
        record_text(store, &question_record,
                    "INSERT INTO questions {row} ON CONFLICT (phone) DO UPDATE SET kind = excluded.kind,"
                    " case_id = excluded.case_id, data = excluded.data, asked_at = excluded.asked_at,"
                    " expires_at = excluded.expires_at"),
        record_values(&question_record, question, values));
}

bool store_question(struct store *store, void *mem, const char *phone, int64_t now,
                    struct question **question)
{
    bool is_done;

    *question = record_one(store, mem, &question_record,
                           "SELECT {columns} FROM questions"
                           " WHERE phone = $1 AND expires_at > $2",
                           VALUES(as_text(phone), as_number(now)), &is_done);
    return is_done;
}

bool store_answer_question(struct store *store, const char *phone)
{
    return sql_run(store, "UPDATE questions SET expires_at = 0 WHERE phone = $1", VALUES(as_text(phone)));
}

static bool drop_last(struct store *store, const struct confirmation *confirmation)
{
    return sql_run(store,
                   "UPDATE confirmations SET code_hash = '', words = ''"
                   " WHERE phone = $1 AND line = $2 AND code_hash <> ''",
                   VALUES(as_text(confirmation->phone), as_text(confirmation->line)));
}

static bool add_confirmation(struct store *store, struct confirmation *confirmation)
{
    struct value values[RECORD_FIELDS];

    return sql_insert(store, record_text(store, &confirmation_record, "INSERT INTO confirmations {row}"),
                      record_values(&confirmation_record, confirmation, values), &confirmation->id);
}

bool store_put_confirmation(struct store *store, struct confirmation *confirmation)
{
    return drop_last(store, confirmation) && add_confirmation(store, confirmation);
}

bool store_confirmation(struct store *store, void *mem, const char *phone, const char *line,
                        struct confirmation **confirmation)
{
    bool is_done;

    *confirmation = record_one(store, mem, &confirmation_record,
                               "SELECT {columns}"
                               " FROM confirmations WHERE phone = $1 AND line = $2 AND code_hash <> ''",
                               VALUES(as_text(phone), as_text(line)), &is_done);
    return is_done;
}

bool store_drop_confirmation(struct store *store, int64_t confirmation_id)
{
    return sql_run(store, "UPDATE confirmations SET code_hash = '', words = '' WHERE id = $1",
                   VALUES(as_number(confirmation_id)));
}
