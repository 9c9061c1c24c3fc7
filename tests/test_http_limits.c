#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/config.h"
#include "tests/support/http_process.h"
#include "tests/support/http_support.h"
#include "tests/support/support.h"

#define PROVIDER                                                                                            \
    "provider \"p\" { hook_key = \"" HTTP_PROCESS_KEY "\" in_from = \"from\" in_text = \"text\" send = no " \
    "}\n"

#define HEALTH "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

enum { TRIES = 400, PAUSE_NS = 50000000 };

static void pause_a_little(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
}

static bool is_closed(int fd)
{
    char octet;
    ssize_t n = recv(fd, &octet, 1, MSG_DONTWAIT);

    return n == 0 || (n < 0 && errno != EAGAIN);
}

static int count_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int n = 0;

    assert_non_null(tasks);
    while (readdir(tasks))
        n++;
    closedir(tasks);
    return n;
}

static void a_second_gateway_cannot_take_the_port(void **state)
{
    struct http_world *world = http_world_open("", "");
    struct config config = *world->config;
    const char *error = "";
    int before;

    (void)state;
    config.http_listen = talloc_asprintf(world, "127.0.0.1:%d", world->port);
    before = count_threads();
    assert_null(http_server_start(world, &config, world->desk, &error));
    for (int i = 0; i < TRIES && count_threads() > before; i++)
        pause_a_little();
    assert_int_equal(count_threads(), before); /* what it had begun has ended */
    assert_string_equal(error, talloc_asprintf(world, "http: cannot listen on %s: Address already in use",
                                               config.http_listen));
    http_world_close(world);
}

/* Whatever its place among them. The port is taken, so that none starts. */
static void each_provider_is_of_a_known_kind_and_signs_or_has_a_key(void **state)
{
    static const struct {
        struct provider_config provider;
        const char *error;
    } cases[] = {
        { { .kind = "vonage", .receives = true }, NULL },
        { { .kind = "generic", .receives = true, .hook_key = "0123456789abcdef" }, NULL },
        { { .kind = "generic", .receives = true, .signature_header = "X-Signature" }, NULL },
        { { .kind = "generic" }, NULL },
        { { .kind = "generic", .receives = true }, "provider \"odd\" needs a hook_key" },
        { { .kind = "telegraph", .receives = true, .hook_key = "0123456789abcdef" },
          "provider \"odd\": unknown kind telegraph" },
    };
    struct http_world *world = http_world_open("", "");
    struct config config = *world->config;

    (void)state;
    config.http_listen = talloc_asprintf(world, "127.0.0.1:%d", world->port);
    config.n_providers = 2;
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        struct provider_config providers[2];
        const char *error = "", *wanted = cases[i / 2].error ? cases[i / 2].error : "cannot listen";

        providers[i % 2] = cases[i / 2].provider;
        providers[i % 2].name = "odd";
        providers[1 - i % 2] = (struct provider_config){ .name = "well", .kind = "twilio", .receives = true };
        config.providers = providers;
        assert_null(http_server_start(world, &config, world->desk, &error));
        if (!strstr(error, wanted))
            fail_msg("%zu: %s", i, error);
    }
    http_world_close(world);
}

/* Sends an octet now and then until the connection is closed. */
static bool is_closed_while_it_drips(int fd)
{
    for (int i = 0; i < TRIES; i++) {
        if (is_closed(fd))
            return true;
        http_send(fd, "x");
        pause_a_little();
    }
    return false;
}

static void a_request_that_never_ends_is_closed(void **state)
{
    static const char *const beginnings[] = {
        "", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        "POST /hook/p/k HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"
    };
    struct http_world *world = http_world_open("request_timeout = 1", "");

    (void)state;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        int fd = http_connect(world);

        assert_true(http_send(fd, beginnings[i]));
        assert_true(is_closed_while_it_drips(fd));
        close(fd);
    }
    assert_non_null(strstr(http_ask(world, world, "GET", "/metrics", NULL, NULL).body,
                           "\nxiangyin_http_expired_total 3\n"));
    http_world_close(world);
}

static void slow_clients_give_way_to_others(void **state)
{
    enum { SLOW = 24 };
    struct http_world *world = http_world_open("connections = 8\nrequest_timeout = 3600", "");
    int slow[SLOW], n_closed = 0;

    (void)state;
    for (int i = 0; i < SLOW; i++) {
        slow[i] = http_connect(world);
        assert_true(http_send(slow[i], "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: "));
    }
    for (int i = 0; i < 20; i++)
        assert_int_equal(http_ask(world, world, "GET", "/healthz", NULL, NULL).status, 200);
    for (int i = 0; i < SLOW; i++)
        n_closed += is_closed(slow[i]);
    assert_true(n_closed >= SLOW - 8);
    assert_true(is_closed(slow[0])); /* the slowest of all */
    for (int i = 0; i < SLOW; i++)
        close(slow[i]);
    assert_non_null(strstr(http_ask(world, world, "GET", "/metrics", NULL, NULL).body,
                           "xiangyin_http_refused_total{reason=\"connection\"} "));
    http_world_close(world);
}

static void as_many_clients_as_may_connect_are_left_alone(void **state)
{
    enum { MOST = 8 };
    struct http_world *world = http_world_open("connections = 8\nrequest_timeout = 3600", "");
    int slow[MOST - 1];

    (void)state;
    for (int i = 0; i < MOST - 1; i++) {
        slow[i] = http_connect(world);
        assert_true(http_send(slow[i], "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: "));
    }
    assert_int_equal(http_ask(world, world, "GET", "/healthz", NULL, NULL).status, 200);
    for (int i = 0; i < MOST - 1; i++) {
        assert_false(is_closed(slow[i]));
        close(slow[i]);
    }
    http_world_close(world);
}

/* The program in a shell that lets it open so many files only. */
static void limit_files(void *mem, int files)
{
    const char *folder = temporary_directory(mem), *path = talloc_asprintf(mem, "%s/limited", folder);
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    fprintf(out, "#!/bin/sh\nulimit -n %d\nexec \"%s\" \"$@\"\n", files, getenv("XIANGYIN"));
    fclose(out);
    assert_int_equal(chmod(path, 0700), 0);
    setenv("XIANGYIN", path, 1);
}

static bool log_has(void *mem, const struct http_process *process, const char *words)
{
    return system(talloc_asprintf(mem, "grep -q '%s' %s", words, process->log)) == 0;
}

static bool is_answered(const struct http_process *process)
{
    int fd = http_process_connect(process);
    /* shorter than the time after which the slow ones are closed in any case */
    struct timeval longest = { .tv_sec = 15 };
    char reply[13] = "";
    bool is_good = setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest) == 0 && fd >= 0 &&
                   http_send(fd, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n") &&
                   recv(fd, reply, 12, MSG_WAITALL) == 12;

    close(fd);
    return is_good && strcmp(reply, "HTTP/1.1 200") == 0;
}

static void connections_fit_into_the_limit_of_open_files(void **state)
{
    enum { SLOW = 300 };
    void *mem = talloc_new(NULL);
    char *program = talloc_strdup(mem, getenv("XIANGYIN"));
    struct http_process *process;
    int slow[SLOW];

    (void)state;
    limit_files(mem, 120);
    process = http_process_start(mem, PROVIDER);
    assert_true(log_has(mem, process, "connections instead of 4096, since no more than 120 files"));
    for (int i = 0; i < SLOW; i++) {
        slow[i] = http_process_connect(process);
        http_send(slow[i], "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    }
    for (int i = 0; i < 10; i++)
        assert_true(is_answered(process)); /* while they are still there */
    for (int i = 0; i < SLOW; i++)
        close(slow[i]);
    assert_int_equal(http_process_stop(process), 0);
    setenv("XIANGYIN", program, 1);
    talloc_free(mem);
}

/* However few files there may be, eight connections are. */
static void eight_connections_are_taken_however_few_files_may_be_open(void **state)
{
    void *mem = talloc_new(NULL);
    char *program = talloc_strdup(mem, getenv("XIANGYIN"));
    struct http_process *process;

    (void)state;
    limit_files(mem, 70);
    process = http_process_start(mem, PROVIDER);
    assert_true(log_has(mem, process, "only 8 connections instead of 4096, since no more than 70 files"));
    assert_true(is_answered(process));
    assert_int_equal(http_process_stop(process), 0);
    setenv("XIANGYIN", program, 1);
    talloc_free(mem);
}

/* Waits for the answer to a request, 5 s at most. */
static bool hears_answer(int fd)
{
    char answer[1024];
    struct pollfd waited = { .fd = fd, .events = POLLIN };
    ssize_t n = poll(&waited, 1, 5000) > 0 ? recv(fd, answer, sizeof answer - 1, 0) : 0;

    answer[n > 0 ? n : 0] = '\0';
    return strncmp(answer, "HTTP/1.1 200", 12) == 0;
}

/* libmicrohttpd takes 128 events at a time: just so many must not make it wait for one more. */
static void requests_that_come_at_once_are_all_answered(void **state)
{
    enum { AT_ONCE = 128 };
    void *mem = talloc_new(NULL);
    struct http_process *process = http_process_start(mem, "");
    int fds[AT_ONCE], answered = 0;

    (void)state;
    for (int i = 0; i < AT_ONCE; i++) {
        fds[i] = http_process_connect(process);
        assert_true(http_send(fds[i], HEALTH));
        assert_true(hears_answer(fds[i]));
    }
    assert_int_equal(kill(process->pid, SIGSTOP), 0);
    for (int i = 0; i < AT_ONCE; i++)
        assert_true(http_send(fds[i], HEALTH));
    assert_int_equal(kill(process->pid, SIGCONT), 0);
    for (int i = 0; i < AT_ONCE; i++) {
        answered += hears_answer(fds[i]);
        close(fds[i]);
    }
    assert_int_equal(answered, AT_ONCE);
    assert_int_equal(http_process_stop(process), 0);
    talloc_free(mem);
}

static void who_asks_without_a_token_is_logged(void **state)
{
    void *mem = talloc_new(NULL);
    struct http_process *process = http_process_start(mem, PROVIDER);
    int fd = http_process_connect(process);
    char reply[13] = "";

    (void)state;
    assert_true(http_send(fd, "GET /api/v1/cases HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n"));
    assert_int_equal(recv(fd, reply, 12, MSG_WAITALL), 12);
    assert_string_equal(reply, "HTTP/1.1 401");
    assert_true(
        log_has(mem, process, "GET /api/v1/cases from 127.0.0.1 refused: unknown, revoked or expired"));
    close(fd);
    assert_int_equal(http_process_stop(process), 0);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_provider_is_of_a_known_kind_and_signs_or_has_a_key),
        cmocka_unit_test(a_second_gateway_cannot_take_the_port),
        cmocka_unit_test(a_request_that_never_ends_is_closed),
        cmocka_unit_test(slow_clients_give_way_to_others),
        cmocka_unit_test(as_many_clients_as_may_connect_are_left_alone),
        cmocka_unit_test(requests_that_come_at_once_are_all_answered),
        cmocka_unit_test(who_asks_without_a_token_is_logged),
        cmocka_unit_test(connections_fit_into_the_limit_of_open_files),
        cmocka_unit_test(eight_connections_are_taken_however_few_files_may_be_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
