/* Asking after a case by a code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/inquiry.h"
#include "store/kept/case_codes.h"
#include "store/recordings.h"
#include "tests/support/gateway_process.h"
#include "tests/support/same_store.h"
#include "tests/support/world.h"

struct asked {
    struct case_ *case_;
    struct inquiry inquiry;
};

static bool ask(struct turn *turn, void *arg)
{
    struct asked *asked = arg;

    return inquiry_try(turn, asked->case_, &asked->inquiry);
}

static bool is_right(struct world *world, const char *code)
{
    struct asked asked = { .case_ = world_case(world, world),
                           .inquiry = { .code = code, .phone = "", .line = "" } };

    world_do(world, ask, &asked, false);
    return asked.inquiry.is_right;
}

/* A phone asks by a line; no case: of a number that nobody has. */
static struct inquiry ask_from(struct world *world, const char *phone, const char *line, struct case_ *case_,
                               const char *code)
{
    struct asked asked = { case_, { .code = code, .phone = phone, .line = line } };

    world_do(world, ask, &asked, false);
    return asked.inquiry;
}

static void add_recording(struct world *world, const char *key, const char *code)
{
    struct recording recording = { .state = RECORDING_KEPT,
                                   .line = "voice",
                                   .external_id = key,
                                   .caller = RECORDING_WITHHELD,
                                   .called = "",
                                   .keys = "",
                                   .file = "",
                                   .copy = "",
                                   .format = "",
                                   .sha256 = "",
                                   .heard_by = "",
                                   .written_by = "",
                                   .transcript_text = "",
                                   .transcript_engine = "",
                                   .code = code,
                                   .case_id = world_case(world, world)->id };

    assert_true(store_add_recording(world->store, &recording));
}

/* A case of two recordings, which was filed for somebody besides: three codes. */
static int open_case(void **state)
{
    struct world *world = world_new(NULL);

    world_text(world, world, "13934567001", "聚粮村自来水停了三天了");
    add_recording(world, "1", "1111");
    add_recording(world, "2", "2222");
    assert_true(store_put_case_code(
        world->store, &(struct case_code){ .case_id = world_case(world, world)->id, .code = "3333" }));
    *state = world;
    return 0;
}

static int end_case(void **state)
{
    talloc_free(*state);
    return 0;
}

static void what_is_right_for_one_is_no_wrong_try_of_another(void **state)
{
    for (int i = 0; i < 6; i++)
        assert_true(is_right(*state, "2222") && is_right(*state, "3333"));
    assert_true(is_right(*state, "1111"));
}

static void after_five_wrong_ones_none_is_right_for_a_day(void **state)
{
    for (int i = 0; i < 4; i++)
        assert_false(is_right(*state, "0000"));
    assert_true(is_right(*state, "1111"));
    assert_false(is_right(*state, "0000"));
    assert_false(is_right(*state, "1111") || is_right(*state, "2222") || is_right(*state, "3333"));
    world_time(*state, "+23h");
    assert_false(is_right(*state, "1111"));
    world_time(*state, "+1h");
    assert_true(is_right(*state, "1111") && is_right(*state, "2222") && is_right(*state, "3333"));
}

static void wrong_ones_of_a_clock_that_was_far_ahead_do_not_count(void **state)
{
    world_time(*state, "2027-11-20 09:00");
    for (int i = 0; i < 5; i++)
        assert_false(is_right(*state, "0000"));
    assert_false(is_right(*state, "1111"));
    world_time(*state, "2026-11-20 09:00");
    assert_true(is_right(*state, "1111") && is_right(*state, "3333"));
}

#define SON "+8613934567009"
#define DAUGHTER "+8613934567010"

static void five_wrong_ones_of_one_phone_end_its_tries_of_every_case(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = world_case(world, world), *other;

    world_text(world, world, "13934567002", "东张乡学校的墙要倒了");
    other = world_case(world, world);
    assert_int_not_equal(other->id, case_->id);
    assert_true(
        store_put_case_code(world->store, &(struct case_code){ .case_id = other->id, .code = "4444" }));
    for (int i = 0; i < 2; i++)
        assert_false(ask_from(world, SON, "village", other, "0000").is_too_often);
    assert_true(ask_from(world, SON, "village", other, "4444").is_right);
    for (int i = 0; i < 3; i++) /* whether the case has a code, or is there, cannot be told apart */
        assert_false(ask_from(world, SON, "village", i ? NULL : case_, "0000").is_too_often);
    assert_true(ask_from(world, SON, "village", case_, "1111").is_too_often);
    assert_false(ask_from(world, SON, "village", case_, "1111").is_right);
    assert_true(ask_from(world, SON, "village", NULL, "1111").is_too_often);
    assert_true(ask_from(world, DAUGHTER, "village", case_, "1111").is_right);
    world_time(world, "+23h");
    assert_true(ask_from(world, SON, "village", case_, "1111").is_too_often);
    world_time(world, "+1h");
    assert_true(ask_from(world, SON, "village", case_, "1111").is_too_often);
    world_time(world, "+1s");
    assert_true(ask_from(world, SON, "village", case_, "1111").is_right);
}

static void whoever_writes_anothers_number_uses_up_none_of_its_tries(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = world_case(world, world);

    for (int i = 0; i < 5; i++)
        ask_from(world, SON, "spoofed", NULL, "0000");
    assert_true(ask_from(world, SON, "spoofed", case_, "1111").is_too_often);
    assert_true(ask_from(world, SON, "village", case_, "1111").is_right);
}

static void a_code_is_found_with_the_words_people_put_around_it(void **state)
{
    static const char *const with[] = { "1234",          "查询码1234", "查询码 1234",
                                        "查询码:1234。", "code 1234",  "密码是1234",
                                        " 1234 ",        "看 1234",    "请问查一下 1234，谢谢" };
    static const char *const without[] = {
        "", "123", "12345", "1234 5678", "1234块钱", "查询码", "水停了1234"
    };

    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        assert_string_equal(inquiry_code_in(*state, with[i]), "1234");
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        assert_null(inquiry_code_in(*state, without[i]));
}

static void a_code_among_a_few_words_is_the_only_digits_of_its_length(void **state)
{
    static const char *const with[] = { "1234", "请问1234办到哪了", "查询码1234谢谢", "1234 编号" };
    static const char *const without[] = { "",
                                           "水停了",
                                           "123",
                                           "12345",
                                           "1234 5678",
                                           "1234 5",
                                           "我家在村东头第三户门前的路去年就塌了到现在没人管1234" };

    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        assert_string_equal(inquiry_code_among(*state, with[i]), "1234");
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        assert_null(inquiry_code_among(*state, without[i]));
    /* 60 octets of words, and one more */
    assert_string_equal(inquiry_code_among(*state, "请问一下我家门前的路到底什么时候能修好了1234"), "1234");
    assert_null(inquiry_code_among(*state, "请问一下我家门前的路到底什么时候能修好了1234?"));
}

/* What a modem brought, and the text itself: neither stays in the file, in its log or in the space of what
 * was written over. Nor does a wrong one, which may be next to the right one. */
static void the_code_stands_nowhere_in_the_file(void **state)
{
    static const char *const files[] = { "", "-wal" };
    struct gateway_process *gateway = gateway_begin(NULL, "");
    const char *error, *number, *cases;
    struct store *store;

    (void)state;
    gateway_run(gateway);
    assert_true(emulator_text(gateway->client, "+8613903570001", "村里的水管坏了三天了，没有水喝"));
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM cases", 1, PATIENCE_MS));
    store = store_open(gateway->mem, talloc_asprintf(gateway->mem, "sqlite:%s", gateway->url), &error);
    assert_non_null(store);
    assert_true(store_put_case_code(store, &(struct case_code){ .case_id = 1, .code = "4711" }));
    talloc_free(store);
    cases = gateway_command(gateway, NULL, "case list --json");
    number = talloc_strndup(gateway->mem, strstr(cases, "\"number\":\"") + strlen("\"number\":\""), 8);
    assert_true(emulator_text(gateway->client, "+8613903570002",
                              talloc_asprintf(gateway->mem, "查 %s 4712", number)));
    assert_true(emulator_text(gateway->client, "+8613903570002",
                              talloc_asprintf(gateway->mem, "查 %s 4711", number)));
    assert_true(emulator_text(gateway->client, "+8613903570003",
                              talloc_asprintf(gateway->mem, "请问 %s 4711 办到哪了", number)));
    assert_true(
        emulator_text(gateway->client, "+8613903570004", talloc_asprintf(gateway->mem, "看%s4711", number)));
    assert_true(
        emulator_text(gateway->client, "+8613903570006", /* in two parts */
                      talloc_asprintf(gateway->mem, "查%s查询码4711%s", number,
                                      "谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢"
                                      "谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢谢")));
    assert_true(
        emulator_text(gateway->client, "+8613903570005", talloc_asprintf(gateway->mem, "查%s4712", number)));
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE name = 'status-by-code'", 4, PATIENCE_MS));
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM events WHERE outcome = 'command'", 6, PATIENCE_MS));
    gateway_kill(gateway); /* so that the log stays, too */
    for (size_t i = 0; i < 2; i++) {
        const char *file = talloc_asprintf(gateway->mem, "%s%s", gateway->url, files[i]);

        assert_false(file_holds(file, talloc_asprintf(gateway->mem, "%s 4711", number)));
        assert_false(file_holds(file, talloc_asprintf(gateway->mem, "%s 4712", number)));
        assert_false(file_holds(file, talloc_asprintf(gateway->mem, "%s4711", number)));
        assert_false(file_holds(file, "查询码4711"));
        assert_false(file_holds(file, talloc_asprintf(gateway->mem, "%s4712", number)));
        assert_false(file_holds(file, "003400370031003")); /* "471" in a PDU */
    }
    gateway_end(gateway);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_case, end_case)
    const struct CMUnitTest tests[] = {
        TEST(what_is_right_for_one_is_no_wrong_try_of_another),
        TEST(after_five_wrong_ones_none_is_right_for_a_day),
        TEST(wrong_ones_of_a_clock_that_was_far_ahead_do_not_count),
        TEST(five_wrong_ones_of_one_phone_end_its_tries_of_every_case),
        TEST(whoever_writes_anothers_number_uses_up_none_of_its_tries),
        TEST(a_code_is_found_with_the_words_people_put_around_it),
        TEST(a_code_among_a_few_words_is_the_only_digits_of_its_length),
        cmocka_unit_test(the_code_stands_nowhere_in_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
