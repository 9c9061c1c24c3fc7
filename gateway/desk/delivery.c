#include "gateway/desk/delivery.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/desk/outbox.h"
#include "gateway/turn/notify.h"

/* References are one octet: an older text with the same one is not meant. A report may come days after. */
enum { WINDOW_SECONDS = 3 * 24 * 3600, REPORTED_TRIES = 4 };

const char *delivery_own_id(void *mem, const struct notice *notice)
{
    unsigned char digest[32];
    char *text = talloc_asprintf(mem, "%lld|%s|%lld", (long long)notice->id, notice->to,
                                 (long long)notice->created_at);

    if (!text || gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), digest) < 0)
        return NULL;
    talloc_free(text);
    return talloc_asprintf(mem, "%lld-%02x%02x%02x%02x", (long long)notice->id, digest[0], digest[1],
                           digest[2], digest[3]);
}

/* 0: it is not one that this store gave out. */
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

/* No part of it arrived, and the network says that another try may do: not for ever, and not without the
 * digits of a one-time code. */
static bool is_worth_another_try(struct turn *turn, const struct notice *notice, bool *is_worth)
{
    *is_worth = false;
    return (notice->state != NOTICE_SENT && notice->state != NOTICE_UNKNOWN) ||
           notice->attempts >= REPORTED_TRIES || notify_kept_words(turn->mem, notice) ||
           store_failed_for_now(turn->store, notice->id, is_worth);
}

static bool settle(struct turn *turn, const struct notice *notice, int status, bool all_done, bool any_failed)
{
    bool is_waiting = notice->state == NOTICE_READY || notice->state == NOTICE_CLAIMED, is_worth;
    const char *why = any_failed ? talloc_asprintf(turn->mem, "status report: TP-ST 0x%02x", status) : "";

    if (!all_done || notice->state == NOTICE_DELIVERED || notice->state == NOTICE_FAILED)
        return true;
    if (is_waiting && any_failed) /* of the try before, told again */
        return true;
    if (any_failed && !is_worth_another_try(turn, notice, &is_worth))
        return false;
    if (any_failed && is_worth) {
        turn->has_notices = true;
        return store_send_again(turn->store, notice->id, turn->now + outbox_backoff(notice->attempts), why);
    }
    return store_settle_notice(turn->store, notice->id, any_failed ? NOTICE_FAILED : NOTICE_DELIVERED, why,
                               turn->now);
}

static bool pair(struct turn *turn, const struct event *event, struct notice **notice, bool *all_done,
                 bool *any_failed)
{
    int64_t since = turn->now - WINDOW_SECONDS, own;

    if (!event->message_id && !event->own_id)
        return store_pair_report(turn->store, turn->mem, event->line, event->from, event->reference, since,
                                 event->status, turn->now, notice, all_done, any_failed);
    return find_own(turn, event->own_id, &own) &&
           store_pair_receipt(turn->store, turn->mem, event->line, event->message_id ? event->message_id : "",
                              own, event->from, since, event->status, turn->now, notice, all_done,
                              any_failed);
}

bool delivery_take_receipt(struct turn *turn, struct event *event)
{
    struct notice *notice;
    bool all_done, any_failed;

    if (!pair(turn, event, &notice, &all_done, &any_failed))
        return false;
    if (!notice) {
        event->outcome = event_outcome_name(OUTCOME_IGNORED);
        event->why = "no text of ours has this reference and number";
        return true;
    }
    event->outcome = event_outcome_name(OUTCOME_ANSWERED);
    event->case_id = notice->case_id;
    return settle(turn, notice, event->status, all_done, any_failed);
}

bool delivery_catch_up(struct turn *turn, const char *line, const char *message_id)
{
    struct notice *notice;
    bool all_done, any_failed;
    int status;

    if (!*message_id)
        return true;
    if (!store_early_receipt(turn->store, line, message_id, &status))
        return false;
    if (status < 0)
        return true;
    if (!store_pair_receipt(turn->store, turn->mem, line, message_id, 0, "", turn->now - WINDOW_SECONDS,
                            status, turn->now, &notice, &all_done, &any_failed))
        return false;
    return !notice || settle(turn, notice, status, all_done, any_failed);
}
