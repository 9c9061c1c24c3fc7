/*
 * What a model is made of; its functions are in model.c. Only gateway/model includes this header.
 */
#ifndef GATEWAY_MODEL_MODEL_PRIVATE_H
#define GATEWAY_MODEL_MODEL_PRIVATE_H

#include "gateway/model/grams.h"
#include "gateway/model/model.h"

/* Sequences are kept in buckets of eight, and outputs in lanes of eight. */
enum { BUCKET = 8, LANES = 8, LABELS_MOST = MODEL_LABELS_MOST, OUTPUTS_MOST = MODEL_OUTPUTS_MOST };

/* The chance that an answer is right is 1 / (1 + exp(-(fit . terms))); see calibrate.h for the terms. */
enum { FIT_TERMS = 5 };

struct head {
    size_t n_labels; /* 0: the model has no such head */
    const char *labels[LABELS_MOST];
    size_t first, outputs; /* one output a label; urgent and accuses have one in all */
    float fit[FIT_TERMS];
    float threshold; /* of urgent and accuses: the chance from which the answer is 1 */
};

/* A vocabulary and the heads that share it. */
struct block {
    uint32_t n_signals;
    uint32_t order; /* the longest sequences used */
    bool by_length; /* sequences count divided by norm_by_length, not by the length of the text's vector */
    uint32_t buckets;
    size_t outputs, stride; /* stride: outputs rounded up to LANES */
    uint16_t *marks;        /* [slot]: 16 bits of a sequence's hash; 0: empty */
    uint8_t *rarity;        /* [slot]: see rarity_of */
    int8_t *weights;        /* [slot][row]; behind the last, up to stride can be read */
    size_t row;             /* outputs in a file that stays where it is, else stride */
    float *scale;           /* [stride]: what 1 of a weight is worth */
    float *signals;         /* [signal][stride] */
    float rarities[256];    /* what a code of rarity is worth */
    struct head heads[HEADS];
};

enum { BLOCKS = 2 }; /* what a text is about; what a reply means */

struct model {
    uint32_t n_signals, kind;
    const char *recipe;
    struct block blocks[BLOCKS];
};

/* The block that a head belongs to. */
size_t block_of(enum model_head head);

/* A sequence's rarity is kept as a number of steps of 2^(1/48). */
uint8_t rarity_code(float rarity);
void rarity_table(float rarities[256]);

/* Where a hash is looked for, and the mark by which it is known there, never 0. */
uint32_t block_bucket(const struct block *block, uint32_t hash);
uint16_t block_mark(uint32_t hash);
/* The slot of a sequence; -1 when the block does not know it. */
int64_t block_slot(const struct block *block, uint32_t hash);

/* A text as one block sees it. */
struct scores {
    float outputs[OUTPUTS_MOST];
    float known;  /* the share of the sequences that the block knows */
    float length; /* log(1 + sequences) */
    float norm;   /* of the text's vector; sequences count divided by it */
};
void block_score(const struct block *block, void *mem, const struct model_text *text, struct scores *scores);

/* The same with the outputs of what was learned beside the block; NULL: nothing was. */
void block_score_corrected(const struct block *block, const struct block *learned, void *mem,
                           const struct model_text *text, struct scores *scores);

/* As long as the vector of a text of n symbols usually is. */
float norm_by_length(size_t n);

/* A head's answer from the outputs of its block. */
void head_answer(const struct head *head, const struct scores *scores, struct model_answer *answer);

#endif
