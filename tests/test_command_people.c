#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/people.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

#define OLD "13800000001"
#define NEW "13900000001"
#define OTHER "13800000002"

#define IN(folder, ...) RUN(mem, folder, NULL, __VA_ARGS__)

static const char *make_county(void *mem)
{
    const char *folder = temporary_directory(mem);

    write_file(mem, folder, "xiangyin.conf", "language = en\nstore { url = \"sqlite:x.db\" }\n");
    write_file(mem, folder, "units.csv",
               "code,name,level,parent,duty\n141027,浮山县,county,,\n141027100,天坛镇,township,141027,\n");
    write_file(mem, folder, "people.csv",
               "phone,name,title,roles,unit,language\n" OLD ",李有田,主任,cadre,141027100,zh\n" OTHER
               ",赵长河,镇长,cadre leader,141027100,zh\n");
    assert_int_equal(IN(folder, "import", "units", "units.csv").status, 0);
    assert_int_equal(IN(folder, "import", "people", "people.csv").status, 0);
    return folder;
}

static struct person *person_of(void *mem, const char *folder, const char *phone)
{
    const char *error = NULL;
    struct store *store = store_open(mem, talloc_asprintf(mem, "sqlite:%s/x.db", folder), &error);
    struct person *person = NULL;

    assert_non_null(store);
    assert_true(store_person(store, mem, phone, &person));
    return person;
}

static void a_new_number_takes_the_place_of_the_old_one(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = make_county(mem);
    struct person *person;

    (void)state;
    assert_string_equal(IN(folder, "people", "move", OLD, NEW).out,
                        "+86" OLD " is now +86" NEW "; the old number is retired\n");
    person = person_of(mem, folder, "+86" NEW);
    assert_string_equal(person->name, "李有田");
    assert_int_equal(person->roles, ROLE_CADRE);
    person = person_of(mem, folder, "+86" OLD);
    assert_int_equal(person->roles, 0);
    assert_true(person->retired_at > 0);
    assert_int_equal(IN(folder, "people", "move", OLD, NEW).status, 1);
    assert_int_equal(IN(folder, "people", "move", NEW, OTHER).status, 1); /* it is somebody's */
    /* who is registered again is no longer retired */
    assert_int_equal(IN(folder, "import", "people", "people.csv").status, 0);
    assert_true(person_of(mem, folder, "+86" OLD)->retired_at == 0);
    talloc_free(mem);
}

static void who_leaves_is_retired_and_the_heir_stays(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = make_county(mem);

    (void)state;
    assert_string_equal(IN(folder, "people", "hand-over", OLD, OTHER).out,
                        "handed over: 0 cases; the number +86" OLD " is retired\n");
    assert_int_equal(person_of(mem, folder, "+86" OLD)->roles, 0);
    assert_int_equal(person_of(mem, folder, "+86" OTHER)->roles, ROLE_CADRE | ROLE_LEADER);
    assert_int_equal(IN(folder, "people", "hand-over", OTHER, NEW).status, 1); /* to nobody */
    assert_int_equal(IN(folder, "people", "hand-over", OTHER).status, 2);
    assert_int_equal(IN(folder, "people", "move", OTHER, OTHER).status, 2);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_number_takes_the_place_of_the_old_one),
        cmocka_unit_test(who_leaves_is_retired_and_the_heir_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
