#include "store/upkeep/retain.h"

#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "store/records.h"
#include "store/journal/journal.h"
#include "store/search/search.h"
#include "store/sql.h"

/* At most so many events and notices of no case in one go: they cost less than a case. */
enum { EACH_CASE_IS_WORTH = 20 };

#define PAST                                                                                         \
    " FROM cases WHERE text <> '' AND received_at < $1 AND touched_at < $1"                          \
    " AND state <> 'new' AND state <> 'in hand' AND review_by IS NULL AND NOT EXISTS (SELECT 1 FROM" \
    " cases AS root WHERE root.id = cases.merged_into AND root.state IN ('new', 'in hand'))"

static bool add_id(const struct row *row, void *arg)
{
    int64_t **ids = arg;
    size_t n = talloc_array_length(*ids);

    *ids = talloc_realloc(NULL, *ids, int64_t, n + 1);
    (*ids)[n] = row_number(row, 0);
    return true;
}

/* The step names the case's present state, as one that changes none. */
static bool blank_case(struct store *store, int64_t id, int64_t now)
{
    static const char *const statements[] = {
        "UPDATE steps SET words = '' WHERE case_id = $1 AND words <> ''",
        "UPDATE events SET text = NULL, raw = NULL, why = '' WHERE case_id = $1",
        "UPDATE notices SET text = '', data = '', why = '' WHERE case_id = $1",
        "DELETE FROM case_advice WHERE case_id = $1",
        "UPDATE cases SET text = '' WHERE id = $1",
        ("INSERT INTO steps (case_id, at, actor, line, kind, words, transition)"
         " SELECT id, $2, 'system', '', 'texts removed', '', " STEP_TRANSITION(
             "'texts removed'") " FROM cases WHERE id = $1"),
    };

    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (!sql_run(store, statements[i], VALUES(as_number(id), as_number(now))))
            return false;
    return true;
}

static bool blank_cases(struct store *store, int64_t before, int64_t now, int limit,
                        struct retained *retained)
{
    int64_t *ids = talloc_array(NULL, int64_t, 0);
    bool is_done = sql_each(store, "SELECT id" PAST " ORDER BY received_at LIMIT $2",
                            VALUES(as_number(before), as_number(limit)), add_id, &ids);
    size_t n = talloc_array_length(ids);

    for (size_t i = 0; i < n && is_done; i++)
        is_done = blank_case(store, ids[i], now);
    retained->cases = (int64_t)n;
    retained->has_more = n == (size_t)limit;
    talloc_free(ids);
    return is_done;
}

/* Rows of no case are in order of time, so those already done are remembered by the last id. */
struct rows {
    const char *cursor;               /* a setting */
    const char *last, *blank, *count; /* $1: after this id; $2: at most so many; $3: older than this */
};

static const struct rows events = {
    .cursor = "texts removed until event",
    .last =
        "SELECT max(id) FROM (SELECT id, received_at FROM events WHERE id > $1 ORDER BY id LIMIT $2) AS next"
        " WHERE received_at < $3",
    .blank =
        "UPDATE events SET text = NULL, raw = NULL, why = '' WHERE id > $1 AND id <= $2 AND case_id IS NULL"
        " AND received_at < $3 AND (text IS NOT NULL OR raw IS NOT NULL) RETURNING 1",
    .count = "SELECT count(*) FROM events WHERE id > $1 AND case_id IS NULL AND received_at < $3"
             " AND (text IS NOT NULL OR raw IS NOT NULL)",
};

static const struct rows notices = {
    .cursor = "texts removed until notice",
    .last =
        "SELECT max(id) FROM (SELECT id, created_at FROM notices WHERE id > $1 ORDER BY id LIMIT $2) AS next"
        " WHERE created_at < $3",
    .blank =
        "UPDATE notices SET text = '', data = '', why = '' WHERE id > $1 AND id <= $2 AND case_id IS NULL"
        " AND created_at < $3 AND text <> '' AND state NOT IN ('READY', 'CLAIMED', 'ARMED') RETURNING 1",
    .count =
        "SELECT count(*) FROM notices WHERE id > $1 AND case_id IS NULL AND created_at < $3 AND text <> ''"
        " AND state NOT IN ('READY', 'CLAIMED', 'ARMED')",
};

static bool read_cursor(struct store *store, const struct rows *rows, int64_t *id)
{
    void *mem = talloc_new(NULL);
    const char *text = NULL;
    bool is_done = store_get(store, mem, rows->cursor, &text);

    *id = text ? strtoll(text, NULL, 10) : 0;
    talloc_free(mem);
    return is_done;
}

static bool count_row(const struct row *row, void *arg)
{
    (void)row;
    ++*(int64_t *)arg;
    return true;
}

static bool blank_rows(struct store *store, const struct rows *rows, int64_t before, int limit, int64_t *n,
                       bool *has_more)
{
    int64_t from, to;
    char text[24];

    if (!read_cursor(store, rows, &from) ||
        !sql_number(store, rows->last, VALUES(as_number(from), as_number(limit), as_number(before)), &to))
        return false;
    *has_more |= to - from >= limit;
    if (to == 0)
        return true;
    snprintf(text, sizeof text, "%lld", (long long)to);
    return sql_each(store, rows->blank, VALUES(as_number(from), as_number(to), as_number(before)), count_row,
                    n) &&
           store_set(store, rows->cursor, text);
}

/* What was asked or waited for a code then has long expired. */
static bool drop_expired(struct store *store, int64_t before)
{
    return sql_run(store, "DELETE FROM questions WHERE expires_at < $1", VALUES(as_number(before))) &&
           sql_run(store, "DELETE FROM confirmations WHERE expires_at < $1", VALUES(as_number(before))) &&
           sql_run(store, "DELETE FROM undo WHERE at < $1", VALUES(as_number(before)));
}

bool store_retain(struct store *store, int64_t before, int64_t now, int limit, struct retained *retained)
{
    int rows = limit * EACH_CASE_IS_WORTH;

    *retained = (struct retained){ 0 };
    journal_erase(store);
    return blank_cases(store, before, now, limit, retained) &&
           blank_rows(store, &events, before, rows, &retained->events, &retained->has_more) &&
           blank_rows(store, &notices, before, rows, &retained->notices, &retained->has_more) &&
           (retained->cases == 0 || store_note_removed(store, now)) && drop_expired(store, before);
}

static bool count_rows(struct store *store, const struct rows *rows, int64_t before, int64_t *n)
{
    int64_t from;

    return read_cursor(store, rows, &from) &&
           sql_number(store, rows->count, VALUES(as_number(from), as_number(0), as_number(before)), n);
}

bool store_count_retainable(struct store *store, int64_t before, struct retained *retained)
{
    *retained = (struct retained){ 0 };
    return sql_number(store, "SELECT count(*)" PAST, VALUES(as_number(before)), &retained->cases) &&
           count_rows(store, &events, before, &retained->events) &&
           count_rows(store, &notices, before, &retained->notices);
}
