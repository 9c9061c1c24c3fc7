/*
 * Webhook intake as a provider sees it: keep-alive connections that each wait for the 200 of one text before
 * they bring the next. The gateway is the real program; every text is understood, becomes a case, and has
 * its notice rendered and committed before the answer.
 *
 *     bench_http [REQUESTS]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

#include "store/events.h"
#include "tests/bench/measure.h"
#include "tests/support/http_process.h"
#include "tests/support/support.h"

#define BODY_TEXT                                                                                \
    "%E5%93%8D%E6%B0%B4%E6%B2%B3%E9%95%87%E4%B8%9C%E9%99%88%E6%9D%91%E7%9A%84%E8%87%AA%E6%9D%A5" \
    "%E6%B0%B4%E5%81%9C%E4%BA%86%E4%B8%89%E5%A4%A9%E4%BA%86"

struct caller {
    int fd;
    double asked_at;
    char reply[1024];
    size_t length;
};

struct load {
    struct http_process *process;
    int port, from, n;
    int asked, answered, refused;
    double *times;
};

static void ask(struct load *load, struct caller *caller)
{
    char body[512], text[1024];
    int which = load->from + load->asked++;
    int length =
        snprintf(body, sizeof body, "from=139%08d&id=%d&text=%s", which % 100000000, which, BODY_TEXT);
    int n = snprintf(text, sizeof text,
                     "POST /hook/bench/" HTTP_PROCESS_KEY " HTTP/1.1\r\nHost: bench\r\nContent-Type: "
                     "application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
                     length, body);

    caller->length = 0;
    caller->asked_at = measure_now();
    if (send(caller->fd, text, (size_t)n, MSG_NOSIGNAL) != n)
        load->refused++;
}

static bool hear(struct load *load, struct caller *caller)
{
    ssize_t got =
        recv(caller->fd, caller->reply + caller->length, sizeof caller->reply - 1 - caller->length, 0);

    if (got <= 0)
        return false;
    caller->length += (size_t)got;
    caller->reply[caller->length] = '\0';
    if (!strstr(caller->reply, "\r\n\r\n"))
        return true;
    load->times[load->answered++] = measure_now() - caller->asked_at;
    load->refused += strncmp(caller->reply, "HTTP/1.1 200", 12) != 0;
    if (load->asked < load->n)
        ask(load, caller);
    return true;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double run(struct load *load, int connections)
{
    struct caller *callers = talloc_zero_array(NULL, struct caller, (size_t)connections);
    struct epoll_event events[256];
    int epoll = epoll_create1(0);
    double start;

    for (int i = 0; i < connections; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = &callers[i] };

        callers[i].fd = http_process_connect(load->process);
        epoll_ctl(epoll, EPOLL_CTL_ADD, callers[i].fd, &event);
    }
    start = measure_now();
    for (int i = 0; i < connections && load->asked < load->n; i++)
        ask(load, &callers[i]);
    while (load->answered < load->n) {
        int n = epoll_wait(epoll, events, 256, 10000);

        if (n <= 0)
            break;
        for (int i = 0; i < n; i++)
            if (!hear(load, events[i].data.ptr))
                load->refused++, close(((struct caller *)events[i].data.ptr)->fd);
    }
    start = measure_now() - start;
    for (int i = 0; i < connections; i++)
        close(callers[i].fd);
    close(epoll);
    talloc_free(callers);
    return start;
}

static bool count(const struct event *event, void *arg)
{
    (void)event;
    ++*(int *)arg;
    return true;
}

static void measure(struct http_process *process, int connections, int from, int n)
{
    struct load load = { .process = process, .from = from, .n = n };
    double seconds;

    load.times = talloc_zero_array(NULL, double, (size_t)n);
    seconds = run(&load, connections);
    qsort(load.times, (size_t)load.answered, sizeof *load.times, compare);
    printf(
        "webhooks, %4d connections: %6.0f/s  p50 %5.1f ms  p99 %5.1f ms  most %5.1f ms  (%d answered, %d not "
        "200)\n",
        connections, load.answered / seconds, 1e3 * load.times[load.answered / 2],
        1e3 * load.times[load.answered * 99 / 100], 1e3 * load.times[load.answered - 1], load.answered,
        load.refused);
    fflush(stdout);
    talloc_free(load.times);
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 20000, kept = 0;
    void *mem = talloc_new(NULL);
    struct http_process *process = http_process_start(mem, "provider bench { hook_key = \"" HTTP_PROCESS_KEY
                                                           "\" in_from = from in_text = text in_id = id }\n");
    struct store *store;
    const char *error = "";

    measure(process, 64, 10000000, n / 10);
    measure(process, 64, 20000000, n);
    measure(process, 512, 30000000, n);
    http_process_stop(process);
    store = store_open_reader(mem, process->store_url, &error);
    if (!store || !store_each_event(store, &(struct event_filter){ 0 }, count, &kept))
        printf("%s\n", error);
    printf("kept: %d of %d answered\n", kept, n / 10 + 2 * n);
    talloc_free(mem);
    return kept == n / 10 + 2 * n ? 0 : 1;
}
