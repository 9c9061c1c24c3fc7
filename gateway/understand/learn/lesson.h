/*
 * Makes examples for training out of texts with labels.
 */
#ifndef GATEWAY_UNDERSTAND_LEARN_LESSON_H
#define GATEWAY_UNDERSTAND_LEARN_LESSON_H

#include "gateway/model/examples.h"
#include "gateway/understand/intent.h"

/* labels: a name for each head; NULL where none is known. */
struct lesson {
    const char *text;
    const char *labels[HEADS];
    enum situation situation; /* for an intent */
    int set;                  /* the file that it came from */
};

/* Examples of subjects and of intents, empty; the rules' findings are their signals. */
void lesson_begin(struct examples *subjects, struct examples *intents);

/*
 * Adds a text to the subjects, with its first 67 characters (one SMS) and the 67 behind them as further
 * examples if it is longer; and to the intents if it has one. False: a label is impossible (0 and 1 for
 * urgent and accuses), or a head has too many. All is kept in mem.
 */
bool lesson_add(const struct understanding *understanding, void *mem, const struct lesson *lesson,
                struct examples *subjects, struct examples *intents);

#endif
