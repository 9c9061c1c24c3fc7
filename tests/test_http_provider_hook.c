#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"
#include "store/cases.h"
#include "store/events.h"
#include "tests/support/http_support.h"

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef"

static const char providers[] =
    "provider form { hook_key = \"" KEY "\" in_from = from in_text = text in_id = id in_time = when\n"
    "  receipt_id = message receipt_status = status receipt_number = number\n"
    "  receipt_delivered = { ok } receipt_failed = { bad } answer = \"ACK\" }\n"
    "provider json { hook_key = \"" KEY
    "\" in_list = \"/results\" in_from = from in_text = text in_id = id }\n"
    "provider signed { secret = \"env:TEST_SECRET\" signature_header = \"X-Signature\"\n"
    "  timestamp_header = \"X-Timestamp\" in_from = \"/from\" in_text = \"/text\" in_id = \"/id\" }\n"
    "provider far { hook_key = \"" KEY "\" in_from = from in_text = text allow = { \"203.0.113.0/24\" } }\n"
    "provider deaf { hook_key = \"" KEY "\" receive = no }\n";

static int open_world(void **state)
{
    setenv("TEST_SECRET", "open-sesame-1234", 1);
    *state = http_world_open("body_cap = 4096\nheader_cap = 8192", providers);
    return 0;
}

static int close_world(void **state)
{
    http_world_close(*state);
    return 0;
}

static struct reply post(struct http_world *world, const char *path, const char *body)
{
    return http_ask(world, world, "POST", path, "Content-Type: application/x-www-form-urlencoded\r\n", body);
}

static struct reply post_json(struct http_world *world, const char *path, const char *headers,
                              const char *body)
{
    const char *all = talloc_asprintf(world, "Content-Type: application/json\r\n%s", headers ? headers : "");

    return http_ask(world, world, "POST", path, all, body);
}

struct found {
    int n;
    struct event last;
    void *mem;
};

static bool find_event(const struct event *event, void *arg)
{
    struct found *found = arg;

    found->n++;
    found->last = *event;
    found->last.from = talloc_strdup(found->mem, event->from);
    found->last.text = event->text ? talloc_strdup(found->mem, event->text) : NULL;
    found->last.line = talloc_strdup(found->mem, event->line);
    found->last.external_id = talloc_strdup(found->mem, event->external_id);
    found->last.raw = event->raw ? talloc_strdup(found->mem, event->raw) : NULL;
    return true;
}

static struct found events(struct http_world *world)
{
    struct found found = { .mem = world };

    assert_true(store_each_event(world->store, &(struct event_filter){ 0 }, find_event, &found));
    return found;
}

static int refused(struct http_world *world, const char *reason)
{
    struct reply reply = http_ask(world, world, "GET", "/metrics", NULL, NULL);
    const char *name = talloc_asprintf(world, "xiangyin_http_refused_total{reason=\"%s\"} ", reason);
    const char *at = strstr(reply.body, name);

    assert_non_null(at);
    return atoi(at + strlen(name));
}

#define FORM "/hook/form/" KEY

static void a_form_is_kept_and_then_answered(void **state)
{
    struct reply reply =
        post(*state, FORM, "from=13800138000&text=%E6%B0%B4%E7%AE%A1%E5%9D%8F%E4%BA%86&id=7&when=1700000000");
    struct found found = events(*state);
    int64_t cases;

    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "ACK");
    assert_int_equal(found.n, 1);
    assert_string_equal(found.last.from, "+8613800138000");
    assert_string_equal(found.last.text, "水管坏了");
    assert_string_equal(found.last.line, "form");
    assert_string_equal(found.last.external_id, "7");
    assert_non_null(strstr(found.last.raw, "id=7"));
    assert_true(store_count_cases(((struct http_world *)*state)->store, &(struct case_filter){ 0 }, &cases));
    assert_int_equal(cases, 1);
}

static void a_list_of_texts_is_kept_together(void **state)
{
    struct reply reply = post_json(*state, "/hook/json/" KEY, NULL,
                                   "{\"results\":[{\"from\":\"13800138000\",\"text\":\"路坏了\",\"id\":1},"
                                   "{\"from\":\"13800138001\",\"text\":\"灯坏了\",\"id\":2}]}");

    assert_int_equal(reply.status, 200);
    assert_int_equal(events(*state).n, 2);
}

static void nothing_to_keep_is_answered_at_once(void **state)
{
    assert_int_equal(post_json(*state, "/hook/json/" KEY, NULL, "{\"results\":[]}").status, 200);
    assert_int_equal(events(*state).n, 0);
}

static void a_receipt_is_an_event(void **state)
{
    struct found found;

    assert_int_equal(post(*state, FORM, "message=m1&status=ok&number=13800138000").status, 200);
    found = events(*state);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.last.kind, EVENT_RECEIPT);
    assert_int_equal(found.last.reference, provider_reference("m1"));
}

/* Each answer stands in one bucket, and in all above it. */
static void the_time_of_each_webhook_is_counted(void **state)
{
    struct http_world *world = *state;
    unsigned long before = 0, n = 0;
    const char *metrics, *line;

    for (int i = 0; i < 3; i++)
        assert_int_equal(post_json(world, "/hook/json/" KEY, NULL, "{\"results\":[]}").status, 200);
    metrics = http_ask(world, world, "GET", "/metrics", NULL, NULL).body;
    for (line = metrics; (line = strstr(line, "\nxiangyin_webhook_duration_seconds_bucket"));) {
        line = strchr(line, '}') + 1;
        n = strtoul(line, NULL, 10);
        assert_true(n >= before);
        before = n;
    }
    assert_int_equal(n, 3);
    assert_non_null(strstr(metrics, "\nxiangyin_webhook_duration_seconds_count 3\n"));
}

static void a_webhook_brought_again_changes_nothing(void **state)
{
    int64_t cases;
    struct http_world *world = *state;

    for (int round = 0; round < 5; round++)
        for (int i = 0; i < 6; i++) {
            int which = round % 2 ? 5 - i : i;
            const char *body = talloc_asprintf(
                world, "from=1380013800%d&text=%%E5%%81%%9C%%E6%%B0%%B4%%E4%%BA%%86&id=%d", which, which);

            assert_int_equal(post(world, FORM, body).status, 200);
        }
    assert_int_equal(events(world).n, 6);
    assert_true(store_count_cases(world->store, &(struct case_filter){ 0 }, &cases));
    assert_int_equal(cases, 6);
}

static void a_wrong_path_is_none(void **state)
{
    static const char *const wrong[] = {
        "/hook/form",          "/hook/form/",       "/hook/form/" KEY "0", "/hook/form/1", "/hook/other/" KEY,
        "/hook/deaf/" KEY,     "/hook/signed/",     "/hook//" KEY,         "/hook/",       "/hook",
        "/hook/form/" KEY "/", "/%68ook/form/" KEY, "//hook/form/" KEY,
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (post(*state, wrong[i], "from=13800138000&text=a").status != 404)
            fail_msg("%s", wrong[i]);
    assert_int_equal(events(*state).n, 0);
    assert_int_equal(refused(*state, "path"), 9);
}

static void what_the_provider_never_sends_is_refused(void **state)
{
    assert_int_equal(post(*state, FORM, "text=a").status, 400);
    assert_int_equal(post(*state, FORM, NULL).status, 400);
    assert_int_equal(post_json(*state, "/hook/json/" KEY, NULL, "{\"results\":[{}]}").status, 400);
    assert_int_equal(post_json(*state, "/hook/json/" KEY, NULL, "{\"results\":").status, 400);
    assert_int_equal(
        post(*state, FORM, "from=12345678901234567890123456789012345678901234567890123456789012345&text=a")
            .status,
        400);
    assert_int_equal(events(*state).n, 0);
    assert_int_equal(refused(*state, "malformed"), 5);
}

static struct reply post_signed(struct http_world *world, const char *body, time_t at, const char *secret)
{
    const char *data = talloc_asprintf(world, "%s%lld", body, (long long)at);
    const char *headers = talloc_asprintf(world, "X-Timestamp: %lld\r\nX-Signature: %s\r\n", (long long)at,
                                          hmac_hex(world, "sha256", secret, data, strlen(data)));

    return post_json(world, "/hook/signed", headers, body);
}

static void a_signature_opens_what_needs_no_key(void **state)
{
    const char *body = "{\"from\":\"13800138000\",\"text\":\"水\",\"id\":\"1\"}";

    assert_int_equal(post_signed(*state, body, time(NULL), "open-sesame-1234").status, 200);
    assert_int_equal(events(*state).n, 1);
}

static void a_wrong_or_old_signature_is_refused_and_counted(void **state)
{
    const char *body = "{\"from\":\"13800138000\",\"text\":\"水\",\"id\":\"1\"}";

    assert_int_equal(post_signed(*state, body, time(NULL), "open").status, 401);
    assert_int_equal(post_json(*state, "/hook/signed", NULL, body).status, 401);
    assert_int_equal(post_signed(*state, body, time(NULL) - 1000, "open-sesame-1234").status, 403);
    assert_int_equal(post_signed(*state, body, time(NULL) + 1000, "open-sesame-1234").status, 403);
    assert_int_equal(events(*state).n, 0);
    assert_int_equal(refused(*state, "signature"), 2);
    assert_int_equal(refused(*state, "stale"), 2);
}

static void a_provider_speaks_from_its_own_network(void **state)
{
    assert_int_equal(post(*state, "/hook/far/" KEY, "from=13800138000&text=a").status, 403);
    assert_int_equal(events(*state).n, 0);
    assert_int_equal(refused(*state, "address"), 1);
}

static struct reply raw(struct http_world *world, const char *text)
{
    int fd = http_connect(world);
    struct reply reply;

    http_send(fd, text);
    reply = http_reply(world, fd);
    close(fd);
    return reply;
}

#define BODY "from=13800138000&text=a"

static void requests_that_can_be_read_in_two_ways_are_refused(void **state)
{
    static const char *const requests[] = {
        "POST " FORM " HTTP/1.1\r\nContent-Length: 23\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 23\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost:\r\nContent-Length: 23\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: 23\r\nContent-Length: 23\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 23\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: 23, 23\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: +23\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: 0000000000000000023\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: 23\r\nTransfer-Encoding: chunked\r\n\r\n"
        "17\r\n" BODY "\r\n0\r\n\r\n",
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 23\r\n\r\n"
        "17\r\n" BODY "\r\n0\r\n\r\n",
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\nContent-Length: 23\r\n\r\n" BODY,
        "POST " FORM
        " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
        "17\r\n" BODY "\r\n0\r\n\r\n",
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n17\r\n" BODY "\r\n0\r\n\r\n",
        "POST " FORM " HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n17\r\n" BODY "\r\n0\r\n\r\n",
        "POST " FORM " HTTP/1.1\r\nHost: a, b\r\nContent-Length: 23\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a/b\r\nContent-Length: 23\r\n\r\n" BODY,
        "POST " FORM " HTTP/1.1\r\nHost: a\r\nX: a\rHost: b\r\nContent-Length: 23\r\n\r\n" BODY,
    };

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        int status = raw(*state, requests[i]).status;

        if (status != 400 && status != 0)
            fail_msg("%d for %s", status, requests[i]);
    }
    assert_int_equal(events(*state).n, 0);
}

/* RFC 9112 3.2: HTTP/1.0 knows no Host; the checks of HAProxy and other balancers send none. */
static void a_request_by_http_1_0_needs_no_host(void **state)
{
    static const struct {
        const char *request;
        int status;
    } requests[] = {
        { "GET /healthz HTTP/1.0\r\n\r\n", 200 },
        { "GET /readyz HTTP/1.0\r\n\r\n", 200 },
        { "HEAD /readyz HTTP/1.0\r\nConnection: close\r\n\r\n", 200 },
        { "GET /metrics HTTP/1.0\r\n\r\n", 200 },
        { "GET /api/v1/cases HTTP/1.0\r\n\r\n", 401 },
        { "GET / HTTP/1.0\r\n\r\n", 404 },
        { "POST " FORM " HTTP/1.0\r\nContent-Length: 23\r\n\r\n" BODY, 200 },
        { "GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n", 200 },
        { "GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
        { "GET /healthz HTTP/1.0\r\nHost:\r\n\r\n", 400 },
        { "GET /healthz HTTP/1.0\r\nContent-Length : 3\r\n\r\n", 400 },
        { "GET /healthz HTTP/1.1\r\n\r\n", 400 },
        { "GET /readyz HTTP/1.1\r\n\r\n", 400 },
        { "POST " FORM " HTTP/1.1\r\nContent-Length: 23\r\n\r\n" BODY, 400 },
    };

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        int status = raw(*state, requests[i].request).status;

        if (status != requests[i].status)
            fail_msg("%d for %s", status, requests[i].request);
    }
    assert_int_equal(events(*state).n, 1);
}

/* A body that we cannot decode is not read as if it were plain. */
static void a_body_in_a_content_encoding_is_refused(void **state)
{
    static const char *const encodings[] = { "gzip", "GZIP",      "x-gzip",         "deflate", "br",
                                             "zstd", "aes128gcm", "identity, gzip", "" };
    static const char *const targets[] = { FORM, "/api/v1/events", "/open311/v2/requests.json",
                                           "/cgi-bin/sendsms", "/no-such-path" };

    for (size_t t = 0; t < sizeof targets / sizeof *targets; t++)
        for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
            struct reply reply = raw(*state, talloc_asprintf(*state,
                                                             "POST %s HTTP/1.1\r\nHost: a\r\n"
                                                             "Content-Encoding: %s\r\n"
                                                             "Content-Length: 23\r\n\r\n" BODY,
                                                             targets[t], encodings[i]));

            if (reply.status != 415)
                fail_msg("%d for %s in %s", reply.status, targets[t], encodings[i]);
            assert_non_null(strstr(reply.body, "Content-Encoding"));
        }
    assert_int_equal(events(*state).n, 0);
    assert_int_equal(raw(*state, "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Encoding: Identity\r\n"
                                 "Content-Length: 23\r\n\r\n" BODY)
                         .status,
                     200);
    assert_int_equal(events(*state).n, 1);
}

/* RFC 9112 5.1: a proxy that drops such a header, or obeys it, sees another request than we do. */
static void header_names_that_are_none_are_refused(void **state)
{
    static const char *const headers[] = { "Content-Length : 23", "Content-Length\t: 23",
                                           "Transfer-Encoding : chunked", "Host : b", "X(Y): z" };

    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        int status =
            raw(*state, talloc_asprintf(*state, "GET /healthz HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n", headers[i]))
                .status;

        if (status != 400)
            fail_msg("%d for %s", status, headers[i]);
    }
}

/* guard.h: the library shows no more than what stands before the NUL. */
static void a_nul_ends_the_value_of_a_header_and_is_part_of_no_name(void **state)
{
    static const struct {
        const char request[96];
        int status;
    } cases[] = {
        { "GET /healthz HTTP/1.1\r\nHost: a\0b\r\nX: y\0z\r\n\r\n", 200 },
        { "GET /healthz HTTP/1.1\r\nHost: \0a\r\n\r\n", 400 },
        { "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: \0005\r\n\r\n", 400 },
        { "GET /healthz HTTP/1.1\r\nHost: a\r\nX\0Y: z\r\n\r\n", 400 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = http_connect(*state);
        size_t length = sizeof cases[i].request;

        while (cases[i].request[length - 1] == '\0')
            length--;
        assert_int_equal(write(fd, cases[i].request, length), (ssize_t)length);
        assert_int_equal(http_reply(*state, fd).status, cases[i].status);
        close(fd);
    }
}

static void a_nul_is_part_of_no_path(void **state)
{
    struct http_world *world = *state;

    assert_int_equal(http_ask(world, world, "GET", "/healthz%00", NULL, NULL).status, 400);
    assert_int_equal(post(world, FORM "%00x", "from=13800138000&text=a").status, 400);
    assert_int_equal(events(world).n, 0);
}

static void head_does_nothing(void **state)
{
    static const char *const paths[] = { FORM "?from=13800138000&text=a", "/cgi-bin/sendsms?to=13800138000" };
    struct http_world *world = *state;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_int_equal(http_ask(world, world, "HEAD", paths[i], NULL, NULL).status, 405);
    assert_int_equal(events(world).n, 0);
    assert_int_equal(http_ask(world, world, "GET", paths[0], NULL, NULL).status, 200);
    assert_int_equal(http_ask(world, world, "HEAD", "/healthz", NULL, NULL).status, 200);
}

static void a_chunked_body_is_read(void **state)
{
    struct reply reply = raw(*state, "POST " FORM " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                     "5\r\nfrom=\r\n12\r\n13800138000&text=a\r\n0\r\n\r\n");

    assert_int_equal(reply.status, 200);
    assert_int_equal(events(*state).n, 1);
}

static void a_long_body_is_refused_however_it_comes(void **state)
{
    char *body = talloc_zero_size(*state, 10001), *chunked;

    memset(body, 'a', 10000);
    assert_int_equal(post(*state, FORM, body).status, 413);
    chunked = talloc_asprintf(*state,
                              "POST " FORM " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "2710\r\n%s\r\n0\r\n\r\n",
                              body);
    assert_int_equal(raw(*state, chunked).status, 413);
    assert_int_equal(events(*state).n, 0);
    assert_int_equal(refused(*state, "too_long"), 2);
}

static void long_headers_are_refused(void **state)
{
    char *value = talloc_zero_size(*state, 20001);

    memset(value, 'a', 20000);
    int status =
        raw(*state, talloc_asprintf(*state, "GET /healthz HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n", value))
            .status;
    assert_in_range(status, 400, 431);
}

static void a_connection_brings_many(void **state)
{
    struct http_world *world = *state;
    int fd = http_connect(world);

    for (int i = 0; i < 20; i++) {
        const char *body = talloc_asprintf(world, "from=138001380%02d&text=a&id=%02d", i, i);

        http_send(fd,
                  talloc_asprintf(world, "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n%s",
                                  strlen(body), body));
        assert_int_equal(http_reply(world, fd).status, 200);
    }
    close(fd);
    assert_int_equal(events(world).n, 20);
}

static void requests_sent_ahead_are_answered_in_order(void **state)
{
    struct http_world *world = *state;
    int fd = http_connect(world);
    char *all = talloc_strdup(world, "");

    for (int i = 0; i < 5; i++)
        all = talloc_asprintf_append(
            all, "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: 28\r\n\r\n" BODY "&id=%d", i);
    all = talloc_asprintf_append(all, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    http_send(fd, all);
    for (int i = 0; i < 5; i++)
        assert_string_equal(http_reply(world, fd).body, "ACK");
    assert_string_equal(http_reply(world, fd).body, "alive\n");
    close(fd);
    assert_int_equal(events(world).n, 5);
}

static void a_client_that_goes_away_loses_nothing(void **state)
{
    struct http_world *world = *state;

    for (int i = 0; i < 10; i++) {
        int fd = http_connect(world);

        http_send(fd, "POST " FORM " HTTP/1.1\r\nHost: a\r\nContent-Length: 23\r\n\r\n" BODY);
        close(fd);
    }
    http_world_restart(world);
    assert_int_equal(post(world, FORM, BODY).status, 200);
    assert_int_equal(events(world).n, 1);
}

static void by_another_hand(struct http_world *world, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(world->config->database, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void what_cannot_be_kept_is_asked_for_again(void **state)
{
    struct http_world *world = *state;
    struct reply reply;

    by_another_hand(world, "ALTER TABLE events RENAME TO away");
    reply = post(world, FORM, BODY);
    assert_int_equal(reply.status, 503);
    assert_non_null(reply_header(world, &reply, "Retry-After"));
    assert_int_equal(http_ask(world, world, "GET", "/readyz", NULL, NULL).status, 503);
    assert_int_equal(http_ask(world, world, "GET", "/healthz", NULL, NULL).status, 200);
    by_another_hand(world, "ALTER TABLE away RENAME TO events");
    assert_int_equal(post(world, FORM, BODY).status, 200);
    assert_int_equal(http_ask(world, world, "GET", "/readyz", NULL, NULL).status, 200);
    assert_int_equal(events(world).n, 1);
    assert_int_equal(refused(world, "store"), 1);
}

static void the_health_of_the_store_can_be_asked(void **state)
{
    assert_int_equal(http_ask(*state, *state, "GET", "/healthz", NULL, NULL).status, 200);
    assert_int_equal(http_ask(*state, *state, "GET", "/readyz", NULL, NULL).status, 200);
    assert_int_equal(http_ask(*state, *state, "HEAD", "/readyz", NULL, NULL).status, 200);
}

/* The lint of Prometheus' own promtool; left out where it is not installed. */
static void prometheus_finds_nothing_wrong_with_the_metrics(void **state)
{
    struct http_world *world = *state;
    struct reply reply;
    FILE *promtool;

    if (system("command -v promtool >/dev/null 2>&1") != 0) {
        print_message("# left out: promtool (package prometheus) is not here\n");
        return;
    }
    post(world, "/hook/form/" KEY, "from=13800138000&text=a&id=1");
    post(world, "/hook/form/wrong", "from=13800138000&text=a&id=1");
    reply = http_ask(world, world, "GET", "/metrics", NULL, NULL);
    assert_int_equal(reply.status, 200);
    promtool = popen("promtool check metrics", "w");
    assert_non_null(promtool);
    fputs(reply.body, promtool);
    assert_int_equal(pclose(promtool), 0);
}

static void other_methods_are_named(void **state)
{
    struct reply reply = http_ask(*state, *state, "DELETE", FORM, NULL, NULL);

    assert_int_equal(reply.status, 405);
    assert_string_equal(reply_header(*state, &reply, "Allow"), "POST, GET");
    assert_int_equal(http_ask(*state, *state, "POST", "/healthz", NULL, "").status, 405);
    assert_int_equal(http_ask(*state, *state, "GET", "/../etc/passwd", NULL, NULL).status, 404);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_form_is_kept_and_then_answered),
        TEST(a_list_of_texts_is_kept_together),
        TEST(nothing_to_keep_is_answered_at_once),
        TEST(a_receipt_is_an_event),
        TEST(the_time_of_each_webhook_is_counted),
        TEST(a_webhook_brought_again_changes_nothing),
        TEST(a_wrong_path_is_none),
        TEST(what_the_provider_never_sends_is_refused),
        TEST(a_signature_opens_what_needs_no_key),
        TEST(a_wrong_or_old_signature_is_refused_and_counted),
        TEST(a_provider_speaks_from_its_own_network),
        TEST(requests_that_can_be_read_in_two_ways_are_refused),
        TEST(a_request_by_http_1_0_needs_no_host),
        TEST(header_names_that_are_none_are_refused),
        TEST(a_body_in_a_content_encoding_is_refused),
        TEST(a_nul_ends_the_value_of_a_header_and_is_part_of_no_name),
        TEST(a_nul_is_part_of_no_path),
        TEST(head_does_nothing),
        TEST(a_chunked_body_is_read),
        TEST(a_long_body_is_refused_however_it_comes),
        TEST(long_headers_are_refused),
        TEST(a_connection_brings_many),
        TEST(requests_sent_ahead_are_answered_in_order),
        TEST(a_client_that_goes_away_loses_nothing),
        TEST(what_cannot_be_kept_is_asked_for_again),
        TEST(the_health_of_the_store_can_be_asked),
        TEST(prometheus_finds_nothing_wrong_with_the_metrics),
        TEST(other_methods_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
