/*
 * Which call goes out next, and what becomes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/desk/call_out.h"
#include "gateway/turn/calling.h"
#include "gateway/turn/notify.h"
#include "store/cases.h"
#include "tests/support/http_support.h"

#define ONE "+8613834500001"
#define OTHER "+8613834500002"

static int open_world(void **state)
{
    *state = http_world_open("", "voice { listen = \"127.0.0.1:5060\" trunk = "
                                 "\"127.0.0.1:5061\" call_hours = \"00:00-23:59\" call_budget = 2 }");
    return 0;
}

static int close_world(void **state)
{
    http_world_close(*state);
    return 0;
}

struct wish {
    const char *to, *name;
    int64_t id;
};

static bool add(struct turn *turn, void *arg)
{
    struct wish *wish = arg;

    return notify_call(turn, &(struct notify){ .to = wish->to, .name = wish->name }, "", &wish->id);
}

static int64_t want(struct http_world *world, const char *to, const char *name)
{
    struct wish wish = { to, name, 0 };

    assert_true(desk_do(world->desk, add, &wish));
    assert_int_not_equal(wish.id, 0);
    return wish.id;
}

static struct call_out *next(struct http_world *world)
{
    struct call_out *call;
    int64_t due;

    assert_true(call_out_next(world->desk, &call, &due));
    return call;
}

static bool nothing(struct turn *turn, void *arg)
{
    (void)turn, (void)arg;
    return true;
}

static void end(struct http_world *world, struct call_out *call, enum call_end how)
{
    call_out_ended(world->desk, call, how, "why");
    assert_true(desk_do(world->desk, nothing, NULL)); /* behind it */
}

static struct notice *notice_of(struct http_world *world, int64_t id)
{
    struct notice *notice;

    assert_true(store_notice(world->store, world, id, &notice));
    return notice;
}

static void news_of_one_number_goes_in_one_call_armed_before_it_rings(void **state)
{
    struct http_world *world = *state;
    int64_t first = want(world, ONE, "progress"), second = want(world, ONE, "closed");
    struct call_out *call = next(world);

    assert_non_null(call);
    assert_string_equal(call->to, ONE);
    assert_int_equal(call->n, 2);
    assert_int_equal(notice_of(world, first)->state, NOTICE_ARMED);
    assert_int_equal(notice_of(world, second)->state, NOTICE_ARMED);
    assert_null(next(world));
    end(world, call, CALL_END_HEARD);
    assert_int_equal(notice_of(world, first)->state, NOTICE_DELIVERED);
    assert_int_equal(notice_of(world, second)->state, NOTICE_DELIVERED);
}

static void a_number_is_left_alone_for_ten_minutes(void **state)
{
    struct http_world *world = *state;
    int64_t id;

    want(world, ONE, "progress");
    end(world, next(world), CALL_END_HEARD);
    id = want(world, ONE, "call-back");
    assert_null(next(world));
    assert_in_range(notice_of(world, id)->due_at, clock_now() + 500, clock_now() + 600);
}

static void nobody_answered_is_tried_again_after_35_minutes(void **state)
{
    struct http_world *world = *state;
    int64_t id = want(world, ONE, "progress");

    end(world, next(world), CALL_END_UNHEARD);
    assert_int_equal(notice_of(world, id)->state, NOTICE_READY);
    assert_in_range(notice_of(world, id)->due_at, clock_now() + 2000, clock_now() + 86400);
}

static void what_the_line_could_not_place_does_not_count(void **state)
{
    struct http_world *world = *state;
    int64_t id = want(world, ONE, "progress");

    for (int i = 0; i < 5; i++) {
        struct call_out *call = next(world);

        assert_non_null(call);
        end(world, call, CALL_END_NOT_PLACED);
    }
    assert_int_equal(notice_of(world, id)->attempts, 0);
}

static void the_budget_of_a_day_holds_all_back_but_danger(void **state)
{
    struct http_world *world = *state;
    int64_t id;

    want(world, ONE, "progress");
    end(world, next(world), CALL_END_HEARD);
    want(world, OTHER, "progress");
    end(world, next(world), CALL_END_HEARD);
    id = want(world, "+8613834500003", "progress");
    assert_null(next(world));
    assert_true(notice_of(world, id)->due_at > clock_now());
    want(world, ONE, "alarm-call"); /* of a case that is no more: nobody is rung */
    assert_null(next(world));
}

/* Tells both of their own cases, by call, and then ONE's number has a new owner. */
static bool tell_both(struct turn *turn, void *arg)
{
    int64_t *ids = arg;
    struct case_ *cases;
    size_t n;

    if (!store_cases(turn->store, turn->mem, &(struct case_filter){ .states = OPEN_STATES }, &cases, &n))
        return false;
    assert_int_equal(n, 2);
    for (size_t i = 0; i < n; i++)
        if (!store_set_called(turn->store, cases[i].reporter, true) ||
            !notify(turn,
                    &(struct notify){ .to = cases[i].reporter,
                                      .name = "help",
                                      .priority = PRIORITY_NOTICE,
                                      .case_id = cases[i].id,
                                      .own_case = &cases[i] },
                    &ids[strcmp(cases[i].reporter, ONE) != 0]))
            return false;
    return store_set_owner_since(turn->store, ONE, turn->now + 1);
}

static void who_has_the_number_now_is_not_rung_with_its_former_owners_news(void **state)
{
    struct http_world *world = *state;
    struct event events[] = {
        { .kind = EVENT_TEXT, .line = "north", .external_id = "1", .from = ONE, .text = "自来水停了三天了" },
        { .kind = EVENT_TEXT,
          .line = "north",
          .external_id = "2",
          .from = OTHER,
          .text = "村口的路塌了半边" },
    };
    int64_t ids[2] = { 0 };

    events[0].at = events[0].received_at = events[1].at = events[1].received_at = clock_now();
    assert_true(desk_submit(world->desk, events, 2));
    assert_true(desk_do(world->desk, tell_both, ids));
    assert_string_equal(notice_of(world, ids[0])->line, CALLING_LINE);
    struct call_out *call = next(world);

    assert_non_null(call);
    assert_string_equal(call->to, OTHER);
    assert_int_equal(call->n, 1);
    assert_int_equal(notice_of(world, ids[0])->state, NOTICE_CANCELLED);
    end(world, call, CALL_END_HEARD);
    assert_null(next(world));
}

static void a_crash_during_a_call_repeats_nothing(void **state)
{
    struct http_world *world = *state;
    int64_t id = want(world, ONE, "call-back");
    struct call_out *call = next(world);

    assert_non_null(call);
    talloc_free(call);
    http_world_restart(world);
    assert_int_equal(notice_of(world, id)->state, NOTICE_UNKNOWN);
    assert_true(call_out_recover(world->desk));
    assert_int_equal(notice_of(world, id)->state, NOTICE_FAILED);
    assert_null(next(world));
    struct notice *text;

    assert_true(store_last_notice(world->store, world, ONE, "missed-call", &text));
    assert_non_null(text); /* they are asked to write instead */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(news_of_one_number_goes_in_one_call_armed_before_it_rings, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_number_is_left_alone_for_ten_minutes, open_world, close_world),
        cmocka_unit_test_setup_teardown(nobody_answered_is_tried_again_after_35_minutes, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(what_the_line_could_not_place_does_not_count, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(the_budget_of_a_day_holds_all_back_but_danger, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(who_has_the_number_now_is_not_rung_with_its_former_owners_news,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(a_crash_during_a_call_repeats_nothing, open_world, close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
