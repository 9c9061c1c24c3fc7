#include "gateway/line/modem_outgoing.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/desk/alert.h"
#include "gateway/desk/outbox.h"
#include "gateway/line/refusal.h"
#include "gateway/log.h"
#include "gateway/provider/provider.h"
#include "modem/pdu/pdu.h"

/* PAUSE_SECONDS: after the network accepted nothing. */
enum {
    CLAIM_MOST = 32,
    PAUSE_SECONDS = 30,
    PART_TRIES = 3,
    PART_PAUSE_MS = 500,
    REFUSED_MOST = 3,  /* different numbers in a row: then the SIM is refused, not the numbers */
    REASON_LENGTH = 60 /* octets in an alert, so that it fits two messages */
};

void modem_outgoing_release(struct line *line, struct modem_outgoing *outgoing)
{
    claims_release(line, &outgoing->claims);
}

void modem_outgoing_look(struct line *line, struct modem_outgoing *outgoing)
{
    struct claims *claims = &outgoing->claims;

    if (claims->next < claims->n && claims->notices[claims->next].priority > PRIORITY_ANSWER)
        claims_release(line, claims);
    claims_look(claims);
}

/* The line cannot send: gives everything back and pauses. Another line may send it meanwhile. */
static void pause_line(struct line *line, struct modem_outgoing *outgoing, const char *why)
{
    log_warning("%s: cannot send: %s; will retry in %d s", line->name, why, PAUSE_SECONDS);
    claims_release(line, &outgoing->claims);
    outbox_reroute(line->desk, line->name);
    outgoing->claims.paused_until_ms = clock_ticks_ms() + PAUSE_SECONDS * (int64_t)1000;
}

/* Several numbers were refused: the SIM is barred or out of credit. Pauses; another line may try. */
static void doubt_line(struct line *line, struct modem_outgoing *outgoing, const char *why)
{
    char reason[REASON_LENGTH];

    log_warning("%s: several numbers in a row were refused; will retry in %d s", line->name, PAUSE_SECONDS);
    claims_release(line, &outgoing->claims);
    outbox_reroute(line->desk, line->name);
    outgoing->claims.paused_until_ms = clock_ticks_ms() + PAUSE_SECONDS * (int64_t)1000;
    if (outgoing->is_refusal_alerted)
        return;
    outgoing->is_refusal_alerted = true;
    snprintf(reason, sizeof reason, "%s", strchr(why, '+') ? strchr(why, '+') : why);
    alert_post(line->desk, "alert-refused", line->name, 0, reason);
}

static void count_refusal(struct modem_outgoing *outgoing, const struct notice *notice)
{
    if (strcmp(outgoing->refused_to, notice->to) == 0)
        return;
    snprintf(outgoing->refused_to, sizeof outgoing->refused_to, "%s", notice->to);
    outgoing->refused_in_a_row++;
}

static bool is_alone(const struct line *line)
{
    size_t n = 0;

    for (size_t i = 0; i < line->config->n_modems; i++)
        n += line->config->modems[i].sends;
    for (size_t i = 0; i < line->config->n_providers; i++)
        n += provider_sends(&line->config->providers[i]);
    return n < 2;
}

/* A refusal of the SIM is not final while another line, or a recharged SIM, may send the text. */
static void put_back(struct line *line, struct modem_outgoing *outgoing, const struct notice *notice,
                     int code, const char *why)
{
    enum refusal refusal = refusal_of(code);
    bool is_final;

    if (refusal != REFUSAL_FINAL && code > 0) /* 0: the modem never asked the network */
        count_refusal(outgoing, notice);
    is_final = refusal == REFUSAL_FINAL ||
               (refusal == REFUSAL_OF_SIM && is_alone(line) && outgoing->refused_in_a_row < REFUSED_MOST);
    log_warning("%s: notice %lld: %s; %s", line->name, (long long)notice->id, why,
                is_final ? "gave up" : "will retry");
    outbox_refused(line->desk, notice, is_final, why);
    if (refusal == REFUSAL_OF_SIM)
        outbox_reroute(line->desk, line->name);
    if (outgoing->refused_in_a_row >= REFUSED_MOST && refusal != REFUSAL_FINAL && code > 0)
        doubt_line(line, outgoing, why);
}

/* What is out stays out; the rest was certainly not sent, and goes later. done: the parts that are out. */
static void keep_rest(struct line *line, const struct notice *notice, const int *references, int done,
                      int parts, const char *why)
{
    if (done == parts) {
        outbox_unknown(line->desk, notice, line->name, references, parts, why);
        return;
    }
    log_warning("%s: notice %lld: %s; parts %d to %d will be sent later", line->name, (long long)notice->id,
                why, done + 1, parts);
    outbox_partly(line->desk, notice, line->name, references, parts, done, why);
}

/* part counts from 0 */
static void refused(struct line *line, struct modem *modem, struct modem_outgoing *outgoing,
                    const struct notice *notice, const int *references, int part, int parts, int code)
{
    enum refusal refusal = refusal_of(code);
    const char *why = modem_error(modem);

    if (part > 0)
        keep_rest(line, notice, references, part, parts, why);
    else if (refusal == REFUSAL_OF_LINE || (code == 0 && modem_is_lost(modem)))
        outbox_release(line->desk, notice);
    else
        put_back(line, outgoing, notice, code, why);
    if (refusal == REFUSAL_OF_LINE)
        pause_line(line, outgoing, why);
}

/* The network may have accepted it. A SIM of which every text ends so pauses, as one that is refused. */
static void doubtful(struct line *line, struct modem_outgoing *outgoing, const struct notice *notice,
                     const int *references, int part, int parts, const char *why)
{
    log_warning("%s: notice %lld: %s; it may have been sent and will not be sent again", line->name,
                (long long)notice->id, why);
    keep_rest(line, notice, references, part + 1, parts, why);
    count_refusal(outgoing, notice);
    if (outgoing->refused_in_a_row >= REFUSED_MOST)
        doubt_line(line, outgoing, why);
}

static void unanswered(struct line *line, struct modem_outgoing *outgoing, const struct notice *notice,
                       const int *references, int part, int parts, const char *why)
{
    log_warning("%s: notice %lld: no answer after %s was handed over; it will not be sent again: %s",
                line->name, (long long)notice->id, parts > 1 ? "a part" : "the text", why);
    keep_rest(line, notice, references, part + 1, parts, why);
    if (outgoing->n_unanswered < OUTGOING_UNANSWERED)
        outgoing->unanswered[outgoing->n_unanswered++] = (struct attempted_part){
            .notice_id = notice->id, .attempt = notice->attempts + 1, .part = part + 1, .parts = parts
        };
}

/* Retries a further part at once when its refusal is temporary, because half a text is useless. */
static enum modem_sent send_part(struct modem *modem, const struct pdu_part *part, bool is_further,
                                 int *reference, int *code)
{
    enum modem_sent sent = modem_send(modem, part->octets, part->length, reference, code);

    for (int i = 0; is_further && i < PART_TRIES && sent == MODEM_REFUSED && !modem_is_lost(modem) &&
                    refusal_of(*code) == REFUSAL_PASSING;
         i++) {
        modem_pause(modem, PART_PAUSE_MS);
        sent = modem_send(modem, part->octets, part->length, reference, code);
    }
    return sent;
}

static void send_parts(struct line *line, struct modem *modem, struct modem_outgoing *outgoing,
                       const struct notice *notice, const struct pdu_part *parts, size_t n)
{
    int references[256], code = 0;

    for (size_t i = 0; i < n; i++)
        references[i] = -1;
    for (size_t i = (size_t)notice->parts_sent; i < n; i++) {
        enum modem_sent sent;

        if (i > (size_t)notice->parts_sent &&
            !outbox_arm_part(line->desk, notice, (int)i + 1, references[i - 1])) {
            keep_rest(line, notice, references, (int)i, (int)n, "the store was busy");
            return;
        }
        sent = send_part(modem, &parts[i], i > 0, &references[i], &code);
        if (sent == MODEM_REFUSED) {
            references[i] = -1;
            refused(line, modem, outgoing, notice, references, (int)i, (int)n, code);
            return;
        }
        if (sent == MODEM_UNKNOWN) {
            references[i] = -1;
            if (code != 0)
                doubtful(line, outgoing, notice, references, (int)i, (int)n, modem_error(modem));
            else
                unanswered(line, outgoing, notice, references, (int)i, (int)n, modem_error(modem));
            return;
        }
        if (references[i] < 0)
            references[i] = -2;
    }
    outgoing->refused_in_a_row = 0;
    outgoing->refused_to[0] = '\0';
    outgoing->is_refusal_alerted = false;
    outbox_sent(line->desk, notice, line->name, references, (int)n);
}

void modem_outgoing_begin(struct line *line, struct modem_outgoing *outgoing)
{
    outgoing->n_unanswered = 0;
    claims_begin(line, &outgoing->claims);
}

bool modem_outgoing_send(struct line *line, struct modem *modem, struct modem_outgoing *outgoing)
{
    struct claims *claims = &outgoing->claims;

    if (claims_are_paused(claims) || !claims_may_go(line, claims, 0) ||
        claims_ready(line, claims, CLAIM_MOST, PAUSE_SECONDS) == 0)
        return false;

    const struct notice *notice = &claims->notices[claims->next];
    struct pdu_message message = { .to = notice->to,
                                   .text = notice->text,
                                   .reference = (int)(notice->id & 0xff),
                                   .wants_report = true,
                                   .message_class = -1 };
    struct pdu_part *parts;
    size_t n;
    enum sms_alphabet alphabet;
    const char *error;

    if (!pdu_encode(claims->mem, &message, &parts, &n, &alphabet, &error)) {
        claims->next++;
        outbox_refused(line->desk, notice, true, error);
        return true;
    }
    if (!claims_may_go(line, claims, (int)n - notice->parts_sent))
        return false;
    claims->next++;
    if (outbox_arm(line->desk, notice, (int)n)) {
        claims_count(claims, (int)n - notice->parts_sent);
        send_parts(line, modem, outgoing, notice, parts, n);
    }
    return true;
}

static void refused_late(struct line *line, const struct attempted_part *part, int code)
{
    enum refusal refusal = refusal_of(code);

    log_info("%s: notice %lld: late answer: +CMS ERROR: %d", line->name, (long long)part->notice_id, code);
    if (modem_is_unsent(code))
        outbox_refused_late(line->desk, part, refusal == REFUSAL_FINAL, code);
}

void modem_outgoing_late(struct line *line, struct modem *modem, struct modem_outgoing *outgoing)
{
    int reference, code;

    while (modem_take_late(modem, &reference, &code)) {
        if (code < 0)
            outgoing->n_unanswered = 0;
        if (outgoing->n_unanswered == 0)
            continue;
        struct attempted_part oldest = outgoing->unanswered[0];

        outgoing->n_unanswered--;
        memmove(outgoing->unanswered, outgoing->unanswered + 1,
                outgoing->n_unanswered * sizeof *outgoing->unanswered);
        if (code > 0) {
            refused_late(line, &oldest, code);
            continue;
        }
        log_info("%s: notice %lld: late answer: accepted", line->name, (long long)oldest.notice_id);
        outbox_late(line->desk, &oldest, reference);
    }
}

int modem_outgoing_timeout(const struct modem_outgoing *outgoing)
{
    return claims_timeout(&outgoing->claims);
}
