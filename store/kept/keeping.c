#include "store/kept/keeping.h"

#include "store/record.h"

static const struct field day_fields[] = { FIELD(kept_day, date, FIELD_TEXT),
                                           FIELD(kept_day, is_workday, FIELD_FLAG) };
static const struct record day_record = RECORD(kept_day, day_fields);

static const struct field duty_fields[] = {
    FIELD(duty_day, unit, FIELD_INT64),
    FIELD(duty_day, date, FIELD_TEXT),
    FIELD(duty_day, phone, FIELD_TEXT),
};
static const struct record duty_record = RECORD(duty_day, duty_fields);

static const struct field keeping_fields[] = {
    FIELD(keeping, id, FIELD_INT64),     FIELD(keeping, at, FIELD_INT64),
    FIELD(keeping, actor, FIELD_TEXT),   FIELD(keeping, event_id, FIELD_ID),
    FIELD(keeping, kind, FIELD_TEXT),    FIELD(keeping, key, FIELD_TEXT),
    FIELD(keeping, before, FIELD_TEXT),  FIELD(keeping, after, FIELD_TEXT),
    FIELD(keeping, undone_at, FIELD_ID),
};
static const struct record keeping_record = RECORD(keeping, keeping_fields);

bool store_put_day(struct store *store, const struct kept_day *day)
{
    return sql_run(store,
                   "INSERT INTO kept_days (date, is_workday) VALUES ($1, $2)"
                   " ON CONFLICT (date) DO UPDATE SET is_workday = excluded.is_workday",
                   VALUES(as_text(day->date), as_number(day->is_workday)));
}

bool store_drop_day(struct store *store, const char *date)
{
    return sql_run(store, "DELETE FROM kept_days WHERE date = $1", VALUES(as_text(date)));
}

bool store_days(struct store *store, void *mem, struct kept_day **days, size_t *n)
{
    bool is_done;

    *days = record_list(store, mem, &day_record, "SELECT {columns} FROM kept_days ORDER BY date", false,
                        NO_VALUES, n, &is_done);
    return is_done;
}

bool store_put_duty_day(struct store *store, const struct duty_day *day)
{
    return sql_run(store,
                   "INSERT INTO duty_days (unit, date, phone) VALUES ($1, $2, $3)"
                   " ON CONFLICT (unit, date) DO UPDATE SET phone = excluded.phone",
                   VALUES(as_number(day->unit), as_text(day->date), as_text(day->phone)));
}

bool store_drop_duty_day(struct store *store, int64_t unit, const char *date)
{
    return sql_run(store, "DELETE FROM duty_days WHERE unit = $1 AND date = $2",
                   VALUES(as_number(unit), as_text(date)));
}

bool store_duty_days(struct store *store, void *mem, const char *since, const char *until,
                     struct duty_day **days, size_t *n)
{
    bool is_done;

    *days = record_list(store, mem, &duty_record,
                        "SELECT {columns} FROM duty_days WHERE date >= $1 AND date <= $2 ORDER BY date, unit",
                        false, VALUES(as_text(since), as_text(until)), n, &is_done);
    return is_done;
}

bool store_drop_place_name(struct store *store, const char *name, int64_t unit)
{
    return sql_run(store, "DELETE FROM place_names WHERE name = $1 AND unit = $2",
                   VALUES(as_text(name), as_number(unit)));
}

static bool count_row(const struct row *row, void *arg)
{
    (void)row;
    *(bool *)arg = true;
    return true;
}

bool store_drop_unit(struct store *store, int64_t id, bool *is_dropped)
{
    *is_dropped = false;
    return sql_each(store,
                    "DELETE FROM units WHERE id = $1 AND on_duty IS NULL"
                    " AND NOT EXISTS (SELECT 1 FROM units AS below WHERE below.parent = $1)"
                    " AND NOT EXISTS (SELECT 1 FROM people WHERE unit = $1)"
                    " AND NOT EXISTS (SELECT 1 FROM cases WHERE unit = $1)"
                    " AND NOT EXISTS (SELECT 1 FROM cases WHERE place = $1)"
                    " AND NOT EXISTS (SELECT 1 FROM place_names WHERE unit = $1)"
                    " AND NOT EXISTS (SELECT 1 FROM duty_days WHERE unit = $1)"
                    " AND NOT EXISTS (SELECT 1 FROM labels WHERE unit = $1)"
                    " AND NOT EXISTS (SELECT 1 FROM routes WHERE unit = $1 OR place = $1) RETURNING 1",
                    VALUES(as_number(id)), count_row, is_dropped);
}

bool store_add_keeping(struct store *store, struct keeping *keeping)
{
    struct value values[RECORD_FIELDS];

    return sql_insert(store, record_text(store, &keeping_record, "INSERT INTO keepings {row}"),
                      record_values(&keeping_record, keeping, values), &keeping->id);
}

bool store_undo_keeping(struct store *store, int64_t id, int64_t at)
{
    return sql_run(store, "UPDATE keepings SET undone_at = $2 WHERE id = $1",
                   VALUES(as_number(id), as_number(at)));
}

bool store_last_keeping(struct store *store, void *mem, const char *actor, int64_t since,
                        struct keeping **keeping)
{
    bool is_done;

    *keeping = record_one(store, mem, &keeping_record,
                          "SELECT {columns} FROM keepings WHERE actor = $1 AND at >= $2 AND undone_at IS NULL"
                          " AND at >= COALESCE((SELECT max(at) FROM undo WHERE phone = $1), 0)"
                          " ORDER BY id DESC LIMIT 1",
                          VALUES(as_text(actor), as_number(since)), &is_done);
    return is_done;
}

bool store_is_kept_since(struct store *store, const struct keeping *keeping, bool *is_so)
{
    int64_t n;
    bool is_done =
        sql_number(store,
                   "SELECT EXISTS (SELECT 1 FROM keepings WHERE id > $1 AND kind = $2 AND key = $3"
                   " AND undone_at IS NULL)",
                   VALUES(as_number(keeping->id), as_text(keeping->kind), as_text(keeping->key)), &n);

    *is_so = n != 0;
    return is_done;
}

bool store_keepings(struct store *store, void *mem, int most, struct keeping **keepings, size_t *n)
{
    bool is_done;

    *keepings =
        record_list(store, mem, &keeping_record, "SELECT {columns} FROM keepings ORDER BY id DESC LIMIT $1",
                    false, VALUES(as_number(most)), n, &is_done);
    return is_done;
}
