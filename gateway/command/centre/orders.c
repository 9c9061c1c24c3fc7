#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/command/centre/centre_command.h"
#include "gateway/command/command.h"
#include "gateway/command/print/table.h"
#include "gateway/command/words.h"

/* So that its answer stays below what a county takes (WEB_ANSWER_MOST). */
enum { ORDER_MOST = 400 * 1024, LISTED_MOST = 100 };

static bool add_order(struct store *store, void *arg)
{
    return centre_add_order(store, arg);
}

int centre_order(void *mem, int argc, char **argv)
{
    struct order order = { .made_at = clock_now() };
    const struct config *config;
    struct json_object *body;
    struct store *store;

    if (argc != 4)
        return command_wrong_use("order takes the county's code, a kind and JSON");
    order.gateway = argv[1];
    order.kind = argv[2];
    order.body = strcmp(argv[3], "-") == 0 ? command_read_line(mem, stdin) : argv[3];
    body = order.body ? json_tokener_parse(order.body) : NULL;
    if (!order.body || !json_object_is_type(body, json_type_object))
        return command_wrong_use("%s is not a JSON object", argv[3]);
    json_object_put(body);
    if (strlen(order.body) > ORDER_MOST)
        return command_wrong_use("an order has at most %d octets", ORDER_MOST);
    store = centre_command_store(mem, &config);
    if (!store || !centre_command_feed(mem, store, argv[1]) || !centre_command_do(store, add_order, &order))
        return EXIT_FAILURE;
    printf("%lld\n", (long long)order.id);
    return EXIT_SUCCESS;
}

static const char *state_of(const struct order *order, const struct feed *feeds, size_t n)
{
    if (*order->refused)
        return words(order->refused);
    for (size_t i = 0; i < n; i++)
        if (strcmp(feeds[i].gateway, order->gateway) == 0 && order->id <= feeds[i].orders_done)
            return words("carried out");
    return words("not carried out yet");
}

int centre_list_orders(void *mem, int argc, char **argv)
{
    static const struct column columns[] = { { "ORDER", 8, true },
                                             { "CODE", 8, false },
                                             { "KIND", 18, false },
                                             { "GIVEN", 17, false },
                                             { "STATE", 60, false } };
    const struct config *config;
    struct order *orders;
    struct store *store;
    struct feed *feeds;
    size_t n, n_feeds;

    if (argc > 2)
        return command_wrong_use("orders takes at most a county's code");
    store = centre_command_store(mem, &config);
    if (!store || (argc == 2 && !centre_command_feed(mem, store, argv[1])))
        return EXIT_FAILURE;
    if (!centre_newest_orders(store, mem, argc == 2 ? argv[1] : "", LISTED_MOST, &orders, &n) ||
        !centre_feeds(store, mem, &feeds, &n_feeds))
        return command_failed("%s", store_error(store));
    table_heading(stdout, columns, 5);
    for (size_t i = 0; i < n; i++) {
        const char *cells[] = { talloc_asprintf(mem, "%lld", (long long)orders[i].id), orders[i].gateway,
                                orders[i].kind, table_time(mem, orders[i].made_at),
                                state_of(&orders[i], feeds, n_feeds) };

        table_row(stdout, columns, cells, 5);
    }
    return EXIT_SUCCESS;
}
