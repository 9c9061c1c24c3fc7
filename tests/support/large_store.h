/*
 * A store with very many cases, as a county has after three years: 137 places, some 4 of 1,000 cases still
 * new and twice as many in hand beyond their time, and the last fortnight's, of which most are open.
 */
#ifndef TESTS_SUPPORT_LARGE_STORE_H
#define TESTS_SUPPORT_LARGE_STORE_H

#include <stdint.h>

/* Phones of the office's people: kind 0 to LARGE_KINDS - 1, nth 0 to LARGE_PEOPLE - 1. */
enum {
    LARGE_KINDS = 6,
    LARGE_PEOPLE = 40,
    LARGE_TOWNSHIPS = 10 /* their nth people are of unit 2 + nth % 10 */
};
enum large_kind {
    LARGE_CADRE,           /* of a township */
    LARGE_TOWNSHIP_LEADER, /* leader of a township; the others that follow are the county's */
    LARGE_LEADER,
    LARGE_SUPERVISOR,
    LARGE_CLERK,
    LARGE_OPERATOR
};
const char *large_phone(void *mem, enum large_kind kind, int nth);

/*
 * Fills the SQLite file, which has the schema and nothing else; the last case came at now. Needs some two
 * minutes for a million. Aborts where it cannot.
 */
void large_store_fill(const char *path, int64_t cases, int64_t now);

#endif
