/*
 * /metrics in Prometheus' text format: the counters of the server and the desk, and the cases and notices in
 * the store.
 */
#include <stdlib.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/http/connections.h"
#include "gateway/http/exchange.h"
#include "gateway/turn/dates.h"
#include "store/cases.h"
#include "store/county/refused_orders.h"
#include "store/notices.h"
#include "store/recordings.h"
#include "store/reports.h"
#include "store/senders.h"

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* Upper bounds double from the first on; buckets[n] counts what is above all n of them. */
static void write_histogram(FILE *out, const char *name, const unsigned long *buckets, int n, double first,
                            double sum)
{
    unsigned long count = 0;

    for (int i = 0; i < n; i++, first *= 2) {
        count += buckets[i];
        fprintf(out, "%s_bucket{le=\"%g\"} %lu\n", name, first, count);
    }
    count += buckets[n];
    fprintf(out, "%s_bucket{le=\"+Inf\"} %lu\n%s_sum %.6f\n%s_count %lu\n", name, count, name, sum, name,
            count);
}

static void write_desk(struct desk *desk, FILE *out)
{
    struct desk_counts counts = desk_counts(desk);
    char trouble[256];

    desk_trouble(desk, trouble, sizeof trouble);
    head(out, "xiangyin_desk_commits_total", "counter", "Transactions committed by the desk.");
    fprintf(out, "xiangyin_desk_commits_total %lu\n", counts.commits);
    head(out, "xiangyin_desk_events_total", "counter", "Events committed by the desk.");
    fprintf(out, "xiangyin_desk_events_total %lu\n", counts.events);
    head(out, "xiangyin_desk_jobs_total", "counter", "Jobs other than events done by the desk.");
    fprintf(out, "xiangyin_desk_jobs_total %lu\n", counts.jobs);
    head(out, "xiangyin_desk_failures_total", "counter", "Transactions that failed and were retried.");
    fprintf(out, "xiangyin_desk_failures_total %lu\n", counts.failures);
    head(out, "xiangyin_desk_batch_requests", "histogram", "Requests per transaction.");
    write_histogram(out, "xiangyin_desk_batch_requests", counts.batches, DESK_BATCH_BUCKETS - 1, 1,
                    (double)counts.requests);
    head(out, "xiangyin_desk_batch_duration_seconds", "histogram",
         "Duration of a transaction, from begin to commit.");
    write_histogram(out, "xiangyin_desk_batch_duration_seconds", counts.times, DESK_TIME_BUCKETS, 0.0005,
                    (double)counts.microseconds / 1e6);
    head(out, "xiangyin_desk_up", "gauge", "1 if the desk's last transaction succeeded.");
    fprintf(out, "xiangyin_desk_up %d\n", *trouble == '\0');
}

static void write_label(FILE *out, const char *name, const char *label, const char *value, int64_t number)
{
    fprintf(out, "%s{%s=\"", name, label);
    for (const char *c = value; *c; c++)
        fputc(*c == ' ' ? '_' : *c, out);
    fprintf(out, "\"} %lld\n", (long long)number);
}

static bool count_state(const struct case_summary *summary, void *arg)
{
    ((int64_t *)arg)[summary->state] += summary->n;
    return true;
}

static bool write_cases(struct store *store, FILE *out, int64_t now)
{
    const struct summary_filter all = { .until = INT64_MAX };
    int64_t counts[CASE_STATES] = { 0 }, n;

    if (!store_each_summary(store, &all, count_state, counts))
        return false;

    head(out, "xiangyin_cases", "gauge", "Cases by state, without restricted ones.");
    for (int state = CASE_NEW; state <= CASE_WITHDRAWN; state++)
        write_label(out, "xiangyin_cases", "state", case_state_name((enum case_state)state), counts[state]);
    head(out, "xiangyin_cases_overdue", "gauge", "Open cases past their deadline, without restricted ones.");
    if (!store_count_overdue(store, now, &n))
        return false;
    fprintf(out, "xiangyin_cases_overdue %lld\n", (long long)n);
    return true;
}

static bool write_notices(struct store *store, FILE *out, int64_t now)
{
    int64_t counts[NOTICE_CANCELLED + 1], oldest;

    head(out, "xiangyin_notices", "gauge", "Notices by state.");
    if (!store_tally_notices(store, counts))
        return false;
    for (int state = NOTICE_READY; state <= NOTICE_CANCELLED; state++)
        write_label(out, "xiangyin_notices", "state", notice_state_name((enum notice_state)state),
                    counts[state]);
    head(out, "xiangyin_notices_oldest_due_seconds", "gauge",
         "How long the oldest due notice has been waiting to be sent.");
    if (!store_oldest_due(store, now, &oldest))
        return false;
    fprintf(out, "xiangyin_notices_oldest_due_seconds %lld\n", oldest ? (long long)(now - oldest) : 0LL);
    return true;
}

static bool write_recordings(struct store *store, FILE *out, int64_t now)
{
    const struct recording_filter unwritten = { .is_unwritten = true };
    int64_t n, oldest;

    if (!store_count_recordings(store, &unwritten, &n, &oldest))
        return false;
    head(out, "xiangyin_recordings_unheard", "gauge", "Recordings that nobody has written down.");
    fprintf(out, "xiangyin_recordings_unheard %lld\n", (long long)n);
    head(out, "xiangyin_recordings_unheard_oldest_seconds", "gauge",
         "How long the oldest of them has been waiting.");
    fprintf(out, "xiangyin_recordings_unheard_oldest_seconds %lld\n", n ? (long long)(now - oldest) : 0LL);
    return true;
}

/* Automatic answers, see conversation/budget.h; a limit of 0 is none. */
static bool write_answers(struct store *store, int limit, FILE *out, int64_t now)
{
    struct answer_day day;

    if (!store_answer_day(store, date_number(now), &day))
        return false;
    head(out, "xiangyin_answers_today", "gauge", "Automatic answers today that count for the day's budget.");
    fprintf(out, "xiangyin_answers_today %lld\n", (long long)day.answered);
    head(out, "xiangyin_answers_budget", "gauge", "Automatic answers that may go out in a day; 0: no limit.");
    fprintf(out, "xiangyin_answers_budget %d\n", limit);
    head(out, "xiangyin_answers_withheld_today", "gauge",
         "Automatic answers not sent today, because of the day's budget or a sender's.");
    fprintf(out, "xiangyin_answers_withheld_today %lld\n", (long long)day.withheld);
    return true;
}

/* Only where there is a centre. */
static bool write_orders(struct exchange *exchange, FILE *out)
{
    int64_t n = 0;

    if (!exchange->server->config->centre_url)
        return true;
    if (!store_count_refused_orders(exchange->store, 0, &n))
        return false;
    head(out, "xiangyin_centre_orders_refused", "gauge",
         "Orders of the centre that were not carried out here.");
    fprintf(out, "xiangyin_centre_orders_refused %lld\n", (long long)n);
    return true;
}

static bool write_all(struct exchange *exchange, FILE *out)
{
    struct http_server *server = exchange->server;
    int64_t now = clock_now();

    counters_write(&server->counters, out);
    head(out, "xiangyin_http_expired_total", "counter",
         "Connections closed because a request was not complete, or an answer not taken, in time.");
    fprintf(out, "xiangyin_http_expired_total %lu\n", connections_expired(server->connections));
    write_desk(server->desk, out);
    if (!write_cases(exchange->store, out, now) || !write_notices(exchange->store, out, now) ||
        !write_recordings(exchange->store, out, now) ||
        !write_answers(exchange->store, desk_answers_per_day(server->desk), out, now) ||
        !write_orders(exchange, out))
        return false;
    pthread_mutex_lock(&server->lock);
    void (*write)(FILE *, void *) = server->write_metrics;
    void *arg = server->metrics_arg;
    pthread_mutex_unlock(&server->lock);
    if (write)
        write(out, arg);
    return true;
}

void metrics_show(struct exchange *exchange)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool is_good = write_all(exchange, out);

    fclose(out);
    if (is_good)
        exchange_answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8",
                        talloc_strdup(exchange, text));
    else
        exchange_refuse(exchange, 503, "the store is not available");
    free(text);
}
