#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "store/cases.h"
#include "store/events.h"
#include "store/store.h"
#include "tests/support/http_process.h"

enum { CALLERS = 16, MOST = 20000, ROUNDS = 10, TIMES = 5 };

#define PROVIDER \
    "provider p { hook_key = \"" HTTP_PROCESS_KEY "\" in_from = from in_text = text in_id = id }\n"

static int give_memory(void **state)
{
    *state = talloc_new(NULL);
    return 0;
}

static int take_memory(void **state)
{
    talloc_free(*state);
    return 0;
}

struct caller {
    int fd;
    int id;
    char reply[512];
    size_t length;
};

static bool ask(struct caller *caller, int id)
{
    char body[256], text[512];
    int length =
        snprintf(body, sizeof body, "from=138%08d&id=%d&text=%%E6%%B0%%B4%%E7%%AE%%A1%%E5%%9D%%8F", id, id);
    int n = snprintf(text, sizeof text,
                     "POST /hook/p/" HTTP_PROCESS_KEY " HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s",
                     length, body);

    caller->id = id;
    caller->length = 0;
    return send(caller->fd, text, (size_t)n, MSG_NOSIGNAL) == n;
}

/* 1: answered 200; 0: not yet; -1: gone, or another answer. */
static int hear(struct caller *caller)
{
    ssize_t n =
        recv(caller->fd, caller->reply + caller->length, sizeof caller->reply - 1 - caller->length, 0);

    if (n <= 0)
        return -1;
    caller->length += (size_t)n;
    caller->reply[caller->length] = '\0';
    if (!strstr(caller->reply, "\r\n\r\n"))
        return 0;
    return strncmp(caller->reply, "HTTP/1.1 200", 12) == 0 ? 1 : -1;
}

/* Brings texts until enough were answered, then kills the gateway while others are under way. */
static void bring_until_killed(struct http_process *process, int *next, char *answered, int enough)
{
    struct caller callers[CALLERS];
    struct pollfd fds[CALLERS];
    int n = 0;

    for (int i = 0; i < CALLERS; i++) {
        callers[i].fd = http_process_connect(process);
        fds[i] = (struct pollfd){ .fd = callers[i].fd, .events = POLLIN };
        assert_true(callers[i].fd >= 0 && ask(&callers[i], (*next)++));
    }
    while (n < enough) {
        assert_true(poll(fds, CALLERS, 60000) > 0);
        for (int i = 0; i < CALLERS; i++) {
            int heard = fds[i].revents ? hear(&callers[i]) : 0;

            assert_true(heard >= 0);
            if (heard == 0)
                continue;
            answered[callers[i].id] = 1;
            n++;
            assert_true(*next < MOST && ask(&callers[i], (*next)++));
        }
    }
    http_process_kill(process);
    /* what was on its way to us already counts as answered too */
    for (int i = 0; i < CALLERS; i++) {
        if (hear(&callers[i]) == 1)
            answered[callers[i].id] = 1;
        close(callers[i].fd);
    }
}

struct seen {
    int times[MOST];
};

static bool see(const struct event *event, void *arg)
{
    struct seen *seen = arg;
    int id = atoi(event->external_id);

    assert_in_range(id, 0, MOST - 1);
    seen->times[id]++;
    return true;
}

/* How often each was kept; every one of them, being its sender's first, made a case of its own. */
static void read_events(struct http_process *process, struct seen *seen)
{
    int64_t cases, events = 0;
    void *mem = talloc_new(NULL);
    const char *error = "";
    struct store *store = store_open_reader(mem, process->store_url, &error);

    memset(seen, 0, sizeof *seen);
    if (!store)
        fail_msg("%s", error);
    assert_true(store_each_event(store, &(struct event_filter){ 0 }, see, seen));
    assert_true(store_count_cases(store, &(struct case_filter){ 0 }, &cases));
    for (int id = 0; id < MOST; id++)
        events += seen->times[id];
    assert_int_equal(cases, events);
    talloc_free(mem);
}

static void what_was_answered_is_kept_once_however_often_it_is_killed(void **state)
{
    struct http_process *process = http_process_start(*state, PROVIDER);
    struct seen *seen = talloc_zero(*state, struct seen);
    char *answered = talloc_zero_size(*state, MOST);
    int next = 0;

    srandom(7);
    for (int round = 0; round < ROUNDS; round++) {
        bring_until_killed(process, &next, answered, 50 + (int)(random() % 200));
        http_process_run(process);
    }
    assert_int_equal(http_process_stop(process), 0);
    read_events(process, seen);
    for (int id = 0; id < next; id++) {
        if (answered[id])
            assert_int_equal(seen->times[id], 1);
        assert_true(seen->times[id] <= 1);
    }
}

static void shuffle(int *ids, int n)
{
    for (int i = n - 1; i > 0; i--) {
        int k = (int)(random() % (i + 1)), kept = ids[i];

        ids[i] = ids[k];
        ids[k] = kept;
    }
}

/* By several callers at once, so that the same text may be under way twice. */
static void bring_all(struct http_process *process, const int *ids, int n)
{
    struct caller callers[CALLERS];
    struct pollfd fds[CALLERS];
    int next = 0, n_answered = 0;

    for (int i = 0; i < CALLERS; i++) {
        callers[i].fd = http_process_connect(process);
        fds[i] = (struct pollfd){ .fd = callers[i].fd, .events = POLLIN };
        assert_true(ask(&callers[i], ids[next++]));
    }
    while (n_answered < n) {
        assert_true(poll(fds, CALLERS, 60000) > 0);
        for (int i = 0; i < CALLERS; i++)
            if (fds[i].revents && hear(&callers[i]) == 1) {
                n_answered++;
                if (next < n)
                    assert_true(ask(&callers[i], ids[next++]));
            }
    }
    for (int i = 0; i < CALLERS; i++)
        close(callers[i].fd);
}

static void brought_five_times_and_shuffled_each_is_kept_once(void **state)
{
    enum { N = 100 };
    struct http_process *process = http_process_start(*state, PROVIDER);
    struct seen *seen = talloc_zero(*state, struct seen);
    int ids[N * TIMES];

    for (int i = 0; i < N * TIMES; i++)
        ids[i] = i % N;
    srandom(11);
    shuffle(ids, N * TIMES);
    bring_all(process, ids, N * TIMES);
    assert_int_equal(http_process_stop(process), 0);
    read_events(process, seen);
    for (int id = 0; id < N; id++)
        assert_int_equal(seen->times[id], 1);
}

static void a_thousand_idle_connections_do_not_stop_a_new_one(void **state)
{
    struct rlimit limit = { 0 };
    struct http_process *process;
    int idle[1000];
    struct caller caller = { 0 };

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    process = http_process_start(*state, PROVIDER);
    for (int i = 0; i < 1000; i++) {
        idle[i] = http_process_connect(process);
        assert_true(idle[i] >= 0);
    }
    caller.fd = http_process_connect(process);
    assert_true(caller.fd >= 0 && ask(&caller, 1));
    while (hear(&caller) == 0)
        ;
    assert_int_equal(strncmp(caller.reply, "HTTP/1.1 200", 12), 0);
    close(caller.fd);
    for (int i = 0; i < 1000; i++)
        close(idle[i]);
    assert_int_equal(http_process_stop(process), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, give_memory, take_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_answered_is_kept_once_however_often_it_is_killed),
        TEST(brought_five_times_and_shuffled_each_is_kept_once),
        TEST(a_thousand_idle_connections_do_not_stop_a_new_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
