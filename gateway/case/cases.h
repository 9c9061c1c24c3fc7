/*
 * The life of a case: which step may follow which state, who may take it, what it does, and who is told. One
 * table in cases.c; nothing changes a case but cases_open and cases_take.
 */
#ifndef GATEWAY_CASE_CASES_H
#define GATEWAY_CASE_CASES_H

#include "gateway/turn/turn.h"
#include "store/cases.h"
#include "store/events.h"
#include "store/people.h"

/* How a person may stand to a case; a set. None of them: the case is not theirs to see. */
enum standing {
    BY_REPORTER = 1,
    BY_HANDLER = 2,
    BY_UNIT = 4, /* works for the unit or the place it belongs to: may take it on */
    BY_LEADER = 8,
    BY_SUPERVISOR = 16,
    BY_CALENDAR = 32,
    BY_OPERATOR = 64
};

enum act {
    ACT_ADD,
    ACT_LATE_PART,
    ACT_SPLIT_OFF,
    ACT_RATE,
    ACT_COMPLAIN, /* rated 4 too late to be taken up again */
    ACT_APPEAL,   /* 复查 */
    ACT_WITHDRAW,
    ACT_HIDE, /* 匿名 */
    ACT_REOPEN,
    ACT_ACCEPT,
    ACT_PROGRESS,
    ACT_CLOSE,
    ACT_EXPLAIN,
    ACT_REFUSE, /* out of scope */
    ACT_RETURN,
    ACT_RECUSE, /* 回避 */
    ACT_FORWARD,
    ACT_SPLIT,
    ACT_MERGE,
    ACT_TAKE_IN, /* the other side of a merge */
    ACT_EXTEND,
    ACT_RECLASS,
    ACT_SHOW_NOW,
    ACT_HOLD,
    ACT_VIEW,
    ACT_ADOPT, /* 包案 */
    ACT_NUDGE,
    ACT_PUBLIC_WORKS,  /* 年初大事 */
    ACT_URGENCY_CLASS, /* another class of urgency */
    ACT_REVIEW,        /* the answer to 复查 */
    ACT_CLEAR,         /* nobody is accused */
    ACT_SHOW,
    ACT_REPORT,
    ACT_REMIND
};

enum { QUESTION_SECONDS = 72 * 3600, REOPEN_SECONDS = 7 * 86400 };

/* Who acts when nobody's phone does. */
extern const struct person cases_calendar, cases_operator;

struct action {
    enum act act;
    struct case_ *case_; /* changed in place, and written back */
    const struct person *by;
    const char *words; /* NULL: none */
    const char *line;  /* NULL: by no line */
    int64_t event_id;
    int rating;                          /* ACT_RATE */
    int days;                            /* ACT_EXTEND */
    int households, residents;           /* ACT_PUBLIC_WORKS */
    const struct unit *unit;             /* ACT_FORWARD */
    const struct case_ *other;           /* ACT_MERGE */
    enum case_category category;         /* ACT_RECLASS */
    const char *topic;                   /* ACT_RECLASS; NULL: as it was */
    const char *urgency_class;           /* ACT_URGENCY_CLASS */
    int64_t on;                          /* ACT_SHOW: the date's moment; 0: now */
    bool is_silent;                      /* nobody is told: the caller does */
    const char *whole;                   /* ACT_LATE_PART: the case's text with its gap filled; NULL */
    const struct understood *understood; /* ACT_ADD: of the further text; NULL elsewhere */

    int64_t step_id;        /* result */
    const char *escalation; /* result: why the supervisors hear of it, "unreported"; NULL */
    const char *refusal;    /* result: the text that says why not; NULL: it was done */
    bool is_repeat;         /* result: it was done before, and nothing happened now */
};

/* Only asks whether it may be taken: sets refusal, or is_repeat. */
bool cases_may_take(struct turn *turn, struct action *action);

/* False: failed. Refused is true with a refusal, as is a repeat; nothing has changed then. */
bool cases_take(struct turn *turn, struct action *action);

struct opening {
    const struct event *event;
    const struct understood *understood; /* of the text */
    const char *text;                    /* NULL: the event's */
    const char *reporter;                /* NULL: who sent the event */
    const char *actor;                   /* who files it; NULL: the reporter */
    bool is_anonymous;
};

/*
 * A new case: number, place, topic, class, who it goes to; its first step; the responsible are told, the
 * reporter is not.
 */
bool cases_open(struct turn *turn, const struct opening *opening, struct case_ **case_);

/*
 * Takes back the last step this person took, within ten minutes and while nothing else has happened to its
 * case: the case is as before, unsent texts are recalled, who has got one is told the right state. *case_ is
 * NULL when there is nothing to take back.
 */
bool cases_undo(struct turn *turn, const struct person *by, const struct event *event, struct case_ **case_);

/* Art. 30 stands in here: whoever has no standing must not learn that the case is there. */
bool cases_standing(struct turn *turn, const struct case_ *case_, const struct person *person,
                    unsigned *standing);

/*
 * The unit a case belongs to: the first that there is of the one for guarded cases, the county's own rules,
 * the office for people away from home, the office of its class, its topic's department, its place.
 * is_named: it goes to the unit rather than to the people of its place.
 */
bool cases_find_unit(struct turn *turn, const struct case_ *case_, int64_t *unit, bool *is_named);
/* Gives it to that unit. */
bool cases_route(struct turn *turn, struct case_ *case_);

/* Who has the case, or acts for them now; NULL when nobody has it. */
bool cases_handler(struct turn *turn, const struct case_ *case_, struct person **person);

/* Up to two people each, with the standing their part needs, so that art. 30 holds. */
/* Who should take on a case nobody has: of its place, else of its unit, and who is on duty there. */
bool cases_responsible(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* Who works for its unit. */
bool cases_people_of_unit(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* The leader who adopted it, else those of its unit or the nearest one above. */
bool cases_leaders(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* Supervisors, else the county's leaders. */
bool cases_supervisors(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* Supervisors and the county's leaders. */
bool cases_heads(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);

/* Who is on duty for a unit: set, and cleared with NULL. */
bool cases_set_duty(struct turn *turn, int64_t unit, const char *phone);

#endif
