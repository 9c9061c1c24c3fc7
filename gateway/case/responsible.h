/*
 * Who hears of a case because of what they are: up to two people each unless it says otherwise, and only with
 * the standing that their part needs, so that art. 30 holds. Who is on leave is replaced by their stand-in.
 * False: the store failed.
 */
#ifndef GATEWAY_CASE_RESPONSIBLE_H
#define GATEWAY_CASE_RESPONSIBLE_H

#include "gateway/turn/turn.h"
#include "store/cases.h"
#include "store/people.h"

/* Who has the case, or acts for them now; NULL when nobody has it, or who had it no longer works here. */
bool responsible_handler(struct turn *turn, const struct case_ *case_, struct person **person);
/* The same, or where a case in hand has nobody like that: the leaders of its unit. */
bool responsible_now(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* Who should take on a case that nobody has: of its place, else of its unit, and who is on duty there. */
bool responsible_people(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* Who answers its open review, see review.h; the county's supervisors where that unit has nobody who may. */
bool responsible_reviewers(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* Everybody who is on duty in its unit or place, or in a unit above one of them. */
bool responsible_on_duty(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* Who works for its unit. */
bool responsible_of_unit(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* Who sorts it anew once it was returned: those of its unit; of a guarded case the leaders. */
bool responsible_sorters(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* The leader who adopted it, else those of the unit where it is worked on (of whoever has it, else of its
 * place or unit) or of the nearest one above. */
bool responsible_leaders(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/* Supervisors, else the county's leaders. */
bool responsible_supervisors(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);
/*
 * Everybody who is rung when there is danger, each once: who is on duty in its unit or place or above, its
 * handler or those who should take it on, and the nearest leaders (where there is nobody, supervisors and
 * county leaders): *n_first of them hear at once. Then the cadres and
 * leaders from its place upwards, supervisors, and the county's leaders.
 */
bool responsible_in_danger(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n,
                           size_t *n_first);
/* Who is on duty for the county, then in its offices; not who is in the discipline office. */
bool responsible_for_county(struct turn *turn, struct person **people, size_t *n);
/* Supervisors and the county's leaders. */
bool responsible_heads(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);

#endif
