#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/notify.h"
#include "gateway/turn/sanitise.h"
#include "tests/support/world.h"

#define PHONE "+8613934567001"

static int make_world(void **state)
{
    *state = world_new(talloc_new(NULL));
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

struct sending {
    struct notify what;
    const char *words;
    int64_t id;
};

static bool put(struct turn *turn, void *arg)
{
    struct sending *sending = arg;

    return notify_words(turn, &sending->what, sending->words, &sending->id);
}

/* The notice as it stands in the outbox; NULL when there is none. */
static struct notice *sent(struct world *world, struct notify what, const char *words)
{
    struct sending sending = { what, words, 0 };
    struct notice *notice = NULL;

    sending.what.name = "send";
    world_do(world, put, &sending, false);
    if (sending.id)
        assert_true(store_notice(world->store, world, sending.id, &notice));
    return notice;
}

static void what_steers_a_screen_is_taken_out(void **state)
{
    struct notice *notice =
        sent(*state, (struct notify){ .to = PHONE }, "a\x1b[31m\u202eb\xc2\x84\u200f\tc\r\nd\u2066\xff");

    assert_string_equal(notice->text, "【浮山亮晒评】a[31mb c\nd\uFFFD");
}

static void notices_wait_for_the_morning_and_answers_do_not(void **state)
{
    struct world *world = *state;
    int64_t night;

    world_time(world, "2026-11-20 21:00");
    night = world->now;
    assert_int_equal(sent(world, (struct notify){ .to = PHONE, .priority = PRIORITY_ANSWER }, "x")->due_at,
                     night);
    world_time(world, "2026-11-21 08:00");
    assert_int_equal(notify_after_quiet(world->config, night), world->now);
    assert_int_equal(notify_after_quiet(world->config, world->now - 1), world->now);
    assert_int_equal(notify_after_quiet(world->config, world->now), world->now);
}

static void without_quiet_hours_nothing_waits(void **state)
{
    struct world *world = *state;

    world->config->quiet_from = world->config->quiet_until = 0;
    world_time(world, "2026-11-20 23:59");
    assert_int_equal(notify_after_quiet(world->config, world->now), world->now);
}

static void quiet_hours_at_noon_end_the_same_day(void **state)
{
    struct world *world = *state;
    int64_t noon;

    world->config->quiet_from = 12 * 60;
    world->config->quiet_until = 14 * 60;
    world_time(world, "2026-11-20 12:30");
    noon = world->now;
    world_time(world, "2026-11-20 14:00");
    assert_int_equal(notify_after_quiet(world->config, noon), world->now);
}

static void a_text_goes_by_the_line_of_its_text_or_the_last_or_the_route(void **state)
{
    static const char *prefixes[] = { "+86", "+861393" };
    struct world *world = *state;
    struct modem_config modems[3] = {
        { .name = "village", .sends = true },
        { .name = "deaf", .sends = false },
        { .name = "town", .sends = true, .prefixes = prefixes, .n_prefixes = 2 }
    };

    world->config->modems = modems;
    world->config->n_modems = 3;
    assert_string_equal(sent(world, (struct notify){ .to = PHONE, .line = "village" }, "x")->line, "village");
    assert_string_equal(sent(world, (struct notify){ .to = PHONE, .line = "deaf" }, "x")->line, "town");
    assert_string_equal(sent(world, (struct notify){ .to = "+15550001111", .line = "gone" }, "x")->line, "");
    assert_true(store_see_person(world->store, PHONE, "village", world->now));
    assert_string_equal(sent(world, (struct notify){ .to = PHONE }, "x")->line, "village");
}

static void automatic_senders_and_the_muted_get_nothing(void **state)
{
    struct world *world = *state;

    assert_null(sent(world, (struct notify){ .to = "10086" }, "x"));
    assert_null(sent(world, (struct notify){ .to = "CCB" }, "x"));
    assert_true(store_see_person(world->store, PHONE, "village", world->now));
    assert_true(store_set_muted(world->store, PHONE, world->now + 60));
    assert_null(sent(world, (struct notify){ .to = PHONE, .priority = PRIORITY_ANSWER }, "x"));
    world_time(world, "+2m");
    assert_non_null(sent(world, (struct notify){ .to = PHONE }, "x"));
}

static void codes_are_not_kept_and_case_numbers_are(void **state)
{
    struct notice code = { .name = "confirm", .text = "将办结26000010：修好了123。确认请回482913，10分钟" };
    struct notice asked = { .name = "filed-code",
                            .text = "已登记26000010，查询码0417。发“查 26000010 0417”" };
    struct notice other = { .name = "progress", .text = "电话482913" };

    assert_string_equal(notify_kept_words(*state, &code),
                        "将办结26000010：修好了123。确认请回******，10分钟");
    assert_string_equal(notify_kept_words(*state, &asked),
                        "已登记26000010，查询码****。发“查 26000010 ****”");
    assert_null(notify_kept_words(*state, &other));
}

static void words_are_clipped_between_characters(void **state)
{
    assert_string_equal(sanitise_clip(*state, "停水三天", 4), "停水三天");
    assert_string_equal(sanitise_clip(*state, "停水三天了", 4), "停水三…");
    assert_string_equal(sanitise_clip(*state, "😀😀😀", 4), "😀…");
    assert_string_equal(sanitise_clip(*state, "", 4), "");
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(what_steers_a_screen_is_taken_out),
        IN_A_WORLD(notices_wait_for_the_morning_and_answers_do_not),
        IN_A_WORLD(without_quiet_hours_nothing_waits),
        IN_A_WORLD(quiet_hours_at_noon_end_the_same_day),
        IN_A_WORLD(a_text_goes_by_the_line_of_its_text_or_the_last_or_the_route),
        IN_A_WORLD(automatic_senders_and_the_muted_get_nothing),
        IN_A_WORLD(codes_are_not_kept_and_case_numbers_are),
        IN_A_WORLD(words_are_clipped_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
