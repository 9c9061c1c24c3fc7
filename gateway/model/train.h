/*
 * Trains a block: chooses settings by repeated cross-validation, fits how sure answers are and from what
 * chance on urgent and accuses say yes, then trains on everything.
 */
#ifndef GATEWAY_MODEL_TRAIN_H
#define GATEWAY_MODEL_TRAIN_H

#include "gateway/model/trial.h"

struct trained {
    struct settings settings;
    struct trial *trial; /* of these settings */
    struct block *block;
    struct reliability reliability[HEADS];    /* of whole texts, by curves fitted to other texts */
    double found[HEADS], false_alarms[HEADS]; /* urgent and accuses, rule or model, of whole texts: shares of
                                                 the texts with label 1 and 0 */
};

enum { TRAIN_FOLDS = 5, TRAIN_REPEATS = 2 };

/* octets: the most that the block may take in a file. From mem. */
struct trained *train_block(void *mem, const struct examples *examples, size_t octets);

/* A model of one or two blocks (NULL: none), to which they move. recipe: lines of text. */
struct model *train_model(void *mem, const struct examples *examples, struct trained *subject,
                          struct trained *intent, const char *recipe);

#endif
