/*
 * What the server counts: written by any thread, read for /metrics.
 */
#ifndef GATEWAY_HTTP_COUNTERS_H
#define GATEWAY_HTTP_COUNTERS_H

#include <stdatomic.h>
#include <stdio.h>

struct route;

enum refusal {
    REFUSED_PATH,      /* no such webhook, or the wrong key */
    REFUSED_ADDRESS,   /* from a network that may not */
    REFUSED_SIGNATURE, /* missing or wrong */
    REFUSED_STALE,     /* signed too long ago */
    REFUSED_MALFORMED, /* body that is not what it should be */
    REFUSED_TOO_LONG,
    REFUSED_FRAMING, /* lengths that contradict each other, no Host */
    REFUSED_TOKEN,   /* none, unknown or revoked */
    REFUSED_SCOPE,
    REFUSED_CONNECTION, /* more of them than one address may have */
    REFUSED_STORE,      /* the store could not take it */
    REFUSALS
};

enum { STATUS_CLASSES = 6, LATENCY_BUCKETS = 14, ROUTES_MOST = 32 };

struct counters {
    const struct route *routes; /* ends with a NULL path; set before the first request */
    atomic_ulong refused[REFUSALS];
    atomic_ulong answers[ROUTES_MOST][STATUS_CLASSES]; /* by row of routes; the last row: no route */
    atomic_ulong buckets[LATENCY_BUCKETS + 1];         /* of webhooks, from the first octet to the answer */
    atomic_ulong microseconds;
    atomic_ulong texts, receipts; /* events of webhooks that were kept */
    atomic_ulong told, untold;    /* steps sent to other programs; attempts that failed */
};

void counters_refuse(struct counters *counters, enum refusal why);
void counters_time(struct counters *counters, long microseconds);

/* In Prometheus' text format, version 0.0.4. */
void counters_write(struct counters *counters, FILE *out);

#endif
