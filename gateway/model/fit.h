/*
 * Fits a block of a model to examples: solves, keeps the sequences that matter most, and rounds the weights
 * to octets.
 */
#ifndef GATEWAY_MODEL_FIT_H
#define GATEWAY_MODEL_FIT_H

#include "gateway/model/examples.h"

/* What cross-validation chooses. */
struct settings {
    int order;      /* the longest sequences, in symbols */
    float power;    /* rarity counts to this power */
    float cost;     /* C: how much a mistake in training costs */
    float signals;  /* what a rule's finding counts beside the sequences; 0: nothing */
    int parts;      /* of a long text: 1 its beginning, 2 also what follows */
    float telling;  /* how much more a sequence may weigh for a label that it tells from the others; 0: all
                       alike */
    bool by_length; /* sequences count by the text's length, not by how many are known: for few examples */
};

/*
 * is_used: by example; the others are not looked at. octets: the most that the block may take in a file. The
 * fits and thresholds of its heads are left 0. From mem.
 */
struct block *fit_block(void *mem, const struct examples *examples, const struct vocabulary *vocabulary,
                        const struct settings *settings, const bool *is_used, size_t octets);

#endif
