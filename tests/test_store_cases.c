#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "store/calendar.h"
#include "store/cases.h"
#include "store/people.h"
#include "store/questions.h"
#include "store/records.h"
#include "store/steps.h"
#include "tests/support/placed.h"
#include "tests/support/support.h"

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

static struct case_ plain_case(const char *number, const char *reporter, int64_t received_at)
{
    return (struct case_){ .number = number,
                           .reporter = reporter,
                           .line = "village",
                           .category = CATEGORY_LIVELIHOOD,
                           .topic = "water",
                           .text = "停水三天了",
                           .received_at = received_at,
                           .touched_at = received_at };
}

static int64_t open_case(struct store *store, const char *number, const char *reporter, int64_t received_at)
{
    struct case_ case_ = plain_case(number, reporter, received_at);

    assert_true(store_open_case(store, &case_));
    return case_.id;
}

/* Every column has a value of its own; flags and words, which have few, take turns by round. */
static void fill(const struct record *record, size_t round, void *mem, void *item)
{
    for (size_t i = 0; i < record->n; i++) {
        const struct field *field = &record->fields[i];
        void *at = (char *)item + field->offset;
        int64_t number =
            strcmp(field->column, "rating") == 0 ? (int64_t)round % 4 + 1 : (int64_t)(100 * round + i + 1);

        switch (field->kind) {
        case FIELD_INT64:
        case FIELD_ID:
            *(int64_t *)at = number;
            break;
        case FIELD_INT:
            *(int *)at = (int)number;
            break;
        case FIELD_FLAG:
            *(bool *)at = round % record->n == i;
            break;
        case FIELD_ENUM:
        case FIELD_WORD:
            *(unsigned *)at = round % record->n == i;
            break;
        case FIELD_TEXT:
        case FIELD_OPTIONAL:
        case FIELD_MAYBE:
            *(const char **)at = talloc_asprintf(mem, "%s %zu", field->column, round);
            break;
        }
    }
}

/* The field as SQL shows its column. */
static const char *shown(const struct field *field, void *mem, const void *item)
{
    const void *at = (const char *)item + field->offset;

    switch (field->kind) {
    case FIELD_INT64:
    case FIELD_ID:
        return talloc_asprintf(mem, "%lld", (long long)*(const int64_t *)at);
    case FIELD_INT:
        return talloc_asprintf(mem, "%d", *(const int *)at);
    case FIELD_FLAG:
        return *(const bool *)at ? "1" : "0";
    case FIELD_ENUM:
        return talloc_asprintf(mem, "%u", *(const unsigned *)at);
    case FIELD_WORD:
        return field->words[*(const unsigned *)at];
    default:
        return *(const char *const *)at;
    }
}

static bool take_shown(const struct row *row, void *arg)
{
    *(const char **)arg = talloc_strdup(talloc_parent(row->store), row_text(row, 0));
    return false;
}

/* Each column, asked for by its name, and each field read back are what was given. */
static void assert_kept(struct store *store, void *mem, const struct case_ *given)
{
    struct case_ *kept;

    assert_true(store_case(store, mem, given->id, &kept));
    for (size_t i = 0; i < case_record.n; i++) {
        const struct field *field = &case_record.fields[i];
        const char *expected = shown(field, mem, given), *column = NULL,
                   *ask = talloc_asprintf(mem, "SELECT %s FROM cases WHERE id = $1", field->column);

        assert_true(store->sql->run(store, ask, true, VALUES(as_number(given->id)), take_shown, &column));
        if (strcmp(column, expected) != 0 || strcmp(shown(field, mem, kept), expected) != 0)
            fail_msg("%s: given %s, in the table %s, read %s", field->column, expected, column,
                     shown(field, mem, kept));
    }
}

static struct case_ filled(struct store *store, size_t round, enum case_state new_state)
{
    struct case_ case_;

    fill(&case_record, round, talloc_parent(store), &case_);
    case_.state = new_state;
    return case_;
}

static void keep_fixed(struct case_ *changed, const struct case_ *first)
{
    for (size_t i = 0; i < case_record.n; i++) {
        const struct field *field = &case_record.fields[i];
        size_t size = field->kind == FIELD_TEXT   ? sizeof(char *)
                      : field->kind == FIELD_WORD ? sizeof(unsigned)
                                                  : sizeof(int64_t);

        if (field->is_fixed || i == 0)
            memcpy((char *)changed + field->offset, (const char *)first + field->offset, size);
    }
}

static void a_case_keeps_every_field_when_opened_changed_and_brought_to_another_state(void **state)
{
    size_t n = case_record.n;

    /* ids of places, units and cases that are not there */
    assert_true(sql_run(*state, "PRAGMA foreign_keys = OFF", NO_VALUES));
    for (size_t round = 0; round < n; round++) {
        struct case_ given = filled(*state, round, CASE_NEW), changed = filled(*state, 2 * n + round, 0),
                     moved = filled(*state, 3 * n + round, CASE_RATED);

        assert_true(store_open_case(*state, &given));
        assert_kept(*state, talloc_parent(*state), &given);
        keep_fixed(&changed, &given);
        assert_true(store_update_case(*state, &changed));
        assert_kept(*state, talloc_parent(*state), &changed);
        keep_fixed(&moved, &given);
        moved.state = CASE_RATED;
        place_state(*state, &moved);
        assert_kept(*state, talloc_parent(*state), &moved);
    }
}

static void every_column_of_a_case_is_a_field(void **state)
{
    int64_t columns;

    assert_true(sql_number(*state, "SELECT count(*) FROM pragma_table_info('cases') WHERE name <> 'moves'",
                           NO_VALUES, &columns));
    assert_int_equal(columns, case_record.n);
}

static void number_reporter_and_arrival_of_a_case_never_change(void **state)
{
    struct case_ given = filled(*state, 1, CASE_NEW), changed = filled(*state, 2, CASE_NEW), *kept;

    given.place = given.unit = given.merged_into = changed.place = changed.unit = changed.merged_into = 0;
    assert_true(store_open_case(*state, &given));
    changed.id = given.id;
    assert_true(store_update_case(*state, &changed));
    assert_true(store_case_by_number(*state, talloc_parent(*state), given.number, &kept));
    assert_string_equal(kept->reporter, given.reporter);
    assert_int_equal(kept->received_at, given.received_at);
    assert_int_equal(kept->state, CASE_NEW);
    assert_string_equal(kept->text, changed.text);
}

static void what_a_new_case_lacks_is_empty_or_zero(void **state)
{
    struct case_ *kept;
    int64_t id = open_case(*state, "26000013", "+8613800000001", 1000);

    assert_true(store_case(*state, talloc_parent(*state), id, &kept));
    assert_string_equal(kept->first_handler, "");
    assert_string_equal(kept->handler, "");
    assert_string_equal(kept->leader, "");
    assert_int_equal(kept->place, 0);
    assert_int_equal(kept->shown_on, 0);
    assert_int_equal(kept->merged_into, 0);
}

static void a_case_that_is_not_there_is_null_and_no_error(void **state)
{
    struct case_ *kept = (struct case_ *)state;

    assert_true(store_case(*state, talloc_parent(*state), 77, &kept));
    assert_null(kept);
    assert_true(store_case_by_number(*state, talloc_parent(*state), "26000013", &kept));
    assert_null(kept);
}

static void a_number_is_given_to_one_case_only(void **state)
{
    struct case_ second = plain_case("26000013", "+8613800000002", 1001);

    open_case(*state, "26000013", "+8613800000001", 1000);
    assert_false(store_open_case(*state, &second));
    assert_non_null(strstr(store_error(*state), "cases.number"));
}

static void a_place_that_does_not_exist_is_refused(void **state)
{
    struct case_ lost = plain_case("26000013", "+8613800000002", 1001);

    lost.place = 99;
    assert_false(store_open_case(*state, &lost));
    assert_non_null(strstr(store_error(*state), "FOREIGN KEY"));
}

static void states_and_categories_are_written_by_name(void **state)
{
    enum case_state parsed = CASE_NEW;
    enum case_category category = CATEGORY_LIVELIHOOD;

    (void)state;
    assert_string_equal(case_state_name(CASE_OUT_OF_SCOPE), "out of scope");
    assert_true(case_state_parse("withdrawn", &parsed));
    assert_int_equal(parsed, CASE_WITHDRAWN);
    assert_false(case_state_parse("lost", &parsed));
    assert_string_equal(case_category_name(CATEGORY_HARDSHIP), "民困");
    assert_true(case_category_parse("民访", &category));
    assert_int_equal(category, CATEGORY_PETITION);
    assert_true(case_category_parse("hardship", &category));
    assert_int_equal(category, CATEGORY_HARDSHIP);
    assert_false(case_category_parse("other", &category));
}

/* The numbers of the cases a filter finds, with a space after each. */
static const char *found(struct store *store, const struct case_filter *filter)
{
    struct case_ *cases;
    size_t n;
    char *numbers = talloc_strdup(talloc_parent(store), "");

    assert_true(store_cases(store, talloc_parent(store), filter, &cases, &n));
    for (size_t i = 0; i < n; i++)
        numbers = talloc_asprintf_append(numbers, "%s ", cases[i].number);
    return numbers;
}

static void change_case(struct store *store, int64_t id, enum case_state new_state, const char *handler,
                        int64_t shown_on)
{
    struct case_ *case_;

    assert_true(store_case(store, talloc_parent(store), id, &case_));
    case_->state = new_state;
    case_->handler = handler;
    case_->shown_on = shown_on;
    case_->is_guarded = new_state == CASE_CLOSED;
    case_->topic = new_state == CASE_CLOSED ? "road" : "water";
    place_state(store, case_);
}

/* Five cases: a and b of the first reporter, at times 10 20 20 30 40. */
static void open_five(struct store *store)
{
    int64_t b, c;

    open_case(store, "a", "+861", 10);
    b = open_case(store, "b", "+861", 20);
    c = open_case(store, "c", "+862", 20);
    open_case(store, "d", "+862", 30);
    open_case(store, "e", "+863", 40);
    change_case(store, b, CASE_IN_HAND, "+869", 0);
    change_case(store, c, CASE_CLOSED, "+869", 35);
}

static void a_filter_finds_what_it_names(void **state)
{
    open_five(*state);
    assert_string_equal(found(*state, &(struct case_filter){ 0 }), "a b c d e ");
    assert_string_equal(found(*state, &(struct case_filter){ .reporter = "+861" }), "a b ");
    assert_string_equal(found(*state, &(struct case_filter){ .handler = "+869" }), "b c ");
    assert_string_equal(found(*state, &(struct case_filter){ .states = 1 << CASE_NEW | 1 << CASE_IN_HAND }),
                        "a b d e ");
    assert_string_equal(found(*state, &(struct case_filter){ .states = 1 << CASE_CLOSED }), "c ");
    assert_string_equal(found(*state, &(struct case_filter){ .since = 20, .until = 30 }), "b c ");
    assert_string_equal(found(*state, &(struct case_filter){ .not_shown = true, .until = 31 }), "a b d ");
    assert_string_equal(found(*state, &(struct case_filter){ .is_shown = true }), "c ");
    assert_string_equal(found(*state, &(struct case_filter){ .not_guarded = true }), "a b d e ");
    assert_string_equal(found(*state, &(struct case_filter){ .topic = "road" }), "c ");
    assert_string_equal(found(*state, &(struct case_filter){ .category = 1 + CATEGORY_LIVELIHOOD }),
                        "a b c d e ");
    assert_string_equal(found(*state, &(struct case_filter){ .category = 1 + CATEGORY_PETITION }), "");
    assert_string_equal(found(*state, &(struct case_filter){ .place = 1 }), "");
    assert_string_equal(found(*state, &(struct case_filter){ .unit = 1 }), "");
}

static void queues_find_what_waits_in_the_order_of_its_deadline(void **state)
{
    struct unit village = { .code = "1", .name = "东陈村", .level = UNIT_VILLAGE, .duty = "" };
    const struct case_filter due = {
        .states = 1 << CASE_NEW, .accept_since = 1, .accept_until = 9, .order = ORDER_ACCEPT_BY
    };
    struct case_ cases[4];

    assert_true(store_put_unit(*state, &village));
    for (int i = 0; i < 4; i++) {
        cases[i] = plain_case((const char *[]){ "a", "b", "c", "d" }[i], "+861", 10 * i);
        cases[i].accept_by = 9 - i;
        cases[i].place = i == 1 ? 0 : village.id;
        cases[i].returned_at = i == 2 ? 40 : 0;
        cases[i].rating = i;
        assert_true(store_open_case(*state, &cases[i]));
    }
    assert_string_equal(found(*state, &due), "d c b a ");
    assert_string_equal(found(*state, &(struct case_filter){ .lacks_place = true }), "b ");
    assert_string_equal(found(*state, &(struct case_filter){ .is_returned = true }), "c ");
    assert_string_equal(found(*state, &(struct case_filter){ .is_rated_badly = true }), "d ");
}

static bool count_cases_of(struct store *store, int64_t wanted)
{
    int64_t n;

    return store_count_cases(store, &(struct case_filter){ .reporter = "+861" }, &n) && n == wanted;
}

static void what_is_read_at_one_moment_does_not_change(void **state)
{
    const char *error, *directory = temporary_directory(*state);
    const char *url = talloc_asprintf(*state, "sqlite:%s/x.db", directory);
    struct store *writer = store_open(*state, url, &error), *reader;

    open_case(writer, "a", "+861", 10);
    reader = store_open_reader(*state, url, &error);
    assert_true(store_begin_reading(reader));
    assert_true(count_cases_of(reader, 1));
    open_case(writer, "b", "+861", 10);
    assert_true(count_cases_of(reader, 1));
    store_end_reading(reader);
    assert_true(count_cases_of(reader, 2));
    store_end_reading(reader);
    talloc_free(reader);
    talloc_free(writer);
}

static void every_condition_can_be_asked_at_once(void **state)
{
    const struct case_filter all = { .reporter = "+861",
                                     .handler = "+869",
                                     .topic = "water",
                                     .states = 0xff,
                                     .category = 1,
                                     .place = 1,
                                     .unit = 1,
                                     .since = 1,
                                     .until = 100,
                                     .not_shown = true,
                                     .is_shown = true,
                                     .not_guarded = true,
                                     .after_id = 1,
                                     .limit = 5 };

    open_five(*state);
    assert_string_equal(found(*state, &all), "");
}

static void pages_follow_each_other_without_gap_or_repeat(void **state)
{
    open_five(*state);
    assert_string_equal(found(*state, &(struct case_filter){ .limit = 2 }), "a b ");
    assert_string_equal(found(*state, &(struct case_filter){ .limit = 2, .after_id = 2 }), "c d ");
    assert_string_equal(found(*state, &(struct case_filter){ .limit = 2, .after_id = 4 }), "e ");
    assert_string_equal(found(*state, &(struct case_filter){ .newest_first = true, .limit = 3 }), "e d c ");
    assert_string_equal(found(*state, &(struct case_filter){ .newest_first = true, .after_id = 3 }), "b a ");
}

static bool stop_at_second(const struct case_ *case_, void *arg)
{
    int *seen = arg;

    (void)case_;
    return ++*seen < 2;
}

static void looking_at_cases_ends_when_the_caller_has_enough(void **state)
{
    int seen = 0;

    open_five(*state);
    assert_true(store_each_case(*state, &(struct case_filter){ 0 }, stop_at_second, &seen));
    assert_int_equal(seen, 2);
}

struct nested {
    struct store *store;
    int64_t seen;
};

static bool count_again(const struct case_ *case_, void *arg)
{
    struct nested *nested = arg;
    const struct case_filter same = { .reporter = case_->reporter };
    struct case_ *cases;
    size_t n;

    assert_true(store_cases(nested->store, talloc_parent(nested->store), &same, &cases, &n));
    nested->seen += (int64_t)n;
    return true;
}

static void the_same_question_may_be_asked_while_its_answer_is_read(void **state)
{
    struct nested nested = { *state, 0 };

    open_five(*state);
    assert_true(store_each_case(*state, &(struct case_filter){ .reporter = "+861" }, count_again, &nested));
    assert_int_equal(nested.seen, 4);
}

static void counting_agrees_with_listing(void **state)
{
    int64_t count;

    open_five(*state);
    assert_true(store_count_cases(*state, &(struct case_filter){ .not_shown = true }, &count));
    assert_int_equal(count, 4);
    assert_true(store_count_cases(*state, &(struct case_filter){ .reporter = "nobody" }, &count));
    assert_int_equal(count, 0);
}

static void many_kinds_of_filter_do_not_exhaust_the_store(void **state)
{
    int64_t count;

    open_five(*state);
    for (unsigned states = 1; states < 256; states++)
        assert_true(store_count_cases(*state, &(struct case_filter){ .states = states }, &count));
    assert_int_equal(count, 5);
    assert_true(store_count_cases(*state, &(struct case_filter){ .reporter = "+861" }, &count));
    assert_int_equal(count, 2);
}

static void steps_of_a_case_are_kept_in_order(void **state)
{
    int64_t id = open_case(*state, "a", "+861", 10), other = open_case(*state, "b", "+861", 10);
    struct step given[] = {
        { .case_id = id, .at = 10, .actor = "+861", .line = "village", .kind = "received", .words = "停水" },
        { .case_id = other, .at = 10, .actor = "+861", .line = "village", .kind = "received", .words = "路" },
        { .case_id = id, .at = 9, .actor = "system", .line = "", .kind = "shown", .words = "" },
    };
    struct step *kept;
    size_t n;

    place_kinds(*state, "received,shown");
    for (size_t i = 0; i < 3; i++)
        assert_true(store_add_step(*state, &given[i]));
    assert_true(store_steps(*state, talloc_parent(*state), id, &kept, &n));
    assert_int_equal(n, 2);
    assert_string_equal(kept[0].words, "停水");
    assert_string_equal(kept[0].actor, "+861");
    assert_string_equal(kept[0].line, "village");
    assert_int_equal(kept[0].at, 10);
    assert_int_equal(kept[0].event_id, 0);
    assert_string_equal(kept[1].kind, "shown");
    assert_int_equal(kept[1].id, given[2].id);
}

static const char *words_of(void *mem, struct store *store, int64_t case_id)
{
    struct step *steps;
    size_t n;

    assert_true(store_steps(store, mem, case_id, &steps, &n));
    assert_int_equal(n, 1);
    return steps[0].words;
}

static void the_words_by_which_a_case_came_are_kept_once_and_stay_when_its_text_changes(void **state)
{
    void *mem = talloc_parent(*state);
    static const char *const texts[][2] = { { "停水", "停水\n三天了" }, { "", "写下来的" } };
    int64_t kept;

    place_kinds(*state, "received");
    for (size_t i = 0; i < 2; i++) {
        int64_t id = open_case(*state, i ? "b" : "a", "+861", 10);
        struct step step = { .case_id = id, .kind = "received", .words = texts[i][0] };
        struct case_ *case_;

        assert_true(store_case(*state, mem, id, &case_));
        case_->text = texts[i][0];
        assert_true(store_update_case(*state, case_));
        assert_true(store_add_step(*state, &step));
        assert_true(sql_number(*state, "SELECT sum(length(words)) FROM steps", NO_VALUES, &kept));
        assert_int_equal(kept, i ? 2 : 0); /* those of the first, whose text has changed */
        assert_string_equal(words_of(mem, *state, id), texts[i][0]);
        for (size_t k = 0; k < 2; k++) {
            case_->text = talloc_asprintf(mem, "%s%zu", texts[i][1], k);
            assert_true(store_update_case(*state, case_));
            assert_string_equal(words_of(mem, *state, id), texts[i][0]);
        }
    }
}

static void the_last_step_of_a_kind_is_found(void **state)
{
    int64_t id = open_case(*state, "a", "+861", 10);
    struct step *last;

    place_kinds(*state, "shown,progress");
    for (int i = 0; i < 3; i++) {
        struct step step = {
            .case_id = id, .at = i, .actor = "system", .kind = i == 1 ? "shown" : "progress"
        };
        assert_true(store_add_step(*state, &step));
    }
    assert_true(store_last_step(*state, talloc_parent(*state), id, "progress", &last));
    assert_int_equal(last->at, 2);
    assert_true(store_last_step(*state, talloc_parent(*state), id, "closed", &last));
    assert_null(last);
}

static void only_a_step_that_was_allowed_brings_a_case_to_another_state(void **state)
{
    int64_t id = open_case(*state, "a", "+861", 10);
    struct step step = { .case_id = id, .at = 11, .actor = "+862", .kind = "accepted" };
    struct case_ *case_;

    assert_true(store_case(*state, talloc_parent(*state), id, &case_));
    case_->state = CASE_IN_HAND;
    case_->handler = "+862";
    assert_false(store_take_step(*state, &step, case_));
    assert_true(store_allow_step(*state, CASE_CLOSED, "accepted", CASE_IN_HAND));
    assert_false(store_take_step(*state, &step, case_)); /* from another state */
    assert_true(store_allow_step(*state, CASE_NEW, "accepted", CASE_IN_HAND));
    assert_true(store_take_step(*state, &step, case_));
    assert_true(store_case(*state, talloc_parent(*state), id, &case_));
    assert_int_equal(case_->state, CASE_IN_HAND);
    assert_string_equal(case_->handler, "+862");
    case_->state = CASE_CLOSED;
    assert_true(store_update_case(*state, case_)); /* which leaves the state as it is */
    assert_true(store_case(*state, talloc_parent(*state), id, &case_));
    assert_int_equal(case_->state, CASE_IN_HAND);
    assert_false(store_add_step(*state, &step));
}

static void a_case_comes_back_to_where_it_was_as_often_as_its_life_leads_there(void **state)
{
    int64_t id = open_case(*state, "a", "+861", 10);
    struct step step = { .case_id = id, .at = 11, .actor = "+862", .kind = "moved" };
    struct case_ *case_;

    assert_true(store_allow_step(*state, CASE_NEW, "moved", CASE_IN_HAND));
    assert_true(store_allow_step(*state, CASE_IN_HAND, "moved", CASE_NEW));
    for (int i = 0; i < 6; i++) {
        assert_true(store_case(*state, talloc_parent(*state), id, &case_));
        case_->state = case_->state == CASE_NEW ? CASE_IN_HAND : CASE_NEW;
        assert_true(store_take_step(*state, &step, case_));
    }
}

static void every_case_begins_new(void **state)
{
    struct case_ case_ = plain_case("26000013", "+861", 10);

    case_.state = CASE_CLOSED;
    assert_false(store_open_case(*state, &case_));
}

static void a_step_without_its_case_is_refused(void **state)
{
    struct step step = { .case_id = 5, .kind = "shown" };

    assert_false(store_add_step(*state, &step));
}

static void only_the_newest_question_is_open(void **state)
{
    const struct question first = {
        .phone = "+861", .kind = QUESTION_RATING, .asked_at = 1, .expires_at = 100
    };
    const struct question second = {
        .phone = "+861", .kind = QUESTION_LIST, .data = "a b", .asked_at = 2, .expires_at = 50
    };
    struct question *open;

    assert_true(store_ask(*state, &first));
    assert_true(store_ask(*state, &second));
    assert_true(store_question(*state, talloc_parent(*state), "+861", 49, &open));
    assert_int_equal(open->kind, QUESTION_LIST);
    assert_string_equal(open->data, "a b");
    assert_int_equal(open->case_id, 0);
    assert_true(store_question(*state, talloc_parent(*state), "+861", 50, &open));
    assert_null(open);
}

static void an_answered_question_is_open_no_more(void **state)
{
    const struct question asked = {
        .phone = "+861", .kind = QUESTION_RATING, .asked_at = 1, .expires_at = 100
    };
    struct question *open;

    assert_true(store_ask(*state, &asked));
    assert_true(store_answer_question(*state, "+861"));
    assert_true(store_question(*state, talloc_parent(*state), "+861", 2, &open));
    assert_null(open);
    assert_true(store_answer_question(*state, "nobody"));
}

static struct confirmation ask_code(struct store *store, const char *action, const char *hash)
{
    struct confirmation asked = {
        .phone = "+861", .action = action, .words = "w", .code_hash = hash, .expires_at = 9, .line = ""
    };

    assert_true(store_put_confirmation(store, &asked));
    return asked;
}

static void a_new_confirmation_replaces_the_last(void **state)
{
    struct confirmation first = ask_code(*state, "close", "ab"), second = ask_code(*state, "adopt", "cd"),
                        *open;

    assert_true(first.id != second.id);
    assert_true(store_confirmation(*state, talloc_parent(*state), "+861", "", &open));
    assert_int_equal(open->id, second.id);
    assert_string_equal(open->action, "adopt");
    assert_string_equal(open->code_hash, "cd");
    assert_string_equal(open->words, "w");
    assert_int_equal(open->expires_at, 9);
}

static void a_confirmation_of_one_line_leaves_that_of_another(void **state)
{
    struct confirmation own = ask_code(*state, "close", "ab"), other = own, *open;

    other.line = "mas";
    assert_true(store_put_confirmation(*state, &other));
    assert_true(store_confirmation(*state, talloc_parent(*state), "+861", "", &open));
    assert_int_equal(open->id, own.id);
    assert_true(store_confirmation(*state, talloc_parent(*state), "+861", "mas", &open));
    assert_int_equal(open->id, other.id);
}

static void a_dropped_confirmation_is_gone(void **state)
{
    struct confirmation asked = ask_code(*state, "close", "ab"), *open;

    assert_true(store_drop_confirmation(*state, asked.id));
    assert_true(store_confirmation(*state, talloc_parent(*state), "+861", "", &open));
    assert_null(open);
    ask_code(*state, "close", "ab");
    assert_true(store_confirmation(*state, talloc_parent(*state), "+861", "", &open));
    assert_non_null(open);
}

static void a_date_is_new_once(void **state)
{
    bool is_new;
    const char *last;

    assert_true(store_last_date(*state, talloc_parent(*state), "show", &last));
    assert_string_equal(last, "");
    assert_true(store_mark_date(*state, "show", "2026-12-01", 5, &is_new));
    assert_true(is_new);
    assert_true(store_mark_date(*state, "show", "2026-12-01", 6, &is_new));
    assert_false(is_new);
    assert_true(store_mark_date(*state, "show", "2026-11-01", 7, &is_new));
    assert_true(is_new);
    assert_true(store_last_date(*state, talloc_parent(*state), "show", &last));
    assert_string_equal(last, "2026-12-01");
    assert_true(store_last_date(*state, talloc_parent(*state), "report", &last));
    assert_string_equal(last, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_case_keeps_every_field_when_opened_changed_and_brought_to_another_state),
        TEST(every_column_of_a_case_is_a_field),
        TEST(number_reporter_and_arrival_of_a_case_never_change),
        TEST(what_a_new_case_lacks_is_empty_or_zero),
        TEST(a_case_that_is_not_there_is_null_and_no_error),
        TEST(a_number_is_given_to_one_case_only),
        TEST(a_place_that_does_not_exist_is_refused),
        TEST(states_and_categories_are_written_by_name),
        TEST(a_filter_finds_what_it_names),
        TEST(queues_find_what_waits_in_the_order_of_its_deadline),
        TEST(what_is_read_at_one_moment_does_not_change),
        TEST(every_condition_can_be_asked_at_once),
        TEST(pages_follow_each_other_without_gap_or_repeat),
        TEST(looking_at_cases_ends_when_the_caller_has_enough),
        TEST(the_same_question_may_be_asked_while_its_answer_is_read),
        TEST(counting_agrees_with_listing),
        TEST(many_kinds_of_filter_do_not_exhaust_the_store),
        TEST(steps_of_a_case_are_kept_in_order),
        TEST(the_words_by_which_a_case_came_are_kept_once_and_stay_when_its_text_changes),
        TEST(the_last_step_of_a_kind_is_found),
        TEST(only_a_step_that_was_allowed_brings_a_case_to_another_state),
        TEST(a_case_comes_back_to_where_it_was_as_often_as_its_life_leads_there),
        TEST(every_case_begins_new),
        TEST(a_step_without_its_case_is_refused),
        TEST(only_the_newest_question_is_open),
        TEST(an_answered_question_is_open_no_more),
        TEST(a_new_confirmation_replaces_the_last),
        TEST(a_confirmation_of_one_line_leaves_that_of_another),
        TEST(a_dropped_confirmation_is_gone),
        TEST(a_date_is_new_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
