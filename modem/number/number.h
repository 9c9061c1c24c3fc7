/*
 * Recognises telephone numbers as people and networks write them: their kind, and their form in E.164.
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
    char e164[24]; /* + and digits, also for NUMBER_OTHER with the form of a number; else "" */
};

/*
 * Reads input as one would dial it in region (ISO 3166): "CN", "HK", "MO" or "TW"; elsewhere only numbers
 * with + or 00 are read. Numbers outside China are checked by their length only. Separators, full-width
 * digits and "tel:" are accepted; an extension is left out. Allocates nothing and takes about a microsecond.
 * Only the e164 of NUMBER_REAL and NUMBER_VANITY can be dialled from abroad; keep all others as they were
 * written.
 */
struct number number_normalise(const char *input, const char *region);

/* A subscriber's, whom one can call or text: also a mainland mobile's of a block that the plan does not know
 * yet, as new ones are assigned every few years. Its e164 is not "". */
bool number_is_subscriber(const struct number *number);

/* "number", "short-code", "sp-number", "alphanumeric", "vanity", "other" */
const char *number_kind_name(enum number_kind kind);

#endif
