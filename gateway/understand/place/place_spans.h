/*
 * Where a text names places: what their names are made of says nothing of the matter (响水河那边路断了).
 */
#ifndef GATEWAY_UNDERSTAND_PLACE_PLACE_SPANS_H
#define GATEWAY_UNDERSTAND_PLACE_PLACE_SPANS_H

#include "gateway/understand/text/normalise.h"

enum { PLACE_SPANS_MOST = 8 };

struct place_spans {
    struct place_span {
        size_t from, to; /* symbols of the normalised text */
    } list[PLACE_SPANS_MOST];
    size_t n;
};

/* Adds the names that a village, a township or a river can have, known or not: short words at the beginning
 * of a clause, or behind 在 and its like, that end in 村, 镇, 河 ... */
void place_spans_find(struct place_spans *spans, const struct normal *normal);
/* Adds one that was found otherwise. */
void place_spans_add(struct place_spans *spans, size_t from, size_t to);

/* Whether the symbol stands in one of them. */
bool place_spans_hold(const struct place_spans *spans, size_t at);

/* The symbols of the text with a blank for each that stands in a name; the text's own where there is none.
 * From mem, ended by a 0. */
const uint32_t *place_spans_blank(const struct place_spans *spans, void *mem, const struct normal *normal);

#endif
