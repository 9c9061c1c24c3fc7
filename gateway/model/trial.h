/*
 * Tries settings on texts that were held back: repeated cross-validation.
 */
#ifndef GATEWAY_MODEL_TRIAL_H
#define GATEWAY_MODEL_TRIAL_H

#include "gateway/model/calibrate.h"
#include "gateway/model/fit.h"

/* A held-back example's answer. */
struct verdict {
    uint32_t example;
    uint32_t repeat;
    int label; /* the right one */
    int said;
    struct terms terms;
};

/* All verdicts of one head. */
struct verdicts {
    struct verdict *list;
    size_t n;
};

struct trial {
    struct verdicts heads[HEADS];
};

/* Which texts a fold holds back follows from their words alone. From mem. */
struct trial *trial_run(void *mem, const struct examples *examples, const struct vocabulary *vocabulary,
                        const struct settings *settings, size_t octets, int folds, int repeats);

/* Figures of one head, of whole texts (is_part false) or of first parts of longer ones. */
struct figures {
    size_t n, right;
    size_t confusion[LABELS_MOST][LABELS_MOST]; /* [right label][said] */
    double macro_f1;
};
void trial_figures(const struct trial *trial, const struct examples *examples, enum model_head head,
                   bool is_part, struct figures *figures);

/* What settings are chosen by: the mean of accuracy and macro-F1 over the heads, whole texts and parts alike.
 */
double trial_score(const struct trial *trial, const struct examples *examples);

#endif
