/*
 * What the rules found in a text, as numbers that a model learns from beside the text's characters: so a word
 * that a cadre adds to templates/lexicon/ counts at once.
 */
#ifndef GATEWAY_UNDERSTAND_SIGNALS_H
#define GATEWAY_UNDERSTAND_SIGNALS_H

#include "gateway/understand/lexicon.h"
#include "store/cases.h"

/* The groups of signals and where each begins. */
enum signal {
    SIGNAL_ALWAYS,
    SIGNAL_TOPIC,                                /* how much the words of each topic weigh */
    SIGNAL_LIKELY_TOPIC = SIGNAL_TOPIC + TOPICS, /* the topic by the words alone */
    SIGNAL_CUE = SIGNAL_LIKELY_TOPIC + TOPICS,
    SIGNAL_CATEGORY = SIGNAL_CUE + CUES, /* the class by the words alone */
    SIGNAL_MANY = SIGNAL_CATEGORY + 3,   /* speaks of many more than of one */
    SIGNAL_URGENT,                       /* a word of danger */
    SIGNAL_AWAY,
    SIGNAL_OFFICIAL,
    SIGNAL_UNTHANKED,
    SIGNAL_OFFICE,
    SIGNAL_BLAME,                      /* how much; then at least 2, at least 3 */
    SIGNAL_ACCUSES = SIGNAL_BLAME + 3, /* by the rules */
    SIGNAL_LENGTH,
    SIGNAL_SITUATION, /* enum situation: only where a reply's intent is asked */
    SIGNALS = SIGNAL_SITUATION + 4
};

#define SIGNAL_SITUATION_SET 0.7F

/* Changes when a signal's meaning does. */
enum { SIGNALS_KIND = 1 };

/* What rules said of the text before a model is asked. */
struct ruled {
    enum topic topic;
    enum case_category category;
    bool accuses;
    size_t symbols; /* the text's length */
    int situation;  /* -1: it does not count */
};

/* All of them, in the order of their numbers. */
void signals_of(const struct lexicon_sums *sums, const struct ruled *ruled, float signals[SIGNALS]);

/* What a signal is, for explanations: "words of water". From mem or a constant string. */
const char *signal_words(void *mem, int signal);

#endif
