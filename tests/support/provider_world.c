#include "tests/support/provider_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/log.h"
#include "store/events.h"
#include "tests/support/support.h"

enum { WAIT_STEPS = 4000, STEP_NS = 5000000 };

struct provider_world *provider_world_new(void)
{
    struct provider_world *world = talloc_zero(NULL, struct provider_world);

    log_quiet(true);
    setenv("TZ", "Asia/Shanghai", 1);
    setenv("PROVIDER_SECRET", "open-sesame-1234", 1);
    setenv("HOOK_SECRET", "open-open-open-open", 1);
    tzset();
    world->server = provider_server_start(world);
    return world;
}

void provider_world_free(struct provider_world *world)
{
    talloc_free(world);
}

/* "@good@" becomes the server's address. */
static char *with_addresses(struct provider_world *world, const char *text)
{
    static const char *const tls_names[TLS_KINDS] = { "tls", "expired", "other-host", "old" };
    char *all = talloc_strdup(world, "");
    const char *at, *end;

    while ((at = strchr(text, '@')) && (end = strchr(at + 1, '@'))) {
        const char *name = talloc_strndup(world, at + 1, (size_t)(end - at - 1));
        const char *url = provider_server_url(world, world->server, name);

        for (int kind = 0; kind < TLS_KINDS; kind++)
            if (strcmp(name, tls_names[kind]) == 0)
                url = talloc_asprintf(world, "https://127.0.0.1:%d/tls", world->server->tls_ports[kind]);
        if (strcmp(name, "certificate") == 0)
            url = world->server->certificate;
        all = talloc_asprintf_append(all, "%.*s%s", (int)(at - text), text, url);
        text = end + 1;
    }
    return talloc_strdup_append(all, text);
}

void provider_world_open(struct provider_world *world, const char *providers)
{
    struct config_problem *problems;
    const char *error = "a configuration that is none";
    size_t n;
    char *text;

    if (!world->folder)
        world->folder = temporary_directory(world);
    text = talloc_asprintf(world, "quiet_hours = off\nstore { url = \"sqlite:%s/x.db\" }\n%s\n",
                           world->folder, with_addresses(world, providers));
    world->config = config_read_text(world, "test.conf", text, strlen(text), &problems, &n);
    for (size_t i = 0; !world->config && i < n; i++)
        print_error("%s\n", problems[i].text);
    world->words = world->config ? words_open(world, NULL, &error) : NULL;
    world->desk = world->words ? desk_start(world, world->config, world->words, &error) : NULL;
    if (!world->desk)
        fail_msg("%s", error);
    world->store = store_open_reader(world, world->config->store_url, &error);
    if (!world->store)
        fail_msg("%s", error);
    world->lines = lines_start(world, world->config, world->desk);
}

void provider_world_close(struct provider_world *world)
{
    if (!world->desk)
        return;
    lines_stop(world->lines);
    desk_stop(world->desk);
    TALLOC_FREE(world->lines);
    TALLOC_FREE(world->desk);
    TALLOC_FREE(world->store);
    talloc_unlink(world, (void *)(uintptr_t)world->folder);
    world->folder = NULL;
}

static bool add_notice(struct turn *turn, void *arg)
{
    return store_add_notice(turn->store, arg);
}

int64_t provider_world_send(struct provider_world *world, const char *line, const char *to, const char *text)
{
    struct notice notice = { .to = to,
                             .text = text,
                             .name = "send",
                             .line = line,
                             .state = NOTICE_READY,
                             .priority = PRIORITY_ANSWER,
                             .due_at = time(NULL),
                             .created_at = time(NULL),
                             .why = "" };

    assert_true(desk_do(world->desk, add_notice, &notice));
    lines_wake(world->lines);
    return notice.id;
}

struct notice *provider_world_notice(struct provider_world *world, int64_t id)
{
    struct notice *notice = NULL;

    assert_true(store_notice(world->store, world, id, &notice));
    assert_non_null(notice);
    return notice;
}

struct notice *provider_world_wait(struct provider_world *world, int64_t id, enum notice_state state)
{
    struct notice *notice = provider_world_notice(world, id);

    for (int i = 0; i < WAIT_STEPS && notice->state != state; i++) {
        nanosleep(&(struct timespec){ .tv_nsec = STEP_NS }, NULL);
        talloc_free(notice);
        notice = provider_world_notice(world, id);
    }
    if (notice->state != state)
        fail_msg("notice %d is %s and not %s: %s", (int)id, notice_state_name(notice->state),
                 notice_state_name(state), notice->why);
    return notice;
}

static bool count(const struct event *event, void *arg)
{
    (void)event;
    ++*(size_t *)arg;
    return true;
}

void provider_world_events(struct provider_world *world, size_t n)
{
    size_t found = 0;

    for (int i = 0; i < WAIT_STEPS && found < n; i++) {
        found = 0;
        assert_true(store_each_event(world->store, &(struct event_filter){ 0 }, count, &found));
        if (found < n)
            nanosleep(&(struct timespec){ .tv_nsec = STEP_NS }, NULL);
    }
    assert_int_equal(found, n);
}
