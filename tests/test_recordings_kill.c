/*
 * kill -9 while recordings are brought: what was answered is a case with its file, once; no case is without
 * its file, and no file without its row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

#include "store/cases.h"
#include "store/recordings.h"
#include "store/store.h"
#include "tests/support/http_process.h"
#include "tests/support/program.h"
#include "tests/support/sounds.h"

enum { CALLERS = 4, ROUNDS = 8, MOST = 4000 };

struct caller {
    int fd, id;
    char reply[1024];
    size_t length;
};

struct world {
    struct http_process *process;
    const char *token;
    bool answered[MOST];
    int next;
};

/* Each id its own recording. */
static bool ask(struct world *world, struct caller *caller, int id)
{
    void *mem = talloc_new(NULL);
    size_t length;
    char *octets = sounds_call(mem, 2500, (unsigned)id + 1, &length);
    char *head = talloc_asprintf(mem,
                                 "POST /api/v1/recordings?id=%d&caller=138%08d HTTP/1.1\r\nHost: a\r\n"
                                 "Authorization: Bearer %s\r\nContent-Length: %zu\r\n\r\n",
                                 id, id, world->token, length);
    bool is_sent = send(caller->fd, head, strlen(head), MSG_NOSIGNAL) == (ssize_t)strlen(head);

    for (size_t sent = 0; sent < length && is_sent;) {
        ssize_t n = send(caller->fd, octets + sent, length - sent, MSG_NOSIGNAL);

        is_sent = n > 0;
        sent += (size_t)(n > 0 ? n : 0);
    }
    caller->id = id;
    caller->length = 0;
    talloc_free(mem);
    return is_sent;
}

/* 1: answered 200; 0: not yet; -1: gone. */
static int hear(struct caller *caller)
{
    ssize_t n =
        recv(caller->fd, caller->reply + caller->length, sizeof caller->reply - 1 - caller->length, 0);

    if (n <= 0)
        return -1;
    caller->length += (size_t)n;
    caller->reply[caller->length] = '\0';
    if (!strchr(caller->reply, '}'))
        return 0;
    return strncmp(caller->reply, "HTTP/1.1 200", 12) == 0 ? 1 : -1;
}

static void bring_until_killed(struct world *world, int enough)
{
    struct caller callers[CALLERS];
    struct pollfd fds[CALLERS];

    for (int i = 0; i < CALLERS; i++) {
        callers[i].fd = http_process_connect(world->process);
        fds[i] = (struct pollfd){ .fd = callers[i].fd, .events = POLLIN };
        assert_true(ask(world, &callers[i], world->next++));
    }
    for (int n = 0; n < enough;) {
        assert_true(poll(fds, CALLERS, 60000) > 0);
        for (int i = 0; i < CALLERS; i++) {
            int heard = fds[i].revents ? hear(&callers[i]) : 0;

            if (heard < 0)
                fail_msg("%s", callers[i].reply);
            if (heard == 0)
                continue;
            world->answered[callers[i].id] = true;
            n++;
            assert_true(ask(world, &callers[i], world->next++));
        }
    }
    usleep((useconds_t)(random() % 4000)); /* in the middle of what is under way */
    http_process_kill(world->process);
    for (int i = 0; i < CALLERS; i++) {
        if (hear(&callers[i]) == 1)
            world->answered[callers[i].id] = true;
        close(callers[i].fd);
    }
}

static const char *folder_of(struct world *world)
{
    return talloc_asprintf(world, "%s.recordings", world->process->store_url + strlen("sqlite:"));
}

static void check_rows(struct world *world, struct store *store)
{
    int *times = talloc_zero_array(world, int, MOST);
    struct recording *recordings;
    int64_t cases;
    size_t n, length;

    assert_true(store_recordings(store, world, &(struct recording_filter){ 0 }, &recordings, &n));
    for (size_t i = 0; i < n; i++) {
        const char *path = talloc_asprintf(world, "%s/%s", folder_of(world), recordings[i].file);

        assert_int_equal(recordings[i].state, RECORDING_KEPT);
        assert_int_not_equal(recordings[i].case_id, 0);
        assert_int_equal(access(path, R_OK), 0);
        talloc_free(sounds_call(world, 2500, 1, &length));
        assert_int_equal(recordings[i].octets, length);
        times[atoi(recordings[i].external_id)]++;
    }
    assert_true(store_count_cases(store, &(struct case_filter){ 0 }, &cases));
    assert_int_equal(cases, n);
    for (int id = 0; id < world->next; id++) {
        assert_true(times[id] <= 1);
        if (world->answered[id] && times[id] != 1)
            fail_msg("%d was answered and is not kept", id);
    }
}

static void check_files(struct world *world, struct store *store)
{
    DIR *folder = opendir(folder_of(world));
    bool is_known;

    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.') {
            assert_true(store_knows_recording_file(store, entry->d_name, &is_known));
            if (!is_known)
                fail_msg("nobody knows %s", entry->d_name);
        }
    closedir(folder);
}

static void what_was_answered_is_a_case_with_its_file_however_often_it_is_killed(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    struct store *store;
    const char *error;

    (void)state;
    world->process = http_process_start(world, "voice { reserve = 1 }\n");
    world->token = talloc_strndup(
        world, RUN(world, NULL, NULL, "token", "add", "pbx", "record", "-c", world->process->config).out, 67);
    srandom(7);
    for (int round = 0; round < ROUNDS; round++) {
        bring_until_killed(world, 5 + (int)(random() % 20));
        http_process_run(world->process);
    }
    assert_int_equal(http_process_stop(world->process), 0);
    store = store_open_reader(world, world->process->store_url, &error);
    assert_non_null(store);
    check_rows(world, store);
    check_files(world, store);
    talloc_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_is_a_case_with_its_file_however_often_it_is_killed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
