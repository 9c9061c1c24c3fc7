#include "store/kept/case_codes.h"

#include "store/record.h"

static const struct field code_fields[] = {
    FIELD(case_code, case_id, FIELD_INT64),
    FIELD(case_code, code, FIELD_TEXT),
    FIELD(case_code, tries, FIELD_INT),
    FIELD(case_code, tried_at, FIELD_ID),
};
static const struct record code_record = RECORD(case_code, code_fields);

bool store_put_case_code(struct store *store, const struct case_code *code)
{
    struct value values[RECORD_FIELDS];

    return sql_run(
        store,
        record_text(store, &code_record,
                    "INSERT INTO case_codes {row} ON CONFLICT (case_id) DO UPDATE"
                    " SET code = excluded.code, tries = excluded.tries, tried_at = excluded.tried_at"),
        record_values(&code_record, code, values));
}

bool store_case_code(struct store *store, void *mem, int64_t case_id, struct case_code **code)
{
    bool is_done;

    *code = record_one(store, mem, &code_record, "SELECT {columns} FROM case_codes WHERE case_id = $1",
                       VALUES(as_number(case_id)), &is_done);
    return is_done;
}
