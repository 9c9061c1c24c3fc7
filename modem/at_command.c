#include "modem/at_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

enum {
    SILENCE_MS =
        400,         /* after which an answer that lacks its final result, or has it damaged, is at its end */
    RETRY_MS = 250,  /* between two tries while the SIM is busy */
    FINAL_MS = 2000, /* between +CMGS: and its OK */
};

/* A modem once found slow is given three times what it took. */
static int64_t deadline_in(const struct at *at, int timeout_ms)
{
    int slow = 3 * at->slow_ms;

    return at_now_ms() + (timeout_ms > slow ? timeout_ms : slow);
}

void at_begin(struct at *at, void *mem, const char *command)
{
    at->is_busy = true;
    at->is_done = at->is_probe = at->is_send = at->has_prompt = false;
    at->has_stray_error = at->has_own_line = at->is_damaged = at->restarted = at->has_reference =
        at->is_written = false;
    at->mem = mem;
    at->reply = (struct at_reply){ .final = AT_NONE, .code = -1, .number = -1 };
    snprintf(at->command, sizeof at->command, "%s", command);
    at_command_name(command, at->name, sizeof at->name);
}

static bool write_command(struct at *at)
{
    char octets[AT_COMMAND_SIZE + 2];
    size_t n = (size_t)snprintf(octets, sizeof octets, "%s\r", at->command);

    at->commands++;
    if (at_write(at, octets, n) == n)
        return true;
    return at->is_lost ? false : at_fail(at, "%s: the port takes no octets", at->command);
}

/* +CPIN: comes without OK from some; anything may have lost its final result to a bad cable. */
static bool is_whole_after_silence(const struct at *at)
{
    return at->is_damaged || (at->is_probe && at->has_stray_error && !at->is_last_probe) ||
           (at->has_own_line && strcasecmp(at->command, "AT+CPIN?") == 0);
}

/*
 * A long list at 9600 baud takes minutes; as long as it flows the modem is alive. One that falls silent in
 * the middle was cut off, by a restart or a stall: its end is not waited for longer than any command's.
 */
static int64_t still_flowing(const struct at *at, int64_t deadline)
{
    return at->has_own_line && at->mem ? deadline_in(at, at->patience_ms) : deadline;
}

static bool wait_for_final(struct at *at, int64_t deadline)
{
    while (!at->is_done) {
        int64_t silence = at_now_ms() + SILENCE_MS;
        bool ends_early = is_whole_after_silence(at) && silence < deadline;

        if (at_pump(at, ends_early ? silence : deadline, false)) {
            deadline = still_flowing(at, deadline);
            continue;
        }
        if (at->is_lost || ends_early || at_now_ms() >= deadline || atomic_load(&at->is_hurried))
            break;
    }
    return at->is_done;
}

/* What is shown of a command in errors: no PIN. */
static const char *shown(const struct at *at)
{
    return strncmp(at->command, "AT+CPIN=", 8) == 0 ? "AT+CPIN=..." : at->command;
}

static bool fail_with_final(struct at *at)
{
    static const char *const names[] = {
        [AT_ERROR] = "ERROR", [AT_CME] = "+CME ERROR", [AT_CMS] = "+CMS ERROR", [AT_NO_CARRIER] = "NO CARRIER"
    };
    const char *words = at_error_words(at->reply.final, at->reply.code);

    if (at->reply.code < 0)
        return at_fail(at, "%s: %s", shown(at), names[at->reply.final]);
    return at_fail(at, "%s: %s: %d%s%s%s", shown(at), names[at->reply.final], at->reply.code,
                   words ? " (" : "", words ? words : "", words ? ")" : "");
}

static bool fail_without_final(struct at *at)
{
    if (at->is_lost)
        return false;
    at->owed++;
    if (atomic_load(&at->is_hurried))
        return at_fail(at, "%s: given up, the line is stopping", shown(at));
    if (at->is_damaged)
        return at_fail(at, "%s: the answer is damaged", shown(at));
    return at_fail(at, "%s: no answer", shown(at));
}

/* True when the final result was OK, or the answer is whole without one. */
static bool judge(struct at *at)
{
    if (at->restarted)
        return at_fail(at, "%s: the modem restarted", shown(at));
    if (at->is_done)
        return at->reply.final == AT_OK || fail_with_final(at);
    if (!at->is_lost && !at->is_damaged && is_whole_after_silence(at)) {
        at->owed++;
        return true;
    }
    return fail_without_final(at);
}

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
    if (!write_command(at))
        return false;
    wait_for_final(at, deadline_in(at, at->patience_ms * (is_last ? 6 : 3) / 2));
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
        if (!write_command(at))
            return false;
        wait_for_final(at, next < deadline ? next : deadline);
        at->is_busy = false;
        tries += tries + 1 < sizeof waits / sizeof *waits ? 1 : 0;
        /* ESC, what was half written before, and each AT may all have their answers still to come. */
        at->owed = 1;
        if (at->is_done && at->reply.final == AT_OK)
            return true;
    } while (!at->is_lost && !atomic_load(&at->is_hurried) && at_now_ms() < deadline);
    return at->is_lost ? false : at_fail(at, "the modem does not answer");
}

static bool is_ready(struct at *at, const char *command)
{
    if (at->is_lost)
        return false;
    if (atomic_load(&at->is_hurried))
        return at_fail(at, "%s: not begun, the line is stopping", command);
    return at->owed == 0 || at_synchronise(at);
}

static bool run(struct at *at, void *mem, int timeout_ms, struct at_reply *reply, const char *command)
{
    bool is_ok = false;

    if (reply)
        *reply = (struct at_reply){ .final = AT_NONE, .code = -1, .number = -1 };
    if (!is_ready(at, command))
        return false;
    at_begin(at, reply ? mem : NULL, command);
    if (write_command(at)) {
        wait_for_final(at, deadline_in(at, timeout_ms));
        is_ok = judge(at);
    }
    /* The error may be the late refusal of a send given up: then this command's own answer is still to come.
     */
    if (!is_ok && at->is_done && at->unanswered > 0)
        at->owed++;
    at->is_busy = false;
    if (reply)
        *reply = at->reply;
    return is_ok;
}

bool at_command(struct at *at, void *mem, int timeout_ms, struct at_reply *reply, const char *format, ...)
{
    char command[AT_COMMAND_SIZE];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(command, sizeof command, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof command || strpbrk(command, "\r\n\x1a\x1b"))
        return at_fail(at, "not a command");
    return run(at, mem, timeout_ms, reply, command);
}

static bool is_busy_error(const struct at_reply *reply)
{
    return ((reply->final == AT_CME || reply->final == AT_CMS) && reply->code == 515) ||
           (reply->final == AT_CME && reply->code == 14) || (reply->final == AT_CMS && reply->code == 314);
}

bool at_command_patiently(struct at *at, void *mem, int timeout_ms, struct at_reply *reply,
                          const char *command)
{
    struct at_reply own;
    int64_t deadline = deadline_in(at, timeout_ms);

    if (!reply)
        reply = &own;
    while (!run(at, mem, timeout_ms, reply, command)) {
        if (!is_busy_error(reply) || at_now_ms() >= deadline || !at_pause(at, RETRY_MS))
            return false;
    }
    return true;
}

void at_shout(struct at *at, const char *command)
{
    at_escape(at);
    at_begin(at, NULL, command);
    write_command(at);
    at->is_busy = false;
    at->owed++;
}

/* Leaves a prompt that may be open. What the modem says to that is not ours: a probe comes before the next
 * command. */
static enum at_sending leave_prompt(struct at *at)
{
    at->owed++;
    at_escape(at);
    return AT_REFUSED;
}

static enum at_sending wait_for_prompt(struct at *at, int64_t deadline, int *code)
{
    while (!at->has_prompt && !at->is_done && at_pump(at, deadline, false))
        ;
    if (at->is_lost)
        return AT_REFUSED;
    if (at->is_done) {
        judge(at);
        *code = at->reply.code > 0 ? at->reply.code : 0;
        return AT_REFUSED;
    }
    if (!at->has_prompt || atomic_load(&at->is_hurried)) {
        at_fail(at, "%s: no prompt", at->command);
        return leave_prompt(at);
    }
    return AT_SENT;
}

static enum at_sending write_pdu(struct at *at, const char *pdu)
{
    char octets[AT_COMMAND_SIZE];
    size_t n = (size_t)snprintf(octets, sizeof octets, "%s\x1a", pdu);

    at->is_written = true;
    if (at_write(at, octets, n) == n)
        return AT_SENT;
    at->is_written = false;
    if (at->is_lost)
        return AT_REFUSED;
    at_fail(at, "%s: the port takes no octets", at->command);
    return leave_prompt(at);
}

static void wait_for_number(struct at *at, int64_t deadline)
{
    while (!at->is_done && !at->has_reference && at_pump(at, deadline, false))
        ;
    if (at->has_reference && !at->is_done)
        wait_for_final(at, deadline_in(at, FINAL_MS));
}

/* TP-MR counts up: a number that skips those of the sends given up is our own. Any other may be one of
 * theirs. */
static bool may_be_late(const struct at *at)
{
    return at->unanswered > 0 && at->has_reference && !at->restarted &&
           (at->last_reference < 0 || at->reference != (at->last_reference + at->unanswered + 1) % 256);
}

/* Waits whether another number follows: then the first was the late answer to a send given up. */
static void tell_late_from_own(struct at *at, int64_t deadline)
{
    int64_t until = deadline_in(at, at->patience_ms);
    struct at_reply reply = at->reply;
    int first = at->reference;

    at->is_done = at->has_reference = false;
    wait_for_number(at, until < deadline ? until : deadline);
    if (at->has_reference || (at->is_done && !at->restarted && at->reply.final != AT_OK)) {
        at_settle_late(at, first);
        return;
    }
    at->has_reference = at->is_done = true;
    at->reference = first;
    at->reply = reply;
    at->unanswered = 0;
}

static enum at_sending wait_for_reference(struct at *at, int64_t deadline, int *reference, int *code)
{
    wait_for_number(at, deadline);
    while (may_be_late(at) && !at->is_lost && !atomic_load(&at->is_hurried) && at_now_ms() < deadline) {
        int unanswered = at->unanswered;

        tell_late_from_own(at, deadline);
        if (at->unanswered == unanswered)
            break;
    }
    *reference = at->has_reference ? at->reference : -1;
    if (at->has_reference || (at->is_done && !at->restarted && at->reply.final == AT_OK)) {
        at->owed += at->is_done ? 0 : 1;
        at->last_reference = *reference;
        return AT_SENT;
    }
    judge(at);
    if (!at->is_done || at->restarted) {
        at->unanswered++;
        return AT_UNANSWERED;
    }
    *code = at->reply.code > 0 ? at->reply.code : 0;
    return AT_REFUSED;
}

enum at_sending at_send(struct at *at, size_t tpdu_length, const char *pdu, int prompt_ms, int answer_ms,
                        int *reference, int *code)
{
    char command[32];
    enum at_sending sending = AT_REFUSED;

    *reference = -1;
    *code = 0;
    snprintf(command, sizeof command, "AT+CMGS=%zu", tpdu_length);
    if (strlen(pdu) + 2 > AT_COMMAND_SIZE || !is_ready(at, command))
        return AT_REFUSED;
    at_begin(at, NULL, command);
    at->is_send = true;
    if (write_command(at))
        sending = wait_for_prompt(at, deadline_in(at, prompt_ms), code);
    if (sending == AT_SENT)
        sending = write_pdu(at, pdu);
    if (sending == AT_SENT)
        sending = wait_for_reference(at, deadline_in(at, answer_ms), reference, code);
    at->is_busy = at->is_send = false;
    return sending;
}
