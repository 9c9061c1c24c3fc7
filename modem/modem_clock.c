/* The modem's clock, which may have the network's time: a second opinion on the machine's. */
#include "modem/modem_private.h"

#include <string.h>
#include <talloc.h>

bool modem_clock(struct modem *modem, int64_t *at)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;
    bool is_read = false;

    if (modem_is_usable(modem))
        modem_try(modem, mem, &reply, "AT+CCLK?");
    else
        reply.n = 0;
    for (size_t i = 0; i < reply.n; i++)
        is_read |= at_read_clock(reply.lines[i], at);
    talloc_free(mem);
    return is_read;
}

void modem_follow_network_time(struct modem *modem)
{
    void *mem = talloc_new(NULL);
    char *rest = talloc_strdup(mem, modem->quirk->clock ? modem->quirk->clock : "AT+CTZU=1"), *one;

    while (modem_is_usable(modem) && (one = strsep(&rest, "|")))
        modem_try(modem, mem, NULL, one);
    talloc_free(mem);
}
