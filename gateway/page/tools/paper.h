/*
 * What is printed from the page: letters and lists of templates/LANGUAGE/, which carry their style in
 * themselves. The page's policy allows no such style, so that it goes out as a style sheet of its own.
 */
#ifndef GATEWAY_PAGE_TOOLS_PAPER_H
#define GATEWAY_PAGE_TOOLS_PAPER_H

#include "gateway/page/visit.h"

/* Answers with NAME.html, filled with data, which is released. A view is written into the audit before. */
void paper_show(struct visit *visit, const char *name, struct json_object *data);

/* Handler of GET letter/accept/NUMBER and letter/answer/NUMBER. */
void paper_letter(struct visit *visit);

/* Handler of GET pictures: of the last twelve months, or from= and to=. */
void paper_pictures(struct visit *visit);

#endif
