#include "store/centre/centre.h"
#include "store/record.h"

enum { NUMBERS_AHEAD_MOST = 100000 };

static const struct field order_fields[] = {
    FIELD(order, id, FIELD_INT64),  FIELD(order, gateway, FIELD_TEXT),  FIELD(order, kind, FIELD_TEXT),
    FIELD(order, body, FIELD_TEXT), FIELD(order, made_at, FIELD_INT64),
};
static const struct record order_record = RECORD(order, order_fields);

bool centre_add_order(struct store *store, struct order *order)
{
    struct value values[RECORD_FIELDS];

    return sql_insert(store, record_text(store, &order_record, "INSERT INTO orders {row}"),
                      record_values(&order_record, order, values), &order->id);
}

bool centre_orders(struct store *store, void *mem, const char *gateway, int64_t after, int limit,
                   struct order **orders, size_t *n)
{
    bool is_done;

    *orders = record_list(store, mem, &order_record,
                          "SELECT {columns} FROM orders WHERE gateway = $1 AND id > $2 ORDER BY id LIMIT $3",
                          false, VALUES(as_text(gateway), as_number(after), as_number(limit)), n, &is_done);
    return is_done;
}

bool centre_last_order(struct store *store, int64_t *id)
{
    return sql_number(store, "SELECT max(id) FROM orders", NO_VALUES, id);
}

bool centre_note_orders(struct store *store, const char *gateway, int64_t done)
{
    return sql_run(store, "UPDATE feeds SET orders_done = $2 WHERE gateway = $1 AND orders_done < $2",
                   VALUES(as_text(gateway), as_number(done)));
}

bool centre_note_given(struct store *store, const char *gateway, int64_t given)
{
    return sql_run(store, "UPDATE feeds SET orders_given = $2 WHERE gateway = $1 AND orders_given < $2",
                   VALUES(as_text(gateway), as_number(given)));
}

/* The database draws the numbers, so orders that do nothing use up the numbers in between. */
bool centre_number_anew(struct store *store, const char *gateway, int64_t first, int64_t done)
{
    struct order filler = { .gateway = gateway, .kind = "look", .body = "{}" };
    int64_t last = 0;

    if (!centre_last_order(store, &last))
        return false;
    if (done - last > NUMBERS_AHEAD_MOST)
        return sql_fail(store, "%s says that it has done order %lld: the last one is %lld", gateway,
                        (long long)done, (long long)last);
    do
        if (!centre_add_order(store, &filler))
            return false;
    while (filler.id <= done);
    return sql_run(store,
                   "INSERT INTO orders (gateway, kind, body, made_at)"
                   " SELECT gateway, kind, body, made_at FROM orders"
                   " WHERE gateway = $1 AND id > $2 AND id <= $3 AND kind <> 'look' ORDER BY id",
                   VALUES(as_text(gateway), as_number(first), as_number(done))) &&
           centre_note_given(store, gateway, done);
}
