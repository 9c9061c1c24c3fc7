/* Sending: the prompt, the PDU, and whose +CMGS it is that comes. */
#include "modem/at_private.h"

#include <stdio.h>
#include <string.h>

enum { FINAL_MS = 2000 }; /* between +CMGS: and its OK */

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
        at_judge(at);
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
        at_wait_for_final(at, at_deadline_in(at, FINAL_MS));
}

/* TP-MR counts up: a number that skips those of the sends given up is our own. Any other may be one of
 * theirs. */
static bool may_be_late(const struct at *at)
{
    return at->unanswered > 0 && at->has_reference && !at->restarted &&
           (at->last_reference < 0 || at->reference != (at->last_reference + at->skipped + 1) % 256);
}

/* Of two numbers the one a little behind is of a send given up. */
static bool is_behind(const struct at *at, int reference, int other)
{
    int distance = (other - reference + 256) % 256;

    return reference >= 0 && other >= 0 && distance > 0 && distance <= at->skipped;
}

/* Waits whether another number follows: then one of both is the late answer to a send given up. */
static void tell_late_from_own(struct at *at, int64_t deadline)
{
    int64_t until = at_deadline_in(at, at->patience_ms);
    struct at_reply reply = at->reply;
    int first = at->reference;

    at->is_done = at->has_reference = false;
    wait_for_number(at, until < deadline ? until : deadline);
    if (at->has_reference && is_behind(at, at->reference, first)) {
        at_settle_late(at, at->reference);
        at->is_done = true;
        at->reference = first;
        at->reply = reply;
        return;
    }
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
        at->skipped = 0;
        return AT_SENT;
    }
    at_judge(at);
    if (!at->is_done || at->restarted) {
        at->unanswered++;
        at->skipped++;
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
    if (strlen(pdu) + 2 > AT_COMMAND_SIZE || !at_is_ready(at, command))
        return AT_REFUSED;
    at_begin(at, NULL, command);
    at->is_send = true;
    if (at_write_command(at))
        sending = wait_for_prompt(at, at_deadline_in(at, prompt_ms), code);
    if (sending == AT_SENT)
        sending = write_pdu(at, pdu);
    if (sending == AT_SENT)
        sending = wait_for_reference(at, at_deadline_in(at, answer_ms), reference, code);
    at->is_busy = at->is_send = false;
    return sending;
}
