/*
 * Decisions by one button on a line of a list: what to do with a failed text, and that a class is right.
 */
#ifndef GATEWAY_PAGE_TOOLS_DECIDING_H
#define GATEWAY_PAGE_TOOLS_DECIDING_H

#include "gateway/page/visit.h"

/* POST text: id, what: again, arrived, given_up. */
void deciding_text(struct visit *visit);

/* POST agree: n. Confirms the class and topic of this case. */
void deciding_agree(struct visit *visit);

#endif
