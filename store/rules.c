/* Leaves with their stand-ins, and routing rules. */
#include "store/people.h"
#include "store/record.h"

static const struct field leave_fields[] = {
    FIELD(leave, phone, FIELD_TEXT),
    FIELD(leave, since, FIELD_INT64),
    FIELD(leave, until, FIELD_INT64),
    FIELD(leave, stand_in, FIELD_TEXT),
};
static const struct record leave_record = RECORD(leave, leave_fields);

static const struct field route_fields[] = {
    FIELD(routing_rule, id, FIELD_INT64),     FIELD(routing_rule, place, FIELD_ID),
    FIELD(routing_rule, topic, FIELD_TEXT),   FIELD(routing_rule, category, FIELD_TEXT),
    FIELD(routing_rule, is_away, FIELD_FLAG), FIELD(routing_rule, unit, FIELD_ID),
};
static const struct record route_record = RECORD(routing_rule, route_fields);

bool store_put_leave(struct store *store, const struct leave *leave)
{
    struct value values[RECORD_FIELDS];

    return sql_run(
        store,
        record_text(store, &leave_record,
                    "INSERT INTO leaves {row}"
                    " ON CONFLICT (phone) DO UPDATE SET since = excluded.since, until = excluded.until,"
                    "  stand_in = excluded.stand_in"),
        record_values(&leave_record, leave, values));
}

bool store_drop_leave(struct store *store, const char *phone)
{
    return sql_run(store, "DELETE FROM leaves WHERE phone = $1", VALUES(as_text(phone)));
}

bool store_leaves(struct store *store, void *mem, int64_t now, struct leave **leaves, size_t *n)
{
    bool is_done;

    *leaves =
        record_list(store, mem, &leave_record, "SELECT {columns} FROM leaves WHERE until > $1 ORDER BY phone",
                    false, VALUES(as_number(now)), n, &is_done);
    return is_done;
}

bool store_add_route(struct store *store, const struct routing_rule *route)
{
    struct value values[RECORD_FIELDS];

    return sql_run(store, record_text(store, &route_record, "INSERT INTO routes {row}"),
                   record_values(&route_record, route, values));
}

bool store_clear_routes(struct store *store)
{
    return sql_run(store, "DELETE FROM routes", NO_VALUES);
}

bool store_routes(struct store *store, void *mem, struct routing_rule **routes, size_t *n)
{
    bool is_done;

    *routes = record_list(store, mem, &route_record, "SELECT {columns} FROM routes ORDER BY id", false,
                          NO_VALUES, n, &is_done);
    return is_done;
}
