/*
 * What tests of calls share: a gateway with the sample county's people, an emulated modem and a voice line.
 */
#ifndef TESTS_CALL_CALL_BENCH_H
#define TESTS_CALL_CALL_BENCH_H

#include "tests/support/gateway_process.h"
#include "tests/support/sip_phone.h"

struct call_bench {
    struct gateway_process *gateway;
    int port; /* of its voice line */
    int http_port;
    struct sip_phone *trunk; /* of call_bench_begin_out: whom the gateway calls */
    const int16_t *voice;    /* 30 s of a voice */
    size_t voice_n;
};

/* settings: more lines of `voice { }`. The gateway runs. */
struct call_bench *call_bench_begin(const char *settings);
/* The same with a telephone as its PBX, which it may call at any hour. */
struct call_bench *call_bench_begin_out(const char *settings);
void call_bench_end(struct call_bench *bench);
/* As the tests' setup and teardown, without settings. */
int call_bench_setup(void **state);
int call_bench_teardown(void **state);

/* A text of this phone's, by the modem. */
void call_bench_text_from(struct call_bench *bench, const char *phone, const char *text);
/* The one-time code in the text that asks for it, which is only in the modem's log: the store keeps none. */
const char *call_bench_code_sent(struct call_bench *bench);

/* Changes the store behind the gateway's back; it sees that after its next start. */
void call_bench_sql(struct call_bench *bench, const char *sql);

/* A phone on the bench's port that calls from this number. */
struct sip_phone_options call_bench_phone(const struct call_bench *bench, const char *number);

/* The first column of the first row, from the bench; fails the test when there is none. */
const char *call_bench_column(struct call_bench *bench, const char *sql);

/* A figure of /metrics; 0: there is none of this name. */
double call_bench_metric(struct call_bench *bench, const char *name);

/* The samples of a recording's file, by the row's place from 0; fails the test when there is none. */
const int16_t *call_bench_recording(struct call_bench *bench, int place, size_t *n);
/* The same of the one recording of this caller, E.164. */
const int16_t *call_bench_recording_of(struct call_bench *bench, const char *caller, size_t *n);
/* The sound of a prompt, as it is shipped. */
const int16_t *call_bench_prompt(struct call_bench *bench, const char *id, size_t *n);

/* The best correlation of all of `part` with a piece of `whole`, at one place. *at: where. */
double call_bench_correlation(const int16_t *whole, size_t n, const int16_t *part, size_t part_n, size_t *at);

/* How much the phone has heard, in samples; and whether it heard this prompt after that. */
size_t call_bench_heard_so_far(struct sip_phone *phone);
bool call_bench_has_heard(struct call_bench *bench, struct sip_phone *phone, const char *id, size_t from);

#endif
