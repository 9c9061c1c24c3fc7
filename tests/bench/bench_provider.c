/*
 * Sending by a provider that takes 200 ms for each request, over 100 connections: claim, arm, request, answer
 * and commit included. The provider is libmicrohttpd in this process.
 */
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/line/lines.h"
#include "gateway/log.h"
#include "store/notices.h"
#include "tests/bench/measure.h"
#include "tests/support/support.h"

enum { CONNECTIONS = 100, TEXTS = 3000, DELAY_MS = 200, WAITING_MOST = 4096 };

/* Requests that wait for their answer, in order of their time. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t arrival;
    struct {
        struct MHD_Connection *connection;
        double until;
    } waiting[WAITING_MOST];
    size_t first, n;
    size_t most;
} delay = { .lock = PTHREAD_MUTEX_INITIALIZER, .arrival = PTHREAD_COND_INITIALIZER };

static void *answer_late(void *arg)
{
    (void)arg;
    for (;;) {
        pthread_mutex_lock(&delay.lock);
        while (delay.n == 0)
            pthread_cond_wait(&delay.arrival, &delay.lock);
        double left = delay.waiting[delay.first].until - measure_now();
        struct MHD_Connection *connection = delay.waiting[delay.first].connection;

        if (left <= 0) {
            delay.first = (delay.first + 1) % WAITING_MOST;
            delay.n--;
        }
        pthread_mutex_unlock(&delay.lock);
        if (left > 0)
            measure_sleep(left);
        else
            MHD_resume_connection(connection);
    }
    return NULL;
}

static void hold(struct MHD_Connection *connection)
{
    MHD_suspend_connection(connection);
    pthread_mutex_lock(&delay.lock);
    size_t last = (delay.first + delay.n++) % WAITING_MOST;
    delay.waiting[last].connection = connection;
    delay.waiting[last].until = measure_now() + DELAY_MS / 1000.0;
    delay.most = delay.n > delay.most ? delay.n : delay.most;
    pthread_cond_signal(&delay.arrival);
    pthread_mutex_unlock(&delay.lock);
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **context)
{
    static const char body[] = "{\"sid\":\"SM00000000000000000000000000000000\",\"status\":\"queued\"}";
    static int head, held;
    struct MHD_Response *response;
    enum MHD_Result result;

    (void)arg, (void)url, (void)method, (void)version, (void)data;
    if (!*context) {
        *context = &head;
        return MHD_YES;
    }
    if (*size > 0) {
        *size = 0;
        return MHD_YES;
    }
    if (*context == &head) {
        *context = &held;
        hold(connection);
        return MHD_YES;
    }
    response =
        MHD_create_response_from_buffer(sizeof body - 1, (void *)(uintptr_t)body, MHD_RESPMEM_PERSISTENT);
    result = MHD_queue_response(connection, 201, response);
    MHD_destroy_response(response);
    return result;
}

static int start_provider(void)
{
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle,
                         NULL, MHD_OPTION_CONNECTION_LIMIT, 1000U, MHD_OPTION_END);
    const union MHD_DaemonInfo *info = daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    pthread_t thread;

    if (!info || pthread_create(&thread, NULL, answer_late, NULL) != 0)
        abort();
    pthread_detach(thread);
    return info->port;
}

static const struct config *make_config(void *mem, int port)
{
    struct config_problem *problems;
    size_t n;
    const char *text = talloc_asprintf(
        mem,
        "quiet_hours = off\nstore { url = \"sqlite:%s/x.db\" }\n"
        "provider slow { kind = twilio url = \"http://127.0.0.1:%d\" account = AC1 secret = \"env:HOME\""
        " from = \"+15005550006\" connections = %d per_day = 0 receive = no }\n",
        temporary_directory(mem), port, CONNECTIONS);

    return config_read_text(mem, "bench.conf", text, strlen(text), &problems, &n);
}

static bool add_texts(struct turn *turn, void *arg)
{
    bool is_added = true;

    (void)arg;
    for (int i = 0; i < TEXTS && is_added; i++) {
        struct notice notice = { .to = talloc_asprintf(turn->mem, "+861380%07d", i),
                                 .text = "【浮山亮晒评】收到，编号2611230001，转河底镇，12月8日前告知受理。",
                                 .name = "received",
                                 .line = "",
                                 .priority = PRIORITY_ANSWER,
                                 .due_at = turn->now,
                                 .created_at = turn->now,
                                 .why = "" };

        is_added = store_add_notice(turn->store, &notice);
    }
    return is_added;
}

static double run(void *mem, struct desk *desk, struct lines *lines, struct store *store)
{
    struct notice_filter sent = { .states = 1 << NOTICE_SENT };
    int64_t before, now;
    double start = measure_now();

    (void)mem;
    if (!store_count_notices(store, &sent, &before) || !desk_do(desk, add_texts, NULL))
        abort();
    lines_wake(lines);
    do {
        measure_sleep(0.02);
        if (!store_count_notices(store, &sent, &now))
            abort();
    } while (now < before + TEXTS && measure_now() < start + 120);
    return (double)(now - before) / (measure_now() - start);
}

int main(void)
{
    void *mem = talloc_new(NULL);
    const struct config *config;
    const char *error = "no configuration";
    double rates[RUNS];

    log_quiet(true);
    config = make_config(mem, start_provider());
    struct words *words = config ? words_open(mem, NULL, &error) : NULL;
    struct desk *desk = words ? desk_start(mem, config, words, &error) : NULL;
    struct store *store = desk ? store_open_reader(mem, config->store_url, &error) : NULL;
    if (!store) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    struct lines *lines = lines_start(mem, config, desk);
    for (int i = 0; i < RUNS; i++)
        rates[i] = run(mem, desk, lines, store);
    printf("provider: %.0f texts/s through a provider that takes %d ms, %d connections (median of %d; %zu at "
           "once at most)\n",
           measure_median(rates, RUNS), DELAY_MS, CONNECTIONS, RUNS, delay.most);
    lines_stop(lines);
    desk_stop(desk);
    talloc_free(mem);
    return 0;
}
