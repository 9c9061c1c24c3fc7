/* Sends a PDU: waits for the prompt, writes the PDU, and decides which send each +CMGS: answers. */
#include "modem/at_private.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

enum {
    FINAL_MS = 2000,      /* between +CMGS: and its OK */
    LATE_MS = 300000,     /* after this the answer to a send given up no longer comes */
    HANDING_ON_MS = 2000, /* of 350 octets: 0.4 s at 9600 baud */
    LOOK_US = 100
};

/* Cancels a prompt that may be open. Whatever the modem answers to that is settled by a probe before the next
 * command. */
static enum at_sending leave_prompt(struct at *at)
{
    at_owe(at);
    at_escape(at);
    return AT_REFUSED;
}

/* An error may be the late answer to a send given up; whether another answer follows will show. */
static bool may_be_late_refusal(const struct at *at)
{
    return at->unanswered > 0 && at->is_done && !at->restarted && !at->has_reference &&
           at->reply.final != AT_OK;
}

static int refusal_code(const struct at *at)
{
    if (at->reply.final == AT_CME && at->reply.code >= 0)
        return at_cms_of_cme(at->reply.code);
    return at->reply.code > 0 ? at->reply.code : 0;
}

static int64_t soon(const struct at *at, int64_t deadline)
{
    int64_t until = at_deadline_in(at, at->patience_ms);

    return until < deadline ? until : deadline;
}

/* Waits for a prompt or a second error: then the first error refused an earlier send. False when neither
 * follows: the error may belong to either send. */
static bool tell_refusals_apart_before_the_prompt(struct at *at, int64_t deadline)
{
    int64_t until = soon(at, deadline);
    int code = refusal_code(at);

    at->is_done = false;
    while (!at->has_prompt && !at->is_done && at_pump(at, until, false))
        ;
    if (at->has_prompt || at->is_done)
        at_refuse_late(at, code);
    return at->has_prompt || at->is_done;
}

static enum at_sending wait_for_prompt(struct at *at, int64_t deadline, int *code)
{
    while (!at->has_prompt && !at->is_done && at_pump(at, deadline, false))
        ;
    if (may_be_late_refusal(at) && !tell_refusals_apart_before_the_prompt(at, deadline))
        at_forget_late(at);
    if (at->is_lost)
        return AT_REFUSED;
    if (at->is_done) {
        if (at_judge(at))
            at_fail(at, "%s: answered without a prompt", at->command);
        *code = refusal_code(at);
        return AT_REFUSED;
    }
    if (!at->has_prompt || atomic_load(&at->is_hurried)) {
        at_fail(at, "%s: no prompt", at->command);
        return leave_prompt(at);
    }
    return AT_SENT;
}

/* Waits until the port has transmitted the PDU, so that a modem unplugged meanwhile is noticed before the
 * Ctrl-Z. */
static void wait_until_handed_on(struct at *at)
{
    int64_t deadline = at_now_ms() + HANDING_ON_MS;
    int left = 0;

    while (!at->is_lost && !at->is_done && ioctl(at->fd, TIOCOUTQ, &left) == 0 && left > 0 &&
           at_now_ms() < deadline)
        at_pump(at, at_now_ms() + 1, false);
}

/* Ends a send without its Ctrl-Z: the modem is gone, has restarted or has ended the send, or the line stops.
 */
static enum at_sending withhold(struct at *at)
{
    if (at->is_lost)
        return AT_REFUSED;
    at_fail(at, "%s: %s", at->command,
            at->restarted ? "the modem restarted"
            : at->is_done ? "ended before the PDU did"
                          : "not sent, the line is stopping");
    if (at->restarted)
        return AT_REFUSED;
    if (at->is_done)
        at_forget_late(at);
    return leave_prompt(at);
}

/*
 * The modem sends at Ctrl-Z and not before: a port that is dead, or a modem that has restarted, when the PDU
 * has left and the Ctrl-Z has not, has certainly sent nothing.
 */
static enum at_sending write_pdu(struct at *at, const char *pdu)
{
    size_t n = strlen(pdu);

    if (at_write(at, pdu, n) == n) {
        wait_until_handed_on(at);
        at_look(at, LOOK_US);
        if (at->is_lost || at->is_done || atomic_load(&at->is_hurried))
            return withhold(at);
        at->is_written = true;
        if (at_write(at, "\x1a", 1) == 1)
            return AT_SENT;
        at->is_written = false;
    }
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

/* Whether the number may answer a send given up. TP-MR counts up, so the number that skips one for each of
 * those sends is certainly our own. */
static bool may_be_late(const struct at *at)
{
    return at->unanswered > 0 && at->has_reference && !at->restarted &&
           (at->last_reference < 0 || at->reference != (at->last_reference + at->skipped + 1) % 256);
}

/* Whether reference precedes other by at most the number of sends given up: then it answers one of them. */
static bool is_behind(const struct at *at, int reference, int other)
{
    int distance = (other - reference + 256) % 256;

    return reference >= 0 && other >= 0 && distance > 0 && distance <= at->skipped;
}

/* Waits for a second number. If one comes, one of the two answers a send given up. */
static void tell_late_from_own(struct at *at, int64_t deadline)
{
    struct at_reply reply = at->reply;
    int first = at->reference;

    at->is_done = at->has_reference = false;
    wait_for_number(at, soon(at, deadline));
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
    at_forget_late(at);
}

/* Waits for a second answer behind a refusal. If one comes, the refusal was of a send given up. False when
 * none comes. */
static bool tell_refusals_apart(struct at *at, int64_t deadline)
{
    int code = refusal_code(at);

    at->is_done = false;
    wait_for_number(at, soon(at, deadline));
    if (at->has_reference || at->is_done)
        at_refuse_late(at, code);
    return at->has_reference || at->is_done;
}

static enum at_sending give_up(struct at *at)
{
    at->unanswered++;
    at->skipped++;
    at->given_up_at = at_now_ms();
    return AT_UNANSWERED;
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
    if (may_be_late_refusal(at) && !tell_refusals_apart(at, deadline)) {
        at_fail(at, "%s: refused, or the one before it", at->command);
        at->owed++;
        give_up(at);
        at_forget_late(at);
        return AT_UNANSWERED;
    }
    *reference = at->has_reference ? at->reference : -1;
    if (at->has_reference || (at->is_done && !at->restarted && at->reply.final == AT_OK)) {
        if (!at->is_done)
            at_owe(at);
        at->last_reference = *reference;
        at->skipped = 0;
        return AT_SENT;
    }
    at_judge(at);
    if (!at->is_done || at->restarted)
        return give_up(at);
    *code = refusal_code(at);
    return at_is_unsent(*code) ? AT_REFUSED : AT_DOUBTFUL;
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
    if (at->unanswered > 0 && at_now_ms() - at->given_up_at > LATE_MS)
        at_forget_late(at);
    at_begin(at, NULL, command);
    at->is_send = true;
    if (at_write_command(at))
        sending = wait_for_prompt(at, at_deadline_in(at, prompt_ms), code);
    if (sending == AT_SENT)
        sending = write_pdu(at, pdu);
    if (sending == AT_SENT)
        sending = wait_for_reference(at, at_deadline_in(at, answer_ms), reference, code);
    at->is_busy = at->is_send = false;
    at_take_tokens(at, false);
    return sending;
}
