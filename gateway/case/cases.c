#include "gateway/case/cases.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/alarm.h"
#include "gateway/case/effects.h"
#include "gateway/case/joined.h"
#include "gateway/case/label.h"
#include "gateway/case/lifecycle.h"
#include "gateway/case/others_number.h"
#include "gateway/case/repeat.h"
#include "gateway/case/restriction.h"
#include "gateway/case/routing.h"
#include "gateway/case/standing.h"
#include "gateway/case/undo.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/similar.h"
#include "gateway/turn/time_limits.h"
#include "store/steps.h"

/* stays: the case does not change, and is not written back. */
static bool add_step(struct turn *turn, struct action *action, const char *kind, bool stays)
{
    struct step step = {
        .case_id = action->case_->id,
        .at = turn->now,
        .actor = action->by->phone,
        .line = action->line ? action->line : "",
        .kind = kind,
        .words = action->words ? action->words : "",
        .event_id = action->event_id,
    };

    if (stays ? !store_add_step(turn->store, &step) : !store_take_step(turn->store, &step, action->case_))
        return false;
    action->step_id = step.id;
    return true;
}

static enum refusal find_refusal(const struct transition *transition, const struct action *action,
                                 unsigned standing)
{
    if (!standing || (standing == BY_PAST_REPORTER && !(transition->by & standing)))
        return REFUSED_NO_SUCH_CASE;
    if (!(standing & transition->by)) /* who only sorts or listens cannot take it on first */
        return action->case_->state == CASE_NEW && transition->by & BY_HANDLER &&
                       standing & ~(unsigned)(BY_CLERK | BY_SORTER)
                   ? REFUSED_ACCEPT_FIRST
                   : REFUSED_MAY_NOT;
    if (!(transition->from & IN(action->case_->state)))
        return REFUSED_NOT_NOW;
    if (transition->words == NEEDS_WORDS && (!action->words || !*action->words))
        return REFUSED_WORDS_MISSING;
    return NOT_REFUSED;
}

/* Too many days are refused before anybody is asked for a code. */
static bool try_extension(struct turn *turn, struct action *action)
{
    struct case_ extended = *action->case_;
    struct action trial = *action;

    if (action->act != ACT_EXTEND || action->days == 0)
        return true;
    trial.case_ = &extended;
    if (!effect_extended(turn, &trial))
        return false;
    action->refusal = trial.refusal;
    return true;
}

bool cases_may_take(struct turn *turn, struct action *action)
{
    const struct transition *transition = lifecycle_transition(action->act, action->case_->state);
    bool names_others;
    unsigned standing;

    if (!standing_of(turn, action->case_, action->by, &standing))
        return false;
    action->refusal = find_refusal(transition, action, standing);
    if (!action->refusal && !others_number_in(turn, action, transition, &names_others))
        return false;
    if (!action->refusal && names_others)
        action->refusal = REFUSED_OTHERS_NUMBER;
    if (standing && !repeat_find(turn, action, &action->is_repeat))
        return false;
    if (!action->refusal && !try_extension(turn, action))
        return false;
    if (action->is_repeat)
        action->refusal = NOT_REFUSED;
    return true;
}

/* Whether the case was restricted just now, or came to another unit or place before anybody had it. */
static bool has_new_people(const struct action *action, const struct case_ *before)
{
    const struct case_ *case_ = action->case_;

    return action->is_restricted || action->was_unheard ||
           (action->act == ACT_HAND_OVER && case_->state == CASE_NEW) ||
           (action->act == ACT_RECLASS && case_->unit != before->unit) ||
           (action->act == ACT_PLACE && case_->state == CASE_NEW && !*case_->handler);
}

/* Sets the state if the row leads to one state only; otherwise its work has set it. */
static void arrive(const struct transition *transition, struct case_ *case_)
{
    if ((transition->to & (transition->to - 1)) == 0 && transition->to != STAYS)
        case_->state = (enum case_state)__builtin_ctz(transition->to);
}

/* An ended or restricted case leaves the index by itself; one with other words, or that comes back, is
 * indexed. */
static bool is_to_index(const struct case_ *case_, const struct case_ *before)
{
    return case_state_is_open(case_->state) && !case_->is_guarded &&
           (!case_state_is_open(before->state) || before->is_guarded || case_->text != before->text);
}

static bool take(struct turn *turn, struct action *action)
{
    const struct transition *transition = lifecycle_transition(action->act, action->case_->state);
    struct case_ before = *action->case_;
    bool is_rung = false;

    if (!cases_may_take(turn, action))
        return false;
    if (action->is_repeat)
        return true;
    if (!action->refusal && transition->work && !transition->work(turn, action))
        return false;
    if (action->refusal) {
        *action->case_ = before;
        return true;
    }
    if (!label_keep(turn, action, &before))
        return false;
    arrive(transition, action->case_);
    alarm_end(action);
    if (!restriction_hear(turn, action, transition))
        return false;
    if (action->act == ACT_VIEW || action->act == ACT_HEAR) /* changes nothing but the audit trail */
        return add_step(turn, action, transition->kind, true);
    action->case_->touched_at = turn->now;
    if (!add_step(turn, action, transition->kind, false))
        return false;
    if (is_to_index(action->case_, &before) && !similar_keep(turn->store, action->case_))
        return false;
    if (transition->undo == CAN_UNDO && action->by->roles && !undo_remember(turn, action, &before))
        return false;
    if (!alarm_hear(turn, action, transition, &before, &is_rung))
        return false;
    if (!is_rung && has_new_people(action, &before) && !audience_tell_assigned(turn, action))
        return false;
    if (!is_rung && !action->is_silent && !action->is_restricted &&
        !audience_tell(turn, action, transition->tells))
        return false;
    return action->act != ACT_WITHDRAW || action->is_restricted || joined_hand_on(turn, &before);
}

/* Hears an accusation in a step that is refused or was taken before: its words are added to the case or, if
 * that is answered already, become a complaint about it. */
static bool hear_all_the_same(struct turn *turn, struct action *action)
{
    const struct transition *transition = lifecycle_transition(action->act, action->case_->state);
    struct action instead = *action;
    bool accuses;

    if (!restriction_accuses(turn, action, transition, &accuses))
        return false;
    instead.act = case_state_is_open(action->case_->state) ? ACT_ADD : ACT_COMPLAIN;
    if (!accuses || instead.act == action->act)
        return true;
    instead.is_repeat = instead.is_silent = false;
    if (!take(turn, &instead))
        return false;
    if (instead.refusal || instead.is_repeat)
        return true;
    action->refusal = NOT_REFUSED;
    action->is_repeat = false;
    action->is_restricted = true;
    action->step_id = instead.step_id;
    return true;
}

bool cases_take(struct turn *turn, struct action *action)
{
    return take(turn, action) &&
           ((!action->refusal && !action->is_repeat) || hear_all_the_same(turn, action));
}

static bool new_number(struct turn *turn, char number[CASE_NUMBER_SIZE])
{
    struct date today = date_of(turn->now);
    const char *prefix = turn->config->number_prefix;
    char counter[32] = "case ";
    int64_t sequence;

    memcpy(counter + 5, date_text(turn->mem, today), 4);
    if (!store_next(turn->store, counter, &sequence))
        return false;
    case_number_make(number, today.year % 100, prefix && *prefix ? *prefix - '0' : -1, sequence);
    return true;
}

static struct case_ *case_from(struct turn *turn, const struct opening *opening, const char *number)
{
    const struct understood *understood = opening->understood;
    struct case_ *case_ = talloc(turn->mem, struct case_);

    *case_ = (struct case_){
        .number = talloc_strdup(case_, number),
        .state = CASE_NEW,
        .reporter = opening->reporter ? opening->reporter : opening->event->from,
        .is_anonymous = opening->is_anonymous,
        .line = opening->reporter ? "" : opening->event->line,
        .category = understood->category,
        .confidence = understood->category_confidence,
        .topic = understood->topic ? understood->topic : "other",
        .urgency = understood->urgency,
        .place = understood->place.unit,
        .first_handler = "",
        .handler = "",
        .leader = "",
        .is_guarded = understood->is_guarded || opening->voice != VOICE_NONE,
        .voice = opening->voice,
        .is_away = understood->is_away,
        .text = opening->text          ? opening->text
                : opening->event->text ? opening->event->text
                                       : "",
        .received_at = turn->now,
        .touched_at = turn->now,
        .accept_by =
            time_limit_end(turn->config, LIMIT_ACCEPT, case_urgency_name(understood->urgency), turn->now),
        .given_at = turn->now,
        .urgency_class = "",
    };
    case_->take_by = case_->accept_by;
    return case_;
}

bool cases_open(struct turn *turn, const struct opening *opening, struct case_ **opened)
{
    const struct event *event = opening->event;
    struct person actor = { .phone = opening->actor ? opening->actor : event->from };
    struct action action = { .by = &actor, .line = event->line, .event_id = event->id, .sent_at = event->at };
    char number[CASE_NUMBER_SIZE];

    if (!new_number(turn, number))
        return false;
    *opened = action.case_ = case_from(turn, opening, number);
    action.words = action.case_->text;
    if (!routing_assign(turn, action.case_) || !store_open_case(turn->store, action.case_) ||
        !add_step(turn, &action, "received", true) || !similar_add(turn->store, action.case_))
        return false;
    if (opening->voice != VOICE_NONE)
        return true;
    return opening->understood->danger.kind ? alarm_raise(turn, &action)
                                            : audience_tell_assigned(turn, &action);
}
