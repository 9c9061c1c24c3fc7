#include "gateway/conversation/rest.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/joined.h"

enum { SHORT_REST = 24 /* octets */ };

bool rest_keep(struct talk *talk, struct case_ *case_, struct action *action, bool *is_kept)
{
    struct understood *understood = talloc(talk->turn->mem, struct understood);
    const char *rest = talk->match.rest;
    bool is_open = case_state_is_open(case_->state), weighs;

    const struct case_ *own;

    *is_kept = false;
    if (!joined_own(talk->turn, case_, talk->event->from, &own))
        return false;
    if (!*rest || !own)
        return true;
    understand(talk->turn->understanding, talk->turn->mem, rest, understood);
    weighs = understood->is_guarded || understood->urgency == URGENCY_URGENT;
    if (!weighs && (!is_open || understood->kind != TEXT_CASE || strlen(rest) <= SHORT_REST))
        return true;
    *action = (struct action){
        .act = is_open ? ACT_ADD : ACT_COMPLAIN, .case_ = case_, .words = rest, .understood = understood
    };
    if (!talk_step(talk, action))
        return false;
    *is_kept = action->refusal == NOT_REFUSED;
    return true;
}
