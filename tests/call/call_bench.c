#include "tests/call/call_bench.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gateway/voice/sound/wav.h"
#include "tests/support/ports.h"
#include "tests/support/sound.h"
#include "tests/support/support.h"

static void start(struct call_bench *bench, const char *top, const char *settings)
{
    int code;

    bench->port = ports_reserve(1);
    bench->http_port = ports_reserve(1);
    bench->gateway = gateway_begin(NULL, "");
    gateway_configure(bench->gateway,
                      talloc_asprintf(bench,
                                      "county = \"浮山县\"\n%svoice {\n listen = \"127.0.0.1:%d\"\n"
                                      " %s\n}\nhttp { listen = \"127.0.0.1:%d\" }\n",
                                      top, bench->port, settings, bench->http_port));
    gateway_command(bench->gateway, &code,
                    "import units gateway/demo/units.csv --aliases gateway/demo/aliases.csv");
    assert_int_equal(code, 0);
    gateway_command(bench->gateway, &code, "import people gateway/demo/people.csv");
    assert_int_equal(code, 0);
    gateway_run(bench->gateway);
    bench->voice_n = 30 * 8000;
    bench->voice = sound_linear(bench, sound_voice(bench, bench->voice_n, 130), bench->voice_n);
}

struct call_bench *call_bench_begin(const char *settings)
{
    struct call_bench *bench = talloc_zero(NULL, struct call_bench);

    start(bench, "", settings);
    return bench;
}

struct call_bench *call_bench_begin_out(const char *settings)
{
    struct call_bench *bench = talloc_zero(NULL, struct call_bench);
    int port;

    bench->trunk = sip_phone_await(bench, &port);
    start(bench, "",
          talloc_asprintf(bench, "call_hours = \"00:00-23:59\" area = \"0357\" trunk = \"127.0.0.1:%d\"\n %s",
                          port, settings));
    return bench;
}

int call_bench_setup(void **state)
{
    *state = call_bench_begin("");
    return 0;
}

int call_bench_teardown(void **state)
{
    call_bench_end(*state);
    return 0;
}

void call_bench_end(struct call_bench *bench)
{
    assert_int_equal(gateway_stop(bench->gateway), 0);
    gateway_end(bench->gateway);
    talloc_free(bench);
}

struct sip_phone_options call_bench_phone(const struct call_bench *bench, const char *number)
{
    return (struct sip_phone_options){ .port = bench->port, .number = number, .seed = 7 };
}

void call_bench_sql(struct call_bench *bench, const char *sql)
{
    sqlite3 *database;
    char *error = NULL;

    assert_int_equal(sqlite3_open(bench->gateway->url, &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 5000);
    if (sqlite3_exec(database, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
    sqlite3_close(database);
}

void call_bench_text_from(struct call_bench *bench, const char *phone, const char *text)
{
    gateway_tell(bench->gateway, "{\"cmd\":\"text\",\"from\":\"%s\",\"text\":\"%s\"}", phone, text);
}

const char *call_bench_code_sent(struct call_bench *bench)
{
    static const char before[] = "回";

    for (int waited = 0; waited < PATIENCE_MS; waited += 20) {
        FILE *log = fopen(bench->gateway->sent, "r");
        char line[4096];

        while (log && fgets(line, sizeof line, log))
            for (const char *at = line; (at = strstr(at, before)) != NULL;) {
                at += strlen(before);
                if (strspn(at, "0123456789") == 6) {
                    fclose(log);
                    return talloc_strndup(bench, at, 6);
                }
            }
        if (log)
            fclose(log);
        sleep_ms(20);
    }
    fail_msg("no code was sent");
    return NULL;
}

const char *call_bench_column(struct call_bench *bench, const char *sql)
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    const char *text = NULL;

    assert_int_equal(sqlite3_open_v2(bench->gateway->url, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    sqlite3_busy_timeout(database, 5000);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW)
        text = talloc_strdup(bench, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    if (!text)
        fail_msg("no row: %s", sql);
    return text;
}

static const int16_t *samples_of(struct call_bench *bench, const char *path, size_t *n)
{
    const char *why;
    struct clip clip = wav_read(bench, path, &why);

    if (clip.n == 0)
        fail_msg("%s: %s", path, why);
    *n = clip.n;
    return clip.samples;
}

static const int16_t *recording(struct call_bench *bench, const char *sql, size_t *n)
{
    return samples_of(
        bench, talloc_asprintf(bench, "%s.recordings/%s", bench->gateway->url, call_bench_column(bench, sql)),
        n);
}

const int16_t *call_bench_recording(struct call_bench *bench, int place, size_t *n)
{
    return recording(
        bench, talloc_asprintf(bench, "SELECT file FROM recordings ORDER BY id LIMIT 1 OFFSET %d", place), n);
}

const int16_t *call_bench_recording_of(struct call_bench *bench, const char *caller, size_t *n)
{
    return recording(bench, talloc_asprintf(bench, "SELECT file FROM recordings WHERE caller = '%s'", caller),
                     n);
}

const int16_t *call_bench_prompt(struct call_bench *bench, const char *id, size_t *n)
{
    return samples_of(bench, talloc_asprintf(bench, "templates/voice/zh/%s.wav", id), n);
}

double call_bench_metric(struct call_bench *bench, const char *name)
{
    char line[256];
    double value = 0;
    FILE *out = popen(talloc_asprintf(bench, "curl -s http://127.0.0.1:%d/metrics", bench->http_port), "r");

    while (out && fgets(line, sizeof line, out))
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ' ')
            value = atof(line + strlen(name));
    if (out)
        pclose(out);
    return value;
}

static double correlation(const int16_t *a, const int16_t *b, size_t n)
{
    double ab = 0, aa = 0, bb = 0;

    for (size_t i = 0; i < n; i++)
        ab += (double)a[i] * b[i], aa += (double)a[i] * a[i], bb += (double)b[i] * b[i];
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

/* Found by a tenth of a second from the middle, then compared as a whole. */
double call_bench_correlation(const int16_t *whole, size_t n, const int16_t *part, size_t part_n, size_t *at)
{
    enum { PIECE = 1600 };
    size_t from = part_n / 2 - PIECE / 2;
    double best = 0, best_whole = 0;

    *at = 0;
    for (size_t i = 0; i + part_n <= n; i++) {
        double here = correlation(whole + i + from, part + from, PIECE);

        if (here > best) {
            best = here;
            *at = i;
        }
    }
    best_whole = part_n <= n ? correlation(whole + *at, part, part_n) : 0;
    return best_whole;
}

bool call_bench_has_heard(struct call_bench *bench, struct sip_phone *phone, const char *id, size_t from)
{
    size_t n, prompt_n, at;
    const int16_t *heard = sip_phone_heard(phone, &n), *prompt = call_bench_prompt(bench, id, &prompt_n);

    return from < n && call_bench_correlation(heard + from, n - from, prompt, prompt_n, &at) >= 0.99;
}

size_t call_bench_heard_so_far(struct sip_phone *phone)
{
    size_t n;

    sip_phone_heard(phone, &n);
    return n;
}
