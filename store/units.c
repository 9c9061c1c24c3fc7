#include <talloc.h>

#include "store/people.h"
#include "store/record.h"

static const char *const levels[] = { "village", "township", "county", "department", "office", NULL };

static const struct field unit_fields[] = {
    FIELD(unit, id, FIELD_INT64),    FIELD(unit, code, FIELD_TEXT),    FIELD(unit, name, FIELD_TEXT),
    WORD(unit, level, levels),       FIELD(unit, parent, FIELD_ID),    FIELD(unit, duty, FIELD_TEXT),
    FIELD(unit, latitude, FIELD_ID), FIELD(unit, longitude, FIELD_ID),
};
static const struct record unit_record = RECORD(unit, unit_fields);

static const struct field place_name_fields[] = {
    FIELD(place_name, name, FIELD_TEXT),
    FIELD(place_name, unit, FIELD_INT64),
};
static const struct record place_name_record = RECORD(place_name, place_name_fields);

const char *unit_level_name(enum unit_level level)
{
    return levels[level];
}

bool unit_level_parse(const char *name, enum unit_level *level)
{
    int i = word_index(levels, name);

    if (i >= 0)
        *level = (enum unit_level)i;
    return i >= 0;
}

bool store_put_unit(struct store *store, struct unit *unit)
{
    struct value values[RECORD_FIELDS];

    return sql_number(
        store,
        record_text(store, &unit_record,
                    "INSERT INTO units {row}"
                    " ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level,"
                    "  parent = excluded.parent, duty = excluded.duty,"
                    "  latitude = coalesce(excluded.latitude, units.latitude),"
                    "  longitude = coalesce(excluded.longitude, units.longitude) RETURNING id"),
        record_values(&unit_record, unit, values), &unit->id);
}

bool store_set_on_duty(struct store *store, int64_t unit, const char *phone)
{
    return sql_run(store, "UPDATE units SET on_duty = $2 WHERE id = $1",
                   VALUES(as_number(unit), as_maybe(phone)));
}

bool store_on_duty(struct store *store, void *mem, int64_t unit, const char **phone)
{
    return sql_text(store, mem, "SELECT on_duty FROM units WHERE id = $1", VALUES(as_number(unit)), phone);
}

bool store_put_place_name(struct store *store, const char *name, int64_t unit)
{
    return sql_run(store, "INSERT INTO place_names (name, unit) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                   VALUES(as_text(name), as_number(unit)));
}

bool store_unit(struct store *store, void *mem, int64_t id, struct unit **unit)
{
    bool is_done;

    *unit = record_one(store, mem, &unit_record, "SELECT {columns} FROM units WHERE id = $1",
                       VALUES(as_number(id)), &is_done);
    return is_done;
}

bool store_unit_by_code(struct store *store, void *mem, const char *code, struct unit **unit)
{
    bool is_done;

    *unit = record_one(store, mem, &unit_record, "SELECT {columns} FROM units WHERE code = $1",
                       VALUES(as_text(code)), &is_done);
    return is_done;
}

bool store_unit_by_duty(struct store *store, void *mem, const char *duty, struct unit **unit)
{
    bool is_done;

    *unit = record_one(store, mem, &unit_record,
                       "SELECT {columns} FROM units WHERE duty = $1 AND duty <> '' ORDER BY code LIMIT 1",
                       VALUES(as_text(duty)), &is_done);
    return is_done;
}

bool store_units_by_name(struct store *store, void *mem, const char *name, struct unit **units, size_t *n)
{
    bool is_done;

    *units =
        record_list(store, mem, &unit_record, "SELECT {columns} FROM units WHERE name = $1 ORDER BY code",
                    false, VALUES(as_text(name)), n, &is_done);
    return is_done;
}

bool store_units(struct store *store, void *mem, struct unit **units, size_t *n)
{
    bool is_done;

    *units = record_list(store, mem, &unit_record, "SELECT {columns} FROM units ORDER BY code", false,
                         NO_VALUES, n, &is_done);
    return is_done;
}

bool store_place_names(struct store *store, void *mem, struct place_name **names, size_t *n)
{
    bool is_done;

    *names =
        record_list(store, mem, &place_name_record, "SELECT {columns} FROM place_names ORDER BY name, unit",
                    false, NO_VALUES, n, &is_done);
    return is_done;
}

struct unit_reading {
    bool (*unit)(const struct unit *unit, void *arg);
    bool (*name)(const struct place_name *name, void *arg);
    void *arg;
};

static bool hand_unit(const void *item, void *arg)
{
    const struct unit_reading *reading = arg;

    return reading->unit(item, reading->arg);
}

static bool hand_name(const void *item, void *arg)
{
    const struct unit_reading *reading = arg;

    return reading->name(item, reading->arg);
}

bool store_each_unit(struct store *store, bool (*each)(const struct unit *unit, void *arg), void *arg)
{
    struct unit_reading reading = { .unit = each, .arg = arg };

    return record_each(store, &unit_record,
                       record_text(store, &unit_record, "SELECT {columns} FROM units ORDER BY id"), false,
                       NO_VALUES, hand_unit, &reading);
}

bool store_each_place_name(struct store *store, bool (*each)(const struct place_name *name, void *arg),
                           void *arg)
{
    struct unit_reading reading = { .name = each, .arg = arg };

    return record_each(store, &place_name_record,
                       record_text(store, &place_name_record, "SELECT {columns} FROM place_names"), false,
                       NO_VALUES, hand_name, &reading);
}
