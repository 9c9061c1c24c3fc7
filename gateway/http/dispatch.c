#include "gateway/http/dispatch.h"

#include <string.h>
#include <talloc.h>

#include "gateway/http/address.h"
#include "gateway/http/workers.h"

static bool has_method(const char *methods, const char *method)
{
    size_t length = strlen(method);
    const char *found = strstr(methods, method);

    return found && (found[length] == ' ' || found[length] == '\0') && (found == methods || found[-1] == ' ');
}

static bool is_path_of(const struct endpoint *route, const struct exchange *exchange)
{
    size_t length = strlen(route->path);
    bool is_folder = length > 1 && route->path[length - 1] == '/';

    /* before decoding, too: our own names are never matched through an escape */
    if (strncmp(exchange->path, route->path, length) != 0 || strncmp(exchange->uri, route->path, length) != 0)
        return false;
    return is_folder ? exchange->path[length] != '\0' : exchange->path[length] == '\0';
}

static const struct endpoint *find_in(struct exchange *exchange, const struct endpoint *routes,
                                      const char **allowed)
{
    bool is_head = strcmp(exchange->method, "HEAD") == 0;
    const char *method = is_head ? "GET" : exchange->method;

    for (; routes && routes->path; routes++) {
        if (!is_path_of(routes, exchange))
            continue;
        if (has_method(routes->methods, method) && !(is_head && routes->is_changing)) {
            exchange->rest = exchange->path + strlen(routes->path);
            return routes;
        }
        *allowed = *allowed ? talloc_asprintf(exchange, "%s %s", *allowed, routes->methods) : routes->methods;
    }
    return NULL;
}

/* The route of the path and method. NULL: *allowed lists the path's methods, or is NULL if it has no route.
 */
static const struct endpoint *find_route(struct exchange *exchange, const char **allowed)
{
    const struct endpoint *route;

    *allowed = NULL;
    route = find_in(exchange, http_routes, allowed);
    return route ? route : find_in(exchange, exchange->server->more, allowed);
}

static bool is_from_allowed(const struct exchange *exchange)
{
    const struct config *config = exchange->server->config;

    if (exchange->route->is_for_metrics)
        return config->n_http_metrics_allow > 0
                   ? exchange_is_from(exchange, config->http_metrics_allow, config->n_http_metrics_allow)
                   : address_is_own((const struct sockaddr *)&exchange->client) && !exchange->is_relayed;
    return !exchange->route->is_for_allowed ||
           exchange_is_from(exchange, config->http_allow, config->n_http_allow);
}

bool dispatch_is_large(const struct exchange *exchange)
{
    const struct config *config = exchange->server->config;

    for (const struct endpoint *route = http_routes; route->path; route++)
        if (route->is_large && is_path_of(route, exchange) && has_method(route->methods, exchange->method))
            return exchange_is_from(exchange, config->http_allow, config->n_http_allow);
    return false;
}

static char *with_commas(void *mem, const char *words)
{
    char *list = talloc_strdup(mem, "");

    for (; *words; words += strspn(words, " ")) {
        size_t n = strcspn(words, " ");

        list = talloc_asprintf_append(list, "%s%.*s", *list ? ", " : "", (int)n, words);
        words += n;
    }
    return list;
}

/* Whether an escape in the path stands for a NUL, where the decoded path ends. */
static bool has_nul(const char *uri)
{
    const char *nul = strstr(uri, "%00");

    return nul && nul < uri + strcspn(uri, "?");
}

void dispatch(struct exchange *exchange)
{
    const char *allowed;

    exchange->route = find_route(exchange, &allowed);
    if (exchange->server->is_stopping) {
        exchange->is_closing = true;
        exchange_refuse(exchange, 503, "the gateway is stopping");
    } else if (!exchange->route && allowed) {
        exchange_add_header(exchange, "Allow", with_commas(exchange, allowed));
        exchange_refuse(exchange, 405, "method not allowed");
    } else if (has_nul(exchange->uri)) {
        counters_reject(&exchange->server->counters, REJECT_FRAMING);
        exchange_refuse(exchange, 400, "the address holds a NUL");
    } else if (!exchange->route) {
        exchange_refuse(exchange, 404, "not found");
    } else if (!is_from_allowed(exchange)) {
        counters_reject(&exchange->server->counters, REJECT_ADDRESS);
        exchange_refuse(exchange, 403, "address not allowed");
    } else if (exchange->route->is_for_worker) {
        workers_take(exchange->server->workers, exchange);
    } else {
        exchange->route->handle(exchange);
    }
}
