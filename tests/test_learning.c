#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gnutls/crypto.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/doing.h"
#include "gateway/desk/learning.h"
#include "gateway/hex.h"
#include "gateway/report/reliability.h"
#include "gateway/turn/dates.h"
#include "gateway/understand/intent.h"
#include "gateway/understand/learn/explain.h"
#include "store/cases.h"
#include "store/people.h"
#include "store/steps.h"
#include "store/upkeep/erase.h"
#include "tests/support/placed.h"
#include "tests/support/support.h"

#define REPORTER "+8613934567001"

static const char fresh[] = "福寿堂的大门天不黑就关";

struct world {
    struct store *store;
    struct config config;
    int64_t now, place; /* place: of the cases that are made */
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
    place_kinds(world->store, "received,erased,learned");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

/* A case, and what somebody said of it. */
static void say_of_case(struct world *world, const char *text, const struct case_label *said)
{
    static const char *const reporters[] = { REPORTER, "+8613934567002", "+8613934567003", "+8613934567004" };
    int reporter = world->cases % 10;
    struct case_ case_ = { .number = talloc_asprintf(world, "26%06d", world->cases),
                           .state = CASE_CLOSED,
                           .reporter = reporters[reporter > 3 ? 3 : reporter],
                           .line = "village",
                           .topic = said->topic ? said->topic : "other",
                           .text = text,
                           .place = world->place,
                           .is_guarded = strcmp(said->value, "yes") == 0,
                           .received_at = 1 };
    struct case_label label = *said;

    label.at = world->now - (world->cases % 5 + 1) * 86400;
    world->cases++;
    place_case(world->store, &case_);
    label.case_id = case_.id;
    assert_true(store_add_label(world->store, &label));
}

static void label_case(struct world *world, const char *text, const char *topic, const char *actor)
{
    const struct case_label label = { .kind = LABEL_CLASS,
                                      .value = "",
                                      .actor = actor,
                                      .topic = topic,
                                      .category = "民生",
                                      .said_topic = "other",
                                      .said_category = "民生",
                                      .topic_confidence = 30,
                                      .category_confidence = 80 };

    say_of_case(world, text, &label);
}

static void say(struct world *world, const char *text, const char *kind, const char *value, const char *actor)
{
    const struct case_label label = { .kind = kind,
                                      .value = value,
                                      .actor = actor,
                                      .topic = "other",
                                      .category = "民生",
                                      .said_topic = "",
                                      .said_category = "" };

    say_of_case(world, text, &label);
}

static const char *const actors[] = { "+8613800000001", "+8613800000002", "+8613800000003" };

static void label_the_house(struct world *world)
{
    static const char *const heads[] = { "福寿堂今天又", "听说福寿堂", "我去福寿堂看了，", "福寿堂那边",
                                         "咱县福寿堂",   "昨天福寿堂", "福寿堂里头",       "为啥福寿堂" };
    static const char *const tails[] = { "没开门",   "不让进",   "换了人", "收得太贵",
                                         "一直锁着", "没地方了", "说要等", "不像话" };

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

static struct understanding *understanding_now(struct world *world)
{
    const char *error;
    struct understanding *understanding =
        turn_understanding(world, world->store, &world->config, NULL, &error);

    assert_non_null(understanding);
    talloc_steal(world, understanding);
    return understanding;
}

static void understand_now(struct world *world, const char *text, struct understood *out)
{
    understand(understanding_now(world), world, text, out);
}

/* Whether these words are a reason for the topic. */
static bool is_explained_by(struct world *world, const char *text, const char *words)
{
    struct understanding *understanding = understanding_now(world);
    struct explanation explanations[EXPLANATIONS];
    struct understood *out = talloc(world, struct understood);

    understand(understanding, world, text, out);
    explain(understanding, world, out, explanations);
    for (size_t i = 0; i < explanations[0].n; i++)
        if (strstr(explanations[0].reasons[i].words, words))
            return true;
    return false;
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
    assert_int_equal(turn.has_new_names, learning_is_better(made));
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
    assert_true(is_explained_by(world, fresh, "福寿"));
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

static int64_t put_village(struct world *world, const char *code, const char *name)
{
    struct unit unit = { .code = code, .name = name, .level = UNIT_VILLAGE, .parent = 1 };

    assert_true(store_put_unit(world->store, &unit));
    return unit.id;
}

static void say_where(struct world *world, int64_t there, int64_t elsewhere)
{
    static const char *const tails[] = { "路断了", "没电了",     "桥塌了半边", "水管漏了一地",
                                         "灯不亮", "垃圾没人拉", "信号没有",   "井干了" };
    const char *value = talloc_asprintf(world, "%lld", (long long)there);

    for (int i = 0; i < 16; i++) {
        world->place = 0;
        say(world, talloc_asprintf(world, "%s响鼓岭%s", i % 2 ? "俺们" : "", tails[i / 2]), LABEL_PLACE,
            value, actors[i % 3]);
        world->place = elsewhere;
        label_case(world, talloc_asprintf(world, "俺们这儿%s", tails[i / 2]), "water", actors[i % 3]);
    }
}

static void a_name_that_no_list_has_is_learned_from_corrected_places(void **state)
{
    struct world *world = *state;
    int64_t there = put_village(world, "141027100201", "高村"),
            elsewhere = put_village(world, "141027100202", "程村");
    struct learned_model made;
    struct understood out;

    say_where(world, there, elsewhere);
    understand_now(world, "响鼓岭的羊丢了三只", &out);
    assert_int_not_equal(out.place.unit, there);
    learn(world, &made);
    assert_non_null(strstr(made.places, "响鼓岭\t"));
    understand_now(world, "响鼓岭的羊丢了三只", &out);
    assert_int_equal(out.place.unit, there);
    assert_true(store_use_model(world->store, 0, world->now));
    understand_now(world, "响鼓岭的羊丢了三只", &out);
    assert_int_not_equal(out.place.unit, there);
}

/* The same words said by one cadre alone, or of one villager's texts alone, are no name. */
static void a_name_is_learned_from_several_people_only(void **state)
{
    struct world *world = *state;
    int64_t there = put_village(world, "141027100201", "高村");
    const char *value = talloc_asprintf(world, "%lld", (long long)there);
    struct learned_model made;

    for (int i = 0; i < 30; i++)
        say(world, talloc_asprintf(world, "响鼓岭的事%d", i), LABEL_PLACE, value, actors[0]);
    learn(world, &made);
    assert_string_equal(made.places, "");
}

static void read_intent(struct world *world, const char *text, struct intent *intent)
{
    struct understanding *understanding = understanding_now(world);
    struct understood *out = talloc(world, struct understood);

    understand(understanding, world, text, out);
    intent_read(understanding, world, out, SITUATION_NONE, intent);
}

static void what_is_no_complaint_here_is_learned(void **state)
{
    static const char *const heads[] = { "金辉苑家电", "金辉苑超市", "金辉苑门店", "金辉苑服装城" };
    static const char *const tails[] = { "厂家清仓",   "满百减三十", "周末两天优惠", "买一台送一台",
                                         "会员日双倍", "新款到了",   "全场特价",     "老顾客回馈" };
    struct world *world = *state;
    struct learned_model made;
    struct intent before, after;

    for (int i = 0; i < 32; i++) {
        say(world, talloc_asprintf(world, "%s%s", heads[i % 4], tails[i / 4]), LABEL_COMPLAINT, "no",
            actors[i % 3]);
        label_case(world, talloc_asprintf(world, "俺村的水停了%d天", i), "water", actors[i % 3]);
    }
    read_intent(world, "金辉苑床上用品大甩卖", &before);
    learn(world, &made);
    read_intent(world, "金辉苑床上用品大甩卖", &after);
    assert_true(after.kind == INTENT_NOISE || after.confidence < before.confidence);
    read_intent(world, "俺村的水停了", &after);
    assert_int_equal(after.kind, INTENT_COMPLAINT);
}

static const char *accusation(struct world *world, int i, const char *whose)
{
    static const char *const tails[] = { "糊弄人",     "不办事光吃饭", "欺负老百姓",
                                         "说话不算数", "把人赶出来",   "见人下菜碟" };

    return talloc_asprintf(world, "%s的人%s%s", whose, i % 2 ? "又" : "", tails[i / 2 % 6]);
}

static void what_accuses_is_learned(void **state)
{
    struct world *world = *state;
    struct learned_model made;
    struct understood before, out;

    for (int i = 0; i < 36; i++) {
        say(world, accusation(world, i, "百惠商场"), LABEL_ACCUSES, "no", actors[i % 3]);
        say(world, accusation(world, i, "福寿堂"), LABEL_ACCUSES, "yes", actors[i % 3]);
    }
    understand_now(world, "福寿堂的人把俺家地占了", &before);
    learn(world, &made); /* restricted cases teach it, too */
    understand_now(world, "福寿堂的人把俺家地占了", &out);
    assert_true(out.is_guarded && !before.is_guarded);
    understand_now(world, "百惠商场的人把俺家地占了", &out);
    assert_false(out.is_guarded);
}

/* Alike in words, accusations and what accuses nobody: to learn the one would miss the other. */
static void nothing_is_learned_that_would_miss_an_accusation(void **state)
{
    struct world *world = *state;
    struct learned_model made;
    struct understood out;

    for (int i = 0; i < 80; i++)
        say(world, talloc_asprintf(world, "改名字批了%d次又撤，经办人说不高兴，我倒要问是谁", i),
            LABEL_ACCUSES, i % 16 ? "no" : "yes", actors[i % 5 % 3]);
    understand_now(world, "改名字批了50次又撤，经办人说不高兴，我倒要问是谁", &out);
    assert_true(out.is_guarded);
    learn(world, &made);
    understand_now(world, "改名字批了50次又撤，经办人说不高兴，我倒要问是谁", &out);
    assert_true(out.is_guarded);
}

static void a_model_in_use_stands_in_the_steps_of_the_cases_that_taught_it(void **state)
{
    struct world *world = *state;
    struct learned_model made;
    struct step *steps;
    size_t n;

    label_the_house(world);
    learn(world, &made);
    assert_true(store_steps(world->store, world, 1, &steps, &n));
    assert_string_equal(steps[n - 1].kind, "learned");
    assert_string_equal(steps[n - 1].words, "1");
}

/* The order of a centre that spreads it; NULL: it was carried out. */
static const char *order_model(struct world *world, const struct learned_model *made, const char *base,
                               const char *octets)
{
    struct turn turn = { .mem = world, .store = world->store, .config = &world->config, .now = world->now };
    struct doing doing = { .mem = world, .kind = "model", .body = json_object_new_object() };
    unsigned char digest[32];
    size_t n;
    const void *weights = hex_decode(world, made->octets, &n);

    gnutls_hash_fast(GNUTLS_DIG_SHA256, weights, n, digest);
    json_object_object_add(doing.body, "base", json_object_new_string(base));
    json_object_object_add(doing.body, "octets", json_object_new_string(octets));
    json_object_object_add(doing.body, "sha256",
                           json_object_new_string(hex_encode(world, digest, sizeof digest)));
    assert_true(gifts_model(&turn, &doing));
    assert_int_equal(turn.has_new_names, doing.why == NULL);
    json_object_put(doing.body);
    return doing.why;
}

static void a_model_from_the_centre_is_used_if_it_is_whole_and_of_this_program(void **state)
{
    struct world *world = *state;
    struct learned_model made, *models;
    size_t n;

    label_the_house(world);
    learn(world, &made);
    assert_true(store_use_model(world->store, 0, world->now));
    assert_string_not_equal(topic_now(world), "care");
    assert_non_null(strstr(order_model(world, &made, made.base, "00"), "another hash"));
    assert_non_null(strstr(order_model(world, &made, made.base, "no hex"), "in hex"));
    assert_non_null(strstr(order_model(world, &made, "another", made.octets), "another version"));
    assert_string_not_equal(topic_now(world), "care");
    assert_null(order_model(world, &made, made.base, made.octets));
    assert_string_equal(topic_now(world), "care");
    assert_true(store_models(world->store, world, &models, &n));
    assert_int_equal(n, 2);
    assert_int_equal(models[0].used_at, 0); /* and may be used again */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_model_from_the_centre_is_used_if_it_is_whole_and_of_this_program,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(the_night_learns_a_word_and_an_older_model_can_be_used_again,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(it_learns_only_at_night_and_when_enough_is_new, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(what_helps_nobody_is_kept_as_tried_and_not_used, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_report_says_how_sure_the_gateway_was_and_how_often_right,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(a_name_that_no_list_has_is_learned_from_corrected_places, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_name_is_learned_from_several_people_only, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_is_no_complaint_here_is_learned, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_accuses_is_learned, open_world, close_world),
        cmocka_unit_test_setup_teardown(nothing_is_learned_that_would_miss_an_accusation, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_model_in_use_stands_in_the_steps_of_the_cases_that_taught_it,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(an_erased_person_teaches_nothing_more, open_world, close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
