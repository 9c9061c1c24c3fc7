#include "gateway/case/lifecycle.h"

#include "gateway/case/additions.h"
#include "gateway/case/corrections.h"
#include "gateway/case/effects.h"
#include "gateway/case/hearing.h"
#include "gateway/case/standing.h"

#define OPEN OPEN_STATES
#define TOLD ANSWERED_STATES
#define EVERY (OPEN | TOLD | IN(CASE_MERGED) | IN(CASE_WITHDRAWN))
#define KEPT (EVERY | IN(CASE_NO_COMPLAINT))

#define HANDLERS (BY_HANDLER | BY_OPERATOR)
#define WORKERS (HANDLERS | BY_UNIT)
#define ABOVE (BY_LEADER | BY_SUPERVISOR)
#define ANYBODY (BY_REPORTER | WORKERS | ABOVE | BY_CLERK | BY_SORTER)
#define LISTENERS (BY_CLERK | WORKERS | ABOVE)
#define SORTING (WORKERS | ABOVE | BY_SORTER)

/* clang-format off */
/*
 * The life of a case, one transition a line: act, step, from, to, by whom, words, whose they are, undo,
 * what it does, who is told. The database enforces it: lifecycle_guard.c.
 */
static const struct transition transitions[] = {
    /* by the reporter */
    { ACT_ADD, "added", IN(CASE_NEW), STAYS, BY_REPORTER | BY_OPERATOR, NEEDS_WORDS, REPORTERS, FOR_GOOD, additions_join, { { HANDLER, "added-handler" } } },
    { ACT_ADD, "added", IN(CASE_IN_HAND), STAYS | IN(CASE_NEW), BY_REPORTER | BY_OPERATOR, NEEDS_WORDS, REPORTERS, FOR_GOOD, additions_join, { { HANDLER, "added-handler" } } },
    { ACT_LATE_PART, "added", KEPT & ~IN(CASE_IN_HAND), STAYS, BY_REPORTER, NEEDS_WORDS, REPORTERS, FOR_GOOD, additions_join, { { HANDLER, "added-handler" } } },
    { ACT_LATE_PART, "added", IN(CASE_IN_HAND), STAYS | IN(CASE_NEW), BY_REPORTER, NEEDS_WORDS, REPORTERS, FOR_GOOD, additions_join, { { HANDLER, "added-handler" } } },
    { ACT_SPLIT_OFF, "split off", KEPT, STAYS, BY_REPORTER, NEEDS_WORDS, OTHERS, FOR_GOOD, additions_split_off, { { 0 } } },
    { ACT_RATE, "rated", IN(CASE_CLOSED), IN(CASE_RATED), BY_REPORTER, BARE, REPORTERS, FOR_GOOD, effect_rated, { { HANDLER, "rated-handler" } } },
    { ACT_RATE, "rated", IN(CASE_EXPLAINED) | IN(CASE_OUT_OF_SCOPE), STAYS, BY_REPORTER, BARE, REPORTERS, FOR_GOOD, effect_rated, { { HANDLER, "rated-handler" } } },
    { ACT_RATE, "rated", IN(CASE_RATED), STAYS, BY_REPORTER, BARE, REPORTERS, FOR_GOOD, effect_rated, { { HANDLER, "rated-handler" } } },
    { ACT_COMPLAIN, "complained", TOLD, STAYS, BY_REPORTER, BARE, REPORTERS, FOR_GOOD, NULL, { { SUPERVISORS, "complained-leader" } } },
    { ACT_APPEAL_OUTSIDE, "appealed outside", TOLD, STAYS, BY_REPORTER, BARE, REPORTERS, FOR_GOOD, effect_appealed_outside, { { 0 } } },
    { ACT_APPEAL, "appealed", TOLD, STAYS, BY_REPORTER, BARE, REPORTERS, FOR_GOOD, effect_appealed, { { REVIEWERS, "appealed-leader" } } },
    { ACT_WITHDRAW, "withdrawn", OPEN | IN(CASE_MERGED), IN(CASE_WITHDRAWN), BY_REPORTER, BARE, REPORTERS, FOR_GOOD, effect_withdrawn, { { HANDLER, "withdrawn-handler" } } },
    { ACT_HIDE, "hidden", EVERY, STAYS, BY_REPORTER, BARE, REPORTERS, FOR_GOOD, effect_hidden, { { 0 } } },
    { ACT_DISOWN, "disowned", EVERY, STAYS, BY_REPORTER, NEEDS_WORDS, REPORTERS, FOR_GOOD, NULL, { { HANDLER, "disowned-handler" }, { RESPONSIBLE, "disowned-handler" } } },
    { ACT_REOPEN, "reopened", TOLD, IN(CASE_IN_HAND) | IN(CASE_NEW), BY_REPORTER | BY_SUPERVISOR | BY_OPERATOR, BARE, REPORTERS, FOR_GOOD, effect_reopened, { { HANDLER, "reopened-handler" }, { LEADERS, "reopened-leader" } } },
    /* by who works on it */
    { ACT_ACCEPT, "accepted", IN(CASE_NEW), IN(CASE_IN_HAND), BY_UNIT, BARE, OTHERS, CAN_UNDO, effect_accepted, { { REPORTER, "accepted" } } },
    { ACT_PROGRESS, "progress", IN(CASE_IN_HAND), STAYS, HANDLERS, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_progress, { { REPORTER, "progress" } } },
    { ACT_CLOSE, "closed", IN(CASE_IN_HAND), IN(CASE_CLOSED), HANDLERS, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_closed, { { REPORTER, "closed" } } },
    { ACT_EXPLAIN, "explained", IN(CASE_IN_HAND), IN(CASE_EXPLAINED), HANDLERS, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_ended, { { REPORTER, "explained" } } },
    { ACT_REFUSE, "out of scope", OPEN, IN(CASE_OUT_OF_SCOPE), WORKERS, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_ended, { { REPORTER, "refused" } } },
    { ACT_RETURN, "returned", OPEN, IN(CASE_NEW), WORKERS, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_returned, { { SORTERS, "returned-office" } } },
    { ACT_RECUSE, "recused", OPEN, IN(CASE_NEW), BY_HANDLER | BY_UNIT, NEEDS_WORDS, OTHERS, FOR_GOOD, effect_recused, { { LEADERS, "recused-leader" } } },
    { ACT_FORWARD, "forwarded", OPEN, IN(CASE_NEW), SORTING, BARE, OTHERS, CAN_UNDO, effect_forwarded, { { REPORTER, "forwarded" }, { UNIT_PEOPLE, "assigned" } } },
    { ACT_FORWARD_OUT, "forwarded out", OPEN, STAYS, SORTING, BARE, OTHERS, FOR_GOOD, effect_forwarded_out, { { 0 } } },
    { ACT_SPLIT, "split", OPEN, STAYS, WORKERS, NEEDS_WORDS, OTHERS, FOR_GOOD, NULL, { { 0 } } },
    { ACT_MERGE, "merged", OPEN, IN(CASE_MERGED), WORKERS | BY_SUPERVISOR, BARE, OTHERS, CAN_UNDO, effect_merged, { { REPORTER, "merged" } } },
    { ACT_TAKE_IN, "took in", OPEN, STAYS, WORKERS | BY_SUPERVISOR, BARE, OTHERS, FOR_GOOD, NULL, { { REPORTER, "took-in" } } },
    { ACT_HAND_OVER, "handed over", IN(CASE_IN_HAND), STAYS | IN(CASE_NEW), BY_LEADER | BY_SUPERVISOR | BY_OPERATOR | BY_CALENDAR, BARE, OTHERS, FOR_GOOD, effect_handed_over, { { REPORTER, "handed-over" } } },
    { ACT_EXTEND, "extended", IN(CASE_IN_HAND), STAYS, HANDLERS, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_extended, { { REPORTER, "extended" }, { LEADERS, "extended-leader" } } },
    { ACT_URGENCY_CLASS, "urgency class", OPEN, STAYS, WORKERS | ABOVE, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_urgency_class, { { REPORTER, "urgency-class-set" }, { HANDLER, "urgency-class-handler" } } },
    { ACT_RECLASS, "reclassed", EVERY, STAYS, LISTENERS | BY_SORTER, BARE, OTHERS, CAN_UNDO, effect_reclassed, { { 0 } } },
    { ACT_PLACE, "placed", OPEN, STAYS, LISTENERS | BY_SORTER, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_placed, { { 0 } } },
    { ACT_RENUMBER, "number changed", OPEN | TOLD, STAYS, BY_HANDLER | BY_LEADER, NEEDS_WORDS, OTHERS, FOR_GOOD, correction_number, { { REPORTER, "renumbered" }, { LEADERS, "renumbered-leader" } } },
    { ACT_MOVE_OUT, "moved out", KEPT, STAYS, WORKERS | ABOVE, NEEDS_WORDS, OTHERS, FOR_GOOD, correction_moved_out, { { HANDLER, "moved-out" } } },
    { ACT_MOVE_IN, "moved in", IN(CASE_NEW), STAYS, WORKERS | ABOVE, NEEDS_WORDS, REPORTERS, FOR_GOOD, additions_join, { { HANDLER, "added-handler" } } },
    { ACT_MOVE_IN, "moved in", IN(CASE_IN_HAND), STAYS | IN(CASE_NEW), WORKERS | ABOVE, NEEDS_WORDS, REPORTERS, FOR_GOOD, additions_join, { { HANDLER, "added-handler" } } },
    { ACT_NO_COMPLAINT, "no complaint", OPEN, IN(CASE_NO_COMPLAINT), SORTING, BARE, OTHERS, CAN_UNDO, effect_no_complaint, { { 0 } } },
    { ACT_SHOW_NOW, "shown", EVERY, STAYS, WORKERS | ABOVE, BARE, OTHERS, CAN_UNDO, effect_shown, { { REPORTER, "shown-now" } } },
    { ACT_HOLD, "held", EVERY, STAYS, WORKERS | ABOVE, NEEDS_WORDS, OTHERS, CAN_UNDO, NULL, { { LEADERS, "held-leader" } } },
    { ACT_VIEW, "viewed", KEPT, STAYS, ANYBODY, BARE, OTHERS, FOR_GOOD, NULL, { { 0 } } },
    /* by who listens */
    { ACT_HEAR, "heard", EVERY, STAYS, LISTENERS, BARE, OTHERS, FOR_GOOD, NULL, { { 0 } } },
    { ACT_WRITE_DOWN, "written down", EVERY & ~IN(CASE_IN_HAND), STAYS, LISTENERS, NEEDS_WORDS, REPORTERS, FOR_GOOD, hearing_write_down, { { REPORTER, "written-down" }, { HANDLER, "added-handler" } } },
    { ACT_WRITE_DOWN, "written down", IN(CASE_IN_HAND), STAYS | IN(CASE_NEW), LISTENERS, NEEDS_WORDS, REPORTERS, FOR_GOOD, hearing_write_down, { { REPORTER, "written-down" }, { HANDLER, "added-handler" } } },
    { ACT_SEND_UP, "sent up", OPEN, IN(CASE_NEW), LISTENERS, BARE, OTHERS, FOR_GOOD, hearing_send_up, { { 0 } } },
    /* by those above */
    { ACT_ADOPT, "adopted", OPEN, STAYS, BY_LEADER, BARE, OTHERS, CAN_UNDO, effect_adopted, { { REPORTER, "adopted" }, { HANDLER, "adopted-handler" } } },
    { ACT_NUDGE, "nudged", OPEN, STAYS, ABOVE | BY_OPERATOR, BARE, OTHERS, FOR_GOOD, NULL, { { HANDLER, "nudged" }, { RESPONSIBLE, "nudged" } } },
    { ACT_PUBLIC_WORKS, "public works", OPEN | TOLD, STAYS, ABOVE, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_public_works, { { REPORTER, "public-works" }, { HANDLER, "public-works-done" } } },
    { ACT_REVIEW, "reviewed", TOLD, STAYS, ABOVE, NEEDS_WORDS, OTHERS, CAN_UNDO, effect_reviewed, { { REPORTER, "reviewed" }, { HANDLER, "reviewed-handler" } } },
    { ACT_CLEAR, "cleared", EVERY, STAYS, BY_SUPERVISOR | BY_OPERATOR, NEEDS_WORDS, OTHERS, FOR_GOOD, effect_cleared, { { RESPONSIBLE, "assigned" } } },
    { ACT_ANSWER_ALARM, "alarm answered", OPEN, STAYS, WORKERS | ABOVE, BARE, OTHERS, FOR_GOOD, NULL, { { 0 } } },
    /* by the calendar */
    { ACT_SHOW, "shown", EVERY, STAYS, BY_CALENDAR, BARE, OTHERS, FOR_GOOD, effect_shown, { { 0 } } },
    { ACT_CARRY_ON, "carried on", IN(CASE_MERGED), IN(CASE_NEW) | IN(CASE_IN_HAND), BY_CALENDAR, BARE, OTHERS, FOR_GOOD, effect_carried_on, { { REPORTER, "carried-on" }, { HANDLER, "carried-on-handler" }, { RESPONSIBLE, "assigned" } } },
    { ACT_LINK, "linked", KEPT, STAYS, BY_CALENDAR, BARE, OTHERS, FOR_GOOD, NULL, { { REPORTER, "forwarded-out" }, { HANDLER, "linked-handler" }, { RESPONSIBLE, "linked-handler" } } },
    { ACT_COPY_REFUSED, "copy refused", KEPT, STAYS, BY_CALENDAR, BARE, OTHERS, FOR_GOOD, NULL, { { HANDLER, "copy-refused" }, { RESPONSIBLE, "copy-refused" } } },
    { ACT_REPORT, "reported", OPEN, STAYS, BY_CALENDAR, BARE, OTHERS, FOR_GOOD, NULL, { { 0 } } },
    { ACT_RING, "rung", OPEN, STAYS, BY_CALENDAR, BARE, OTHERS, FOR_GOOD, NULL, { { 0 } } },
    { ACT_REMIND, "reminded", OPEN | TOLD, STAYS, BY_CALENDAR, BARE, OTHERS, FOR_GOOD, NULL, { { 0 } } },
};
/* clang-format on */

enum { TRANSITIONS = sizeof transitions / sizeof *transitions };

const struct transition *lifecycle_transition(enum act act, enum case_state state)
{
    const struct transition *found = NULL;

    for (const struct transition *transition = transitions; transition < transitions + TRANSITIONS;
         transition++)
        if (transition->act == act && (!found || transition->from & IN(state)))
            found = transition;
    return found;
}

unsigned lifecycle_next(const struct transition *transition, enum case_state state)
{
    unsigned restricted = transition->whose == REPORTERS ? IN(CASE_NEW) : 0;

    return (transition->to & ~STAYS) | (transition->to & STAYS ? IN(state) : 0) | restricted;
}

const struct transition *lifecycle_transitions(size_t *n)
{
    *n = TRANSITIONS;
    return transitions;
}
