/*
 * The votes that the words of templates/lexicon/intents.txt cast on a text.
 */
#ifndef GATEWAY_UNDERSTAND_INTENT_WORDS_H
#define GATEWAY_UNDERSTAND_INTENT_WORDS_H

#include "gateway/understand/text/normalise.h"

/* The kinds of rows; intents.txt says what each does. */
enum vote {
    VOTE_RATE1,
    VOTE_RATE2,
    VOTE_RATE3,
    VOTE_RATE4,
    VOTE_STATUS,
    VOTE_URGE,
    VOTE_ADD,
    VOTE_WITHDRAW,
    VOTE_STOP,
    VOTE_RESUME,
    VOTE_HIDE,
    VOTE_COMPLAINT,
    VOTE_THANKS,
    VOTE_GREETING,
    VOTE_WHO,
    VOTE_WRONG,
    VOTE_NOISE,
    VOTE_INTENTS, /* those before it vote for an intent; those behind are joined by rules */
    VOTE_NOT = VOTE_INTENTS,
    VOTE_GOOD,
    VOTE_DONE,
    VOTE_BEHIND,
    VOTE_ANOTHER,
    VOTE_BUT,
    VOTE_ASKS,
    VOTE_PAST,
    VOTE_KIN,
    VOTE_SITE,
    VOTE_UNIT,
    VOTE_RATES,
    VOTE_BEGINS,
    VOTE_DISOWNS,
    VOTE_NONE,
    VOTES
};

enum { INTENT_MARKS_MOST = 96 };

/* A word of the table in the text: symbols [from, to). */
struct intent_mark {
    size_t from, to;
    int clause; /* counted from 0, between marks of punctuation and spaces */
    signed char weights[VOTES];
};

struct intent_reading {
    const uint32_t *symbols; /* as the normalised text has them, with `where` */
    const uint32_t *where;
    size_t n;
    size_t letters; /* symbols that are no separators */
    struct intent_mark marks[INTENT_MARKS_MOST];
    size_t n_marks;
};

struct intent_words;

/* Reads intents.txt; directory as in wordfile_text. NULL: *error says why (from mem). */
struct intent_words *intent_words_new(void *mem, const char *directory, const char **error);

/* Finds the words in the normalised text, the longest at each place. */
void intent_words_read(const struct intent_words *words, void *mem, const struct normal *normal,
                       struct intent_reading *reading);

#endif
