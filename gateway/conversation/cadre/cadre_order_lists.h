/*
 * What registered people ask for in their own words that is about no one case: lists, who is on duty, the
 * code that they were to send back, and a step that was a mistake.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_ORDER_LISTS_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_ORDER_LISTS_H

#include "gateway/conversation/talk.h"
#include "gateway/understand/text/figure_question.h"

/* Tells a person who did something in the last minutes how to undo it; else *is_handled stays false. */
bool cadre_order_mistake(struct talk *talk, bool *is_handled);

/* says: bits of SAYS (staff_order.h). Leaves is_handled false where the words ask for nothing of that. */
bool cadre_order_lists(struct talk *talk, unsigned says, const struct figure_question *question,
                       bool *is_handled);

#endif
