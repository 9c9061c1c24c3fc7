/*
 * Searches cases by words and filters, exports the results as CSV, and prints a day's round. Nobody finds,
 * counts or exports a case that they may not know of.
 */
#ifndef GATEWAY_PAGE_TOOLS_FINDING_H
#define GATEWAY_PAGE_TOOLS_FINDING_H

#include "gateway/page/visit.h"

/* Handlers of rows: GET search, export and round. */
void finding_show(struct visit *visit);
void finding_export(struct visit *visit);
void finding_round(struct visit *visit);

#endif
