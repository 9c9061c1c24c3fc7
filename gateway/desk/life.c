#include "gateway/desk/life.h"

#include "gateway/desk/dates.h"

#define IN(state) (1u << (state))
#define OPEN_STATES (IN(CASE_NEW) | IN(CASE_IN_HAND))
#define ENDED_STATES (IN(CASE_CLOSED) | IN(CASE_EXPLAINED) | IN(CASE_OUT_OF_SCOPE))
#define EVERY_STATE (OPEN_STATES | ENDED_STATES | IN(CASE_RATED))
#define ALL_STATES (EVERY_STATE | IN(CASE_MERGED) | IN(CASE_WITHDRAWN))
#define ANY_HANDLER (BY_HANDLER | BY_OPERATOR)
#define ANYBODY (BY_REPORTER | BY_HANDLER | BY_UNIT | BY_LEADER | BY_SUPERVISOR | BY_OPERATOR)

static bool accept_case(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    case_->handler = taking->by->phone;
    if (!*case_->first_handler)
        case_->first_handler = taking->by->phone;
    case_->accepted_at = turn->now;
    case_->finish_by = date_moment(date_plus(date_of(turn->now), turn->config->finish_days + 1), 0) - 1;
    return true;
}

static bool close_case(struct turn *turn, struct taking *taking)
{
    taking->case_->closed_at = turn->now;
    return store_ask(turn->store, &(struct question){ .phone = taking->case_->reporter,
                                                      .kind = "rating",
                                                      .case_id = taking->case_->id,
                                                      .data = "",
                                                      .asked_at = turn->now,
                                                      .expires_at = turn->now + QUESTION_SECONDS });
}

static bool rate_case(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    case_->rating = taking->rating;
    case_->rated_at = turn->now;
    if (case_->state == CASE_CLOSED)
        case_->state = CASE_RATED;
    return true;
}

static bool reopen_case(struct turn *turn, struct taking *taking)
{
    struct case_ *case_ = taking->case_;

    if (turn->now - case_->closed_at > REOPEN_SECONDS) {
        taking->refusal = "too-late";
        return true;
    }
    case_->reopened++;
    case_->closed_at = 0;
    case_->state = *case_->handler ? CASE_IN_HAND : CASE_NEW;
    return true;
}

static bool show_case(struct turn *turn, struct taking *taking)
{
    taking->case_->shown_on = taking->on ? taking->on : turn->now;
    return true;
}

/* The life of a case. */
static const struct life lives[] = {
    { ACT_ADD,
      "added",
      OPEN_STATES,
      STAYS,
      BY_REPORTER | BY_OPERATOR,
      true,
      life_add_words,
      { { HANDLER, "added-handler" } } },
    { ACT_ACCEPT,
      "accepted",
      IN(CASE_NEW),
      CASE_IN_HAND,
      BY_UNIT,
      false,
      accept_case,
      { { REPORTER, "accepted" } } },
    { ACT_PROGRESS,
      "progress",
      IN(CASE_IN_HAND),
      STAYS,
      ANY_HANDLER,
      true,
      NULL,
      { { REPORTER, "progress" } } },
    { ACT_CLOSE,
      "closed",
      IN(CASE_IN_HAND),
      CASE_CLOSED,
      ANY_HANDLER,
      true,
      close_case,
      { { REPORTER, "closed" } } },
    { ACT_RATE,
      "rated",
      ENDED_STATES,
      STAYS,
      BY_REPORTER,
      false,
      rate_case,
      { { HANDLER, "rated-handler" } } },
    { ACT_REOPEN,
      "reopened",
      ENDED_STATES | IN(CASE_RATED),
      STAYS,
      BY_REPORTER | BY_SUPERVISOR | BY_OPERATOR,
      false,
      reopen_case,
      { { HANDLER, "reopened-handler" }, { SUPERVISORS, "reopened-leader" } } },
    { ACT_SHOW, "shown", ALL_STATES, STAYS, BY_CALENDAR, false, show_case, { { 0 } } },
    { ACT_REPORT, "reported", OPEN_STATES, STAYS, BY_CALENDAR, false, NULL, { { 0 } } },
    { ACT_REMIND, "reminded", IN(CASE_CLOSED), STAYS, BY_CALENDAR, false, NULL, { { 0 } } },
    { ACT_LATE_PART,
      "added",
      ALL_STATES,
      STAYS,
      BY_REPORTER,
      true,
      life_add_words,
      { { HANDLER, "added-handler" } } },
    { ACT_SPLIT_OFF, "split off", ALL_STATES, STAYS, BY_REPORTER, true, life_split_off, { { 0 } } },
    { ACT_COMPLAIN,
      "complained",
      ENDED_STATES | IN(CASE_RATED),
      STAYS,
      BY_REPORTER,
      false,
      NULL,
      { { SUPERVISORS, "complained-leader" } } },
    { ACT_VIEW, "viewed", ALL_STATES, STAYS, ANYBODY, false, NULL, { { 0 } } },
};

const struct life *life_of(enum act act)
{
    const struct life *life = lives;

    while (life->act != act)
        life++;
    return life;
}
