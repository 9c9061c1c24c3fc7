#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/report/bulletin.h"
#include "gateway/turn/redact.h"
#include "store/steps.h"
#include "tests/support/ledger.h"

static int make_world(void **state)
{
    *state = ledger_new(talloc_new(NULL));
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static struct json_object *board(struct world *world, enum bulletin_kind kind, struct date date,
                                 const char *unit)
{
    struct bulletin_query wish = { .kind = kind, .date = date, .now = world->now, .has_rows = true };
    struct json_object *made;

    wish.has_texts = true;
    if (unit)
        wish.unit = ledger_unit(world, unit);
    made = bulletin_json(world, world->store, &wish);
    if (!made)
        fail_msg("%s", store_error(world->store));
    return made;
}

static int64_t number(struct json_object *object, const char *name)
{
    return json_object_get_int64(json_object_object_get(object, name));
}

static const char *text(struct json_object *object, const char *name)
{
    return json_object_get_string(json_object_object_get(object, name));
}

/* The numbers of a list's cases, each with its words. */
static const char *listed(struct world *world, struct json_object *made, const char *list)
{
    struct json_object *cases = json_object_object_get(made, list);
    char *all = talloc_strdup(world, "");

    for (size_t i = 0; i < json_object_array_length(cases); i++) {
        struct json_object *row = json_object_array_get_idx(cases, i);

        all = talloc_asprintf_append(all, "%s%s %s", i ? "; " : "", text(row, "number"), text(row, "words"));
    }
    return all;
}

static void a_date_is_the_last_of_its_kind_that_has_come(void **state)
{
    struct date november = { 2026, 11, 20 }, end = { 2026, 12, 31 };

    assert_string_equal(date_text(*state, bulletin_date(BULLETIN_SHOW, november)), "2026-11-01");
    assert_string_equal(date_text(*state, bulletin_date(BULLETIN_REPORT, november)), "2026-09-30");
    assert_string_equal(date_text(*state, bulletin_date(BULLETIN_EVALUATE, november)), "2025-12-31");
    assert_string_equal(date_text(*state, bulletin_date(BULLETIN_REPORT, end)), "2026-12-31");
    assert_string_equal(date_text(*state, bulletin_date(BULLETIN_EVALUATE, end)), "2026-12-31");
    assert_string_equal(date_text(*state, bulletin_date(BULLETIN_REPORT, (struct date){ 2027, 1, 1 })),
                        "2026-12-31");
}

static void a_month_shows_its_cases_without_the_guarded_one(void **state)
{
    struct world *world = *state;
    struct json_object *made = board(world, BULLETIN_SHOW, (struct date){ 2026, 11, 1 }, NULL);

    assert_int_equal(number(made, "total"), 5);
    assert_int_equal(number(made, "livelihood"), 3);
    assert_int_equal(number(made, "hardship"), 1);
    assert_int_equal(number(made, "petition"), 1);
    assert_string_equal(listed(world, made, "cases"),
                        "26000047 镇上的路坏了; 26000038 ; 26000056 ; 26000065 ; 26000074 省道的红绿灯坏了");
    json_object_put(made);
}

static void a_village_and_a_township_have_boards_of_their_own(void **state)
{
    struct world *world = *state;
    struct json_object *village = board(world, BULLETIN_SHOW, (struct date){ 2026, 11, 1 }, "141027103201"),
                       *township = board(world, BULLETIN_SHOW, (struct date){ 2026, 11, 1 }, "141027100");

    assert_int_equal(number(village, "total"), 2);
    assert_int_equal(number(township, "total"), 3);
    json_object_put(village);
    json_object_put(township);
}

static void an_empty_month_says_none(void **state)
{
    struct world *world = *state;
    struct json_object *made = board(world, BULLETIN_SHOW, (struct date){ 2026, 9, 1 }, NULL);

    assert_string_equal(text(made, "none"), "true");
    assert_int_equal(number(made, "total"), 0);
    json_object_put(made);
}

static void what_is_held_back_is_on_no_board_until_it_is_shown_again(void **state)
{
    struct world *world = *state;
    struct case_ *case_;
    struct json_object *made;

    assert_true(store_case_by_number(world->store, world, "26000074", &case_));
    struct step held = {
        .case_id = case_->id, .at = world->now, .actor = "x", .line = "", .kind = "held", .words = "涉密"
    };
    assert_true(store_add_step(world->store, &held));
    made = board(world, BULLETIN_SHOW, (struct date){ 2026, 11, 1 }, "141027103201");
    assert_int_equal(number(made, "total"), 1);
    json_object_put(made);
    held.kind = "shown";
    assert_true(store_add_step(world->store, &held));
    made = board(world, BULLETIN_SHOW, (struct date){ 2026, 11, 1 }, "141027103201");
    assert_int_equal(number(made, "total"), 2);
    json_object_put(made);
}

static void a_quarter_tells_what_moved_what_did_not_and_what_ended(void **state)
{
    struct world *world = *state;
    struct json_object *made = board(world, BULLETIN_REPORT, (struct date){ 2026, 12, 31 }, NULL);

    assert_int_equal(number(made, "open"), 2);
    assert_int_equal(number(made, "moved"), 2);
    assert_int_equal(number(made, "silent"), 0);
    assert_int_equal(number(made, "ended"), 4);
    assert_string_equal(listed(world, made, "cases"),
                        "26000047 路面材料已进场，联系人某某*****，下周铺好; 26000056 ");
    /* 民困: nothing of what was done */
    assert_string_equal(listed(world, made, "endings"),
                        "26000029 已按规定办理完毕; 26000038 ; 26000065 ; 26000074 已按规定办理完毕");
    json_object_put(made);
}

static void a_quarter_is_as_it_was_at_its_end(void **state)
{
    struct world *world = *state;
    struct json_object *made = board(world, BULLETIN_REPORT, (struct date){ 2026, 9, 30 }, NULL);
    struct case_ *case_;

    /* shown on 1 October only */
    assert_string_equal(text(made, "none"), "true");
    json_object_put(made);
    assert_true(store_begin(world->store, 1000));
    assert_true(store_case_by_number(world->store, world, "26000029", &case_));
    case_->shown_on = case_->received_at + 86400; /* closed on 20 October */
    assert_true(store_update_case(world->store, case_));
    assert_true(store_commit(world->store));
    made = board(world, BULLETIN_REPORT, (struct date){ 2026, 9, 30 }, NULL);
    assert_int_equal(number(made, "open"), 1);
    assert_int_equal(number(made, "ended"), 0);
    json_object_put(made);
}

static struct json_object *row_of(struct json_object *made, const char *list, const char *wanted)
{
    struct json_object *cases = json_object_object_get(made, list);

    for (size_t i = 0; i < json_object_array_length(cases); i++)
        if (strcmp(text(json_object_array_get_idx(cases, i), "number"), wanted) == 0)
            return json_object_array_get_idx(cases, i);
    fail_msg("%s is not in %s", wanted, list);
    return NULL;
}

static void a_board_marks_what_is_overdue_and_what_was_withdrawn(void **state)
{
    struct world *world = *state;
    struct json_object *made = board(world, BULLETIN_REPORT, (struct date){ 2026, 12, 31 }, NULL);
    struct case_ *case_;

    assert_int_equal(number(made, "late"), 2); /* to be finished by 7 December */
    assert_string_equal(text(row_of(made, "cases", "26000047"), "late"), "true");
    assert_string_equal(text(row_of(made, "cases", "26000047"), "finish_by"), "2026-12-07");
    json_object_put(made);
    assert_true(store_begin(world->store, 1000));
    assert_true(store_case_by_number(world->store, world, "26000056", &case_));
    case_->state = CASE_WITHDRAWN;
    assert_true(store_allow_step(world->store, CASE_IN_HAND, "withdrawn", CASE_WITHDRAWN));
    struct step step = { .case_id = case_->id,
                         .at = case_->shown_on + 86400,
                         .actor = case_->reporter,
                         .line = "",
                         .kind = "withdrawn",
                         .words = "我叫王秀英，不用了" };
    assert_true(store_take_step(world->store, &step, case_));
    assert_true(store_commit(world->store));
    made = board(world, BULLETIN_REPORT, (struct date){ 2026, 12, 31 }, NULL);
    assert_int_equal(number(made, "open"), 1);
    assert_int_equal(number(made, "ended"), 4); /* nobody's work */
    assert_int_equal(number(made, "gone"), 1);
    assert_string_equal(text(row_of(made, "endings", "26000056"), "state"), "withdrawn");
    assert_string_equal(text(row_of(made, "endings", "26000056"), "closed"), "2026-11-02");
    assert_string_equal(text(row_of(made, "endings", "26000056"), "words"), "");
    json_object_put(made);
}

static void what_a_year_left_stands_in_the_next_years_evaluation(void **state)
{
    struct world *world = *state;
    struct json_object *made, *all;
    struct case_ *case_;

    made = board(world, BULLETIN_EVALUATE, (struct date){ 2026, 12, 31 }, NULL);
    assert_int_equal(number(json_object_object_get(made, "all"), "carried"), 0);
    json_object_put(made);
    assert_true(store_case_by_number(world->store, world, "26000038", &case_));
    case_->closed_at = date_moment((struct date){ 2027, 2, 1 }, 600);
    assert_true(store_update_case(world->store, case_));
    made = board(world, BULLETIN_EVALUATE, (struct date){ 2027, 12, 31 }, NULL);
    all = json_object_object_get(made, "all");
    assert_int_equal(number(all, "received"), 0);
    assert_int_equal(number(all, "carried"), 4); /* without the guarded one */
    assert_int_equal(number(all, "carried_ended"), 1);
    assert_int_equal(number(all, "carried_open"), 3);
    assert_string_equal(text(made, "none"), "false");
    json_object_put(made);
}

static void a_year_gives_three_rates_by_unit_and_month(void **state)
{
    struct world *world = *state;
    struct json_object *made = board(world, BULLETIN_EVALUATE, (struct date){ 2026, 12, 31 }, NULL);
    struct json_object *all = json_object_object_get(made, "all");

    assert_int_equal(number(all, "received"), 10);
    assert_string_equal(text(json_object_object_get(all, "solution"), "percent"), "33.3");
    assert_int_equal(json_object_array_length(json_object_object_get(made, "rows")),
                     2); /* nobody, and the handler's */
    assert_int_equal(json_object_array_length(json_object_object_get(made, "months")), 3);
    json_object_put(made);
}

static struct json_object *row_named(struct json_object *made, const char *list, const char *name)
{
    struct json_object *rows = json_object_object_get(made, list);

    for (size_t i = 0; i < json_object_array_length(rows); i++)
        if (strcmp(text(json_object_array_get_idx(rows, i), "name"), name) == 0)
            return json_object_array_get_idx(rows, i);
    fail_msg("no row %s in %s", name, json_object_to_json_string(rows));
    return NULL;
}

/* The service centre's case, taken on by somebody of the township; its leader is on duty there. */
static void a_case_counts_where_its_handler_works_and_names_them_and_who_is_on_duty(void **state)
{
    struct world *world = *state;
    int64_t township = ledger_unit(world, "141027100");
    const struct person people[] = {
        { .phone = "+8613800000021", .name = "乙例二", .title = "", .roles = ROLE_CADRE, .unit = township },
        { .phone = "+8613800000022",
          .name = "赵长河",
          .title = "镇长",
          .roles = ROLE_LEADER,
          .unit = township },
    };
    struct json_object *made, *handlers, *row;
    struct case_ *case_;

    for (size_t i = 0; i < 2; i++) {
        struct person person = people[i];

        person.language = "";
        assert_true(store_put_person(world->store, &person));
    }
    assert_true(store_set_on_duty(world->store, township, people[1].phone));
    assert_true(store_case_by_number(world->store, world, "26000047", &case_));
    case_->handler = people[0].phone;
    assert_true(store_update_case(world->store, case_));

    made = board(world, BULLETIN_EVALUATE, (struct date){ 2026, 12, 31 }, NULL);
    row = row_named(made, "rows", "天坛镇");
    assert_int_equal(number(row, "received"), 1);
    assert_string_equal(text(row, "on_duty"), "赵长河");
    handlers = json_object_object_get(row, "handlers");
    assert_int_equal(json_object_array_length(handlers), 1);
    assert_string_equal(json_object_get_string(json_object_array_get_idx(handlers, 0)), "乙例二");
    assert_string_equal(text(made, "on_duty"), "");
    json_object_put(made);

    made = board(world, BULLETIN_REPORT, (struct date){ 2026, 12, 31 }, "141027100");
    assert_int_equal(number(row_named(made, "units", "天坛镇"), "open"), 1);
    assert_string_equal(text(made, "on_duty"), "赵长河");
    assert_string_equal(text(made, "on_duty_title"), "镇长");
    json_object_put(made);
}

static struct json_object *board_of_works(struct world *world, const char *unit)
{
    return board(world, BULLETIN_EVALUATE, (struct date){ 2026, 12, 31 }, unit);
}

static void make_work(struct world *world, const char *number_of_case, int households, int residents)
{
    struct case_ *case_;

    assert_true(store_case_by_number(world->store, world, number_of_case, &case_));
    case_->public_works_year = 2026;
    case_->households = households;
    case_->residents = residents;
    assert_true(store_update_case(world->store, case_));
}

static void the_works_of_the_year_stand_with_whom_they_serve(void **state)
{
    struct world *world = *state;
    struct json_object *made = board_of_works(world, NULL), *work;

    assert_int_equal(number(made, "public_works_count"), 0);
    json_object_put(made);
    make_work(world, "26000010", 310, 1300);
    make_work(world, "26000047", 40, 160);
    make_work(world, "26000114", 1, 1); /* guarded */
    made = board_of_works(world, NULL);
    assert_int_equal(number(made, "public_works_count"), 2);
    assert_int_equal(number(made, "public_works_households"), 350);
    assert_int_equal(number(made, "public_works_people"), 1460);
    work = json_object_array_get_idx(json_object_object_get(made, "public_works"), 1);
    assert_string_equal(text(work, "number"), "26000010");
    assert_string_equal(text(work, "state"), "closed"); /* what the reporter made of it is theirs */
    json_object_put(made);
    made = board_of_works(world, "141027100212");
    assert_int_equal(number(made, "public_works_count"), 1);
    json_object_put(made);
}

/* In a village of sixty people the kind of help says who asked. */
static void what_help_somebody_asks_for_is_not_shown(void **state)
{
    struct world *world = *state;
    struct json_object *made = board(world, BULLETIN_SHOW, (struct date){ 2026, 11, 1 }, NULL);
    struct json_object *cases = json_object_object_get(made, "cases");

    for (size_t i = 0; i < json_object_array_length(cases); i++) {
        struct json_object *row = json_object_array_get_idx(cases, i);
        bool is_hardship = strcmp(text(row, "number"), "26000038") == 0;

        assert_true(is_hardship == (text(row, "topic") == NULL));
        assert_true(is_hardship == (text(row, "private") != NULL));
    }
    json_object_put(made);
}

static const char *made_public(void *mem, const char *words, const char *name)
{
    struct board_case case_ = { .category = CATEGORY_LIVELIHOOD, .progress = words, .reporter_name = name };

    return redact_progress(mem, &case_, 200);
}

static void numbers_and_the_reporters_name_are_blanked(void **state)
{
    static const struct {
        const char *words, *public;
    } samples[] = {
        { "水泵已修好", "水泵已修好" },
        { "310户已通水，停了3天", "310户已通水，停了3天" },
        { "联系13934567001", "联系*****" },
        { "联系１３９３４５６７００１。", "联系*****。" },
        { "联系139-3456-7001或139 3456 7001", "联系*****" },
        { "一三九三四五六七零零一找我", "*****找我" },
        { "已告知王秀英本人", "已告知某某本人" },
        { "已告知王 秀 英本人", "" },
        { "证号141027199001011234", "证号*****" },
        { "先给李二狗家和老张家接通", "先给某某家和某某家接通" },
        { "赵六说明天到", "某某说明天到" },
        { "大家的水、高村的路、国家的地", "大家的水、高村的路、国家的地" },
    };
    void *mem = talloc_new(*state);

    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (i != 4)
            assert_string_equal(made_public(mem, samples[i].words, "王秀英"), samples[i].public);
    assert_null(strstr(made_public(mem, samples[4].words, ""), "3456"));
    talloc_free(mem);
}

static void hardship_petitions_and_the_unknown_keep_their_words(void **state)
{
    struct board_case case_ = {
        .category = CATEGORY_HARDSHIP, .progress = "已办理", .text = "水管坏了", .reporter_name = ""
    };

    (void)state;
    assert_string_equal(redact_progress(*state, &case_, 100), "");
    case_.category = CATEGORY_PETITION;
    assert_string_equal(redact_progress(*state, &case_, 100), "");
    case_.category = CATEGORY_LIVELIHOOD;
    case_.is_anonymous = true;
    assert_string_equal(redact_progress(*state, &case_, 100), "");
    assert_string_equal(redact_text(*state, &case_, 100), "");
}

static void who_says_who_they_are_is_not_quoted(void **state)
{
    struct board_case case_ = { .category = CATEGORY_LIVELIHOOD,
                                .text = "我是村东的老李，水管坏了",
                                .reporter_name = "" };

    assert_string_equal(redact_text(*state, &case_, 100), "");
}

int main(void)
{
#define IN_A_LEDGER(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)
    const struct CMUnitTest tests[] = {
        IN_A_LEDGER(a_date_is_the_last_of_its_kind_that_has_come),
        IN_A_LEDGER(a_month_shows_its_cases_without_the_guarded_one),
        IN_A_LEDGER(a_village_and_a_township_have_boards_of_their_own),
        IN_A_LEDGER(an_empty_month_says_none),
        IN_A_LEDGER(what_is_held_back_is_on_no_board_until_it_is_shown_again),
        IN_A_LEDGER(a_quarter_tells_what_moved_what_did_not_and_what_ended),
        IN_A_LEDGER(a_quarter_is_as_it_was_at_its_end),
        IN_A_LEDGER(a_board_marks_what_is_overdue_and_what_was_withdrawn),
        IN_A_LEDGER(what_a_year_left_stands_in_the_next_years_evaluation),
        IN_A_LEDGER(a_year_gives_three_rates_by_unit_and_month),
        IN_A_LEDGER(a_case_counts_where_its_handler_works_and_names_them_and_who_is_on_duty),
        IN_A_LEDGER(the_works_of_the_year_stand_with_whom_they_serve),
        IN_A_LEDGER(what_help_somebody_asks_for_is_not_shown),
        IN_A_LEDGER(numbers_and_the_reporters_name_are_blanked),
        IN_A_LEDGER(hardship_petitions_and_the_unknown_keep_their_words),
        IN_A_LEDGER(who_says_who_they_are_is_not_quoted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
