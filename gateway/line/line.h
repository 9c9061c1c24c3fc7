/*
 * A line: one way in and out. Each runs in a thread of its own, hands what comes to the desk, and sends what
 * the outbox has for it. A new kind is one file that ends with its struct line_kind.
 */
#ifndef GATEWAY_LINE_LINE_H
#define GATEWAY_LINE_LINE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "gateway/desk/desk.h"

struct line;

struct line_kind {
    const char *name;
    /* Works until line->is_stopping; blocks, with time-outs. */
    void (*run)(struct line *line);
    /* From any thread: something to send may be there, or is_stopping was set. */
    void (*wake)(struct line *line);
};

struct line {
    const char *name;
    const struct line_kind *kind;
    struct desk *desk;
    const struct config *config;
    const void *settings; /* the kind's own: struct modem_config, struct provider_config */
    void *state;          /* the kind's own, made before the thread starts */
    bool sends;
    atomic_int per_minute, per_day; /* texts that may go out; 0: no limit */
    pthread_t thread;
    atomic_bool is_stopping;
    atomic_bool has_tried; /* the first start went well or not */
    atomic_bool is_up;
    atomic_int signal; /* +CSQ rssi 0..31; 99 unknown */
    atomic_int unread; /* messages that stay in the modem because nobody can read them */
};

/* Milliseconds to wait after so many failures in a row: doubles from 1 s to 5 min, with jitter. */
int line_backoff_ms(int failures);

/* 32 random hex digits, from mem. NULL: the system has no randomness. */
const char *line_nonce(void *mem);

#endif
