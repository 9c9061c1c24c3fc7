/*
 * What the operator keeps: people (人员), units (单位), free and worked days (假日, 班日), who is on duty on
 * which day (值班), names of places (地名), and who is on leave (请假). Each change is kept with what was
 * before it, and can be taken back for ten minutes.
 */
#ifndef GATEWAY_KEEP_KEEPING_H
#define GATEWAY_KEEP_KEEPING_H

#include "gateway/turn/turn.h"
#include "store/events.h"
#include "store/kept/keeping.h"
#include "store/people.h"

/*
 * kind, key and value; "" is the value of what is not kept.
 * "day": "2027-01-01"; "free" or "worked".
 * "duty": "141027 2027-01-01", a unit's code and a day; a phone.
 * "name": "大王庄 141027100201"; "yes".
 * "leave": a phone; "2027-01-01 2027-01-03 PHONE", both days included.
 * "person": a phone; "NAME TITLE ROLES CODE", of which "-" is none, roles joined by +: "李有田 村主任
 * cadre+leader 141027". "unit": a code; "NAME LEVEL PARENT DUTY", of which "-" is none: "高村 village
 * 141027103 -".
 */
struct keeping_change {
    const char *kind, *key, *value;
};

enum keeping_outcome {
    KEEPING_DONE,
    KEEPING_SAME,
    KEEPING_UNKNOWN_UNIT,
    KEEPING_UNKNOWN_PERSON,
    KEEPING_HAS_CASES, /* whose cases have to be handed over first */
    KEEPING_IN_USE,    /* a unit that something belongs to stays */
    KEEPING_MAY_NOT,   /* roles that only the host gives, and one's own */
    KEEPING_NOTHING
};

/*
 * Makes the change in the name of this person. *kept, from the turn, tells what was before; on KEEPING_SAME
 * nothing changed. False: turn_error says why.
 */
bool keeping_make(struct turn *turn, const struct person *by, const struct event *event,
                  const struct keeping_change *change, struct keeping **kept, enum keeping_outcome *outcome);

/*
 * Takes back this person's last change, if it is not older than ten minutes, was made after all their steps
 * that could be undone, and nobody changed the same thing since. KEEPING_NOTHING: there is none. False:
 * turn_error says why.
 */
bool keeping_undo(struct turn *turn, const struct person *by, struct keeping **undone,
                  enum keeping_outcome *outcome);

#endif
