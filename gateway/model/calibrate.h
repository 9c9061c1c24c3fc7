/*
 * How sure an answer is: a logistic curve fitted to answers on texts that were held back (Platt, 1999).
 */
#ifndef GATEWAY_MODEL_CALIBRATE_H
#define GATEWAY_MODEL_CALIBRATE_H

#include "gateway/model/model_private.h"

/* What the chance is computed from: 1, the lead over the second label, the best label's score, the share of
 * known sequences, the text's length. For heads with one output the lead is that output. */
struct terms {
    float value[FIT_TERMS];
};
struct terms terms_of(const struct scores *scores, size_t first, size_t outputs, size_t *best);

/* By a fit: the chance, 0 to 1, that the best label is right. */
float chance_of(const float fit[FIT_TERMS], const struct terms *terms);

/* Fits to n answers, each right or not; weighs them equally. */
void calibrate_fit(const struct terms *terms, const bool *is_right, size_t n, float fit[FIT_TERMS]);

enum { RELIABILITY_BINS = 15 };

/* Answers by their confidence: how many, how sure they were in sum, and how many were right. */
struct reliability {
    size_t n[RELIABILITY_BINS];
    double sure[RELIABILITY_BINS], right[RELIABILITY_BINS];
};
void reliability_add(struct reliability *reliability, float confidence, bool is_right);
/* The expected calibration error: the mean distance of confidence and truth, bins weighed by their answers.
 */
double reliability_error(const struct reliability *reliability);

#endif
