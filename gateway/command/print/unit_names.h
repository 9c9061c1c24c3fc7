/*
 * Units by name, for subcommands: all of them, read once, or one by one as they are asked for.
 */
#ifndef GATEWAY_COMMAND_PRINT_UNIT_NAMES_H
#define GATEWAY_COMMAND_PRINT_UNIT_NAMES_H

#include "store/people.h"

struct unit_names;

/* For whoever looks for many names. NULL when the store cannot be read; store_error says why. */
struct unit_names *unit_names_read(void *mem, struct store *store);
/* For whoever needs few of very many: only what is asked for is read and kept. The store must live longer;
 * where it cannot be read there is no unit. */
struct unit_names *unit_names_open(void *mem, struct store *store);

/* NULL when there is none of this id. */
const struct unit *unit_names_by_id(struct unit_names *units, int64_t id);

/* A village with its township: 北王镇高村; anything else by its own name. "" for 0. Kept by units. */
const char *unit_names_place(struct unit_names *units, int64_t id);

/*
 * Units a person means: by code, else by full name, 北王镇高村, or alias, else without 村委会, 村, 镇 and
 * their like. *n is 0 when none fits, more than 1 when several do (two villages are called 高村).
 */
void unit_names_find(struct unit_names *units, void *mem, const char *text, int64_t **ids, size_t *n);

/* True when the unit is the other, or lies in it. */
bool unit_names_is_in(struct unit_names *units, int64_t id, int64_t other);

/* A name without what every village's ends with: 高村 for 高村村委会. From mem. */
const char *unit_names_short(void *mem, const char *name);

#endif
