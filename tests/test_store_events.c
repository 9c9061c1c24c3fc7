#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "store/cases.h"
#include "store/events.h"
#include "tests/support/support.h"

/* A store in a file, so that it can be closed and opened again. */
struct world {
    const char *url;
    struct store *store;
};

static void open_again(struct world *world)
{
    const char *error = NULL;

    talloc_free(world->store);
    world->store = store_open(world, world->url, &error);
    if (!world->store)
        fail_msg("%s", error);
}

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->url = talloc_asprintf(world, "sqlite:%s/x.db", temporary_directory(world));
    open_again(world);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

static struct event text_event(const char *key, const char *from, const char *text, int64_t at)
{
    return (struct event){ .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = key,
                           .from = from,
                           .at = at,
                           .received_at = at,
                           .text = text };
}

static int64_t add(struct world *world, struct event event)
{
    assert_true(store_add_event(world->store, &event));
    return event.id;
}

static int64_t open_case(struct world *world)
{
    struct case_ case_ = {
        .number = "26000013", .reporter = "+861", .line = "village", .topic = "water", .text = "水"
    };

    assert_true(store_open_case(world->store, &case_));
    return case_.id;
}

static bool copy_event(const struct event *event, void *arg)
{
    struct event *copy = arg;

    *copy = *event;
    copy->line = talloc_strdup(NULL, event->line);
    assert_string_equal(event->external_id, "key");
    assert_string_equal(event->from, "+861");
    assert_string_equal(event->to, "+869");
    assert_string_equal(event->text, "停水");
    assert_string_equal(event->raw, "0891");
    assert_string_equal(event->outcome, "case");
    assert_string_equal(event->why, "because");
    return true;
}

static void an_event_keeps_every_field(void **state)
{
    struct world *world = *state;
    struct event kept, given = { .kind = EVENT_PART,
                                 .line = "village",
                                 .external_id = "key",
                                 .from = "+861",
                                 .to = "+869",
                                 .at = 1,
                                 .received_at = 2,
                                 .text = "停水",
                                 .raw = "0891",
                                 .reference = 3,
                                 .total = 5,
                                 .sequence = 4,
                                 .status = 6,
                                 .discharged_at = 7 };

    assert_true(store_add_event(world->store, &given));
    given.outcome = "case";
    given.why = "because";
    given.case_id = open_case(world);
    assert_true(store_finish_event(world->store, &given));
    assert_true(store_each_event(world->store, &(struct event_filter){ 0 }, copy_event, &kept));
    assert_int_equal(kept.id, given.id);
    assert_int_equal(kept.kind, EVENT_PART);
    assert_string_equal(kept.line, "village");
    assert_int_equal(kept.at, 1);
    assert_int_equal(kept.received_at, 2);
    assert_int_equal(kept.reference, 3);
    assert_int_equal(kept.total, 5);
    assert_int_equal(kept.sequence, 4);
    assert_int_equal(kept.status, 6);
    assert_int_equal(kept.discharged_at, 7);
    assert_int_equal(kept.case_id, given.case_id);
    talloc_free((void *)(uintptr_t)kept.line);
}

static void an_event_brought_twice_is_kept_once(void **state)
{
    struct world *world = *state;

    assert_int_not_equal(add(world, text_event("a", "+861", "水", 1)), 0);
    assert_int_equal(add(world, text_event("a", "+861", "水", 1)), 0);
    open_again(world);
    assert_int_equal(add(world, text_event("a", "+862", "路", 9)), 0);
}

static void the_same_key_on_another_line_is_another_event(void **state)
{
    struct event event = text_event("a", "+861", "水", 1);

    add(*state, event);
    event.line = "county";
    assert_int_not_equal(add(*state, event), 0);
}

static void kinds_are_written_by_name(void **state)
{
    (void)state;
    assert_string_equal(event_kind_name(EVENT_TEXT), "text");
    assert_string_equal(event_kind_name(EVENT_NOTIFICATION), "notification");
}

static bool append_key(const struct event *event, void *arg)
{
    char **keys = arg;

    *keys = talloc_asprintf_append(*keys, "%s ", event->external_id);
    return true;
}

static const char *found(struct world *world, const struct event_filter *filter)
{
    char *keys = talloc_strdup(world, "");

    assert_true(store_each_event(world->store, filter, append_key, &keys));
    return keys;
}

static void a_derived_key_is_kept_sealed_and_still_known(void **state)
{
    struct world *world = *state;
    struct event given = { .kind = EVENT_CALL,
                           .line = "village",
                           .external_id = "call:13934567001:1",
                           .is_key_derived = true,
                           .from = "+8613934567001",
                           .received_at = 1 };
    struct event again = given, other = given;
    const char *error, *own;
    struct store *second = store_open(world, "sqlite::memory:", &error);

    other.external_id = "call:13934567002:1";
    assert_true(store_add_event(world->store, &given) && store_add_event(world->store, &again));
    assert_int_not_equal(given.id, 0);
    assert_int_equal(again.id, 0);
    assert_string_equal(given.external_id, "call:13934567001:1"); /* a retry seals it once, not twice */
    own = found(world, &(struct event_filter){ 0 });
    assert_int_equal(strspn(own, "0123456789abcdef"), 32);
    assert_true(store_add_event(world->store, &other));
    assert_int_not_equal(other.id, 0);
    /* another store has another secret, so that no table of keys fits two */
    assert_true(store_add_event(second, &given));
    talloc_free(world->store);
    world->store = second;
    assert_string_not_equal(found(world, &(struct event_filter){ 0 }), own);
}

static void a_filter_finds_what_it_names(void **state)
{
    struct world *world = *state;
    struct event second = text_event("b", "+862", "路", 20);

    add(world, text_event("a", "+861", "水", 10));
    second.line = "county";
    assert_true(store_add_event(world->store, &second));
    second.outcome = "failed";
    assert_true(store_finish_event(world->store, &second));
    add(world, text_event("c", "+861", "电", 30));
    assert_string_equal(found(world, &(struct event_filter){ 0 }), "a b c ");
    assert_string_equal(found(world, &(struct event_filter){ .after_id = second.id }), "c ");
    assert_string_equal(found(world, &(struct event_filter){ .from = "+861" }), "a c ");
    assert_string_equal(found(world, &(struct event_filter){ .outcome = "failed" }), "b ");
    assert_string_equal(found(world, &(struct event_filter){ .line = "county" }), "b ");
    assert_string_equal(found(world, &(struct event_filter){ .since = 20 }), "b c ");
    assert_string_equal(found(world, &(struct event_filter){ .limit = 1 }), "a ");
}

static void the_last_text_of_a_sender_is_before_this_one(void **state)
{
    struct world *world = *state;
    struct event *last, call = {
        .kind = EVENT_CALL, .line = "village", .external_id = "x", .from = "+861", .received_at = 25
    };
    int64_t third;

    add(world, text_event("a", "+861", "水", 10));
    add(world, text_event("b", "+862", "路", 20));
    add(world, call);
    third = add(world, text_event("c", "+861", "电", 30));
    assert_true(store_last_text(world->store, world, "+861", third, &last));
    assert_string_equal(last->text, "水");
    assert_true(store_last_text(world->store, world, "+862", 1, &last));
    assert_null(last);
}

static void texts_said_again_are_counted(void **state)
{
    struct world *world = *state;
    int count;

    add(world, text_event("a", "+861", "水", 10));
    add(world, text_event("b", "+861", "水", 20));
    add(world, text_event("c", "+861", "路", 20));
    add(world, text_event("d", "+862", "水", 20));
    add(world, text_event("e", "+861", "水", 30));
    assert_true(store_count_same_text(world->store, "+861", "水", 20, &count));
    assert_int_equal(count, 2);
}

static struct event part_event(const char *key, int reference, int total, int sequence, const char *text,
                               int64_t at)
{
    struct event part = text_event(key, "+861", text, at);

    part.kind = EVENT_PART;
    part.reference = reference;
    part.total = total;
    part.sequence = sequence;
    return part;
}

/* Adds a part as an event and to its group; late after 0 means that delivered groups of any age count. */
static struct part_group *put(struct world *world, const char *key, int reference, int total, int sequence,
                              const char *text, int64_t at, int64_t late_after, bool *is_repeat)
{
    struct event part = part_event(key, reference, total, sequence, text, at);
    struct part_group *group;

    assert_true(store_add_event(world->store, &part));
    assert_int_not_equal(part.id, 0);
    assert_true(store_add_part(world->store, world, &part, late_after, &group, is_repeat));
    assert_non_null(group);
    return group;
}

/* The texts of a group with | between them and - for what is missing. */
static const char *joined(struct world *world, int64_t group_id, int total)
{
    const char **texts;
    int64_t *event_ids;
    char *all = talloc_strdup(world, "");

    assert_true(store_group_texts(world->store, world, group_id, total, &texts, &event_ids));
    for (int i = 0; i < total; i++) {
        assert_int_equal(texts[i] != NULL, event_ids[i] != 0);
        all = talloc_asprintf_append(all, "%s|", texts[i] ? texts[i] : "-");
    }
    return all;
}

/* The same struct, as a line that submits it again would hand it over. */
static void an_event_brought_again_has_no_id(void **state)
{
    struct event event = { .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = "again",
                           .from = "+8613900000001",
                           .text = "水",
                           .outcome = "",
                           .why = "" };

    struct world *world = *state;

    assert_true(store_add_event(world->store, &event));
    assert_true(event.id > 0);
    assert_true(store_add_event(world->store, &event));
    assert_int_equal(event.id, 0);
}

static void parts_out_of_order_make_one_message(void **state)
{
    bool is_repeat;
    struct part_group *group = put(*state, "a", 7, 3, 3, "丙", 10, 0, &is_repeat);

    assert_int_equal(group->present, 1);
    assert_string_equal(group->line, "village");
    assert_string_equal(group->from, "+861");
    assert_null(group->to);
    assert_int_equal(group->first_at, 10);
    assert_string_equal(joined(*state, group->id, 3), "-|-|丙|");
    group = put(*state, "b", 7, 3, 1, "甲", 11, 0, &is_repeat);
    assert_int_equal(group->present, 2);
    assert_int_equal(group->first_at, 10);
    group = put(*state, "c", 7, 3, 2, "乙", 12, 0, &is_repeat);
    assert_int_equal(group->present, 3);
    assert_false(is_repeat);
    assert_string_equal(joined(*state, group->id, 3), "甲|乙|丙|");
}

static void parts_survive_a_restart(void **state)
{
    struct world *world = *state;
    bool is_repeat;
    int64_t first = put(world, "a", 7, 2, 1, "甲", 10, 0, &is_repeat)->id;

    open_again(world);
    struct part_group *group = put(world, "b", 7, 2, 2, "乙", 20, 0, &is_repeat);
    assert_int_equal(group->id, first);
    assert_int_equal(group->present, 2);
    assert_string_equal(joined(world, first, 2), "甲|乙|");
}

static void a_part_brought_again_is_a_repeat(void **state)
{
    struct world *world = *state;
    bool is_repeat;
    int64_t first = put(world, "a", 7, 2, 1, "甲", 10, 0, &is_repeat)->id;
    struct part_group *again = put(world, "b", 7, 2, 1, "甲", 11, 0, &is_repeat);

    assert_true(is_repeat);
    assert_int_equal(again->id, first);
    assert_int_equal(again->present, 1);
    assert_true(store_deliver_group(world->store, first, 0));
    put(world, "c", 7, 2, 1, "甲", 12, 0, &is_repeat);
    assert_true(is_repeat);
}

static void a_reference_used_again_starts_another_message(void **state)
{
    bool is_repeat;
    int64_t first = put(*state, "a", 7, 2, 1, "甲", 10, 0, &is_repeat)->id;
    struct part_group *second = put(*state, "b", 7, 2, 1, "子", 1000, 0, &is_repeat);

    assert_false(is_repeat);
    assert_int_not_equal(second->id, first);
    assert_int_equal(second->present, 1);
}

static void of_two_unfinished_messages_the_nearer_in_time_gets_the_part(void **state)
{
    bool is_repeat;
    int64_t first = put(*state, "a", 7, 2, 1, "甲", 10, 0, &is_repeat)->id;
    int64_t second = put(*state, "b", 7, 2, 1, "子", 1000, 0, &is_repeat)->id;

    assert_int_equal(put(*state, "c", 7, 2, 2, "丑", 1001, 0, &is_repeat)->id, second);
    assert_int_equal(put(*state, "d", 7, 2, 2, "乙", 1002, 0, &is_repeat)->id, first);
    assert_string_equal(joined(*state, first, 2), "甲|乙|");
    assert_string_equal(joined(*state, second, 2), "子|丑|");
}

static void another_total_or_sender_is_another_message(void **state)
{
    struct world *world = *state;
    struct event part = part_event("c", 7, 2, 1, "甲", 10);
    struct part_group *other;
    bool is_repeat;
    int64_t first = put(world, "a", 7, 2, 1, "甲", 10, 0, &is_repeat)->id;

    assert_int_not_equal(put(world, "b", 7, 3, 1, "甲", 10, 0, &is_repeat)->id, first);
    assert_false(is_repeat);
    part.from = "+862";
    assert_true(store_add_event(world->store, &part));
    assert_true(store_add_part(world->store, world, &part, 0, &other, &is_repeat));
    assert_int_not_equal(other->id, first);
    assert_false(is_repeat);
}

static void a_late_part_finds_the_case_its_message_became(void **state)
{
    struct world *world = *state;
    bool is_repeat;
    int64_t case_id = open_case(world), first = put(world, "a", 7, 2, 1, "甲", 10, 0, &is_repeat)->id;

    assert_true(store_deliver_group(world->store, first, case_id));
    struct part_group *late = put(world, "b", 7, 2, 2, "乙", 500, 9, &is_repeat);
    assert_int_equal(late->id, first);
    assert_true(late->is_delivered);
    assert_int_equal(late->case_id, case_id);
    assert_int_equal(late->present, 2);
    assert_false(is_repeat);
}

static void a_part_too_late_for_its_message_starts_another(void **state)
{
    struct world *world = *state;
    bool is_repeat;
    int64_t first = put(world, "a", 7, 2, 1, "甲", 10, 0, &is_repeat)->id;

    assert_true(store_deliver_group(world->store, first, 0));
    assert_int_not_equal(put(world, "b", 7, 2, 2, "乙", 500, 10, &is_repeat)->id, first);
    assert_int_not_equal(put(world, "c", 7, 2, 1, "甲", 501, 10, &is_repeat)->id, first);
    assert_false(is_repeat);
}

static void a_message_that_waits_goes_before_one_delivered(void **state)
{
    struct world *world = *state;
    bool is_repeat;
    int64_t first = put(world, "a", 7, 2, 1, "甲", 10, 0, &is_repeat)->id, second;

    assert_true(store_deliver_group(world->store, first, 0));
    second = put(world, "b", 7, 2, 1, "子", 900, 0, &is_repeat)->id;
    assert_int_equal(put(world, "c", 7, 2, 2, "丑", 11, 0, &is_repeat)->id, second);
}

/* Monday and Friday: one phone, one reference for all it sends, one greeting. */
static void a_reference_used_again_on_another_day_joins_nothing_of_before(void **state)
{
    const int64_t monday = 1000000, friday = monday + 4 * INT64_C(86400);
    bool is_repeat;
    int64_t first = put(*state, "a", 1, 2, 1, "您好，", monday, 0, &is_repeat)->id, second;

    assert_int_equal(put(*state, "b", 1, 2, 2, "停水了", monday + 3, 0, &is_repeat)->id, first);
    second = put(*state, "c", 1, 2, 1, "您好，", friday, 0, &is_repeat)->id;
    assert_false(is_repeat);
    assert_int_not_equal(second, first);
    assert_int_equal(put(*state, "d", 1, 2, 2, "路断了", friday + 3, 0, &is_repeat)->id, second);
    assert_string_equal(joined(*state, first, 2), "您好，|停水了|");
    assert_string_equal(joined(*state, second, 2), "您好，|路断了|");
}

static void a_part_stamped_on_another_day_fills_no_gap(void **state)
{
    struct world *world = *state;
    bool is_repeat;
    int64_t first = put(world, "a", 7, 2, 1, "水管", 1000000, 0, &is_repeat)->id;

    assert_true(store_deliver_group(world->store, first, 0));
    assert_int_not_equal(put(world, "b", 7, 2, 2, "请修路", 1172800, 0, &is_repeat)->id, first);
    assert_int_equal(put(world, "c", 7, 2, 2, "坏了", 1000009, 0, &is_repeat)->id, first);
}

static void a_reference_of_16_bits_is_another_than_one_of_8(void **state)
{
    bool is_repeat;
    int64_t narrow = put(*state, "a", 5, 2, 1, "甲", 10, 0, &is_repeat)->id;

    assert_int_not_equal(put(*state, "b", 5 + PART_WIDE, 2, 2, "乙", 10, 0, &is_repeat)->id, narrow);
}

static void a_part_outside_its_total_is_refused(void **state)
{
    struct world *world = *state;
    struct event none = part_event("a", 7, 2, 0, "甲", 10), third = part_event("b", 7, 2, 3, "甲", 10);
    struct part_group *group;
    bool is_repeat;

    assert_true(store_add_event(world->store, &none) && store_add_event(world->store, &third));
    assert_false(store_add_part(world->store, world, &none, 0, &group, &is_repeat));
    assert_false(store_add_part(world->store, world, &third, 0, &group, &is_repeat));
    assert_string_equal(store_error(world->store), "there cannot be a part 3 of 2");
}

static void groups_that_wait_are_listed_by_arrival(void **state)
{
    struct world *world = *state;
    struct part_group *groups;
    bool is_repeat;
    int64_t oldest;
    size_t n;

    assert_true(store_oldest_waiting(world->store, &oldest));
    assert_int_equal(oldest, 0);
    put(world, "a", 1, 2, 1, "甲", 30, 0, &is_repeat);
    put(world, "b", 2, 2, 1, "甲", 20, 0, &is_repeat);
    assert_true(store_deliver_group(world->store, put(world, "c", 3, 2, 1, "甲", 10, 0, &is_repeat)->id, 0));
    assert_true(store_oldest_waiting(world->store, &oldest));
    assert_int_equal(oldest, 20);
    assert_true(store_waiting_groups(world->store, world, 30, &groups, &n));
    assert_int_equal(n, 1);
    assert_int_equal(groups[0].reference, 2);
    assert_true(store_waiting_groups(world->store, world, 31, &groups, &n));
    assert_int_equal(n, 2);
    assert_int_equal(groups[1].reference, 1);
}

static void a_finished_message_of_parts_is_its_senders_last_text(void **state)
{
    struct world *world = *state;
    struct event first = part_event("a", 7, 2, 1, "甲", 10), second = part_event("b", 7, 2, 2, "乙", 11),
                 *last;

    first.outcome = "joined";
    second.outcome = "case";
    assert_true(store_add_event(world->store, &first) && store_finish_event(world->store, &first));
    assert_true(store_last_text(world->store, world, "+861", 100, &last));
    assert_null(last);
    assert_true(store_add_event(world->store, &second) && store_finish_event(world->store, &second));
    assert_true(store_last_text(world->store, world, "+861", 100, &last));
    assert_int_equal(last->id, second.id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_event_keeps_every_field),
        TEST(an_event_brought_twice_is_kept_once),
        TEST(a_derived_key_is_kept_sealed_and_still_known),
        TEST(the_same_key_on_another_line_is_another_event),
        TEST(kinds_are_written_by_name),
        TEST(a_filter_finds_what_it_names),
        TEST(the_last_text_of_a_sender_is_before_this_one),
        TEST(texts_said_again_are_counted),
        TEST(a_reference_used_again_on_another_day_joins_nothing_of_before),
        TEST(a_part_stamped_on_another_day_fills_no_gap),
        TEST(a_reference_of_16_bits_is_another_than_one_of_8),
        TEST(an_event_brought_again_has_no_id),
        TEST(parts_out_of_order_make_one_message),
        TEST(parts_survive_a_restart),
        TEST(a_part_brought_again_is_a_repeat),
        TEST(a_reference_used_again_starts_another_message),
        TEST(of_two_unfinished_messages_the_nearer_in_time_gets_the_part),
        TEST(another_total_or_sender_is_another_message),
        TEST(a_late_part_finds_the_case_its_message_became),
        TEST(a_part_too_late_for_its_message_starts_another),
        TEST(a_message_that_waits_goes_before_one_delivered),
        TEST(a_part_outside_its_total_is_refused),
        TEST(groups_that_wait_are_listed_by_arrival),
        TEST(a_finished_message_of_parts_is_its_senders_last_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
