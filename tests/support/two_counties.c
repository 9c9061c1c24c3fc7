#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/centre/take.h"
#include "store/sql.h"
#include "tests/support/on_both.h"
#include "tests/support/two_counties.h"

void province_name_county(struct province *province, const char *code, const char *name)
{
    struct store *store = province_store(province, province);

    assert_true(store_begin(store, 10000) &&
                sql_run(store, "UPDATE feeds SET name = $2 WHERE gateway = $1",
                        VALUES(as_text(code), as_text(name))) &&
                take_renew_counties(store) && store_commit(store));
    talloc_free(store);
}

static struct member *add_member(struct two_counties *world, const char *code, const char *name)
{
    struct member *county =
        member_new(world, world->province, province_add(world->province, code, "", false));

    province_name_county(world->province, code, name);
    office_run(county->office,
               "INSERT INTO people (phone, name, roles, is_greeted) VALUES ('" CADRE "', '李明', 1, 1)");
    return county;
}

int two_counties_open(void **state)
{
    struct two_counties *world = talloc_zero(NULL, struct two_counties);

    world->province = province_new(world, on_both_url(*state));
    world->here = add_member(world, HERE, "浮山县");
    world->there = add_member(world, THERE, "尧都区");
    *state = world;
    return 0;
}

int two_counties_close(void **state)
{
    struct two_counties *world = *state;

    member_end(world->here);
    member_end(world->there);
    province_stop(world->province);
    province_kill(world->province);
    talloc_free(world);
    return 0;
}

void two_counties_link(struct two_counties *world)
{
    member_link(world->there);
    member_wait_for(world->there, "SELECT count(*) FROM counties");
    member_link(world->here);
    member_wait_for(world->here, "SELECT count(*) FROM counties WHERE code = '" THERE "' AND key <> ''");
}

const char *county_text(struct member *county, const char *sql)
{
    const char *error = "", *text = NULL;
    struct store *store = store_open_reader(county, county->office->config.store_url, &error);

    assert_non_null(store);
    assert_true(sql_text(store, county, talloc_strdup(county, sql), NO_VALUES, &text));
    return text ? text : "";
}

const char *county_last_number(struct member *county)
{
    return county_text(county, "SELECT number FROM cases ORDER BY id DESC LIMIT 1");
}
