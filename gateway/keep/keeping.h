/*
 * Records that the operator keeps: people (人员), units (单位), free and worked days (假日, 班日), the duty
 * roster (值班), names of places (地名), leaves (请假), words of the lexicon (词), texts (短信) and limits
 * (期限). Each change is stored with the value before it and can be undone for ten minutes.
 */
#ifndef GATEWAY_KEEP_KEEPING_H
#define GATEWAY_KEEP_KEEPING_H

#include "gateway/turn/turn.h"
#include "store/events.h"
#include "store/kept/keeping.h"
#include "store/people.h"

/*
 * kind, key and value in UTF-8; the value "" means: not kept.
 * "day": "2027-01-01"; "free" or "worked".
 * "duty": "141027 2027-01-01", a unit's code and a day; a phone.
 * "name": "大王庄 141027100201"; "yes".
 * "leave": a phone; "2027-01-01 2027-01-03 PHONE", both days included.
 * "person": a phone; "NAME TITLE ROLES CODE", "-" where there is none, roles joined by +: "李有田 村主任
 * cadre+leader 141027". "unit": a code; "NAME LEVEL PARENT DUTY", "-" where there is none: "高村 village
 * 141027103 -".
 * "word": the word; "TOPIC WEIGHT": "road 4". "class", "danger": the word; a kind of categories.txt or
 * danger.txt and the weight: "need 3", "fire 10". "text": "zh/received"; the text. "limit": the option's
 * name; its value. Of these three values_wrong (values.h) says what may not be.
 */
struct keeping_change {
    const char *kind, *key, *value;
};

enum keeping_outcome {
    KEEPING_DONE,
    KEEPING_SAME,
    KEEPING_UNKNOWN_UNIT,
    KEEPING_UNKNOWN_PERSON,
    KEEPING_HAS_CASES, /* the person's cases must be handed over first */
    KEEPING_IN_USE,    /* people, cases or units belong to this unit */
    KEEPING_WRONG,     /* values_wrong says what */
    KEEPING_MAY_NOT,   /* roles given on the host only, or one's own record */
    KEEPING_NOTHING
};

/*
 * Makes the change as this person. *kept, from the turn, has the value before; on KEEPING_SAME nothing
 * changed. False: turn_error says why.
 */
bool keeping_make(struct turn *turn, const struct person *by, const struct event *event,
                  const struct keeping_change *change, struct keeping **kept, enum keeping_outcome *outcome);

/*
 * Undoes this person's last change, if it is at most ten minutes old, they took no undoable step after it,
 * and nobody has changed the same record since. KEEPING_NOTHING: there is no such change. False: turn_error
 * says why.
 */
bool keeping_undo(struct turn *turn, const struct person *by, struct keeping **undone,
                  enum keeping_outcome *outcome);

#endif
