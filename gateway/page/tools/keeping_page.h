/*
 * The page on which the operator keeps free and worked days, the duty roster, names of places, leaves,
 * people, units, words of the lexicon, texts and limits. Each change is the command 登记 or 删去; it is
 * previewed first, and 错 undoes it.
 */
#ifndef GATEWAY_PAGE_TOOLS_KEEPING_PAGE_H
#define GATEWAY_PAGE_TOOLS_KEEPING_PAGE_H

#include "gateway/page/visit.h"

/* Handlers of rows: GET keep, with text=LANGUAGE/NAME also that text; POST keep. */
void keeping_page_show(struct visit *visit);
void keeping_page_do(struct visit *visit);

#endif
