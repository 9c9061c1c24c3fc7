#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/voice/call.h"
#include "tests/support/sound.h"

enum { SECOND = 1000 / FRAME_MS, VOICE = 30 * FRAME_RATE };

static const int16_t *voice; /* VOICE samples */

/* A host that writes down what it is asked, and prompts of half a second. What is said is read from the
 * samples: each prompt has a value of its own. */
struct scene {
    struct call *call;
    struct call_host host;
    char *log; /* "greeting 2 [own-cases] ..." */
    const int16_t *voice;
    size_t voice_at;
    int recorded; /* frames */
    bool speaks;
    int16_t last;
    char ids[200][24];
    int n_ids;
    uint32_t presses;
    struct clip greeting; /* n 0: as the other prompts */
};

static const char *const wants[] = { "recording", "replay",    "case",     "own-cases", "status",
                                     "officer",   "call-back", "news",     "rating",    "listener",
                                     "next",      "send-up",   "language", "end" };

static void add(struct scene *scene, const char *words)
{
    scene->log = talloc_asprintf_append(scene->log, "%s%s", *scene->log ? " " : "", words);
}

static void want(void *arg, enum call_want what, const char *digits)
{
    struct scene *scene = arg;

    add(scene, talloc_asprintf(scene->log, "[%s%s%s]", wants[what], *digits ? " " : "", digits));
}

static void record(void *arg, const int16_t samples[FRAME_SAMPLES])
{
    (void)samples;
    ((struct scene *)arg)->recorded++;
}

/* Of 0.1 s; sample value 1000 + its place in the list of ids. */
static struct clip prompt(void *arg, const char *id)
{
    struct scene *scene = arg;
    int at = 0;

    if (strcmp(id, "greeting") == 0 && scene->greeting.n > 0)
        return scene->greeting;
    while (at < scene->n_ids && strcmp(scene->ids[at], id) != 0)
        at++;
    if (at == scene->n_ids)
        strcpy(scene->ids[scene->n_ids++], id);
    /* two ids in a row must differ in value even when they are the same id */
    int16_t *samples = talloc_array(scene, int16_t, FRAME_RATE / 10);

    for (int i = 0; i < FRAME_RATE / 10; i++)
        samples[i] = (int16_t)(i < FRAME_SAMPLES ? 0 : 1000 + at);
    return (struct clip){ samples, FRAME_RATE / 10 };
}

static struct scene *begin_as(enum call_reason reason, enum call_number number)
{
    struct scene *scene = talloc_zero(NULL, struct scene);

    scene->host = (struct call_host){ .arg = scene, .want = want, .record = record, .prompt = prompt };
    scene->log = talloc_strdup(scene, "");
    scene->voice = voice;
    scene->call = call_new(scene, &scene->host, reason, number);
    return scene;
}

static struct scene *begin(enum call_number number)
{
    return begin_as(REASON_CALLER, number);
}

static void hear_what_is_said(struct scene *scene, const int16_t *said)
{
    int16_t value = said[FRAME_SAMPLES - 1];

    if (value >= 1000 && value < 1000 + scene->n_ids && value != scene->last)
        add(scene, scene->ids[value - 1000]);
    scene->last = value;
}

static void pass(struct scene *scene, double seconds)
{
    static const int16_t silence[FRAME_SAMPLES];
    int16_t said[FRAME_SAMPLES];

    for (int i = 0; i < seconds * SECOND && !call_is_over(scene->call); i++) {
        const int16_t *heard = scene->speaks ? scene->voice + scene->voice_at : silence;

        scene->voice_at = (scene->voice_at + FRAME_SAMPLES) % VOICE;
        call_frame(scene->call, heard, said);
        hear_what_is_said(scene, said);
    }
}

static void speak(struct scene *scene, double seconds)
{
    scene->speaks = true;
    pass(scene, seconds);
    scene->speaks = false;
}

static void press(struct scene *scene, const char *keys)
{
    static const char names[] = "0123456789*#";

    for (; *keys; keys++) {
        call_key_event(scene->call, (int)(strchr(names, *keys) - names), ++scene->presses * 8000);
        pass(scene, 0.3);
    }
}

static void assert_log(struct scene *scene, const char *expected)
{
    assert_string_equal(scene->log, expected);
    scene->log = talloc_strdup(scene, "");
}

/* To whatever the call waits for. */
static void answer(struct scene *scene, bool is_good, const char *words)
{
    static const struct {
        const char *state;
        enum call_want want;
    } waiting[] = { { "starting", WANT_RECORDING }, { "fetching", WANT_REPLAY },
                    { "filing", WANT_CASE },        { "looking", WANT_OWN_CASES },
                    { "looking-up", WANT_STATUS },  { "officer", WANT_OFFICER },
                    { "missed", WANT_CALL_BACK },   { "news-fetching", WANT_NEWS },
                    { "rating", WANT_RATING },      { "listener", WANT_LISTENER },
                    { "next", WANT_NEXT },          { "sending-up", WANT_SEND_UP } };

    for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++)
        if (strcmp(call_state_name(scene->call), waiting[i].state) == 0) {
            call_answer(scene->call, waiting[i].want, is_good, words);
            return;
        }
}

/* From the tone to the question what to do with it. */
static void record_for(struct scene *scene, double seconds)
{
    answer(scene, true, "");
    pass(scene, 0.4); /* the tone */
    speak(scene, seconds);
    pass(scene, 6.2);
}

static void who_just_waits_and_speaks_hears_a_number_twice(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    pass(scene, 4);
    assert_log(scene, "greeting [recording]");
    record_for(scene, 10);
    assert_true(scene->recorded > 16 * SECOND && scene->recorded < 17 * SECOND);
    assert_log(scene, "review");
    pass(scene, 6);
    assert_log(scene, "[case]");
    answer(scene, true, "26000010");
    pass(scene, 8);
    assert_log(scene, "received 2 6 0 0 0 0 1 0 again 2 6 0 0 0 0 1 0 goodbye [end]");
    assert_true(call_is_over(scene->call));
    talloc_free(scene);
}

static void who_speaks_at_once_needs_no_key(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    pass(scene, 0.2);
    speak(scene, 0.8);
    assert_log(scene, "greeting [recording]");
    talloc_free(scene);
}

/* Nothing of what is said before the tone is lost, and no tone interrupts it. */
static void who_speaks_before_the_tone_is_recorded_from_the_first_word(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);
    int16_t said[FRAME_SAMPLES], silence[FRAME_SAMPLES] = { 0 };

    (void)state;
    pass(scene, 0.5);
    speak(scene, 0.6);
    assert_log(scene, "greeting [recording]");
    answer(scene, true, "");
    call_frame(scene->call, silence, said);
    assert_int_equal(said[FRAME_SAMPLES / 2], 0);
    assert_in_range(scene->recorded, 0.6 * SECOND, 1.5 * SECOND);
    speak(scene, 3);
    press(scene, "#");
    assert_log(scene, "review");
    talloc_free(scene);
}

/* A disk that is busy does not swallow what the caller says meanwhile. */
static void what_is_said_until_the_recording_begins_is_in_it(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    pass(scene, 0.5);
    speak(scene, 4.2);
    assert_string_equal(call_state_name(scene->call), "starting");
    answer(scene, true, "");
    speak(scene, 0.1);
    assert_in_range(scene->recorded, 4 * SECOND, 5 * SECOND);
    talloc_free(scene);
}

/* Who shouts where it burns while the greeting plays does not say it twice. */
static void what_is_said_over_the_greeting_is_recorded(void **state)
{
    static const int16_t silence[4 * FRAME_RATE];
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    scene->greeting = (struct clip){ silence, 4 * FRAME_RATE };
    pass(scene, 1);
    speak(scene, 4);
    assert_string_equal(call_state_name(scene->call), "starting");
    answer(scene, true, "");
    speak(scene, 0.1);
    assert_in_range(scene->recorded, 4 * SECOND, 5.2 * SECOND);
    talloc_free(scene);
}

/* A voice as the greeting, and a line that gives it back 100 ms later, at a tenth. */
static void the_echo_of_the_greeting_is_nobody_who_speaks(void **state)
{
    enum { LATER = 5 };
    struct scene *scene = begin(NUMBER_SHOWN);
    int16_t echo[LATER][FRAME_SAMPLES] = { 0 }, heard[FRAME_SAMPLES], said[FRAME_SAMPLES];
    int frames = 0;

    (void)state;
    scene->greeting = (struct clip){ voice, 4 * FRAME_RATE };
    while (strcmp(call_state_name(scene->call), "starting") != 0) {
        memcpy(heard, echo[frames % LATER], sizeof heard);
        call_frame(scene->call, heard, said);
        for (int i = 0; i < FRAME_SAMPLES; i++)
            echo[frames % LATER][i] = (int16_t)(said[i] / 10);
        frames++;
    }
    assert_in_range(frames, 7 * SECOND - 2, 7 * SECOND + 2); /* 3 s behind the greeting */
    answer(scene, true, "");
    pass(scene, 0.1);
    assert_int_equal(scene->recorded, 0); /* the tone comes first */
    talloc_free(scene);
}

static void a_key_cuts_the_prompt_off_at_once(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);
    int16_t said[FRAME_SAMPLES], silence[FRAME_SAMPLES] = { 0 };

    (void)state;
    pass(scene, 0.06);
    call_key_event(scene->call, 1, 1);
    call_frame(scene->call, silence, said);
    for (int i = 0; i < FRAME_SAMPLES; i++)
        assert_int_equal(said[i], 0);
    assert_log(scene, "greeting [recording]");
    talloc_free(scene);
}

static void hash_ends_a_recording_and_sends_it(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "1");
    answer(scene, true, "");
    pass(scene, 0.4);
    speak(scene, 3);
    press(scene, "#");
    assert_string_equal(call_state_name(scene->call), "review");
    press(scene, "1");
    assert_log(scene, "[recording] review [case]");
    talloc_free(scene);
}

static void it_can_be_heard_and_said_again(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "1");
    record_for(scene, 3);
    press(scene, "2");
    assert_log(scene, "[recording] review [replay]");
    call_play(scene->call, prompt(scene, "what-was-said"));
    answer(scene, true, "");
    pass(scene, 0.5);
    assert_log(scene, "what-was-said review");
    press(scene, "3");
    assert_log(scene, "[recording]");
    record_for(scene, 3);
    assert_log(scene, "review");
    talloc_free(scene);
}

static void nine_is_for_the_discipline_office(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "9");
    assert_true(call_is_for_discipline(scene->call));
    assert_log(scene, "[recording]");
    talloc_free(scene);
}

static void who_says_nothing_is_asked_again_and_then_called_back(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    pass(scene, 4);
    answer(scene, true, "");
    pass(scene, 9);
    assert_log(scene, "greeting [recording] nothing-heard");
    pass(scene, 10);
    assert_log(scene, "[call-back]");
    answer(scene, true, "call-back");
    pass(scene, 2);
    assert_log(scene, "call-back goodbye [end]");
    talloc_free(scene);
}

/* 2 s and more of speech are kept. */
static void hanging_up_keeps_what_was_said(void **state)
{
    static const struct {
        double seconds;
        const char *log;
    } cases[] = { { 3, "[case] [end]" }, { 0.6, "[call-back] [end]" }, { 0, "[call-back] [end]" } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene *scene = begin(NUMBER_SHOWN);

        press(scene, "1");
        answer(scene, true, "");
        pass(scene, 0.4);
        speak(scene, cases[i].seconds);
        scene->log = talloc_strdup(scene, "");
        call_hung_up(scene->call);
        assert_log(scene, cases[i].log);
        talloc_free(scene);
    }
}

/* Whoever hangs up at any moment leaves a case, a call-back, or has been served; and each case once. */
static void whenever_a_caller_hangs_up_one_thing_is_left(void **state)
{
    (void)state;
    for (int tenth = 0; tenth < 400; tenth += 7) {
        struct scene *scene = begin(NUMBER_SHOWN);
        int left = tenth, cases = 0, calls = 0;

        scene->speaks = tenth % 2;
        for (bool has_answered = false; left > 0; left--) {
            pass(scene, 0.1);
            if (strcmp(call_state_name(scene->call), "starting") == 0)
                answer(scene, true, "");
            else if (strcmp(call_state_name(scene->call), "filing") == 0 && !has_answered)
                answer(scene, true, "26000010"), has_answered = true;
            if (scene->recorded > 5 * SECOND)
                scene->speaks = false;
        }
        call_hung_up(scene->call);
        call_hung_up(scene->call);
        for (const char *at = scene->log; (at = strstr(at, "[case]")) != NULL; at++)
            cases++;
        for (const char *at = scene->log; (at = strstr(at, "[call-back]")) != NULL; at++)
            calls++;
        assert_int_equal(cases + calls, 1);
        assert_true(call_is_over(scene->call));
        talloc_free(scene);
    }
}

static void who_withholds_the_number_is_asked_for_one_and_may_refuse(void **state)
{
    struct scene *scene = begin(NUMBER_WITHHELD);

    (void)state;
    press(scene, "1");
    record_for(scene, 3);
    press(scene, "1");
    assert_log(scene, "[recording] review key-phone");
    press(scene, "13900000010");
    pass(scene, 2);
    assert_log(scene, "phone-is 1 3 9 0 0 0 0 0 0 1 0 phone-right");
    press(scene, "1");
    assert_log(scene, "[case 13900000010]");
    talloc_free(scene);

    scene = begin(NUMBER_WITHHELD);
    press(scene, "1");
    record_for(scene, 3);
    press(scene, "1");
    press(scene, "139");
    scene->log = talloc_strdup(scene, "");
    pass(scene, 9);
    assert_log(scene, "[case]");
    talloc_free(scene);
}

static void two_tells_how_cases_stand_and_asks_for_numbers(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "2");
    assert_log(scene, "[own-cases]");
    answer(scene, true, "26000010 in-hand");
    pass(scene, 2);
    assert_log(scene, "2 6 0 0 0 0 1 0 in-hand key-number");
    press(scene, "26000028#");
    assert_log(scene, "[status 26000028]");
    answer(scene, false, "");
    pass(scene, 1);
    assert_log(scene, "no-such-case key-number");
    press(scene, "26000036");
    pass(scene, 9);
    assert_log(scene, "[status 26000036]");
    answer(scene, true, "closed");
    pass(scene, 20);
    assert_log(scene, "closed key-number goodbye [end]");
    talloc_free(scene);
}

static void without_an_officer_the_caller_speaks_to_the_tape(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "0");
    pass(scene, 26);
    assert_log(scene, "[officer] officer [recording] officer-away");
    talloc_free(scene);
}

static void who_is_joined_to_an_officer_is_let_go_when_that_one_hangs_up(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN), *officer = begin_as(REASON_OFFICER, NUMBER_SHOWN);

    (void)state;
    press(scene, "0");
    pass(scene, 3);
    pass(officer, 1);
    press(officer, "1");
    assert_true(call_is_joined(officer->call));
    answer(scene, true, "");
    assert_true(call_is_joined(scene->call));
    pass(scene, 400); /* as long as they like */
    assert_true(call_is_joined(scene->call));
    call_part(scene->call);
    pass(scene, 2);
    assert_log(scene, "[officer] officer goodbye [end]");
    talloc_free(officer);
    talloc_free(scene);

    officer = begin_as(REASON_OFFICER, NUMBER_SHOWN); /* an answering machine presses no key */
    pass(officer, 30);
    assert_log(officer, "officer-asked officer-asked officer-asked [end]");
    talloc_free(officer);
}

/* Whoever may listen keys the code that came by text; one key sends what accuses an official up. */
static void five_plays_what_waits_to_who_keys_the_code(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "5");
    answer(scene, true, "");
    pass(scene, 20); /* until the text has come */
    assert_log(scene, "[listener] listener-code");
    press(scene, "123456");
    assert_log(scene, "[next 123456]");
    call_play(scene->call, prompt(scene, "voice"));
    answer(scene, true, "case 26000010 pause");
    pass(scene, 3);
    assert_log(scene, "case 2 6 0 0 0 0 1 0 voice heard");
    press(scene, "42"); /* 4 means nothing, and cuts nothing off */
    pass(scene, 1);
    assert_log(scene, "voice heard");
    press(scene, "9");
    assert_log(scene, "[send-up]");
    answer(scene, true, "sent-up");
    pass(scene, 1);
    assert_log(scene, "[next] sent-up");
    answer(scene, true, "no-recordings");
    pass(scene, 2);
    assert_log(scene, "no-recordings goodbye [end]");
    talloc_free(scene);
}

static void who_may_not_listen_or_has_no_code_hears_nothing(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "5");
    answer(scene, false, "");
    pass(scene, 1);
    assert_log(scene, "[listener] wrong-key greeting");
    talloc_free(scene);

    scene = begin(NUMBER_SHOWN);
    press(scene, "5");
    answer(scene, true, "");
    for (int i = 0; i < 3; i++) {
        pass(scene, 1);
        press(scene, "000000");
        answer(scene, false, "");
    }
    pass(scene, 2);
    assert_log(scene,
               "[listener] listener-code [next 000000] wrong-code listener-code [next 000000] wrong-code "
               "listener-code [next 000000] wrong-code goodbye [end]");
    talloc_free(scene);
}

static void who_is_called_hears_the_news_after_1_and_rates_by_key(void **state)
{
    struct scene *scene = begin_as(REASON_NEWS, NUMBER_SHOWN);

    (void)state;
    pass(scene, 1);
    press(scene, "1");
    assert_log(scene, "news [news]");
    assert_false(call_is_heard(scene->call));
    answer(scene, true, "state-closed rate");
    assert_true(call_is_heard(scene->call));
    pass(scene, 1);
    press(scene, "4");
    assert_log(scene, "state-closed rate [rating 4]");
    answer(scene, true, "rated");
    pass(scene, 2);
    assert_log(scene, "rated goodbye [end]");
    talloc_free(scene);

    scene = begin_as(REASON_NEWS, NUMBER_SHOWN);
    press(scene, "1");
    answer(scene, true, "state-in-hand hear-again");
    pass(scene, 1);
    press(scene, "4"); /* there is nothing to rate */
    pass(scene, 1);
    press(scene, "#");
    assert_log(scene, "[news] state-in-hand hear-again wrong-key [news]");
    talloc_free(scene);
}

static void who_presses_nothing_has_not_heard_it(void **state)
{
    static const enum call_reason reasons[] = { REASON_NEWS, REASON_ALARM };

    (void)state;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct scene *scene = begin_as(reasons[i], NUMBER_SHOWN);

        pass(scene, 40);
        assert_true(call_is_over(scene->call));
        assert_false(call_is_heard(scene->call));
        talloc_free(scene);
    }
    struct scene *scene = begin_as(REASON_ALARM, NUMBER_SHOWN);

    pass(scene, 1);
    press(scene, "1");
    assert_true(call_is_heard(scene->call));
    talloc_free(scene);
}

static void who_is_called_back_speaks_after_the_tone(void **state)
{
    struct scene *scene = begin_as(REASON_CALL_BACK, NUMBER_SHOWN);

    (void)state;
    pass(scene, 5);
    record_for(scene, 3);
    pass(scene, 6);
    assert_log(scene, "called-back [recording] review [case]");
    talloc_free(scene);
}

static void a_landline_caller_is_offered_to_leave_a_mobile(void **state)
{
    struct scene *scene = begin(NUMBER_OF_LANDLINE);

    (void)state;
    press(scene, "1");
    record_for(scene, 3);
    press(scene, "1");
    press(scene, "13900000010");
    press(scene, "1");
    assert_log(scene, "[recording] review key-mobile phone-is 1 3 [case 13900000010]");
    talloc_free(scene);
}

static void a_case_without_a_number_is_asked_after_by_its_code(void **state)
{
    struct scene *scene = begin(NUMBER_WITHHELD);

    (void)state;
    press(scene, "1");
    record_for(scene, 3);
    press(scene, "1");
    pass(scene, 9);
    assert_log(scene, "[recording] review key-phone [case]");
    answer(scene, true, "26000010 1234");
    pass(scene, 20);
    assert_log(scene,
               "received 2 6 0 0 0 0 1 0 again 2 6 0 0 0 0 1 0 code 1 2 3 4 code 1 2 3 4 goodbye [end]");
    talloc_free(scene);

    scene = begin(NUMBER_WITHHELD);
    press(scene, "2");
    answer(scene, false, "");
    press(scene, "26000010#");
    assert_log(scene, "[own-cases] [status 26000010]");
    answer(scene, false, "code");
    pass(scene, 1);
    assert_log(scene, "key-code");
    press(scene, "1234");
    assert_log(scene, "[status 26000010 1234]");
    answer(scene, true, "state-new");
    pass(scene, 1);
    assert_log(scene, "state-new key-number");
    talloc_free(scene);
}

static void eight_changes_the_language_of_the_greeting(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "8");
    assert_log(scene, "[language] greeting");
    assert_string_equal(call_state_name(scene->call), "greeting");
    talloc_free(scene);
}

static void what_cannot_be_kept_is_not_promised(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "1");
    answer(scene, false, ""); /* no room for a recording */
    answer(scene, true, "call-again");
    pass(scene, 2);
    assert_log(scene, "[recording] [call-back] call-again goodbye [end]");
    talloc_free(scene);

    scene = begin(NUMBER_SHOWN);
    press(scene, "1");
    record_for(scene, 3);
    press(scene, "1");
    answer(scene, false, ""); /* the store failed */
    pass(scene, 2);
    assert_log(scene, "[recording] review [case] cannot-now goodbye [end]");
    talloc_free(scene);

    scene = begin(NUMBER_SHOWN);
    scene->host.office = "0357-81"; /* where to turn instead, said twice */
    press(scene, "1");
    answer(scene, false, "");
    answer(scene, false, ""); /* not even the missed call is kept */
    pass(scene, 6);
    assert_log(scene,
               "[recording] [call-back] cannot-now office 0 3 5 7 8 1 office 0 3 5 7 8 1 goodbye [end]");
    talloc_free(scene);

    scene = begin(NUMBER_SHOWN);
    press(scene, "1");
    record_for(scene, 3);
    press(scene, "1");
    pass(scene, 12); /* the store does not answer */
    assert_log(scene, "[recording] review [case] number-later goodbye [end]");
    talloc_free(scene);
}

static void no_recording_and_no_call_lasts_for_ever(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "1");
    answer(scene, true, "");
    pass(scene, 0.4);
    speak(scene, 130);
    assert_int_equal(scene->recorded, 120 * SECOND);
    talloc_free(scene);

    scene = begin(NUMBER_SHOWN);
    for (int i = 0; i < 600 && !call_is_over(scene->call); i++) {
        press(scene, "2");
        answer(scene, true, "");
        press(scene, "*");
    }
    assert_true(call_is_over(scene->call));
    talloc_free(scene);
}

/* As from a PBX that sends no packets of silence: the recording ends as it does in silence, and the pause
 * within it does not count twice when the stream has filled it in. */
static void what_is_not_sent_is_silence(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);
    int16_t said[FRAME_SAMPLES], silence[FRAME_SAMPLES] = { 0 };

    (void)state;
    press(scene, "1");
    answer(scene, true, "");
    pass(scene, 0.4);
    speak(scene, 3);
    for (int i = 0; i < 4 * SECOND; i++)
        call_frame(scene->call, NULL, said);
    for (int i = 0; i < 4 * SECOND; i++)
        call_hear(scene->call, silence);
    speak(scene, 2);
    assert_string_equal(call_state_name(scene->call), "recording");
    for (int i = 0; i < 6 * SECOND; i++)
        call_frame(scene->call, NULL, said);
    assert_string_equal(call_state_name(scene->call), "review");
    talloc_free(scene);
}

/* It is kept as a missed call, so the caller must not hear that it could not be kept. */
static void who_sends_too_little_for_a_case_is_called_back(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    press(scene, "1");
    record_for(scene, 1.5);
    pass(scene, 0.5);
    press(scene, "1");
    assert_log(scene, "[recording] review [case]");
    answer(scene, true, "call-back");
    pass(scene, 2);
    assert_log(scene, "call-back goodbye [end]");
    talloc_free(scene);
}

/* Nor does its sound play: the host asks first. */
static void an_answer_is_awaited_only_where_it_was_asked_for(void **state)
{
    struct scene *scene = begin(NUMBER_SHOWN);

    (void)state;
    assert_false(call_awaits(scene->call, WANT_RECORDING));
    press(scene, "1");
    assert_true(call_awaits(scene->call, WANT_RECORDING));
    record_for(scene, 3);
    press(scene, "2");
    assert_true(call_awaits(scene->call, WANT_REPLAY));
    pass(scene, 11); /* too late */
    assert_false(call_awaits(scene->call, WANT_REPLAY));
    talloc_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_just_waits_and_speaks_hears_a_number_twice),
        cmocka_unit_test(who_speaks_at_once_needs_no_key),
        cmocka_unit_test(who_speaks_before_the_tone_is_recorded_from_the_first_word),
        cmocka_unit_test(what_is_said_until_the_recording_begins_is_in_it),
        cmocka_unit_test(what_is_said_over_the_greeting_is_recorded),
        cmocka_unit_test(the_echo_of_the_greeting_is_nobody_who_speaks),
        cmocka_unit_test(a_key_cuts_the_prompt_off_at_once),
        cmocka_unit_test(hash_ends_a_recording_and_sends_it),
        cmocka_unit_test(it_can_be_heard_and_said_again),
        cmocka_unit_test(nine_is_for_the_discipline_office),
        cmocka_unit_test(who_says_nothing_is_asked_again_and_then_called_back),
        cmocka_unit_test(hanging_up_keeps_what_was_said),
        cmocka_unit_test(whenever_a_caller_hangs_up_one_thing_is_left),
        cmocka_unit_test(who_withholds_the_number_is_asked_for_one_and_may_refuse),
        cmocka_unit_test(two_tells_how_cases_stand_and_asks_for_numbers),
        cmocka_unit_test(without_an_officer_the_caller_speaks_to_the_tape),
        cmocka_unit_test(who_is_joined_to_an_officer_is_let_go_when_that_one_hangs_up),
        cmocka_unit_test(five_plays_what_waits_to_who_keys_the_code),
        cmocka_unit_test(who_may_not_listen_or_has_no_code_hears_nothing),
        cmocka_unit_test(who_is_called_hears_the_news_after_1_and_rates_by_key),
        cmocka_unit_test(who_presses_nothing_has_not_heard_it),
        cmocka_unit_test(who_is_called_back_speaks_after_the_tone),
        cmocka_unit_test(a_landline_caller_is_offered_to_leave_a_mobile),
        cmocka_unit_test(a_case_without_a_number_is_asked_after_by_its_code),
        cmocka_unit_test(eight_changes_the_language_of_the_greeting),
        cmocka_unit_test(what_cannot_be_kept_is_not_promised),
        cmocka_unit_test(what_is_not_sent_is_silence),
        cmocka_unit_test(who_sends_too_little_for_a_case_is_called_back),
        cmocka_unit_test(an_answer_is_awaited_only_where_it_was_asked_for),
        cmocka_unit_test(no_recording_and_no_call_lasts_for_ever),
    };

    void *mem = talloc_new(NULL);

    voice = sound_linear(mem, sound_voice(mem, VOICE, 130), VOICE);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    talloc_free(mem);
    return failed;
}
