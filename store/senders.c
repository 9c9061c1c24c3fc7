#include "store/senders.h"

#include <talloc.h>

#include "store/record.h"

static const struct field sender_fields[] = {
    FIELD(sender_line, phone, FIELD_TEXT),          FIELD(sender_line, line, FIELD_TEXT),
    FIELD(sender_line, trusted_until, FIELD_INT64), FIELD(sender_line, wrong_codes, FIELD_INT),
    FIELD(sender_line, wrong_at, FIELD_INT64),      FIELD(sender_line, locked_until, FIELD_INT64),
};
static const struct record sender_record = RECORD(sender_line, sender_fields);

static const struct field day_fields[] = {
    FIELD(answer_day, day, FIELD_INT64),
    FIELD(answer_day, answered, FIELD_INT64),
    FIELD(answer_day, withheld, FIELD_INT64),
    FIELD(answer_day, is_alerted, FIELD_FLAG),
};
static const struct record day_record = RECORD(answer_day, day_fields);

bool store_sender_line(struct store *store, const char *phone, const char *line, struct sender_line *sender)
{
    void *mem = talloc_new(NULL);
    bool is_done;
    const struct sender_line *found = record_one(
        store, mem, &sender_record, "SELECT {columns} FROM sender_lines WHERE phone = $1 AND line = $2",
        VALUES(as_text(phone), as_text(line)), &is_done);

    *sender = found ? *found : (struct sender_line){ 0 };
    sender->phone = phone;
    sender->line = line;
    talloc_free(mem);
    return is_done;
}

bool store_put_sender_line(struct store *store, const struct sender_line *sender)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store,
                   record_text(store, &sender_record,
                               "INSERT INTO sender_lines {row} ON CONFLICT (phone, line) DO UPDATE SET"
                               " trusted_until = excluded.trusted_until, wrong_codes = excluded.wrong_codes,"
                               " wrong_at = excluded.wrong_at, locked_until = excluded.locked_until"),
                   record_values(&sender_record, sender, values));
}

bool store_answer_day(struct store *store, int64_t day, struct answer_day *found)
{
    void *mem = talloc_new(NULL);
    bool is_done;
    const struct answer_day *kept =
        record_one(store, mem, &day_record, "SELECT {columns} FROM answer_days WHERE day = $1",
                   VALUES(as_number(day)), &is_done);

    *found = kept ? *kept : (struct answer_day){ .day = day };
    talloc_free(mem);
    return is_done;
}

bool store_put_answer_day(struct store *store, const struct answer_day *day)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store,
                   record_text(store, &day_record,
                               "INSERT INTO answer_days {row} ON CONFLICT (day) DO UPDATE SET"
                               " answered = excluded.answered, withheld = excluded.withheld,"
                               " is_alerted = excluded.is_alerted"),
                   record_values(&day_record, day, values));
}

bool store_add_try(struct store *store, const char *phone, const char *address, bool is_known, int64_t at,
                   int64_t before)
{
    return sql_run(store, "DELETE FROM page_tries WHERE at < $1", VALUES(as_number(before))) &&
           sql_run(store, "INSERT INTO page_tries (phone, address, at, is_known) VALUES ($1, $2, $3, $4)",
                   VALUES(as_text(phone), as_text(address), as_number(at), as_number(is_known)));
}

bool store_count_tries(struct store *store, const char *phone, const char *address, int64_t since,
                       struct try_counts *counts)
{
    const struct values values = VALUES(as_text(phone), as_text(address), as_number(since));

    return sql_number(store, "SELECT count(*) FROM page_tries WHERE at >= $3 AND phone = $1 AND address = $2",
                      values, &counts->pair) &&
           sql_number(store, "SELECT count(*) FROM page_tries WHERE at >= $2 AND address = $1",
                      VALUES(as_text(address), as_number(since)), &counts->address) &&
           sql_number(store, "SELECT count(*) FROM page_tries WHERE at >= $2 AND phone = $1 AND is_known = 0",
                      VALUES(as_text(phone), as_number(since)), &counts->unknown);
}
