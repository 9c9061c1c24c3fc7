#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/print/unit_names.h"
#include "tests/support/support.h"

static struct store *open_county(void *mem)
{
    static const struct unit units[] = {
        { .code = "141027", .name = "浮山县", .level = UNIT_COUNTY },
        { .code = "141027101", .name = "北王镇", .level = UNIT_TOWNSHIP, .parent = 1 },
        { .code = "141027203", .name = "槐埝乡", .level = UNIT_TOWNSHIP, .parent = 1 },
        { .code = "141027101204", .name = "高村村委会", .level = UNIT_VILLAGE, .parent = 2 },
        { .code = "141027203209", .name = "高村村委会", .level = UNIT_VILLAGE, .parent = 3 },
        { .code = "141027203210", .name = "东陈村村委会", .level = UNIT_VILLAGE, .parent = 3 },
        { .code = "water", .name = "县水利局", .level = UNIT_DEPARTMENT, .parent = 1 },
    };
    const char *error;
    struct store *store = store_open(mem, "sqlite::memory:", &error);

    assert_non_null(store);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct unit unit = units[i];

        assert_true(store_put_unit(store, &unit));
        assert_int_equal(unit.id, i + 1);
    }
    assert_true(store_put_place_name(store, "河滩上", 6));
    return store;
}

/* Ids that a name finds, in order, as one number: 45 for 4 and 5. */
static int64_t found(struct unit_names *units, const char *name)
{
    int64_t *ids, all = 0;
    size_t n;

    unit_names_find(units, units, name, &ids, &n);
    for (size_t i = 0; i < n; i++)
        all = all * 10 + ids[i];
    return all;
}

static void assert_names(struct unit_names *units)
{
    assert_int_equal(found(units, "141027101204"), 4);
    assert_int_equal(found(units, "高村"), 45);
    assert_int_equal(found(units, "高"), 0);
    assert_int_equal(found(units, "槐埝乡高村"), 5);
    assert_int_equal(found(units, "北王"), 2);
    assert_int_equal(found(units, "东陈"), 6);
    assert_int_equal(found(units, "河滩上"), 6);
    assert_int_equal(found(units, "县水利局"), 7);
    assert_int_equal(found(units, "西陈"), 0);
    assert_string_equal(unit_names_place(units, 4), "北王镇高村");
    assert_string_equal(unit_names_place(units, 2), "北王镇");
    assert_string_equal(unit_names_place(units, 0), "");
    assert_string_equal(unit_names_place(units, 99), "");
    assert_string_equal(unit_names_by_id(units, 7)->code, "water");
    assert_null(unit_names_by_id(units, 99));
    assert_true(unit_names_is_in(units, 5, 3));
    assert_true(unit_names_is_in(units, 5, 1));
    assert_false(unit_names_is_in(units, 5, 2));
    assert_false(unit_names_is_in(units, 99, 1));
}

static void names_are_found_alike_whether_all_are_read_or_only_what_is_asked_for(void **state)
{
    void *mem = talloc_new(NULL);
    struct store *store = open_county(mem);

    (void)state;
    assert_names(unit_names_read(mem, store));
    assert_names(unit_names_open(mem, store));
    talloc_free(mem);
}

/* A county's units are the country's thousandth part. */
static void what_is_not_asked_for_is_not_kept(void **state)
{
    void *mem = talloc_new(NULL);
    struct store *store = open_county(mem);
    struct unit_names *units = unit_names_open(mem, store);
    size_t before;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct unit unit = { .code = talloc_asprintf(mem, "9%d", i),
                             .name = talloc_asprintf(mem, "第%d村", i),
                             .level = UNIT_VILLAGE,
                             .parent = 3 };

        assert_true(store_put_unit(store, &unit));
    }
    before = talloc_total_blocks(units);
    assert_string_equal(unit_names_place(units, 5), "槐埝乡高村");
    assert_int_equal(found(units, "槐埝乡第19村"), 8 + 19);
    assert_in_range(talloc_total_blocks(units) - before, 1, 40);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_alike_whether_all_are_read_or_only_what_is_asked_for),
        cmocka_unit_test(what_is_not_asked_for_is_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
