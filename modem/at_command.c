#include "modem/at_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

enum {
    SILENCE_MS = 400, /* then an answer that lacks its final result, or has it damaged, is at its end */
    RETRY_MS = 250    /* between two tries while the SIM is busy */
};

/* Gives a modem that was found slow three times what it took. */
int64_t at_deadline_in(const struct at *at, int timeout_ms)
{
    int slow = 3 * at->slow_ms;

    return at_now_ms() + (timeout_ms > slow ? timeout_ms : slow);
}

void at_begin(struct at *at, void *mem, const char *command)
{
    at->is_busy = true;
    at->is_done = at->is_probe = at->is_send = at->has_prompt = false;
    at->has_stray = at->has_stray_error = at->has_own_line = at->is_damaged = at->restarted =
        at->has_reference = at->is_written = false;
    at->mem = mem;
    at->reply = (struct at_reply){ .final = AT_NONE, .code = -1, .number = -1 };
    snprintf(at->command, sizeof at->command, "%s", command);
    at_command_name(command, at->name, sizeof at->name);
}

bool at_write_command(struct at *at)
{
    char octets[AT_COMMAND_SIZE + 2];
    size_t n = (size_t)snprintf(octets, sizeof octets, "%s\r", at->command);

    at->commands++;
    if (at_write(at, octets, n) == n)
        return true;
    return at->is_lost ? false : at_fail(at, "%s: the port takes no octets", at->command);
}

/* Some modems answer +CPIN: without OK, and a bad cable may have damaged any final result. */
static bool is_whole_after_silence(const struct at *at)
{
    return at->is_damaged || (at->is_probe && at->has_stray_error && !at->is_last_probe) ||
           (at->has_own_line && strcasecmp(at->command, "AT+CPIN?") == 0);
}

/*
 * A long list at 9600 baud takes minutes, so each of its lines moves the deadline. A list that stops in the
 * middle was cut off by a restart or a stall: its end is waited for no longer than another command's answer.
 */
static int64_t still_flowing(const struct at *at, int64_t deadline)
{
    return at->has_own_line && at->mem ? at_deadline_in(at, at->patience_ms) : deadline;
}

bool at_wait_for_final(struct at *at, int64_t deadline)
{
    int64_t quiet_since = at_now_ms();
    unsigned before = at->answer_lines + at->finals;

    while (!at->is_done) {
        int64_t silence = quiet_since + SILENCE_MS;
        int64_t end = is_whole_after_silence(at) && silence < deadline ? silence : deadline;
        bool came = at_pump(at, end, false);

        /* Unsolicited codes do not move the deadline: some modems report their signal every second. */
        if (came && at->answer_lines + at->finals != before) {
            before = at->answer_lines + at->finals;
            quiet_since = at_now_ms();
            deadline = still_flowing(at, deadline);
            continue;
        }
        if (at->is_lost || at_now_ms() >= end || (!came && atomic_load(&at->is_hurried)))
            break;
    }
    return at->is_done;
}

/* The command as error messages show it: without the PIN. */
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

void at_owe(struct at *at)
{
    at->owed++;
    at->owed_others++;
}

static bool fail_without_final(struct at *at)
{
    if (at->is_lost)
        return false;
    at->owed++;
    at->owed_others += at->is_send ? 0 : 1;
    if (atomic_load(&at->is_hurried))
        return at_fail(at, "%s: given up, the line is stopping", shown(at));
    if (at->is_damaged)
        return at_fail(at, "%s: the answer is damaged", shown(at));
    return at_fail(at, "%s: no answer", shown(at));
}

/* True when the final result was OK, or the answer is whole without one. */
bool at_judge(struct at *at)
{
    if (at->restarted)
        return at_fail(at, "%s: the modem restarted", shown(at));
    if (at->is_done)
        return at->reply.final == AT_OK || fail_with_final(at);
    if (!at->is_lost && !at->is_damaged && is_whole_after_silence(at)) {
        at_owe(at);
        return true;
    }
    return fail_without_final(at);
}

bool at_is_ready(struct at *at, const char *command)
{
    if (at->is_lost)
        return false;
    if (at->is_void)
        return at_fail(at, "%s: the modem restarted", command);
    if (atomic_load(&at->is_hurried))
        return at_fail(at, "%s: not begun, the line is stopping", command);
    return at->owed == 0 || at_synchronise(at);
}

static bool run(struct at *at, void *mem, int timeout_ms, struct at_reply *reply, const char *command)
{
    bool is_ok = false;

    if (reply)
        *reply = (struct at_reply){ .final = AT_NONE, .code = -1, .number = -1 };
    if (!at_is_ready(at, command))
        return false;
    at_begin(at, reply ? mem : NULL, command);
    if (at_write_command(at)) {
        at_wait_for_final(at, at_deadline_in(at, timeout_ms));
        is_ok = at_judge(at);
    }
    /* The error may be the late refusal of a send given up: then this command's own answer has yet to come.
     */
    if (!is_ok && at->is_done && at->unanswered > 0) {
        at_add_stray(at, at->reply.final, at->reply.code);
        at_owe(at);
    }
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

bool at_is_busy(const struct at_reply *reply)
{
    return ((reply->final == AT_CME || reply->final == AT_CMS) && reply->code == 515) ||
           (reply->final == AT_CME && reply->code == 14) || (reply->final == AT_CMS && reply->code == 314);
}

bool at_command_patiently(struct at *at, void *mem, int timeout_ms, struct at_reply *reply,
                          const char *command)
{
    struct at_reply own;
    int64_t deadline = at_deadline_in(at, timeout_ms);

    if (!reply)
        reply = &own;
    while (!run(at, mem, timeout_ms, reply, command)) {
        if (!at_is_busy(reply) || at_now_ms() >= deadline || !at_pause(at, RETRY_MS))
            return false;
    }
    return true;
}
