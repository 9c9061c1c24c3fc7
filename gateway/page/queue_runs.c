#include "gateway/page/queue_runs.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/hearing.h"
#include "gateway/page/lists.h"
#include "gateway/turn/redact.h"
#include "store/notices.h"
#include "store/page/drafts.h"
#include "store/questions.h"
#include "store/recordings.h"

static bool list_notices(const struct notice *notice, void *arg)
{
    struct queue_view *view = arg;
    struct case_ *case_ = NULL;
    struct json_object *item;
    unsigned standing = 0;
    bool sorts;

    if (!standing_is_sorter(&view->visit->turn, view->visit->person, &sorts) ||
        (notice->case_id &&
         (!store_case(view->visit->turn.store, view->visit->exchange, notice->case_id, &case_) ||
          (case_ && !standing_of(&view->visit->turn, case_, view->visit->person, &standing))))) {
        view->is_failed = true;
        return false;
    }
    sorts |= view->visit->person->roles & ROLE_OPERATOR;
    /* operators and clerks see that a text did not go out, and why; only those who may know its case see its
     * words */
    if (!standing && (!sorts || notice->is_withheld))
        return true;
    queues_count(view, notice->settled_at ? notice->settled_at : notice->created_at);
    if (!view->list || view->count > QUEUES_SHOWN)
        return true;
    item = fill_item(view->list);
    fill_text(item, "text",
              standing || !case_
                  ? redact_for_handlers(view->visit->exchange, notice->is_to_hidden, notice->text)
                  : NULL);
    fill_text(item, "to",
              notice->is_to_hidden ? visit_word(view->visit, "anonymous")
                                   : visit_who(view->visit, notice->to));
    fill_text(item, "line", notice->line);
    fill_text(item, "why", notice->why);
    fill_text(item, "state", visit_word(view->visit, notice_state_name(notice->state)));
    fill_time(item, "at", notice->created_at, view->visit->exchange->now);
    fill_number(item, "id", notice->id);
    if (standing) {
        fill_text(item, "number", case_->number);
        visit_shows(view->visit, case_);
    }
    return true;
}

bool queue_run_unsent(struct queue_view *view)
{
    const struct notice_filter unsent = { .states = 1u << NOTICE_FAILED | 1u << NOTICE_UNKNOWN,
                                          .limit = QUEUES_LOOKED_AT };

    return store_each_notice(view->visit->turn.store, &unsent, list_notices, view) && !view->is_failed;
}

static bool list_recording(struct queue_view *view, const struct recording *recording)
{
    struct visit *visit = view->visit;
    struct json_object *item;
    struct case_ *case_;
    bool may;

    if (!store_case(visit->turn.store, visit->exchange, recording->case_id, &case_))
        return false;
    if (!case_)
        return true;
    if (!hearing_may(&visit->turn, case_, recording, visit->person, &may))
        return false;
    if (!may)
        return true;
    queues_count(view, recording->begun_at);
    if (!view->list || view->count > QUEUES_SHOWN)
        return true;
    item = fill_item(view->list);
    fill_text(item, "number", case_->number);
    fill_number(item, "id", recording->id);
    fill_number(item, "seconds", recording->ms / 1000);
    fill_number(item, "minutes", hearing_minutes(visit->exchange->now, recording));
    fill_time(item, "at", recording->begun_at, visit->exchange->now);
    if (recording->transcript == TRANSCRIPT_DONE)
        fill_text(item, "transcript", recording->transcript_text);
    visit_shows(visit, case_);
    return true;
}

bool queue_run_to_hear(struct queue_view *view)
{
    const struct recording_filter unwritten = { .is_unwritten = true };
    struct recording *recordings;
    size_t n;

    if (!store_recordings(view->visit->turn.store, view->visit->exchange, &unwritten, &recordings, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!list_recording(view, &recordings[i]))
            return false;
    return true;
}

bool queue_run_drafts(struct queue_view *view)
{
    struct draft *drafts;
    size_t n;

    if (!store_drafts(view->visit->turn.store, view->visit->exchange, view->visit->person->phone, -1, &drafts,
                      &n))
        return false;
    for (size_t i = 0; i < n; i++)
        queues_count(view, drafts[i].at);
    return true;
}

bool queue_run_code(struct queue_view *view)
{
    struct confirmation *waiting;
    struct case_ *case_ = NULL;
    unsigned standing;

    if (!store_confirmation(view->visit->turn.store, view->visit->exchange, view->visit->person->phone, "",
                            &waiting) ||
        (waiting && waiting->case_id &&
         !store_case(view->visit->turn.store, view->visit->exchange, waiting->case_id, &case_)))
        return false;
    if (!case_ || waiting->expires_at < view->visit->exchange->now)
        return true;
    if (!standing_of(&view->visit->turn, case_, view->visit->person, &standing))
        return false;
    if (!standing) /* it was restricted since they asked */
        return true;
    queues_count(view, 0);
    return !view->list || lists_add_case(view->visit, case_, view->list);
}
