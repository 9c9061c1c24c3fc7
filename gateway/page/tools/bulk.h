/*
 * One command for several cases: the preview shows every effect and every text, the visitor confirms once,
 * and the result is listed case by case.
 */
#ifndef GATEWAY_PAGE_TOOLS_BULK_H
#define GATEWAY_PAGE_TOOLS_BULK_H

#include "gateway/page/visit.h"

/* POST bulk: n (several), command, words; sure after the preview. */
void bulk_do(struct visit *visit);

/* POST undo: takes back the visitor's last command. */
void bulk_undo(struct visit *visit);

#endif
