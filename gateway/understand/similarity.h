/*
 * How alike texts are: the pairs of characters they share, weighed by how rare these are among all of them.
 */
#ifndef GATEWAY_UNDERSTAND_SIMILARITY_H
#define GATEWAY_UNDERSTAND_SIMILARITY_H

#include <stdbool.h>
#include <stddef.h>

struct similarity;

struct similarity *similarity_new(void *mem);

/* Adds a text, which gets the next number from 0. */
void similarity_add(struct similarity *similarity, const char *text);

/* Once, when all are added. */
void similarity_weigh(struct similarity *similarity);

/* From 0, nothing rare in common, to 1, the same. */
double similarity_of(const struct similarity *similarity, size_t a, size_t b);

#endif
