/*
 * How many automatic answers go out: a token bucket and a count a day for each sender, and a count a day for
 * all. A text beyond the limit is kept and becomes or joins a case all the same; only its answer is not sent.
 *
 * Exempt are receipts of danger, and cadres whose number is proven. What comes from a cadre's number unproven
 * counts for that number, but like codes not for the gateway's budget.
 */
#ifndef GATEWAY_CONVERSATION_BUDGET_H
#define GATEWAY_CONVERSATION_BUDGET_H

#include "gateway/conversation/talk.h"

/*
 * Whether the answer of that name may go out; counts it. Alerts the operator once a day, when four fifths of
 * the gateway's budget are used. False: the store failed.
 */
bool budget_take(struct talk *talk, const char *name, bool *may);

#endif
