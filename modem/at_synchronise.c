/* Finding out whether a modem is there, and whose answer the next one is. */
#include "modem/at_private.h"

/*
 * Only the answer of the probe itself has a line of its name in it: every final result before it is somebody
 * else's. An error ends a probe early: the modem may not know it. Not so the last one.
 */
static bool probe(struct at *at, const char *command, bool is_last)
{
    int64_t started = at_now_ms();

    at_begin(at, NULL, command);
    at->is_probe = true;
    at->is_last_probe = is_last;
    at_escape(at);
    if (!at_write_command(at))
        return false;
    at_wait_for_final(at, at_deadline_in(at, at->patience_ms * (is_last ? 6 : 3) / 2));
    at->is_busy = false;
    if (!at->is_done || at->restarted)
        return false;
    if (at_now_ms() - started > at->patience_ms / 2)
        at->slow_ms = (int)(at_now_ms() - started);
    return true;
}

bool at_synchronise(struct at *at)
{
    static const char *const probes[] = { "AT+CSQ", "AT+CMEE?", "AT+CMGF?" };
    const size_t n = sizeof probes / sizeof *probes;

    at->swallow_until = 0;
    for (size_t i = 0; i < n && !at->is_lost && !atomic_load(&at->is_hurried); i++) {
        if (probe(at, probes[i], i + 1 == n)) {
            at->owed = 0;
            return true;
        }
    }
    return at->is_lost ? false : at_fail(at, "the modem does not answer");
}

bool at_greet(struct at *at, int timeout_ms)
{
    static const int waits[] = { 300, 700, 1500, 3000, 60000 };
    int64_t deadline = at_now_ms() + timeout_ms;
    size_t tries = 0;

    at_escape(at);
    do {
        int64_t next = at_now_ms() + waits[tries];

        at_begin(at, NULL, "AT");
        if (!at_write_command(at))
            return false;
        at_wait_for_final(at, next < deadline ? next : deadline);
        at->is_busy = false;
        tries += tries + 1 < sizeof waits / sizeof *waits ? 1 : 0;
        /* ESC, what was half written before, and each AT may all have their answers still to come. */
        at->owed = 1;
        if (at->is_done && at->reply.final == AT_OK)
            return true;
    } while (!at->is_lost && !atomic_load(&at->is_hurried) && at_now_ms() < deadline);
    return at->is_lost ? false : at_fail(at, "the modem does not answer");
}

void at_shout(struct at *at, const char *command)
{
    at_escape(at);
    at_begin(at, NULL, command);
    at_write_command(at);
    at->is_busy = false;
    at->owed++;
}
