/*
 * The server's counters, written by any thread and read for /metrics.
 */
#ifndef GATEWAY_HTTP_COUNTERS_H
#define GATEWAY_HTTP_COUNTERS_H

#include <stdatomic.h>
#include <stdio.h>

struct endpoint;

enum reject {
    REJECT_PATH,      /* no such webhook, or the wrong key */
    REJECT_ADDRESS,   /* from a network that is not allowed */
    REJECT_SIGNATURE, /* missing or wrong */
    REJECT_STALE,     /* signed too long ago */
    REJECT_MALFORMED, /* body not as documented */
    REJECT_TOO_LONG,
    REJECT_FRAMING, /* lengths that contradict each other, no Host, a Content-Encoding */
    REJECT_TOKEN,   /* none, unknown, revoked or expired */
    REJECT_SCOPE,
    REJECT_CONNECTION, /* over the limit of one address or of all: this one, or a slower one for it */
    REJECT_STORE,      /* the store failed */
    REJECTS
};

enum { STATUS_CLASSES = 6, LATENCY_BUCKETS = 14, ROUTES_MOST = 32 };

struct counters {
    const struct endpoint *routes; /* ends with a NULL path; set before the first request */
    atomic_ulong refused[REJECTS];
    atomic_ulong answers[ROUTES_MOST][STATUS_CLASSES]; /* by row of routes; the last row: no route */
    atomic_ulong buckets[LATENCY_BUCKETS + 1];         /* of webhooks, from the first octet to the answer */
    atomic_ulong microseconds;
    atomic_ulong texts, receipts; /* events of webhooks that were committed */
    atomic_ulong told, untold;    /* steps delivered to other programs; attempts that failed */
};

/* Adds one. */
void counters_reject(struct counters *counters, enum reject why);
/* Adds the duration of one webhook. */
void counters_time(struct counters *counters, long microseconds);

/* In Prometheus' text format, version 0.0.4. */
void counters_write(struct counters *counters, FILE *out);

#endif
