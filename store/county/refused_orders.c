#include "store/county/refused_orders.h"

#include "store/record.h"

static const struct field refused_fields[] = {
    FIELD(refused_order, id, FIELD_INT64),
    FIELD(refused_order, kind, FIELD_TEXT),
    FIELD(refused_order, why, FIELD_TEXT),
    FIELD(refused_order, made_at, FIELD_INT64),
};
static const struct record refused_record = RECORD(refused_order, refused_fields);

bool store_put_refused_order(struct store *store, const struct refused_order *refused)
{
    return sql_run(
        store,
        "INSERT INTO refused_orders (id, kind, why, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO"
        " UPDATE SET kind = excluded.kind, why = excluded.why, made_at = excluded.made_at",
        VALUES(as_number(refused->id), as_text(refused->kind), as_text(refused->why),
               as_number(refused->made_at)));
}

bool store_count_refused_orders(struct store *store, int64_t since, int64_t *n)
{
    return sql_number(store, "SELECT count(*) FROM refused_orders WHERE made_at >= $1",
                      VALUES(as_number(since)), n);
}

bool store_refused_orders(struct store *store, void *mem, int64_t since, int limit,
                          struct refused_order **orders, size_t *n)
{
    bool is_done;

    *orders =
        record_list(store, mem, &refused_record,
                    "SELECT {columns} FROM refused_orders WHERE made_at >= $1 ORDER BY id DESC LIMIT $2",
                    false, VALUES(as_number(since), as_number(limit)), n, &is_done);
    return is_done;
}
