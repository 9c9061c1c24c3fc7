#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/http/token.h"
#include "gateway/provider/fields.h"
#include "store/sql.h"
#include "store/cases.h"
#include "store/notices.h"
#include "store/people.h"
#include "store/steps.h"
#include "store/tokens.h"
#include "tests/support/http_support.h"
#include "tests/support/openapi_check.h"

static int open_world(void **state)
{
    *state = http_world_open("", "");
    return 0;
}

static int close_world(void **state)
{
    http_world_close(*state);
    return 0;
}

static struct json_object *description(struct http_world *world)
{
    struct reply reply = http_ask(world, world, "GET", "/api/v1/openapi.json", NULL, NULL);
    struct json_object *json = json_parse(world, reply.body, strlen(reply.body));

    assert_non_null(json);
    return json;
}

/* Asks, and holds the answer against the description, where the path stands as pattern. */
static struct reply ask(struct http_world *world, const char *token, const char *method, const char *path,
                        const char *pattern, const char *headers, const char *body)
{
    const char *all = talloc_asprintf(world, "Authorization: Bearer %s\r\n%s", token, headers ? headers : "");
    struct reply reply = http_ask(world, world, method, path, all, body);
    const char *wrong = openapi_check(world, description(world), method, pattern, reply.status, reply.body);

    if (wrong)
        fail_msg("%s", wrong);
    return reply;
}

static struct reply get(struct http_world *world, const char *token, const char *path)
{
    const char *query = strchr(path, '?');

    return ask(world, token, "GET", path,
               talloc_strndup(world, path, query ? (size_t)(query - path) : strlen(path)), NULL, NULL);
}

static const char *value(struct http_world *world, struct reply reply, const char *pointer)
{
    const char *text = json_field(world, json_parse(world, reply.body, strlen(reply.body)), pointer);

    return text ? text : "";
}

static size_t count_items(struct http_world *world, struct reply reply)
{
    return json_object_array_length(json_at(json_parse(world, reply.body, strlen(reply.body)), "items"));
}

/* The number of the case that comes of a text; "" none. */
static const char *file(struct http_world *world, const char *token, const char *id, const char *from,
                        const char *text)
{
    const char *body =
        talloc_asprintf(world, "{\"id\":\"%s\",\"from\":\"%s\",\"text\":\"%s\"}", id, from, text);
    struct reply reply = ask(world, token, "POST", "/api/v1/events", "/api/v1/events", NULL, body);

    assert_int_equal(reply.status, 202);
    return value(world, reply, "case");
}

static bool make_special(struct turn *turn, void *arg)
{
    struct case_ *case_;

    if (!store_case_by_number(turn->store, turn->mem, arg, &case_) || !case_)
        return false;
    case_->is_guarded = true;
    return store_update_case(turn->store, case_);
}

static bool make_overdue(struct turn *turn, void *arg)
{
    struct case_ *case_;

    if (!store_case_by_number(turn->store, turn->mem, arg, &case_) || !case_)
        return false;
    case_->finish_by = 1;
    return store_update_case(turn->store, case_);
}

static bool make_anonymous(struct turn *turn, void *arg)
{
    struct case_ *case_;

    if (!store_case_by_number(turn->store, turn->mem, arg, &case_) || !case_)
        return false;
    case_->is_anonymous = true;
    return store_update_case(turn->store, case_);
}

static bool put_person(struct turn *turn, void *arg)
{
    return store_put_person(turn->store, *(struct person **)arg);
}

static void what_is_filed_becomes_a_case(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file cases events notices report");
    const char *number = file(world, token, "1", "13800138000", "东陈村的水管坏了");
    struct reply reply;

    assert_string_not_equal(number, "");
    reply = get(world, token, "/api/v1/cases");
    assert_int_equal(count_items(world, reply), 1);
    assert_string_equal(value(world, reply, "/items/0/number"), number);
    assert_string_equal(value(world, reply, "/items/0/reporter"), "+8613800138000");
    assert_string_equal(value(world, reply, "/items/0/state"), "new");
    reply = ask(world, token, "GET", talloc_asprintf(world, "/api/v1/cases/%s", number),
                "/api/v1/cases/{number}", NULL, NULL);
    assert_int_equal(reply.status, 200);
    assert_string_equal(value(world, reply, "text"), "东陈村的水管坏了");
    assert_string_not_equal(value(world, reply, "received_at"), "");
    assert_string_equal(value(world, reply, "closed_at"), ""); /* what has not happened has no time */
    assert_string_equal(value(world, reply, "rated_at"), "");
    reply = ask(world, token, "GET", talloc_asprintf(world, "/api/v1/cases/%s/steps", number),
                "/api/v1/cases/{number}/steps", NULL, NULL);
    assert_true(count_items(world, reply) >= 1);
    assert_string_equal(value(world, reply, "/items/0/kind"), "received");
    reply = ask(world, token, "GET", talloc_asprintf(world, "/api/v1/cases/%s/similar", number),
                "/api/v1/cases/{number}/similar", NULL, NULL);
    assert_int_equal(reply.status, 200);
    assert_int_equal(count_items(world, reply), 0);
    reply = get(world, token, "/api/v1/events");
    assert_string_equal(value(world, reply, "/items/0/case"), number);
    assert_string_equal(value(world, reply, "/items/0/text"), "东陈村的水管坏了");
    reply = get(world, token, "/api/v1/notices");
    assert_true(count_items(world, reply) >= 1);
    assert_string_equal(value(world, reply, "/items/0/to"), "+8613800138000");
    reply = get(world, token, "/api/v1/report");
    assert_string_equal(value(world, reply, "cases"), "1");
    assert_string_equal(value(world, reply, "/by_state/new"), "1");
    file(world, token, "like the first", "13800138009", "东陈村的水管坏了，没水吃");
    reply = ask(world, token, "GET", talloc_asprintf(world, "/api/v1/cases/%s/similar", number),
                "/api/v1/cases/{number}/similar", NULL, NULL);
    assert_int_equal(count_items(world, reply), 1);
    assert_string_equal(value(world, reply, "/items/0/same_topic"), "true");
}

static void what_is_filed_again_changes_nothing(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file cases");
    const char *body = "{\"id\":\"1\",\"from\":\"13800138000\",\"text\":\"水管坏了\"}";
    struct reply first = ask(world, token, "POST", "/api/v1/events", "/api/v1/events", NULL, body);
    struct reply again = ask(world, token, "POST", "/api/v1/events", "/api/v1/events", NULL, body);

    assert_int_equal(first.status, 202);
    assert_int_equal(again.status, 200);
    assert_string_equal(value(world, first, "id"), value(world, again, "id"));
    assert_int_equal(count_items(world, get(world, token, "/api/v1/cases")), 1);
}

static void what_controls_a_screen_is_not_shown(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file cases events guarded");
    const char *body = "{\"id\":\"1\",\"from\":\"13800138000\","
                       "\"text\":\"水管\\u001b[31m坏\\u202e了\\u009b，\\n没水喝\"}";
    struct reply filed = ask(world, token, "POST", "/api/v1/events", "/api/v1/events", NULL, body);
    const char *number = value(world, filed, "case");

    assert_int_equal(filed.status, 202);
    assert_string_equal(value(world, filed, "text"), "水管[31m坏了，\n没水喝");
    assert_string_equal(value(world,
                              ask(world, token, "GET", talloc_asprintf(world, "/api/v1/cases/%s", number),
                                  "/api/v1/cases/{number}", NULL, NULL),
                              "text"),
                        "水管[31m坏了，\n没水喝");
}

/* Its words would be lost, and nobody would see it. */
static void an_id_used_for_something_else_is_refused(void **state)
{
    static const char *const others[] = {
        "{\"id\":\"1\",\"from\":\"13800138000\",\"text\":\"路灯坏了\"}",
        "{\"id\":\"1\",\"from\":\"13800138001\",\"text\":\"水管坏了\"}",
    };
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file"), *another = http_token(world, world, "file");
    const char *body = "{\"id\":\"1\",\"from\":\"13800138000\",\"text\":\"水管坏了\"}";

    assert_int_equal(ask(world, token, "POST", "/api/v1/events", "/api/v1/events", NULL, body).status, 202);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            ask(world, token, "POST", "/api/v1/events", "/api/v1/events", NULL, others[i]).status, 409);
    assert_int_equal(ask(world, token, "POST", "/api/v1/events", "/api/v1/events", NULL, body).status, 200);
    assert_int_equal(ask(world, another, "POST", "/api/v1/events", "/api/v1/events", NULL, others[0]).status,
                     202);
}

static void what_cannot_be_filed_is_named(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{\"id\":\"1\"",
        "{\"from\":\"13800138000\",\"text\":\"a\"}",
        "{\"id\":\"1\",\"from\":\"me\",\"text\":\"a\"}",
        "{\"id\":\"1\",\"from\":\"13800138000\"}",
        "{\"id\":\"1\",\"from\":\"13800138000\",\"text\":\"a\",\"x\":1}",
        "{\"id\":\"1\",\"from\":\"13800138000\",\"text\":\"a\",\"at\":\"2999-01-01 00:00:00\"}",
    };
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file");

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ask(world, token, "POST", "/api/v1/events", "/api/v1/events", NULL, bad[i]).status != 400)
            fail_msg("%s", bad[i]);
}

/* Whoever holds a token must not act in the name of a cadre. */
static void what_is_filed_never_acts_for_a_cadre(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file cases"), *number;
    struct person person = { .phone = "+8613900000011", .roles = ROLE_CADRE, .language = "zh" };
    struct person *cadre = &person;
    struct reply reply;

    assert_true(desk_do(world->desk, put_person, &cadre));
    number = file(world, token, "1", "13800138000", "东陈村的水管坏了");
    reply = ask(world, token, "POST", "/api/v1/events", "/api/v1/events", NULL,
                talloc_asprintf(world, "{\"id\":\"2\",\"from\":\"13900000011\",\"text\":\"领 %s\"}", number));
    assert_int_equal(reply.status, 403);
    assert_non_null(strstr(reply.body, "registered cadre"));
    reply = ask(world, token, "GET", talloc_asprintf(world, "/api/v1/cases/%s", number),
                "/api/v1/cases/{number}", NULL, NULL);
    assert_string_equal(value(world, reply, "state"), "new");
}

static void without_a_token_nothing_is_told(void **state)
{
    static const char *const paths[] = { "/api/v1/cases",   "/api/v1/cases/1",   "/api/v1/events",
                                         "/api/v1/notices", "/api/v1/notices/1", "/api/v1/report" };
    struct http_world *world = *state;
    struct reply reply;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        reply = http_ask(world, world, "GET", paths[i], NULL, NULL);
        assert_int_equal(reply.status, 401);
        assert_string_equal(reply_header(world, &reply, "WWW-Authenticate"), "Bearer");
        assert_int_equal(
            http_ask(world, world, "GET", paths[i], "Authorization: Bearer xy_1\r\n", NULL).status, 401);
        assert_int_equal(
            http_ask(world, world, "GET", paths[i], "Authorization: Basic YTpi\r\n", NULL).status, 401);
    }
}

static void a_scope_allows_what_it_says_and_no_more(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "report events");

    assert_int_equal(get(world, token, "/api/v1/report").status, 200);
    assert_int_equal(get(world, token, "/api/v1/events").status, 200);
    assert_int_equal(get(world, token, "/api/v1/cases").status, 403);
    assert_int_equal(get(world, token, "/api/v1/notices").status, 403);
    assert_int_equal(ask(world, token, "POST", "/api/v1/notices", "/api/v1/notices", NULL, "{}").status, 403);
}

/* The steps of a case that say what a program was shown, one a line. */
static const char *views(struct http_world *world, const char *number)
{
    char *all = talloc_strdup(world, "");
    struct case_ *case_;
    struct step *steps;
    size_t n;

    assert_true(store_case_by_number(world->store, world, number, &case_));
    assert_true(store_steps(world->store, world, case_->id, &steps, &n));
    for (size_t i = 0; i < n; i++)
        if (strcmp(steps[i].kind, "viewed") == 0)
            all = talloc_asprintf_append(all, "%s %s\n", steps[i].actor, steps[i].words);
    return all;
}

static void what_a_program_was_shown_stands_in_the_steps_of_the_case(void **state)
{
    struct http_world *world = *state;
    const char *filing = http_token(world, world, "file"), *token = http_token(world, world, "cases"),
               *other = http_token(world, world, "events notices");
    const char *first = file(world, filing, "1", "13800138000", "东陈村的水管坏了");
    const char *second = file(world, filing, "2", "13800138001", "西陈村的路灯坏了");
    const char *path = talloc_asprintf(world, "/api/v1/cases/%s", first);

    assert_string_equal(views(world, first), "");
    assert_int_equal(ask(world, token, "GET", path, "/api/v1/cases/{number}", NULL, NULL).status, 200);
    assert_int_equal(ask(world, token, "GET", path, "/api/v1/cases/{number}", NULL, NULL).status, 200);
    assert_string_equal(views(world, first), talloc_asprintf(world, "operator token 2: %s\n", path));
    assert_string_equal(views(world, second), "");
    assert_int_equal(count_items(world, get(world, token, "/api/v1/cases")), 2);
    assert_string_equal(views(world, second), "operator token 2: /api/v1/cases\n");
    /* another token's views are another's, and texts tell of cases too */
    get(world, other, "/api/v1/notices");
    get(world, other, "/api/v1/events");
    assert_string_equal(views(world, second),
                        "operator token 2: /api/v1/cases\noperator token 3: /api/v1/notices\n");
    /* refused: nothing was shown */
    get(world, filing, "/api/v1/cases");
    assert_null(strstr(views(world, second), "token 1"));
}

static bool add_given(struct turn *turn, void *arg)
{
    return store_add_token(turn->store, arg);
}

static const char *token_until(struct http_world *world, const char *name, int64_t expires_at)
{
    struct token token = { .name = name, .scopes = "report", .expires_at = expires_at };
    const char *text = token_new(world, &token.hash);

    assert_true(desk_do(world->desk, add_given, &token));
    return text;
}

static void a_token_ends_when_it_expires_and_tells_when_it_was_used(void **state)
{
    struct http_world *world = *state;
    int64_t now = time(NULL);
    const char *over = token_until(world, "over", now - 1), *good = token_until(world, "good", now + 3600);
    struct token *tokens;
    size_t n;

    assert_int_equal(get(world, over, "/api/v1/report").status, 401);
    assert_int_equal(get(world, good, "/api/v1/report").status, 200);
    assert_true(store_tokens(world->store, world, &tokens, &n));
    assert_int_equal(n, 2);
    assert_int_equal(tokens[0].used_at, 0);
    assert_true(tokens[1].used_at >= now);
}

static int64_t used_at(struct http_world *world, size_t which)
{
    struct token *tokens;
    size_t n;

    assert_true(store_tokens(world->store, world, &tokens, &n));
    assert_true(which < n);
    return tokens[which].used_at;
}

/* Its last second is the one before; its use is written down once an hour. */
static void a_token_is_good_to_its_last_second(void **state)
{
    struct http_world *world = *state;
    char *clock = talloc_asprintf(world, "%s/clock", world->directory);
    int64_t begun = time(NULL);
    const char *hour, *open;

    assert_true(clock_set(clock, begun));
    setenv("XIANGYIN_CLOCK", clock, 1);
    hour = token_until(world, "hour", begun + 3600);
    open = token_until(world, "open", 0);
    assert_int_equal(get(world, open, "/api/v1/report").status, 200);
    assert_int_equal(used_at(world, 1), begun);
    assert_true(clock_set(clock, begun + 3599));
    assert_int_equal(get(world, hour, "/api/v1/report").status, 200);
    assert_int_equal(get(world, open, "/api/v1/report").status, 200);
    assert_int_equal(used_at(world, 1), begun);
    assert_true(clock_set(clock, begun + 3600));
    assert_int_equal(get(world, hour, "/api/v1/report").status, 401);
    assert_int_equal(get(world, open, "/api/v1/report").status, 200);
    assert_int_equal(used_at(world, 1), begun + 3600);
    unsetenv("XIANGYIN_CLOCK");
}

static void a_store_that_cannot_be_read_is_asked_again_in_five_seconds(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "notices"), *error;
    struct store *store = store_open(world, world->config->store_url, &error);
    struct reply reply;

    assert_non_null(store);
    assert_true(sql_run(store, "ALTER TABLE notices RENAME TO notices_away", NO_VALUES));
    reply = get(world, token, "/api/v1/notices");
    assert_int_equal(reply.status, 503);
    assert_string_equal(reply_header(world, &reply, "Retry-After"), "5");
    assert_true(sql_run(store, "ALTER TABLE notices_away RENAME TO notices", NO_VALUES));
    assert_int_equal(get(world, token, "/api/v1/notices").status, 200);
    talloc_free(store);
}

static bool revoke_all(struct turn *turn, void *arg)
{
    struct token *tokens;
    size_t n;
    bool is_revoked;

    (void)arg;
    if (!store_tokens(turn->store, turn->mem, &tokens, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!store_revoke_token(turn->store, tokens[i].name, 1, &is_revoked))
            return false;
    return true;
}

static void a_revoked_token_opens_nothing(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "report");

    assert_int_equal(get(world, token, "/api/v1/report").status, 200);
    assert_true(desk_do(world->desk, revoke_all, NULL));
    assert_int_equal(get(world, token, "/api/v1/report").status, 401);
}

static void cases_against_officials_are_withheld(void **state)
{
    struct http_world *world = *state;
    const char *most = http_token(world, world, "file cases events notices report");
    const char *all = http_token(world, world, "cases events notices report guarded");
    const char *number = file(world, most, "1", "13800138000", "东陈村的水管坏了"), *path, *notice, *metrics;

    file(world, most, "2", "13800138001", "西陈村的路坏了");
    notice = value(world, get(world, all, "/api/v1/notices"), "/items/0/id");
    assert_true(desk_do(world->desk, make_special, (void *)(uintptr_t)number));
    path = talloc_asprintf(world, "/api/v1/cases/%s", number);
    assert_int_equal(ask(world, most, "GET", path, "/api/v1/cases/{number}", NULL, NULL).status, 404);
    assert_int_equal(ask(world, all, "GET", path, "/api/v1/cases/{number}", NULL, NULL).status, 200);
    path = talloc_asprintf(world, "/api/v1/cases/%s/steps", number);
    assert_int_equal(ask(world, most, "GET", path, "/api/v1/cases/{number}/steps", NULL, NULL).status, 404);
    path = talloc_asprintf(world, "/api/v1/cases/%s/similar", number);
    assert_int_equal(ask(world, most, "GET", path, "/api/v1/cases/{number}/similar", NULL, NULL).status, 404);
    path = talloc_asprintf(world, "/api/v1/notices/%s", notice);
    assert_int_equal(ask(world, most, "GET", path, "/api/v1/notices/{id}", NULL, NULL).status, 404);
    assert_int_equal(ask(world, all, "GET", path, "/api/v1/notices/{id}", NULL, NULL).status, 200);
    assert_int_equal(count_items(world, get(world, most, "/api/v1/cases")), 1);
    assert_int_equal(count_items(world, get(world, all, "/api/v1/cases")), 2);
    assert_int_equal(count_items(world, get(world, most, "/api/v1/events")), 1);
    assert_int_equal(count_items(world, get(world, all, "/api/v1/events")), 2);
    assert_string_equal(value(world, get(world, most, "/api/v1/report"), "cases"), "1");
    assert_true(count_items(world, get(world, most, "/api/v1/notices")) <
                count_items(world, get(world, all, "/api/v1/notices")));
    /* as if there were none of this number */
    assert_int_equal(get(world, most, talloc_asprintf(world, "/api/v1/notices?case=%s", number)).status, 400);
    assert_int_equal(get(world, all, talloc_asprintf(world, "/api/v1/notices?case=%s", number)).status, 200);
    assert_int_equal(get(world, most, "/api/v1/events?from=%2B8613800138000").status, 400);
    /* nor does a difference between figures tell how many there are */
    assert_true(desk_do(world->desk, make_overdue, (void *)(uintptr_t)number));
    metrics = http_ask(world, world, "GET", "/metrics", NULL, NULL).body;
    assert_non_null(strstr(metrics, "\nxiangyin_cases{state=\"new\"} 1\n"));
    assert_non_null(strstr(metrics, "\nxiangyin_cases_overdue 0\n"));
}

static void who_asked_not_to_be_named_is_not(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file cases events notices guarded");
    const char *number = file(world, token, "1", "13800138000", "东陈村的水管坏了，打138-0013-8000");
    static const char *const paths[] = { "/api/v1/cases", "/api/v1/events", "/api/v1/notices" };
    const char *steps = talloc_asprintf(world, "/api/v1/cases/%s/steps", number);

    assert_true(desk_do(world->desk, make_anonymous, (void *)(uintptr_t)number));
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_null(strstr(get(world, token, paths[i]).body, "13800138000"));
    assert_null(strstr(ask(world, token, "GET", steps, "/api/v1/cases/{number}/steps", NULL, NULL).body,
                       "13800138000"));
    assert_non_null(strstr(get(world, token, "/api/v1/cases").body, "打*****"));
    assert_null(strstr(get(world, token, "/api/v1/cases").body, "0013"));
    assert_null(strstr(get(world, token, "/api/v1/events").body, "0013"));
    assert_null(
        strstr(ask(world, token, "GET", steps, "/api/v1/cases/{number}/steps", NULL, NULL).body, "0013"));
}

/* What belongs to no case may list several: 查 of somebody who reported two. */
static bool add_sent(struct turn *turn, void *arg)
{
    struct notice *notice = arg;

    return store_add_notice(turn->store, notice);
}

/* Whoever was sent a list may have left since; what it says is withheld still. */
static void lists_of_former_cadres_are_withheld(void **state)
{
    struct http_world *world = *state;
    const char *plain = http_token(world, world, "file events notices cases");
    const char *cleared = http_token(world, world, "cases events notices guarded");
    struct notice notice = {
        .to = "+8613900000005", .name = "waiting", .line = "", .why = "", .due_at = 1, .created_at = 1
    };
    const char *number;

    file(world, plain, "1", "13800138001", "村主任贪污修路款");
    number = value(world, get(world, cleared, "/api/v1/cases"), "/items/0/number");
    notice.text = talloc_asprintf(world, "待领1件：%s天坛镇干部", number);
    assert_true(desk_do(world->desk, add_sent, &notice));
    file(world, plain, "2", "13900000005", talloc_asprintf(world, "看 %s", number));
    assert_non_null(strstr(get(world, cleared, "/api/v1/notices").body, "待领1件"));
    assert_null(strstr(get(world, plain, "/api/v1/notices").body, number));
    assert_non_null(strstr(get(world, cleared, "/api/v1/events").body, "看 "));
    assert_null(strstr(get(world, plain, "/api/v1/events").body, "13900000005"));
}

static void what_lists_restricted_or_anonymous_cases_is_withheld(void **state)
{
    struct http_world *world = *state;
    const char *plain = http_token(world, world, "file events notices");
    const char *cleared = http_token(world, world, "events notices guarded");
    static const char *const paths[] = { "/api/v1/events", "/api/v1/notices" };
    const char *number;

    file(world, plain, "1", "13800138001", "村主任贪污修路款");
    file(world, plain, "2", "13800138001", "新 村主任还贪污了低保款");
    file(world, plain, "3", "13800138001", "查");
    number = file(world, plain, "4", "13800138002", "东陈村的水管坏了");
    file(world, plain, "5", "13800138002", "新 东陈村的路也坏了");
    file(world, plain, "6", "13800138002", "查");
    for (size_t i = 0; i < 2; i++)
        assert_non_null(strstr(get(world, plain, paths[i]).body, "13800138002"));
    assert_true(desk_do(world->desk, make_anonymous, (void *)(uintptr_t)number));
    for (size_t i = 0; i < 2; i++) {
        assert_null(strstr(get(world, plain, paths[i]).body, "13800138001"));
        assert_null(strstr(get(world, plain, paths[i]).body, "贪污"));
        assert_non_null(strstr(get(world, cleared, paths[i]).body, "13800138001"));
        assert_null(strstr(get(world, plain, paths[i]).body, "which-case"));
    }
    assert_null(strstr(get(world, cleared, "/api/v1/events?from=%2B8613800138002").body, "水管坏了"));
}

static void a_list_is_read_page_by_page(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file events");
    const char *next = "0";
    char *seen = talloc_strdup(world, "");
    int pages = 0;

    for (int i = 0; i < 5; i++)
        file(world, token, talloc_asprintf(world, "%d", i), talloc_asprintf(world, "1380013800%d", i),
             "水管坏了");
    do {
        struct reply reply =
            get(world, token, talloc_asprintf(world, "/api/v1/events?limit=2&after=%s", next));

        for (size_t i = 0; i < count_items(world, reply); i++)
            seen = talloc_asprintf_append(
                seen, "%s", value(world, reply, talloc_asprintf(world, "/items/%zu/external_id", i)));
        next = value(world, reply, "next");
        pages++;
    } while (*next);
    assert_string_equal(seen, "01234");
    assert_int_equal(pages, 3);
}

/* What comes meanwhile stands behind: nothing is shown twice, nothing is left out. */
static void a_page_stays_where_it_is_while_more_comes(void **state)
{
    static const char *const lists[][2] = { { "events", "external_id" }, { "cases", "number" } };
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file events cases");

    for (int i = 0; i < 5; i++)
        file(world, token, talloc_asprintf(world, "%d", i), talloc_asprintf(world, "1380013800%d", i),
             "水管坏了");
    for (size_t l = 0; l < 2; l++) {
        char *seen = talloc_strdup(world, " ");
        const char *next = "0";
        size_t n = 0;

        for (int page = 0; *next; page++) {
            struct reply reply =
                get(world, token, talloc_asprintf(world, "/api/v1/%s?limit=2&after=%s", lists[l][0], next));

            for (size_t i = 0; i < count_items(world, reply); i++, n++) {
                const char *item =
                    value(world, reply, talloc_asprintf(world, "/items/%zu/%s", i, lists[l][1]));
                const char *word = talloc_asprintf(world, " %s ", item);

                assert_null(strstr(seen, word));
                seen = talloc_asprintf_append(seen, "%s ", item);
            }
            next = value(world, reply, "next");
            if (page < 2)
                file(world, token, talloc_asprintf(world, "new %zu %d", l, page),
                     talloc_asprintf(world, "1390013%zu80%d", l, page), "路灯坏了");
        }
        assert_int_equal(n, 7 + 2 * l);
    }
}

static void a_page_of_lines_names_the_next_in_a_header(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file cases"), *headers;
    struct reply reply;

    file(world, token, "1", "13800138000", "水管坏了");
    file(world, token, "2", "13800138001", "水管坏了");
    headers = talloc_asprintf(world, "Accept: application/x-ndjson\r\nAuthorization: Bearer %s\r\n", token);
    reply = http_ask(world, world, "GET", "/api/v1/cases?limit=1", headers, NULL);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply_header(world, &reply, "Content-Type"), "application/x-ndjson");
    assert_non_null(reply_header(world, &reply, "X-Next"));
    assert_ptr_equal(strchr(reply.body, '\n'), reply.body + strlen(reply.body) - 1);
    reply = http_ask(world, world, "GET", "/api/v1/cases", headers, NULL);
    assert_null(reply_header(world, &reply, "X-Next"));
    assert_non_null(json_parse(world, reply.body, (size_t)(strchr(reply.body, '\n') - reply.body)));
}

static void a_filter_that_cannot_be_is_refused(void **state)
{
    static const char *const bad[] = {
        "/api/v1/cases?state=lost", "/api/v1/cases?limit=0",     "/api/v1/cases?limit=501",
        "/api/v1/cases?after=x",    "/api/v1/cases?since=today", "/api/v1/cases?colour=red",
        "/api/v1/cases?a=%",        "/api/v1/report?until=x",    "/api/v1/notices?state=ready",
        "/api/v1/notices?case=1",   "/api/v1/cases?category=x",
    };
    struct http_world *world = *state;
    const char *token = http_token(world, world, "cases notices report");

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (get(world, token, bad[i]).status != 400)
            fail_msg("%s", bad[i]);
}

static void cases_are_filtered(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "file cases");

    file(world, token, "1", "13800138000", "水管坏了");
    assert_int_equal(count_items(world, get(world, token, "/api/v1/cases?state=new&since=2020-01-01")), 1);
    assert_int_equal(count_items(world, get(world, token, "/api/v1/cases?state=in+hand")), 0);
    assert_int_equal(count_items(world, get(world, token, "/api/v1/cases?until=2020-01-01T00:00:00%2B08:00")),
                     0);
    assert_int_equal(count_items(world, get(world, token, "/api/v1/cases?until=2020-01-01T00:00:00+08:00")),
                     0);
    assert_int_equal(count_items(world, get(world, token, "/api/v1/cases?category=hardship")), 0);
}

static struct reply send_text(struct http_world *world, const char *token, const char *key, const char *body)
{
    return ask(world, token, "POST", "/api/v1/notices", "/api/v1/notices",
               key ? talloc_asprintf(world, "Idempotency-Key: %s\r\n", key) : NULL, body);
}

#define HELLO "{\"to\":\"13800138000\",\"text\":\"明天停水\"}"

static void a_text_asked_for_twice_under_a_key_is_sent_once(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "send"), *other = http_token(world, world, "send");
    struct reply first = send_text(world, token, "k", HELLO), again = send_text(world, token, "k", HELLO);
    int64_t n;

    assert_int_equal(first.status, 202);
    assert_string_equal(value(world, first, "to"), "+8613800138000");
    assert_string_equal(value(world, first, "state"), "READY");
    assert_int_equal(again.status, 200);
    assert_string_equal(value(world, again, "id"), value(world, first, "id"));
    assert_int_equal(send_text(world, token, "k", "{\"to\":\"13800138000\",\"text\":\"b\"}").status, 409);
    assert_int_equal(
        send_text(
            world, token, "k",
            "{\"to\":\"13800138000\",\"text\":\"明天停水\",\"not_before\":\"2026-12-31T00:00:00+08:00\"}")
            .status,
        409);
    assert_int_equal(send_text(world, token, "l", HELLO).status, 202);
    assert_int_equal(send_text(world, other, "k", HELLO).status, 202);
    assert_int_equal(send_text(world, token, NULL, HELLO).status, 202);
    assert_int_equal(send_text(world, token, NULL, HELLO).status, 202);
    assert_true(store_count_notices(world->store, &(struct notice_filter){ 0 }, &n));
    assert_int_equal(n, 5);
}

/* A provider gives one id for a text of several short messages. */
static void parts_are_those_that_go_over_the_air(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "notices");
    struct notice notice = { .to = "+8613800138000",
                             .name = "send",
                             .line = "",
                             .why = "",
                             .parts = 1,
                             .state = NOTICE_SENT,
                             .due_at = 1,
                             .created_at = 1 };
    char *text = talloc_strdup(world, "");

    for (int i = 0; i < 157; i++)
        text = talloc_strdup_append(text, "水");
    notice.text = text;
    assert_true(desk_do(world->desk, add_sent, &notice));
    assert_string_equal(value(world, get(world, token, "/api/v1/notices"), "/items/0/parts"), "3");
}

static void a_key_outlives_the_program(void **state)
{
    struct http_world *world = *state;
    const char *token = http_token(world, world, "send");
    const char *id = value(world, send_text(world, token, "k", HELLO), "id");

    http_world_restart(world);
    assert_string_equal(value(world, send_text(world, token, "k", HELLO), "id"), id);
}

static void what_cannot_be_sent_is_named(void **state)
{
    static const char *const bad[] = { "{}",
                                       "{\"to\":\"13800138000\"}",
                                       "{\"to\":\"x\",\"text\":\"a\"}",
                                       "{\"to\":\"电话13800138000\",\"text\":\"a\"}",
                                       "{\"to\":\"13800138000;1\",\"text\":\"a\"}",
                                       "{\"to\":\"13800138000 13800138001\",\"text\":\"a\"}",
                                       "{\"to\":\"13800138000x\",\"text\":\"a\"}",
                                       "{\"to\":\"1380013800\",\"text\":\"a\"}",
                                       "{\"to\":\"18446744073709551615\",\"text\":\"a\"}",
                                       "{\"to\":86138001380001234567890123,\"text\":\"a\"}",
                                       "{\"to\":13800138000,\"text\":\"a\"}",
                                       "{\"to\":\"13800138000\",\"text\":1}",
                                       "{\"to\":\"13800138000\",\"text\":\"a\",\"not_before\":"
                                       "\"5138-11-16T09:46:39Z\"}",
                                       "{\"to\":\"13900000006;AT+CMGD=1\",\"text\":\"a\"}",
                                       "{\"to\":\"13800138000\",\"text\":\" \"}",
                                       "{\"to\":\"13800138000\",\"text\":\"a\",\"not_before\":\"soon\"}" };
    struct http_world *world = *state;
    const char *token = http_token(world, world, "send");

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (send_text(world, token, NULL, bad[i]).status != 400)
            fail_msg("%s", bad[i]);
    assert_int_equal(send_text(world, token, NULL, "{\"to\":\"+86 (138) 0013-8000\",\"text\":\"a\"}").status,
                     202);
    assert_int_equal(send_text(world, token, NULL, "{\"to\":\"10086\",\"text\":\"a\"}").status, 422);
}

static void tokens_are_kept_as_hashes_alone(void **state)
{
    struct http_world *world = *state;
    const char *hash, *text = token_new(world, &hash), *other = token_new(world, &hash);
    FILE *file;
    char *octets = talloc_size(world, 1 << 22);
    size_t n;

    assert_string_not_equal(text, other);
    assert_int_equal(strlen(text), 3 + 64);
    text = http_token(world, world, "cases");
    file = fopen(world->config->database, "rb");
    n = fread(octets, 1, 1 << 22, file);
    fclose(file);
    assert_null(memmem(octets, n, text + 3, strlen(text + 3)));
}

static bool add_notices(struct turn *turn, void *arg)
{
    (void)arg;
    for (int state = NOTICE_READY; state <= NOTICE_CANCELLED; state++)
        for (int i = 0; i < 3 + state; i++) {
            struct notice notice = { .to = "+8613800138000",
                                     .text = "水",
                                     .name = "send",
                                     .line = "",
                                     .state = (enum notice_state)state,
                                     .due_at = turn->now + 86400 };

            if (!store_add_notice(turn->store, &notice))
                return false;
        }
    return true;
}

static void the_queue_is_seen_state_by_state(void **state)
{
    static const char *const names[] = { "READY",     "CLAIMED", "ARMED",   "SENT",
                                         "DELIVERED", "FAILED",  "UNKNOWN", "CANCELLED" };
    struct http_world *world = *state;
    const char *metrics;

    assert_true(desk_do(world->desk, add_notices, NULL));
    metrics = http_ask(world, world, "GET", "/metrics", NULL, NULL).body;
    for (int i = 0; i <= NOTICE_CANCELLED; i++) {
        const char *line = talloc_asprintf(world, "\nxiangyin_notices{state=\"%s\"} %d\n", names[i], 3 + i);

        if (!strstr(metrics, line))
            fail_msg("not there: %s", line);
    }
    assert_non_null(strstr(metrics, "\nxiangyin_notices_oldest_due_seconds 0\n"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_filed_becomes_a_case),
        TEST(what_is_filed_again_changes_nothing),
        TEST(what_controls_a_screen_is_not_shown),
        TEST(an_id_used_for_something_else_is_refused),
        TEST(what_cannot_be_filed_is_named),
        TEST(what_is_filed_never_acts_for_a_cadre),
        TEST(without_a_token_nothing_is_told),
        TEST(a_scope_allows_what_it_says_and_no_more),
        TEST(what_a_program_was_shown_stands_in_the_steps_of_the_case),
        TEST(a_token_ends_when_it_expires_and_tells_when_it_was_used),
        TEST(a_token_is_good_to_its_last_second),
        TEST(a_store_that_cannot_be_read_is_asked_again_in_five_seconds),
        TEST(a_revoked_token_opens_nothing),
        TEST(cases_against_officials_are_withheld),
        TEST(the_queue_is_seen_state_by_state),
        TEST(who_asked_not_to_be_named_is_not),
        TEST(lists_of_former_cadres_are_withheld),
        TEST(what_lists_restricted_or_anonymous_cases_is_withheld),
        TEST(a_list_is_read_page_by_page),
        TEST(a_page_stays_where_it_is_while_more_comes),
        TEST(a_page_of_lines_names_the_next_in_a_header),
        TEST(a_filter_that_cannot_be_is_refused),
        TEST(cases_are_filtered),
        TEST(a_text_asked_for_twice_under_a_key_is_sent_once),
        TEST(parts_are_those_that_go_over_the_air),
        TEST(a_key_outlives_the_program),
        TEST(what_cannot_be_sent_is_named),
        TEST(tokens_are_kept_as_hashes_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
