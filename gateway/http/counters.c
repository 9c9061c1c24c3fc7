#include "gateway/http/counters.h"

#include <string.h>

#include "gateway/http/exchange.h"

static const char *const refusal_names[REJECTS] = {
    "path",    "address", "signature", "stale",      "malformed", "too_long",
    "framing", "token",   "scope",     "connection", "store",
};

static const long limits[LATENCY_BUCKETS] = { 500,   1000,   2000,   4000,   8000,    16000,   32000,
                                              64000, 125000, 250000, 500000, 1000000, 2500000, 5000000 };

void counters_reject(struct counters *counters, enum reject why)
{
    atomic_fetch_add_explicit(&counters->refused[why], 1, memory_order_relaxed);
}

void counters_time(struct counters *counters, long microseconds)
{
    int i = 0;

    while (i < LATENCY_BUCKETS && microseconds > limits[i])
        i++;
    atomic_fetch_add_explicit(&counters->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counters->microseconds, (unsigned long)microseconds, memory_order_relaxed);
}

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_requests(struct counters *counters, FILE *out)
{
    int row = 0;

    head(out, "xiangyin_http_requests_total", "counter", "Requests answered, by route and status class.");
    for (bool is_end = false; !is_end; row++) {
        is_end = !counters->routes[row].path;
        for (int class = 2; class < STATUS_CLASSES; class ++) {
            unsigned long n = atomic_load(&counters->answers[row][class]);

            if (n > 0)
                fprintf(out, "xiangyin_http_requests_total{route=\"%s\",status=\"%dxx\"} %lu\n",
                        is_end ? "none" : counters->routes[row].label, class, n);
        }
    }
}

static void write_latency(struct counters *counters, FILE *out)
{
    unsigned long sum = 0;

    head(out, "xiangyin_webhook_duration_seconds", "histogram",
         "Time from the first octet of a provider's request to its answer, after the commit.");
    for (int i = 0; i < LATENCY_BUCKETS; i++) {
        sum += atomic_load(&counters->buckets[i]);
        fprintf(out, "xiangyin_webhook_duration_seconds_bucket{le=\"%g\"} %lu\n", (double)limits[i] / 1e6,
                sum);
    }
    sum += atomic_load(&counters->buckets[LATENCY_BUCKETS]);
    fprintf(out, "xiangyin_webhook_duration_seconds_bucket{le=\"+Inf\"} %lu\n", sum);
    fprintf(out, "xiangyin_webhook_duration_seconds_sum %.6f\n",
            (double)atomic_load(&counters->microseconds) / 1e6);
    fprintf(out, "xiangyin_webhook_duration_seconds_count %lu\n", sum);
}

void counters_write(struct counters *counters, FILE *out)
{
    write_requests(counters, out);
    head(out, "xiangyin_http_refused_total", "counter", "Requests refused, by reason.");
    for (int i = 0; i < REJECTS; i++)
        fprintf(out, "xiangyin_http_refused_total{reason=\"%s\"} %lu\n", refusal_names[i],
                atomic_load(&counters->refused[i]));
    write_latency(counters, out);
    head(out, "xiangyin_webhook_events_total", "counter",
         "Events from providers' requests that were committed.");
    fprintf(out, "xiangyin_webhook_events_total{kind=\"text\"} %lu\n", atomic_load(&counters->texts));
    fprintf(out, "xiangyin_webhook_events_total{kind=\"receipt\"} %lu\n", atomic_load(&counters->receipts));
    head(out, "xiangyin_outgoing_webhooks_total", "counter",
         "Attempts to deliver a step to a webhook, by outcome.");
    fprintf(out, "xiangyin_outgoing_webhooks_total{outcome=\"told\"} %lu\n", atomic_load(&counters->told));
    fprintf(out, "xiangyin_outgoing_webhooks_total{outcome=\"failed\"} %lu\n",
            atomic_load(&counters->untold));
}
