/*
 * Papers printed from the page: letters and lists of templates/LANGUAGE/. They hold their style inline, which
 * the page's content policy forbids, so that it is served as a separate style sheet.
 */
#ifndef GATEWAY_PAGE_TOOLS_PAPER_H
#define GATEWAY_PAGE_TOOLS_PAPER_H

#include "gateway/page/visit.h"

/* Answers with NAME.html filled with data, and releases data. The view is written into the audit first. */
void paper_show(struct visit *visit, const char *name, struct json_object *data);

/* Handler of GET letter/receipt/NUMBER, letter/accept/NUMBER and letter/answer/NUMBER. */
void paper_letter(struct visit *visit);

/* Handler of GET pictures: charts of the last twelve months, or of from= to to=. */
void paper_pictures(struct visit *visit);

#endif
