#include "gateway/page/tools/line_state.h"

#include <stdlib.h>
#include <talloc.h>

#include "store/county/refused_orders.h"
#include "store/notices.h"

enum { ORDER_DAYS = 30, ORDERS_SHOWN = 50 };

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

/* What has not gone out by a line, NULL: by any; one state at a time, since there is an index of each. */
static bool count_waiting(struct visit *visit, const char *line, int64_t *waiting)
{
    static const enum notice_state states[] = { NOTICE_READY, NOTICE_CLAIMED, NOTICE_ARMED };

    *waiting = 0;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        const struct notice_filter in_state = { .states = 1u << states[i], .line = line };
        int64_t n;

        if (!store_count_notices(visit->turn.store, &in_state, &n))
            return false;
        *waiting += n;
    }
    return true;
}

static int64_t number_of(struct json_object *object, const char *name)
{
    struct json_object *value;

    return json_object_object_get_ex(object, name, &value) ? json_object_get_int64(value) : 0;
}

static void add_watch(struct visit *visit, struct json_object *watch, struct json_object *item)
{
    int64_t now = visit->exchange->now, fen = number_of(watch, "balance");

    fill_flag(item, "is_down", number_of(watch, "down_since") != 0);
    fill_time(item, "down_since", number_of(watch, "down_since"), now);
    fill_time(item, "last_in", number_of(watch, "received_at"), now);
    if (number_of(watch, "balance_known"))
        fill_text(item, "balance",
                  talloc_asprintf(visit->exchange, "%s%lld.%02lld", fen < 0 ? "-" : "",
                                  (long long)llabs(fen) / 100, (long long)llabs(fen) % 100));
}

static bool add_line(struct visit *visit, const char *name, struct json_object *list)
{
    struct json_object *watch = kept(visit, "watch", name), *state = kept(visit, "line", name), *value;
    struct json_object *item = fill_item(list);
    int64_t waiting, last_out;

    fill_text(item, "line", name);
    add_watch(visit, watch, item);
    if (json_object_object_get_ex(state, "signal", &value) && json_object_get_int64(value) <= 31)
        fill_text(item, "signal", talloc_asprintf(visit->exchange, "%d / 31", json_object_get_int(value)));
    if (json_object_object_get_ex(state, "operator", &value))
        fill_text(item, "operator", json_object_get_string(value));
    json_object_put(watch);
    json_object_put(state);
    if (!count_waiting(visit, name, &waiting) || !store_last_sent(visit->turn.store, name, &last_out))
        return false;
    fill_text(item, "waiting", talloc_asprintf(visit->exchange, "%lld", (long long)waiting));
    fill_time(item, "last_out", last_out, visit->exchange->now);
    return true;
}

static bool add_lines(struct visit *visit)
{
    const struct config *config = visit->page->config;
    struct json_object *list = fill_list(visit->data, "lines");

    for (size_t i = 0; i < config->n_modems; i++)
        if (!add_line(visit, config->modems[i].name, list))
            return false;
    for (size_t i = 0; i < config->n_providers; i++)
        if (!add_line(visit, config->providers[i].name, list))
            return false;
    return true;
}

/* What the centre asked for lately and was not done here; for the operator, who can do it or ask. */
static bool add_orders(struct visit *visit)
{
    struct exchange *exchange = visit->exchange;
    struct json_object *list;
    struct refused_order *orders;
    size_t n;

    if (!visit_may(visit, ROLE_OPERATOR))
        return true;
    if (!store_refused_orders(visit->turn.store, exchange, exchange->now - (int64_t)ORDER_DAYS * 86400,
                              ORDERS_SHOWN, &orders, &n))
        return false;
    fill_flag(visit->data, "has_orders", n > 0);
    list = fill_list(visit->data, "orders");
    for (size_t i = 0; i < n; i++) {
        struct json_object *item = fill_item(list);

        fill_time(item, "at", orders[i].made_at, exchange->now);
        fill_text(item, "kind", visit_word(visit, talloc_asprintf(exchange, "order %s", orders[i].kind)));
        fill_text(item, "why", visit_word(visit, orders[i].why));
    }
    return true;
}

void line_state_show(struct visit *visit)
{
    int64_t waiting, oldest = 0;

    if (!count_waiting(visit, NULL, &waiting) ||
        !store_oldest_due(visit->turn.store, visit->exchange->now, &oldest) || !add_lines(visit) ||
        !add_orders(visit)) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "waiting", talloc_asprintf(visit->exchange, "%lld", (long long)waiting));
    fill_time(visit->data, "oldest_due", oldest, visit->exchange->now);
    visit_show(visit, 200, "lines.html");
}
