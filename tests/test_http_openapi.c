/*
 * The description is tight enough to go by: requests made up from its schemas alone are accepted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-c/json.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistr.h>

#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"
#include "tests/support/http_support.h"

enum { ROUNDS = 150 };

/* Each of these takes a piece of a regular expression (of ECMAScript, as far as ours go) and returns a text
 * that fits. */
static char *sample_branches(void *mem, const char **at);

static ucs4_t take_code(const char **at)
{
    ucs4_t code;

    if (strncmp(*at, "\\u", 2) == 0) {
        char digits[5] = { (*at)[2], (*at)[3], (*at)[4], (*at)[5] };

        code = (ucs4_t)strtoul(digits, NULL, 16);
        *at += 6;
        return code;
    }
    *at += **at == '\\';
    *at += u8_mbtouc(&code, (const uint8_t *)*at, strlen(*at));
    return code;
}

struct range {
    ucs4_t from, to;
};

static bool is_in(const struct range *ranges, size_t n, ucs4_t code)
{
    for (size_t i = 0; i < n; i++)
        if (code >= ranges[i].from && code <= ranges[i].to)
            return true;
    return false;
}

/* Of all sorts of characters: those that a text is likely to trip over, and Han. */
static ucs4_t any_code(void)
{
    static const ucs4_t odd[] = { 1,    '\t', '\n',   ' ',    '"',    '\\',   '/',
                                  0x7f, 0xe9, 0x20ac, 0x202e, 0x3000, 0xfeff, 0x1f600 };

    switch (random() % 3) {
    case 0:
        return odd[(size_t)random() % (sizeof odd / sizeof *odd)];
    case 1:
        return (ucs4_t)(0x4e00 + random() % 20000);
    default:
        return (ucs4_t)(1 + random() % 0x7e);
    }
}

static char *sample_class(void *mem, const char **at)
{
    struct range ranges[32];
    bool is_negated = *++*at == '^';
    uint8_t text[8] = { 0 };
    size_t n = 0;
    ucs4_t code;

    *at += is_negated;
    while (**at != ']') {
        ranges[n].from = ranges[n].to = take_code(at);
        if (**at == '-' && (*at)[1] != ']') {
            ++*at;
            ranges[n].to = take_code(at);
        }
        n++;
    }
    ++*at;
    do {
        const struct range *range = &ranges[(size_t)random() % n];

        code = is_negated ? any_code() : range->from + (ucs4_t)random() % (range->to - range->from + 1);
    } while ((is_negated && is_in(ranges, n, code)) || (code >= 0xd800 && code <= 0xdfff));
    u8_uctomb(text, code, 7);
    return talloc_strdup(mem, (char *)text);
}

static char *sample_atom(void *mem, const char **at)
{
    char *text;
    const char *from;

    if (**at == '[')
        return sample_class(mem, at);
    if (**at == '^' || **at == '$') {
        ++*at;
        return talloc_strdup(mem, "");
    }
    if (**at == '(') {
        ++*at;
        text = sample_branches(mem, at);
        assert_int_equal(*(*at)++, ')');
        return text;
    }
    *at += **at == '\\';
    from = (*at)++;
    return talloc_strndup(mem, from, 1);
}

static void take_count(const char **at, int *least, int *most)
{
    int used = 0;

    *least = *most = 1;
    if (**at == '?')
        *least = 0, ++*at;
    else if (**at == '*')
        *least = 0, *most = 20, ++*at;
    else if (sscanf(*at, "{%d,%d}%n", least, most, &used) == 2)
        *at += used;
    else if (sscanf(*at, "{%d}%n", least, &used) == 1)
        *most = *least, *at += used;
}

static char *sample_branch(void *mem, const char **at)
{
    char *all = talloc_strdup(mem, "");

    while (**at && **at != '|' && **at != ')') {
        const char *atom = *at;
        int least, most;

        sample_atom(mem, at);
        take_count(at, &least, &most);
        for (long n = least + random() % (most - least + 1); n > 0; n--) {
            const char *again = atom;

            all = talloc_strdup_append(all, sample_atom(mem, &again));
        }
    }
    return all;
}

static char *sample_branches(void *mem, const char **at)
{
    char *chosen = sample_branch(mem, at);

    for (int n = 2; **at == '|'; n++) {
        ++*at;
        char *other = sample_branch(mem, at);

        if (random() % n == 0)
            chosen = other;
    }
    return chosen;
}

static const char *member(void *mem, struct json_object *schema, const char *name)
{
    return json_field(mem, schema, name);
}

/* A time of the next weeks, if the described range begins now, or of the last ones. */
static const char *sample_time(void *mem, const char *pattern, int direction)
{
    time_t at = time(NULL) + direction * (random() % (300 * 86400));
    struct tm tm;
    regex_t regex;
    char text[40];

    gmtime_r(&at, &tm);
    tm.tm_mday = tm.tm_mday > 28 ? 28 : tm.tm_mday;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    assert_int_equal(regexec(&regex, text, 0, NULL, 0), 0);
    regfree(&regex);
    return talloc_strdup(mem, text);
}

static const char *sample(void *mem, const char *name, struct json_object *schema)
{
    const char *pattern = member(mem, schema, "pattern"), *least = member(mem, schema, "minimum");
    struct json_object *words = json_at(schema, "enum");

    if (words)
        return json_object_get_string(
            json_object_array_get_idx(words, (size_t)random() % json_object_array_length(words)));
    if (least)
        return talloc_asprintf(mem, "%ld", atol(least) + random() % 400);
    if (!pattern)
        fail_msg("nothing says what %s may be", name);
    if (strcmp(name, "not_before") == 0 || strcmp(name, "at") == 0)
        return sample_time(mem, pattern, *name == 'n' ? 1 : -1);
    return sample_branches(mem, &pattern);
}

static bool is_required(struct json_object *schema, const char *name)
{
    struct json_object *list = json_at(schema, "required");

    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), name) == 0)
            return true;
    return false;
}

struct world {
    struct http_world *http;
    struct json_object *description;
    const char *authorization;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    struct reply reply;

    srandom(7);
    world->http = http_world_open("", "");
    reply = http_ask(world->http, world, "GET", "/api/v1/openapi.json", NULL, NULL);
    world->description = json_parse(world, reply.body, strlen(reply.body));
    assert_non_null(world->description);
    world->authorization =
        talloc_asprintf(world, "Authorization: Bearer %s\r\n",
                        http_token(world->http, world, "cases guarded events notices report send file"));
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    http_world_close(world->http);
    talloc_free(world);
    return 0;
}

/* Each answer is one of the good ones; another: the request and what was wrong with it. */
static void post_samples(struct world *world, const char *path, const char *schema_name, const int *good)
{
    struct json_object *schema =
        json_at(world->description, talloc_asprintf(world, "/components/schemas/%s", schema_name));

    for (int round = 0; round < ROUNDS; round++) {
        struct json_object *body = json_object_new_object();
        struct reply reply;
        size_t i = 0;

        json_object_object_foreach(json_at(schema, "properties"), name, property)
        {
            if (is_required(schema, name) || random() % 2)
                json_object_object_add(body, name, json_object_new_string(sample(world, name, property)));
        }
        reply = http_ask(world->http, world, "POST", path, world->authorization,
                         json_object_to_json_string(body));
        while (good[i] && good[i] != reply.status)
            i++;
        if (!good[i])
            fail_msg("%s: %d %s", json_object_to_json_string(body), reply.status, reply.body);
        json_object_put(body);
    }
}

static void made_up_events_are_accepted(void **state)
{
    post_samples(*state, "/api/v1/events", "NewEvent", (int[]){ 202, 200, 0 });
}

static void made_up_notices_are_accepted(void **state)
{
    post_samples(*state, "/api/v1/notices", "NewNotice", (int[]){ 202, 0 });
}

static void made_up_queries_are_answered(void **state)
{
    struct world *world = *state;

    json_object_object_foreach(json_at(world->description, "/paths"), path, operations)
    {
        struct json_object *parameters = json_at(json_at(operations, "get"), "parameters");

        for (int round = 0; round < ROUNDS && parameters && !strchr(path, '{'); round++) {
            char *query = talloc_asprintf(world, "%s?", path);
            struct reply reply;

            for (size_t i = 0; i < json_object_array_length(parameters); i++) {
                struct json_object *parameter = json_object_array_get_idx(parameters, i);
                const char *name = member(world, parameter, "name");

                /* a case that there is not is refused */
                if (random() % 2 && strcmp(name, "case") != 0)
                    query = talloc_asprintf_append(
                        query, "%s=%s&", name,
                        percent_encode(world, sample(world, name, json_at(parameter, "schema"))));
            }
            reply = http_ask(world->http, world, "GET", query, world->authorization, NULL);
            if (reply.status != 200)
                fail_msg("%s: %d %s", query, reply.status, reply.body);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(made_up_events_are_accepted),
        TEST(made_up_notices_are_accepted),
        TEST(made_up_queries_are_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
