/*
 * Files a case for somebody who walks in, telephones or writes a letter (the command 代).
 */
#ifndef GATEWAY_PAGE_TOOLS_NEW_CASE_H
#define GATEWAY_PAGE_TOOLS_NEW_CASE_H

#include "gateway/page/visit.h"

/* GET and POST new. */
void new_case_show(struct visit *visit);
void new_case_do(struct visit *visit);

/* POST place: words; answers {"place": ...} with the place that they name, for who is typing them. */
void new_case_place(struct visit *visit);

#endif
