/*
 * The names of places one by one, for whoever needs few of very many: unit_names.h reads all of them.
 */
#ifndef GATEWAY_COMMAND_PRINT_UNIT_PLACES_H
#define GATEWAY_COMMAND_PRINT_UNIT_PLACES_H

#include "store/people.h"

struct unit_places;

/* The store must live longer. */
struct unit_places *unit_places_new(void *mem, struct store *store);

/* As unit_names_place; also "" where the store cannot be read. It lives until the next call. */
const char *unit_places_name(struct unit_places *places, int64_t id);

#endif
