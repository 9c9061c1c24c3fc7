/* What the centre's server takes of whom: bodies only of counties and never too many, figures only for
 * readers. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "gateway/centre/centre_private.h"
#include "gateway/centre/take.h"
#include "gateway/centre/wire.h"
#include "gateway/http/token.h"
#include "tests/support/http_support.h"
#include "tests/support/on_both.h"
#include "tests/support/province.h"

#define CODE "141027"

enum { CONNECTIONS = 400, FULL = WIRE_BATCH_MOST };

struct world {
    struct province *province;
    struct member *county;
    const char *token;
    struct http_world address;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->province = province_new(world, on_both_url(*state));
    world->token = province_add(world->province, CODE, "", false);
    world->county = member_new(world, world->province, world->token);
    world->address.port = world->province->port;
    province_start(world->province);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    member_end(world->county);
    province_stop(world->province);
    talloc_free(world);
    return 0;
}

static const char *headers(void *mem, const char *token, const char *more)
{
    return talloc_asprintf(mem, "Authorization: Bearer %s\r\n%s", token, more);
}

/* Connections that announce a full batch and send half of it; the answer of each, 0 where none has come yet.
 */
static void send_halves(struct world *world, const char *token, int *fds)
{
    char *half = talloc_zero_size(world, FULL / 2);
    const char *head = talloc_asprintf(world,
                                       "POST /centre/v1/rows HTTP/1.1\r\nHost: a\r\n%sContent-Length: %d\r\n"
                                       "\r\n",
                                       headers(world, token, ""), FULL);

    for (int i = 0; i < CONNECTIONS; i++) {
        fds[i] = http_connect(&world->address);
        http_send(fds[i], head);
        http_send_octets(fds[i], half, FULL / 2); /* may fail: it was refused already */
    }
}

static size_t held(const struct world *world)
{
    return admission_held(world->province->centre->admission);
}

static void close_all(struct world *world, const int *fds)
{
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
    for (int i = 0; i < 3000 && held(world) > 0; i++)
        usleep(10000);
    assert_int_equal(held(world), 0);
}

static void a_stranger_s_body_is_never_held(void **state)
{
    struct world *world = *state;
    int fds[CONNECTIONS];

    send_halves(world, "no-such-token", fds);
    for (int i = 0; i < CONNECTIONS; i += 50)
        assert_in_set(http_reply(world, fds[i]).status, ((unsigned long[]){ 401, 0 }), 2);
    assert_int_equal(held(world), 0);
    close_all(world, fds);
}

static void a_stranger_is_refused_before_the_body_comes(void **state)
{
    struct world *world = *state;
    int fd = http_connect(&world->address);

    http_send(fd, "POST /centre/v1/rows HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nContent-Length: "
                  "1000\r\n\r\n");
    assert_int_equal(http_reply(world, fd).status, 401);
    close(fd);
}

/* Every county has one place to wait in, and no more. */
static void of_a_county_s_waits_the_newest_is_held(void **state)
{
    struct world *world = *state;
    const char *other = province_add(world->province, "141002", "", false);
    static const char wait[] = "GET /centre/v1/wait?epoch=1 HTTP/1.1\r\nHost: a\r\n%s\r\n";
    int fds[8], neighbour = http_connect(&world->address);

    http_send(neighbour, talloc_asprintf(world, wait, headers(world, other, "")));
    usleep(200000);
    for (size_t i = 0; i < 8; i++) {
        fds[i] = http_connect(&world->address);
        http_send(fds[i], talloc_asprintf(world, wait, headers(world, world->token, "")));
        usleep(20000);
    }
    for (size_t i = 0; i < 7; i++) {
        struct reply reply = http_reply(world, fds[i]);

        assert_int_equal(reply.status, 200);
        assert_non_null(strstr(reply.body, "\"rest_ms\""));
        close(fds[i]);
    }
    for (int i = 0; i < 2; i++) {
        struct pollfd one = { .fd = i ? neighbour : fds[7], .events = POLLIN };

        assert_int_equal(poll(&one, 1, 1000), 0);
        close(one.fd);
    }
}

/* guard.h is before everything, here too. */
static void what_cannot_be_read_for_sure_is_refused(void **state)
{
    static const struct {
        const char *headers;
        unsigned long status;
    } requests[] = { { "Host: a\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n", 415 },
                     { "Host: a\r\nHost: b\r\nContent-Length: 4\r\n", 400 },
                     { "Host: a\r\nContent-Length : 4\r\nContent-Length: 4\r\n", 400 },
                     { "Host: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n", 400 } };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        int fd = http_connect(&world->address);

        http_send(fd, talloc_asprintf(world, "POST /centre/v1/rows HTTP/1.1\r\n%s\r\nrows",
                                      headers(world, world->token, requests[i].headers)));
        assert_int_equal(http_reply(world, fd).status, requests[i].status);
        close(fd);
    }
}

/* More batches than may be held: some are put off, and the county's own come through in the end. */
static void all_bodies_together_have_a_limit(void **state)
{
    struct world *world = *state;
    int fds[CONNECTIONS];

    assert_true((size_t)CONNECTIONS * FULL > ADMISSION_HELD_MOST);
    send_halves(world, world->token, fds);
    for (int i = 0; i < 3000 && held(world) < ADMISSION_HELD_MOST - 2 * FULL; i++)
        usleep(10000);
    assert_in_range(held(world), ADMISSION_HELD_MOST - 2 * FULL, ADMISSION_HELD_MOST);
    assert_int_equal(http_ask(&world->address, world, "POST", "/centre/v1/rows",
                              headers(world, world->token, "Content-Length: 262144\r\n"), NULL)
                         .status,
                     503);
    close_all(world, fds);
    member_link(world->county);
    member_text(world->county, "+8613934567001", "路灯坏了");
    member_settle(world->county, world->province, CODE);
}

static void a_batch_says_how_long_it_is_and_is_not_too_long(void **state)
{
    struct world *world = *state;

    assert_int_equal(http_ask(&world->address, world, "POST", "/centre/v1/rows",
                              headers(world, world->token, "Content-Length: 262145\r\n"), NULL)
                         .status,
                     413);
    assert_int_equal(http_ask(&world->address, world, "POST", "/centre/v1/rows",
                              headers(world, world->token, "Transfer-Encoding: chunked\r\n"), NULL)
                         .status,
                     411);
    assert_int_equal(http_ask(&world->address, world, "POST", "/centre/v1/rows",
                              headers(world, world->token, ""), "no batch")
                         .status,
                     400);
}

static const char *make_reader(struct world *world)
{
    struct store *store = province_store(world, world->province);
    const char *hash, *token = token_new(world, &hash);

    assert_true(store_begin(store, 10000) && store_set(store, READER_TOKEN, hash) && store_commit(store));
    talloc_free(store);
    return token;
}

static struct reply ask(struct world *world, const char *path, const char *token)
{
    return http_ask(&world->address, world, "GET", path, token ? headers(world, token, "") : NULL, NULL);
}

static void figures_are_for_readers_alone(void **state)
{
    static const char *const paths[] = { "/", "/centre/v1/report", "/metrics" };
    struct world *world = *state;
    const char *reader;

    for (size_t i = 0; i < 3; i++)
        assert_int_equal(ask(world, paths[i], "anything").status, 401);
    reader = make_reader(world);
    for (size_t i = 0; i < 3; i++) {
        struct reply reply = ask(world, paths[i], NULL);

        assert_int_equal(reply.status, 401);
        assert_non_null(strstr(reply_header(world, &reply, "WWW-Authenticate"), "Basic"));
        assert_int_equal(ask(world, paths[i], world->token).status, 401);
        assert_int_equal(ask(world, paths[i], reader).status, 200);
    }
    assert_int_equal(ask(world, "/centre/v1/wait?first=1", reader).status, 401);
    assert_int_equal(ask(world, "/centre/v1/report?from=yesterday", reader).status, 400);
}

static void assert_has(struct reply reply, const char *words)
{
    assert_int_equal(reply.status, 200);
    if (!strstr(reply.body, words))
        fail_msg("%s lacks %s", reply.body, words);
}

static void shares_need_twenty_cases_and_restricted_ones_do_not_count(void **state)
{
    struct world *world = *state;
    const char *reader = make_reader(world);

    member_link(world->county);
    for (int i = 0; i < 19; i++)
        member_text(world->county, talloc_asprintf(world, "+861393456%04d", i), "路灯坏了");
    member_text(world->county, "+8613934567999", "村支书贪污低保款，我要举报");
    member_settle(world->county, world->province, CODE);
    assert_has(ask(world, "/centre/v1/report", reader), "\"cases\":19,\"open\":19");
    assert_null(strstr(ask(world, "/centre/v1/report", reader).body, "percent"));
    member_text(world->county, "+8613934567998", "路灯坏了");
    member_settle(world->county, world->province, CODE);
    assert_has(ask(world, "/centre/v1/report", reader), "\"open_percent\":100");
    assert_has(ask(world, "/centre/v1/report?to=2001-01-01", reader), "\"cases\":0");
    assert_has(ask(world, "/metrics", reader),
               "xiangyin_centre_county_cases{gateway=\"141027\",count=\"open\"} 20");
    assert_has(ask(world, "/", reader), "<td class=\"figure\">20 (100%)</td>");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_stranger_s_body_is_never_held),
        IN_A_WORLD(a_stranger_is_refused_before_the_body_comes),
        IN_A_WORLD(what_cannot_be_read_for_sure_is_refused),
        IN_A_WORLD(of_a_county_s_waits_the_newest_is_held),
        IN_A_WORLD(all_bodies_together_have_a_limit),
        IN_A_WORLD(a_batch_says_how_long_it_is_and_is_not_too_long),
        IN_A_WORLD(figures_are_for_readers_alone),
        IN_A_WORLD(shares_need_twenty_cases_and_restricted_ones_do_not_count),
    };
    struct rlimit files = { 4096, 4096 };

    setrlimit(RLIMIT_NOFILE, &files);
    return on_both_run("centre_requests", tests, sizeof tests / sizeof tests[0]);
}
