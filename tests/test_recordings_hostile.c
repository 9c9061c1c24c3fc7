/*
 * What is said of a recording may be hostile: it is kept as it came or refused, never a path, a statement or
 * a page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"
#include "gateway/recording/keep.h"
#include "store/recordings.h"
#include "tests/support/http_support.h"

#include "tests/support/program.h"
#include "tests/support/sounds.h"
#include "tests/support/support.h"

struct hostile_world {
    struct http_world *http;
    const char *token;
};

static int open_world(void **state)
{
    struct hostile_world *world = talloc_zero(NULL, struct hostile_world);

    world->http = http_world_open("", "voice { reserve = 1 }");
    world->token =
        talloc_asprintf(world, "Authorization: Bearer %s\r\n", http_token(world->http, world, "record"));
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct hostile_world *world = *state;

    http_world_close(world->http);
    talloc_free(world);
    return 0;
}

static struct recording *rows(struct store *store, void *mem, size_t *n)
{
    struct recording *recordings;

    assert_true(store_recordings(store, mem, &(struct recording_filter){ 0 }, &recordings, n));
    return recordings;
}

static size_t n_files; /* nftw has no other way */

static int count_file(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status, (void)at;
    n_files += kind == FTW_F && (strstr(path, ".wav") || strstr(path, "evil"));
    return 0;
}

/* Sounds and files of an evil name, in the folder and below. */
static size_t count_files(const char *folder)
{
    n_files = 0;
    assert_int_equal(nftw(folder, count_file, 8, FTW_PHYS), 0);
    return n_files;
}

/* Every file of a row has a name that we chose, and stands in the folder of recordings: nowhere else is one.
 */
static void check_files(struct store *store, void *mem, const struct config *config, const char *folder)
{
    const struct recording *recordings;
    regex_t ours;
    size_t n;

    assert_int_equal(regcomp(&ours, "^[0-9]{8}T[0-9]{6}-[0-9a-f]{16}\\.wav$", REG_EXTENDED | REG_NOSUB), 0);
    recordings = rows(store, mem, &n);
    for (size_t i = 0; i < n; i++) {
        FILE *file = fopen(keep_path(mem, config, recordings[i].file), "rb");

        assert_int_equal(regexec(&ours, recordings[i].file, 0, NULL, 0), 0);
        assert_non_null(file);
        fclose(file);
    }
    regfree(&ours);
    assert_int_equal(count_files(folder), n);
}

static const char *escaped(void *mem, const char *text)
{
    char *all = talloc_strdup(mem, "");

    for (; *text; text++)
        all = talloc_asprintf_append(all, "%%%02x", (unsigned char)*text);
    return all;
}

static struct reply post(struct hostile_world *world, const char *field, const char *value, unsigned seed)
{
    size_t length;
    void *octets = sounds_call(world, 3000, seed, &length);

    return http_post(world->http, world,
                     talloc_asprintf(world, "/api/v1/recordings?%s%s=%s",
                                     strcmp(field, "caller") == 0 ? "" : "caller=13934567001&", field,
                                     escaped(world, value)),
                     world->token, octets, length);
}

static const char *const odd[] = {
    "../../../../tmp/evil",
    "/tmp/evil.wav",
    "evil.wav",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'); DROP TABLE recordings; --",
    "$(touch evil)`touch evil`;|touch evil",
    "%s%n%s%n",
    "{{number}}{{{words}}}",
    "评 26000001 1",
    "\xe2\x80\xae\xe5\x80\x92",
};

enum { ODD = sizeof odd / sizeof *odd };

/* An id is anybody's: it is kept octet by octet, and given back as JSON. */
static void an_id_is_kept_as_it_came_whatever_it_looks_like(void **state)
{
    struct hostile_world *world = *state;
    size_t n;

    for (unsigned i = 0; i < ODD; i++) {
        struct reply reply = post(world, "id", odd[i], i + 1);
        struct json_object *answer = json_parse(world, reply.body, strlen(reply.body));

        if (reply.status != 200)
            fail_msg("%s: %d %s", odd[i], reply.status, reply.body);
        assert_string_equal(json_object_get_string(json_object_object_get(answer, "id")), odd[i]);
        struct recording *recordings = rows(world->http->store, world, &n);
        bool is_kept = false;

        assert_int_equal(n, i + 1);
        for (size_t k = 0; k < n; k++)
            is_kept |= strcmp(recordings[k].external_id, odd[i]) == 0;
        assert_true(is_kept);
    }
    check_files(world->http->store, world, world->http->config, world->http->directory);
}

static const char *const not_one_line[] = {
    "two\nlines", "two\r\nX-Evil: 1", "\x1b[2Jscreen", "\x7f", "\xff\xfe", "\xe2\x80\xa8", "\xc2\x85",
};

static void an_id_of_several_lines_or_none_is_refused(void **state)
{
    struct hostile_world *world = *state;
    char *most = talloc_strdup(world, "");
    size_t n;

    for (size_t i = 0; i < sizeof not_one_line / sizeof *not_one_line; i++)
        assert_int_equal(post(world, "id", not_one_line[i], 1).status, 400);
    for (int i = 0; i < 201; i++)
        most = talloc_strdup_append(most, "a");
    assert_int_equal(post(world, "id", most, 1).status, 400);
    assert_int_equal(post(world, "id", most + 1, 1).status, 200);
    rows(world->http->store, world, &n);
    assert_int_equal(n, 1);
}

static void a_caller_or_called_that_is_no_number_is_refused(void **state)
{
    struct hostile_world *world = *state;
    static const char *const fields[] = { "caller", "called", "keys", "at" };
    size_t n;

    for (size_t i = 0; i < ODD; i++)
        for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
            struct reply reply = post(world, fields[k], odd[i], 1);
            bool is_extension = strcmp(odd[i], "evil.wav") == 0 && k < 2; /* and stays one */

            if (reply.status != 400 && !is_extension)
                fail_msg("%s = %s: %d %s", fields[k], odd[i], reply.status, reply.body);
        }
    for (size_t i = 0; i < sizeof not_one_line / sizeof *not_one_line; i++)
        for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
            assert_int_equal(post(world, fields[k], not_one_line[i], 1).status, 400);
    check_files(world->http->store, world, world->http->config, world->http->directory);
    rows(world->http->store, world, &n);
    assert_true(n <= 2);
}

/* The file's own name is nobody's business: it becomes no path. */
static void the_name_of_a_forms_file_is_not_used(void **state)
{
    static const char *const names[] = { "../../../evil.wav", "/tmp/evil.wav", "evil.wav%00.txt", "",
                                         "<b>evil</b>.wav" };
    struct hostile_world *world = *state;
    size_t length;

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        void *octets = sounds_call(world, 3000, i + 1, &length);
        char *head = talloc_asprintf(
            world,
            "--edge\r\nContent-Disposition: form-data; name=\"caller\"\r\n\r\n13934567001\r\n"
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n",
            names[i]);
        static const char end[] = "\r\n--edge--\r\n";
        size_t begin = strlen(head), all = begin + length + sizeof end - 1;
        char *body = talloc_size(world, all);

        memcpy(body, head, begin);
        memcpy(body + begin, octets, length);
        memcpy(body + begin + length, end, sizeof end - 1);
        assert_int_equal(
            http_post(world->http, world, "/api/v1/recordings",
                      talloc_asprintf(world, "%sContent-Type: multipart/form-data; boundary=edge\r\n",
                                      world->token),
                      body, all)
                .status,
            200);
    }
    check_files(world->http->store, world, world->http->config, world->http->directory);
}

/* ---- by the subcommand ---- */

static void the_subcommand_keeps_or_refuses_the_same(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem);
    size_t length;
    void *octets = sounds_call(mem, 3000, 1, &length);
    FILE *file = fopen(talloc_asprintf(mem, "%s/call", folder), "wb");
    int n_kept = 0;

    (void)state;
    assert_non_null(file);
    assert_int_equal(fwrite(octets, length, 1, file), 1);
    fclose(file);
    write_file(mem, folder, "xiangyin.conf", "store { url = \"sqlite:x.db\" }\nvoice { reserve = 1 }\n");
    for (size_t i = 0; i < ODD; i++) {
        struct outcome kept = RUN(mem, folder, NULL, "file", "recording", "call", "--from", "13934567001",
                                  "--id", odd[i], "-c", "xiangyin.conf");

        if (kept.status != 0)
            fail_msg("%s: %s", odd[i], kept.err);
        n_kept++;
        assert_int_equal(
            RUN(mem, folder, NULL, "file", "recording", "call", "--from", odd[i], "-c", "xiangyin.conf")
                .status,
            2);
        if (strcmp(odd[i], "evil.wav") != 0)
            assert_int_equal(RUN(mem, folder, NULL, "file", "recording", "call", "--from", "13934567001",
                                 "--to", odd[i], "-c", "xiangyin.conf")
                                 .status,
                             2);
    }
    for (size_t i = 0; i < sizeof not_one_line / sizeof *not_one_line; i++)
        assert_int_equal(RUN(mem, folder, NULL, "file", "recording", "call", "--from", "13934567001", "--id",
                             not_one_line[i], "-c", "xiangyin.conf")
                             .status,
                         2);
    assert_int_equal(count_files(folder), n_kept);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_id_is_kept_as_it_came_whatever_it_looks_like, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(an_id_of_several_lines_or_none_is_refused, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_caller_or_called_that_is_no_number_is_refused, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(the_name_of_a_forms_file_is_not_used, open_world, close_world),
        cmocka_unit_test(the_subcommand_keeps_or_refuses_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
