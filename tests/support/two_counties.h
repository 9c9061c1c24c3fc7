/*
 * Two counties and their centre, for tests on SQLite and PostgreSQL (on_both.h). Nothing runs yet. Each has a
 * cadre.
 */
#ifndef TESTS_SUPPORT_TWO_COUNTIES_H
#define TESTS_SUPPORT_TWO_COUNTIES_H

#include "tests/support/province.h"

#define CADRE "+8613800000055"
#define HERE "141027"  /* 浮山县 */
#define THERE "141002" /* 尧都区 */

#define LINKED "SELECT count(*) FROM transfers WHERE state = 'linked'"

struct two_counties {
    struct province *province;
    struct member *here, *there;
};

/* Before and after a test: *state is a struct two_counties between them. */
int two_counties_open(void **state);
int two_counties_close(void **state);

/* Links both, each after it has the list of the other. */
void two_counties_link(struct two_counties *world);

/* The centre lists the county by this name from now on. */
void province_name_county(struct province *province, const char *code, const char *name);

/* A text of its store, from the county; "": none. */
const char *county_text(struct member *county, const char *sql);
/* The number of its newest case. */
const char *county_last_number(struct member *county);

#endif
