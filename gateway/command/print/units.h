/*
 * Units by name, for subcommands: all of them, read once.
 */
#ifndef GATEWAY_COMMAND_PRINT_UNITS_H
#define GATEWAY_COMMAND_PRINT_UNITS_H

#include "store/people.h"

struct units;

/* NULL when the store cannot be read; store_error says why. */
struct units *units_read(void *mem, struct store *store);

/* NULL when there is none of this id. */
const struct unit *units_by_id(const struct units *units, int64_t id);

/* A village with its township: 北王镇高村; anything else by its own name. "" for 0. Kept by units. */
const char *units_place(const struct units *units, int64_t id);

/*
 * Units a person means: by code, else by full name, 北王镇高村, or alias, else without 村委会, 村, 镇 and
 * their like. *n is 0 when none fits, more than 1 when several do (two villages are called 高村). False only
 * without memory.
 */
bool units_find(const struct units *units, void *mem, const char *text, int64_t **ids, size_t *n);

/* True when the unit is the other, or lies in it. */
bool units_is_in(const struct units *units, int64_t id, int64_t other);

/* A name without what every village's ends with: 高村 for 高村村委会. From mem. */
const char *unit_short_name(void *mem, const char *name);

#endif
