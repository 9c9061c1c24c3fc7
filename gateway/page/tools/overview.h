/*
 * The leaders' screen: who is on duty, urgent cases, overdue cases by unit, the days left to 亮, 晒 and 评,
 * and rates with their counts. The supervisors' screen: who looked at what.
 */
#ifndef GATEWAY_PAGE_TOOLS_OVERVIEW_H
#define GATEWAY_PAGE_TOOLS_OVERVIEW_H

#include "gateway/page/visit.h"

/* GET leader, GET audit. */
void overview_show(struct visit *visit);
void overview_audit(struct visit *visit);

#endif
