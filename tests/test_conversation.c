#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/conversation/cadre/cadre_transfers.h"
#include "gateway/conversation/calls.h"
#include "gateway/desk/intake.h"
#include "gateway/desk/parts.h"
#include "modem/pdu/segment.h"
#include "store/notices.h"
#include "store/questions.h"
#include "store/sql.h"
#include "store/steps.h"
#include "tests/support/world.h"

#define VILLAGER "13934567001"
#define CADRE "13800000001"

static int make_world(void **state)
{
    void *mem = talloc_new(NULL);
    struct world *world = world_new(mem);

    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_person(world, CADRE ",李有田,村主任,cadre,141027100212");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static void a_text_becomes_a_case_and_its_event_says_so(void **state)
{
    struct world *world = *state;
    struct event *event = world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    struct case_ *case_ = world_case(world, world);

    assert_string_equal(event->outcome, "case");
    assert_int_equal(event->case_id, case_->id);
    assert_string_equal(case_->reporter, "+86" VILLAGER);
    assert_string_equal(case_->topic, "water");
    assert_string_equal(case_->text, "聚粮村自来水停了三天了");
    assert_int_equal(case_->received_at, world->now);
}

static enum notice_state state_of(struct world *world, int64_t id)
{
    struct notice *notice;

    assert_true(store_notice(world->store, world, id, &notice) && notice);
    return notice->state;
}

/* Among all that the cadre hears, the text that is sent again too. */
static void assert_hears(struct world *world, const char *words)
{
    const char *heard;

    while ((heard = world_hear(world, world, CADRE)) && !strstr(heard, words))
        ;
    if (!heard)
        fail_msg("%s is not heard", words);
}

/* Each of the words, in both languages, for a text that failed and one that may have arrived. */
static void a_text_that_did_not_arrive_is_decided_on_by_its_number(void **state)
{
    static const struct {
        const char *words;
        enum notice_state state;
        const char *answer;
    } decisions[] = {
        { "短信重发 1", NOTICE_READY, "短信1将重发" },
        { "resend text 1", NOTICE_READY, "短信1将重发" },
        { "短信作罢 1", NOTICE_CANCELLED, "短信1不再发" },
        { "give up text 1", NOTICE_CANCELLED, "短信1不再发" },
        { "短信已到 1", NOTICE_DELIVERED, "短信1记为已送到" },
        { "text arrived 1", NOTICE_DELIVERED, "短信1记为已送到" },
    };
    static const char *const wrong[] = { "短信重发", "短信作罢", "短信已到", "短信重发 一",
                                         "短信重发 1234567890123456789" };
    static const char *const undecided[] = { "READY", "SENT", "DELIVERED", "CANCELLED" };
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    for (size_t i = 0; i < 2 * sizeof decisions / sizeof *decisions; i++) {
        const char *failed = i % 2 ? "UNKNOWN" : "FAILED";

        assert_true(
            sql_run(world->store, "UPDATE notices SET state = $1 WHERE id = 1", VALUES(as_text(failed))));
        while (world_hear(world, world, CADRE))
            ;
        world_text(world, world, CADRE, decisions[i / 2].words);
        if (state_of(world, 1) != decisions[i / 2].state)
            fail_msg("%s: %d", decisions[i / 2].words, state_of(world, 1));
        assert_hears(world, decisions[i / 2].answer);
    }
    for (size_t i = 0; i < sizeof undecided / sizeof *undecided; i++) {
        assert_true(sql_run(world->store, "UPDATE notices SET state = $1 WHERE id = 1",
                            VALUES(as_text(undecided[i]))));
        world_text(world, world, CADRE, "短信重发 1");
        assert_hears(world, "没有短信1，或者不用处理了");
    }
    world_text(world, world, CADRE, "短信重发 999");
    assert_hears(world, "没有短信999");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        world_text(world, world, CADRE, wrong[i]);
        assert_hears(world, "请写短信的序号");
    }
}

/* A modem that was off brings days of texts within a second. */
static void texts_sent_days_apart_do_not_join_when_they_arrive_together(void **state)
{
    struct world *world = *state;
    struct event *event;

    world_text_sent(world, world, VILLAGER, "聚粮村自来水停了三天了", world->now - 3 * 86400);
    event = world_text_sent(world, world, VILLAGER, "聚粮村的路灯坏了", world->now - 86400);
    assert_string_equal(event->outcome, "case");
    event = world_text_sent(world, world, VILLAGER, "一共坏了五盏", world->now - 86400 + 60);
    assert_string_equal(event->outcome, "added");
    assert_string_equal(world_case(world, world)->text, "聚粮村的路灯坏了\n一共坏了五盏");
}

/* The network held the second one back: by then the first is with its handler. */
static void a_text_that_arrives_an_hour_late_is_a_case_though_it_was_sent_soon_after_another(void **state)
{
    struct world *world = *state;
    int64_t sent_at = world->now;
    struct event *event;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world->now += 3600;
    event = world_text_sent(world, world, VILLAGER, "聚粮村的路灯坏了", sent_at + 60);
    assert_string_equal(event->outcome, "case");
}

static void thanks_between_two_texts_do_not_keep_them_apart(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_time(world, "+1m");
    assert_string_equal(world_text(world, world, VILLAGER, "谢谢")->outcome, "ignored");
    world_time(world, "+1m");
    assert_string_equal(world_text(world, world, VILLAGER, "老人孩子没水喝")->outcome, "added");
}

static void an_automatic_sender_makes_no_case_and_hears_nothing(void **state)
{
    static const char *const senders[] = { "10086", "106981234567", "CCB", "12345" };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof senders / sizeof *senders; i++) {
        assert_string_equal(world_text(world, world, senders[i], "村里的水管坏了三天了")->outcome, "ignored");
        assert_null(world_hear(world, world, senders[i]));
    }
    assert_null(world_case(world, world));
}

struct part {
    const char *phone;
    int sequence;
    const char *text, *outcome;
};

static bool bring_part(struct turn *turn, void *arg)
{
    struct part *part = arg;
    struct event event = { .kind = EVENT_PART,
                           .line = "village",
                           .external_id = part->text,
                           .from = talloc_asprintf(turn->mem, "+86%s", part->phone),
                           .at = turn->now,
                           .received_at = turn->now,
                           .text = part->text,
                           .reference = 7,
                           .total = 3,
                           .sequence = part->sequence };

    if (!intake(turn, &event, NULL))
        return false;
    part->outcome = talloc_strdup(turn->config, event.outcome);
    return true;
}

static const char *bring_from(struct world *world, const char *phone, int sequence, const char *text)
{
    struct part part = { phone, sequence, text, NULL };

    world_do(world, bring_part, &part, false);
    return part.outcome;
}

static const char *bring(struct world *world, int sequence, const char *text)
{
    return bring_from(world, VILLAGER, sequence, text);
}

/* Long enough for the message to be taken without its missing parts. */
static void wait_for_parts(struct world *world)
{
    world->config->part_timeout = 600;
    world_time(world, "+15m");
    world_do(world, parts_expire, NULL, false);
}

static void a_late_part_fills_its_gap_in_the_case(void **state)
{
    struct world *world = *state;
    struct step *steps;
    size_t n;

    bring(world, 1, "聚粮村自来水停了三天了，");
    bring(world, 3, "老人孩子没水喝。");
    wait_for_parts(world);
    assert_string_equal(world_case(world, world)->text,
                        "聚粮村自来水停了三天了，…（第2段短信没收到）…老人孩子没水喝。");
    world_text(world, world, VILLAGER, "补 牲口也没水");
    assert_string_equal(bring(world, 2, "是主管道坏了，"), "joined");
    assert_string_equal(world_case(world, world)->text,
                        "聚粮村自来水停了三天了，是主管道坏了，老人孩子没水喝。\n牲口也没水");
    assert_true(store_steps(world->store, world, world_case(world, world)->id, &steps, &n));
    assert_string_equal(steps[n - 1].kind, "added");
    assert_string_equal(steps[n - 1].words, "第2段短信补到：是主管道坏了，");
}

static void a_completed_text_is_looked_at_anew(void **state)
{
    struct world *world = *state;

    bring(world, 2, "一直没有水喝，");
    bring(world, 3, "请派人来看。");
    wait_for_parts(world);
    assert_int_equal(world_case(world, world)->place, 0);
    assert_false(world_case(world, world)->is_guarded);
    bring(world, 1, "聚粮村村主任李有田贪污修水管的钱，");
    assert_int_not_equal(world_case(world, world)->place, 0);
    assert_true(world_case(world, world)->is_guarded);
}

static void a_command_whose_beginning_comes_late_is_one_when_it_is_whole(void **state)
{
    struct world *world = *state;
    struct step *progress;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    bring_from(world, CADRE, 2, "换了新水管，");
    bring_from(world, CADRE, 3, "明天通水。");
    wait_for_parts(world); /* the cadre is asked whether it is their own appeal */
    bring_from(world, CADRE, 1, "进度 26000010 今天挖开了路面，");
    assert_true(store_last_step(world->store, world, 1, "progress", &progress));
    assert_non_null(progress);
    assert_string_equal(progress->words, "今天挖开了路面，换了新水管，明天通水。");
}

static bool bring_call(struct turn *turn, void *arg)
{
    struct event *event = arg;

    event->id = 0;
    event->outcome = event->why = NULL;
    event->external_id = talloc_asprintf(turn->mem, "call %lld", (long long)turn->now);
    event->received_at = event->at = turn->now;
    return store_add_event(turn->store, event) && calls_missed(turn, event) &&
           store_finish_event(turn->store, event);
}

static void a_missed_call_is_answered_once_a_day(void **state)
{
    struct world *world = *state;
    struct event call = { .kind = EVENT_CALL, .line = "village", .from = "+86" VILLAGER };

    world_do(world, bring_call, &call, false);
    assert_non_null(strstr(world_hear(world, world, VILLAGER), "短信"));
    world_time(world, "+1h");
    world_do(world, bring_call, &call, false);
    assert_null(world_hear(world, world, VILLAGER));
    world_time(world, "+2d");
    world_do(world, bring_call, &call, false);
    assert_non_null(world_hear(world, world, VILLAGER));
}

static void a_missed_call_can_be_a_task_or_nothing(void **state)
{
    struct world *world = *state;
    struct event call = { .kind = EVENT_CALL, .line = "village", .from = "+86" VILLAGER };

    world->config->modems[0].missed_call = "silence";
    world_do(world, bring_call, &call, false);
    assert_null(world_hear(world, world, VILLAGER));
    world->config->modems[0].missed_call = "task";
    world->config->operator_phone = "+86" CADRE;
    world_time(world, "+1m");
    world_do(world, bring_call, &call, false);
    assert_null(world_hear(world, world, VILLAGER));
    assert_non_null(strstr(world_hear(world, world, CADRE), VILLAGER));
}

static void one_who_rings_again_is_one_task_a_day(void **state)
{
    struct world *world = *state;
    struct event call = { .kind = EVENT_CALL, .line = "village", .from = "+86" VILLAGER };

    world->config->modems[0].missed_call = "task";
    world->config->operator_phone = "+86" CADRE;
    for (int i = 0; i < 5; i++) {
        world_do(world, bring_call, &call, false);
        world_time(world, "+1m");
    }
    assert_non_null(world_hear(world, world, CADRE));
    assert_null(world_hear(world, world, CADRE));
    call.from = "+8613934567002";
    world_do(world, bring_call, &call, false);
    assert_non_null(world_hear(world, world, CADRE));
    world_time(world, "+25h");
    call.from = "+86" VILLAGER;
    world_do(world, bring_call, &call, false);
    assert_non_null(world_hear(world, world, CADRE));
}

static void our_own_numbers_report_nothing(void **state)
{
    struct world *world = *state;
    struct provider_config provider = { .name = "mas", .trust = "none", .from = "8613934567009" };

    world->config->modems[0].number = "+8613934567008";
    world->config->providers = &provider;
    world->config->n_providers = 1;
    assert_string_equal(world_text(world, world, "13934567008", "聚粮村自来水停了")->why, "our own number");
    assert_string_equal(world_text(world, world, "13934567009", "聚粮村自来水停了")->why, "our own number");
    assert_null(world_hear(world, world, "13934567008"));
    world_text(world, world, CADRE, "代 13934567008 聚粮村自来水停了三天了");
    assert_null(world_case(world, world));
}

static void a_confirmation_code_is_kept_only_as_a_hash(void **state)
{
    struct world *world = *state;
    struct confirmation *confirmation;
    struct notice *notice;
    const char *text, *code;
    struct event *sent, *kept;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, talloc_asprintf(world, "领 %s", world_case(world, world)->number));
    while (world_hear(world, world, CADRE))
        ;
    world_text(world, world, CADRE,
               talloc_asprintf(world, "办结 %s 修好了", world_case(world, world)->number));
    text = world_hear(world, world, CADRE);
    code = strstr(text, "请回") + strlen("请回");
    assert_int_equal(strspn(code, "0123456789"), 6);
    assert_true(store_confirmation(world->store, world, "+86" CADRE, "", &confirmation));
    assert_null(strstr(confirmation->code_hash, talloc_strndup(world, code, 6)));
    assert_true(store_last_notice(world->store, world, "+86" CADRE, "confirm", &notice));
    assert_null(strstr(notice->text, talloc_strndup(world, code, 6)));
    sent = world_text(world, world, CADRE, talloc_strndup(world, code, 6));
    assert_true(store_event_by_key(world->store, world, sent->line, sent->external_id, &kept));
    assert_string_equal(kept->text, "******");
    assert_null(kept->raw);
    assert_int_equal(world_case(world, world)->state, CASE_CLOSED);
    assert_non_null(strstr(notice->text, "******"));
    assert_non_null(strstr(notice->text, world_case(world, world)->number));
}

static void whoever_complains_in_english_is_told_in_english_later(void **state)
{
    struct world *world = *state;
    struct person *person;

    world_text(world, world, VILLAGER, "No water in our village for three days");
    assert_true(store_person(world->store, world, "+86" VILLAGER, &person));
    assert_string_equal(person->language, "en");
}

/* A person who asks for anonymity may have written their number in the text. */
static void an_anonymous_number_is_not_read_in_the_words_either(void **state)
{
    struct world *world = *state;
    const char *number, *heard;

    world_text(world, world, VILLAGER, "匿名 聚粮村停水，找我139 3456 7001");
    number = world_case(world, world)->number;
    heard = world_hear(world, world, CADRE);
    assert_non_null(strstr(heard, "找我*****"));
    world_text(world, world, CADRE, talloc_asprintf(world, "领 %s", number));
    world_text(world, world, VILLAGER, talloc_asprintf(world, "补 %s 电话一三九三四五六七零零一", number));
    world_text(world, world, CADRE, talloc_asprintf(world, "看 %s", number));
    while ((heard = world_hear(world, world, CADRE))) {
        assert_null(strstr(heard, "3456"));
        assert_null(strstr(heard, "三四五六"));
    }
    world_time(world, "+1d");
    world_text(world, world, VILLAGER, "聚粮村停水13934567001"); /* not anonymous */
    assert_non_null(strstr(world_hear(world, world, CADRE), VILLAGER));
}

static void the_privacy_note_stands_in_the_first_receipt_alone(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    assert_non_null(strstr(world_hear(world, world, VILLAGER), "内容只用于办事"));
    world_time(world, "+1d");
    world_text(world, world, VILLAGER, "聚粮村的路灯坏了");
    assert_null(strstr(world_hear(world, world, VILLAGER), "内容只用于办事"));
}

/* 天坛镇聚粮村低保救助 and the public service office leave no room for it in one message. */
static void a_note_that_makes_a_second_message_is_left_out(void **state)
{
    struct world *world = *state;
    const char *receipt;

    world_text(world, world, "+8613934567055", "聚粮村我家的低保被取消了，生活困难，求政府救助");
    receipt = world_hear(world, world, "+8613934567055");
    assert_int_equal(segment_count(receipt, NULL), 1);
    assert_null(strstr(receipt, "内容只用于办事"));
}

/* The six digits in the newest text to this phone. */
static void a_topic_is_typed_by_any_of_its_names(void **state)
{
    static const char *const names[][2] = {
        { "供水", "water" },  { "水", "water" },      { "道路", "road" },    { "路", "road" },
        { "供电", "power" },  { "电", "power" },      { "住房", "housing" }, { "房", "housing" },
        { "土地", "land" },   { "地", "land" },       { "农业", "farm" },    { "医疗", "medical" },
        { "教育", "school" }, { "低保", "welfare" },  { "救助", "welfare" }, { "低保救助", "welfare" },
        { "养老", "care" },   { "养老照护", "care" }, { "社保", "social" },  { "民政", "civil" },
        { "就业", "jobs" },   { "环境", "env" },      { "治安", "order" },   { "干部", "cadre" },
        { "政策", "policy" }, { "其他", "other" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!cadre_topic(names[i][0]) || strcmp(cadre_topic(names[i][0]), names[i][1]) != 0)
            fail_msg("%s", names[i][0]);
        assert_string_equal(cadre_topic(names[i][1]), names[i][1]);
    }
    assert_null(cadre_topic("天气"));
    assert_null(cadre_topic(""));
}

static const char *code_heard(struct world *world, const char *phone)
{
    const char *text, *code = NULL;

    while ((text = world_hear(world, world, phone)))
        for (const char *at = text; *at; at += strspn(at, "0123456789") ? strspn(at, "0123456789") : 1)
            if (strspn(at, "0123456789") == 6)
                code = talloc_strndup(world, at, 6);
    return code;
}

static void who_never_wrote_can_rate_the_case_that_was_filed_for_them(void **state)
{
    struct world *world = *state;

    world_text(world, world, CADRE, "代 13934567009 聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    world_text(world, world, CADRE, "办结 26000010 水泵换好了");
    world_text(world, world, CADRE, code_heard(world, CADRE));
    world_time(world, "+1h");
    assert_string_equal(world_text(world, world, "13934567009", "1")->outcome, "command");
    assert_int_equal(world_case(world, world)->rating, 1);
}

static void an_extension_asked_for_behind_the_term_counts_from_today(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    world_time(world, "2027-01-27 10:00"); /* eight days late */
    world_text(world, world, CADRE, "延期 26000010 5天 等配件");
    world_text(world, world, CADRE, code_heard(world, CADRE));
    world_time(world, "2027-02-02 00:00");
    assert_int_equal(world_case(world, world)->finish_by, world->now - 1);
}

static void a_leader_is_urged_where_nobody_is_to_work_on_a_case(void **state)
{
    struct world *world = *state;
    const char *text;

    world_person(world, "13800000005,周明远,县长,leader,141027");
    world_person(world, "13800000006,吴督察,督查员,supervisor,141027");
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "退 26000010 不归村里管");
    while (world_hear(world, world, "13800000005"))
        ;
    world_time(world, "+1d");
    world_text(world, world, "13800000006", "催 26000010");
    text = world_hear(world, world, "13800000005");
    assert_non_null(text);
    assert_non_null(strstr(text, "26000010"));
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_text_becomes_a_case_and_its_event_says_so),
        IN_A_WORLD(a_text_that_did_not_arrive_is_decided_on_by_its_number),
        IN_A_WORLD(texts_sent_days_apart_do_not_join_when_they_arrive_together),
        IN_A_WORLD(a_text_that_arrives_an_hour_late_is_a_case_though_it_was_sent_soon_after_another),
        IN_A_WORLD(thanks_between_two_texts_do_not_keep_them_apart),
        IN_A_WORLD(an_automatic_sender_makes_no_case_and_hears_nothing),
        IN_A_WORLD(a_late_part_fills_its_gap_in_the_case),
        IN_A_WORLD(a_completed_text_is_looked_at_anew),
        IN_A_WORLD(a_command_whose_beginning_comes_late_is_one_when_it_is_whole),
        IN_A_WORLD(a_missed_call_is_answered_once_a_day),
        IN_A_WORLD(a_missed_call_can_be_a_task_or_nothing),
        IN_A_WORLD(one_who_rings_again_is_one_task_a_day),
        IN_A_WORLD(our_own_numbers_report_nothing),
        IN_A_WORLD(a_confirmation_code_is_kept_only_as_a_hash),
        IN_A_WORLD(whoever_complains_in_english_is_told_in_english_later),
        IN_A_WORLD(an_anonymous_number_is_not_read_in_the_words_either),
        IN_A_WORLD(the_privacy_note_stands_in_the_first_receipt_alone),
        IN_A_WORLD(a_note_that_makes_a_second_message_is_left_out),
        cmocka_unit_test(a_topic_is_typed_by_any_of_its_names),
        IN_A_WORLD(who_never_wrote_can_rate_the_case_that_was_filed_for_them),
        IN_A_WORLD(an_extension_asked_for_behind_the_term_counts_from_today),
        IN_A_WORLD(a_leader_is_urged_where_nobody_is_to_work_on_a_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
