/*
 * What calls ask of the store and the disk, without a telephone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/voice/errands.h"
#include "store/cases.h"
#include "store/notices.h"
#include "store/people.h"
#include "store/recordings.h"
#include "store/steps.h"
#include "tests/support/http_support.h"
#include "tests/support/sound.h"
#include "tests/support/support.h"

#define CALLER "+8613834500021"

struct office {
    struct http_world *http;
    struct errands *errands;
    pthread_mutex_t lock;
    pthread_cond_t has_come;
    struct errand_answer answer; /* the last */
    struct tape *tape;           /* of the last that had one */
    char words[512];
    int n;
    uint64_t calls;
};

static void bring(const struct errand_answer *answer, void *arg)
{
    struct office *office = arg;

    pthread_mutex_lock(&office->lock);
    office->answer = *answer;
    office->tape = answer->tape ? answer->tape : office->tape;
    snprintf(office->words, sizeof office->words, "%s", answer->words);
    office->n++;
    pthread_cond_signal(&office->has_come);
    pthread_mutex_unlock(&office->lock);
}

static int open_office(void **state)
{
    struct office *office = talloc_zero(NULL, struct office);

    office->http = http_world_open("", "voice { reserve = 1 }");
    pthread_mutex_init(&office->lock, NULL);
    pthread_cond_init(&office->has_come, NULL);
    office->errands = errands_start(office, office->http->config, office->http->desk, bring, office);
    *state = office;
    return 0;
}

static int close_office(void **state)
{
    struct office *office = *state;

    errands_stop(office->errands);
    http_world_close(office->http);
    talloc_free(office);
    return 0;
}

static struct errand_call *call(struct office *office)
{
    const char *name = talloc_asprintf(office, "call %d", (int)++office->calls);

    return errands_begin(
        office->errands, office->calls,
        &(struct errand_caller){ .line = "voice", .call_id = name, .caller = CALLER, .called = "" });
}

/* Asks and waits for the answer. */
static bool ask(struct office *office, struct errand_call *call, enum call_want want, const char *digits,
                const char *keys)
{
    int before = office->n;

    errands_post(call, want, digits, keys);
    pthread_mutex_lock(&office->lock);
    while (office->n == before)
        pthread_cond_wait(&office->has_come, &office->lock);
    pthread_mutex_unlock(&office->lock);
    assert_int_equal(office->answer.want, want);
    return office->answer.is_good;
}

static void speak(struct office *office, double seconds)
{
    size_t n = (size_t)(seconds * FRAME_RATE);
    const int16_t *samples = sound_linear(office, sound_voice(office, n, 130), n);

    for (size_t at = 0; at + FRAME_SAMPLES <= n; at += FRAME_SAMPLES)
        tape_put(office->tape, samples + at);
}

static const struct recording *begun(struct office *office)
{
    struct recording *recordings;
    size_t n;

    assert_true(store_recordings(office->http->store, office,
                                 &(struct recording_filter){ .begun_by = clock_now() + 60 }, &recordings,
                                 &n));
    assert_int_equal(n, 1);
    return recordings;
}

/* The power may go at any moment after the tone. */
static void who_pressed_9_is_sealed_from_the_first_second(void **state)
{
    struct office *office = *state;
    struct errand_call *sealed = call(office);

    assert_true(ask(office, sealed, WANT_RECORDING, "", "9"));
    assert_true(begun(office)->is_sealed);
    speak(office, 3);
    assert_true(ask(office, sealed, WANT_CASE, "", "9"));
    errands_post(sealed, WANT_END, "", "9");
}

static void a_replay_is_in_memory_once_however_often_it_is_heard(void **state)
{
    struct office *office = *state;
    struct errand_call *one = call(office);

    assert_true(ask(office, one, WANT_RECORDING, "", ""));
    speak(office, 4);
    assert_true(ask(office, one, WANT_REPLAY, "", ""));
    struct clip first = office->answer.clip;

    assert_true(ask(office, one, WANT_REPLAY, "", ""));
    assert_ptr_equal(office->answer.clip.samples, first.samples);
    assert_int_equal(first.n, 4 * FRAME_RATE);

    assert_true(ask(office, one, WANT_RECORDING, "", "")); /* said again, and heard anew */
    assert_false(ask(office, one, WANT_REPLAY, "", ""));
    speak(office, 2.5);
    assert_true(ask(office, one, WANT_REPLAY, "", ""));
    assert_int_equal(office->answer.clip.n, 2.5 * FRAME_RATE);
    errands_post(one, WANT_END, "", "");
}

static void what_is_too_short_for_a_case_is_a_missed_call_and_filed(void **state)
{
    struct office *office = *state;
    struct errand_call *one = call(office);

    assert_true(ask(office, one, WANT_RECORDING, "", ""));
    speak(office, 1);
    assert_true(ask(office, one, WANT_CASE, "", ""));
    assert_string_equal(office->words, "call-again"); /* nobody calls back here */
    errands_post(one, WANT_END, "", "");
}

static bool change_owner(struct turn *turn, void *arg)
{
    (void)arg;
    return store_set_owner_since(turn->store, CALLER, clock_now() + 1000);
}

static void who_has_the_number_now_hears_nothing_of_its_former_owners_cases(void **state)
{
    struct office *office = *state;
    struct errand_call *one = call(office);
    char number[sizeof office->words];

    assert_true(ask(office, one, WANT_RECORDING, "", ""));
    speak(office, 4);
    assert_true(ask(office, one, WANT_CASE, "", ""));
    strcpy(number, office->words);
    assert_true(ask(office, one, WANT_OWN_CASES, "", ""));
    assert_non_null(strstr(office->words, number));
    assert_true(ask(office, one, WANT_STATUS, number, ""));

    assert_true(desk_do(office->http->desk, change_owner, NULL));
    assert_true(ask(office, one, WANT_OWN_CASES, "", ""));
    assert_string_equal(office->words, "no-cases");
    assert_false(ask(office, one, WANT_STATUS, number, ""));
    errands_post(one, WANT_END, "", "");
}

static long texts_to(struct office *office, const char *phone, const char *name)
{
    int64_t n;

    assert_true(store_count_notices_to(office->http->store, phone, name, 0, &n));
    return (long)n;
}

/* Aloud come number and stage alone; what was answered is for the phone that reported it. */
static void who_asks_by_phone_has_the_details_by_text(void **state)
{
    struct office *office = *state;
    struct errand_call *one = call(office);
    char number[sizeof office->words];

    assert_true(ask(office, one, WANT_OWN_CASES, "", ""));
    assert_string_equal(office->words, "no-cases");
    assert_int_equal(texts_to(office, CALLER, "status"), 0);
    assert_true(ask(office, one, WANT_RECORDING, "", ""));
    speak(office, 4);
    assert_true(ask(office, one, WANT_CASE, "", ""));
    strcpy(number, office->words);
    assert_true(ask(office, one, WANT_OWN_CASES, "", ""));
    assert_string_equal(office->words,
                        talloc_asprintf(office, "case %s state-new pause  details-by-text", number));
    assert_int_equal(texts_to(office, CALLER, "status"), 1);
    assert_true(ask(office, one, WANT_STATUS, number, "")); /* asked again in the same call */
    assert_non_null(strstr(office->words, "details-by-text"));
    assert_int_equal(texts_to(office, CALLER, "status"), 1);
    errands_post(one, WANT_END, "", "");
}

static bool call_them(struct turn *turn, void *arg)
{
    return store_set_called(turn->store, arg, true);
}

static void no_text_is_promised_to_a_landline_or_to_who_does_not_read(void **state)
{
    static const char landline[] = "+863571234567";
    struct office *office = *state;

    for (int i = 0; i < 2; i++) {
        const char *phone = i == 0 ? landline : CALLER;
        struct errand_call *one =
            errands_begin(office->errands, ++office->calls,
                          &(struct errand_caller){ .line = "voice",
                                                   .call_id = talloc_asprintf(office, "call %d", 100 + i),
                                                   .caller = phone,
                                                   .called = "" });

        assert_true(ask(office, one, WANT_RECORDING, "", ""));
        speak(office, 4);
        assert_true(ask(office, one, WANT_CASE, "", ""));
        assert_true(i == 0 || desk_do(office->http->desk, call_them, (void *)phone));
        assert_true(ask(office, one, WANT_OWN_CASES, "", ""));
        assert_non_null(strstr(office->words, "state-new"));
        assert_null(strstr(office->words, "details-by-text"));
        assert_int_equal(texts_to(office, phone, "status"), 0);
        errands_post(one, WANT_END, "", "");
    }
}

/* A clock set back to 1970 makes the desk take nothing. */
static int open_office_by_a_file(void **state)
{
    void *mem = talloc_new(NULL);
    const char *clock = talloc_asprintf(mem, "%s/clock", temporary_directory(mem));
    int failed;

    assert_true(clock_set(clock, 1795140120));
    setenv("XIANGYIN_CLOCK", clock, 1);
    failed = open_office(state);
    talloc_steal(*state, mem);
    return failed;
}

static int close_office_by_a_file(void **state)
{
    int failed;

    assert_true(clock_set(clock_file(), 1795140120));
    failed = close_office(state);
    unsetenv("XIANGYIN_CLOCK");
    return failed;
}

static void of_whom_not_even_the_call_is_kept_nothing_is_promised(void **state)
{
    struct office *office = *state;
    struct errand_call *one = call(office);

    assert_true(clock_set(clock_file(), 1000));
    assert_false(ask(office, one, WANT_CALL_BACK, "", ""));
    assert_string_equal(office->words, "");
    assert_true(clock_set(clock_file(), 1795140120));
    assert_true(ask(office, one, WANT_CALL_BACK, "", ""));
    assert_string_equal(office->words, "call-again");
    errands_post(one, WANT_END, "", "");
}

/* A call that rings while its person says that the number is theirs now. */
static void news_of_a_former_owners_case_is_not_told(void **state)
{
    struct office *office = *state;
    struct errand_call *one = call(office);
    struct case_ *case_;

    assert_true(ask(office, one, WANT_RECORDING, "", ""));
    speak(office, 4);
    assert_true(ask(office, one, WANT_CASE, "", ""));
    errands_post(one, WANT_END, "", "");
    assert_true(store_case_by_number(office->http->store, office, office->words, &case_));
    assert_non_null(case_);
    struct errand_call *news = errands_begin(office->errands, ++office->calls,
                                             &(struct errand_caller){ .line = "voice",
                                                                      .call_id = "out 1 1",
                                                                      .caller = CALLER,
                                                                      .called = "",
                                                                      .reason = REASON_NEWS,
                                                                      .cases = &case_->id,
                                                                      .n_cases = 1 });

    assert_true(ask(office, news, WANT_NEWS, "", ""));
    assert_non_null(strstr(office->words, case_->number));
    assert_true(desk_do(office->http->desk, change_owner, NULL));
    assert_false(ask(office, news, WANT_NEWS, "", ""));
    errands_post(news, WANT_END, "", "");
}

static bool take_as_no_complaint(struct turn *turn, void *arg)
{
    struct step step = {
        .at = turn->now, .actor = "operator", .line = "", .kind = "no complaint", .words = ""
    };
    struct case_ *case_;

    if (!store_case_by_number(turn->store, turn->mem, arg, &case_))
        return false;
    step.case_id = case_->id;
    case_->state = CASE_NO_COMPLAINT;
    return store_take_step(turn->store, &step, case_);
}

/* A state without a prompt would be read from behind the table. */
static void what_was_no_complaint_can_be_asked_after(void **state)
{
    struct office *office = *state;
    struct errand_call *one = errands_begin(
        office->errands, ++office->calls,
        &(struct errand_caller){ .line = "voice", .call_id = "hidden", .caller = "", .called = "" });
    char *words, *number;

    assert_true(ask(office, one, WANT_RECORDING, "", ""));
    speak(office, 4);
    assert_true(ask(office, one, WANT_CASE, "", ""));
    words = talloc_strdup(office, office->words);
    number = talloc_strndup(office, words, strcspn(words, " "));
    assert_true(desk_do(office->http->desk, take_as_no_complaint, number));
    assert_true(ask(office, one, WANT_STATUS, words, ""));
    assert_string_equal(office->words, talloc_asprintf(office, "case %s state-no-complaint pause ", number));
    errands_post(one, WANT_END, "", "");
}

/* Whether a case has a code, or is there at all, is not learnt; and wrong codes are counted for the caller,
 * whichever case they are for. */
static void every_number_is_asked_for_its_code_and_five_wrong_ones_end_the_callers_tries(void **state)
{
    struct office *office = *state;
    struct errand_call *hidden = errands_begin(
        office->errands, ++office->calls,
        &(struct errand_caller){ .line = "voice", .call_id = "hidden", .caller = "", .called = "" });
    struct errand_call *shown = call(office);
    char *words, *number;

    assert_true(ask(office, hidden, WANT_RECORDING, "", ""));
    speak(office, 4);
    assert_true(ask(office, hidden, WANT_CASE, "", ""));
    words = talloc_strdup(office, office->words);
    number = talloc_strndup(office, words, strcspn(words, " "));
    assert_false(ask(office, shown, WANT_STATUS, number, ""));
    assert_string_equal(office->words, "code");
    assert_false(ask(office, shown, WANT_STATUS, "26000029", "")); /* of a case that is not there */
    assert_string_equal(office->words, "code");
    assert_false(ask(office, shown, WANT_STATUS, "26000028", "")); /* the check digit is wrong */
    assert_string_equal(office->words, "");
    for (int i = 0; i < 5; i++)
        assert_false(ask(office, shown, WANT_STATUS, "26000029 0000", ""));
    assert_false(ask(office, shown, WANT_STATUS, words, ""));
    assert_true(ask(office, hidden, WANT_STATUS, words, ""));
    errands_post(hidden, WANT_END, "", "");
    errands_post(shown, WANT_END, "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            every_number_is_asked_for_its_code_and_five_wrong_ones_end_the_callers_tries, open_office,
            close_office),
        cmocka_unit_test_setup_teardown(what_was_no_complaint_can_be_asked_after, open_office, close_office),
        cmocka_unit_test_setup_teardown(who_pressed_9_is_sealed_from_the_first_second, open_office,
                                        close_office),
        cmocka_unit_test_setup_teardown(a_replay_is_in_memory_once_however_often_it_is_heard, open_office,
                                        close_office),
        cmocka_unit_test_setup_teardown(what_is_too_short_for_a_case_is_a_missed_call_and_filed, open_office,
                                        close_office),
        cmocka_unit_test_setup_teardown(who_has_the_number_now_hears_nothing_of_its_former_owners_cases,
                                        open_office, close_office),
        cmocka_unit_test_setup_teardown(who_asks_by_phone_has_the_details_by_text, open_office, close_office),
        cmocka_unit_test_setup_teardown(no_text_is_promised_to_a_landline_or_to_who_does_not_read,
                                        open_office, close_office),
        cmocka_unit_test_setup_teardown(of_whom_not_even_the_call_is_kept_nothing_is_promised,
                                        open_office_by_a_file, close_office_by_a_file),
        cmocka_unit_test_setup_teardown(news_of_a_former_owners_case_is_not_told, open_office, close_office),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
