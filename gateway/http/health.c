#include "gateway/http/exchange.h"

void health_live(struct exchange *exchange)
{
    exchange_answer(exchange, 200, "text/plain; charset=utf-8", "alive\n");
}

/* Why the store refuses is for the log: whoever may ask here need not be trusted. */
void health_ready(struct exchange *exchange)
{
    char trouble[256];

    desk_trouble(exchange->server->desk, trouble, sizeof trouble);
    if (*trouble)
        exchange_answer(exchange, 503, "text/plain; charset=utf-8", "the store is not writable\n");
    else
        exchange_answer(exchange, 200, "text/plain; charset=utf-8", "ready\n");
}
