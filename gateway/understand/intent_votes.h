/*
 * Sums of the votes of a text's words, after the rules that join them: negation, irony, questions.
 */
#ifndef GATEWAY_UNDERSTAND_INTENT_VOTES_H
#define GATEWAY_UNDERSTAND_INTENT_VOTES_H

#include "gateway/understand/intent_words.h"

struct intent_votes {
    int of[VOTES];
    bool is_ironic; /* 满意个屁: counted against, but never without asking */
};

/* Counts the votes of the symbols [from, to). */
void intent_votes_count(const struct intent_reading *reading, size_t from, size_t to,
                        struct intent_votes *votes);

/*
 * The rating that a number gives: 1, ①, 选一, 回3, 第四个, 26000012给4, 4!4!4!; 0 none. *from and *to: the
 * symbols of the first such number. *is_torn: several that differ. 2组, 3个月 and lists (1. ... 2. ...) give
 * none.
 */
int intent_number(const struct intent_reading *reading, size_t *from, size_t *to, bool *is_torn);

#endif
