#include "store/county/counties.h"

#include "store/record.h"

#define VERSION "centre counties" /* a setting; the journal holds none that begins so */

static const struct field county_fields[] = {
    FIELD(county, code, FIELD_TEXT),
    FIELD(county, name, FIELD_TEXT),
    FIELD(county, key, FIELD_TEXT),
};
static const struct record county_record = RECORD(county, county_fields);

bool store_set_counties(struct store *store, const struct county *counties, size_t n, const char *version)
{
    struct value values[RECORD_FIELDS];
    bool is_done = sql_run(store, "DELETE FROM counties", NO_VALUES);

    for (size_t i = 0; i < n && is_done; i++)
        is_done = sql_run(
            store, record_text(store, &county_record, "INSERT INTO counties {row} ON CONFLICT DO NOTHING"),
            record_values(&county_record, &counties[i], values));
    return is_done && store_set(store, VERSION, version);
}

bool store_counties_version(struct store *store, void *mem, const char **version)
{
    *version = NULL;
    if (!store_get(store, mem, VERSION, version))
        return false;
    if (!*version)
        *version = "";
    return true;
}

bool store_county_by_name(struct store *store, void *mem, const char *name, struct county **county)
{
    struct county *counties;
    bool is_done;
    size_t n;

    *county = record_one(store, mem, &county_record, "SELECT {columns} FROM counties WHERE name = $1",
                         VALUES(as_text(name)), &is_done);
    if (!is_done || *county)
        return is_done;
    counties = record_list(store, mem, &county_record,
                           "SELECT {columns} FROM counties WHERE length($1) > 1"
                           " AND name IN ($1 || '县', $1 || '区', $1 || '市')",
                           false, VALUES(as_text(name)), &n, &is_done);
    *county = n == 1 ? counties : NULL;
    return is_done;
}

bool store_county(struct store *store, void *mem, const char *code, struct county **county)
{
    bool is_done;

    *county = record_one(store, mem, &county_record, "SELECT {columns} FROM counties WHERE code = $1",
                         VALUES(as_text(code)), &is_done);
    return is_done;
}
