/*
 * The page of one case: its texts and steps, the commands the visitor may give now, and their forms.
 */
#ifndef GATEWAY_PAGE_CASE_PAGE_H
#define GATEWAY_PAGE_CASE_PAGE_H

#include "gateway/page/visit.h"

/* The case of this number, if the visitor may know of it. NULL: the request has been answered. */
struct case_ *case_page_find(struct visit *visit, const char *number);

/* Handlers of rows: GET case/NUMBER and case/NUMBER/play/ID, POST case/NUMBER/do. */
void case_page_show(struct visit *visit);
void case_page_do(struct visit *visit);

#endif
