/*
 * `file recording`, `case list --to-hear` and `case play`, as an operator runs them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/program.h"
#include "tests/support/sounds.h"
#include "tests/support/support.h"

#define PLAY(folder, ...) RUN(folder, folder, NULL, "case", "play", __VA_ARGS__)

static void write_octets(const char *folder, const char *name, const void *octets, size_t length)
{
    FILE *file = fopen(talloc_asprintf(folder, "%s/%s", folder, name), "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, length, file), length);
    fclose(file);
}

static void write_call(const char *folder, const char *name, int ms, unsigned seed)
{
    size_t length;
    void *octets = sounds_call((void *)folder, ms, seed, &length);

    write_octets(folder, name, octets, length);
}

static int open_folder(void **state)
{
    const char *folder = temporary_directory(NULL);

    write_file((void *)folder, folder, "xiangyin.conf",
               "store { url = \"sqlite:x.db\" }\nvoice { reserve = 1 }\n");
    write_file((void *)folder, folder, "units.csv",
               "code,name,level,parent,duty\n141027,浮山县,county,,\n141027101,响水河镇,township,141027,\n"
               "jw,纪委,office,141027,discipline\n");
    write_file((void *)folder, folder, "people.csv",
               "phone,name,roles,unit\n13800000001,甲例一,cadre,响水河镇\n"
               "13800000002,乙例二,接听员,浮山县\n13800000005,戊例五,cadre,纪委\n");
    assert_int_equal(RUN((void *)folder, folder, NULL, "import", "units", "units.csv").status, 0);
    assert_int_equal(RUN((void *)folder, folder, NULL, "import", "people", "people.csv").status, 0);
    write_call(folder, "a.wav", 3000, 1);
    *state = (void *)folder;
    return 0;
}

static int close_folder(void **state)
{
    talloc_free(*state);
    return 0;
}

/* Files a.wav: the number of its case. */
static const char *file(void *folder, const char *keys)
{
    struct outcome outcome =
        RUN(folder, folder, NULL, "file", "recording", "a.wav", "--from", "13934567001", "--keys", keys);

    if (outcome.status != 0)
        fail_msg("%s", outcome.err);
    return talloc_strndup(folder, outcome.out, strcspn(outcome.out, "\n"));
}

static void a_file_is_filed_once_and_kept_beside_the_store(void **state)
{
    const char *number = file(*state, "");
    struct outcome outcome;

    assert_int_equal(strlen(number), 8);
    assert_string_equal(file(*state, ""), number);
    assert_int_equal(access(talloc_asprintf(*state, "%s/x.db.recordings", (char *)*state), F_OK), 0);
    outcome = RUN(*state, *state, NULL, "case", "list", "--to-hear", "--json");
    assert_non_null(strstr(outcome.out, number));
    assert_non_null(strstr(outcome.out, "\"caller\":\"+8613934567001\""));
    assert_non_null(strstr(outcome.out, "\"minutes\":0"));
}

/* The gateway that works as the folder's owner adds to what root began, and reads it. */
static void what_root_files_belongs_to_the_owner_of_the_store(void **state)
{
    enum { NOBODY = 65534 };
    const char *folder = *state;
    glob_t made = { 0 };
    struct stat status;

    if (chown(folder, NOBODY, NOBODY) != 0 ||
        chown(talloc_asprintf(*state, "%s/x.db", folder), NOBODY, NOBODY) != 0) {
        print_message("not root: nobody else owns the store\n");
        return;
    }
    file(*state, "");
    assert_int_equal(glob(talloc_asprintf(*state, "%s/x.db.recordings/*.*", folder), 0, NULL, &made), 0);
    assert_int_equal(stat(made.gl_pathv[0], &status), 0);
    assert_int_equal(status.st_uid, NOBODY);
    assert_int_equal(stat(talloc_asprintf(*state, "%s/x.db.recordings", folder), &status), 0);
    assert_int_equal(status.st_uid, NOBODY);
    globfree(&made);
}

static void what_is_no_recording_is_named(void **state)
{
    struct outcome outcome;

    write_octets(*state, "a.mp3", "ID3 music", 9);
    outcome = RUN(*state, *state, NULL, "file", "recording", "a.mp3", "--from", "13934567001");
    assert_int_equal(outcome.status, 1);
    assert_non_null(strstr(outcome.err, "MP3"));
    assert_int_equal(RUN(*state, *state, NULL, "file", "recording", "a.wav").status, 2);
    assert_int_equal(RUN(*state, *state, NULL, "file", "recording", "a.wav", "--from", "me").status, 2);
    assert_int_equal(RUN(*state, *state, NULL, "file", "recording", "b.wav", "--from", "withheld").status, 1);
    write_call(*state, "short.wav", 1000, 1);
    outcome = RUN(*state, *state, NULL, "file", "recording", "short.wav", "--from", "13934567001");
    assert_int_equal(outcome.status, 0);
    assert_string_equal(outcome.out, "-\n");
}

static void who_may_listen_gets_the_file_and_leaves_a_step(void **state)
{
    const char *number = file(*state, "");
    struct outcome outcome = PLAY(*state, number, "--by", "13800000002");

    assert_int_equal(outcome.status, 0);
    assert_int_equal(access(talloc_strndup(*state, outcome.out, strcspn(outcome.out, "\n")), R_OK), 0);
    outcome = PLAY(*state, number, "--by", "13800000002", "--stdout");
    assert_int_equal(strncmp(outcome.out, "RIFF", 4), 0);
    assert_int_equal(PLAY(*state, number, "--player", "test -s").status, 0);
    assert_int_equal(PLAY(*state, number, "--player", "false").status, 1);
    outcome = RUN(*state, *state, NULL, "case", "show", number, "--json");
    assert_non_null(strstr(outcome.out, "\"heard_by\":\"+8613800000002\""));
    assert_non_null(strstr(outcome.out, "\"kind\":\"heard\""));
}

static void who_may_not_gets_nothing(void **state)
{
    const char *number = file(*state, ""), *sealed;

    assert_int_equal(PLAY(*state, number, "--by", "13800000001").status, 1);
    assert_int_equal(PLAY(*state, number, "--by", "13934567001").status, 1);
    assert_int_equal(PLAY(*state, number, "--by", "13800000001", "--stdout").out[0], '\0');
    write_call(*state, "a.wav", 3000, 2);
    sealed = file(*state, "9");
    assert_int_equal(PLAY(*state, sealed).status, 1);
    assert_int_equal(PLAY(*state, sealed, "--by", "13800000002").status, 1);
    assert_int_equal(PLAY(*state, sealed, "--by", "13800000005").status, 0);
    assert_int_equal(PLAY(*state, "26000999").status, 1);
}

static size_t count_files(void *folder)
{
    DIR *directory = opendir(talloc_asprintf(folder, "%s/x.db.recordings", (char *)folder));
    size_t n = 0;

    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));)
        n += entry->d_name[0] != '.';
    closedir(directory);
    return n;
}

/* A missed call, which is nobody's open case. */
static void file_missed(void *folder)
{
    write_call(folder, "short.wav", 1000, 1);
    RUN(folder, folder, NULL, "file", "recording", "short.wav", "--from", "13934567001");
    assert_int_equal(count_files(folder), 1);
}

static void erase_deletes_the_files(void **state)
{
    struct outcome outcome;

    file_missed(*state);
    outcome = RUN(*state, *state, NULL, "erase", "13934567001");
    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "1 recordings"));
    assert_int_equal(count_files(*state), 0);
}

static void retain_deletes_old_files(void **state)
{
    struct timespec later[2] = { { .tv_sec = time(NULL) + 250 * 86400 },
                                 { .tv_sec = time(NULL) + 250 * 86400 } };
    const char *clock = write_file(*state, *state, "clock", "");
    struct outcome outcome;

    file_missed(*state);
    write_file(*state, *state, "xiangyin.conf",
               "store { url = \"sqlite:x.db\" }\nretention { recordings = \"200 days\" }\n");
    assert_non_null(strstr(RUN(*state, *state, NULL, "retain").out, "0 recordings"));
    assert_int_equal(count_files(*state), 1);
    utimensat(AT_FDCWD, clock, later, 0);
    setenv("XIANGYIN_CLOCK", clock, 1);
    assert_non_null(strstr(RUN(*state, *state, NULL, "retain", "--dry-run").out, "1 recordings"));
    assert_int_equal(count_files(*state), 1);
    outcome = RUN(*state, *state, NULL, "retain");
    unsetenv("XIANGYIN_CLOCK");
    assert_non_null(strstr(outcome.out, "1 recordings"));
    assert_int_equal(count_files(*state), 0);
}

static void a_clerk_works_for_the_county(void **state)
{
    struct outcome outcome;

    write_file(*state, *state, "people.csv", "phone,name,roles,unit\n13800000002,乙例二,clerk,响水河镇\n");
    outcome = RUN(*state, *state, NULL, "import", "people", "people.csv");
    assert_int_equal(outcome.status, 1);
    assert_non_null(strstr(outcome.err, "a clerk works for the county, not for 响水河镇"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_filed_once_and_kept_beside_the_store),
        TEST(what_root_files_belongs_to_the_owner_of_the_store),
        TEST(what_is_no_recording_is_named),
        TEST(who_may_listen_gets_the_file_and_leaves_a_step),
        TEST(who_may_not_gets_nothing),
        TEST(erase_deletes_the_files),
        TEST(retain_deletes_old_files),
        TEST(a_clerk_works_for_the_county),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
