#include <json-c/json.h>
#include <talloc.h>

#include "store/centre/centre.h"
#include "store/record.h"

enum { NUMBERS_AHEAD_MOST = 100000 };

static const struct field order_fields[] = {
    FIELD(order, id, FIELD_INT64),  FIELD(order, gateway, FIELD_TEXT),  FIELD(order, kind, FIELD_TEXT),
    FIELD(order, body, FIELD_TEXT), FIELD(order, made_at, FIELD_INT64), FIELD(order, refused, FIELD_TEXT),
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
                          "SELECT {columns} FROM orders WHERE gateway = $1 AND id > $2 AND refused = ''"
                          " ORDER BY id LIMIT $3",
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

    if (done - first > NUMBERS_AHEAD_MOST)
        return sql_fail(store, "%s says that it has done order %lld: the last one was %lld", gateway,
                        (long long)done, (long long)first);
    do
        if (!centre_add_order(store, &filler))
            return false;
    while (filler.id <= done);
    return sql_run(store,
                   "INSERT INTO orders (gateway, kind, body, made_at)"
                   " SELECT gateway, kind, body, made_at FROM orders"
                   " WHERE gateway = $1 AND id > $2 AND id <= $3 AND kind <> 'look' AND refused = ''"
                   " ORDER BY id",
                   VALUES(as_text(gateway), as_number(first), as_number(done))) &&
           centre_note_given(store, gateway, done);
}

bool centre_refuse_order(struct store *store, const struct order *order)
{
    return sql_run(
        store, "UPDATE orders SET refused = $5 WHERE gateway = $1 AND id = $2 AND kind = $3 AND made_at = $4",
        VALUES(as_text(order->gateway), as_number(order->id), as_text(order->kind), as_number(order->made_at),
               as_text(order->refused)));
}

bool centre_newest_orders(struct store *store, void *mem, const char *gateway, int limit,
                          struct order **orders, size_t *n)
{
    bool is_done;

    *orders = record_list(store, mem, &order_record,
                          "SELECT {columns} FROM orders WHERE (gateway = $1 OR $1 = '') AND kind <> 'look'"
                          " ORDER BY id DESC LIMIT $2",
                          false, VALUES(as_text(gateway), as_number(limit)), n, &is_done);
    return is_done;
}

/* The last order that the county's whole transactions tell of: it is a setting there, and travels with the
 * rest. */
static bool last_in_journal(struct store *store, const char *gateway, int64_t *id)
{
    struct json_object *body, *value = NULL;
    void *mem = talloc_new(store);
    const char *text = NULL;
    bool is_done = sql_text(store, mem,
                            "SELECT body FROM journal WHERE gateway = $1 AND kind = 'settings'"
                            " AND entity = '" ORDERS_DONE "' AND adopted_at = 0 AND body IS NOT NULL"
                            " AND seq <= (SELECT whole_seq FROM feeds WHERE gateway = $1)"
                            " ORDER BY seq DESC LIMIT 1",
                            VALUES(as_text(gateway)), &text);

    body = text ? json_tokener_parse(text) : NULL;
    *id = json_object_object_get_ex(body, "value", &value) ? json_object_get_int64(value) : 0;
    json_object_put(body);
    talloc_free(mem);
    return is_done;
}

bool centre_forget_copies(struct store *store, const char *gateway)
{
    int64_t told = 0;

    return last_in_journal(store, gateway, &told) &&
           sql_run(store,
                   "UPDATE orders SET body = '{}' WHERE gateway = $1 AND id <= $2 AND kind = 'transfer'"
                   " AND body <> '{}' AND id <= (SELECT orders_done FROM feeds WHERE gateway = $1)",
                   VALUES(as_text(gateway), as_number(told)));
}

bool centre_settle_orders(struct store *store, const char *gateway)
{
    int64_t told = 0;

    return last_in_journal(store, gateway, &told) &&
           sql_run(store,
                   "UPDATE orders SET refused = 'the box was replaced, and may have done this before'"
                   " WHERE gateway = $1 AND id > $2 AND refused = '' AND kind IN ('send', 'alert', 'event')"
                   " AND id <= (SELECT orders_given FROM feeds WHERE gateway = $1)",
                   VALUES(as_text(gateway), as_number(told))) &&
           sql_run(store,
                   "UPDATE orders SET body = substr(body, 1, length(body) - 1) || ',\"is_again\":1}'"
                   " WHERE gateway = $1 AND id > $2 AND refused = '' AND kind = 'linked'"
                   " AND body LIKE '{\"%' AND body NOT LIKE '%\"is_again\":1}'"
                   " AND id <= (SELECT orders_given FROM feeds WHERE gateway = $1)",
                   VALUES(as_text(gateway), as_number(told))) &&
           sql_run(store,
                   "INSERT INTO orders (gateway, kind, body, made_at)"
                   " SELECT gateway, kind, body, made_at FROM orders WHERE gateway = $1 AND kind = 'model'"
                   " AND refused = '' AND id <= $2 ORDER BY id DESC LIMIT 1",
                   VALUES(as_text(gateway), as_number(told)));
}
