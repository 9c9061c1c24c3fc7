/* Asking after a case by a code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>

#include "gateway/turn/inquiry.h"
#include "store/kept/case_codes.h"
#include "store/recordings.h"
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
    struct asked asked = { .case_ = world_case(world, world), .inquiry.code = code };

    world_do(world, ask, &asked, false);
    assert_true(asked.inquiry.has_code);
    return asked.inquiry.is_right;
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_case, end_case)
    const struct CMUnitTest tests[] = {
        TEST(what_is_right_for_one_is_no_wrong_try_of_another),
        TEST(after_five_wrong_ones_none_is_right_for_a_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
