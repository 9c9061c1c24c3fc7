#include "gateway/case/repeat.h"

#include <string.h>

#include "gateway/case/lifecycle.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/time_limits.h"
#include "store/county/transfers.h"
#include "store/steps.h"

/* The newest step of a kind if this person took it within the last day; else NULL. */
static bool own_last(struct turn *turn, const struct action *action, const char *kind, struct step **step)
{
    if (!store_last_step(turn->store, turn->mem, action->case_->id, kind, step))
        return false;
    if (*step && (strcmp((*step)->actor, action->by->phone) != 0 || turn->now - (*step)->at > DAY_SECONDS))
        *step = NULL;
    return true;
}

static bool same_words(struct turn *turn, const struct action *action, const char *kind, bool *is_so)
{
    struct step *step;

    if (!own_last(turn, action, kind, &step))
        return false;
    *is_so = step && action->words && strcmp(step->words, action->words) == 0;
    return true;
}

/* Nothing has happened since; looking does not count. */
static bool is_last(struct turn *turn, const struct action *action, const char *kind, bool *is_so)
{
    struct step *step, *steps;
    size_t n;

    *is_so = false;
    if (!own_last(turn, action, kind, &step) || !step)
        return step == NULL;
    if (!store_steps(turn->store, turn->mem, action->case_->id, &steps, &n))
        return false;
    while (n > 0 && strcmp(steps[n - 1].kind, "viewed") == 0)
        n--;
    *is_so = n > 0 && steps[n - 1].id == step->id;
    return true;
}

/* There is a step of a kind, and none of the other kind since. */
static bool is_newer(struct turn *turn, const struct action *action, const char *kind, const char *other,
                     bool *is_so)
{
    struct step *step, *behind;

    if (!store_last_step(turn->store, turn->mem, action->case_->id, kind, &step) ||
        !store_last_step(turn->store, turn->mem, action->case_->id, other, &behind))
        return false;
    *is_so = step && (!behind || behind->id < step->id);
    return true;
}

/* Not if somebody has taken the case on since: they were not nudged. */
static bool is_nudged_today(struct turn *turn, const struct action *action, bool *is_so)
{
    struct step *step;

    if (!own_last(turn, action, "nudged", &step) || !is_newer(turn, action, "nudged", "accepted", is_so))
        return false;
    *is_so = *is_so && step && date_compare(date_of(step->at), date_of(turn->now)) == 0;
    return true;
}

/* In hand because this person reopened it, not because it was never closed. */
static bool was_reopened(struct turn *turn, const struct action *action, bool *is_so)
{
    struct step *step;

    if (!own_last(turn, action, "reopened", &step))
        return false;
    *is_so = *is_so && step;
    return true;
}

/* Several people may have reported the case: this one rated its ending, and in the same way. */
static bool is_rated_alike(struct turn *turn, const struct action *action, bool *is_so)
{
    struct step *steps;
    size_t n;

    *is_so = false;
    if (!store_steps(turn->store, turn->mem, action->case_->id, &steps, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(steps[i].kind, "rated") == 0 && strcmp(steps[i].actor, action->by->phone) == 0 &&
            steps[i].at >= action->case_->closed_at)
            *is_so = *steps[i].words - '0' == action->rating;
    return true;
}

static bool has_been_cleared(struct turn *turn, const struct action *action, bool *is_so)
{
    struct step *step;

    if (!store_last_step(turn->store, turn->mem, action->case_->id, "cleared", &step))
        return false;
    *is_so = step && !action->case_->is_guarded;
    return true;
}

static bool is_of_class(const struct action *action)
{
    const struct case_ *case_ = action->case_;

    return case_->category == action->category && case_->confidence == 100 &&
           (!action->topic || strcmp(case_->topic, action->topic) == 0);
}

static bool is_among_works(const struct action *action)
{
    const struct case_ *case_ = action->case_;

    return case_->public_works_year && case_->households == action->households &&
           case_->residents == action->residents;
}

/* It went to that county, which has it or has not refused it yet. */
static bool is_forwarded_out(struct turn *turn, const struct action *action, bool *is_so)
{
    struct transfer *out;

    if (!action->county)
        return true;
    if (!store_transfer_out(turn->store, turn->mem, action->case_->number, action->county->code, &out))
        return false;
    *is_so = out && out->state != TRANSFER_REFUSED;
    return true;
}

/* The case is already where the step would lead, with the same handler, rating or target. */
static bool is_there(const struct action *action)
{
    const struct case_ *case_ = action->case_;
    const struct transition *transition = lifecycle_transition(action->act, case_->state);

    if (transition->from & IN(case_->state) || !(transition->to & IN(case_->state)))
        return false;
    switch (action->act) {
    case ACT_ACCEPT:
        return strcmp(case_->handler, action->by->phone) == 0;
    case ACT_MERGE:
        return action->other && case_->merged_into == action->other->id;
    default:
        return true;
    }
}

bool repeat_find(struct turn *turn, const struct action *action, bool *is_so)
{
    const struct case_ *case_ = action->case_;

    *is_so = is_there(action);
    switch (action->act) {
    case ACT_ADD:
        return same_words(turn, action, "added", is_so);
    case ACT_WRITE_DOWN:
        return same_words(turn, action, "written down", is_so);
    case ACT_PROGRESS:
        return same_words(turn, action, "progress", is_so);
    case ACT_SPLIT:
        return same_words(turn, action, "split", is_so);
    case ACT_RETURN:
        return is_last(turn, action, "returned", is_so);
    case ACT_REOPEN:
        return was_reopened(turn, action, is_so);
    case ACT_RATE:
        return is_rated_alike(turn, action, is_so);
    case ACT_NUDGE:
        return is_nudged_today(turn, action, is_so);
    case ACT_SHOW_NOW:
        return !case_->shown_on || is_newer(turn, action, "shown", "held", is_so);
    case ACT_HOLD:
        return is_newer(turn, action, "held", "shown", is_so);
    case ACT_CLEAR:
        return has_been_cleared(turn, action, is_so);
    case ACT_FORWARD:
        return !action->unit || case_->unit != action->unit->id || is_last(turn, action, "forwarded", is_so);
    case ACT_FORWARD_OUT:
        return is_forwarded_out(turn, action, is_so);
    case ACT_ADOPT:
        *is_so = strcmp(case_->leader, action->by->phone) == 0;
        return true;
    case ACT_URGENCY_CLASS:
        *is_so = action->urgency_class &&
                 strcmp(urgency_class_of(turn->config, case_), action->urgency_class) == 0;
        return true;
    case ACT_RECLASS:
        *is_so = is_of_class(action);
        return true;
    case ACT_PLACE:
        *is_so = action->unit && case_->place == action->unit->id;
        return true;
    case ACT_PUBLIC_WORKS:
        *is_so = is_among_works(action);
        return true;
    case ACT_RENUMBER:
        *is_so = action->words && strcmp(case_->reporter, action->words) == 0;
        return true;
    case ACT_HIDE:
        *is_so = case_->is_anonymous;
        return true;
    default:
        return true;
    }
}

bool repeat_holds_text(const struct case_ *case_, const char *text)
{
    size_t length = strlen(text);

    for (const char *at = case_->text; length > 0 && (at = strstr(at, text)); at++)
        if ((at == case_->text || at[-1] == '\n') && (!at[length] || at[length] == '\n'))
            return true;
    return false;
}
