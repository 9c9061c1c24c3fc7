#include "gateway/case/restriction.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/additions.h"
#include "gateway/case/effects.h"
#include "gateway/case/hearing.h"
#include "gateway/case/joined.h"
#include "gateway/case/routing.h"
#include "gateway/case/standing.h"
#include "store/notices.h"

struct recall {
    struct turn *turn;
    const char *reporter;
    int64_t *ids;
    size_t n;
};

static bool recall_one(const struct notice *notice, void *arg)
{
    struct recall *recall = arg;

    if (strcmp(notice->to, recall->reporter) != 0) {
        recall->ids = talloc_realloc(recall->turn->mem, recall->ids, int64_t, recall->n + 1);
        recall->ids[recall->n++] = notice->id;
    }
    return true;
}

/* Cancels unsent notices to people who may no longer see the case. */
static bool recall_from_others(struct turn *turn, const struct case_ *case_)
{
    struct notice_filter filter = { .case_id = case_->id,
                                    .states = 1u << NOTICE_READY | 1u << NOTICE_CLAIMED };
    struct recall recall = { .turn = turn, .reporter = case_->reporter };

    if (!store_each_notice(turn->store, &filter, recall_one, &recall))
        return false;
    for (size_t i = 0; i < recall.n; i++)
        if (!store_settle_notice(turn->store, recall.ids[i], NOTICE_CANCELLED, "guarded", turn->now))
            return false;
    return true;
}

/* Reopens the case if it had ended, and separates it from a case it was merged into, which stays with its
 * handler. */
bool restriction_impose(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;

    action->is_restricted = case_->is_guarded = true;
    case_->handler = case_->leader = "";
    case_->closed_at = case_->rated_at = case_->review_by = case_->reviewed_at = 0;
    case_->rating = 0;    /* it stays in its step */
    case_->finish_by = 0; /* another body begins anew */
    case_->merged_into = 0;
    case_->state = CASE_NEW;
    if (case_->voice == VOICE_UNHEARD) /* whoever may see it now listens, too */
        case_->voice = VOICE_NONE;
    effect_given(turn, case_);
    return routing_assign(turn, case_) && recall_from_others(turn, case_);
}

/* Whether whoever has the case may still have it, with all that its text says now. */
static bool handler_may_know(struct turn *turn, const struct case_ *case_, bool *is_so)
{
    struct person *handler = NULL;
    unsigned standing = 0;

    if (!*case_->handler) {
        *is_so = true;
        return true;
    }
    if (!store_person(turn->store, turn->mem, case_->handler, &handler) ||
        (handler && !standing_of(turn, case_, handler, &standing)))
        return false;
    *is_so = standing != 0;
    return true;
}

static bool is_reporters(struct turn *turn, const struct action *action, const struct transition *transition,
                         bool *is_so)
{
    const struct case_ *own = NULL;

    *is_so = transition->whose == REPORTERS && action->words && *action->words;
    /* what a recording says is its caller's, whoever writes it down; so are words that are moved */
    if (!*is_so || action->by == &operator_person || action->act == ACT_WRITE_DOWN ||
        action->act == ACT_MOVE_IN)
        return true;
    if (!joined_own(turn, action->case_, action->by->phone, &own))
        return false;
    *is_so = own != NULL;
    return true;
}

bool restriction_accuses(struct turn *turn, const struct action *action, const struct transition *transition,
                         bool *is_so)
{
    struct understood heard;

    if (!is_reporters(turn, action, transition, is_so))
        return false;
    if (!*is_so)
        return true;
    if (action->understood) {
        *is_so = action->understood->is_guarded;
        return true;
    }
    understand(turn->understanding, turn->mem, action->words, &heard);
    *is_so = heard.is_guarded;
    return true;
}

bool restriction_hear(struct turn *turn, struct action *action, const struct transition *transition)
{
    struct case_ *case_ = action->case_;
    bool may_know, accuses;

    if (!restriction_accuses(turn, action, transition, &accuses))
        return false;
    if (!accuses)
        return true;
    if (transition->work != additions_join &&
        transition->work != hearing_write_down) /* who judges the case reads what it says of whom */
        additions_keep(turn, case_, action->words);
    if (!case_->is_guarded || case_->voice == VOICE_UNHEARD)
        return restriction_impose(turn, action);
    return handler_may_know(turn, case_, &may_know) && (may_know || restriction_impose(turn, action));
}
