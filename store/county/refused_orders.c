#include "store/county/refused_orders.h"

#include "store/sql.h"

bool store_put_refused_order(struct store *store, const struct refused_order *refused)
{
    return sql_run(
        store,
        "INSERT INTO refused_orders (id, kind, why, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO"
        " UPDATE SET kind = excluded.kind, why = excluded.why, made_at = excluded.made_at",
        VALUES(as_number(refused->id), as_text(refused->kind), as_text(refused->why),
               as_number(refused->made_at)));
}
