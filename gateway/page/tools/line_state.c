#include "gateway/page/tools/line_state.h"

#include <talloc.h>

#include "store/notices.h"

/* The state that the line's thread keeps (line/watch.c) under "watch.NAME" and "line.NAME". NULL: none yet.
 */
static struct json_object *kept(struct visit *visit, const char *kind, const char *name)
{
    const char *text = NULL;

    if (!store_get(visit->turn.store, visit->exchange, talloc_asprintf(visit->exchange, "%s.%s", kind, name),
                   &text))
        return NULL;
    return text ? json_tokener_parse(text) : NULL;
}

static void add_line(struct visit *visit, const char *name, struct json_object *list)
{
    struct json_object *watch = kept(visit, "watch", name), *state = kept(visit, "line", name), *value;
    struct json_object *item = fill_item(list);
    int64_t now = visit->exchange->now;

    fill_text(item, "line", name);
    if (json_object_object_get_ex(watch, "down_since", &value)) {
        fill_flag(item, "is_down", json_object_get_int64(value) != 0);
        fill_time(item, "down_since", json_object_get_int64(value), now);
    }
    if (json_object_object_get_ex(watch, "received_at", &value))
        fill_time(item, "last_in", json_object_get_int64(value), now);
    if (json_object_object_get_ex(state, "signal", &value) && json_object_get_int64(value) <= 31)
        fill_text(item, "signal", talloc_asprintf(visit->exchange, "%d / 31", json_object_get_int(value)));
    if (json_object_object_get_ex(state, "operator", &value))
        fill_text(item, "operator", json_object_get_string(value));
    json_object_put(watch);
    json_object_put(state);
}

/* What has not gone out; one state at a time, since there is an index of each. */
static bool count_waiting(struct visit *visit, int64_t *waiting)
{
    static const enum notice_state states[] = { NOTICE_READY, NOTICE_CLAIMED, NOTICE_ARMED };

    *waiting = 0;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        const struct notice_filter in_state = { .states = 1u << states[i] };
        int64_t n;

        if (!store_count_notices(visit->turn.store, &in_state, &n))
            return false;
        *waiting += n;
    }
    return true;
}

void line_state_show(struct visit *visit)
{
    const struct config *config = visit->page->config;
    struct json_object *list = fill_list(visit->data, "lines");
    int64_t waiting, oldest = 0;

    if (!count_waiting(visit, &waiting) ||
        !store_oldest_due(visit->turn.store, visit->exchange->now, &oldest)) {
        visit_failed(visit);
        return;
    }
    for (size_t i = 0; i < config->n_modems; i++)
        add_line(visit, config->modems[i].name, list);
    for (size_t i = 0; i < config->n_providers; i++)
        add_line(visit, config->providers[i].name, list);
    fill_text(visit->data, "waiting", talloc_asprintf(visit->exchange, "%lld", (long long)waiting));
    fill_time(visit->data, "oldest_due", oldest, visit->exchange->now);
    visit_show(visit, 200, "lines.html");
}
