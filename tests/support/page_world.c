#include "tests/support/page_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "store/cases.h"
#include "store/events.h"

static bool put_county(struct turn *turn, void *arg)
{
    static struct unit units[] = {
        { .code = "141027", .name = "浮山县", .level = UNIT_COUNTY, .duty = "" },
        { .code = "141027100", .name = "天坛镇", .level = UNIT_TOWNSHIP, .duty = "" },
        { .code = "141027101", .name = "响水河镇", .level = UNIT_TOWNSHIP, .duty = "" },
        { .code = "141027101201", .name = "东陈村委会", .level = UNIT_VILLAGE, .duty = "" },
        { .code = "141027100201", .name = "北王村委会", .level = UNIT_VILLAGE, .duty = "" },
    };
    static const struct {
        const char *phone, *name;
        int roles, unit;
    } people[] = {
        { PAGE_CADRE, "甲例一", ROLE_CADRE, 2 },   { PAGE_MEI, "乙例二", ROLE_CADRE, 1 },
        { PAGE_LEADER, "王试用", ROLE_LEADER, 0 }, { PAGE_SUPERVISOR, "冯比如", ROLE_SUPERVISOR, 0 },
        { PAGE_CLERK, "录音员", ROLE_CLERK, 0 },   { PAGE_OPERATOR, "操作员", ROLE_OPERATOR, 0 },
    };

    (void)arg;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        units[i].parent = i == 0 ? 0 : i <= 2 ? units[0].id : i == 3 ? units[2].id : units[1].id;
        if (!store_put_unit(turn->store, &units[i]))
            return false;
    }
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        if (!store_put_person(turn->store, &(struct person){ .phone = people[i].phone,
                                                             .name = people[i].name,
                                                             .title = "",
                                                             .roles = people[i].roles,
                                                             .unit = units[people[i].unit].id,
                                                             .language = "zh" }))
            return false;
    turn->has_new_names = true;
    return true;
}

static void start_page(struct page_world *world)
{
    const char *error = "";

    world->page = page_start(world, world->http->config, world->http->desk, world->http->words,
                             world->http->server, &error);
    if (!world->page)
        fail_msg("%s", error);
}

int page_world_setup(void **state)
{
    struct page_world *world = talloc_zero(NULL, struct page_world);

    world->http = http_world_open("proxies = { \"127.0.0.1\" }", "county = \"浮山县\"\npage { }");
    if (!desk_do(world->http->desk, put_county, NULL))
        fail_msg("no county");
    start_page(world);
    *state = world;
    return 0;
}

int page_world_teardown(void **state)
{
    struct page_world *world = *state;

    page_stop(world->page);
    http_world_close(world->http);
    talloc_free(world);
    return 0;
}

void page_world_restart(struct page_world *world)
{
    page_stop(world->page);
    http_world_restart(world->http);
    start_page(world);
}

const char *page_world_text(struct page_world *world, const char *from, const char *text)
{
    struct event event = { .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = talloc_asprintf(world, "text %d", ++world->n),
                           .from = from,
                           .at = clock_now(),
                           .received_at = clock_now(),
                           .text = text };
    struct case_ *case_ = NULL;

    assert_true(desk_submit(world->http->desk, &event, 1));
    assert_true(event.case_id == 0 || store_case(world->http->store, world, event.case_id, &case_));
    return case_ ? case_->number : "";
}

static sqlite3 *database(struct page_world *world)
{
    sqlite3 *opened;
    char *path = talloc_asprintf(world, "%s/x.db", world->http->directory);

    assert_int_equal(sqlite3_open(path, &opened), SQLITE_OK);
    sqlite3_busy_timeout(opened, 5000);
    return opened;
}

const char *page_world_value(struct page_world *world, const char *sql)
{
    sqlite3 *opened = database(world);
    sqlite3_stmt *statement;
    const char *value = "";

    if (sqlite3_prepare_v2(opened, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(opened));
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        value = talloc_strdup(world, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(opened);
    return value;
}

int64_t page_world_count(struct page_world *world, const char *sql)
{
    return atoll(page_world_value(world, sql));
}

void page_world_run(struct page_world *world, const char *sql)
{
    sqlite3 *opened = database(world);

    if (sqlite3_exec(opened, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(opened));
    sqlite3_close(opened);
}

const char *page_world_code(struct page_world *world, const char *phone)
{
    const char *text = page_world_value(
        world, talloc_asprintf(world,
                               "SELECT text FROM notices WHERE name = 'page-code' AND recipient = '%s'"
                               " ORDER BY id DESC LIMIT 1",
                               phone));

    while (*text && strspn(text, "0123456789") != 6)
        text++;
    return talloc_strndup(world, text, 6);
}

struct browser *browser_new(struct page_world *world, const char *address)
{
    struct browser *browser = talloc_zero(world, struct browser);

    browser->world = world;
    browser->cookie = "none=1";
    browser->address = address;
    browser->origin = "http://test";
    return browser;
}

const char *browser_encoded(struct browser *browser, const char *text)
{
    char *all = talloc_strdup(browser, "");

    for (; *text; text++)
        all = talloc_asprintf_append(all, "%%%02X", (unsigned char)*text);
    return all;
}

static const char *headers(struct browser *browser, bool is_post)
{
    char *all = talloc_asprintf(browser, "Cookie: %s\r\n", browser->cookie);

    if (browser->address)
        all = talloc_asprintf_append(all, "X-Forwarded-For: %s\r\n", browser->address);
    if (is_post && browser->origin)
        all = talloc_asprintf_append(all, "Origin: %s\r\n", browser->origin);
    if (is_post)
        all = talloc_strdup_append(all, "Content-Type: application/x-www-form-urlencoded\r\n");
    return all;
}

static int take(struct browser *browser, struct reply reply)
{
    const char *cookie = reply_header(browser, &reply, "Set-Cookie");

    browser->reply = reply;
    if (cookie)
        browser->cookie = talloc_strndup(browser, cookie, strcspn(cookie, ";"));
    return reply.status;
}

int browser_get(struct browser *browser, const char *path)
{
    return take(browser, http_ask(browser->world->http, browser, "GET",
                                  talloc_asprintf(browser, "/page/%s", path), headers(browser, false), NULL));
}

int browser_post(struct browser *browser, const char *path, const char *fields)
{
    return take(browser,
                http_ask(browser->world->http, browser, "POST", talloc_asprintf(browser, "/page/%s", path),
                         headers(browser, true), fields));
}

bool browser_shows(const struct browser *browser, const char *words)
{
    return strstr(browser->reply.body, words) != NULL;
}

const char *browser_hidden(struct browser *browser, const char *name)
{
    const char *mark = strstr(browser->reply.body, talloc_asprintf(browser, "name=\"%s\" value=\"", name));

    if (!mark)
        return "";
    mark += strlen(name) + strlen("name=\"\" value=\"");
    return talloc_strndup(browser, mark, strcspn(mark, "\""));
}

int browser_do(struct browser *browser, const char *path, const char *fields)
{
    const char *csrf = browser_hidden(browser, "csrf"), *seen = browser_hidden(browser, "seen"),
               *nonce = browser_hidden(browser, "nonce");

    return browser_post(browser, path,
                        talloc_asprintf(browser, "csrf=%s&seen=%s&nonce=%s&%s", csrf, seen, nonce, fields));
}

struct browser *browser_signed_in(struct page_world *world, const char *phone)
{
    struct browser *browser = browser_new(world, NULL);

    assert_int_equal(browser_post(browser, "sign-in", talloc_asprintf(browser, "phone=%s", phone + 3)), 200);
    assert_int_equal(
        browser_post(browser, "sign-in/code",
                     talloc_asprintf(browser, "phone=%s&code=%s", phone + 3, page_world_code(world, phone))),
        303);
    return browser;
}
