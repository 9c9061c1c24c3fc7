#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

enum { NOW = 1795000000, DAY = 86400 };

struct place {
    const char *folder, *clock;
};

static struct outcome backup(struct place *place, const char *option, const char *other, const char *value)
{
    return RUN(place, place->folder, NULL, "backup", option, "-c", "xiangyin.conf", other, value);
}

static const char *path(struct place *place, const char *name)
{
    return talloc_asprintf(place, "%s/%s", place->folder, name);
}

/* A store with one waiting text, and one recording. section: what stands in backup { }. */
static struct place *make_place(const char *folder, const char *section)
{
    struct place *place = talloc_zero(NULL, struct place);

    place->folder = folder ? folder : temporary_directory(place);
    place->clock = path(place, "clock");
    setenv("XIANGYIN_CLOCK", place->clock, 1);
    assert_true(clock_set(place->clock, NOW));
    write_file(place, place->folder, "xiangyin.conf",
               talloc_asprintf(place,
                               "operator = \"13900000099\"\nstore { url = \"sqlite:x.db\" }\n"
                               "modem \"a\" { device = \"/dev/null\" }\nbackup { %s }\n",
                               section));
    mkdir(path(place, "x.db.recordings"), 0700);
    write_file(place, path(place, "x.db.recordings"), "a.wav", "sound");
    assert_int_equal(
        RUN(place, place->folder, NULL, "send", "13900000001", "开会", "-c", "xiangyin.conf").status, 0);
    return place;
}

static int count_files(const char *folder, const char *end)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    int n = 0;

    assert_non_null(directory);
    while ((entry = readdir(directory)))
        n += strlen(entry->d_name) > strlen(end) &&
             strcmp(entry->d_name + strlen(entry->d_name) - strlen(end), end) == 0;
    closedir(directory);
    return n;
}

/* Whether a name in the folder has this in it. */
static bool holds_part(const char *folder, const char *part)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    bool is_found = false;

    assert_non_null(directory);
    while ((entry = readdir(directory)))
        is_found = is_found || strstr(entry->d_name, part);
    closedir(directory);
    return is_found;
}

static const char *waiting(struct place *place)
{
    return RUN(place, place->folder, NULL, "notice", "list", "--state", "open", "-c", "xiangyin.conf").out;
}

static void each_day_has_a_copy_and_the_newest_stay(void **state)
{
    struct place *place = make_place(NULL, "folder = \"copies\" keep = 2");
    struct stat status;

    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_true(clock_set(place->clock, NOW + i * DAY));
        assert_int_equal(backup(place, "--daily", NULL, NULL).status, 0);
    }
    assert_int_equal(count_files(path(place, "copies"), ".db"), 2);
    assert_int_equal(access(path(place, "copies/xiangyin-2026-11-21-190640.db"), F_OK), 0);
    assert_int_equal(stat(path(place, "copies/xiangyin-2026-11-21-190640.db"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(path(place, "copies/recordings/a.wav"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(path(place, "copies/xiangyin.conf"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(backup(place, "--try", NULL, NULL).status, 0);
    assert_false(holds_part(place->folder, ".try-")); /* the trial leaves nothing behind */
    talloc_free(place);
}

static void a_recording_that_was_erased_leaves_its_copy_too(void **state)
{
    struct place *place = make_place(NULL, "folder = \"copies\"");

    (void)state;
    assert_int_equal(backup(place, "--daily", NULL, NULL).status, 0);
    unlink(path(place, "x.db.recordings/a.wav"));
    write_file(place, path(place, "x.db.recordings"), "c.ogg", "sound");
    write_file(place, path(place, "x.db.recordings"), "b.wav.part", "half");
    assert_true(clock_set(place->clock, NOW + 60));
    assert_int_equal(backup(place, "--daily", NULL, NULL).status, 0);
    assert_int_equal(count_files(path(place, "copies/recordings"), "wav"), 0);
    assert_int_equal(count_files(path(place, "copies/recordings"), "part"), 0);
    talloc_free(place);
}

static void an_empty_folder_of_recordings_removes_no_copy(void **state)
{
    struct place *place = make_place(NULL, "folder = \"copies\"");

    (void)state;
    assert_int_equal(backup(place, "--daily", NULL, NULL).status, 0);
    unlink(path(place, "x.db.recordings/a.wav"));
    assert_true(clock_set(place->clock, NOW + 60));
    assert_int_equal(backup(place, "--daily", NULL, NULL).status, 1);
    assert_int_equal(count_files(path(place, "copies/recordings"), "wav"), 1);
    assert_non_null(strstr(waiting(place), "13900000099"));
    talloc_free(place);
}

static void a_damaged_copy_is_found_by_the_trial_and_the_operator_is_told(void **state)
{
    struct place *place = make_place(NULL, "folder = \"copies\"");
    FILE *file;

    (void)state;
    assert_int_equal(backup(place, "--daily", NULL, NULL).status, 0);
    assert_null(strstr(waiting(place), "13900000099"));
    file = fopen(path(place, "copies/xiangyin-2026-11-18-190640.db"), "r+");
    assert_non_null(file);
    fseek(file, 4096, SEEK_SET);
    for (int i = 0; i < 8192; i++)
        putc('x', file);
    fclose(file);
    assert_int_equal(backup(place, "--try", NULL, NULL).status, 1);
    assert_non_null(strstr(waiting(place), "13900000099"));
    talloc_free(place);
}

/* A folder on another disk than this one; "": there is none. */
static const char *on_another_disk(void *mem, const char *folder)
{
    static const char *const tops[] = { "/dev/shm", "/tmp", "/var/tmp" };
    struct stat here, there;

    assert_int_equal(stat(folder, &here), 0);
    for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
        char *other = talloc_asprintf(mem, "%s/xiangyin-XXXXXX", tops[i]);

        if (stat(tops[i], &there) == 0 && there.st_dev != here.st_dev && mkdtemp(other))
            return other;
    }
    return "";
}

static void what_leaves_the_disk_is_encrypted(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *other = on_another_disk(mem, folder);
    struct place *place;
    struct outcome outcome;

    (void)state;
    if (!*other) {
        print_message("all folders are on one disk: that copies leave it is not tried\n");
        talloc_free(mem);
        return;
    }
    place = make_place(folder, talloc_asprintf(mem, "folder = \"%s\"", other));
    outcome = backup(place, "--daily", NULL, NULL);
    rmdir(other);
    assert_int_equal(outcome.status, 1);
    assert_non_null(strstr(outcome.err, "is on another disk"));
    talloc_free(place);
    talloc_free(mem);
}

static void an_encrypted_copy_can_be_read_with_the_key_alone(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem),
               *line = talloc_asprintf(mem, "age-keygen -o %s/key 2>/dev/null", folder);
    char public[128] = "";
    struct place *place;
    FILE *out;

    (void)state;
    if (system(line) != 0) {
        print_message("age is not installed: no copy was encrypted\n");
        return;
    }
    out = popen(talloc_asprintf(mem, "age-keygen -y %s/key", folder), "r");
    assert_non_null(fgets(public, sizeof public, out));
    pclose(out);
    public[strcspn(public, "\n")] = '\0';
    place = make_place(folder, talloc_asprintf(mem, "folder = \"copies\" recipient = \"%s\"", public));
    assert_int_equal(backup(place, "--daily", NULL, NULL).status, 0);
    assert_int_equal(count_files(path(place, "copies"), ".db"), 0);
    assert_int_equal(count_files(path(place, "copies"), ".db.age"), 1);
    assert_int_equal(access(path(place, "copies/recordings/a.wav.age"), F_OK), 0);
    assert_int_equal(access(path(place, "copies/xiangyin.conf.age"), F_OK), 0);
    assert_int_not_equal(access(path(place, "copies/xiangyin.conf"), F_OK), 0);
    assert_int_equal(backup(place, "--try", NULL, NULL).status, 0);
    assert_int_equal(backup(place, "--try", "--identity", "key").status, 0);
    assert_non_null(strstr(
        RUN(place, folder, NULL, "restore", "copies/xiangyin-2026-11-18-190640.db.age", "-c", "xiangyin.conf")
            .err,
        "is encrypted; first: age --decrypt"));
    write_file(place, folder, "wrong", "AGE-SECRET-KEY-1\n");
    assert_int_equal(backup(place, "--try", "--identity", "wrong").status, 1);
    assert_false(holds_part(folder, ".copy-"));
    assert_false(holds_part(folder, ".try-"));
    talloc_free(place);
    talloc_free(mem);
}

static void wrong_use_is_named(void **state)
{
    struct place *place = make_place(NULL, "");

    (void)state;
    assert_int_equal(backup(place, "--daily", NULL, NULL).status, 2);
    assert_int_equal(backup(place, "--daily", "--try", NULL).status, 2);
    assert_int_equal(backup(place, "x.copy", "--identity", "key").status, 2);
    write_file(place, place->folder, "xiangyin.conf", "backup { recipient = \"ssh-rsa AAAA\" }\n");
    assert_non_null(strstr(backup(place, "--daily", NULL, NULL).err, "is not a public key of age"));
    talloc_free(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_day_has_a_copy_and_the_newest_stay),
        cmocka_unit_test(a_recording_that_was_erased_leaves_its_copy_too),
        cmocka_unit_test(an_empty_folder_of_recordings_removes_no_copy),
        cmocka_unit_test(a_damaged_copy_is_found_by_the_trial_and_the_operator_is_told),
        cmocka_unit_test(what_leaves_the_disk_is_encrypted),
        cmocka_unit_test(an_encrypted_copy_can_be_read_with_the_key_alone),
        cmocka_unit_test(wrong_use_is_named),
    };

    setenv("TZ", "Asia/Shanghai", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
