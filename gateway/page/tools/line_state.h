/*
 * The page of lines: the state of each, and the texts waiting to go out.
 */
#ifndef GATEWAY_PAGE_TOOLS_LINE_STATE_H
#define GATEWAY_PAGE_TOOLS_LINE_STATE_H

#include "gateway/page/visit.h"

/* GET lines */
void line_state_show(struct visit *visit);

#endif
