/*
 * Learns names of places from corrected places (改地): words that the texts about one place have and no other
 * text has.
 */
#ifndef GATEWAY_UNDERSTAND_LEARN_PLACE_WORDS_H
#define GATEWAY_UNDERSTAND_LEARN_PLACE_WORDS_H

#include "gateway/understand/learn/corrections.h"

/* A name must stand in the texts of so many reporters, and so many people must have said where it is. */
enum { PLACE_WORD_REPORTERS = 3, PLACE_WORD_PEOPLE = 2 };

struct place_words {
    struct place_name *list; /* empty unless the test says that it helps */
    size_t n;
    size_t held, better, worse, right, right_before;
};

/* corrections of every kind: those of other places tell which words are no name. From mem. */
void place_words_learn(const struct understanding *understanding, void *mem,
                       const struct correction *const *corrections, size_t n, struct place_words *learned);

#endif
