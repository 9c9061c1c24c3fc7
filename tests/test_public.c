/* The public boards on the web: the three boards answer as printed, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/page/tools/public.h"
#include "gateway/report/board.h"
#include "gateway/turn/dates.h"
#include "store/cases.h"
#include "store/people.h"
#include "tests/support/placed.h"
#include "tests/support/support.h"

#define URL "https://boards.example/"

struct world {
    struct config config;
    struct store *store;
    struct public *public;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    struct unit county = { .code = "141027", .name = "浮山县", .level = UNIT_COUNTY };
    const char *error = "", *folder = temporary_directory(world);
    struct case_ case_ = { .number = "26000010", .reporter = "+8613934567001", .line = "", .topic = "water" };

    world->config = (struct config){ .county = "浮山县",
                                     .language = "zh",
                                     .store_url = talloc_asprintf(world, "sqlite:%s/x.db", folder),
                                     .page_public_listen = "127.0.0.1:0",
                                     .page_public_url = URL };
    world->store = store_open(world, world->config.store_url, &error);
    assert_non_null(world->store);
    assert_true(store_put_unit(world->store, &county));
    case_.text = "水管裂了";
    case_.received_at = case_.touched_at = clock_now() - 86400 * 40;
    case_.shown_on = date_moment(bulletin_date(BULLETIN_SHOW, date_of(clock_now())), 9 * 60);
    place_case(world->store, &case_);
    world->public = public_start(world, &world->config, &error);
    if (!world->public)
        fail_msg("%s", error);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    public_stop(world->public);
    talloc_free(world);
    return 0;
}

/* All that comes back until the connection ends. */
static const char *ask(struct world *world, const char *method, const char *path, const char *headers)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)public_port(world->public)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    char *request = talloc_asprintf(world, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", method,
                                    path, headers),
         *reply = talloc_strdup(world, ""), part[4096];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ssize_t n;

    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write(fd, request, strlen(request)), (ssize_t)strlen(request));
    while ((n = read(fd, part, sizeof part)) > 0)
        reply = talloc_strndup_append(reply, part, (size_t)n);
    close(fd);
    return reply;
}

static void assert_status(const char *reply, const char *status)
{
    assert_memory_equal(reply, "HTTP/1.1 ", 9);
    assert_memory_equal(reply + 9, status, 3);
}

static void the_three_boards_answer_as_printed(void **state)
{
    static const struct {
        const char *path, *words;
    } boards[] = {
        { "/", "群众诉求公示" }, { "/show", "26000010" }, { "/report", "晒" }, { "/evaluate", "评" }
    };

    for (size_t i = 0; i < sizeof boards / sizeof *boards; i++) {
        const char *reply = ask(*state, "GET", boards[i].path, "");

        assert_status(reply, "200");
        assert_non_null(strstr(reply, boards[i].words));
        assert_non_null(strstr(reply, "<svg"));
        assert_non_null(strstr(reply, URL));
        assert_non_null(strstr(reply, "default-src 'none'"));
    }
    assert_null(strstr(ask(*state, "HEAD", "/show", ""), "26000010"));
    assert_status(ask(*state, "HEAD", "/show", ""), "200");
}

static void nothing_else_answers(void **state)
{
    static const char *const paths[] = { "/page/home",     "/api/v1/cases", "/healthz", "/metrics", "/show/",
                                         "/show/26000010", "//show",        "/..",      "/%73how/x" };
    const char *absent = strstr(ask(*state, "GET", "/nothing", ""), "\r\n\r\n");

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const char *reply = ask(*state, "GET", paths[i], "");

        assert_status(reply, "404");
        assert_string_equal(strstr(reply, "\r\n\r\n"), absent);
    }
    assert_status(ask(*state, "POST", "/show", "Content-Length: 0\r\n"), "404");
    assert_status(ask(*state, "DELETE", "/show", ""), "404");
}

static void no_cookie_is_read_or_set(void **state)
{
    const char *with = ask(*state, "GET", "/show", "Cookie: __Host-session=abc\r\n"),
               *without = ask(*state, "GET", "/show", "");

    assert_null(strcasestr(with, "Set-Cookie"));
    assert_string_equal(strstr(with, "\r\n\r\n"), strstr(without, "\r\n\r\n"));
}

static void an_address_that_is_taken_is_said(void **state)
{
    struct world *world = *state;
    struct config config = world->config;
    const char *error = "";

    config.page_public_listen = talloc_asprintf(world, "127.0.0.1:%d", public_port(world->public));
    assert_null(public_start(world, &config, &error));
    assert_non_null(strstr(error, config.page_public_listen));
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(the_three_boards_answer_as_printed),
        IN_A_WORLD(nothing_else_answers),
        IN_A_WORLD(no_cookie_is_read_or_set),
        IN_A_WORLD(an_address_that_is_taken_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
