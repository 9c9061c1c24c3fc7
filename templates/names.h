/*
 * Which names a text looks up, with those of the texts in it. A bit stands for each by its hash, so that a
 * few names seem to be looked up which are not.
 */
#ifndef TEMPLATES_NAMES_H
#define TEMPLATES_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct template_names {
    uint64_t bits[4];
};

/* Every name. */
#define TEMPLATE_NAMES_ALL ((struct template_names){ { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } })

void template_names_add(struct template_names *names, const char *name);

/* False: the name is never looked up. */
bool template_names_have(const struct template_names *names, const char *name);

/* Adds the others. */
void template_names_join(struct template_names *names, const struct template_names *others);

#endif
