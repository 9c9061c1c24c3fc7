#include "store/search/likeness.h"

#include <assert.h>
#include <string.h>
#include <talloc.h>

#include "store/record.h"

#define COMPARED "id, number, topic, text, place, received_at"
#define OPEN "state IN ('new', 'in hand') AND is_guarded = 0"

static const struct field alike_fields[] = {
    FIELD(alike_case, id, FIELD_INT64),   FIELD(alike_case, number, FIELD_TEXT),
    FIELD(alike_case, topic, FIELD_TEXT), FIELD(alike_case, text, FIELD_TEXT),
    FIELD(alike_case, place, FIELD_ID),   FIELD(alike_case, received_at, FIELD_INT64),
};
static const struct record alike_record = RECORD(alike_case, alike_fields);

/*
 * IGNORE and not ON CONFLICT: a statement of several rows that cannot fail keeps no copies of pages. Of fewer
 * numbers the first comes again, and is ignored.
 */
bool store_index_case(struct store *store, int64_t case_id, const uint32_t *grams, size_t n)
{
    struct value values[1 + CASE_GRAMS_MOST] = { as_number(case_id) };

    assert(n <= CASE_GRAMS_MOST);
    for (size_t i = 0; i < CASE_GRAMS_MOST && n > 0; i++)
        values[1 + i] = as_number(grams[i < n ? i : 0]);
    return n == 0 || sql_run(store,
                             "INSERT OR IGNORE INTO case_grams (gram, case_id) VALUES"
                             " ($2, $1), ($3, $1), ($4, $1), ($5, $1), ($6, $1), ($7, $1)",
                             (struct values){ values, 1 + CASE_GRAMS_MOST });
}

struct alike_reading {
    bool (*each)(const struct alike_case *case_, void *arg);
    bool (*each_id)(int64_t case_id, void *arg);
    void *arg;
};

static bool hand_case(const void *item, void *arg)
{
    const struct alike_reading *reading = arg;

    return reading->each(item, reading->arg);
}

static bool hand_id(const struct row *row, void *arg)
{
    const struct alike_reading *reading = arg;

    return reading->each_id(row_number(row, 0), reading->arg);
}

bool store_each_alike_here(struct store *store, const struct alike_case *as, int64_t since, int most,
                           bool (*each)(const struct alike_case *case_, void *arg), void *arg)
{
    struct alike_reading reading = { .each = each, .arg = arg };

    return record_each(store, &alike_record,
                       "SELECT " COMPARED " FROM cases WHERE place = $1 AND topic = $2 AND received_at >= $3"
                       " AND " OPEN " AND id <> $4 ORDER BY received_at DESC LIMIT $5",
                       false,
                       VALUES(as_number(as->place), as_text(as->topic), as_number(since), as_number(as->id),
                              as_number(most)),
                       hand_case, &reading);
}

bool store_each_with_gram(struct store *store, uint32_t gram, int64_t except, int most,
                          bool (*each)(int64_t case_id, void *arg), void *arg)
{
    struct alike_reading reading = { .each_id = each, .arg = arg };

    return sql_each(store,
                    "SELECT case_id FROM case_grams WHERE gram = $1 AND case_id <> $2 ORDER BY case_id DESC"
                    " LIMIT $3",
                    VALUES(as_number(gram), as_number(except), as_number(most)), hand_id, &reading);
}

bool store_alike_case(struct store *store, void *mem, int64_t id, struct alike_case **case_)
{
    bool is_done;

    *case_ = record_one(store, mem, &alike_record, "SELECT {columns} FROM cases WHERE id = $1 AND " OPEN,
                        VALUES(as_number(id)), &is_done);
    return is_done;
}

/* "+" keeps SQLite from sorting all of them where very many are not indexed. */
#define UNINDEXED                                                                                       \
    "SELECT " COMPARED " FROM cases WHERE id > COALESCE((SELECT until FROM words_indexed WHERE name = " \
    "'grams'), 0) AND state IN ('new', 'in hand') AND is_guarded = 0"

bool store_each_unindexed(struct store *store, bool is_newest_first, int most,
                          bool (*each)(const struct alike_case *case_, void *arg), void *arg)
{
    struct alike_reading reading = { .each = each, .arg = arg };

    return record_each(store, &alike_record,
                       is_newest_first ? UNINDEXED " ORDER BY id DESC LIMIT $1"
                                       : UNINDEXED " ORDER BY id LIMIT $1",
                       false, VALUES(as_number(most)), hand_case, &reading);
}

bool store_note_indexed(struct store *store, int64_t until)
{
    return sql_run(store,
                   "INSERT INTO words_indexed (name, until)"
                   " SELECT 'grams', id FROM cases WHERE id = (SELECT max(id) FROM cases WHERE id <= $1)"
                   " ON CONFLICT (name) DO UPDATE SET until = excluded.until",
                   VALUES(as_number(until)));
}
