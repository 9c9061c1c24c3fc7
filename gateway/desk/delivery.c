#include "gateway/desk/delivery.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/notify.h"

/*
 * WINDOW_SECONDS: how late a provider's receipt may come. REPORTED_TRIES: attempts after which a failure the
 * network reports is final. ATTEMPTS_MOST: the same for refusals.
 */
enum { WINDOW_SECONDS = 3 * 24 * 3600, REPORTED_TRIES = 4, ATTEMPTS_MOST = 10 };

int delivery_backoff(int attempts)
{
    static const int seconds[] = { 5, 30, 120, 600, 1800, 7200, 21600 };
    int last = (int)(sizeof seconds / sizeof *seconds) - 1;

    return seconds[attempts < 1 ? 0 : attempts - 1 < last ? attempts - 1 : last];
}

const char *delivery_own_id(void *mem, const struct notice *notice)
{
    unsigned char digest[32];
    char *text = talloc_asprintf(mem, "%lld|%s|%lld", (long long)notice->id, notice->to,
                                 (long long)notice->created_at);

    gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), digest);
    talloc_free(text);
    return talloc_asprintf(mem, "%lld-%02x%02x%02x%02x", (long long)notice->id, digest[0], digest[1],
                           digest[2], digest[3]);
}

/* When to try again after so many attempts. */
static int64_t next_try(const struct turn *turn, int attempts, bool any_hour)
{
    int64_t at = turn->now + delivery_backoff(attempts);

    return any_hour ? at : notify_after_quiet(turn->config, at);
}

/* *notice_id: 0 when this store did not give out own_id. */
static bool find_own(struct turn *turn, const char *own_id, int64_t *notice_id)
{
    struct notice *notice;
    const char *known;

    *notice_id = 0;
    if (!own_id || !*own_id)
        return true;
    if (!store_notice(turn->store, turn->mem, strtoll(own_id, NULL, 10), &notice))
        return false;
    known = notice ? delivery_own_id(turn->mem, notice) : NULL;
    if (known && strcmp(known, own_id) == 0)
        *notice_id = notice->id;
    return true;
}

/*
 * Whether no part arrived and the network says that another try may succeed. An UNKNOWN text, or one that was
 * paired by its number and time alone, is never sent twice by itself; a one-time code whose digits are gone
 * cannot be.
 */
static bool is_worth_another_try(struct turn *turn, const struct pairing *pairing)
{
    const struct notice *notice = pairing->notice;

    return notice->state == NOTICE_SENT && !pairing->is_adopted && pairing->all_failed_for_now &&
           notice->attempts < REPORTED_TRIES && !notify_kept_words(turn->mem, notice);
}

static bool settle(struct turn *turn, const struct pairing *pairing, int status)
{
    const struct notice *notice = pairing->notice;
    bool has_failed = pairing->any_failed;
    bool is_waiting = notice->state == NOTICE_READY || notice->state == NOTICE_CLAIMED;
    const char *why = has_failed ? talloc_asprintf(turn->mem, "status report: TP-ST 0x%02x", status) : "";

    /* a provider's one id may stand for several short messages, each with its own report */
    if (pairing->all_done && has_failed && notice->state == NOTICE_DELIVERED &&
        notice->parts < pairing->texts)
        return store_fail_part(turn->store, notice->id, why, turn->now);
    if (!pairing->all_done || notice->state == NOTICE_DELIVERED ||
        (notice->state == NOTICE_FAILED && has_failed))
        return true;
    if (is_waiting && has_failed) /* a repeated report about the previous try */
        return true;
    if (has_failed && is_worth_another_try(turn, pairing)) {
        turn->has_notices = true;
        return store_send_again(turn->store, notice->id, next_try(turn, notice->attempts, notice->any_hour),
                                why);
    }
    return store_settle_notice(turn->store, notice->id, has_failed ? NOTICE_FAILED : NOTICE_DELIVERED, why,
                               turn->now);
}

/* "+13903570001": a Chinese mobile number that the network gave the type of an international one. NULL: it
 * cannot be one. */
static const char *with_country_code(void *mem, const char *number)
{
    bool is_mobile = strncmp(number, "+1", 2) == 0 && strchr("3456789", number[2]) && strlen(number) == 12;

    return is_mobile && number[2] ? talloc_asprintf(mem, "+86%s", number + 1) : NULL;
}

static bool pair_report(struct turn *turn, const struct event *event, struct pairing *pairing)
{
    struct delivery_report report = { .line = event->line,
                                      .number = event->from,
                                      .reference = event->reference,
                                      .status = event->status,
                                      .sent_at = event->at,
                                      .at = turn->now };

    if (!store_pair_report(turn->store, turn->mem, &report, pairing))
        return false;
    report.number = pairing->notice ? NULL : with_country_code(turn->mem, event->from);
    return !report.number || store_pair_report(turn->store, turn->mem, &report, pairing);
}

/* "" for a name, or a number with asterisks. */
static const char *comparable(const char *number)
{
    const char *digits = number + (*number == '+');

    return digits[strspn(digits, "0123456789")] == '\0' ? number : "";
}

static bool pair_receipt(struct turn *turn, const struct event *event, struct pairing *pairing)
{
    struct delivery_receipt receipt = { .line = event->line,
                                        .external_id = event->message_id ? event->message_id : "",
                                        .number = comparable(event->from),
                                        .status = event->status,
                                        .since = turn->now - WINDOW_SECONDS,
                                        .at = turn->now };

    return find_own(turn, event->own_id, &receipt.notice_id) &&
           store_pair_receipt(turn->store, turn->mem, &receipt, pairing);
}

bool delivery_take_receipt(struct turn *turn, struct event *event)
{
    bool is_provider = event->message_id || event->own_id;
    struct pairing pairing;

    if (is_provider ? !pair_receipt(turn, event, &pairing) : !pair_report(turn, event, &pairing))
        return false;
    if (!pairing.notice) {
        event->outcome = event_outcome_name(OUTCOME_IGNORED);
        event->why = "no text of ours has this reference and number";
        return true;
    }
    event->outcome = event_outcome_name(OUTCOME_ANSWERED);
    event->case_id = pairing.notice->case_id;
    return settle(turn, &pairing, event->status);
}

/* The id of a text has just become known: applies a receipt that came before. */
static bool catch_up(struct turn *turn, const char *line, const char *message_id)
{
    struct delivery_receipt receipt = { .line = line,
                                        .external_id = message_id,
                                        .number = "",
                                        .since = turn->now - WINDOW_SECONDS,
                                        .at = turn->now };
    struct pairing pairing;

    if (!*message_id)
        return true;
    if (!store_early_receipt(turn->store, line, message_id, &receipt.status))
        return false;
    if (receipt.status < 0)
        return true;
    return store_pair_receipt(turn->store, turn->mem, &receipt, &pairing) &&
           (!pairing.notice || settle(turn, &pairing, receipt.status));
}

static bool set_references(struct turn *turn, const struct outcome *outcome)
{
    for (int i = 0; i < outcome->parts; i++)
        if (outcome->references[i] != -1 &&
            !store_set_reference(turn->store, outcome->id, outcome->attempts, i + 1, outcome->references[i]))
            return false;
    return true;
}

/* Once the notice no longer needs its words, a one-time code must not stay in the store. */
static bool blank_secret(struct turn *turn, int64_t id, const char *kept)
{
    return !kept || store_blank_notice(turn->store, id, kept);
}

bool delivery_record_sent(struct turn *turn, void *arg)
{
    const struct outcome *outcome = arg;
    int reference = outcome->references[0] >= 0 ? outcome->references[0] : -1, taken = 1;

    if (!set_references(turn, outcome) ||
        (outcome->parts > 1 && !store_count_taken_parts(turn->store, outcome->id, &taken)))
        return false;
    if (taken < outcome->parts) /* of a part that was sent before, no answer came */
        return store_unknown_notice(turn->store, outcome->id, "no answer came for one of its parts",
                                    turn->now) &&
               blank_secret(turn, outcome->id, outcome->kept);
    return store_sent_notice(turn->store, outcome->id, outcome->parts, reference, turn->now) &&
           blank_secret(turn, outcome->id, outcome->kept);
}

bool delivery_record_partly(struct turn *turn, void *arg)
{
    const struct outcome *outcome = arg;

    if (outcome->attempts >= ATTEMPTS_MOST)
        return delivery_record_unknown(turn, arg);
    turn->has_notices = true;
    return set_references(turn, outcome) &&
           store_partly_sent(turn->store, outcome->id, outcome->parts, outcome->parts_sent, outcome->line,
                             next_try(turn, outcome->attempts, outcome->any_hour), outcome->why);
}

bool delivery_record_unknown(struct turn *turn, void *arg)
{
    const struct outcome *outcome = arg;

    return set_references(turn, outcome) &&
           store_unknown_notice(turn->store, outcome->id, outcome->why, turn->now) &&
           blank_secret(turn, outcome->id, outcome->kept);
}

bool delivery_record_taken(struct turn *turn, void *arg)
{
    const struct taken *taken = arg;

    for (size_t i = 0; i < taken->n; i++)
        if (!store_add_sent_id(turn->store, taken->id, taken->line, (int)i + 1, taken->external_ids[i],
                               turn->now))
            return false;
    if (!store_sent_notice(turn->store, taken->id, (int)taken->n, -1, turn->now) ||
        !blank_secret(turn, taken->id, taken->kept))
        return false;
    for (size_t i = 0; i < taken->n; i++)
        if (!catch_up(turn, taken->line, taken->external_ids[i]))
            return false;
    return true;
}

bool delivery_record_late(struct turn *turn, void *arg)
{
    const struct late *late = arg;
    struct notice *notice;
    int taken;

    if (!store_set_reference(turn->store, late->id, late->attempt, late->part,
                             late->reference >= 0 ? late->reference : -2) ||
        !store_notice(turn->store, turn->mem, late->id, &notice) ||
        !store_count_taken_parts(turn->store, late->id, &taken))
        return false;
    return !notice || notice->state != NOTICE_UNKNOWN || taken < late->parts ||
           store_sent_notice(turn->store, late->id, late->parts,
                             late->part == 1 ? late->reference : notice->reference, turn->now);
}

bool delivery_record_refused(struct turn *turn, void *arg)
{
    const struct outcome *outcome = arg;

    if (outcome->is_permanent || outcome->attempts >= ATTEMPTS_MOST)
        return store_settle_notice(turn->store, outcome->id, NOTICE_FAILED, outcome->why, turn->now) &&
               blank_secret(turn, outcome->id, outcome->kept);
    turn->has_notices = true; /* so that the lines learn when it is due */
    return store_retry_notice(turn->store, outcome->id, 0,
                              next_try(turn, outcome->attempts, outcome->any_hour), outcome->why);
}

bool delivery_record_release(struct turn *turn, void *arg)
{
    const struct outcome *outcome = arg;

    turn->has_notices |= outcome->wakes;
    return store_release_notice(turn->store, outcome->id, outcome->lease_until);
}

bool delivery_record_late_refusal(struct turn *turn, void *arg)
{
    const struct late_refusal *refusal = arg;
    const char *why = talloc_asprintf(turn->mem, "late answer: +CMS ERROR: %d", refusal->code);
    struct notice *notice;

    if (!store_notice(turn->store, turn->mem, refusal->id, &notice))
        return false;
    if (!notice || notice->attempts != refusal->attempt || notice->state == NOTICE_SENT)
        return true;
    if (refusal->part == 1 &&
        (refusal->is_permanent || notice->attempts >= ATTEMPTS_MOST || notify_kept_words(turn->mem, notice)))
        return store_settle_notice(turn->store, notice->id, NOTICE_FAILED, why, turn->now);
    turn->has_notices = true;
    return store_retry_notice(turn->store, notice->id, refusal->part - 1,
                              next_try(turn, notice->attempts, notice->any_hour), why);
}
