#include "store/notices.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "store/records.h"
#include "store/query.h"
#include "store/withheld.h"

static const char *const states[] = { "READY",  "CLAIMED", "ARMED",     "SENT", "DELIVERED",
                                      "FAILED", "UNKNOWN", "CANCELLED", NULL };

static const struct field notice_fields[] = {
    FIELD(notice, id, FIELD_INT64),
    FIELD_AS(notice, to, "recipient", FIELD_TEXT),
    FIELD(notice, text, FIELD_TEXT),
    FIELD(notice, name, FIELD_TEXT),
    FIELD(notice, line, FIELD_TEXT),
    WORD(notice, state, states),
    FIELD(notice, priority, FIELD_ENUM),
    FIELD(notice, any_hour, FIELD_FLAG),
    FIELD(notice, due_at, FIELD_INT64),
    FIELD(notice, lease_until, FIELD_INT64),
    FIELD(notice, attempts, FIELD_INT),
    FIELD(notice, parts, FIELD_INT),
    FIELD(notice, parts_sent, FIELD_INT),
    FIELD(notice, reference, FIELD_INT),
    FIELD(notice, case_id, FIELD_ID),
    FIELD(notice, step_id, FIELD_ID),
    FIELD(notice, event_id, FIELD_ID),
    FIELD(notice, created_at, FIELD_INT64),
    FIELD(notice, sent_at, FIELD_ID),
    FIELD(notice, settled_at, FIELD_ID),
    FIELD(notice, why, FIELD_TEXT),
    FIELD(notice, data, FIELD_TEXT),
    FIELD(notice, own_case_at, FIELD_INT64),
    /* no columns: read alone */
    FIELD_AS(notice, is_to_hidden, HIDDEN_PHONE("notices.recipient", "notices.case_id"), FIELD_FLAG),
    FIELD_AS(notice, is_withheld, WITHHELD_ROW("notices.recipient", "notices.text"), FIELD_FLAG),
};
static const struct record read_record = RECORD(notice, notice_fields);
const struct record notice_record = { sizeof(struct notice), notice_fields,
                                      sizeof notice_fields / sizeof *notice_fields - 2 };

bool notice_is_secret(const char *name)
{
    char quoted[64];

    snprintf(quoted, sizeof quoted, "'%s'", name);
    return strstr(SECRET_NAMES, quoted) != NULL;
}

bool notice_is_of_danger(const char *name)
{
    return strcmp(name, "danger") == 0 || strcmp(name, "alarm") == 0 || strcmp(name, "alarm-operator") == 0;
}

const char *notice_state_name(enum notice_state state)
{
    return states[state];
}

bool store_add_notice(struct store *store, struct notice *notice)
{
    struct value values[RECORD_FIELDS];
    struct notice row = *notice;

    row.reference = -1;
    return sql_insert(store, record_text(store, &notice_record, "INSERT INTO notices {row}"),
                      record_values(&notice_record, &row, values), &notice->id);
}

bool store_count_notices_of_case(struct store *store, int64_t case_id, const char *to, const char *name,
                                 int64_t since, int64_t *n)
{
    return sql_number(store,
                      "SELECT COUNT(*) FROM notices WHERE case_id = $1 AND name = $3 AND created_at >= $4"
                      " AND (recipient = $2 OR $2 = '') AND state <> 'CANCELLED'",
                      VALUES(as_number(case_id), as_text(to), as_text(name), as_number(since)), n);
}

bool store_count_notices_to(struct store *store, const char *to, const char *name, int64_t since, int64_t *n)
{
    return sql_number(store,
                      "SELECT COUNT(*) FROM notices WHERE recipient = $1 AND name = $2 AND created_at >= $3"
                      " AND state <> 'CANCELLED'",
                      VALUES(as_text(to), as_text(name), as_number(since)), n);
}

bool store_notice(struct store *store, void *mem, int64_t id, struct notice **notice)
{
    bool is_done;

    *notice = record_one(store, mem, &read_record, "SELECT {columns} FROM notices WHERE id = $1",
                         VALUES(as_number(id)), &is_done);
    return is_done;
}

bool store_last_notice(struct store *store, void *mem, const char *to, const char *name,
                       struct notice **notice)
{
    bool is_done;

    *notice = record_one(store, mem, &notice_record,
                         "SELECT {columns} FROM notices WHERE recipient = $1 AND name = $2"
                         " ORDER BY id DESC LIMIT 1",
                         VALUES(as_text(to), as_text(name)), &is_done);
    return is_done;
}

static bool add_told(const struct row *row, void *arg)
{
    struct told_cases *told = arg;

    told->ids[told->n++] = row_number(row, 0);
    return told->n < TOLD_CASES;
}

bool store_told_cases(struct store *store, const char *to, int64_t since, struct told_cases *told)
{
    told->n = 0;
    return sql_each(
        store,
        "SELECT case_id FROM notices WHERE recipient = $1 AND created_at >= $2"
        " AND case_id IS NOT NULL AND state <> 'CANCELLED' GROUP BY case_id ORDER BY max(id) DESC",
        VALUES(as_text(to), as_number(since)), add_told, told);
}

struct texts_to {
    const char **texts;
    size_t n;
};

static bool add_text(const struct row *row, void *arg)
{
    struct texts_to *found = arg;

    found->texts[found->n++] = talloc_strdup(found->texts, row_text(row, 0));
    return true;
}

bool store_texts_to(struct store *store, void *mem, const char *to, int64_t since, const char ***texts,
                    size_t *n)
{
    struct texts_to found = { .texts = talloc_array(mem, const char *, TEXTS_TO) };
    bool is_done = sql_each(store,
                            "SELECT text FROM notices WHERE recipient = $1 AND created_at >= $2"
                            " ORDER BY id DESC LIMIT $3",
                            VALUES(as_text(to), as_number(since), as_number(TEXTS_TO)), add_text, &found);

    *texts = found.texts;
    *n = found.n;
    return is_done;
}

bool store_texts_of_case(struct store *store, void *mem, int64_t case_id, const char ***texts, size_t *n)
{
    struct texts_to found = { .texts = talloc_array(mem, const char *, TEXTS_TO) };
    bool is_done = sql_each(store, "SELECT text FROM notices WHERE case_id = $1 ORDER BY id DESC LIMIT $2",
                            VALUES(as_number(case_id), as_number(TEXTS_TO)), add_text, &found);

    *texts = found.texts;
    *n = found.n;
    return is_done;
}

bool store_settle_notice(struct store *store, int64_t id, enum notice_state state, const char *why,
                         int64_t at)
{
    return sql_run(store,
                   "UPDATE notices SET state = $2, why = $3, settled_at = $4, " BLANK_SECRET
                   " WHERE id = $1 AND state NOT IN ('DELIVERED', 'CANCELLED')",
                   VALUES(as_number(id), as_text(states[state]), as_text(why), as_number(at)));
}

bool store_blank_notice(struct store *store, int64_t id, const char *text)
{
    return sql_run(store,
                   "UPDATE notices SET text = $2, data = '' WHERE id = $1 AND state NOT IN ('READY', "
                   "'CLAIMED', 'ARMED')",
                   VALUES(as_number(id), as_text(text)));
}

static bool count_row(const struct row *row, void *arg)
{
    (void)row;
    ++*(int *)arg;
    return true;
}

#define ARMED_PARTS                                                      \
    "(SELECT max(part) FROM sent_parts WHERE notice_id = notices.id AND" \
    " attempt = notices.attempts)"

bool store_recover_notices(struct store *store, int64_t at, int *readied, int *unknown)
{
    *readied = *unknown = 0;
    return sql_each(store, "UPDATE notices SET state = 'READY' WHERE state = 'CLAIMED' RETURNING id",
                    NO_VALUES, count_row, readied) &&
           sql_each(store,
                    "UPDATE notices SET state = 'READY', line = sent_by, parts_sent = " ARMED_PARTS ","
                    " why = 'the program ended while it was being sent'"
                    " WHERE state = 'ARMED' AND parts > " ARMED_PARTS " RETURNING id",
                    NO_VALUES, count_row, readied) &&
           sql_each(store,
                    "UPDATE notices SET state = 'UNKNOWN', settled_at = $1, " BLANK_SECRET ","
                    " why = 'the program ended while it was being sent' WHERE state = 'ARMED' RETURNING id",
                    VALUES(as_number(at)), count_row, unknown);
}

bool store_cancel_notices(struct store *store, int64_t case_id, int64_t step_id, int64_t at, int *n)
{
    *n = 0;
    return sql_each(store,
                    "UPDATE notices SET state = 'CANCELLED', settled_at = $3, " BLANK_SECRET
                    " WHERE case_id = $1"
                    " AND ($2 = 0 OR step_id = $2) AND state IN ('READY', 'CLAIMED') RETURNING id",
                    VALUES(as_number(case_id), as_number(step_id), as_number(at)), count_row, n);
}

static void restrict_to(struct query *query, const struct notice_filter *filter)
{
    query_where_word(query, "state", states, filter->states);
    if (filter->after_id)
        query_where(query, "id > ?", as_number(filter->after_id));
    if (filter->to)
        query_where(query, "recipient = ?", as_text(filter->to));
    if (filter->line)
        query_where(query, "line = ?", as_text(filter->line));
    if (filter->case_id)
        query_where(query, "case_id = ?", as_number(filter->case_id));
    if (filter->not_guarded)
        query_where_so(query, OPEN_OR("notices.recipient", "notices.text"));
}

struct reading {
    bool (*each)(const struct notice *notice, void *arg);
    void *arg;
};

static bool hand_notice(const void *item, void *arg)
{
    const struct reading *reading = arg;

    return reading->each(item, reading->arg);
}

bool store_each_notice(struct store *store, const struct notice_filter *filter,
                       bool (*each)(const struct notice *notice, void *arg), void *arg)
{
    struct reading reading = { each, arg };
    struct query query;

    query_start(&query, record_text(store, &read_record, "SELECT {columns} FROM notices"));
    restrict_to(&query, filter);
    query_end(&query, " ORDER BY id");
    query_limit(&query, filter->limit);
    return record_each(store, &read_record, query.text, true, query_values(&query), hand_notice, &reading);
}

bool store_last_sent(struct store *store, const char *line, int64_t *at)
{
    return sql_number(store, "SELECT max(armed_at) FROM sent_parts WHERE line = $1", VALUES(as_text(line)),
                      at);
}

bool store_count_notices(struct store *store, const struct notice_filter *filter, int64_t *count)
{
    struct query query;

    query_start(&query, "SELECT count(*) FROM notices");
    restrict_to(&query, filter);
    return query_number(store, &query, count);
}

static bool take_count(const struct row *row, void *arg)
{
    int64_t *counts = arg;
    int state = word_index(states, row_text(row, 0));

    if (state >= 0)
        counts[state] = row_number(row, 1);
    return true;
}

bool store_tally_notices(struct store *store, int64_t *counts)
{
    /* words of the partial indexes, so that these apply */
    static const char *const counted[] = {
        "SELECT state, count(*) FROM notices WHERE state = 'READY' GROUP BY state",
        "SELECT state, count(*) FROM notices WHERE state = 'CLAIMED' GROUP BY state",
        "SELECT state, count(*) FROM notices WHERE state = 'ARMED' GROUP BY state",
        "SELECT state, count(*) FROM notices WHERE state = 'UNKNOWN' GROUP BY state",
        "SELECT state, count(*) FROM notices WHERE state = 'FAILED' GROUP BY state",
        ("SELECT state, count(*) FROM notices WHERE state = 'SENT' OR state = 'DELIVERED'"
         " OR state = 'CANCELLED' GROUP BY state"),
    };

    for (int state = 0; states[state]; state++)
        counts[state] = 0;
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        if (!sql_each(store, counted[i], NO_VALUES, take_count, counts))
            return false;
    return true;
}

bool store_oldest_due(struct store *store, int64_t now, int64_t *due_at)
{
    return sql_number(store, "SELECT min(due_at) FROM notices WHERE state = 'READY' AND due_at <= $1",
                      VALUES(as_number(now)), due_at);
}
