/*
 * Codes of four digits by which somebody without a phone number asks after the case that was filed for them.
 */
#ifndef STORE_KEPT_CASE_CODES_H
#define STORE_KEPT_CASE_CODES_H

#include "store/store.h"

struct case_code {
    int64_t case_id;
    const char *code;
    int tries;        /* wrong ones on the day of tried_at */
    int64_t tried_at; /* seconds since 1970 UTC; 0: never */
};
/* Replaces what was kept for the case. */
bool store_put_case_code(struct store *store, const struct case_code *code);
/* From mem; NULL: the case has none. */
bool store_case_code(struct store *store, void *mem, int64_t case_id, struct case_code **code);

#endif
