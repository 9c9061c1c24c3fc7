#include "gateway/case/effects.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/joined.h"
#include "gateway/case/review.h"
#include "gateway/case/routing.h"
#include "gateway/case/standing.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/time_limits.h"
#include "gateway/turn/transfer.h"
#include "store/notices.h"
#include "store/steps.h"

enum { REOPENED_TOO_OFTEN = 3, REVIEWS = 2, JANUARY_TO = 3 };

static int64_t limit_end(const struct turn *turn, const struct case_ *case_, enum time_limit limit)
{
    return time_limit_end(turn->config, limit, urgency_class_of(turn->config, case_), turn->now);
}

/* Whoever takes it on has no longer than the case itself: once that is due, it is late at once. */
static void set_take_by(struct turn *turn, struct case_ *case_)
{
    case_->take_by = limit_end(turn, case_, LIMIT_ACCEPT);
    if (case_->finish_by && case_->take_by > case_->finish_by)
        case_->take_by = case_->finish_by > turn->now ? case_->finish_by : turn->now;
    case_->tell_by = 0;
}

void effect_given(struct turn *turn, struct case_ *case_)
{
    case_->given_at = turn->now;
    set_take_by(turn, case_);
}

/*
 * 首办责任制: the first handler stays on record whatever happens. Art. 34: the days to finish count from the
 * first acceptance, so that nobody gains time by passing the case on.
 */
bool effect_accepted(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    int64_t finish_by = limit_end(turn, case_, LIMIT_FINISH);

    case_->handler = action->by->phone;
    case_->returned_at = 0;
    if (!*case_->first_handler)
        case_->first_handler = action->by->phone;
    if (!case_->finish_by)
        case_->accepted_at = turn->now;
    if (!case_->finish_by || (finish_by && finish_by < case_->finish_by)) /* it became urgent meanwhile */
        case_->finish_by = finish_by;
    case_->tell_by = limit_end(turn, case_, LIMIT_TELL);
    return true;
}

/* The reporter hears of it. */
bool effect_progress(struct turn *turn, struct action *action)
{
    (void)turn;
    action->case_->tell_by = 0;
    return true;
}

/* An ending the reporter is asked to rate. */
bool effect_ended(struct turn *turn, struct action *action)
{
    action->case_->closed_at = turn->now;
    action->case_->tell_by = 0;
    return joined_ask_for_rating(turn, action->case_);
}

/* Closed without a word of progress since it was taken up: the supervisors hear of it. */
bool effect_closed(struct turn *turn, struct action *action)
{
    struct step *progress, *reopened;

    if (!store_last_step(turn->store, turn->mem, action->case_->id, "progress", &progress) ||
        !store_last_step(turn->store, turn->mem, action->case_->id, "reopened", &reopened))
        return false;
    if (!progress || (reopened && progress->id < reopened->id))
        action->escalation = ESCALATED_UNREPORTED;
    return effect_ended(turn, action);
}

/* Each reporter of a case rates its ending once; the worst rating counts. */
bool effect_rated(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    bool is_first = case_->rated_at < case_->closed_at || !case_->rated_at;
    struct step *steps;
    size_t n;

    if (!is_first && !store_steps(turn->store, turn->mem, case_->id, &steps, &n))
        return false;
    for (size_t i = 0; !is_first && i < n; i++)
        if (strcmp(steps[i].kind, "rated") == 0 && steps[i].at >= case_->closed_at &&
            strcmp(steps[i].actor, action->by->phone) == 0)
            action->refusal = REFUSED_NOT_NOW;
    if (is_first || action->rating > case_->rating)
        case_->rating = action->rating;
    case_->rated_at = turn->now;
    return true;
}

/* A case that had been merged leaves the other one. */
bool effect_withdrawn(struct turn *turn, struct action *action)
{
    (void)turn;
    action->case_->merged_into = 0;
    return true;
}

/* It was merged into a case that was withdrawn, and takes over all that was done and promised there. */
bool effect_carried_on(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    const struct case_ *other = action->other;

    (void)turn;
    case_->merged_into = 0;
    case_->state = *other->handler ? CASE_IN_HAND : CASE_NEW;
    case_->unit = other->unit;
    case_->handler = other->handler;
    case_->first_handler = other->first_handler;
    case_->leader = other->leader;
    case_->accepted_at = other->accepted_at;
    case_->finish_by = other->finish_by;
    case_->given_at = other->given_at;
    case_->take_by = other->take_by;
    case_->tell_by = other->tell_by;
    case_->urgency = other->urgency;
    case_->urgency_class = other->urgency_class;
    return true;
}

bool effect_reopened(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    const struct case_ *own;

    if (!joined_own(turn, case_, action->by->phone, &own))
        return false;
    if (turn->now - case_->closed_at > REOPEN_SECONDS && own) {
        action->refusal = REFUSED_TOO_LATE;
        return true;
    }
    case_->reopened++;
    if (case_->reopened >= REOPENED_TOO_OFTEN)
        action->escalation = ESCALATED_AGAIN;
    case_->closed_at = case_->rated_at = case_->review_by = case_->reviewed_at = 0;
    case_->reviews = 0;
    case_->rating = 0; /* the last rating stays in its step */
    case_->state = *case_->handler ? CASE_IN_HAND : CASE_NEW;
    effect_given(turn, case_);
    if (case_->state == CASE_IN_HAND)
        case_->tell_by = limit_end(turn, case_, LIMIT_TELL);
    return true;
}

/* Regulation on petitions, art. 35 and 36: 复查 within 30 days of the answer, 复核 within 30 days of the
 * answer to that, and nothing after it. */
static enum refusal appeal_refusal(const struct turn *turn, const struct case_ *case_)
{
    int64_t answered = case_->reviewed_at ? case_->reviewed_at : case_->closed_at;

    if (turn->now > time_limit_end(turn->config, LIMIT_REVIEW, "normal", answered))
        return REFUSED_TOO_LATE_TO_APPEAL;
    if (case_->review_by)
        return REFUSED_UNDER_REVIEW;
    return case_->reviews == REVIEWS ? REFUSED_REVIEW_IS_FINAL : NOT_REFUSED;
}

bool effect_appealed(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;

    action->refusal = appeal_refusal(turn, case_);
    case_->reviews++;
    case_->review_by = time_limit_end(turn->config, LIMIT_REVIEW, "normal", turn->now);
    return true;
}

/* The step says that it was asked, and the reporter hears whom to ask. */
bool effect_appealed_outside(struct turn *turn, struct action *action)
{
    action->refusal = appeal_refusal(turn, action->case_);
    return true;
}

/* Answered by the unit above, and by nobody who handled the case or answered its first review. */
bool effect_reviewed(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    struct reviewer reviewer;
    struct step *before;

    if (!review_find(turn, case_, case_->reviews, &reviewer) ||
        !store_last_step(turn->store, turn->mem, case_->id, "reviewed", &before))
        return false;
    if (!case_->review_by)
        action->refusal = REFUSED_NO_REVIEW;
    else if (strcmp(case_->handler, action->by->phone) == 0 || !review_is_by(&reviewer, action->by) ||
             (case_->reviews > 1 && before && strcmp(before->actor, action->by->phone) == 0))
        action->refusal = REFUSED_MAY_NOT;
    case_->review_by = 0;
    case_->reviewed_at = turn->now;
    return true;
}

/* A year's works are chosen in its first quarter; from April on a need goes to the next year's. */
bool effect_public_works(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    struct date today = date_of(turn->now);

    if (case_->is_guarded)
        action->refusal = REFUSED_GUARDED;
    case_->public_works_year = today.year + (today.month > JANUARY_TO);
    case_->households = action->households;
    case_->residents = action->residents;
    return true;
}

bool effect_shown(struct turn *turn, struct action *action)
{
    action->case_->shown_on = action->on ? action->on : turn->now;
    return true;
}

/*
 * What somebody returned goes to the office that sorts, and to nobody between. Where that office itself or
 * nobody sorts, it goes one level up. A guarded case stays where it is.
 */
static bool give_back(struct turn *turn, const struct action *action)
{
    struct case_ *case_ = action->case_;
    const struct unit *unit = NULL;
    int64_t office;

    case_->returned_at = turn->now;
    if (case_->is_guarded)
        return true;
    if (!routing_find_office(turn, case_, &office) || (case_->unit && !cache_unit(turn, case_->unit, &unit)))
        return false;
    if (office && action->by->unit != office)
        case_->unit = office;
    else if (unit && unit->parent)
        case_->unit = unit->parent;
    return true;
}

/* Art. 23: an objection within five working days, with its reason. */
bool effect_returned(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    int64_t at = case_->given_at ? case_->given_at : case_->received_at;

    if (turn->now > time_limit_end(turn->config, LIMIT_RETURN, urgency_class_of(turn->config, case_), at)) {
        action->refusal = REFUSED_TOO_LATE_TO_RETURN;
        return true;
    }
    case_->handler = "";
    effect_given(turn, case_);
    return give_back(turn, action);
}

/* 回避: from now on they have no standing. Nobody can step back from a case that somebody else has. */
bool effect_recused(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;

    if (*case_->handler && strcmp(case_->handler, action->by->phone) != 0)
        action->refusal = REFUSED_MAY_NOT;
    case_->handler = "";
    effect_given(turn, case_);
    return true;
}

/*
 * Only somebody above who moves the case to another unit, and says why, lets its days to finish begin again:
 * the reporter hears the reason. The handler's own superior is not above the case while handling it.
 */
static bool may_renew(struct turn *turn, const struct action *action, bool *is_so)
{
    const struct case_ *case_ = action->case_;
    unsigned standing;

    *is_so = false;
    if (!standing_of(turn, case_, action->by, &standing))
        return false;
    *is_so = action->reason && *action->reason && standing & (BY_LEADER | BY_SUPERVISOR | BY_OPERATOR) &&
             strcmp(case_->handler, action->by->phone) != 0 && action->unit->id != case_->unit &&
             action->unit->id != action->by->unit;
    return true;
}

/*
 * Until a supervisor has cleared it, a guarded case goes to the discipline unit alone. Moving a case to one's
 * own unit, or within its unit, gives nobody another time to return it.
 */
bool effect_forwarded(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    bool moves = action->unit->id != case_->unit && action->unit->id != action->by->unit;

    if (case_->is_guarded && strcmp(action->unit->duty, "discipline") != 0) {
        action->refusal = REFUSED_GUARDED;
        return true;
    }
    if (!may_renew(turn, action, &action->is_renewed))
        return false;
    if (action->is_renewed)
        case_->finish_by = 0;
    case_->unit = action->unit->id;
    case_->handler = "";
    case_->returned_at = 0;
    if (moves)
        case_->given_at = turn->now;
    set_take_by(turn, case_);
    return true;
}

/*
 * A restricted case stays (art. 30): what it says must not reach whom it accuses, and nobody here knows who
 * would read it there. It goes in writing, from discipline office to discipline office. Nor does a copy go
 * back to where it came from.
 */
bool effect_forwarded_out(struct turn *turn, struct action *action)
{
    const struct case_ *case_ = action->case_;
    struct transfer *transfers;
    size_t n;

    if (!store_transfers_of(turn->store, turn->mem, case_->number, &transfers, &n))
        return false;
    if (case_->is_guarded)
        action->refusal = REFUSED_GUARDED;
    for (size_t i = 0; i < n; i++)
        if (transfers[i].direction == TRANSFER_IN && strcmp(transfers[i].county, action->county->code) == 0)
            action->refusal = REFUSED_CAME_FROM;
    return action->refusal || transfer_ask(turn, case_, action->county, "");
}

/* Its days run on, whoever has it. */
bool effect_handed_over(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;

    case_->handler = action->heir ? action->heir->phone : "";
    if (action->heir)
        return true;
    case_->state = CASE_NEW;
    effect_given(turn, case_);
    return true;
}

bool effect_merged(struct turn *turn, struct action *action)
{
    (void)turn;
    if (action->case_->id == action->other->id || action->case_->is_guarded != action->other->is_guarded ||
        action->other->merged_into)
        action->refusal = REFUSED_NOT_NOW;
    action->case_->merged_into = action->other->id;
    return true;
}

bool effect_adopted(struct turn *turn, struct action *action)
{
    (void)turn;
    action->case_->leader = action->by->phone;
    return true;
}

/*
 * Art. 34 limits the days of all extensions together. They count from the day the case was due, or from today
 * where that has passed, so that nobody is given a day that is over.
 */
bool effect_extended(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    int64_t from = case_->finish_by > turn->now ? case_->finish_by : turn->now;
    int64_t asked = date_moment(date_plus(date_of(from), action->days + 1), 0) - 1;

    if (action->days < 1 || asked > time_limit_longest(turn->config, case_))
        action->refusal = REFUSED_TOO_LONG;
    case_->finish_by = asked;
    return true;
}

/* Before somebody has taken it on, another class means another office. */
bool effect_reclassed(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;

    case_->category = action->category;
    case_->confidence = 100;
    if (action->topic)
        case_->topic = action->topic;
    return case_->state != CASE_NEW || case_->is_guarded || routing_assign(turn, case_);
}

bool effect_placed(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;

    case_->place = action->unit->id;
    case_->returned_at = 0;
    return case_->state != CASE_NEW || *case_->handler || case_->is_guarded || routing_assign(turn, case_);
}

/*
 * It leaves every figure, and nobody hears of it any more. A case of danger that nobody has taken on, and one
 * that others joined, must be dealt with otherwise.
 */
bool effect_no_complaint(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_, *joined;
    size_t n;
    int cancelled;

    if (!joined_cases(turn, case_, &joined, &n))
        return false;
    if (n > 0 || case_->alarm_at) {
        action->refusal = n > 0 ? REFUSED_NOT_NOW : REFUSED_ACCEPT_FIRST;
        return true;
    }
    case_->tell_by = case_->review_by = 0;
    return store_cancel_notices(turn->store, case_->id, 0, turn->now, &cancelled);
}

/* A supervisor has found that nobody is accused. */
bool effect_cleared(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;

    if (!case_->is_guarded || case_->voice == VOICE_UNHEARD) {
        action->refusal = REFUSED_NOT_NOW;
        return true;
    }
    case_->is_guarded = false;
    case_->voice = VOICE_NONE;
    if (case_->state == CASE_IN_HAND)
        return true;
    case_->handler = "";
    effect_given(turn, case_);
    return routing_assign(turn, case_);
}

/* A time limit that would already be over counts from now instead. */
static int64_t limit_from(const struct turn *turn, enum time_limit limit, const char *urgency_class,
                          int64_t from)
{
    int64_t end = time_limit_end(turn->config, limit, urgency_class, from);

    return end > turn->now ? end : time_limit_end(turn->config, limit, urgency_class, turn->now);
}

/* Who works on the case may make it more urgent; only those above may make it less urgent. */
bool effect_urgency_class(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    int64_t take_by = limit_from(turn, LIMIT_ACCEPT, action->urgency_class, case_->given_at);
    int64_t finish_by = limit_from(turn, LIMIT_FINISH, action->urgency_class, case_->accepted_at);
    bool is_longer = case_->state == CASE_NEW ? take_by > case_->take_by : finish_by > case_->finish_by;
    unsigned standing;

    if (!standing_of(turn, case_, action->by, &standing))
        return false;
    if (is_longer && !(standing & (BY_LEADER | BY_SUPERVISOR | BY_OPERATOR)))
        action->refusal = REFUSED_LESS_URGENT;
    case_->urgency_class = action->urgency_class;
    case_->urgency =
        time_limit_is_fast(turn->config, action->urgency_class) ? URGENCY_URGENT : URGENCY_NORMAL;
    if (case_->state == CASE_NEW)
        case_->take_by = take_by;
    else
        case_->finish_by = finish_by;
    if (case_->state == CASE_NEW && (is_longer || take_by < case_->accept_by)) /* the reporter hears of it */
        case_->accept_by = take_by;
    return true;
}

bool effect_hidden(struct turn *turn, struct action *action)
{
    (void)turn;
    action->case_->is_anonymous = true;
    return true;
}
