/*
 * The transcriber's queue with a stand-in that answers, fails, hangs and lies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/case/cases.h"
#include "gateway/clock.h"
#include "gateway/recording/keep.h"
#include "gateway/recording/transcribe.h"
#include "gateway/recording/transcriber.h"
#include "store/notices.h"
#include "store/people.h"
#include "templates/set.h"
#include "tests/support/http_support.h"
#include "tests/support/program.h"
#include "tests/support/sounds.h"
#include "tests/support/support.h"

#define ANSWER(text) "echo '{\"text\":\"" text "\",\"engine\":\"stand-in\",\"confidence\":0.72,\"ms\":5}'\n"

#define CLERK "+8613800000002"
#define CADRE "+8613800000001"

struct desk_world {
    struct http_world *http;
    struct recorder recorder;
    const char *folder;
    int wake_fd;
};

static bool put_people(struct turn *turn, void *arg)
{
    struct unit county = { .code = "141027", .name = "浮山县", .level = UNIT_COUNTY, .duty = "" };
    struct unit township = { .code = "141027101", .name = "响水河镇", .level = UNIT_TOWNSHIP, .duty = "" };
    struct person clerk = {
        .phone = CLERK, .name = "乙例二", .title = "", .roles = ROLE_CLERK, .language = ""
    };
    struct person cadre = {
        .phone = CADRE, .name = "甲例一", .title = "", .roles = ROLE_CADRE, .language = ""
    };

    (void)arg;
    if (!store_put_unit(turn->store, &county))
        return false;
    township.parent = county.id;
    if (!store_put_unit(turn->store, &township))
        return false;
    clerk.unit = county.id;
    cadre.unit = township.id;
    turn->has_new_names = true;
    return store_put_person(turn->store, &clerk) && store_put_person(turn->store, &cadre);
}

static int open_world_for(void **state, int seconds)
{
    struct desk_world *world = talloc_zero(NULL, struct desk_world);

    world->folder = temporary_directory(world);
    world->http = http_world_open(
        "", talloc_asprintf(world,
                            "voice { reserve = 1 transcriber = \"sh %s/stand-in\" transcriber_timeout = %d }",
                            world->folder, seconds));
    world->recorder = recorder_of_desk(world->http->config, world->http->desk);
    world->wake_fd = eventfd(0, EFD_NONBLOCK);
    assert_true(desk_do(world->http->desk, put_people, NULL));
    *state = world;
    return 0;
}

static int open_world(void **state)
{
    return open_world_for(state, 4);
}

static int open_patient_world(void **state)
{
    return open_world_for(state, 60);
}

static int close_world(void **state)
{
    struct desk_world *world = *state;

    http_world_close(world->http);
    close(world->wake_fd);
    talloc_free(world);
    return 0;
}

static int64_t bring(struct desk_world *world, const char *keys, unsigned seed)
{
    struct filing filing = { .recording = { .line = "api:pbx", .caller = "+8613934567001", .keys = keys } };
    size_t length;
    void *octets = sounds_call(world, 3000, seed, &length);

    assert_int_equal(recording_bring(&world->recorder, world, &filing, octets, length), FILED);
    return filing.recording.id;
}

static void stand_in(struct desk_world *world, const char *script)
{
    write_file(world, world->folder, "stand-in", script);
}

static bool next(struct desk_world *world)
{
    return transcriber_do_next(&world->recorder, world->http->store, world->wake_fd);
}

static struct recording *row(struct desk_world *world, int64_t id)
{
    struct recording *recording;

    assert_true(store_recording(world->http->store, world, id, &recording));
    return recording;
}

static struct case_ *case_of(struct desk_world *world, int64_t id)
{
    struct case_ *case_;

    assert_true(store_case(world->http->store, world, row(world, id)->case_id, &case_));
    return case_;
}

static bool count_notice(const struct notice *notice, void *arg)
{
    (void)notice;
    ++*(int *)arg;
    return true;
}

static int count_notices(struct desk_world *world, const char *to)
{
    int n = 0;

    assert_true(store_each_notice(world->http->store, &(struct notice_filter){ .to = to }, count_notice, &n));
    return n;
}

static void what_it_says_is_kept_as_a_suggestion_that_changes_nothing(void **state)
{
    struct desk_world *world = *state;
    int64_t id = bring(world, "", 1);
    int clerk = count_notices(world, CLERK);

    stand_in(world, "head -c 4 \"$1\" | grep -q RIFF || exit 1\n" ANSWER("响水河镇的自来水停了三天"));
    assert_true(next(world));
    assert_int_equal(row(world, id)->transcript, TRANSCRIPT_DONE);
    assert_string_equal(row(world, id)->transcript_text, "响水河镇的自来水停了三天");
    assert_string_equal(row(world, id)->transcript_engine, "stand-in");
    assert_int_equal(row(world, id)->transcript_confidence, 72);
    assert_int_equal(case_of(world, id)->voice, VOICE_UNHEARD);
    assert_string_equal(case_of(world, id)->text, "");
    assert_string_equal(case_of(world, id)->topic, "other");
    assert_int_equal(row(world, id)->written_at, 0);
    assert_int_equal(count_notices(world, CLERK), clerk);
    assert_int_equal(count_notices(world, CADRE), 0);
    assert_false(next(world));
}

/* With Debian's packages; a machine without them has no engine to try. */
static void the_example_tells_words_apart(void **state)
{
    struct desk_world *world = *state;
    const char *spoken = talloc_asprintf(world, "%s/spoken.wav", world->folder);
    struct filing filing = { .recording = { .line = "api:pbx", .caller = "+8613934567001", .keys = "" } };
    size_t length;

    if (system("command -v pocketsphinx_continuous espeak-ng >/dev/null") != 0 ||
        access("/usr/share/pocketsphinx/model/en-us/en-us", R_OK) != 0) {
        print_message("no pocketsphinx here: its example is not tried\n");
        return;
    }
    assert_int_equal(system(talloc_asprintf(world,
                                            "espeak-ng -v cmn-latn-pinyin -s 150 -w %s "
                                            "'停电。停电。停电。停电。停电。'",
                                            spoken)),
                     0);
    void *octets = template_read_file(world, spoken, &length);

    assert_int_equal(recording_bring(&world->recorder, world, &filing, octets, length), FILED);
    stand_in(world, "exec sh gateway/voice/examples/transcribe pocketsphinx \"$1\"");
    assert_true(next(world));
    assert_int_equal(row(world, filing.recording.id)->transcript, TRANSCRIPT_DONE);
    assert_string_equal(row(world, filing.recording.id)->transcript_engine, "pocketsphinx");
    assert_non_null(strstr(row(world, filing.recording.id)->transcript_text, "停电"));
    assert_null(strstr(row(world, filing.recording.id)->transcript_text, "垃圾"));
}

static void danger_rings_who_may_listen_and_nobody_else(void **state)
{
    struct desk_world *world = *state;
    int64_t id = bring(world, "", 1);
    int clerk = count_notices(world, CLERK);

    stand_in(world, ANSWER("响水河镇着火了，有人困在里面，救命"));
    assert_true(next(world));
    assert_int_equal(count_notices(world, CLERK), clerk + 1);
    assert_int_equal(count_notices(world, CADRE), 0);
    assert_int_equal(case_of(world, id)->voice, VOICE_UNHEARD);
}

static void silence_is_noted_and_a_person_listens_all_the_same(void **state)
{
    struct desk_world *world = *state;
    int64_t id = bring(world, "", 1);

    stand_in(world, "exit 2\n");
    assert_true(next(world));
    assert_int_equal(row(world, id)->transcript, TRANSCRIPT_SILENT);
    assert_int_not_equal(row(world, id)->ring_at, 0);
    assert_false(next(world));
}

static void a_failure_waits_longer_each_time_and_is_then_given_up(void **state)
{
    static const int64_t pauses[] = { 60, 600, 3600 };
    struct desk_world *world = *state;
    int64_t id = bring(world, "", 1);
    const char *clock = write_file(world, world->folder, "clock", "");
    int64_t now = clock_now();

    stand_in(world, "exit 1\n");
    setenv("XIANGYIN_CLOCK", clock, 1);
    for (size_t i = 0; i < 3; i++) {
        assert_true(clock_set(clock, now));
        assert_true(next(world));
        assert_int_equal(row(world, id)->transcript, TRANSCRIPT_WAITING);
        assert_int_equal(row(world, id)->transcript_due, now + pauses[i]);
        assert_false(next(world));
        now += pauses[i];
    }
    assert_true(clock_set(clock, now));
    assert_true(next(world));
    assert_int_equal(row(world, id)->transcript, TRANSCRIPT_FAILED);
    unsetenv("XIANGYIN_CLOCK");
}

static void whoever_lies_is_not_believed(void **state)
{
    static const char *const lies[] = {
        "echo nonsense\n",
        "echo '[1]'\n",
        "true\n",
        "echo '{\"engine\":\"a\"}'\n",
        "echo '{\"text\":5,\"engine\":\"a\"}'\n",
        "echo '{\"text\":\"a\"}'\n",
        "echo '{\"text\":\"a\",\"engine\":\"a\",\"confidence\":7}'\n",
        "echo '{\"text\":\"a\",\"engine\":\"a\",\"confidence\":-1}'\n",
        "printf '{\"text\":\"\\377\\376\",\"engine\":\"a\"}'\n",
        "head -c 100000 /dev/zero | tr '\\0' a\n",
        "kill -9 $$\n",
    };
    struct desk_world *world = *state;

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        int64_t id = bring(world, "", (unsigned)i + 1);

        stand_in(world, lies[i]);
        assert_true(next(world));
        if (row(world, id)->transcript != TRANSCRIPT_WAITING || row(world, id)->transcript_tries != 1)
            fail_msg("%s", lies[i]);
        assert_string_equal(row(world, id)->transcript_text, "");
    }
}

/* The stand-in says which process it started. One that nobody has buried yet does not run. */
static bool is_running(struct desk_world *world)
{
    FILE *file = fopen(talloc_asprintf(world, "%s/pid", world->folder), "r");
    char state = 'Z';
    int pid = 0;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    file = fopen(talloc_asprintf(world, "/proc/%d/stat", pid), "r");
    if (file) {
        assert_int_equal(fscanf(file, "%*d %*s %c", &state), 1);
        fclose(file);
    }
    return state != 'Z';
}

static void one_that_hangs_is_killed_with_all_that_it_started(void **state)
{
    struct desk_world *world = *state;
    int64_t id = bring(world, "", 1);

    stand_in(world, talloc_asprintf(world, "sleep 600 & echo $! > %s/pid\nwait\n", world->folder));
    assert_true(next(world));
    assert_int_equal(row(world, id)->transcript_tries, 1);
    for (int i = 0; is_running(world) && i < 500; i++) /* until init has buried it */
        usleep(10000);
    assert_false(is_running(world));
}

static void the_stop_of_the_gateway_counts_as_no_try(void **state)
{
    struct desk_world *world = *state;
    int64_t id = bring(world, "", 1);

    stand_in(world, "sleep 600\n");
    eventfd_write(world->wake_fd, 1);
    assert_false(next(world));
    assert_int_equal(row(world, id)->transcript_tries, 0);
    assert_int_equal(row(world, id)->transcript, TRANSCRIPT_WAITING);
}

static void who_pressed_9_is_handed_to_no_machine(void **state)
{
    struct desk_world *world = *state;

    bring(world, "9", 1);
    stand_in(world, ANSWER("a"));
    assert_false(next(world));
}

static void nothing_is_left_in_the_folder(void **state)
{
    struct desk_world *world = *state;
    struct dirent *entry;
    DIR *folder;
    int n = 0;

    bring(world, "", 1);
    stand_in(world, ANSWER("响水河镇停水"));
    assert_true(next(world));
    folder = opendir(keep_folder(world, world->http->config));
    while ((entry = readdir(folder)))
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    assert_int_equal(n, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_it_says_is_kept_as_a_suggestion_that_changes_nothing),
        cmocka_unit_test_setup_teardown(the_example_tells_words_apart, open_patient_world, close_world),
        TEST(danger_rings_who_may_listen_and_nobody_else),
        TEST(silence_is_noted_and_a_person_listens_all_the_same),
        TEST(a_failure_waits_longer_each_time_and_is_then_given_up),
        TEST(whoever_lies_is_not_believed),
        TEST(one_that_hangs_is_killed_with_all_that_it_started),
        TEST(the_stop_of_the_gateway_counts_as_no_try),
        TEST(who_pressed_9_is_handed_to_no_machine),
        TEST(nothing_is_left_in_the_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
