/*
 * How similar texts are: the cosine of the pairs of neighbouring characters they share, weighted by rarity.
 * Add all texts, weigh once, then compare.
 */
#ifndef GATEWAY_UNDERSTAND_SIMILARITY_H
#define GATEWAY_UNDERSTAND_SIMILARITY_H

#include <stdbool.h>
#include <stddef.h>

struct similarity;

/* About 2 MB. */
struct similarity *similarity_new(void *mem);

/* Adds a text; texts are numbered from 0 in this order. */
void similarity_add(struct similarity *similarity, const char *text);

/* To be called once, when all texts are added. */
void similarity_weigh(struct similarity *similarity);

/* From 0 (no pairs in common) to 1 (the same pairs); a and b are numbers of texts. */
double similarity_of(const struct similarity *similarity, size_t a, size_t b);

#endif
