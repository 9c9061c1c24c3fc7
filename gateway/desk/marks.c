/*
 * What a step does to its case beyond the state, and the limits a table cannot say: days and turns.
 */
#include "gateway/desk/life.h"

#include <string.h>
#include <talloc.h>

#include "gateway/desk/dates.h"
#include "gateway/desk/workdays.h"

enum { RETURN_WORKDAYS = 5, APPEAL_DAYS = 30, MOST_EXTENSION = 30, REOPENED_TOO_OFTEN = 3 };

/* The last second of the day so many days from now. */
static int64_t end_of_day(int64_t from, int days)
{
    return date_moment(date_plus(date_of(from), days + 1), 0) - 1;
}

static bool ask_for_rating(struct turn *turn, const struct case_ *case_)
{
    return store_ask(turn->store, &(struct question){ .phone = case_->reporter,
                                                      .kind = "rating",
                                                      .case_id = case_->id,
                                                      .data = "",
                                                      .asked_at = turn->now,
                                                      .expires_at = turn->now + QUESTION_SECONDS });
}

/* 首办责任制: the first handler's name stays whatever happens. */
bool mark_accepted(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    case_->handler = taking->by->phone;
    if (!*case_->first_handler)
        case_->first_handler = taking->by->phone;
    case_->accepted_at = turn->now;
    case_->finish_by = end_of_day(turn->now, turn->config->finish_days);
    return true;
}

/* An ending the reporter is asked to rate. */
bool mark_ended(struct turn *turn, struct taking *taking)
{
    taking->case_->closed_at = turn->now;
    return ask_for_rating(turn, taking->case_);
}

/* Closed without a word of progress since it was taken up: somebody above should look at it. */
bool mark_closed(struct turn *turn, struct taking *taking)
{
    struct step *progress, *reopened;

    if (!store_last_step(turn->store, turn->mem, taking->case_->id, "progress", &progress) ||
        !store_last_step(turn->store, turn->mem, taking->case_->id, "reopened", &reopened))
        return false;
    if (!progress || (reopened && progress->id < reopened->id))
        taking->goes_up = "unreported";
    return mark_ended(turn, taking);
}

bool mark_rated(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    if (case_->rated_at && case_->rated_at >= case_->closed_at) {
        taking->refusal = "not-now";
        return true;
    }
    case_->rating = taking->rating;
    case_->rated_at = turn->now;
    if (case_->state == CASE_CLOSED)
        case_->state = CASE_RATED;
    return true;
}

bool mark_reopened(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    if (turn->now - case_->closed_at > REOPEN_SECONDS && strcmp(taking->by->phone, case_->reporter) == 0) {
        taking->refusal = "too-late";
        return true;
    }
    case_->reopened++;
    if (case_->reopened >= REOPENED_TOO_OFTEN)
        taking->goes_up = "again";
    case_->closed_at = case_->rated_at = 0;
    case_->rating = 0; /* what was said of the last time stays in its step */
    case_->state = *case_->handler ? CASE_IN_HAND : CASE_NEW;
    return true;
}

/* Regulation on petitions, art. 35: within 30 days of the answer. */
bool mark_appealed(struct turn *turn, struct taking *taking)
{
    if (turn->now - taking->case_->closed_at > (int64_t)APPEAL_DAYS * DAY_SECONDS)
        taking->refusal = "too-late-to-appeal";
    return true;
}

bool mark_shown(struct turn *turn, struct taking *taking)
{
    taking->case_->shown_on = taking->on ? taking->on : turn->now;
    return true;
}

/* The later of when the case came and when it was last passed on to somebody. */
static bool given_at(struct turn *turn, const struct case_ *case_, int64_t *at)
{
    struct step *forwarded;

    if (!store_last_step(turn->store, turn->mem, case_->id, "forwarded", &forwarded))
        return false;
    *at = forwarded ? forwarded->at : case_->received_at;
    return true;
}

/* Art. 23: an objection within five working days, with its reason. Its unit is found anew, one level up. */
bool mark_returned(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;
    struct unit *unit = NULL;
    int64_t at;

    if (!given_at(turn, case_, &at))
        return false;
    if (workdays_between(turn->config, at, turn->now) > RETURN_WORKDAYS) {
        taking->refusal = "too-late-to-return";
        return true;
    }
    if (case_->unit && !store_unit(turn->store, turn->mem, case_->unit, &unit))
        return false;
    if (unit && unit->parent && !case_->is_guarded)
        case_->unit = unit->parent;
    case_->handler = "";
    return true;
}

/* 回避: from now on routes.c gives them no standing. Somebody else's case stays with who has it. */
bool mark_recused(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    (void)turn;
    if (*case_->handler && strcmp(case_->handler, taking->by->phone) != 0)
        taking->refusal = "may-not";
    case_->handler = "";
    return true;
}

/* A guarded case goes to nobody before a supervisor has cleared it. */
bool mark_forwarded(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    (void)turn;
    if (case_->is_guarded && strcmp(taking->unit->duty, "discipline") != 0) {
        taking->refusal = "guarded";
        return true;
    }
    case_->unit = taking->unit->id;
    case_->handler = "";
    return true;
}

bool mark_merged(struct turn *turn, struct taking *taking)
{
    (void)turn;
    if (taking->case_->id == taking->other->id || taking->case_->is_guarded != taking->other->is_guarded ||
        taking->other->merged_into)
        taking->refusal = "not-now";
    taking->case_->merged_into = taking->other->id;
    return true;
}

bool mark_adopted(struct turn *turn, struct taking *taking)
{
    (void)turn;
    taking->case_->leader = taking->by->phone;
    return true;
}

/* Art. 34: thirty days at most, all extensions together. */
bool mark_extended(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;
    int64_t first = end_of_day(case_->accepted_at, turn->config->finish_days);
    int64_t asked = date_moment(date_plus(date_of(case_->finish_by + 1), taking->days), 0) - 1;

    if (taking->days < 1 || asked > first + (int64_t)MOST_EXTENSION * DAY_SECONDS + DAY_SECONDS / 2)
        taking->refusal = "too-long";
    case_->finish_by = asked;
    return true;
}

/* Before somebody took it on, another class is another office. */
bool mark_reclassed(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    case_->category = taking->category;
    case_->confidence = 100;
    if (taking->topic)
        case_->topic = taking->topic;
    return case_->state != CASE_NEW || case_->is_guarded || cases_route(turn, case_);
}

/* A person has looked: nobody is accused. */
bool mark_cleared(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    if (!case_->is_guarded) {
        taking->refusal = "not-now";
        return true;
    }
    case_->is_guarded = false;
    if (case_->state == CASE_IN_HAND)
        return true;
    case_->handler = "";
    return cases_route(turn, case_);
}

bool mark_hidden(struct turn *turn, struct taking *taking)
{
    (void)turn;
    taking->case_->is_anonymous = true;
    return true;
}
