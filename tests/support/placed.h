/*
 * Cases where a test wants them, without the steps that lead there.
 */
#ifndef TESTS_SUPPORT_PLACED_H
#define TESTS_SUPPORT_PLACED_H

#include "store/cases.h"

/* Opens the case, and brings it to the state it has. Fails the test when it cannot. */
void place_case(struct store *store, struct case_ *case_);

/* Writes the case back with a state that no act led to. */
void place_state(struct store *store, const struct case_ *case_);

/* A store that no desk opened passes no step; these kinds may be taken anywhere: "received,shown". */
void place_kinds(struct store *store, const char *kinds);

#endif
