/*
 * One county and its centre, for tests on SQLite and PostgreSQL (on_both.h). Nothing runs yet.
 */
#ifndef TESTS_SUPPORT_ONE_COUNTY_H
#define TESTS_SUPPORT_ONE_COUNTY_H

#include "tests/support/province.h"

/* A villager. */
#define PHONE "+8613934567001"
#define DIGITS "13934567001"

struct one_county {
    struct province *province;
    struct member *county; /* 141027 */
};

/* Before and after a test: *state is a struct one_county between them. */
int one_county_open(void **state);
int one_county_close(void **state);

/* Waits until the centre has every row, and compares the two journals row for row. */
void one_county_settle(struct one_county *world);
/* The county deletes its rows, because a backup of the centre has them. */
void one_county_prune(struct one_county *world);

#endif
