#include "gateway/http/exchange.h"

void health_live(struct exchange *exchange)
{
    exchange_answer(exchange, 200, "text/plain; charset=utf-8", "alive\n");
}

/* The store's reason stands in the log alone: anybody may ask here. */
void health_ready(struct exchange *exchange)
{
    char trouble[256];

    desk_trouble(exchange->server->desk, trouble, sizeof trouble);
    if (*trouble)
        exchange_answer(exchange, 503, "text/plain; charset=utf-8", "the store is not writable\n");
    else
        exchange_answer(exchange, 200, "text/plain; charset=utf-8", "ready\n");
}
