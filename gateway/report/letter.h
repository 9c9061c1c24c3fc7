/*
 * The letters to a reporter: 受理告知, that a case was accepted, and 答复, the answer to it. Regulation on
 * petitions, art. 22, 23, 34 to 36.
 */
#ifndef GATEWAY_REPORT_LETTER_H
#define GATEWAY_REPORT_LETTER_H

#include <json-c/json.h>

#include "gateway/config.h"
#include "store/cases.h"

enum letter_kind { LETTER_ACCEPT, LETTER_ANSWER };

/* "accept" and "answer". */
bool letter_parse(const char *word, enum letter_kind *kind);
/* Name of its template, without its ending. A constant. */
const char *letter_name(enum letter_kind kind);

enum letter_outcome { LETTER_MADE, LETTER_NOT_YET, LETTER_FAILED };

/*
 * What the letter's template is filled with; the caller releases it with json_object_put. LETTER_NOT_YET: the
 * case was not accepted, or has no answer, so far. LETTER_FAILED: store_error says why. Whoever asks must be
 * allowed to see the case; the handler of one that is restricted is not named.
 */
enum letter_outcome letter_json(void *mem, struct store *store, const struct config *config,
                                const struct case_ *case_, enum letter_kind kind, struct json_object **data);

#endif
