/*
 * Recordings over real HTTP, what is on the disk, and what a crash leaves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/case/cases.h"
#include "gateway/case/standing.h"
#include "gateway/clock.h"
#include "gateway/provider/fields.h"
#include "gateway/recording/keep.h"
#include "gateway/recording/keeper.h"
#include "gateway/recording/sweep.h"
#include "gateway/voice/sound/tape.h"
#include "gateway/voice/sound/wav.h"
#include "store/notices.h"
#include "store/upkeep/erase.h"
#include "tests/support/http_support.h"
#include "tests/support/openapi_check.h"
#include "tests/support/sounds.h"

#define PATH "/api/v1/recordings"

struct desk_world {
    struct http_world *http;
    const char *token;
    struct recorder recorder;
};

static struct desk_world *open_with(const char *http_extra, const char *extra)
{
    struct desk_world *world = talloc_zero(NULL, struct desk_world);

    world->http = http_world_open(http_extra, extra);
    world->token =
        talloc_asprintf(world, "Authorization: Bearer %s\r\n", http_token(world->http, world, "record file"));
    world->recorder = recorder_of_desk(world->http->config, world->http->desk);
    return world;
}

static int open_world(void **state)
{
    *state = open_with("", "voice { reserve = 1 }");
    return 0;
}

static int close_world(void **state)
{
    struct desk_world *world = *state;

    http_world_close(world->http);
    talloc_free(world);
    return 0;
}

static struct json_object *describe(struct desk_world *world)
{
    struct reply reply = http_ask(world->http, world, "GET", "/api/v1/openapi.json", NULL, NULL);

    return json_parse(world, reply.body, strlen(reply.body));
}

static struct reply post(struct desk_world *world, const char *query, const char *headers, const void *body,
                         size_t length)
{
    struct reply reply =
        http_post(world->http, world, talloc_asprintf(world, PATH "%s", query),
                  talloc_asprintf(world, "%s%s", world->token, headers ? headers : ""), body, length);
    const char *wrong = openapi_check(world, describe(world), "POST", PATH, reply.status, reply.body);

    if (wrong)
        fail_msg("%d %s: %s", reply.status, reply.body, wrong);
    return reply;
}

static const char *member(struct desk_world *world, const struct reply *reply, const char *name)
{
    struct json_object *body = json_parse(world, reply->body, strlen(reply->body));

    return json_object_get_string(json_object_object_get(body, name));
}

/* A recording that is new: the number of its case. */
static const char *bring(struct desk_world *world, const char *query, int ms, unsigned seed)
{
    size_t length;
    void *octets = sounds_call(world, ms, seed, &length);
    struct reply reply = post(world, query, NULL, octets, length);

    if (reply.status != 200)
        fail_msg("%d %s", reply.status, reply.body);
    return member(world, &reply, "case");
}

static struct recording *rows(struct desk_world *world, size_t *n)
{
    struct recording *recordings;

    assert_true(store_recordings(world->http->store, world, &(struct recording_filter){ 0 }, &recordings, n));
    return recordings;
}

static size_t count_files(struct desk_world *world)
{
    DIR *folder = opendir(keep_folder(world, world->http->config));
    size_t n = 0;

    for (struct dirent *entry; folder && (entry = readdir(folder));)
        n += entry->d_name[0] != '.';
    if (folder)
        closedir(folder);
    return n;
}

static int64_t count_cases(struct desk_world *world)
{
    int64_t count;

    assert_true(store_count_cases(world->http->store, &(struct case_filter){ 0 }, &count));
    return count;
}

static void before_200_the_file_is_on_the_disk_and_its_case_committed(void **state)
{
    struct desk_world *world = *state;
    size_t length, kept, n;
    void *octets = sounds_call(world, 5000, 1, &length);
    struct reply reply = post(world, "?caller=13934567001&called=0357-8120000&at=2026-11-20T09:00:00Z&id=a.1",
                              "Content-Type: audio/wav\r\n", octets, length);
    struct recording *recording;
    struct case_ *case_;
    struct stat status;

    assert_int_equal(reply.status, 200);
    recording = rows(world, &n);
    assert_int_equal(n, 1);
    assert_int_equal(recording->state, RECORDING_KEPT);
    assert_string_equal(recording->caller, "+8613934567001");
    assert_string_equal(recording->external_id, "a.1");
    assert_int_equal(recording->at, 1795165200);
    assert_int_equal(recording->ms, 5000);
    assert_string_equal(recording->format, "wav pcm 16");
    assert_string_equal(recording->sha256, member(world, &reply, "sha256"));
    assert_memory_equal(keep_read(world, world->http->config, recording->file, &kept), octets, length);
    assert_int_equal(kept, length);
    assert_int_equal(stat(keep_path(world, world->http->config, recording->file), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(keep_folder(world, world->http->config), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_true(store_case_by_number(world->http->store, world, member(world, &reply, "case"), &case_));
    assert_int_equal(case_->id, recording->case_id);
    assert_int_equal(case_->voice, VOICE_UNHEARD);
}

static bool note_text(const struct notice *notice, void *arg)
{
    char **text = arg;

    *text = talloc_asprintf_append(*text, "%s\n", notice->text);
    return true;
}

static void the_caller_is_texted_the_number(void **state)
{
    struct desk_world *world = *state;
    const char *number = bring(world, "?caller=13934567001", 3000, 1);
    struct notice_filter filter = { .to = "+8613934567001" };
    char *texts = talloc_strdup(world, "");

    assert_true(store_each_notice(world->http->store, &filter, note_text, &texts));
    assert_ptr_equal(strstr(texts, talloc_asprintf(world, "收到，编号%s", number)), texts);
}

static const char *form(struct desk_world *world, const char *fields, const void *octets, size_t length,
                        size_t *all)
{
    char *head = talloc_asprintf(world,
                                 "%s--boundary-of-a-form\r\nContent-Disposition: form-data; name=\"file\"; "
                                 "filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n",
                                 fields);
    static const char end[] = "\r\n--boundary-of-a-form--\r\n";
    char *body = talloc_size(world, strlen(head) + length + sizeof end);

    memcpy(body, head, strlen(head));
    memcpy(body + strlen(head), octets, length);
    memcpy(body + strlen(head) + length, end, sizeof end - 1);
    *all = strlen(head) + length + sizeof end - 1;
    return body;
}

#define FORM "Content-Type: multipart/form-data; boundary=boundary-of-a-form\r\n"
#define PART(name, value) \
    "--boundary-of-a-form\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static void a_form_may_bring_it(void **state)
{
    struct desk_world *world = *state;
    const char *end = "--boundary-of-a-form--\r\n";
    size_t length, all, n, kept;
    void *octets = sounds_call(world, 70000, 1, &length); /* more than one buffer */
    const char *body =
        form(world, PART("caller", "13934567001") PART("id", "f") PART("keys", "19"), octets, length, &all);
    struct reply reply = post(world, "", FORM, body, all);
    struct recording *recording;

    if (reply.status != 200)
        fail_msg("%d %s", reply.status, reply.body);
    recording = rows(world, &n);
    assert_string_equal(recording->caller, "+8613934567001");
    assert_string_equal(recording->external_id, "f");
    assert_true(recording->is_sealed);
    assert_memory_equal(keep_read(world, world->http->config, recording->file, &kept), octets, length);
    body = form(world, PART("colour", "red"), octets, length, &all);
    assert_int_equal(post(world, "", FORM, body, all).status, 400);
    assert_int_equal(post(world, "", FORM, end, strlen(end)).status, 400);
}

static void the_same_again_is_filed_once(void **state)
{
    struct desk_world *world = *state;
    size_t length, other_length;
    void *octets = sounds_call(world, 3000, 1, &length), *other = sounds_call(world, 3000, 2, &other_length);
    const char *number = bring(world, "?caller=13934567001&id=a", 3000, 1);
    struct reply reply = post(world, "?caller=13934567001&id=a", NULL, octets, length);

    assert_int_equal(reply.status, 200);
    assert_string_equal(member(world, &reply, "case"), number);
    assert_string_equal(member(world, &reply, "is_repeated"), "true");
    assert_int_equal(post(world, "?caller=13934567001&id=a", NULL, other, other_length).status, 409);
    number = bring(world, "?caller=13934567001", 3000, 3);
    assert_string_equal(bring(world, "?caller=13934567001", 3000, 3), number);
    assert_string_not_equal(bring(world, "?caller=13934567002", 3000, 3), number);
    assert_int_equal(count_cases(world), 3);
    assert_int_equal(count_files(world), 3);
}

static void a_text_with_the_same_id_is_another_event(void **state)
{
    struct desk_world *world = *state;
    struct reply reply = http_ask(world->http, world, "POST", "/api/v1/events", world->token,
                                  "{\"id\":\"a\",\"from\":\"13934567001\",\"text\":\"东陈村停水了\"}");

    assert_int_equal(reply.status, 202);
    assert_non_null(bring(world, "?caller=13934567001&id=a", 3000, 1));
    assert_int_equal(count_cases(world), 2);
}

static void many_at_once_with_one_id_make_one_case(void **state)
{
    enum { CALLERS = 6 };
    struct desk_world *world = *state;
    size_t length;
    void *octets = sounds_call(world, 3000, 1, &length);
    char *head = talloc_asprintf(world,
                                 "POST " PATH "?id=a&caller=13934567001 HTTP/1.1\r\nHost: a\r\n%s"
                                 "Content-Length: %zu\r\n\r\n",
                                 world->token, length);
    int fds[CALLERS];

    for (int i = 0; i < CALLERS; i++) {
        fds[i] = http_connect(world->http);
        assert_true(http_send(fds[i], head));
    }
    for (int i = 0; i < CALLERS; i++)
        assert_true(http_send_octets(fds[i], octets, length));
    for (int i = 0; i < CALLERS; i++) {
        assert_int_equal(http_reply(world, fds[i]).status, 200);
        close(fds[i]);
    }
    assert_int_equal(count_cases(world), 1);
    assert_int_equal(count_files(world), 1);
}

static void what_is_wrong_is_refused_and_leaves_nothing(void **state)
{
    struct desk_world *world = *state;
    size_t length;
    void *octets = sounds_call(world, 3000, 1, &length);
    static const struct {
        const char *query;
        int status;
    } all[] = {
        { "?caller=a%20very%22odd", 400 },
        { "?colour=red", 400 },
        { "?caller=1&caller=2", 400 },
        { "?keys=hello", 400 },
        { "?at=yesterday", 400 },
        { "?at=2036-01-01T00:00:00Z", 400 },
        { "?id=", 400 },
    };
    struct reply reply;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if ((reply = post(world, all[i].query, NULL, octets, length)).status != all[i].status)
            fail_msg("%s: %d %s", all[i].query, reply.status, reply.body);
    reply = post(world, "", NULL, "ID3 some music", 14);
    assert_int_equal(reply.status, 415);
    assert_non_null(strstr(reply.body, "MP3"));
    assert_int_equal(post(world, "", NULL, "", 0).status, 415);
    world->token = "";
    assert_int_equal(post(world, "", NULL, octets, 1000).status, 401);
    world->token = talloc_asprintf(world, "Authorization: Bearer %s\r\n",
                                   http_token(world->http, world, "cases events guarded send file"));
    assert_int_equal(post(world, "", NULL, octets, length).status, 403);
    assert_int_equal(count_files(world), 0);
}

static void a_recording_over_the_cap_is_refused(void **state)
{
    struct desk_world *world = open_with("", "voice { reserve = 1 recording_cap = 70000 }");
    size_t length;
    void *octets = sounds_call(world, 20000, 1, &length);

    (void)state;
    assert_int_equal(post(world, "", NULL, octets, length).status, 413);
    assert_non_null(bring(world, "?caller=13934567001", 4000, 1)); /* 64044 octets, nearly http's body_cap */
    close_world((void **)&world);
}

static void a_full_disk_takes_no_recording(void **state)
{
    struct desk_world *world = open_with("", "voice { reserve = 1000000 }");
    size_t length;
    void *octets = sounds_call(world, 3000, 1, &length);
    struct reply reply = post(world, "?caller=13934567001", NULL, octets, length);

    (void)state;
    assert_int_equal(reply.status, 503);
    assert_non_null(reply_header(world, &reply, "Retry-After"));
    assert_int_equal(count_cases(world), 0);
    close_world((void **)&world);
}

static void less_than_two_seconds_are_a_missed_call(void **state)
{
    struct desk_world *world = *state;
    struct sounds_wish quiet = { 6, 8, 8000, 1, 1000, 20000, 1, -1 };
    size_t length;
    void *octets = sounds_wav(world, &quiet, &length);
    struct reply reply = post(world, "?caller=13934567001", NULL, octets, length);

    assert_int_equal(reply.status, 200);
    assert_null(member(world, &reply, "case"));
    assert_string_equal(member(world, &reply, "kind"), "missed call");
    assert_null(bring(world, "?caller=13934567001", 1990, 1));
    assert_int_equal(count_cases(world), 0);
}

static void a_withheld_number_still_makes_a_case(void **state)
{
    struct desk_world *world = *state;

    assert_non_null(bring(world, "", 3000, 1));
    assert_non_null(bring(world, "?caller=anonymous", 3000, 2));
    assert_non_null(bring(world, "?caller=8001", 3000, 3)); /* an extension */
    assert_int_equal(count_cases(world), 3);
}

/* The row of a recording that was begun, as the last stop left it. */
static struct filing leave_begun(struct desk_world *world, const char *id, bool is_growing)
{
    struct filing filing = { .recording = { .line = "api:token 1",
                                            .external_id = id,
                                            .caller = "+8613934567001",
                                            .keys = "",
                                            .at = 1795165200,
                                            .is_growing = is_growing } };

    assert_true(recording_begin(&world->recorder, world, &filing));
    return filing;
}

static void write_to(const char *path, const void *octets, size_t length)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, length, file), length);
    fclose(file);
}

static void leave_part(struct desk_world *world, const char *id, bool is_growing, int ms)
{
    struct filing filing = leave_begun(world, id, is_growing);
    size_t length;
    void *octets = sounds_call(world, ms, 1, &length);

    write_to(keep_part_path(world, world->http->config, filing.recording.file), octets, length);
}

static void sweep(struct desk_world *world)
{
    sweep_begun(&world->recorder, world->http->store, clock_now());
}

static void the_next_start_files_a_whole_file(void **state)
{
    struct desk_world *world = *state;
    struct filing filing = leave_begun(world, "a", false);
    size_t length, n;
    void *octets = sounds_call(world, 3000, 1, &length);
    struct recording *recording;
    const char *number;

    assert_null(keep_write(world, world->http->config, filing.recording.file, octets, length));
    sweep(world);
    sweep(world);
    assert_int_equal(count_cases(world), 1);
    recording = rows(world, &n);
    assert_int_equal(n, 1);
    assert_int_equal(recording->state, RECORDING_KEPT);
    assert_int_equal(recording->ms, 3000);
    number = bring(world, "?caller=13934567001&id=a", 3000, 1); /* it was not answered: it comes again */
    assert_non_null(number);
    assert_int_equal(count_cases(world), 1);
    assert_int_equal(count_files(world), 1);
}

static void of_a_call_what_there_is_counts(void **state)
{
    struct desk_world *world = *state;
    struct recording *recordings;
    size_t n;

    leave_part(world, "long", true, 2500);
    leave_part(world, "short", true, 1000);
    leave_begun(world, "none", true);
    sweep(world);
    recordings = rows(world, &n);
    assert_int_equal(n, 3);
    assert_int_equal(count_cases(world), 1);
    assert_int_not_equal(recordings[0].case_id, 0);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(recordings[i].state, RECORDING_KEPT);
        assert_int_not_equal(recordings[i].event_id, 0);
    }
    assert_int_equal(count_files(world), 2);
}

/* Whoever was killed could not write the length: ordinary players would play nothing. */
static void of_a_call_cut_short_the_file_tells_its_length(void **state)
{
    struct desk_world *world = *state;
    struct filing filing = leave_begun(world, "killed", true);
    const char *part = keep_part_path(world, world->http->config, filing.recording.file), *why;
    struct tapes *tapes = tapes_start(world);
    struct tape *tape = tape_open(tapes, part);
    int16_t frame[FRAME_SAMPLES];
    FILE *file;

    assert_non_null(tape);
    for (int i = 0; i < FRAME_SAMPLES; i++)
        frame[i] = (int16_t)(i * 50);
    for (int i = 0; i < 150; i++)
        tape_put(tape, frame);
    assert_true(tape_close(tape));
    tapes_stop(tapes);
    file = fopen(part, "r+b");
    assert_non_null(file);
    for (size_t i = 0; i < 3; i++) { /* the sizes as they are until the end */
        static const long places[] = { 4, 46, 54 };

        fseek(file, places[i], SEEK_SET);
        fwrite("\0\0\0\0", 1, 4, file);
    }
    fclose(file);
    sweep(world);
    assert_int_equal(count_cases(world), 1);
    assert_int_equal(wav_read(world, keep_path(world, world->http->config, filing.recording.file), &why).n,
                     150 * FRAME_SAMPLES);
}

static void half_an_upload_leaves_nothing_and_may_come_again(void **state)
{
    struct desk_world *world = *state;
    size_t n;

    leave_part(world, "a", false, 2500);
    leave_begun(world, "b", false);
    sweep(world);
    rows(world, &n);
    assert_int_equal(n, 0);
    assert_int_equal(count_files(world), 0);
    assert_non_null(bring(world, "?caller=13934567001&id=a", 3000, 1));
    assert_int_equal(count_cases(world), 1);
}

static void a_stranger_in_the_folder_stays(void **state)
{
    struct desk_world *world = *state;

    bring(world, "?caller=13934567001", 3000, 1);
    write_to(keep_path(world, world->http->config, "mine.txt"), "mine", 4);
    sweep(world);
    assert_int_equal(count_files(world), 2);
}

static void copies_are_made_afterwards(void **state)
{
    struct desk_world *world = *state;
    struct recording *recording;
    struct stat status;
    size_t n;

    bring(world, "?caller=13934567001", 10000, 1);
    keeper_make_copies(&world->recorder, world->http->store);
    recording = rows(world, &n);
    assert_string_not_equal(recording->copy, recording->file);
    assert_int_equal(stat(keep_path(world, world->http->config, recording->copy), &status), 0);
    assert_in_range(status.st_size, 1000, 15000);
    sweep(world);
    assert_int_equal(count_files(world), 2);
}

/* The reporter withdraws the first case. */
static bool withdraw(struct turn *turn, void *arg)
{
    struct person reporter = { .phone = "+8613934567001", .name = "" };
    struct action action = { .act = ACT_WITHDRAW, .by = &reporter };

    (void)arg;
    return store_case(turn->store, turn->mem, 1, &action.case_) && cases_take(turn, &action) &&
           action.refusal == NOT_REFUSED;
}

static bool holds(const char *path, const char *words)
{
    FILE *file = fopen(path, "rb");
    char *all = talloc_size(NULL, 16 << 20);
    size_t n = file ? fread(all, 1, 16 << 20, file) : 0;
    bool is_so = memmem(all, n, words, strlen(words)) != NULL;

    if (file)
        fclose(file);
    talloc_free(all);
    return is_so;
}

static void an_erased_person_leaves_no_recording(void **state)
{
    struct desk_world *world = *state;
    const char *error, *database = world->http->config->database;
    struct erased erased;
    struct recording *recording;
    struct store *store;
    size_t n;

    bring(world, "?caller=13934567001&id=the-id-of-the-call&keys=1357", 3000, 1);
    keeper_make_copies(&world->recorder, world->http->store);
    assert_true(desk_do(world->http->desk, withdraw, NULL));
    store = store_open(world, world->http->config->store_url, &error);
    assert_true(store_erase(store, "+8613934567001", clock_now(), &erased));
    assert_int_equal(erased.recordings, 1);
    sweep_removed(&world->recorder, world->http->store);
    recording = rows(world, &n);
    assert_int_equal(recording->state, RECORDING_REMOVED);
    assert_string_equal(recording->file, "");
    assert_string_equal(recording->copy, "");
    assert_string_equal(recording->caller, "erased");
    assert_string_equal(recording->sha256, "");
    assert_int_equal(count_files(world), 0);
    assert_true(store_erase(store, "+8613934567009", clock_now(), &erased)); /* clears the files again */
    assert_false(holds(database, "13934567001"));
    assert_false(holds(database, "the-id-of-the-call"));
    assert_false(holds(talloc_asprintf(world, "%s-wal", database), "13934567001"));
}

static bool retain_all(struct turn *turn, void *arg)
{
    return store_retain_recordings(turn->store, clock_now() + 60, 100, arg);
}

static void retention_takes_recordings_of_ended_cases_and_of_none(void **state)
{
    struct desk_world *world = *state;
    struct recording *recordings;
    int64_t count;
    size_t n;

    bring(world, "?caller=13934567001", 3000, 1);
    bring(world, "?caller=13934567002", 3000, 2);
    bring(world, "?caller=13934567003", 1000, 3); /* a missed call */
    assert_true(desk_do(world->http->desk, withdraw, NULL));
    assert_true(desk_do(world->http->desk, retain_all, &count));
    assert_int_equal(count, 2);
    sweep_removed(&world->recorder, world->http->store);
    recordings = rows(world, &n);
    assert_string_equal(recordings[0].file, "");
    assert_string_not_equal(recordings[1].file, "");
    assert_string_equal(recordings[2].file, "");
    assert_int_equal(count_files(world), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(before_200_the_file_is_on_the_disk_and_its_case_committed),
        TEST(the_caller_is_texted_the_number),
        TEST(a_form_may_bring_it),
        TEST(the_same_again_is_filed_once),
        TEST(a_text_with_the_same_id_is_another_event),
        TEST(many_at_once_with_one_id_make_one_case),
        TEST(what_is_wrong_is_refused_and_leaves_nothing),
        cmocka_unit_test(a_recording_over_the_cap_is_refused),
        cmocka_unit_test(a_full_disk_takes_no_recording),
        TEST(less_than_two_seconds_are_a_missed_call),
        TEST(a_withheld_number_still_makes_a_case),
        TEST(the_next_start_files_a_whole_file),
        TEST(of_a_call_what_there_is_counts),
        TEST(of_a_call_cut_short_the_file_tells_its_length),
        TEST(half_an_upload_leaves_nothing_and_may_come_again),
        TEST(a_stranger_in_the_folder_stays),
        TEST(copies_are_made_afterwards),
        TEST(an_erased_person_leaves_no_recording),
        TEST(retention_takes_recordings_of_ended_cases_and_of_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
