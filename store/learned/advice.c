#include "store/learned/advice.h"

#include "store/records.h"
#include "store/sql.h"

#include <talloc.h>

bool store_put_advice(struct store *store, const struct case_advice *advice)
{
    return sql_run(
        store,
        "INSERT INTO case_advice (case_id, at, is_usable, category, topic, is_urgent, quote, model)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (case_id) DO UPDATE SET at = excluded.at,"
        " is_usable = excluded.is_usable, category = excluded.category, topic = excluded.topic,"
        " is_urgent = excluded.is_urgent, quote = excluded.quote, model = excluded.model",
        VALUES(as_number(advice->case_id), as_number(advice->at), as_number(advice->is_usable),
               as_text(advice->is_usable ? case_category_name(advice->category) : ""), as_text(advice->topic),
               as_number(advice->urgency == URGENCY_URGENT), as_text(advice->quote), as_text(advice->model)));
}

struct advice_reading {
    void *mem;
    struct case_advice *found;
};

static bool take_advice(const struct row *row, void *arg)
{
    struct advice_reading *reading = arg;
    struct case_advice *advice = talloc_zero(reading->mem, struct case_advice);

    advice->case_id = row_number(row, 0);
    advice->at = row_number(row, 1);
    advice->is_usable = case_category_parse(row_text(row, 2), &advice->category);
    advice->topic = talloc_strdup(advice, row_text(row, 3));
    advice->urgency = row_number(row, 4) ? URGENCY_URGENT : URGENCY_NORMAL;
    advice->quote = talloc_strdup(advice, row_text(row, 5));
    advice->model = talloc_strdup(advice, row_text(row, 6));
    reading->found = advice;
    return false;
}

bool store_advice(struct store *store, void *mem, int64_t case_id, struct case_advice **advice)
{
    struct advice_reading reading = { .mem = mem };
    bool is_done = sql_each(store,
                            "SELECT case_id, at, category, topic, is_urgent, quote, model FROM case_advice"
                            " WHERE case_id = $1 AND is_usable = 1"
                            " AND EXISTS (SELECT 1 FROM cases WHERE id = $1 AND is_guarded = 0)",
                            VALUES(as_number(case_id)), take_advice, &reading);

    *advice = reading.found;
    return is_done;
}

bool store_next_to_advise(struct store *store, void *mem, int unsure_below, struct case_ **case_)
{
    bool is_done;

    *case_ = record_one(store, mem, &case_record,
                        "SELECT {columns} FROM cases WHERE confidence < $1 AND is_guarded = 0"
                        " AND state IN ('new', 'in hand') AND text <> ''"
                        " AND NOT EXISTS (SELECT 1 FROM case_advice WHERE case_id = cases.id)"
                        " ORDER BY id DESC LIMIT 1",
                        VALUES(as_number(unsure_below)), &is_done);
    return is_done;
}
