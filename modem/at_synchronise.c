/* Finds out whether a modem answers, and makes sure that the next answer belongs to the next command. */
#include "modem/at_private.h"

#include <string.h>

enum {
    QUIET_MS = 500, /* of silence, after which no answer is under way */
    SETTLE_TRIES = 4
};

static const char *const probes[] = { "AT+CSQ", "AT+CMEE?", "AT+CMGF?" };
enum { PROBES = sizeof probes / sizeof *probes };

bool at_answers_probe(const char *line)
{
    return at_answers(line, "+CSQ") || at_answers(line, "+CMEE") || at_answers(line, "+CMGF");
}

/*
 * Sends one probe. Only its own answer has a line with its name: every final result before that line belongs
 * to an earlier command. An error ends the wait early, because the modem may not know the command. The last
 * probe waits on after an error, and as long again when nothing came or another probe was answered late.
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
    at_wait_for_final(at, at_deadline_in(at, at->patience_ms * 3 / 2));
    if (is_last && !at->is_done && (!at->has_stray || at->knows_probes))
        at_wait_for_final(at, at_deadline_in(at, at->patience_ms * 3 / 2));
    at->is_busy = false;
    if (!at->is_done || at->restarted) {
        at->owed_others++;
        return false;
    }
    if (at_now_ms() - started > at->patience_ms / 2)
        at->slow_ms = (int)(at_now_ms() - started);
    return true;
}

static bool may_go_on(const struct at *at)
{
    return !at->is_lost && !at->is_void && !atomic_load(&at->is_hurried);
}

/* True when no final result comes for that time. */
static bool is_quiet(struct at *at, int ms)
{
    unsigned before = at->finals;

    return at_pause(at, ms) && at->finals == before;
}

/*
 * Synchronises with a modem that answers every probe with a bare OK or ERROR: after a silence, one AT must
 * have exactly one answer, followed by silence.
 */
static bool settle(struct at *at)
{
    for (int i = 0; i < SETTLE_TRIES && may_go_on(at); i++) {
        unsigned before = at->finals;

        if (!is_quiet(at, QUIET_MS))
            continue;
        at_begin(at, NULL, "AT");
        at_escape(at);
        if (!at_write_command(at))
            return false;
        at_wait_for_final(at, at_deadline_in(at, at->patience_ms));
        at->is_busy = false;
        if (at->is_done && is_quiet(at, QUIET_MS) && at->finals == before + 1 && !at->knows_probes)
            return true;
    }
    return false;
}

static bool find_probe(struct at *at)
{
    size_t answered = 0;

    for (size_t i = 0; i < PROBES && !at->lacks_probes && may_go_on(at); i++) {
        if (probe(at, probes[i], i + 1 == PROBES))
            return true;
        answered += at->has_stray;
        /* a bare OK: this modem does not name what it answers, so the other probes are not sent */
        at->lacks_probes = at->has_stray && !at->has_stray_error && !at->knows_probes;
    }
    at->lacks_probes = at->lacks_probes || (answered == PROBES && !at->knows_probes);
    return at->lacks_probes && (settle(at) || (at->knows_probes && probe(at, probes[PROBES - 1], true)));
}

/* Waits until the answers to the probes of earlier, failed rounds have all come. */
static void let_old_probes_pass(struct at *at)
{
    for (int i = 0; at->has_old_probes && i < SETTLE_TRIES && may_go_on(at); i++)
        at->has_old_probes = !is_quiet(at, QUIET_MS);
    at->has_old_probes = false;
}

bool at_synchronise(struct at *at)
{
    bool is_found;

    at->swallow_until = 0;
    at->is_synchronising = true;
    at->knows_probes = false;
    is_found = find_probe(at);
    at->is_synchronising = false;
    if (is_found) {
        let_old_probes_pass(at);
        at_settle_strays(at);
        at->was_late = at->strays > 0;
        at->owed = at->owed_others = at->strays = at->refusals = 0;
        return true;
    }
    at->has_old_probes = true;
    at->lacks_probes = false;
    if (at->is_void)
        return at_fail(at, "the modem restarted");
    return at->is_lost ? false : at_fail(at, "the modem does not answer");
}

/* A modem that answers ATV1 itself with a number will never use words. */
static bool answers_by_number(struct at *at, const char *greeting)
{
    at->is_terse = at->is_terse || (at->has_number && !at->is_done && strchr(greeting, 'V'));
    at->has_number = false;
    return at->is_terse;
}

bool at_greet(struct at *at, int timeout_ms)
{
    static const int waits[] = { 300, 700, 1000 };
    static const char *const greetings[] = { "AT", "ATQ0V1" };
    int64_t deadline = at_now_ms() + timeout_ms;
    size_t tries = 0, greeted = 0;

    at_escape(at);
    do {
        int64_t started = at_now_ms(), next = started + waits[tries];
        const char *greeting = greetings[greeted++ % 2];

        at->is_void = false; /* nothing was said to it that it could forget */
        at->has_number = false;
        at_begin(at, NULL, greeting);
        if (!at_write_command(at))
            return false;
        at_wait_for_final(at, next < deadline ? next : deadline);
        at->is_busy = false;
        tries += tries + 1 < sizeof waits / sizeof *waits ? 1 : 0;
        /* Answers to the ESC, to a half-written command, and to each AT may still come. */
        at->owed = at->owed_others = 1;
        at->greeting_ms = (int)(at_now_ms() - started);
        if ((at->is_done && at->reply.final == AT_OK) || answers_by_number(at, greeting))
            return true;
    } while (!at->is_lost && !atomic_load(&at->is_hurried) && at_now_ms() < deadline);
    if (at->is_lost)
        return false;
    return at_fail(at, at->has_read
                           ? "the modem does not answer; what comes is no answer to AT: check baud, and "
                             "that this is a modem's command port"
                           : "the modem does not answer");
}

void at_shout(struct at *at, const char *command)
{
    at_escape(at);
    at_begin(at, NULL, command);
    at_write_command(at);
    at->is_busy = false;
    at_owe(at);
}
