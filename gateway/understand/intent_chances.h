/*
 * How likely each intent is by tables and model together, and what a mistake would cost. Only intent.c
 * includes this header.
 */
#ifndef GATEWAY_UNDERSTAND_INTENT_CHANCES_H
#define GATEWAY_UNDERSTAND_INTENT_CHANCES_H

#include "gateway/understand/intent_score.h"

/* What a text may mean: every kind of intent, with the four ratings apart. INTENT_RATE stands for rating 1.
 */
enum { MEANINGS = INTENTS + 3 };

/*
 * The chances of all meanings, whose sum is 1; kinds that the situation does not know (scores->of below
 * INTENT_NEVER) have none. False: no model knows intents.
 */
bool intent_chances(const struct understanding *understanding, void *mem, const struct understood *understood,
                    enum situation situation, const struct intent_scores *scores, float chances[MEANINGS]);

/*
 * Sets kind, rating, asks and confidence: the meaning that is expected to cost least when it is taken, or a
 * question where even that costs more than asking.
 */
float intent_weigh(const float chances[MEANINGS], enum situation situation, struct intent *intent);

#endif
