/*
 * Decisions of one press, on a line of a list: what becomes of a text that failed, and that a class is right.
 */
#ifndef GATEWAY_PAGE_DECIDING_H
#define GATEWAY_PAGE_DECIDING_H

#include "gateway/page/visit.h"

/* POST text: id, what: again, arrived, given_up. */
void deciding_text(struct visit *visit);

/* POST agree: n: the class and topic of this case are right as they are. */
void deciding_agree(struct visit *visit);

#endif
