#include "store/cases.h"
#include "store/record.h"
#include "store/webhooks.h"

static const struct field step_fields[] = {
    FIELD(step, id, FIELD_INT64),   FIELD(step, case_id, FIELD_INT64), FIELD(step, at, FIELD_INT64),
    FIELD(step, actor, FIELD_TEXT), FIELD(step, line, FIELD_TEXT),     FIELD(step, kind, FIELD_TEXT),
    FIELD(step, words, FIELD_TEXT), FIELD(step, event_id, FIELD_ID),
};
static const struct record step_record = RECORD(step, step_fields);

bool store_steps(struct store *store, void *mem, int64_t case_id, struct step **steps, size_t *n)
{
    bool is_done;

    *steps =
        record_list(store, mem, &step_record, "SELECT {columns} FROM steps WHERE case_id = $1 ORDER BY id",
                    false, VALUES(as_number(case_id)), n, &is_done);
    return is_done;
}

bool store_last_step(struct store *store, void *mem, int64_t case_id, const char *kind, struct step **step)
{
    bool is_done;

    *step =
        record_one(store, mem, &step_record,
                   "SELECT {columns} FROM steps WHERE case_id = $1 AND kind = $2 ORDER BY id DESC LIMIT 1",
                   VALUES(as_number(case_id), as_text(kind)), &is_done);
    return is_done;
}

bool store_step(struct store *store, void *mem, int64_t id, struct step **step)
{
    bool is_done;

    *step = record_one(store, mem, &step_record, "SELECT {columns} FROM steps WHERE id = $1",
                       VALUES(as_number(id)), &is_done);
    return is_done;
}
