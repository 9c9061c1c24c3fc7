/*
 * How much two texts are alike, and the numbers by which texts that are alike are found among very many:
 * pairs of neighbouring characters, of which those that stand in every other complaint say little.
 */
#ifndef GATEWAY_UNDERSTAND_LIKENESS_H
#define GATEWAY_UNDERSTAND_LIKENESS_H

#include <stddef.h>
#include <stdint.h>

enum { LIKENESS_GRAMS = 6 };

/*
 * Writes up to LIKENESS_GRAMS hashes of the text's telling pairs: always the same ones of a pair's text, so
 * that two texts that share many pairs share some of these. Returns how many. Digits and marks are in none.
 */
size_t likeness_grams(const char *text, uint32_t grams[LIKENESS_GRAMS]);

struct likeness;

/* A text to compare others with. */
struct likeness *likeness_new(void *mem, const char *text);
/* Percent: 0 no telling pair in common, 100 the same pairs. */
int likeness_to(const struct likeness *likeness, const char *text);

#endif
