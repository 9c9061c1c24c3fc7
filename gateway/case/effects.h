/*
 * What a step does to its case beyond the state. Each may refuse the step by setting action->refusal; the
 * caller then restores the case. False: the store failed.
 */
#ifndef GATEWAY_CASE_EFFECTS_H
#define GATEWAY_CASE_EFFECTS_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"

/* The case came to others, or back to who had it: the time limits that bind them begin now. */
void effect_given(struct turn *turn, struct case_ *case_);

/* Named after the kind of step they belong to. */
bool effect_accepted(struct turn *turn, struct action *action);
bool effect_closed(struct turn *turn, struct action *action);
bool effect_ended(struct turn *turn, struct action *action);
bool effect_rated(struct turn *turn, struct action *action);
bool effect_withdrawn(struct turn *turn, struct action *action);
bool effect_carried_on(struct turn *turn, struct action *action);
bool effect_reopened(struct turn *turn, struct action *action);
bool effect_appealed(struct turn *turn, struct action *action);
bool effect_appealed_outside(struct turn *turn, struct action *action);
bool effect_shown(struct turn *turn, struct action *action);
bool effect_returned(struct turn *turn, struct action *action);
bool effect_recused(struct turn *turn, struct action *action);
bool effect_forwarded(struct turn *turn, struct action *action);
bool effect_forwarded_out(struct turn *turn, struct action *action);
bool effect_handed_over(struct turn *turn, struct action *action);
bool effect_merged(struct turn *turn, struct action *action);
bool effect_adopted(struct turn *turn, struct action *action);
bool effect_extended(struct turn *turn, struct action *action);
bool effect_reclassed(struct turn *turn, struct action *action);
bool effect_placed(struct turn *turn, struct action *action);
bool effect_no_complaint(struct turn *turn, struct action *action);
bool effect_cleared(struct turn *turn, struct action *action);
bool effect_public_works(struct turn *turn, struct action *action);
bool effect_reviewed(struct turn *turn, struct action *action);
bool effect_progress(struct turn *turn, struct action *action);
bool effect_urgency_class(struct turn *turn, struct action *action);
bool effect_hidden(struct turn *turn, struct action *action);

#endif
