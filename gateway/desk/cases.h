/*
 * The life of a case: which step may follow which state, who may take it, what it does, and who is told. One
 * table in cases.c; nothing changes a case but cases_open and cases_take.
 */
#ifndef GATEWAY_DESK_CASES_H
#define GATEWAY_DESK_CASES_H

#include "gateway/desk/turn.h"
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
    ACT_ACCEPT,
    ACT_PROGRESS,
    ACT_CLOSE,
    ACT_RATE,
    ACT_REOPEN,
    ACT_SHOW,
    ACT_REPORT,
    ACT_REMIND,
    ACT_LATE_PART,
    ACT_SPLIT_OFF,
    ACT_COMPLAIN, /* rated 4 too late to be taken up again */
    ACT_VIEW
};

enum { QUESTION_SECONDS = 72 * 3600, REOPEN_SECONDS = 7 * 86400 };

/* Who acts when nobody's phone does. */
extern const struct person cases_calendar, cases_operator;

struct taking {
    enum act act;
    struct case_ *case_; /* changed in place, and written back */
    const struct person *by;
    const char *words; /* NULL: none */
    const char *line;  /* NULL: by no line */
    int64_t event_id;
    int rating;                          /* ACT_RATE */
    int64_t on;                          /* ACT_SHOW: the date's moment; 0: now */
    bool is_silent;                      /* nobody is told: the caller does */
    const struct understood *understood; /* ACT_ADD: of the further text; NULL elsewhere */

    int64_t step_id;     /* result */
    const char *refusal; /* result: the text that says why not; NULL: it was done */
};

/* Only asks whether it may be taken: sets refusal. */
bool cases_may_take(struct turn *turn, struct taking *taking);

/* False: failed. Refused is true with a refusal; nothing has changed then. */
bool cases_take(struct turn *turn, struct taking *taking);

/*
 * A new case of this text: number, place, topic, class, who it goes to; its first step; the responsible are
 * told, the reporter is not. text NULL: the event's.
 */
bool cases_open(struct turn *turn, const struct event *event, const struct understood *understood,
                const char *text, struct case_ **case_);

/* Art. 30 stands in here: whoever has no standing must not learn that the case is there. */
bool cases_standing(struct turn *turn, const struct case_ *case_, const struct person *person,
                    unsigned *standing);

/* Gives the case to the unit it belongs to by guard, class and place. */
bool cases_route(struct turn *turn, struct case_ *case_);

/* Up to two people who should hear of a case nobody has taken on. */
bool cases_responsible(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);

#endif
