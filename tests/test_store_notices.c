#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "store/cases.h"
#include "store/notices.h"
#include "store/people.h"
#include "store/steps.h"
#include "tests/support/placed.h"

static int open_world(void **state)
{
    const char *error = NULL;
    void *mem = talloc_new(NULL);

    *state = store_open(mem, "sqlite::memory:", &error);
    if (!*state)
        fail_msg("%s", error);
    return 0;
}

static int close_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static int64_t add(struct store *store, const char *text, const char *line, enum notice_priority priority,
                   int64_t due_at)
{
    struct notice notice = { .to = "+861",
                             .text = text,
                             .name = "send",
                             .line = line,
                             .priority = priority,
                             .due_at = due_at,
                             .created_at = 1 };

    assert_true(store_add_notice(store, &notice));
    return notice.id;
}

static struct notice *notice(struct store *store, int64_t id)
{
    struct notice *notice;

    assert_true(store_notice(store, talloc_parent(store), id, &notice));
    return notice;
}

/* Texts of what a line claims in quiet hours (0: not in quiet hours), with a space after each. */
static const char *claim_quietly(struct store *store, const char *line, bool takes_any, int64_t now,
                                 int64_t quiet_until, int limit, int64_t *next_due)
{
    void *mem = talloc_parent(store);
    struct notice *notices;
    size_t n;
    char *texts = talloc_strdup(mem, "");

    assert_true(store_claim_notices(store, mem, line, takes_any, now, quiet_until, now + 60, limit, &notices,
                                    &n, next_due));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(notices[i].state, NOTICE_CLAIMED);
        assert_int_equal(notices[i].lease_until, now + 60);
        texts = talloc_asprintf_append(texts, "%s ", notices[i].text);
    }
    return texts;
}

static const char *claim(struct store *store, const char *line, bool takes_any, int64_t now, int limit,
                         int64_t *next_due)
{
    return claim_quietly(store, line, takes_any, now, 0, limit, next_due);
}

/* Claims all that is due for "village" and arms one, of so many parts. */
static int64_t armed_parts(struct store *store, const char *text, int parts, int64_t at)
{
    int64_t next_due, id = add(store, text, "village", PRIORITY_NOTICE, 50);
    bool is_armed;

    claim(store, "village", false, at, 10, &next_due);
    assert_true(store_arm_notice(store, id, parts, parts, at, &is_armed));
    assert_true(is_armed);
    return id;
}

static int64_t armed(struct store *store, const char *text)
{
    return armed_parts(store, text, 1, 100);
}

static int64_t sent(struct store *store, const char *text, int reference, int64_t at)
{
    int64_t id = armed_parts(store, text, 1, at);

    assert_true(store_set_reference(store, id, 1, 1, reference));
    assert_true(store_sent_notice(store, id, 1, reference, at));
    return id;
}

static int64_t unknown(struct store *store, const char *text, int64_t at)
{
    int64_t id = armed_parts(store, text, 1, at);

    assert_true(store_unknown_notice(store, id, "no answer", at + 60));
    return id;
}

static void a_notice_keeps_every_field(void **state)
{
    struct case_ case_ = {
        .number = "26000013", .reporter = "+861", .line = "village", .topic = "water", .text = "水"
    };
    struct notice given = { .to = "+861",
                            .text = "收到",
                            .name = "received",
                            .line = "village",
                            .priority = PRIORITY_BULK,
                            .due_at = 5,
                            .created_at = 4 };

    assert_true(store_open_case(*state, &case_));
    struct step step = { .case_id = case_.id, .kind = "received" };
    place_kinds(*state, "received");
    assert_true(store_add_step(*state, &step));
    given.case_id = case_.id;
    given.step_id = step.id;
    assert_true(store_add_notice(*state, &given));
    struct notice *kept = notice(*state, given.id);
    assert_string_equal(kept->to, "+861");
    assert_string_equal(kept->text, "收到");
    assert_string_equal(kept->name, "received");
    assert_string_equal(kept->line, "village");
    assert_int_equal(kept->state, NOTICE_READY);
    assert_int_equal(kept->priority, PRIORITY_BULK);
    assert_int_equal(kept->due_at, 5);
    assert_int_equal(kept->created_at, 4);
    assert_int_equal(kept->reference, -1);
    assert_int_equal(kept->attempts, 0);
    assert_int_equal(kept->case_id, case_.id);
    assert_int_equal(kept->step_id, step.id);
    assert_int_equal(kept->event_id, 0);
    assert_int_equal(kept->sent_at, 0);
    assert_string_equal(kept->why, "");
}

static void a_notice_that_is_not_there_is_null(void **state)
{
    assert_null(notice(*state, 5));
}

static void answers_go_first_then_by_age(void **state)
{
    int64_t next_due;

    add(*state, "bulk", "", PRIORITY_BULK, 1);
    add(*state, "young", "", PRIORITY_NOTICE, 20);
    add(*state, "old", "village", PRIORITY_NOTICE, 10);
    add(*state, "answer", "", PRIORITY_ANSWER, 30);
    assert_string_equal(claim(*state, "village", true, 100, 3, &next_due), "answer old young ");
    assert_string_equal(claim(*state, "village", true, 100, 3, &next_due), "bulk ");
    assert_string_equal(claim(*state, "village", true, 100, 3, &next_due), "");
    assert_int_equal(next_due, 160); /* the leases of what is claimed end */
}

static void a_line_takes_its_own_and_when_it_may_what_any_may_take(void **state)
{
    int64_t next_due;

    add(*state, "mine", "village", PRIORITY_NOTICE, 1);
    add(*state, "any", "", PRIORITY_NOTICE, 1);
    add(*state, "other", "county", PRIORITY_NOTICE, 1);
    assert_string_equal(claim(*state, "village", false, 100, 9, &next_due), "mine ");
    assert_string_equal(claim(*state, "village", true, 100, 9, &next_due), "any ");
    assert_string_equal(claim(*state, "county", true, 100, 9, &next_due), "other ");
}

static void what_is_not_due_waits_and_says_when(void **state)
{
    int64_t next_due;

    add(*state, "later", "village", PRIORITY_ANSWER, 300);
    add(*state, "soon", "", PRIORITY_BULK, 200);
    add(*state, "elsewhere", "county", PRIORITY_BULK, 150);
    assert_string_equal(claim(*state, "village", true, 100, 9, &next_due), "");
    assert_int_equal(next_due, 200);
    assert_string_equal(claim(*state, "village", true, 200, 9, &next_due), "soon ");
    assert_int_equal(next_due, 260); /* its lease ends, should it never be armed */
    assert_string_equal(claim(*state, "village", true, 260, 9, &next_due), "soon ");
    assert_int_equal(next_due, 300);
}

static void in_quiet_hours_only_what_goes_at_any_hour_is_claimed(void **state)
{
    struct notice urgent = { .to = "+861",
                             .text = "urgent",
                             .name = "assigned",
                             .line = "",
                             .priority = PRIORITY_NOTICE,
                             .any_hour = true,
                             .due_at = 60 };
    int64_t next_due;

    add(*state, "held", "village", PRIORITY_NOTICE, 50);
    add(*state, "later", "village", PRIORITY_NOTICE, 150);
    assert_true(store_add_notice(*state, &urgent));
    assert_string_equal(claim_quietly(*state, "village", true, 100, 900, 9, &next_due), "urgent ");
    assert_int_equal(next_due, 160); /* its lease ends */
    assert_string_equal(claim_quietly(*state, "county", true, 100, 900, 9, &next_due), "");
    assert_string_equal(claim_quietly(*state, "village", true, 200, 900, 9, &next_due), "urgent ");
    assert_string_equal(claim(*state, "village", true, 900, 9, &next_due), "held urgent later ");
}

static void without_urgent_notices_a_line_wakes_when_the_quiet_hours_end(void **state)
{
    int64_t next_due;

    add(*state, "held", "village", PRIORITY_NOTICE, 50);
    assert_string_equal(claim_quietly(*state, "village", true, 100, 900, 9, &next_due), "");
    assert_int_equal(next_due, 900);
}

static void a_lease_that_ran_out_is_claimed_again_but_not_armed(void **state)
{
    int64_t next_due, id = add(*state, "a", "village", PRIORITY_NOTICE, 1);
    bool is_armed;

    assert_string_equal(claim(*state, "village", false, 100, 9, &next_due), "a ");
    assert_true(store_arm_notice(*state, id, 1, 1, 160, &is_armed));
    assert_false(is_armed);
    assert_string_equal(claim(*state, "village", false, 159, 9, &next_due), "");
    assert_string_equal(claim(*state, "village", false, 160, 9, &next_due), "a ");
    assert_true(store_arm_notice(*state, id, 1, 1, 161, &is_armed));
    assert_true(is_armed);
}

static void add_case_of(struct store *store, const char *number, const char *reporter, int64_t received_at)
{
    struct case_ case_ = { .number = number,
                           .reporter = reporter,
                           .line = "village",
                           .topic = "water",
                           .text = "水",
                           .received_at = received_at };

    assert_true(store_open_case(store, &case_));
}

/* Arms one about the case that its recipient reported at that moment (0: about none); whether it may be sent.
 */
static bool arms(struct store *store, const char *to, int64_t own_case_at, int64_t *id)
{
    struct notice one = { .to = to, .text = "x", .name = "closed", .line = "village", .due_at = 1 };
    int64_t next_due;
    bool is_armed;

    if (!*id) {
        one.own_case_at = own_case_at;
        assert_true(store_add_notice(store, &one));
        *id = one.id;
    }
    assert_string_equal(claim(store, "village", false, 1000, 9, &next_due), "x ");
    assert_true(store_arm_notice(store, *id, 1, 1, 1000, &is_armed));
    return is_armed;
}

static void a_text_about_a_case_of_the_numbers_former_owner_is_never_sent(void **state)
{
    static const char phone[] = "+8613800000009";
    int64_t tried = 0, of_another = 0, after = 0, at_once = 0, none = 0;
    struct store *store = *state;

    add_case_of(store, "26000013", phone, 1);
    add_case_of(store, "26000026", phone, 499);
    add_case_of(store, "26000039", phone, 500);
    add_case_of(store, "26000041", phone, 501);
    assert_true(arms(store, phone, 499, &tried));
    assert_true(store_see_person(store, phone, "village", 1));
    assert_true(store_set_owner_since(store, phone, 500));
    /* refused when it was sent before the number changed hands: it would be tried again */
    assert_true(store_retry_notice(store, tried, 0, 1, "refused"));
    assert_false(arms(store, phone, 0, &tried));
    assert_int_equal(notice(store, tried)->state, NOTICE_CANCELLED);
    assert_string_equal(notice(store, tried)->why, "the case is not of who has this number now");
    assert_false(arms(store, phone, 1, &of_another));
    assert_true(arms(store, phone, 500, &at_once));
    assert_true(arms(store, phone, 501, &after));
    assert_true(arms(store, phone, 0, &none));
}

/* The case was moved to another number, or its reporter was erased. */
static void a_text_about_a_case_that_has_another_reporter_is_never_sent(void **state)
{
    int64_t id = 0, own = 0;
    struct store *store = *state;

    add_case_of(store, "26000013", "+8613800000008", 7);
    assert_false(arms(store, "+8613800000009", 7, &id));
    assert_int_equal(notice(store, id)->state, NOTICE_CANCELLED);
    assert_true(arms(store, "+8613800000008", 7, &own));
}

static void only_the_claim_that_holds_a_notice_gives_it_back(void **state)
{
    int64_t next_due, id = add(*state, "a", "village", PRIORITY_NOTICE, 1);
    bool is_armed;

    assert_string_equal(claim(*state, "village", false, 100, 9, &next_due), "a ");
    assert_string_equal(claim(*state, "village", false, 160, 9, &next_due), "a ");
    assert_true(store_arm_notice(*state, id, 1, 1, 161, &is_armed));
    assert_true(store_release_notice(*state, id, 160));
    assert_int_equal(notice(*state, id)->state, NOTICE_ARMED);
    assert_true(store_release_notice(*state, id, 220));
    assert_int_equal(notice(*state, id)->state, NOTICE_READY);
    assert_int_equal(notice(*state, id)->attempts, 0);
}

static void a_notice_is_armed_once(void **state)
{
    int64_t id = armed(*state, "a");
    bool is_armed;

    assert_true(store_arm_notice(*state, id, 1, 1, 100, &is_armed));
    assert_false(is_armed);
    assert_int_equal(notice(*state, id)->attempts, 1);
    assert_int_equal(notice(*state, id)->state, NOTICE_ARMED);
}

static void what_was_sent_keeps_its_reference_and_time(void **state)
{
    struct notice *kept = notice(*state, sent(*state, "a", 17, 101));

    assert_int_equal(kept->state, NOTICE_SENT);
    assert_int_equal(kept->reference, 17);
    assert_int_equal(kept->parts, 1);
    assert_int_equal(kept->sent_at, 101);
}

static void what_certainly_failed_goes_back_with_its_reason(void **state)
{
    int64_t next_due, id = armed(*state, "a");

    assert_true(store_retry_notice(*state, id, 0, 500, "+CMS ERROR: 38"));
    struct notice *kept = notice(*state, id);
    assert_int_equal(kept->state, NOTICE_READY);
    assert_int_equal(kept->due_at, 500);
    assert_int_equal(kept->attempts, 1);
    assert_string_equal(kept->why, "+CMS ERROR: 38");
    assert_string_equal(claim(*state, "village", false, 499, 9, &next_due), "");
    assert_string_equal(claim(*state, "village", false, 500, 9, &next_due), "a ");
}

static void what_was_sent_is_not_put_back(void **state)
{
    int64_t id = sent(*state, "a", 17, 101);

    assert_true(store_retry_notice(*state, id, 0, 500, "late error"));
    assert_int_equal(notice(*state, id)->state, NOTICE_SENT);
}

static void a_start_readies_the_claimed_and_doubts_the_armed(void **state)
{
    int readied, unknown;
    int64_t next_due, doubtful = armed(*state, "a"),
                      claimed = add(*state, "b", "village", PRIORITY_NOTICE, 1);
    int64_t done = sent(*state, "c", 3, 100);

    claim(*state, "village", false, 100, 9, &next_due);
    assert_true(store_recover_notices(*state, 200, &readied, &unknown));
    assert_int_equal(readied, 1);
    assert_int_equal(unknown, 1);
    assert_int_equal(notice(*state, claimed)->state, NOTICE_READY);
    assert_int_equal(notice(*state, doubtful)->state, NOTICE_UNKNOWN);
    assert_int_equal(notice(*state, doubtful)->settled_at, 200);
    assert_string_not_equal(notice(*state, doubtful)->why, "");
    assert_int_equal(notice(*state, done)->state, NOTICE_SENT);
    assert_string_equal(claim(*state, "village", false, 300, 9, &next_due), "b ");
}

/* Sends parts 1 and 2 of four, and the program ends; then part 3, and it ends again. */
static void a_start_sends_the_parts_that_were_never_armed_and_no_other(void **state)
{
    struct store *store = *state;
    int64_t next, id = add(store, "a", "", PRIORITY_NOTICE, 1);
    int readied, unknown, taken;
    bool is_armed;

    assert_string_equal(claim(store, "village", true, 100, 9, &next), "a ");
    assert_true(store_arm_notice(store, id, 4, 1, 100, &is_armed) && is_armed);
    assert_true(store_arm_part(store, id, 2, 17, 103, &is_armed) && is_armed);
    assert_true(store_recover_notices(store, 200, &readied, &unknown));
    assert_int_equal(readied, 1);
    assert_int_equal(unknown, 0);
    assert_int_equal(notice(store, id)->state, NOTICE_READY);
    assert_int_equal(notice(store, id)->parts_sent, 2);
    assert_string_equal(notice(store, id)->line, "village");
    assert_true(store_count_taken_parts(store, id, &taken));
    assert_int_equal(taken, 1);
    assert_true(store_arm_part(store, id, 3, -1, 201, &is_armed));
    assert_false(is_armed); /* the former program is gone */

    assert_string_equal(claim(store, "village", false, 300, 9, &next), "a ");
    assert_true(store_arm_notice(store, id, 4, 3, 301, &is_armed) && is_armed);
    assert_true(store_recover_notices(store, 400, &readied, &unknown));
    assert_int_equal(notice(store, id)->parts_sent, 3);

    assert_string_equal(claim(store, "village", false, 500, 9, &next), "a ");
    assert_true(store_arm_notice(store, id, 4, 4, 501, &is_armed) && is_armed);
    assert_true(store_recover_notices(store, 600, &readied, &unknown));
    assert_int_equal(readied, 0);
    assert_int_equal(unknown, 1);
    assert_int_equal(notice(store, id)->state, NOTICE_UNKNOWN);
    assert_true(store_count_armed(store, "village", 0, 1000, &taken));
    assert_int_equal(taken, 4);
}

static void an_answer_that_comes_late_settles_the_unknown(void **state)
{
    int64_t id = armed(*state, "a");

    assert_true(store_settle_notice(*state, id, NOTICE_UNKNOWN, "no answer", 160));
    assert_string_equal(notice(*state, id)->why, "no answer");
    assert_true(store_sent_notice(*state, id, 1, 9, 170));
    struct notice *kept = notice(*state, id);
    assert_int_equal(kept->state, NOTICE_SENT);
    assert_int_equal(kept->settled_at, 0);
    assert_string_equal(kept->why, "");
}

static void the_delivered_and_the_cancelled_stay_so(void **state)
{
    int64_t id = sent(*state, "a", 9, 101);

    assert_true(store_settle_notice(*state, id, NOTICE_DELIVERED, "", 160));
    assert_true(store_settle_notice(*state, id, NOTICE_FAILED, "late", 170));
    assert_int_equal(notice(*state, id)->state, NOTICE_DELIVERED);
    assert_int_equal(notice(*state, id)->settled_at, 160);
}

static void only_finished_notices_are_blanked(void **state)
{
    int64_t waiting = add(*state, "code 123456", "county", PRIORITY_ANSWER, 1),
            done = sent(*state, "code 654321", 1, 101);

    assert_true(store_blank_notice(*state, waiting, "code ******"));
    assert_true(store_blank_notice(*state, done, "code ******"));
    assert_string_equal(notice(*state, waiting)->text, "code 123456");
    assert_string_equal(notice(*state, done)->text, "code ******");
}

static int64_t add_code(struct store *store, const char *name, int64_t case_id)
{
    struct notice notice = { .to = "+861",
                             .text = "确认请回123456",
                             .data = "{\"code\":\"123456\"}",
                             .name = name,
                             .line = "village",
                             .due_at = 1,
                             .created_at = 1,
                             .case_id = case_id };

    assert_true(store_add_notice(store, &notice));
    return notice.id;
}

static void has_no_code(struct store *store, int64_t id, enum notice_state state)
{
    assert_int_equal(notice(store, id)->state, state);
    assert_null(strstr(notice(store, id)->text, "123456"));
    assert_string_equal(notice(store, id)->data, "");
}

static void a_one_time_code_outlives_no_notice(void **state)
{
    struct store *store = *state;
    struct case_ case_ = {
        .number = "26000013", .reporter = "+861", .line = "village", .topic = "water", .text = "水"
    };
    int64_t crashed, unknown, failed, recalled, cancelled, next;
    int readied, lost, n;
    bool is_so;

    assert_true(store_open_case(store, &case_));
    crashed = add_code(store, "confirm", 0);
    unknown = add_code(store, "confirm-sender", 0);
    failed = add_code(store, "confirm", 0);
    claim(store, "village", false, 10, 3, &next);
    assert_true(store_arm_notice(store, unknown, 1, 1, 11, &is_so) && is_so);
    assert_true(store_unknown_notice(store, unknown, "no answer", 12));
    assert_true(store_arm_notice(store, failed, 1, 1, 11, &is_so) && is_so);
    assert_true(store_settle_notice(store, failed, NOTICE_FAILED, "refused", 12));
    assert_true(store_arm_notice(store, crashed, 1, 1, 11, &is_so) && is_so);
    assert_true(store_recover_notices(store, 20, &readied, &lost));
    assert_int_equal(lost, 1);
    recalled = add_code(store, "confirm", 0);
    assert_true(store_recall_notice(store, recalled, 30, &is_so) && is_so);
    cancelled = add_code(store, "confirm", case_.id);
    assert_true(store_cancel_notices(store, case_.id, 0, 40, &n));
    has_no_code(store, crashed, NOTICE_UNKNOWN);
    has_no_code(store, unknown, NOTICE_UNKNOWN);
    has_no_code(store, failed, NOTICE_FAILED);
    has_no_code(store, recalled, NOTICE_CANCELLED);
    has_no_code(store, cancelled, NOTICE_CANCELLED);
    /* any other text stays */
    recalled = add(store, "号码123456", "village", PRIORITY_ANSWER, 1);
    assert_true(store_recall_notice(store, recalled, 30, &is_so) && is_so);
    assert_string_equal(notice(store, recalled)->text, "号码123456");
}

static void unsent_notices_of_a_case_or_step_are_recalled(void **state)
{
    struct case_ case_ = {
        .number = "26000013", .reporter = "+861", .line = "village", .topic = "water", .text = "水"
    };
    int n;
    bool is_armed;
    int64_t next_due, other;

    assert_true(store_open_case(*state, &case_));
    place_kinds(*state, "shown");
    for (int i = 0; i < 3; i++) {
        struct step step = { .case_id = case_.id, .kind = "shown" };
        assert_true(store_add_step(*state, &step));
        struct notice notice = { .to = "+861",
                                 .text = "t",
                                 .name = "shown",
                                 .line = "village",
                                 .case_id = case_.id,
                                 .step_id = step.id,
                                 .due_at = 1 };
        assert_true(store_add_notice(*state, &notice));
    }
    other = add(*state, "other", "village", PRIORITY_BULK, 1);
    claim(*state, "village", false, 100, 1, &next_due);
    assert_true(store_cancel_notices(*state, case_.id, 1, 150, &n));
    assert_int_equal(n, 1);
    assert_true(store_arm_notice(*state, 1, 1, 1, 120, &is_armed));
    assert_false(is_armed);
    assert_true(store_cancel_notices(*state, case_.id, 0, 150, &n));
    assert_int_equal(n, 2);
    assert_int_equal(notice(*state, 2)->state, NOTICE_CANCELLED);
    assert_int_equal(notice(*state, 2)->settled_at, 150);
    assert_int_equal(notice(*state, other)->state, NOTICE_READY);
}

/* The report on a text that the centre took at sent_at. */
static struct pairing pair_at(struct store *store, const char *number, int reference, int status,
                              int64_t sent_at)
{
    const struct delivery_report report = { .line = "village",
                                            .number = number,
                                            .reference = reference,
                                            .status = status,
                                            .sent_at = sent_at,
                                            .at = sent_at + 5 };
    struct pairing pairing;

    assert_true(store_pair_report(store, talloc_parent(store), &report, &pairing));
    return pairing;
}

static struct pairing pair(struct store *store, const char *number, int reference, int status)
{
    return pair_at(store, number, reference, status, 103);
}

static void a_report_finds_its_notice_by_reference_and_number(void **state)
{
    int64_t first = sent(*state, "a", 1, 101), second = sent(*state, "b", 2, 102);
    struct pairing pairing = pair(*state, "+861", 1, 0);

    assert_int_equal(pairing.notice->id, first);
    assert_true(pairing.all_done);
    assert_false(pairing.any_failed);
    assert_int_equal(pair(*state, "+861", 2, 0).notice->id, second);
    assert_null(pair(*state, "+862", 1, 0).notice);
    assert_null(pair(*state, "+861", 3, 0).notice);
}

/* TP-MR is one octet of the line's: 600 texts bring each reference two or three times. */
enum { OUTSTANDING = 600, EVERY = 2 };

static void six_hundred_outstanding_to_one_number_are_told_apart(void **state)
{
    int64_t ids[OUTSTANDING];

    for (int i = 0; i < OUTSTANDING; i++)
        ids[i] = sent(*state, "x", i % 256, 10000 + EVERY * i);
    /* in any order: each report 7 s after its arming, the first 256 failed */
    for (int i = 0; i < OUTSTANDING; i++) {
        int n = i * 367 % OUTSTANDING;
        struct pairing pairing = pair_at(*state, "+861", n % 256, n < 256 ? 0x46 : 0, 10000 + EVERY * n + 7);

        assert_int_equal(pairing.notice->id, ids[n]);
        assert_true(pairing.all_done);
        assert_int_equal(pairing.any_failed, n < 256);
    }
}

/* As fast as a test's modem: the time says nothing, and reports come in the order of the texts. */
static void of_texts_of_one_moment_the_oldest_is_reported_first(void **state)
{
    int64_t ids[OUTSTANDING];

    for (int i = 0; i < OUTSTANDING; i++)
        ids[i] = sent(*state, "x", i % 256, 10000);
    for (int i = 0; i < OUTSTANDING; i++)
        assert_int_equal(pair_at(*state, "+861", i % 256, 0, 10001).notice->id, ids[i]);
}

static void a_repeated_report_changes_nothing_else(void **state)
{
    int64_t first = sent(*state, "a", 1, 1000), second = sent(*state, "b", 1, 1500);

    assert_int_equal(pair_at(*state, "+861", 1, 0x46, 1002).notice->id, first);
    struct pairing again = pair_at(*state, "+861", 1, 0x46, 1002);
    assert_int_equal(again.notice->id, first);
    assert_true(again.any_failed);
    struct pairing other = pair_at(*state, "+861", 1, 0, 1502);
    assert_int_equal(other.notice->id, second);
    assert_true(other.all_done);
    assert_false(other.any_failed);
}

static void a_report_on_a_text_of_another_time_fits_nothing(void **state)
{
    sent(*state, "a", 1, 100000);
    unknown(*state, "b", 100000);
    assert_null(pair_at(*state, "+861", 1, 0, 100000 - 4 * 86400).notice);
    assert_null(pair_at(*state, "+861", 2, 0, 100000 - 4 * 86400).notice);
    assert_null(pair_at(*state, "+861", 1, 0, 100000 + 1800).notice);
}

/* A centre that takes local time for UTC is eight hours off in China. */
static void a_centre_may_state_a_wrong_time_zone(void **state)
{
    int64_t id = sent(*state, "a", 1, 100000);

    assert_int_equal(pair_at(*state, "+861", 1, 0, 100000 + 8 * 3600 + 40).notice->id, id);
    assert_int_equal(pair_at(*state, "+861", 1, 0, 100000 - 14 * 3600 - 40).notice->id, id);
    assert_null(pair_at(*state, "+861", 1, 0, 100000 + 15 * 3600).notice);
    sent(*state, "b", 1, 102000);
    assert_null(pair_at(*state, "+861", 1, 0, 100000 + 8 * 3600).notice); /* which of them? */
}

static void a_message_is_done_when_every_part_is(void **state)
{
    int64_t id = armed_parts(*state, "long", 2, 100);

    assert_true(store_set_reference(*state, id, 1, 1, 10));
    assert_true(store_set_reference(*state, id, 1, 2, 11));
    assert_true(store_sent_notice(*state, id, 2, 10, 102));
    assert_false(pair(*state, "+861", 11, 0).all_done);
    struct pairing both = pair(*state, "+861", 10, 0x46);
    assert_true(both.all_done);
    assert_true(both.any_failed);
    assert_false(both.all_failed_for_now);
    assert_int_equal(both.notice->id, id);
}

static void a_report_that_it_is_still_tried_is_not_final(void **state)
{
    sent(*state, "a", 1, 101);
    assert_false(pair(*state, "+861", 1, 0x30).all_done);
    assert_true(pair(*state, "+861", 1, 0).all_done);
    assert_true(pair(*state, "+861", 1, 0x30).all_done);
}

/* 23.040 9.2.3.15: the first and the last status of each range. */
static void each_status_of_a_report_is_delivered_tried_or_failed(void **state)
{
    static const struct {
        int status;
        bool is_done, is_failed, is_for_now;
    } table[] = {
        { 0x00, true, false, false },  { 0x1F, true, false, false }, { 0x20, false, false, false },
        { 0x3F, false, false, false }, { 0x40, true, true, false },  { 0x5F, true, true, false },
        { 0x60, true, true, true },    { 0x7F, true, true, true },   { 0x80, true, true, false },
        { 0x9F, true, true, false },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int64_t id = sent(*state, talloc_asprintf(talloc_parent(*state), "text %zu", i), (int)i + 1, 101);
        struct pairing pairing = pair(*state, "+861", (int)i + 1, table[i].status);

        assert_int_equal(pairing.notice->id, id);
        if (pairing.all_done != table[i].is_done || pairing.any_failed != table[i].is_failed ||
            pairing.all_failed_for_now != table[i].is_for_now)
            fail_msg("0x%02X: %d %d %d", (unsigned)table[i].status, pairing.all_done, pairing.any_failed,
                     pairing.all_failed_for_now);
    }
}

static void a_report_settles_what_was_armed_and_never_answered(void **state)
{
    int64_t id = armed(*state, "a");

    assert_null(pair(*state, "+861", 77, 0).notice);
    assert_true(store_settle_notice(*state, id, NOTICE_UNKNOWN, "no answer", 160));
    struct pairing pairing = pair(*state, "+861", 77, 0);
    assert_int_equal(pairing.notice->id, id);
    assert_true(pairing.is_adopted);
    assert_true(pairing.all_done);
    assert_false(pairing.any_failed);
    pairing = pair(*state, "+861", 77, 0);
    assert_int_equal(pairing.notice->id, id);
    assert_null(pair(*state, "+862", 77, 0).notice);
}

/* Sends a text again after the network gave it up for now; the second time as reference. */
static void send_again(struct store *store, int64_t id, int reference, int64_t at)
{
    int64_t next_due;
    bool is_armed;

    assert_true(store_send_again(store, id, at, "status report: TP-ST 0x61"));
    claim(store, "village", false, at, 10, &next_due);
    assert_true(store_arm_notice(store, id, 1, 1, at, &is_armed));
    assert_true(is_armed);
    assert_true(store_set_reference(store, id, 2, 1, reference));
    assert_true(store_sent_notice(store, id, 1, reference, at));
}

static void a_report_on_a_former_attempt_is_not_taken_for_another_text(void **state)
{
    int64_t doubtful = unknown(*state, "a", 100), again = sent(*state, "b", 5, 110);
    struct pairing pairing = pair_at(*state, "+861", 5, 0x61, 112);

    assert_int_equal(pairing.notice->id, again);
    assert_true(pairing.all_failed_for_now);
    send_again(*state, again, 6, 120);
    pairing = pair_at(*state, "+861", 5, 0x61, 112); /* the network repeats it */
    assert_int_equal(pairing.notice->id, again);
    assert_false(pairing.all_done);
    assert_int_equal(notice(*state, doubtful)->state, NOTICE_UNKNOWN);
    pairing = pair_at(*state, "+861", 5, 0, 112); /* it arrived after all */
    assert_int_equal(pairing.notice->id, again);
    assert_true(pairing.all_done);
    assert_false(pairing.any_failed);
    pairing = pair_at(*state, "+861", 77, 0, 101);
    assert_int_equal(pairing.notice->id, doubtful);
}

static void what_was_armed_counts_until_it_is_given_back(void **state)
{
    int64_t next_due, id;
    int texts;

    sent(*state, "a", 1, 100);
    armed_parts(*state, "long", 10, 130);
    assert_true(store_count_armed(*state, "village", 100, 131, &texts));
    assert_int_equal(texts, 11);
    assert_true(store_count_armed(*state, "village", 101, 130, &texts));
    assert_int_equal(texts, 0);
    assert_true(store_count_armed(*state, "county", 0, 1000, &texts));
    assert_int_equal(texts, 0);
    id = armed(*state, "c");
    assert_true(store_release_notice(*state, id, 160));
    assert_true(store_count_armed(*state, "village", 100, 131, &texts));
    assert_int_equal(texts, 11);
    claim(*state, "village", false, 100, 9, &next_due);
}

static void the_rest_of_a_text_goes_by_the_same_line_and_counts_as_what_it_is(void **state)
{
    int64_t next_due, id = armed_parts(*state, "long", 3, 100);
    bool is_armed;
    int n;

    assert_true(store_set_reference(*state, id, 1, 1, 7));
    assert_true(store_partly_sent(*state, id, 3, 1, "village", 130, "+CMS ERROR: 28"));
    assert_int_equal(notice(*state, id)->state, NOTICE_READY);
    assert_true(store_reroute_notices(*state, "village"));
    assert_string_equal(notice(*state, id)->line, "village");
    assert_true(store_count_armed(*state, "village", 0, 1000, &n));
    assert_int_equal(n, 1);
    assert_string_equal(claim(*state, "village", false, 130, 9, &next_due), "long ");
    assert_int_equal(notice(*state, id)->parts_sent, 1);
    assert_true(store_arm_notice(*state, id, 3, 3, 130, &is_armed));
    assert_true(store_count_armed(*state, "village", 0, 1000, &n));
    assert_int_equal(n, 3);
    assert_true(store_count_taken_parts(*state, id, &n));
    assert_int_equal(n, 1);
    assert_true(store_set_reference(*state, id, 2, 2, 9));
    assert_true(store_set_reference(*state, id, 2, 3, -2));
    assert_true(store_count_taken_parts(*state, id, &n));
    assert_int_equal(n, 3);
    assert_true(store_sent_notice(*state, id, 3, -1, 140));
    assert_false(pair_at(*state, "+861", 7, 0, 101).all_done);
}

static void what_was_armed_is_listed_second_by_second(void **state)
{
    struct armed_second *seconds;
    size_t n;

    sent(*state, "a", 1, 100);
    armed_parts(*state, "long", 3, 130);
    sent(*state, "b", 2, 130);
    assert_true(store_armed_seconds(*state, talloc_parent(*state), "village", 100, 131, &seconds, &n));
    assert_int_equal(n, 2);
    assert_int_equal(seconds[0].at, 100);
    assert_int_equal(seconds[0].texts, 1);
    assert_int_equal(seconds[1].at, 130);
    assert_int_equal(seconds[1].texts, 4);
}

static bool append_text(const struct notice *found, void *arg)
{
    char **texts = arg;

    *texts = talloc_asprintf_append(*texts, "%s ", found->text);
    return true;
}

static const char *found(struct store *store, const struct notice_filter *filter)
{
    char *texts = talloc_strdup(talloc_parent(store), "");

    assert_true(store_each_notice(store, filter, append_text, &texts));
    return texts;
}

static void a_filter_finds_what_it_names(void **state)
{
    int64_t count, done = sent(*state, "a", 1, 101);

    add(*state, "b", "", PRIORITY_BULK, 1);
    add(*state, "c", "", PRIORITY_BULK, 1);
    assert_string_equal(found(*state, &(struct notice_filter){ 0 }), "a b c ");
    assert_string_equal(found(*state, &(struct notice_filter){ .after_id = done, .limit = 1 }), "b ");
    assert_string_equal(found(*state, &(struct notice_filter){ .states = 1 << NOTICE_SENT }), "a ");
    assert_string_equal(found(*state, &(struct notice_filter){ .to = "+862" }), "");
    assert_string_equal(found(*state, &(struct notice_filter){ .case_id = 5 }), "");
    assert_true(store_count_notices(*state, &(struct notice_filter){ .states = 1 << NOTICE_READY }, &count));
    assert_int_equal(count, 2);
    assert_string_equal(notice_state_name(NOTICE_UNKNOWN), "UNKNOWN");
}

static void a_notice_of_no_known_case_is_refused(void **state)
{
    struct notice notice = { .to = "+861", .text = "t", .name = "send", .case_id = 9 };

    assert_false(store_add_notice(*state, &notice));
    assert_non_null(strstr(store_error(*state), "FOREIGN KEY"));
}

/* As many of each state as its place in the list, and one more. */
static void notices_are_counted_by_state(void **state)
{
    int64_t counts[NOTICE_CANCELLED + 1], n;

    for (int kind = NOTICE_READY; kind <= NOTICE_CANCELLED; kind++)
        for (int i = 0; i <= kind; i++) {
            struct notice notice = {
                .to = "+861", .text = "x", .name = "send", .line = "", .state = (enum notice_state)kind
            };

            assert_true(store_add_notice(*state, &notice));
        }
    assert_true(store_tally_notices(*state, counts));
    for (int kind = NOTICE_READY; kind <= NOTICE_CANCELLED; kind++) {
        assert_int_equal(counts[kind], kind + 1);
        assert_true(store_count_notices(*state, &(struct notice_filter){ .states = 1u << kind }, &n));
        assert_int_equal(n, kind + 1);
    }
}

/* An id of ours that fits no more settles no other text to that number. */
static void a_receipt_with_an_id_of_ours_settles_only_that_text(void **state)
{
    const int64_t other = unknown(*state, "a", 100000);
    struct delivery_receipt receipt = {
        .line = "village", .external_id = "p-9", .number = "+861", .notice_id = other + 77, .at = 100010
    };
    struct pairing pairing;

    assert_true(store_pair_receipt(*state, talloc_parent(*state), &receipt, &pairing));
    assert_null(pairing.notice);
    assert_int_equal(notice(*state, other)->state, NOTICE_UNKNOWN);
    receipt.notice_id = 0;
    assert_true(store_pair_receipt(*state, talloc_parent(*state), &receipt, &pairing));
    assert_int_equal(pairing.notice->id, other);
}

/* A text of these parts, all of which the provider knows by one id; whether it failed once it is said to have
 * failed, and then to have arrived. */
static bool stays_failed(struct store *store, int parts, const char *external_id)
{
    int64_t id = armed_parts(store, external_id, parts, 100);
    struct delivery_receipt receipt = {
        .line = "village", .external_id = external_id, .number = "+861", .status = 0x46, .at = 110
    };
    struct pairing pairing;

    for (int i = 1; i <= parts; i++)
        assert_true(store_add_sent_id(store, id, "village", i, external_id, 100));
    assert_true(store_sent_notice(store, id, parts, -1, 102));
    assert_true(store_pair_receipt(store, talloc_parent(store), &receipt, &pairing));
    assert_int_equal(pairing.notice->id, id);
    assert_true(pairing.any_failed);
    receipt.status = 0;
    assert_true(store_pair_receipt(store, talloc_parent(store), &receipt, &pairing));
    assert_int_equal(pairing.notice->id, id);
    return pairing.any_failed;
}

/* Of several parts one arrived, and another did not. */
static void a_part_that_failed_stays_so_where_all_have_one_id(void **state)
{
    assert_true(stays_failed(*state, 2, "p-1"));
    assert_false(stays_failed(*state, 1, "p-2"));
    assert_true(stays_failed(*state, 3, "p-3"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_notice_keeps_every_field),
        TEST(a_notice_that_is_not_there_is_null),
        TEST(notices_are_counted_by_state),
        TEST(a_receipt_with_an_id_of_ours_settles_only_that_text),
        TEST(a_part_that_failed_stays_so_where_all_have_one_id),
        TEST(answers_go_first_then_by_age),
        TEST(a_line_takes_its_own_and_when_it_may_what_any_may_take),
        TEST(what_is_not_due_waits_and_says_when),
        TEST(in_quiet_hours_only_what_goes_at_any_hour_is_claimed),
        TEST(without_urgent_notices_a_line_wakes_when_the_quiet_hours_end),
        TEST(a_lease_that_ran_out_is_claimed_again_but_not_armed),
        TEST(only_the_claim_that_holds_a_notice_gives_it_back),
        TEST(a_text_about_a_case_of_the_numbers_former_owner_is_never_sent),
        TEST(a_text_about_a_case_that_has_another_reporter_is_never_sent),
        TEST(a_notice_is_armed_once),
        TEST(what_was_sent_keeps_its_reference_and_time),
        TEST(what_certainly_failed_goes_back_with_its_reason),
        TEST(what_was_sent_is_not_put_back),
        TEST(a_start_readies_the_claimed_and_doubts_the_armed),
        TEST(a_start_sends_the_parts_that_were_never_armed_and_no_other),
        TEST(an_answer_that_comes_late_settles_the_unknown),
        TEST(the_delivered_and_the_cancelled_stay_so),
        TEST(only_finished_notices_are_blanked),
        TEST(a_one_time_code_outlives_no_notice),
        TEST(unsent_notices_of_a_case_or_step_are_recalled),
        TEST(a_report_finds_its_notice_by_reference_and_number),
        TEST(six_hundred_outstanding_to_one_number_are_told_apart),
        TEST(of_texts_of_one_moment_the_oldest_is_reported_first),
        TEST(a_repeated_report_changes_nothing_else),
        TEST(a_report_on_a_text_of_another_time_fits_nothing),
        TEST(a_centre_may_state_a_wrong_time_zone),
        TEST(a_message_is_done_when_every_part_is),
        TEST(a_report_that_it_is_still_tried_is_not_final),
        TEST(each_status_of_a_report_is_delivered_tried_or_failed),
        TEST(a_report_settles_what_was_armed_and_never_answered),
        TEST(a_report_on_a_former_attempt_is_not_taken_for_another_text),
        TEST(what_was_armed_counts_until_it_is_given_back),
        TEST(the_rest_of_a_text_goes_by_the_same_line_and_counts_as_what_it_is),
        TEST(what_was_armed_is_listed_second_by_second),
        TEST(a_filter_finds_what_it_names),
        TEST(a_notice_of_no_known_case_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
