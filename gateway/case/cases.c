#include "gateway/case/cases.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/lifecycle.h"
#include "gateway/case/undo.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/time_limits.h"

const struct person cases_calendar = {
    .phone = "system", .name = "", .title = "", .language = "", .line = ""
};
const struct person cases_operator = {
    .phone = "operator", .name = "", .title = "", .language = "", .line = ""
};

/* stays: the case is not written. */
static bool add_step(struct turn *turn, struct taking *taking, const char *kind, bool stays)
{
    struct step step = {
        .case_id = taking->case_->id,
        .at = turn->now,
        .actor = taking->by->phone,
        .line = taking->line ? taking->line : "",
        .kind = kind,
        .words = taking->words ? taking->words : "",
        .event_id = taking->event_id,
    };

    if (stays ? !store_add_step(turn->store, &step) : !store_take_step(turn->store, &step, taking->case_))
        return false;
    taking->step_id = step.id;
    return true;
}

/* Why the step may not be taken; NULL when it may. */
static const char *refusal(const struct life *life, const struct taking *taking, unsigned standing)
{
    if (!standing)
        return "no-such-case";
    if (!(standing & life->by))
        return taking->case_->state == CASE_NEW && life->by & BY_HANDLER ? "accept-first" : "may-not";
    if (!(life->from & IN(taking->case_->state)))
        return "not-now";
    if (life->words == NEEDS_WORDS && (!taking->words || !*taking->words))
        return "words-missing";
    return NULL;
}

bool cases_may_take(struct turn *turn, struct taking *taking)
{
    unsigned standing;

    if (!cases_standing(turn, taking->case_, taking->by, &standing))
        return false;
    taking->refusal = refusal(life_of(taking->act, taking->case_->state), taking, standing);
    if (standing && !life_is_repeat(turn, taking, &taking->is_repeat))
        return false;
    if (taking->is_repeat)
        taking->refusal = NULL;
    return true;
}

/* A case that became guarded, or of another class before anybody had it, waits for others now. */
static bool has_new_people(const struct taking *taking, const struct case_ *before)
{
    const struct case_ *case_ = taking->case_;

    return (case_->is_guarded && !before->is_guarded) ||
           (taking->act == ACT_RECLASS && case_->unit != before->unit);
}

/* Where the row leaves no choice. */
static void arrive(const struct life *life, struct case_ *case_)
{
    if ((life->to & (life->to - 1)) == 0 && life->to != STAYS)
        case_->state = (enum case_state)__builtin_ctz(life->to);
}

bool cases_take(struct turn *turn, struct taking *taking)
{
    const struct life *life = life_of(taking->act, taking->case_->state);
    struct case_ before = *taking->case_;

    if (!cases_may_take(turn, taking))
        return false;
    if (taking->is_repeat)
        return true;
    if (!taking->refusal && life->work && !life->work(turn, taking))
        return false;
    if (taking->refusal) {
        *taking->case_ = before;
        return true;
    }
    arrive(life, taking->case_);
    if (taking->act == ACT_VIEW) /* looking changes nothing but the audit trail */
        return add_step(turn, taking, life->kind, true);
    taking->case_->touched_at = turn->now;
    if (!add_step(turn, taking, life->kind, false))
        return false;
    if (life->undo == CAN_UNDO && taking->by->roles && !undo_remember(turn, taking, &before))
        return false;
    if (has_new_people(taking, &before) && !life_tell_assigned(turn, taking))
        return false;
    return taking->is_silent || life_tell(turn, taking, life);
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
        .is_guarded = understood->is_guarded,
        .is_away = understood->is_away,
        .text = opening->text ? opening->text : opening->event->text,
        .received_at = turn->now,
        .touched_at = turn->now,
        .accept_by = term_end(turn->config, TERM_ACCEPT, case_urgency_name(understood->urgency), turn->now),
        .given_at = turn->now,
        .grade = "",
    };
    case_->take_by = case_->accept_by;
    return case_;
}

bool cases_open(struct turn *turn, const struct opening *opening, struct case_ **opened)
{
    const struct event *event = opening->event;
    struct person actor = { .phone = opening->actor ? opening->actor : event->from };
    struct taking taking = { .by = &actor, .line = event->line, .event_id = event->id };
    char number[CASE_NUMBER_SIZE];

    if (!new_number(turn, number))
        return false;
    *opened = taking.case_ = case_from(turn, opening, number);
    taking.words = taking.case_->text;
    return cases_route(turn, taking.case_) && store_open_case(turn->store, taking.case_) &&
           add_step(turn, &taking, "received", true) && life_tell_assigned(turn, &taking);
}
