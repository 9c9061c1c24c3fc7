/*
 * Looking for cases: by words and by what a list may be narrowed to; what was found as CSV, and a day's round
 * on paper. Nobody finds, counts or exports a case that they may not know of.
 */
#ifndef GATEWAY_PAGE_TOOLS_FINDING_H
#define GATEWAY_PAGE_TOOLS_FINDING_H

#include "gateway/page/visit.h"

/* Handlers of rows: GET search, export and round. */
void finding_show(struct visit *visit);
void finding_export(struct visit *visit);
void finding_round(struct visit *visit);

#endif
