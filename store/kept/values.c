#include "store/kept/values.h"

#include "store/record.h"

static const struct field value_fields[] = {
    FIELD(kept_value, kind, FIELD_TEXT),
    FIELD(kept_value, key, FIELD_TEXT),
    FIELD(kept_value, value, FIELD_TEXT),
};
static const struct record value_record = RECORD(kept_value, value_fields);

bool store_put_kept_value(struct store *store, const struct kept_value *value)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store,
                   record_text(store, &value_record,
                               "INSERT INTO kept_values {row}"
                               " ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value"),
                   record_values(&value_record, value, values));
}

bool store_drop_kept_value(struct store *store, const char *kind, const char *key)
{
    return sql_run(store, "DELETE FROM kept_values WHERE kind = $1 AND key = $2",
                   VALUES(as_text(kind), as_text(key)));
}

bool store_kept_value(struct store *store, void *mem, const char *kind, const char *key,
                      struct kept_value **value)
{
    bool is_done;

    *value = record_one(store, mem, &value_record,
                        "SELECT {columns} FROM kept_values WHERE kind = $1 AND key = $2",
                        VALUES(as_text(kind), as_text(key)), &is_done);
    return is_done;
}

bool store_kept_values(struct store *store, void *mem, const char *kind, struct kept_value **values,
                       size_t *n)
{
    bool is_done;

    *values = record_list(store, mem, &value_record,
                          "SELECT {columns} FROM kept_values WHERE kind = $1 ORDER BY key", false,
                          VALUES(as_text(kind)), n, &is_done);
    return is_done;
}
