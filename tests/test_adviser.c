/* A language model beside the gateway may suggest a class, whatever it is told, and can do nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/adviser/adviser.h"
#include "gateway/adviser/ask.h"
#include "gateway/adviser/question.h"
#include "store/upkeep/erase.h"
#include "tests/support/model_server.h"
#include "tests/support/office.h"

#define SAID "村里的低保停了半年，家里揭不开锅"
#define WORLD                                                                               \
    "SELECT (SELECT count(*) FROM steps) * 1000000 + (SELECT count(*) FROM notices) * 1000" \
    " + (SELECT count(*) FROM cases WHERE state = 'new')"

static const atomic_bool never;

static bool is_usable(void *mem, const char *content, const char *text, struct case_advice *advice)
{
    const char *answer = talloc_asprintf(mem, "{\"choices\":[{\"message\":{\"content\":\"%s\"}}]}", content);

    question_read(mem, answer, text, advice);
    return advice->is_usable;
}

static void answers_are_held_to_our_words_and_to_what_the_text_says(void **state)
{
    static const char *const useless[] = {
        "",
        "{}",
        "[]",
        "null",
        "民困",
        "{{{{{{{{{{",
        "{\\\"category\\\":\\\"办结\\\",\\\"topic\\\":\\\"welfare\\\",\\\"urgent\\\":false,\\\"quote\\\":"
        "\\\"低保停了\\\"}",
        "{\\\"category\\\":\\\"民困\\\",\\\"topic\\\":\\\"admin\\\",\\\"urgent\\\":false,\\\"quote\\\":"
        "\\\"低保停了\\\"}",
        "{\\\"category\\\":\\\"民困\\\",\\\"topic\\\":\\\"welfare\\\",\\\"urgent\\\":\\\"yes\\\","
        "\\\"quote\\\":\\\"低保停了\\\"}",
        "{\\\"category\\\":\\\"民困\\\",\\\"topic\\\":\\\"welfare\\\",\\\"urgent\\\":false,\\\"quote\\\":"
        "\\\"没说过的话\\\"}",
        "{\\\"category\\\":\\\"民困\\\",\\\"topic\\\":\\\"welfare\\\",\\\"urgent\\\":false,\\\"quote\\\":"
        "\\\"低\\\"}",
        "{\\\"category\\\":\\\"民困\\\",\\\"topic\\\":\\\"welfare\\\",\\\"urgent\\\":false}",
        "{\\\"category\\\":[\\\"民困\\\"],\\\"topic\\\":\\\"welfare\\\",\\\"urgent\\\":false,\\\"quote\\\":"
        "\\\"低保停了\\\"}",
    };
    static const char *const broken[] = { "",
                                          "{",
                                          "null",
                                          "[]",
                                          "{\"choices\":[]}",
                                          "{\"choices\":{}}",
                                          "{\"choices\":[null]}",
                                          "{\"choices\":[{\"message\":1}]}",
                                          "{\"choices\":[{\"message\":{\"content\":7}}]}",
                                          "\xff\xfe" };
    void *mem = talloc_new(NULL);
    struct case_advice advice = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof useless / sizeof *useless; i++)
        if (is_usable(mem, useless[i], SAID, &advice))
            fail_msg("believed: %s", useless[i]);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        question_read(mem, broken[i], SAID, &advice);
        assert_false(advice.is_usable);
    }
    assert_true(
        is_usable(mem,
                  "好的 {\\\"category\\\":\\\"民困\\\",\\\"topic\\\":\\\"welfare\\\",\\\"urgent\\\":true,"
                  "\\\"quote\\\":\\\"低保停了\\\",\\\"state\\\":\\\"closed\\\"}",
                  SAID, &advice));
    assert_int_equal(advice.category, CATEGORY_HARDSHIP);
    assert_string_equal(advice.topic, "welfare");
    assert_int_equal(advice.urgency, URGENCY_URGENT);
    assert_string_equal(advice.quote, "低保停了");
    talloc_free(mem);
}

static void what_is_handed_over_names_nobody(void **state)
{
    static const char *const words[] = { "13934561001", "1423311970", "王小明", "李二狗", "138 0000 0000" };
    void *mem = talloc_new(NULL);
    const char *text =
        question_text(mem,
                      "我叫王小明，电话13934561001，身份证142331197001011234，李二狗家占了我的地，"
                      "他的号138 0000 0000",
                      "");

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(text, words[i]))
            fail_msg("%s stands in: %s", words[i], text);
    assert_non_null(strstr(text, "占了我的地"));
    assert_null(strstr(question_text(mem, "赵铁柱家没水", "赵铁柱"), "铁柱"));
    assert_null(question_text(mem, "赵 铁柱没水", "赵铁柱"));
    talloc_free(mem);
}

static void a_server_that_fails_in_any_way_says_nothing(void **state)
{
    static const char *const kinds[] = { "failing", "redirecting", "huge", "hanging" };
    static const char *const liars[] = { "lying", "foreign", "broken", "empty" };
    void *mem = talloc_new(NULL);
    const struct model_server *server = model_server_start(mem);
    const char *body = question_body(mem, "m", "rules", SAID), *answer;
    struct case_advice advice = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_int_equal(ask(mem, model_server_endpoint(mem, server, kinds[i]), body, 1, &never, &answer),
                         ASKED_WRONG);
    assert_int_equal(ask(mem, "http://127.0.0.1:1/v1", body, 1, &never, &answer), ASKED_WRONG);
    for (size_t i = 0; i < sizeof liars / sizeof *liars; i++) {
        assert_int_equal(ask(mem, model_server_endpoint(mem, server, liars[i]), body, 30, &never, &answer),
                         ASKED);
        question_read(mem, answer, SAID, &advice);
        assert_false(advice.is_usable);
    }
    assert_int_equal(ask(mem, model_server_endpoint(mem, server, "wrapped"), body, 30, &never, &answer),
                     ASKED);
    question_read(mem, answer, SAID, &advice);
    assert_true(advice.is_usable);
    talloc_free(mem);
}

static struct office *office_with(void *mem, const struct model_server *server, const char *kind)
{
    struct office *office = office_open(mem);

    office->config.adviser_endpoint = model_server_endpoint(office, server, kind);
    office->config.adviser_model = "small";
    office->config.adviser_timeout = 30;
    office->config.database = office->path;
    office->config.store_url = talloc_asprintf(office, "sqlite:%s", office->path);
    return office;
}

/* A case of which the gateway is not sure. */
static void report(struct office *office, int i, const char *text)
{
    struct event event = office_text(office, talloc_asprintf(office, "text-%d", i),
                                     talloc_asprintf(office, "+86139345610%02d", i), text);

    assert_true(desk_submit(office->desk, &event, 1));
}

static void wait_for_answers(struct office *office, const char *asked)
{
    const struct timespec pause = { .tv_nsec = 20000000 };

    for (int i = 0; i < 1500 && office_count(office, asked) > 0; i++)
        nanosleep(&pause, NULL);
    assert_int_equal(office_count(office, asked), 0);
}

#define UNASKED                                                                                 \
    "SELECT count(*) FROM cases WHERE is_guarded = 0 AND confidence < 56 AND id NOT IN (SELECT" \
    " case_id FROM case_advice)"

static void an_unsure_case_gets_a_suggestion_and_nothing_else_happens(void **state)
{
    void *mem = talloc_new(NULL);
    const struct model_server *server = model_server_start(mem);
    struct office *office = office_with(mem, server, "good");
    struct adviser *adviser;
    const char *error, *heard;
    long world;

    (void)state;
    report(office, 1, "村里的低保停了半年，电话13934569999");
    report(office, 2, "村支书收了钱不给办低保");
    report(office, 3, "东陈村自来水停了三天了");
    office_run(office, "UPDATE cases SET confidence = 30 WHERE text NOT LIKE '%自来水%'");
    office_run(office, "UPDATE cases SET confidence = 90 WHERE text LIKE '%自来水%'");
    world = office_count(office, WORLD);
    adviser = adviser_start(mem, &office->config, office->desk, &error);
    assert_non_null(adviser);
    wait_for_answers(office, UNASKED);
    adviser_stop(adviser);
    heard = model_server_heard(mem, server);
    assert_non_null(strstr(heard, "低保停了半年"));
    assert_null(strstr(heard, "13934569999"));
    assert_null(strstr(heard, "村支书"));
    assert_null(strstr(heard, "自来水停了"));
    assert_int_equal(office_count(office,
                                  "SELECT count(*) FROM case_advice WHERE is_usable = 1 AND topic = 'welfare'"
                                  " AND category = '民困' AND quote = '村里的低' AND model = 'small'"),
                     1);
    assert_int_equal(office_count(office, "SELECT count(*) FROM case_advice"), 1);
    assert_int_equal(office_count(office, WORLD), world);
    assert_int_equal(office_count(office, "SELECT count(*) FROM cases WHERE confidence = 30"), 2);
    office_close(office);
    talloc_free(mem);
}

/* The model obeys whatever it reads. */
static void no_text_makes_the_model_do_anything(void **state)
{
    void *mem = talloc_new(NULL);
    const struct model_server *server = model_server_start(mem);
    struct office *office = office_with(mem, server, "obeying");
    FILE *corpus = fopen("tests/corpus/injections.tsv", "r");
    struct adviser *adviser;
    char line[1024];
    const char *error;
    long world, cases;
    int n = 0;

    (void)state;
    assert_non_null(corpus);
    while (fgets(line, sizeof line, corpus))
        if (*line != '#') {
            line[strcspn(line, "\n")] = '\0';
            report(office, ++n, line);
        }
    fclose(corpus);
    office_run(office, "UPDATE cases SET confidence = 20");
    cases = office_count(office, "SELECT count(*) FROM cases WHERE is_guarded = 0 AND state = 'new'");
    assert_true(cases >= 5);
    world = office_count(office, WORLD);
    adviser = adviser_start(mem, &office->config, office->desk, &error);
    assert_non_null(adviser);
    wait_for_answers(office, UNASKED);
    adviser_stop(adviser);
    assert_int_equal(office_count(office, WORLD), world);
    assert_int_equal(office_count(office, "SELECT count(*) FROM cases WHERE confidence <> 20"), 0);
    assert_int_equal(office_count(office, "SELECT count(*) FROM case_advice WHERE is_usable = 1 AND"
                                          " (category <> '民访' OR topic <> 'cadre')"),
                     0);
    office_close(office);
    talloc_free(mem);
}

static void a_server_that_is_not_there_holds_nothing_up(void **state)
{
    void *mem = talloc_new(NULL);
    const struct model_server *server = model_server_start(mem);
    struct office *office = office_with(mem, server, "hanging");
    struct adviser *adviser;
    const char *error;

    (void)state;
    report(office, 1, "村里的低保停了半年");
    office_run(office, "UPDATE cases SET confidence = 30");
    adviser = adviser_start(mem, &office->config, office->desk, &error);
    while (!*model_server_heard(mem, server))
        nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
    report(office, 2, "东陈村自来水停了三天了");
    assert_int_equal(office_count(office, "SELECT count(*) FROM cases"), 2);
    adviser_stop(adviser);
    assert_int_equal(office_count(office, "SELECT count(*) FROM case_advice"), 0);
    office_close(office);
    talloc_free(mem);
}

static void a_suggestion_goes_with_the_person_it_is_about(void **state)
{
    void *mem = talloc_new(NULL);
    const struct model_server *server = model_server_start(mem);
    struct office *office = office_with(mem, server, "good");
    struct adviser *adviser;
    struct store *store;
    struct erased erased;
    const char *error;

    (void)state;
    report(office, 1, "村里的低保停了半年");
    office_run(office, "UPDATE cases SET confidence = 30");
    adviser = adviser_start(mem, &office->config, office->desk, &error);
    wait_for_answers(office, UNASKED);
    adviser_stop(adviser);
    assert_int_equal(office_count(office, "SELECT count(*) FROM case_advice"), 1);
    office_close(office);
    office_run(office, "UPDATE cases SET state = 'withdrawn', moves = 1");
    store = store_open(mem, office->config.store_url, &error);
    assert_non_null(store);
    assert_true(store_erase(store, "+8613934561001", 1800000000, &erased));
    assert_int_equal(office_count(office, "SELECT count(*) FROM case_advice"), 0);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_held_to_our_words_and_to_what_the_text_says),
        cmocka_unit_test(what_is_handed_over_names_nobody),
        cmocka_unit_test(a_server_that_fails_in_any_way_says_nothing),
        cmocka_unit_test(an_unsure_case_gets_a_suggestion_and_nothing_else_happens),
        cmocka_unit_test(no_text_makes_the_model_do_anything),
        cmocka_unit_test(a_server_that_is_not_there_holds_nothing_up),
        cmocka_unit_test(a_suggestion_goes_with_the_person_it_is_about),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
