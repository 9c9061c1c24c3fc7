/*
 * What speaks for each intent of a text. Only intent.c includes this header.
 */
#ifndef GATEWAY_UNDERSTAND_INTENT_SCORE_H
#define GATEWAY_UNDERSTAND_INTENT_SCORE_H

#include "gateway/understand/intent.h"
#include "gateway/understand/intent_words.h"

/* Below every sum of votes: the situation does not know the intent. */
enum { INTENT_NEVER = -100 };

struct intent_scores {
    int of[INTENTS]; /* set to what each has in this situation before any word speaks; below 0: hardly */
    int rating[5];   /* by rating, 1 to 4 */
    int both_rating; /* the rating of INTENT_BOTH */
    size_t matter;   /* the octet of the normalised text where its new matter begins */
    int told;        /* what speaks for a matter of its own, whatever else the text says */
    bool complains;  /* a word of complaint stands in it, or one that denies */
    size_t letters;
    bool by_number;  /* a number rates, not only words */
    bool ends_well;  /* the last clause is content, too, or thanks */
    bool runs_on;    /* the rating's word goes on without a mark: 不满意村里分地 */
    bool is_word;    /* the text is one word of the table */
    bool hides;      /* words ask not to be named */
    bool is_another; /* it begins by saying that it brings another matter */
    int disowns;     /* 1: words may say that our texts reach somebody who reported nothing; above: they do */
    bool must_ask;   /* irony and contradiction: never taken without asking */
};

/* Adds what the words of the text say. */
void intent_score(const struct intent_words *words, void *mem, const struct understood *understood,
                  enum situation situation, struct intent_scores *scores);

#endif
