#include "gateway/desk/receipt.h"

#include <talloc.h>

#include "store/notices.h"

/* References are one octet: an older text with the same one is not meant. A report may come days after. */
enum { WINDOW_SECONDS = 3 * 24 * 3600 };

bool receipt_take(struct turn *turn, struct event *event)
{
    struct notice *notice;
    bool all_done, any_failed;

    if (!store_pair_report(turn->store, turn->mem, event->line, event->from, event->reference,
                           turn->now - WINDOW_SECONDS, event->status, turn->now, &notice, &all_done,
                           &any_failed))
        return false;
    if (!notice) {
        event->outcome = "ignored";
        event->why = "no text of ours has this reference and number";
        return true;
    }
    event->outcome = "answered";
    event->case_id = notice->case_id;
    if (!all_done || notice->state == NOTICE_DELIVERED || notice->state == NOTICE_FAILED)
        return true;
    return store_settle_notice(
        turn->store, notice->id, any_failed ? NOTICE_FAILED : NOTICE_DELIVERED,
        any_failed ? talloc_asprintf(turn->mem, "status report: TP-ST 0x%02x", event->status) : "",
        turn->now);
}
