/* Who may speak as whom: lines that prove their senders and lines that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "store/senders.h"
#include "tests/support/world.h"

#define VILLAGER "13934567001"
#define CADRE "13800000001"
#define NUMBER "26000010"
#define NUMBERED NUMBER "（聚粮村供水）"

static int make_world(void **state)
{
    struct world *world = world_new(talloc_new(NULL));
    struct provider_config *providers = talloc_zero_array(world, struct provider_config, 2);

    providers[0] =
        (struct provider_config){ .name = "mas", .sends = true, .receives = true, .trust = "none" };
    providers[1] =
        (struct provider_config){ .name = "proven", .sends = true, .receives = true, .trust = "senders" };
    world->config->providers = providers;
    world->config->n_providers = 2;
    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_person(world, CADRE ",李有田,村主任,cadre,141027100212");
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

/* The last text to a phone, with all before it heard. */
static const char *last_heard(struct world *world, const char *phone)
{
    const char *last = "nothing", *text;

    while ((text = world_hear(world, world, phone)))
        last = text;
    return last;
}

static const char *heard_after(struct world *world, const char *line, const char *words)
{
    last_heard(world, CADRE);
    world_text_by(world, world, line, CADRE, words);
    return last_heard(world, CADRE);
}

static const char *code_in(struct world *world, const char *text)
{
    const char *code = strstr(text, "请回");

    if (!code)
        fail_msg("no code: %s", text);
    return talloc_strndup(world, code + strlen("请回"), 6);
}

static void assert_begins(const char *text, const char *beginning)
{
    if (strncmp(text, beginning, strlen(beginning)) != 0)
        fail_msg("%s does not begin with %s", text, beginning);
}

static void a_command_counts_from_a_modem_and_from_a_provider_that_proves_senders(void **state)
{
    assert_begins(heard_after(*state, "village", "领" NUMBER), NUMBERED "由您办理");
    assert_begins(heard_after(*state, "proven", "进度 " NUMBER " 明天修"), NUMBERED "的进度已发给群众");
}

static void by_another_line_the_first_command_waits_for_a_code_and_the_next_do_not(void **state)
{
    struct world *world = *state;
    const char *asked = heard_after(world, "mas", "领" NUMBER);

    assert_begins(asked, "您发来“领" NUMBER "”？确认请回");
    assert_int_equal(world_case(world, world)->state, CASE_NEW);
    assert_begins(heard_after(world, "mas", code_in(world, asked)), NUMBERED "由您办理");
    assert_int_equal(world_case(world, world)->state, CASE_IN_HAND);
    assert_begins(heard_after(world, "mas", "进度 " NUMBER " 明天修"), NUMBERED "的进度已发给群众");
    world_time(world, "+13h");
    assert_begins(heard_after(world, "mas", "进度 " NUMBER " 今天修"), "您发来“进度");
    assert_begins(heard_after(world, "api:county", "进度 " NUMBER " 今天修"), "您发来“进度");
}

static void the_code_that_a_step_asks_for_anyway_is_enough(void **state)
{
    struct world *world = *state;
    const char *asked;

    heard_after(world, "village", "领" NUMBER);
    asked = heard_after(world, "mas", "办结 " NUMBER " 修好了");
    assert_begins(asked, "将办结" NUMBER);
    assert_begins(heard_after(world, "mas", code_in(world, asked)), NUMBERED "已办结");
    assert_begins(heard_after(world, "mas", "我的"), "您手上没有在办");
}

static void a_code_counts_only_by_the_line_that_asked(void **state)
{
    struct world *world = *state;
    const char *asked;

    heard_after(world, "village", "领" NUMBER);
    asked = heard_after(world, "village", "办结 " NUMBER " 修好了");
    heard_after(world, "mas", "领" NUMBER); /* takes the place of no code of theirs */
    heard_after(world, "mas", code_in(world, asked));
    assert_int_equal(world_case(world, world)->state, CASE_IN_HAND);
    assert_begins(heard_after(world, "village", code_in(world, asked)), NUMBERED "已办结");
}

static void wrong_codes_by_a_line_that_proves_nothing_lock_that_line_alone(void **state)
{
    struct world *world = *state;
    const char *asked;

    heard_after(world, "mas", "领" NUMBER);
    heard_after(world, "mas", "000001");
    heard_after(world, "mas", "000002");
    assert_begins(heard_after(world, "mas", "000003"), "六位数错的次数太多");
    assert_string_equal(heard_after(world, "mas", "领" NUMBER), "nothing");
    assert_begins(heard_after(world, "village", "领" NUMBER), NUMBERED "由您办理");
    assert_string_equal(heard_after(world, "mas", "办结 " NUMBER " 修好了"), "nothing");
    asked = heard_after(world, "village", "办结 " NUMBER " 修好了");
    assert_begins(heard_after(world, "village", code_in(world, asked)), NUMBERED "已办结");
}

static void wrong_codes_count_over_all_codes_of_a_phone(void **state)
{
    struct world *world = *state;

    heard_after(world, "village", "领" NUMBER);
    for (int i = 0; i < 2; i++) {
        heard_after(world, "village", "办结 " NUMBER " 修好了");
        assert_begins(heard_after(world, "village", "000001"), "六位数不对，还能再试");
    }
    heard_after(world, "village", "办结 " NUMBER " 修好了");
    assert_begins(heard_after(world, "village", "000001"), "六位数错的次数太多");
    assert_begins(heard_after(world, "village", "办结 " NUMBER " 修好了"), "六位数错的次数太多");
}

/* To the second. */
static void a_locked_phone_is_free_again_when_its_time_is_over(void **state)
{
    struct world *world = *state;
    struct sender_line sender;

    heard_after(world, "village", "领" NUMBER);
    heard_after(world, "village", "办结 " NUMBER " 修好了");
    heard_after(world, "village", "000001");
    heard_after(world, "village", "000002");
    assert_begins(heard_after(world, "village", "000003"), "六位数错的次数太多");
    assert_true(store_sender_line(world->store, "+86" CADRE, "", &sender));
    assert_true(sender.locked_until > world->now);
    world->now = sender.locked_until - 1;
    assert_begins(heard_after(world, "village", "办结 " NUMBER " 修好了"), "六位数错的次数太多");
    world->now = sender.locked_until;
    assert_begins(heard_after(world, "village", "办结 " NUMBER " 修好了"), "将办结" NUMBER);
}

static void a_line_of_a_list_chosen_by_such_a_line_waits_for_its_code_too(void **state)
{
    struct world *world = *state;
    const char *asked;

    world_text(world, world, "13934567002", "聚粮村的路灯坏了");
    assert_begins(heard_after(world, "village", "领"), "");
    asked = heard_after(world, "mas", "2");
    assert_begins(asked, "您发来“领 " NUMBER);
    assert_begins(heard_after(world, "mas", code_in(world, asked)), NUMBERED "由您办理");
}

/* In the very second of its end: the first mark of a reporter stays. */
static void a_case_is_rated_once_even_in_the_second_of_its_end(void **state)
{
    struct world *world = *state;
    const char *asked;

    heard_after(world, "village", "领" NUMBER);
    asked = heard_after(world, "village", "办结 " NUMBER " 修好了");
    heard_after(world, "village", code_in(world, asked));
    assert_int_equal(world_case(world, world)->closed_at, world->now);
    world_text(world, world, VILLAGER, "评 " NUMBER " 1");
    assert_int_equal(world_case(world, world)->rating, 1);
    assert_int_equal(world_case(world, world)->rated_at, world->now);
    world_text(world, world, VILLAGER, "评 " NUMBER " 3");
    assert_int_equal(world_case(world, world)->rating, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_world, end_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_command_counts_from_a_modem_and_from_a_provider_that_proves_senders),
        TEST(by_another_line_the_first_command_waits_for_a_code_and_the_next_do_not),
        TEST(the_code_that_a_step_asks_for_anyway_is_enough),
        TEST(a_locked_phone_is_free_again_when_its_time_is_over),
        TEST(a_case_is_rated_once_even_in_the_second_of_its_end),
        TEST(a_code_counts_only_by_the_line_that_asked),
        TEST(wrong_codes_by_a_line_that_proves_nothing_lock_that_line_alone),
        TEST(wrong_codes_count_over_all_codes_of_a_phone),
        TEST(a_line_of_a_list_chosen_by_such_a_line_waits_for_its_code_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
