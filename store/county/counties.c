#include "store/county/counties.h"

#include <string.h>
#include <talloc.h>

#include "store/record.h"

#define VERSION "centre counties" /* a setting; the journal holds none that begins so */

static const struct field county_fields[] = {
    FIELD(county, code, FIELD_TEXT),     FIELD(county, name, FIELD_TEXT),
    FIELD(county, key, FIELD_TEXT),      FIELD(county, is_listed, FIELD_FLAG),
    FIELD(county, new_name, FIELD_TEXT), FIELD(county, new_key, FIELD_TEXT),
};
static const struct record county_record = RECORD(county, county_fields);

static struct county *find(struct store *store, void *mem, const char *code, bool *is_done)
{
    return record_one(store, mem, &county_record, "SELECT {columns} FROM counties WHERE code = $1",
                      VALUES(as_text(code)), is_done);
}

static bool put(struct store *store, const struct county *county)
{
    struct value values[RECORD_FIELDS];

    return sql_run(
        store,
        record_text(store, &county_record,
                    "INSERT INTO counties {row} ON CONFLICT (code) DO UPDATE SET name = excluded.name,"
                    " key = excluded.key, is_listed = excluded.is_listed,"
                    " new_name = excluded.new_name, new_key = excluded.new_key"),
        record_values(&county_record, county, values));
}

/* What is kept of a county that was known before. *is_news: it differs from what held, and did not before. */
static struct county compare(const struct county *before, const struct county *listed, bool *is_news)
{
    struct county county = *before;

    county.is_listed = true;
    if (!*before->key)
        county.key = listed->key;
    county.new_key = *listed->key && strcmp(listed->key, county.key) != 0 ? listed->key : "";
    county.new_name = strcmp(listed->name, before->name) != 0 ? listed->name : "";
    *is_news = (*county.new_key && strcmp(county.new_key, before->new_key) != 0) ||
               (*county.new_name && strcmp(county.new_name, before->new_name) != 0);
    return county;
}

static bool take_listed(struct store *store, void *mem, const struct county *listed, bool *is_news)
{
    bool is_done;
    const struct county *before = find(store, mem, listed->code, &is_done);
    struct county county = { .code = listed->code,
                             .name = listed->name,
                             .key = listed->key,
                             .is_listed = true,
                             .new_name = "",
                             .new_key = "" };

    *is_news = false;
    if (before)
        county = compare(before, listed, is_news);
    return is_done && put(store, &county);
}

bool store_set_counties(struct store *store, void *mem, const struct county *counties, size_t n,
                        const char *version, int *changed, const char **first)
{
    bool is_done = sql_run(store, "UPDATE counties SET is_listed = 0", NO_VALUES), is_news;

    *changed = 0;
    *first = "";
    for (size_t i = 0; i < n && is_done; i++) {
        is_done = take_listed(store, mem, &counties[i], &is_news);
        if (is_done && is_news && (*changed)++ == 0)
            *first = talloc_strdup(mem, counties[i].name);
    }
    return is_done && store_set(store, VERSION, version);
}

bool store_trust_county(struct store *store, void *mem, const char *code, struct county **county)
{
    bool is_done;

    *county = find(store, mem, code, &is_done);
    if (!is_done || !*county)
        return is_done;
    if (*(*county)->new_name)
        (*county)->name = (*county)->new_name;
    if (*(*county)->new_key)
        (*county)->key = (*county)->new_key;
    (*county)->new_name = (*county)->new_key = "";
    return put(store, *county);
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

    *county = NULL;
    counties = record_list(store, mem, &county_record,
                           "SELECT {columns} FROM counties WHERE name = $1 AND is_listed = 1", false,
                           VALUES(as_text(name)), &n, &is_done);
    if (is_done && n == 0)
        counties = record_list(store, mem, &county_record,
                               "SELECT {columns} FROM counties WHERE length($1) > 1 AND is_listed = 1"
                               " AND name IN ($1 || '县', $1 || '区', $1 || '市')",
                               false, VALUES(as_text(name)), &n, &is_done);
    *county = n == 1 ? counties : NULL;
    return is_done;
}

bool store_county(struct store *store, void *mem, const char *code, struct county **county)
{
    bool is_done;

    *county = record_one(store, mem, &county_record,
                         "SELECT {columns} FROM counties WHERE code = $1 AND is_listed = 1",
                         VALUES(as_text(code)), &is_done);
    return is_done;
}

bool store_counties(struct store *store, void *mem, struct county **counties, size_t *n)
{
    bool is_done;

    *counties = record_list(store, mem, &county_record,
                            "SELECT {columns} FROM counties WHERE is_listed = 1 ORDER BY code", false,
                            NO_VALUES, n, &is_done);
    return is_done;
}

bool county_has_changed(const struct county *county)
{
    return *county->new_name || *county->new_key;
}
