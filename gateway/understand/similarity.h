/*
 * How alike texts are: the pairs of characters they share, weighed by how rare these are among all of them.
 */
#ifndef GATEWAY_UNDERSTAND_SIMILARITY_H
#define GATEWAY_UNDERSTAND_SIMILARITY_H

#include <stdbool.h>
#include <stddef.h>

struct likeness;

struct likeness *likeness_new(void *mem);

/* Adds a text, which gets the next number from 0. False: no memory. */
bool likeness_add(struct likeness *likeness, const char *text);

/* Once, when all are added. */
void likeness_weigh(struct likeness *likeness);

/* From 0, nothing rare in common, to 1, the same. */
double likeness_of(const struct likeness *likeness, size_t a, size_t b);

#endif
