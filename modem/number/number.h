/*
 * Telephone numbers as people and networks write them: what they are, and in E.164.
 */
#ifndef MODEM_NUMBER_NUMBER_H
#define MODEM_NUMBER_NUMBER_H

#include <stdbool.h>

enum number_kind {
    NUMBER_REAL,         /* a subscriber's, of any country */
    NUMBER_SHORT_CODE,   /* 110, 10086, 95588: valid in the region only */
    NUMBER_SP,           /* 106...: a service provider's, in China */
    NUMBER_ALPHANUMERIC, /* a sender's name */
    NUMBER_VANITY,       /* 1-800-FLOWERS */
    NUMBER_OTHER
};

struct number {
    enum number_kind kind;
    char e164[24]; /* + and digits, also of what only has the form of a number; "" when not even that */
};

/*
 * Reads input as one would dial it in region (ISO 3166, "CN"), with any separators, full-width digits, tel:
 * and extensions, which are left out. Allocates nothing and takes about a microsecond. Only NUMBER_REAL, and
 * NUMBER_VANITY, are e164 that can be dialled from abroad; keep others as they came.
 */
struct number number_normalise(const char *input, const char *region);

/* "number", "short-code", "sp-number", "alphanumeric", "vanity", "other" */
const char *number_kind_name(enum number_kind kind);

#endif
