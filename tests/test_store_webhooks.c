#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <talloc.h>

#include "store/steps.h"
#include "store/webhooks.h"
#include "tests/support/placed.h"

static int open_store(void **state)
{
    const char *error;

    *state = store_open(NULL, "sqlite::memory:", &error);
    return *state ? 0 : -1;
}

static int close_store(void **state)
{
    talloc_free(*state);
    return 0;
}

static int64_t open_case(struct store *store, const char *number, bool is_guarded)
{
    struct case_ case_ = { .number = number, .reporter = "+861", .is_guarded = is_guarded, .text = "水" };

    assert_true(store_open_case(store, &case_));
    return case_.id;
}

static int64_t add_step(struct store *store, int64_t case_id, const char *kind)
{
    struct step step = { .case_id = case_id, .at = 1, .actor = "system", .kind = kind };

    place_kinds(store, kind);
    assert_true(store_add_step(store, &step));
    return step.id;
}

static int queue(struct store *store, const struct webhook_filter *filter)
{
    int n;

    assert_true(store_queue_webhook_deliveries(store, filter, 100, &n));
    return n;
}

static struct webhook_delivery *due(struct store *store, const char *hook, int64_t now, size_t *n)
{
    struct webhook_delivery *deliveries;
    int64_t next;

    assert_true(store_due_webhook_deliveries(store, store, hook, now, 10, &deliveries, n, &next));
    return deliveries;
}

static void a_webhook_begins_where_it_is_first_asked_for(void **state)
{
    const struct webhook_filter all = { .hook = "a" };
    int64_t id = open_case(*state, "1", false);
    bool has_new;

    add_step(*state, id, "received");
    assert_true(store_has_new_steps(*state, *state, "a", &has_new));
    assert_true(has_new);
    assert_int_equal(queue(*state, &all), 0);
    assert_true(store_has_new_steps(*state, *state, "a", &has_new));
    assert_false(has_new);
    add_step(*state, id, "accepted");
    assert_int_equal(queue(*state, &all), 1);
    assert_int_equal(queue(*state, &all), 0);
}

static void only_wanted_steps_are_queued(void **state)
{
    const char *const kinds[] = { "closed" };
    const struct webhook_filter closed = { .hook = "a", .steps = kinds, .n_steps = 1 };
    const struct webhook_filter guarded = { .hook = "b", .guarded = true };
    int64_t open, accused;

    queue(*state, &closed);
    queue(*state, &guarded);
    open = open_case(*state, "1", false);
    accused = open_case(*state, "2", true);
    add_step(*state, open, "received");
    add_step(*state, open, "closed");
    add_step(*state, accused, "closed");
    assert_int_equal(queue(*state, &closed), 1);
    assert_int_equal(queue(*state, &guarded), 3);
}

static void steps_of_paper_forms_are_queued_for_who_asks_alone(void **state)
{
    const struct webhook_filter usual = { .hook = "a" }, all = { .hook = "b", .imported = true };
    struct step step = { .at = 1, .actor = "operator", .line = STEP_LINE_PAPER, .kind = "received" };

    queue(*state, &usual);
    queue(*state, &all);
    step.case_id = open_case(*state, "1", false);
    add_step(*state, step.case_id, "received");
    assert_true(store_add_step(*state, &step));
    assert_int_equal(queue(*state, &usual), 1);
    assert_int_equal(queue(*state, &all), 2);
}

static void a_step_waits_for_those_before_it_in_its_case(void **state)
{
    const struct webhook_filter all = { .hook = "a" };
    int64_t first, second, step;
    struct webhook_delivery *deliveries;
    size_t n;

    queue(*state, &all);
    first = open_case(*state, "1", false);
    second = open_case(*state, "2", false);
    step = add_step(*state, first, "received");
    add_step(*state, first, "accepted");
    add_step(*state, second, "received");
    assert_int_equal(queue(*state, &all), 3);
    deliveries = due(*state, "a", 100, &n);
    assert_int_equal(n, 2);
    assert_int_equal(deliveries[0].step_id, step);
    deliveries[0].attempts = 1;
    deliveries[0].due_at = 200;
    deliveries[0].why = "no answer";
    assert_true(store_update_webhook_delivery(*state, &deliveries[0]));
    deliveries = due(*state, "a", 150, &n);
    assert_int_equal(n, 1);
    assert_int_equal(deliveries[0].case_id, second);
    deliveries = due(*state, "a", 200, &n);
    assert_int_equal(n, 2);
    deliveries[1].settled_at = 200;
    assert_int_equal(deliveries[1].step_id, step);
    assert_true(store_update_webhook_delivery(*state, &deliveries[1]));
    deliveries = due(*state, "a", 200, &n);
    assert_int_equal(n, 2);
    assert_int_equal(deliveries[0].case_id + deliveries[1].case_id, first + second);
}

/* The oldest come first, and no more than there is room for at once. */
static void no_more_are_due_than_asked_for(void **state)
{
    const struct webhook_filter all = { .hook = "a" };
    struct webhook_delivery *deliveries;
    size_t n;

    queue(*state, &all);
    for (int i = 1; i <= 12; i++)
        add_step(*state, open_case(*state, talloc_asprintf(*state, "%d", i), false), "received");
    assert_int_equal(queue(*state, &all), 12);
    deliveries = due(*state, "a", 100, &n);
    assert_int_equal(n, 10);
    for (size_t i = 1; i < n; i++)
        assert_true(deliveries[i - 1].id < deliveries[i].id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_webhook_begins_where_it_is_first_asked_for),
        TEST(only_wanted_steps_are_queued),
        TEST(steps_of_paper_forms_are_queued_for_who_asks_alone),
        TEST(a_step_waits_for_those_before_it_in_its_case),
        TEST(no_more_are_due_than_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
