#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/desk/alert.h"
#include "gateway/desk/delivery.h"
#include "gateway/line/provider.h"
#include "gateway/log.h"
#include "modem/pdu/segment.h"

/*
 * PAUSE_SECONDS: after a failure of the store. REROUTE_SECONDS: how long a line is down before its texts may
 * go by another.
 */
enum {
    PAUSE_SECONDS = 5,
    REROUTE_SECONDS = 30,
    RETRY_AFTER_MOST = 3600,
    OUTAGE_SECONDS = 600,
    TROUBLE_UNITS = 20 /* at most 60 octets */
};

/* A text on its way. */
struct sending {
    struct web_task task;
    struct notice notice; /* a copy of what its outcome needs */
    struct web_request request;
    bool is_built;
};

void provider_outgoing_release(struct line *line)
{
    claims_release(line, &((struct provider_line *)line->state)->outgoing.claims);
}

/* The provider accepts no texts: gives all claims back and pauses, longer each time. */
static void pause_line(struct line *line, int retry_after, const char *why)
{
    struct provider_outgoing *outgoing = &((struct provider_line *)line->state)->outgoing;
    int64_t now = clock_ticks_ms(), until;
    void *mem = talloc_new(NULL);

    why = log_words(mem, why);
    if (outgoing->claims.paused_until_ms <= now) {
        outgoing->pauses++;
        log_warning("%s: cannot send: %s", line->name, why);
        snprintf(outgoing->trouble, sizeof outgoing->trouble, "%.*s", (int)segment_clip(why, TROUBLE_UNITS),
                 why);
    }
    until = now + (retry_after > 0 ? (retry_after < RETRY_AFTER_MOST ? retry_after : RETRY_AFTER_MOST) * 1000
                                   : line_backoff_ms(outgoing->pauses));
    if (until > outgoing->claims.paused_until_ms)
        outgoing->claims.paused_until_ms = until;
    if (outgoing->down_since == 0)
        outgoing->down_since = clock_now();
    atomic_store(&line->is_up, false);
    provider_outgoing_release(line);
    talloc_free(mem);
}

static void note_up(struct line *line, struct provider_outgoing *outgoing)
{
    if (outgoing->down_since > 0)
        log_info("%s: sending works again", line->name);
    if (outgoing->is_outage_alerted)
        alert_post(line->desk, "alert-line-up", line->name, 0, "");
    outgoing->is_outage_alerted = false;
    outgoing->pauses = 0;
    outgoing->down_since = 0;
    atomic_store(&line->is_up, true);
}

static void answered(struct line *line, const struct notice *notice, const struct web_end *end, void *mem)
{
    struct provider_line *state = line->state;
    struct sent sent = { .why = "" };

    state->kind->read(mem, state->config, &end->answer, &sent);
    if (sent.result != SEND_LINE_DOWN)
        note_up(line, &state->outgoing);
    switch (sent.result) {
    case SEND_TAKEN:
        outbox_sent_as(line->desk, notice, line->name, sent.ids, sent.n);
        break;
    case SEND_REFUSED:
    case SEND_LATER:
        outbox_refused(line->desk, notice, sent.result == SEND_REFUSED, log_words(mem, sent.why));
        break;
    case SEND_LINE_DOWN:
        outbox_release(line->desk, notice);
        pause_line(line, end->retry_after, sent.why);
        break;
    case SEND_UNCLEAR:
        log_warning(
            "%s: notice %lld: cannot tell whether the text was accepted; it will not be sent again: %s",
            line->name, (long long)notice->id, log_words(mem, sent.why));
        outbox_unknown(line->desk, notice, line->name, NULL, 0, log_words(mem, sent.why));
        break;
    }
}

static void ended(struct line *line, struct web_task *task, const struct web_end *end)
{
    struct provider_line *state = line->state;
    struct sending *sending = (struct sending *)task;
    void *mem = talloc_new(NULL);

    state->outgoing.busy--;
    if (end->fate == WEB_ANSWERED) {
        answered(line, &sending->notice, end, mem);
    } else if (end->fate == WEB_NOT_SENT) {
        outbox_release(line->desk, &sending->notice);
        pause_line(line, 0, end->why);
    } else {
        log_warning(
            "%s: notice %lld: no answer after the text was handed over; it will not be sent again: %s",
            line->name, (long long)sending->notice.id, log_words(mem, end->why));
        outbox_unknown(line->desk, &sending->notice, line->name, NULL, 0, log_words(mem, end->why));
    }
    talloc_free(mem);
    talloc_free(sending);
}

/* As how many texts a notice counts for rates; the provider decides how it cuts it. */
static int texts_of(const struct notice *notice)
{
    size_t n = segment_count(notice->text, NULL);

    return n > 0 ? (int)n : 1;
}

/* Builds the request before the notice is armed. NULL: refused, certainly not sent. */
static struct sending *build(struct line *line, const struct notice *notice)
{
    struct provider_line *state = line->state;
    struct sending *sending = talloc_zero(state, struct sending);
    const char *why;
    struct outgoing_text text = { .to = notice->to,
                                  .text = notice->text,
                                  .name = notice->name,
                                  .data = notice->data,
                                  .own_id = delivery_own_id(sending, notice),
                                  .hook_url = state->hook_url,
                                  .now = clock_now(),
                                  .nonce = line_nonce(sending) };

    if (!text.nonce) {
        outbox_refused(line->desk, notice, false, "the system has no random numbers");
        talloc_free(sending);
        return NULL;
    }
    sending->task.end = ended;
    sending->notice = (struct notice){ .id = notice->id,
                                       .attempts = notice->attempts,
                                       .lease_until = notice->lease_until,
                                       .parts = texts_of(notice),
                                       .name = talloc_strdup(sending, notice->name),
                                       .text = talloc_strdup(sending, notice->text) };
    if (state->kind->build(sending, state->config, &text, &sending->request, &why))
        return sending;
    outbox_refused(line->desk, notice, true, why);
    talloc_free(sending);
    return NULL;
}

static void start(struct line *line, struct sending *sending)
{
    struct provider_line *state = line->state;

    state->outgoing.busy++;
    if (web_start(state->web, &sending->request, sending))
        return;
    state->outgoing.busy--;
    outbox_refused(line->desk, &sending->notice, false, "libcurl does not take the request");
    talloc_free(sending);
}

/* Builds, arms and starts the next n, or as many as the rate lets go; all are armed in one commit. How many.
 */
static size_t send_some(struct line *line, size_t n)
{
    struct claims *claims = &((struct provider_line *)line->state)->outgoing.claims;
    void *mem = talloc_new(NULL);
    struct sending **sendings = talloc_zero_array(mem, struct sending *, n);
    struct notice *notices = talloc_zero_array(mem, struct notice, n);
    bool *is_armed = talloc_zero_array(mem, bool, n);
    size_t n_taken = 0, n_built = 0;

    while (n_taken < n && claims_may_go(line, claims, texts_of(&claims->notices[claims->next]))) {
        const struct notice *notice = &claims->notices[claims->next++];
        struct sending *sending = build(line, notice);

        n_taken++;
        claims_count(claims, texts_of(notice));

        if (sending) {
            sendings[n_built] = sending;
            notices[n_built++] = sending->notice;
        }
    }
    outbox_arm_all(line->desk, notices, n_built, is_armed);
    for (size_t i = 0; i < n_built; i++) {
        if (is_armed[i])
            start(line, sendings[i]);
        else
            talloc_free(sendings[i]);
    }
    talloc_free(mem);
    return n_taken;
}

static void tell_outage(struct line *line, struct provider_outgoing *outgoing, int64_t now)
{
    if (outgoing->down_since == 0 || outgoing->is_outage_alerted ||
        now < outgoing->down_since + OUTAGE_SECONDS)
        return;
    outgoing->is_outage_alerted = true;
    alert_post(line->desk, "alert-line-down", line->name, (now - outgoing->down_since) / 60,
               outgoing->trouble);
}

static void give_texts_away(struct line *line, struct provider_outgoing *outgoing, int64_t now)
{
    if (outgoing->down_since == 0 || now < outgoing->down_since + REROUTE_SECONDS ||
        now < outgoing->rerouted_at + REROUTE_SECONDS ||
        line->config->n_modems + line->config->n_providers < 2)
        return;
    outgoing->rerouted_at = now;
    outbox_reroute(line->desk, line->name);
}

void provider_outgoing_begin(struct line *line)
{
    claims_begin(line, &((struct provider_line *)line->state)->outgoing.claims);
}

void provider_outgoing_send(struct line *line)
{
    struct provider_line *state = line->state;
    struct provider_outgoing *outgoing = &state->outgoing;
    const struct provider_config *config = line->settings;
    int64_t now = clock_now();
    size_t room, n;

    tell_outage(line, outgoing, now);
    give_texts_away(line, outgoing, now);
    while (!claims_are_paused(&outgoing->claims) && outgoing->busy < config->connections) {
        /* one text finds out whether a line that was down is up again */
        room = outgoing->down_since > 0 ? (size_t)(outgoing->busy == 0)
                                        : (size_t)(config->connections - outgoing->busy);
        n = room > 0 && claims_may_go(line, &outgoing->claims, 0)
                ? claims_ready(line, &outgoing->claims, 2 * config->connections, PAUSE_SECONDS)
                : 0;
        if (n == 0 || send_some(line, n < room ? n : room) == 0)
            return;
    }
}

int provider_outgoing_timeout(const struct line *line)
{
    const struct provider_line *state = line->state;
    const struct provider_outgoing *outgoing = &state->outgoing;

    if (outgoing->busy >= state->config->connections || (outgoing->down_since > 0 && outgoing->busy > 0))
        return -1; /* an answer wakes us */
    return claims_timeout(&outgoing->claims);
}
