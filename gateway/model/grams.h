/*
 * What a model sees of a text: every sequence of one, two or three neighbouring symbols, as hashes.
 */
#ifndef GATEWAY_MODEL_GRAMS_H
#define GATEWAY_MODEL_GRAMS_H

#include <stddef.h>
#include <stdint.h>

/* Symbols that count of a text; what follows is not looked at. */
enum { GRAM_LENGTHS = 3, GRAM_SYMBOLS_MOST = 4096 };

/*
 * symbols: code points of normalised text, n of them. Digits count as one symbol, runs of marks and spaces as
 * another; the text's beginning and end as two more. hashes has room for grams_room(n): hashes[3 * i + k] is
 * the sequence of k + 1 symbols that ends with the i-th counted symbol, 0 if there is none; sequences of more
 * than `longest` symbols are not written. where, unless NULL, has room for the same number: where[i] is the
 * index in symbols of the i-th counted symbol. Returns how many hashes were written.
 */
size_t grams_of(const uint32_t *symbols, size_t n, size_t longest, uint32_t *hashes, uint32_t *where);
size_t grams_room(size_t n);

#endif
