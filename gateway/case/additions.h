/*
 * What further words of the reporter do to a case.
 */
#ifndef GATEWAY_CASE_ADDITIONS_H
#define GATEWAY_CASE_ADDITIONS_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"

/* Adds the words to the case's text, which may make it urgent or give it a place. */
bool additions_join(struct turn *turn, struct action *action);
/* Takes the words off the end of the case's text; the step that added them stays. */
bool additions_split_off(struct turn *turn, struct action *action);

/* Puts further words behind the case's text, while there is room. */
void additions_keep(struct turn *turn, struct case_ *case_, const char *words);

#endif
