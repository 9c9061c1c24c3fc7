/*
 * One screen for leaders: who is on duty, what is urgent, what is overdue by unit, the days to 亮, 晒 and 评,
 * and rates with what they are of. And for supervisors who looked at what.
 */
#ifndef GATEWAY_PAGE_OVERVIEW_H
#define GATEWAY_PAGE_OVERVIEW_H

#include "gateway/page/visit.h"

/* Keeps figures for a minute. */
struct figures_cache *overview_new(void *mem);

/* GET leader, GET audit. */
void overview_show(struct visit *visit);
void overview_audit(struct visit *visit);

#endif
