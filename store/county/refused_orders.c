#include "store/county/refused_orders.h"

#include <talloc.h>

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

struct taking {
    void *mem;
    struct refused_order *newest;
};

static bool take_newest(const struct row *row, void *arg)
{
    const struct taking *taking = arg;

    *taking->newest = (struct refused_order){ .id = row_number(row, 0),
                                              .kind = talloc_strdup(taking->mem, row_text(row, 1)),
                                              .why = talloc_strdup(taking->mem, row_text(row, 2)),
                                              .made_at = row_number(row, 3) };
    return false;
}

bool store_refused_orders(struct store *store, void *mem, int64_t since, int64_t *n,
                          struct refused_order *newest)
{
    struct taking taking = { mem, newest };

    return sql_number(store, "SELECT count(*) FROM refused_orders WHERE made_at >= $1",
                      VALUES(as_number(since)), n) &&
           sql_each(store,
                    "SELECT id, kind, why, made_at FROM refused_orders WHERE made_at >= $1"
                    " ORDER BY id DESC LIMIT 1",
                    VALUES(as_number(since)), take_newest, &taking);
}
