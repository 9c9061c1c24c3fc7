/*
 * Trains linear classifiers, many at once over the same samples, by dual coordinate descent (Hsieh et al.,
 * ICML 2008; logistic loss: Yu et al., Machine Learning 85, 2011).
 */
#ifndef GATEWAY_MODEL_SOLVER_H
#define GATEWAY_MODEL_SOLVER_H

#include <stddef.h>
#include <stdint.h>

/* Sparse rows: the features of row r stand in [from[r], from[r + 1]). */
struct sparse {
    size_t n;
    const size_t *from;
    const uint32_t *feature;
    const float *value;
};

/* Outputs are trained side by side, in groups that fit a processor's registers. */
enum { SOLVER_LANES = 8 };
typedef float solver_lanes __attribute__((vector_size(32)));

struct solver_task {
    const struct sparse *samples;
    const uint32_t *rows; /* the samples to train on */
    size_t n_rows;
    size_t features;
    size_t groups; /* of SOLVER_LANES outputs */
    const float
        *cost; /* [sample][output]: C, with the sign of the target; 0: the output ignores the sample */
    const float
        *reach; /* [feature][output]: how far a weight may be expected to go, squared; NULL: all alike */
    const float *prior; /* [sample][output]: what the output is before anything is learned; NULL: 0 */
    int epochs;
};

/* weights: [feature][group], zeroed by the caller. */
void solver_train(const struct solver_task *task, solver_lanes *weights);

#endif
