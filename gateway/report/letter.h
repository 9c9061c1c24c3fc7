/*
 * The letters to a reporter: 回执, that a case was taken down; 受理告知, that it was accepted; 答复, the
 * answer to it. Regulation on petitions, art. 22, 23, 34 to 36.
 */
#ifndef GATEWAY_REPORT_LETTER_H
#define GATEWAY_REPORT_LETTER_H

#include <json-c/json.h>

#include "gateway/config.h"
#include "store/cases.h"

enum letter_kind { LETTER_RECEIPT, LETTER_ACCEPT, LETTER_ANSWER };

/* "receipt", "accept" and "answer". */
bool letter_parse(const char *word, enum letter_kind *kind);
/* Name of its template, without its ending. A constant. */
const char *letter_name(enum letter_kind kind);

enum letter_outcome { LETTER_MADE, LETTER_NOT_YET, LETTER_FAILED };

/*
 * What the letter's template is filled with; the caller releases it with json_object_put. LETTER_NOT_YET: the
 * case was not accepted, or has no answer, so far. LETTER_FAILED: store_error says why. Whoever asks must be
 * allowed to see the case; the handler of one that is restricted is not named. A receipt has
 * the words of the first text alone.
 */
enum letter_outcome letter_json(void *mem, struct store *store, const struct config *config,
                                const struct case_ *case_, enum letter_kind kind, struct json_object **data);

/* Whether this person filed the case for its reporter. False: store_error says why. */
bool letter_is_filer(void *mem, struct store *store, const struct case_ *case_, const char *phone,
                     bool *is_so);

/* Adds the code by which a reporter without a phone asks after the case: for its filer only. False:
 * store_error says why. */
bool letter_add_code(void *mem, struct store *store, const struct case_ *case_, struct json_object *data);

#endif
