#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "store/people.h"
#include "store/steps.h"
#include "store/upkeep/move.h"
#include "tests/support/placed.h"

static int open_world(void **state)
{
    const char *error = NULL;
    void *mem = talloc_new(NULL);

    *state = store_open(mem, "sqlite::memory:", &error);
    if (!*state)
        fail_msg("%s", error);
    return 0;
}

static int close_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static struct person *person(struct store *store, const char *phone)
{
    struct person *person;

    assert_true(store_person(store, talloc_parent(store), phone, &person));
    return person;
}

static int64_t put_unit(struct store *store, const char *code, const char *name, enum unit_level level,
                        int64_t parent)
{
    struct unit unit = { .code = code, .name = name, .level = level, .parent = parent };

    assert_true(store_put_unit(store, &unit));
    return unit.id;
}

static void an_unknown_phone_is_null_and_no_error(void **state)
{
    assert_null(person(*state, "+8613800000001"));
}

static void the_first_text_of_a_villager_adds_a_row(void **state)
{
    assert_true(store_see_person(*state, "+8613800000001", "village", 10));
    struct person *seen = person(*state, "+8613800000001");

    assert_string_equal(seen->phone, "+8613800000001");
    assert_string_equal(seen->name, "");
    assert_string_equal(seen->language, "");
    assert_int_equal(seen->roles, ROLE_VILLAGER);
    assert_int_equal(seen->unit, 0);
    assert_string_equal(seen->line, "village");
    assert_int_equal(seen->seen_at, 10);
    assert_false(seen->is_greeted);
    assert_false(seen->is_stopped);
}

static void a_later_text_moves_line_and_time_alone(void **state)
{
    assert_true(store_see_person(*state, "+861", "village", 10));
    assert_true(store_set_language(*state, "+861", "en"));
    assert_true(store_set_stopped(*state, "+861", true));
    assert_true(store_set_greeted(*state, "+861"));
    assert_true(store_set_muted(*state, "+861", 99));
    assert_true(store_see_person(*state, "+861", "county", 20));
    struct person *seen = person(*state, "+861");

    assert_string_equal(seen->line, "county");
    assert_int_equal(seen->seen_at, 20);
    assert_string_equal(seen->language, "en");
    assert_true(seen->is_stopped);
    assert_true(seen->is_greeted);
    assert_int_equal(seen->muted_until, 99);
    assert_true(store_set_stopped(*state, "+861", false));
    assert_false(person(*state, "+861")->is_stopped);
}

static void an_import_replaces_what_it_says_and_keeps_the_rest(void **state)
{
    int64_t unit = put_unit(*state, "141027100", "天坛镇", UNIT_TOWNSHIP, 0);
    struct person given = { .phone = "+861",
                            .name = "甲一",
                            .title = "镇长",
                            .roles = ROLE_CADRE | ROLE_LEADER,
                            .unit = unit,
                            .language = "zh" };

    assert_true(store_see_person(*state, "+861", "village", 10));
    assert_true(store_set_stopped(*state, "+861", true));
    assert_true(store_put_person(*state, &given));
    struct person *kept = person(*state, "+861");
    assert_string_equal(kept->name, "甲一");
    assert_string_equal(kept->title, "镇长");
    assert_int_equal(kept->roles, ROLE_CADRE | ROLE_LEADER);
    assert_int_equal(kept->unit, unit);
    assert_string_equal(kept->language, "zh");
    assert_string_equal(kept->line, "village");
    assert_int_equal(kept->seen_at, 10);
    assert_true(kept->is_stopped);
}

static void an_import_without_a_language_leaves_the_chosen_one(void **state)
{
    struct person given = { .phone = "+861", .name = "甲一", .roles = ROLE_CADRE };

    assert_true(store_put_person(*state, &given));
    assert_true(store_set_language(*state, "+861", "en"));
    assert_true(store_put_person(*state, &given));
    assert_string_equal(person(*state, "+861")->language, "en");
}

static void a_person_of_no_known_unit_is_refused(void **state)
{
    struct person given = { .phone = "+861", .unit = 7 };

    assert_false(store_put_person(*state, &given));
    assert_non_null(strstr(store_error(*state), "FOREIGN KEY"));
}

static int64_t working_unit(struct store *store, const char *phone)
{
    int64_t unit = -1;

    assert_true(store_working_unit(store, phone, &unit));
    return unit;
}

static void a_villages_people_work_for_its_township(void **state)
{
    int64_t township = put_unit(*state, "141027100", "天坛镇", UNIT_TOWNSHIP, 0),
            village = put_unit(*state, "141027100201", "聚粮村", UNIT_VILLAGE, township),
            alone = put_unit(*state, "141027101201", "东陈村", UNIT_VILLAGE, 0),
            office = put_unit(*state, "office-1", "水务站", UNIT_OFFICE, township);

    assert_true(store_put_person(*state, &(struct person){ .phone = "+861", .unit = village }));
    assert_true(store_put_person(*state, &(struct person){ .phone = "+862", .unit = alone }));
    assert_true(store_put_person(*state, &(struct person){ .phone = "+863", .unit = office }));
    assert_true(store_put_person(*state, &(struct person){ .phone = "+864" }));
    assert_int_equal(working_unit(*state, "+861"), township);
    assert_int_equal(working_unit(*state, "+862"), alone);
    assert_int_equal(working_unit(*state, "+863"), office);
    assert_int_equal(working_unit(*state, "+864"), 0);
    assert_int_equal(working_unit(*state, "+865"), 0);
    assert_int_equal(working_unit(*state, ""), 0);
}

static const char *phones(struct store *store, int roles, int64_t unit)
{
    struct person *people;
    size_t n;
    char *list = talloc_strdup(talloc_parent(store), "");

    assert_true(store_people(store, talloc_parent(store), roles, unit, &people, &n));
    for (size_t i = 0; i < n; i++)
        list = talloc_asprintf_append(list, "%s ", people[i].phone);
    return list;
}

static void people_are_found_by_role_and_unit(void **state)
{
    int64_t north = put_unit(*state, "1", "北", UNIT_TOWNSHIP, 0),
            south = put_unit(*state, "2", "南", UNIT_TOWNSHIP, 0);
    const struct person given[] = {
        { .phone = "+864", .roles = ROLE_CADRE, .unit = north },
        { .phone = "+863", .roles = ROLE_CADRE | ROLE_LEADER, .unit = south },
        { .phone = "+862", .roles = ROLE_SUPERVISOR },
    };

    for (size_t i = 0; i < 3; i++)
        assert_true(store_put_person(*state, &given[i]));
    assert_true(store_see_person(*state, "+861", "village", 10));
    assert_string_equal(phones(*state, 0, 0), "+862 +863 +864 ");
    assert_string_equal(phones(*state, ROLE_CADRE, 0), "+863 +864 ");
    assert_string_equal(phones(*state, ROLE_LEADER | ROLE_SUPERVISOR, 0), "+862 +863 ");
    assert_string_equal(phones(*state, 0, north), "+864 ");
    assert_string_equal(phones(*state, ROLE_LEADER, north), "");
}

static void roles_are_words_with_spaces(void **state)
{
    int roles = -1;

    assert_true(roles_parse("cadre leader", &roles));
    assert_int_equal(roles, ROLE_CADRE | ROLE_LEADER);
    assert_true(roles_parse("  operator ", &roles));
    assert_int_equal(roles, ROLE_OPERATOR);
    assert_true(roles_parse("", &roles));
    assert_int_equal(roles, ROLE_VILLAGER);
    assert_false(roles_parse("cadre emperor", &roles));
    assert_false(roles_parse("cadrecadrecadrecadre", &roles));
    assert_int_equal(roles, ROLE_VILLAGER);
    assert_string_equal(roles_text(talloc_parent(*state), ROLE_CADRE | ROLE_SUPERVISOR), "cadre supervisor");
    assert_string_equal(roles_text(talloc_parent(*state), ROLE_VILLAGER), "");
}

static void a_unit_keeps_every_field(void **state)
{
    int64_t county = put_unit(*state, "141027", "浮山县", UNIT_COUNTY, 0);
    struct unit given = {
        .code = "petition", .name = "信访接待中心", .level = UNIT_OFFICE, .parent = county, .duty = "petition"
    };
    struct unit *kept;

    assert_true(store_put_unit(*state, &given));
    assert_true(store_unit(*state, talloc_parent(*state), given.id, &kept));
    assert_string_equal(kept->code, "petition");
    assert_string_equal(kept->name, "信访接待中心");
    assert_int_equal(kept->level, UNIT_OFFICE);
    assert_int_equal(kept->parent, county);
    assert_string_equal(kept->duty, "petition");
}

static void a_unit_put_again_is_renamed_not_doubled(void **state)
{
    int64_t first = put_unit(*state, "141027201", "东张", UNIT_VILLAGE, 0);
    int64_t again = put_unit(*state, "141027201", "东张乡", UNIT_TOWNSHIP, 0);
    struct unit *kept;

    assert_int_equal(first, again);
    assert_true(store_unit_by_code(*state, talloc_parent(*state), "141027201", &kept));
    assert_string_equal(kept->name, "东张乡");
    assert_int_equal(kept->level, UNIT_TOWNSHIP);
    assert_true(store_unit_by_code(*state, talloc_parent(*state), "0", &kept));
    assert_null(kept);
}

static void villages_of_one_name_are_both_found(void **state)
{
    struct unit *units;
    size_t n;

    put_unit(*state, "2", "南庄", UNIT_VILLAGE, 0);
    put_unit(*state, "1", "南庄", UNIT_VILLAGE, 0);
    put_unit(*state, "3", "北庄", UNIT_VILLAGE, 0);
    assert_true(store_units_by_name(*state, talloc_parent(*state), "南庄", &units, &n));
    assert_int_equal(n, 2);
    assert_string_equal(units[0].code, "1");
    assert_true(store_units(*state, talloc_parent(*state), &units, &n));
    assert_int_equal(n, 3);
    assert_true(store_units_by_name(*state, talloc_parent(*state), "西庄", &units, &n));
    assert_int_equal(n, 0);
    assert_null(units);
}

static void a_place_may_have_many_names_each_once(void **state)
{
    int64_t unit = put_unit(*state, "141027201", "东张乡", UNIT_TOWNSHIP, 0);
    struct place_name *names;
    size_t n;

    assert_true(store_put_place_name(*state, "东张", unit));
    assert_true(store_put_place_name(*state, "东张乡", unit));
    assert_true(store_put_place_name(*state, "东张", unit));
    assert_true(store_place_names(*state, talloc_parent(*state), &names, &n));
    assert_int_equal(n, 2);
    assert_string_equal(names[0].name, "东张");
    assert_int_equal(names[0].unit, unit);
}

static void levels_are_written_by_name(void **state)
{
    enum unit_level level = UNIT_VILLAGE;

    (void)state;
    assert_string_equal(unit_level_name(UNIT_DEPARTMENT), "department");
    assert_true(unit_level_parse("county", &level));
    assert_int_equal(level, UNIT_COUNTY);
    assert_false(unit_level_parse("province", &level));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

static int64_t case_of(struct store *store, const char *number, const char *phone)
{
    struct case_ case_ = { .number = number,
                           .reporter = phone,
                           .line = "",
                           .topic = "water",
                           .text = "水管裂了",
                           .received_at = 1 };
    struct step step = { .at = 1, .actor = phone, .line = "", .kind = "progress", .words = "" };

    place_case(store, &case_);
    step.case_id = case_.id;
    assert_true(store_add_step(store, &step));
    return case_.id;
}

/* Whose the cases and the steps in them are: their owners' last digits, in their order. */
static const char *owners(struct store *store)
{
    char *all = talloc_strdup(talloc_parent(store), "");
    struct case_ *cases;
    size_t n, n_steps;

    assert_true(store_cases(store, talloc_parent(store), &(struct case_filter){ .limit = 99 }, &cases, &n));
    for (size_t i = 0; i < n; i++) {
        struct step *steps;

        assert_true(store_steps(store, talloc_parent(store), cases[i].id, &steps, &n_steps));
        all = talloc_asprintf_append(all, "%s%s/%s", i ? " " : "", cases[i].reporter + 13,
                                     steps[n_steps - 1].actor + 13);
    }
    return all;
}

/* Each has several cases of theirs: all go along, and all that went along come back. */
static void who_gets_their_old_number_back_has_all_that_was_theirs(void **state)
{
    const char *old = "+8613800000001", *new = "+8613800000002";
    struct person_before before, new_before;
    struct store *store = *state;
    void *mem = talloc_parent(store);

    place_kinds(store, "received,progress");
    assert_true(store_put_person(store, &(struct person){ .phone = old, .name = "甲", .language = "" }));
    for (int i = 0; i < 6; i++)
        case_of(store, talloc_asprintf(mem, "2600001%d", i), i % 2 ? new : old);
    assert_string_equal(owners(store), "1/1 2/2 1/1 2/2 1/1 2/2");
    assert_true(store_person_before(store, mem, old, true, &before));
    assert_true(store_person_before(store, mem, new, true, &new_before));
    assert_int_equal(before.reported.n, 3);
    assert_int_equal(new_before.acted.n, 3);
    assert_true(store_begin(store, 1000) && store_move_person(store, old, new, 5) && store_commit(store));
    assert_string_equal(owners(store), "2/2 2/2 2/2 2/2 2/2 2/2");
    assert_int_not_equal(person(store, old)->retired_at, 0);
    assert_true(store_begin(store, 1000) && store_move_back(store, &before, new, &new_before, 6) &&
                store_commit(store));
    assert_string_equal(owners(store), "1/1 2/2 1/1 2/2 1/1 2/2");
    assert_string_equal(person(store, old)->name, "甲");
    assert_int_equal(person(store, old)->retired_at, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_unknown_phone_is_null_and_no_error),
        TEST(who_gets_their_old_number_back_has_all_that_was_theirs),
        TEST(the_first_text_of_a_villager_adds_a_row),
        TEST(a_later_text_moves_line_and_time_alone),
        TEST(an_import_replaces_what_it_says_and_keeps_the_rest),
        TEST(an_import_without_a_language_leaves_the_chosen_one),
        TEST(a_person_of_no_known_unit_is_refused),
        TEST(a_villages_people_work_for_its_township),
        TEST(people_are_found_by_role_and_unit),
        TEST(roles_are_words_with_spaces),
        TEST(a_unit_keeps_every_field),
        TEST(a_unit_put_again_is_renamed_not_doubled),
        TEST(villages_of_one_name_are_both_found),
        TEST(a_place_may_have_many_names_each_once),
        TEST(levels_are_written_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
