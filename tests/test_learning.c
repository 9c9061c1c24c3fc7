#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/desk/learning.h"
#include "gateway/report/reliability.h"
#include "gateway/turn/dates.h"
#include "store/cases.h"
#include "store/people.h"
#include "store/upkeep/erase.h"
#include "tests/support/placed.h"
#include "tests/support/support.h"

#define REPORTER "+8613934567001"

static const char fresh[] = "福寿堂的大门晚上八点就关";

struct world {
    struct store *store;
    struct config config;
    int64_t now;
    int cases;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    struct unit unit = { .code = "141027", .name = "浮山县", .level = UNIT_COUNTY };
    const char *error, *url = talloc_asprintf(world, "sqlite:%s/x.db", temporary_directory(world));

    world->now = date_moment((struct date){ 2026, 12, 1 }, 3 * 60);
    world->store = store_open(world, url, &error);
    assert_non_null(world->store);
    world->config.store_url = url;
    assert_true(store_put_unit(world->store, &unit));
    assert_true(store_see_person(world->store, REPORTER, "village", 1));
    place_kinds(world->store, "received,erased");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

/* A case, and what somebody said it is. */
static void label_case(struct world *world, const char *text, const char *topic, const char *actor)
{
    static const char *const reporters[] = { REPORTER, "+8613934567002" };
    struct case_ case_ = { .number = talloc_asprintf(world, "26%06d", world->cases),
                           .state = CASE_CLOSED,
                           .reporter = reporters[world->cases % 10 > 0],
                           .line = "village",
                           .topic = topic,
                           .text = text,
                           .received_at = 1 };
    struct case_label label = { .at = world->now - (world->cases % 5 + 1) * 86400,
                                .actor = actor,
                                .topic = topic,
                                .category = "民生",
                                .said_topic = "other",
                                .said_category = "民生",
                                .topic_confidence = 30,
                                .category_confidence = 80 };

    world->cases++;
    place_case(world->store, &case_);
    label.case_id = case_.id;
    assert_true(store_add_label(world->store, &label));
}

static void label_the_house(struct world *world)
{
    static const char *const heads[] = { "福寿堂今天又", "听说福寿堂", "我去福寿堂看了，", "福寿堂那边",
                                         "咱县福寿堂",   "昨天福寿堂", "福寿堂里头",       "为啥福寿堂" };
    static const char *const tails[] = { "没开门",   "不让进",   "换了人", "收得太贵",
                                         "一直锁着", "没地方了", "说要等", "不像话" };
    static const char *const actors[] = { "+8613800000001", "+8613800000002", "+8613800000003" };

    for (int i = 0; i < 60; i++)
        label_case(world, talloc_asprintf(world, "%s%s", heads[i % 8], tails[i / 8]), "care", actors[i % 3]);
}

static const char *topic_now(struct world *world)
{
    struct understood *out = talloc(world, struct understood);
    const char *error;
    struct understanding *understanding =
        turn_understanding(world, world->store, &world->config, NULL, &error);

    assert_non_null(understanding);
    understand(understanding, out, fresh, out);
    const char *topic = talloc_strdup(world, out->topic);

    talloc_free(understanding);
    return topic;
}

static bool is_due(struct world *world, int64_t now)
{
    bool is_so;

    assert_true(learning_is_due(world->store, now, &is_so));
    return is_so;
}

/* What the night does. */
static void learn(struct world *world, struct learned_model *made)
{
    struct turn turn = { .mem = world, .store = world->store, .config = &world->config, .now = world->now };
    const char *error = "";

    if (!learning_try(world, world->store, &world->config, world->now, made, &error))
        fail_msg("%s", error);
    assert_true(learning_keep(&turn, made));
    assert_int_equal(turn.has_new_names, *made->octets != '\0');
}

static void the_night_learns_a_word_and_an_older_model_can_be_used_again(void **state)
{
    struct world *world = *state;
    struct learned_model made, *models;
    size_t n;

    label_the_house(world);
    assert_string_not_equal(topic_now(world), "care");
    assert_true(is_due(world, world->now));
    learn(world, &made);
    assert_true(made.better > made.worse);
    assert_string_equal(topic_now(world), "care");
    assert_false(is_due(world, world->now + 86400)); /* nothing new has come */
    assert_true(store_use_model(world->store, 0, world->now));
    assert_string_not_equal(topic_now(world), "care");
    assert_true(store_use_model(world->store, made.id, world->now));
    assert_string_equal(topic_now(world), "care");
    assert_true(store_models(world->store, world, &models, &n));
    assert_int_equal(n, 1);
    assert_int_equal(models[0].labels, 60);
    assert_int_equal(models[0].used_at, world->now);
}

static void it_learns_only_at_night_and_when_enough_is_new(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < LEARNING_LABELS_LEAST - 1; i++)
        label_case(world, "自来水停了", "water", "+8613800000001");
    assert_false(is_due(world, world->now));
    label_case(world, "自来水停了", "water", "+8613800000001");
    assert_true(is_due(world, world->now));
    assert_false(is_due(world, world->now + 6 * 3600));
}

static void what_helps_nobody_is_kept_as_tried_and_not_used(void **state)
{
    struct world *world = *state;
    struct learned_model made, *used;

    for (int i = 0; i < 30; i++)
        label_case(world, talloc_asprintf(world, "东陈村的自来水停了%d天", i + 2), "water",
                   i % 2 ? "+8613800000001" : "+8613800000002");
    learn(world, &made);
    assert_string_equal(made.octets, "");
    assert_true(store_model_in_use(world->store, world, &used));
    assert_null(used);
    assert_false(is_due(world, world->now + 86400));
}

static void an_erased_person_teaches_nothing_more(void **state)
{
    struct world *world = *state;
    struct erased erased;
    int64_t before, after;

    label_the_house(world);
    assert_true(store_count_labels(world->store, 0, &before));
    assert_true(store_erase(world->store, REPORTER, world->now, &erased));
    assert_true(store_count_labels(world->store, 0, &after));
    assert_int_equal(before, 60);
    assert_int_equal(after, 54);
}

static void a_report_says_how_sure_the_gateway_was_and_how_often_right(void **state)
{
    struct world *world = *state;
    struct reliability_report report;
    struct json_object *json, *rows;

    assert_true(reliability_make(world, world->store, world->now, false, &report));
    assert_null(reliability_json(&report));
    label_the_house(world); /* other, 30 percent sure, is wrong; 民生, 80 percent sure, is right */
    assert_true(reliability_make(world, world->store, world->now, false, &report));
    assert_int_equal(report.topic.n[3], 60);
    assert_int_equal(report.topic.right[3], 0);
    assert_int_equal(report.category.n[8], 60);
    assert_int_equal(report.category.right[8], 60);
    json = reliability_json(&report);
    rows = json_object_object_get(json, "category_rows");
    assert_int_equal(json_object_array_length(rows), 1);
    assert_string_equal(
        json_object_to_json_string_ext(json_object_array_get_idx(rows, 0), JSON_C_TO_STRING_PLAIN),
        "{\"least\":80,\"most\":90,\"said\":\"80.0\",\"right\":\"100.0\",\"cases\":60}");
    json_object_put(json);
    /* labels of more than three months ago are another quarter's */
    assert_true(reliability_make(world, world->store, world->now + 120 * 86400, false, &report));
    assert_int_equal(report.category.n[8], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_night_learns_a_word_and_an_older_model_can_be_used_again,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(it_learns_only_at_night_and_when_enough_is_new, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(what_helps_nobody_is_kept_as_tried_and_not_used, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_report_says_how_sure_the_gateway_was_and_how_often_right,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(an_erased_person_teaches_nothing_more, open_world, close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
