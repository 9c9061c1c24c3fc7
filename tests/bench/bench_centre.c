/*
 * The centre over TLS: one county that catches up, and 200 counties that send 500 rows a second together,
 * each with its long poll; on SQLite, and on PostgreSQL where that is installed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/centre/wire.h"
#include "gateway/line/web.h"
#include "tests/bench/measure.h"
#include "tests/support/certificate.h"
#include "tests/support/postgres.h"
#include "tests/support/province.h"

/* Each county has a connection of its own, as a link has. */
enum { CATCH_UP_ROWS = 40000, COUNTIES = 200, ROWS_A_SECOND = 500, ROWS_AT_ONCE = 5 };

/* A county's journal, made as it is sent. */
struct feeder {
    const char *code, *token;
    int64_t seq;
    char hash[JOURNAL_HASH_SIZE];
    struct web *web;
    double sent_at;
    bool is_waiting;
};

struct field {
    void *mem;
    struct province *province;
    struct feeder *feeders;
    size_t n, failed;
    double *times;
    size_t n_times;
};

static const char *make_batch(void *mem, struct feeder *feeder, int most, size_t *length)
{
    static const char body[] =
        "{\"id\":16000,\"kind\":\"text\",\"line\":\"village\",\"external_id\":"
        "\"0123456789abcdef0123456789abcdef\","
        "\"sender\":\"+8613900011499\",\"at\":1796008943,\"received_at\":1796008943,\"text\":"
        "\"响水河镇东陈村的自来水"
        "停了三天了，老人没有水喝，请派人来看看\",\"outcome\":\"case\",\"why\":\"\",\"case_id\":16000}";
    static const char salt[] = "0123456789abcdef0123456789abcdef";
    struct wire_text text = { 0 };
    struct wire_head head = { .epoch = 1, .session = "", .recovery_key = "", .operator_phone = "" };
    char body_hash[JOURNAL_HASH_SIZE], hash[JOURNAL_HASH_SIZE], entity[24];

    journal_body_hash(salt, body, body_hash);
    for (int i = 0; i < most; i++) {
        struct journal_row row = { .seq = feeder->seq + 1,
                                   .at = 1,
                                   .kind = "events",
                                   .entity = entity,
                                   .body = body,
                                   .salt = salt,
                                   .body_hash = body_hash,
                                   .hash = hash };

        snprintf(entity, sizeof entity, "%lld", (long long)row.seq);
        journal_chain_hash(feeder->hash, &row, hash);
        if (!wire_add(mem, &text, &row))
            break;
        feeder->seq++;
        memcpy(feeder->hash, hash, sizeof hash);
    }
    return wire_end(mem, &text, head, length);
}

static void post(struct field *field, struct feeder *feeder, int most)
{
    void *mem = talloc_new(field->mem);
    struct pair header = { "Authorization", talloc_asprintf(mem, "Bearer %s", feeder->token) };
    size_t length;
    const char *body = make_batch(mem, feeder, most, &length);
    struct web_request request = { .method = "POST",
                                   .url = talloc_asprintf(mem, "https://127.0.0.1:%d/centre/v1/rows",
                                                          field->province->port),
                                   .headers = &header,
                                   .n_headers = 1,
                                   .body = body,
                                   .length = length };

    feeder->sent_at = measure_now();
    feeder->is_waiting = web_start(feeder->web, &request, feeder);
    talloc_free(mem);
}

/* How many are not answered yet. */
static size_t take_answers(struct field *field)
{
    size_t waiting = 0;

    for (size_t i = 0; i < field->n; i++) {
        struct feeder *feeder = &field->feeders[i];
        struct web_end end;

        if (!feeder->is_waiting || !web_next(feeder->web, field->mem, &end)) {
            waiting += feeder->is_waiting;
            continue;
        }
        feeder->is_waiting = false;
        field->failed += end.fate != WEB_ANSWERED || end.answer.status != 200;
        field->times = talloc_realloc(field->mem, field->times, double, field->n_times + 1);
        field->times[field->n_times++] = measure_now() - feeder->sent_at;
    }
    return waiting;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double at(struct field *field, double part)
{
    qsort(field->times, field->n_times, sizeof *field->times, compare);
    return field->n_times ? field->times[(size_t)((double)(field->n_times - 1) * part)] * 1000 : 0;
}

static void catch_up(struct field *field, const char *store)
{
    struct feeder *feeder = &field->feeders[0];
    double start = measure_now();

    while (feeder->seq < CATCH_UP_ROWS) {
        post(field, feeder, CATCH_UP_ROWS);
        while (take_answers(field) > 0)
            web_wait(feeder->web, 1000);
    }
    printf("centre, %s, one county catches up: %.0f rows/s in batches of 256 KiB%s\n", store,
           (double)feeder->seq / (measure_now() - start), field->failed ? " (FAILED)" : "");
}

static void send_steadily(struct field *field, const char *store, double seconds)
{
    double start, cpu;
    long batches = 0;

    for (size_t i = 0; i < field->n; i++) {
        post(field, &field->feeders[i], 1);
        while (i % 20 == 0 && take_answers(field) > 0)
            measure_sleep(0.001);
    }
    while (take_answers(field) > 0)
        measure_sleep(0.001);
    start = measure_now();
    cpu = measure_cpu(getpid());

    field->n_times = 0;
    while (measure_now() - start < seconds) {
        double due = (measure_now() - start) * ROWS_A_SECOND / ROWS_AT_ONCE;

        while ((double)batches < due) {
            struct feeder *feeder = &field->feeders[(size_t)batches % field->n];

            if (feeder->is_waiting)
                break;
            post(field, feeder, ROWS_AT_ONCE);
            batches++;
        }
        take_answers(field);
        measure_sleep(0.001);
    }
    while (take_answers(field) > 0)
        measure_sleep(0.001);
    printf("centre, %s, %zu counties with %.0f rows/s together: acknowledged p50 %.1f ms, p99 %.1f ms; %.0f "
           "%% of a"
           " core with the clients%s\n",
           store, field->n, (double)batches * ROWS_AT_ONCE / (measure_now() - start), at(field, 0.5),
           at(field, 0.99), 100 * (measure_cpu(getpid()) - cpu) / (measure_now() - start),
           field->failed ? " (FAILED)" : "");
}

static void secure(struct province *province)
{
    gnutls_datum_t certificate, key;

    certificate_make("127.0.0.1", time(NULL) - 60, time(NULL) + 86400, &certificate, &key);
    province->config.http_certificate = talloc_asprintf(province, "%s/certificate", province->folder);
    province->config.http_key = talloc_asprintf(province, "%s/key", province->folder);
    certificate_append(province->config.http_certificate, &certificate);
    certificate_append(province->config.http_key, &key);
    gnutls_free(certificate.data);
    gnutls_free(key.data);
}

static void measure(const char *url, const char *store)
{
    struct field field = { .mem = talloc_new(NULL), .n = COUNTIES };
    double seconds = getenv("BENCH_SECONDS") ? atof(getenv("BENCH_SECONDS")) : 10;

    field.province = province_new(field.mem, url);
    secure(field.province);
    field.feeders = talloc_zero_array(field.mem, struct feeder, field.n);
    for (size_t i = 0; i < field.n; i++) {
        field.feeders[i].code = talloc_asprintf(field.mem, "%06zu", 140000 + i);
        field.feeders[i].web = web_new(field.mem, 1, 60, field.province->config.http_certificate);
        field.feeders[i].token = province_add(field.province, field.feeders[i].code, "", false);
    }
    province_start(field.province);
    catch_up(&field, store);
    send_steadily(&field, store, seconds);
    fflush(stdout);
    province_stop(field.province);
    talloc_free(field.mem);
}

int main(void)
{
    void *mem = talloc_new(NULL);

    measure(NULL, "SQLite");
    if (postgres_is_there())
        measure(postgres_start(mem, "fsync = on\n")->url, "PostgreSQL");
    talloc_free(mem);
    return 0;
}
