/*
 * Recordings until somebody has written down what they say: who is told, who may listen, and where the case
 * goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/calendar/calendar.h"
#include "gateway/calendar/unheard.h"
#include "gateway/case/hearing.h"
#include "gateway/case/standing.h"
#include "gateway/desk/intake.h"
#include "store/notices.h"
#include "store/steps.h"
#include "tests/support/world.h"

#define CALLER "13934567001"
#define CADRE "13800000001"
#define CLERK "13800000002"
#define DUTY "13800000003"
#define SUPERVISOR "13800000004"
#define DISCIPLINE "13800000005"
#define OPERATOR "13800000009"

static int open_world(void **state)
{
    struct world *world = world_new(NULL);

    world_unit(world, "141027,浮山县,county,,");
    world_unit(world, "141027101,响水河镇,township,141027,");
    world_unit(world, "141027101201,东陈村,village,141027101,");
    world_unit(world, "jw,纪委,office,141027,discipline");
    world_person(world, CADRE ",甲例一,,cadre,141027101,");
    world_person(world, CLERK ",乙例二,,clerk,141027,");
    world_person(world, DUTY ",丙例三,,cadre,141027,");
    world_person(world, SUPERVISOR ",丁例四,,supervisor,141027,");
    world_person(world, DISCIPLINE ",戊例五,,cadre,jw,");
    assert_true(store_put_place_name(world->store, "东陈村", 3));
    assert_true(store_put_place_name(world->store, "响水河镇", 2));
    assert_true(store_set_on_duty(world->store, 1, "+86" DUTY));
    world->config->office_from = 8 * 60;
    world->config->office_until = 18 * 60;
    world->config->operator_phone = "+86" OPERATOR;
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

struct bring {
    const char *caller, *keys;
    int64_t sound_ms;
    int64_t received_at;
    int64_t id;
};

static bool bring(struct turn *turn, void *arg)
{
    struct bring *bring = arg;
    int64_t key;
    struct recording recording = { .state = RECORDING_KEPT,
                                   .line = "api:pbx",
                                   .caller = bring->caller,
                                   .keys = bring->keys,
                                   .begun_at = bring->received_at,
                                   .at = bring->received_at,
                                   .file = "a.wav",
                                   .format = "wav pcm 16",
                                   .ms = bring->sound_ms,
                                   .sound_ms = bring->sound_ms,
                                   .is_sealed = strchr(bring->keys, '9') != NULL };
    struct event event = { .kind = EVENT_CALL,
                           .line = "api:pbx",
                           .from = bring->caller,
                           .at = bring->received_at,
                           .received_at = bring->received_at };

    assert_true(store_next(turn->store, "call", &key));
    recording.external_id = event.external_id = talloc_asprintf(turn->mem, "%lld", (long long)key);
    if (!store_add_recording(turn->store, &recording))
        return false;
    bring->id = event.recording_id = recording.id;
    return intake(turn, &event, NULL);
}

/* A recorded call; gives the newest case. */
static struct case_ *call(struct world *world, const char *caller, const char *keys, int64_t sound_ms)
{
    struct bring what = { .caller = caller, .keys = keys, .sound_ms = sound_ms, .received_at = world->now };

    world_do(world, bring, &what, false);
    return world_case(world, world);
}

static struct case_ *call_of(struct world *world, const char *keys)
{
    return call(world, "+86" CALLER, keys, 5000);
}

struct ask {
    const struct case_ *case_;
    const char *phone;
    bool may;
};

static bool ask(struct turn *turn, void *arg)
{
    struct recording_filter filter = { 0 };
    struct recording *recordings;
    struct person *person;
    struct ask *ask = arg;
    struct case_ *case_;
    size_t n;

    filter.case_id = ask->case_->id;
    assert_true(store_case(turn->store, turn->mem, ask->case_->id, &case_));
    assert_true(store_person(turn->store, turn->mem, ask->phone, &person));
    assert_true(store_recordings(turn->store, turn->mem, &filter, &recordings, &n) && n > 0);
    return hearing_may(turn, case_, &recordings[n - 1], person, &ask->may);
}

/* Whether this phone's owner may listen to the case's last recording. */
static bool may_hear(struct world *world, const struct case_ *case_, const char *phone)
{
    struct ask what = { .case_ = case_, .phone = talloc_asprintf(world, "+86%s", phone) };

    world_do(world, ask, &what, false);
    return what.may;
}

static void says(struct world *world, const char *phone, const char *keyword, const struct case_ *case_,
                 const char *words)
{
    world_text(world, world, phone, talloc_asprintf(world, "%s %s %s", keyword, case_->number, words));
}

static void assert_hears(struct world *world, const char *phone, const char *words)
{
    const char *text = world_hear(world, world, phone);

    if (!text || !strstr(text, words))
        fail_msg("%s hears: %s", phone, text ? text : "nothing");
}

#define assert_hears_nothing(world, phone) assert_null(world_hear(world, world, phone))

static struct case_ *again(struct world *world, const struct case_ *case_)
{
    struct case_ *now;

    assert_true(store_case(world->store, world, case_->id, &now));
    return now;
}

static void ignore_line(void *arg, const char *kind, const struct case_ *case_, const char *to)
{
    (void)arg, (void)kind, (void)case_, (void)to;
}

static bool run_unheard(struct turn *turn, void *arg)
{
    return unheard_run(turn, ignore_line, arg);
}

static void later(struct world *world, const char *time)
{
    world_time(world, time);
    world_do(world, run_unheard, NULL, false);
}

static void a_recording_is_a_case_that_the_duty_officer_hears_of_at_once(void **state)
{
    struct world *world = *state;
    struct case_ *case_;

    world_time(world, "2026-11-21 03:00");
    case_ = call_of(world, "");
    assert_int_equal(case_->voice, VOICE_UNHEARD);
    assert_true(case_->is_guarded);
    assert_string_equal(case_->text, "");
    assert_hears(world, CALLER, talloc_asprintf(world, "收到，编号%s", case_->number));
    assert_hears(world, DUTY, talloc_asprintf(world, "来电%s刚到", case_->number));
    assert_hears_nothing(world, CADRE);
    assert_hears_nothing(world, DISCIPLINE);
    assert_hears_nothing(world, SUPERVISOR);
}

static void until_it_is_written_down_only_clerks_and_the_duty_officer_may_listen(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");

    assert_true(may_hear(world, case_, CLERK));
    assert_true(may_hear(world, case_, DUTY));
    assert_false(may_hear(world, case_, CADRE));
    assert_false(may_hear(world, case_, SUPERVISOR));
    assert_false(may_hear(world, case_, DISCIPLINE));
    assert_false(may_hear(world, case_, CALLER));
    says(world, CADRE, "看", case_, "");
    assert_hears(world, CADRE, "没有");
    says(world, CADRE, "听写", case_, "东陈村停水");
    assert_hears(world, CADRE, "没有");
    assert_int_equal(again(world, case_)->voice, VOICE_UNHEARD);
}

static void written_down_it_goes_where_its_words_say(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");

    world_hear(world, world, CALLER);
    world_hear(world, world, CLERK);
    says(world, CLERK, "听写", case_, "东陈村的自来水停了三天了");
    assert_hears(world, CLERK, "已记：响水河镇东陈村供水");
    case_ = again(world, case_);
    assert_int_equal(case_->voice, VOICE_NONE);
    assert_false(case_->is_guarded);
    assert_int_equal(case_->place, 3);
    assert_string_equal(case_->topic, "water");
    assert_hears(world, CADRE, "新诉求");
    assert_hears(world, CALLER, "记的是：东陈村的自来水停了三天了");
    assert_true(may_hear(world, case_, CADRE));
    later(world, "+1d");
    assert_hears_nothing(world, SUPERVISOR);
}

static void words_that_accuse_an_official_send_it_up(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");

    world_hear(world, world, CLERK);
    world_hear(world, world, CALLER);
    says(world, CLERK, "听写", case_, "响水河镇甲例一收了低保户的钱才给办");
    assert_hears(world, CLERK, "已上报");
    case_ = again(world, case_);
    assert_true(case_->is_guarded);
    assert_int_equal(case_->voice, VOICE_NONE);
    assert_hears(world, DISCIPLINE, "新诉求");
    assert_hears_nothing(world, CADRE);
    assert_hears_nothing(world, CALLER);
    assert_true(may_hear(world, case_, DISCIPLINE));
    assert_false(may_hear(world, case_, CLERK));
    assert_false(may_hear(world, case_, CADRE));
    says(world, CLERK, "看", case_, "");
    assert_hears(world, CLERK, "没有");
}

static void who_hears_an_accusation_sends_it_up_without_writing(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");

    world_hear(world, world, CLERK);
    says(world, CLERK, "举报", case_, "");
    assert_hears(world, CLERK, "已上报");
    case_ = again(world, case_);
    assert_true(case_->is_guarded);
    assert_hears(world, DISCIPLINE, "新诉求");
    assert_false(may_hear(world, case_, CLERK));
    assert_false(may_hear(world, case_, DUTY));
    assert_true(may_hear(world, case_, DISCIPLINE));
    later(world, "+1h");
    assert_hears_nothing(world, CLERK);
}

static void a_complaint_that_begins_with_the_keyword_stays_one(void **state)
{
    struct world *world = *state;

    world_text(world, world, CADRE, "举报 东陈村的路没人修");
    assert_hears(world, CADRE, "本人");
}

static void who_pressed_9_is_heard_by_the_discipline_office_alone(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "19");
    const char *text = world_hear(world, world, DISCIPLINE);

    assert_int_equal(case_->voice, VOICE_SEALED);
    assert_non_null(text);
    assert_non_null(strstr(text, case_->number));
    assert_null(strstr(text, CALLER));
    assert_hears(world, CALLER, "录音已送到");
    for (size_t i = 0; i < 20; i++)
        later(world, "+10m");
    assert_hears_nothing(world, CLERK);
    assert_hears_nothing(world, DUTY);
    assert_hears_nothing(world, SUPERVISOR);
    assert_hears_nothing(world, CADRE);
    assert_true(may_hear(world, case_, DISCIPLINE));
    assert_false(may_hear(world, case_, CLERK));
    assert_false(may_hear(world, case_, DUTY));
    assert_false(may_hear(world, case_, SUPERVISOR));
    says(world, DISCIPLINE, "听写", case_, "东陈村的路坏了");
    case_ = again(world, case_);
    assert_int_equal(case_->voice, VOICE_SEALED);
    assert_true(case_->is_guarded);
    assert_hears_nothing(world, CADRE);
    assert_hears_nothing(world, CALLER);
    assert_false(may_hear(world, case_, SUPERVISOR));
}

static void without_a_discipline_office_a_supervisor_listens_to_it(void **state)
{
    struct world *world = *state;
    struct case_ *case_;

    world_person(world, DISCIPLINE ",戊例五,,,,");
    case_ = call_of(world, "9");
    assert_hears(world, SUPERVISOR, case_->number);
    assert_true(may_hear(world, case_, SUPERVISOR));
    assert_false(may_hear(world, case_, DUTY));
}

static void each_ten_minutes_the_next_one_is_told(void **state)
{
    struct world *world = *state;
    struct case_ *case_;

    world_time(world, "2026-11-21 03:00"); /* a Saturday */
    case_ = call_of(world, "");
    assert_hears(world, DUTY, "刚到");
    later(world, "+9m");
    assert_hears_nothing(world, SUPERVISOR);
    later(world, "+1m");
    assert_hears(world, SUPERVISOR, "10分钟没人听");
    later(world, "+10m");
    assert_hears(world, CLERK, "20分钟没人听");
    for (size_t i = 0; i < 8; i++)
        later(world, "+10m");
    assert_hears(world, OPERATOR, "没人听");
    assert_int_equal(again(world, case_)->voice, VOICE_UNHEARD);
}

static void in_office_hours_the_clerk_is_told_first(void **state)
{
    struct world *world = *state;

    world_time(world, "2026-11-20 10:00"); /* a Friday */
    call_of(world, "");
    assert_hears(world, DUTY, "刚到");
    later(world, "+10m");
    assert_hears(world, CLERK, "10分钟没人听");
    assert_hears_nothing(world, SUPERVISOR);
    assert_hears_nothing(world, DISCIPLINE);
}

static void one_text_tells_of_all_that_wait(void **state)
{
    struct world *world = *state;

    world_time(world, "2026-11-20 10:00");
    for (size_t i = 0; i < 4; i++)
        call_of(world, "");
    later(world, "+10m");
    assert_hears(world, CLERK, "共4个。");
    assert_hears_nothing(world, CLERK);
}

struct listening {
    int64_t case_id;
    const char *phone;
};

static bool listen_now(struct turn *turn, void *arg)
{
    const struct listening *listening = arg;
    struct recording_filter filter = { .case_id = listening->case_id };
    struct action action = { .words = "" };
    struct recording *recordings;
    struct person *person;
    size_t n;

    assert_true(store_case(turn->store, turn->mem, listening->case_id, &action.case_));
    assert_true(store_person(turn->store, turn->mem, listening->phone, &person));
    assert_true(store_recordings(turn->store, turn->mem, &filter, &recordings, &n));
    action.by = person;
    return hearing_listen(turn, &action, &recordings[0]) && action.refusal == NOT_REFUSED;
}

static void each_hearing_is_a_step_and_gives_an_hour_to_write_it_down(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");
    struct listening listening = { .case_id = case_->id, .phone = "+86" CLERK };
    struct step *step;

    world_hear(world, world, DUTY);
    world_do(world, listen_now, &listening, false);
    assert_true(store_last_step(world->store, world, case_->id, "heard", &step));
    assert_non_null(step);
    assert_string_equal(step->actor, "+86" CLERK);
    later(world, "+50m");
    assert_hears_nothing(world, CLERK);
    assert_true(again(world, case_)->is_guarded);
    later(world, "+10m");
    assert_hears(world, CLERK, "还没记下");
}

static void less_than_two_seconds_are_a_missed_call(void **state)
{
    struct world *world = *state;

    assert_null(call(world, "+86" CALLER, "", 1999));
    assert_hears(world, CALLER, "您刚才打来了电话");
    assert_hears_nothing(world, DUTY);
    assert_non_null(call(world, "+86" CALLER, "", 2000));
}

static void from_the_sixth_of_a_day_on_they_join_the_open_case(void **state)
{
    struct world *world = *state;
    int64_t count;

    for (size_t i = 0; i < 8; i++)
        call_of(world, "");
    assert_true(store_count_cases(world->store, &(struct case_filter){ 0 }, &count));
    assert_int_equal(count, 5);
    call_of(world, "9");
    assert_true(store_count_cases(world->store, &(struct case_filter){ 0 }, &count));
    assert_int_equal(count, 6);
}

static void the_discipline_offices_duty_officer_hears_no_other(void **state)
{
    struct world *world = *state;
    struct case_ *case_;

    assert_true(store_set_on_duty(world->store, 4, "+86" DISCIPLINE));
    case_ = call_of(world, "");
    assert_hears_nothing(world, DISCIPLINE);
    assert_false(may_hear(world, case_, DISCIPLINE));
}

static void a_recording_that_joins_an_open_case_waits_for_the_same_people(void **state)
{
    struct world *world = *state;
    struct case_ *case_;

    world->config->join_minutes = 0;
    world_text(world, world, CALLER, "东陈村的自来水停了三天了");
    case_ = world_case(world, world);
    for (size_t i = 0; i < 5; i++)
        call(world, "+8613934567001", "9", 5000); /* sealed ones count, too */
    assert_true(store_case_by_number(world->store, world, case_->number, &case_));
    call_of(world, "");
    assert_int_equal(case_->voice, VOICE_NONE);
    assert_true(may_hear(world, case_, CLERK));
    assert_true(may_hear(world, case_, DUTY));
    assert_false(may_hear(world, case_, CADRE));
    assert_false(may_hear(world, case_, SUPERVISOR));
    says(world, CADRE, "听写", case_, "还有一件事");
    assert_string_equal(again(world, case_)->text, case_->text);
    says(world, CLERK, "听写", case_, "甲例一收了低保户的钱才给办");
    assert_true(again(world, case_)->is_guarded);
    assert_false(may_hear(world, case_, CADRE));
    assert_false(may_hear(world, case_, CLERK));
    assert_true(may_hear(world, case_, DISCIPLINE));
}

static void a_text_that_accuses_meanwhile_takes_the_recording_with_it(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");

    says(world, CALLER, "补", case_, "甲例一收了低保户的钱才给办");
    case_ = again(world, case_);
    assert_true(case_->is_guarded);
    assert_int_equal(case_->voice, VOICE_NONE);
    assert_false(may_hear(world, case_, CLERK));
    assert_true(may_hear(world, case_, DISCIPLINE));
}

static void danger_in_what_was_said_rings(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");

    says(world, CLERK, "听写", case_, "东陈村着火了，有人困在里面");
    assert_hears(world, CADRE, "急！");
}

static void a_landline_is_not_texted(void **state)
{
    struct world *world = *state;

    assert_non_null(call(world, "+863578123456", "", 5000));
    assert_hears_nothing(world, "+863578123456");
    assert_non_null(call(world, "withheld", "", 5000));
    assert_hears_nothing(world, "withheld");
}

static void clerks_of_a_township_are_none(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");

    world_person(world, "13800000008,己例六,,clerk,141027101,");
    assert_false(may_hear(world, case_, "13800000008"));
}

static void whose_voice_is_hidden_is_heard_by_no_handler(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");

    says(world, CLERK, "听写", case_, "东陈村的自来水停了三天了");
    says(world, CALLER, "匿名", case_, "");
    case_ = again(world, case_);
    assert_true(case_->is_anonymous);
    assert_false(may_hear(world, case_, CADRE));
    assert_true(may_hear(world, case_, SUPERVISOR));
}

static void a_list_tells_listeners_what_waits(void **state)
{
    struct world *world = *state;
    struct case_ *case_ = call_of(world, "");

    call_of(world, "9");
    world_time(world, "+25m");
    world_hear(world, world, DUTY);
    world_text(world, world, DUTY, "待听");
    assert_hears(world, DUTY, talloc_asprintf(world, "待听1个：%s等了25分钟", case_->number));
    world_text(world, world, CADRE, "待听");
    assert_hears(world, CADRE, "没有待听");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_recording_is_a_case_that_the_duty_officer_hears_of_at_once),
        TEST(until_it_is_written_down_only_clerks_and_the_duty_officer_may_listen),
        TEST(written_down_it_goes_where_its_words_say),
        TEST(words_that_accuse_an_official_send_it_up),
        TEST(who_hears_an_accusation_sends_it_up_without_writing),
        TEST(a_complaint_that_begins_with_the_keyword_stays_one),
        TEST(who_pressed_9_is_heard_by_the_discipline_office_alone),
        TEST(without_a_discipline_office_a_supervisor_listens_to_it),
        TEST(each_ten_minutes_the_next_one_is_told),
        TEST(in_office_hours_the_clerk_is_told_first),
        TEST(one_text_tells_of_all_that_wait),
        TEST(each_hearing_is_a_step_and_gives_an_hour_to_write_it_down),
        TEST(less_than_two_seconds_are_a_missed_call),
        TEST(from_the_sixth_of_a_day_on_they_join_the_open_case),
        TEST(the_discipline_offices_duty_officer_hears_no_other),
        TEST(a_recording_that_joins_an_open_case_waits_for_the_same_people),
        TEST(a_text_that_accuses_meanwhile_takes_the_recording_with_it),
        TEST(danger_in_what_was_said_rings),
        TEST(a_landline_is_not_texted),
        TEST(clerks_of_a_township_are_none),
        TEST(whose_voice_is_hidden_is_heard_by_no_handler),
        TEST(a_list_tells_listeners_what_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
