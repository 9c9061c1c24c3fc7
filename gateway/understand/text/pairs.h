/*
 * The pairs of neighbouring letters in a text, as hashes: what texts are compared by. Digits and marks are in
 * none.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_PAIRS_H
#define GATEWAY_UNDERSTAND_TEXT_PAIRS_H

#include <stddef.h>
#include <stdint.h>
#include <unitypes.h>

/* Only the first so many pairs of a text count. */
enum { PAIRS_MOST = 256 };

/* The hash of a pair, of so many bits, at most 32; stores keep hashes of 31, so it must never change. */
uint32_t pairs_hash(ucs4_t left, ucs4_t right, int bits);

/* For qsort and bsearch of hashes. */
int pairs_order(const void *a, const void *b);

/* The hashes of the text's pairs, sorted, each once. Returns how many. */
size_t pairs_find(const char *text, int bits, uint32_t pairs[PAIRS_MOST]);

#endif
