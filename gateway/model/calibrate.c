#include "gateway/model/calibrate.h"

#include <math.h>

struct terms terms_of(const struct scores *scores, size_t first, size_t outputs, size_t *best)
{
    const float *values = scores->outputs + first;
    float second = -INFINITY;

    *best = 0;
    for (size_t i = 1; i < outputs; i++)
        if (values[i] > values[*best])
            *best = i;
    for (size_t i = 0; i < outputs; i++)
        if (i != *best && values[i] > second)
            second = values[i];
    return (struct terms){ { 1, outputs > 1 ? values[*best] - second : values[0],
                             outputs > 1 ? values[*best] : 0, scores->known, scores->length } };
}

float chance_of(const float fit[FIT_TERMS], const struct terms *terms)
{
    float sum = 0;

    for (int i = 0; i < FIT_TERMS; i++)
        sum += fit[i] * terms->value[i];
    return 1 / (1 + expf(-sum));
}

/* Solves matrix * x = vector by elimination; the matrix is symmetric and positive definite. */
static void solve(double matrix[FIT_TERMS][FIT_TERMS], double vector[FIT_TERMS])
{
    for (int i = 0; i < FIT_TERMS; i++)
        for (int k = i + 1; k < FIT_TERMS; k++) {
            double factor = matrix[k][i] / matrix[i][i];

            for (int j = i; j < FIT_TERMS; j++)
                matrix[k][j] -= factor * matrix[i][j];
            vector[k] -= factor * vector[i];
        }
    for (int i = FIT_TERMS - 1; i >= 0; i--) {
        for (int j = i + 1; j < FIT_TERMS; j++)
            vector[i] -= matrix[i][j] * vector[j];
        vector[i] /= matrix[i][i];
    }
}

/* Newton's method; the ridge keeps terms that never vary at 0. */
void calibrate_fit(const struct terms *terms, const bool *is_right, size_t n, float fit[FIT_TERMS])
{
    enum { ROUNDS = 25 };
    const double ridge = 0.1;

    for (int i = 0; i < FIT_TERMS; i++)
        fit[i] = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double matrix[FIT_TERMS][FIT_TERMS] = { { 0 } }, vector[FIT_TERMS];

        for (int i = 0; i < FIT_TERMS; i++) {
            matrix[i][i] = ridge;
            vector[i] = -ridge * fit[i];
        }
        for (size_t row = 0; row < n; row++) {
            double chance = chance_of(fit, &terms[row]), slope = chance * (1 - chance) + 1e-6;

            for (int i = 0; i < FIT_TERMS; i++) {
                vector[i] += (is_right[row] - chance) * terms[row].value[i];
                for (int j = 0; j < FIT_TERMS; j++)
                    matrix[i][j] += slope * terms[row].value[i] * terms[row].value[j];
            }
        }
        solve(matrix, vector);
        for (int i = 0; i < FIT_TERMS; i++)
            fit[i] += (float)fmax(fmin(vector[i], 4), -4);
    }
}

void reliability_add(struct reliability *reliability, float confidence, bool is_right)
{
    int bin = (int)(confidence * RELIABILITY_BINS);

    if (bin >= RELIABILITY_BINS)
        bin = RELIABILITY_BINS - 1;
    reliability->n[bin]++;
    reliability->sure[bin] += confidence;
    reliability->right[bin] += is_right;
}

double reliability_error(const struct reliability *reliability)
{
    double sum = 0;
    size_t n = 0;

    for (int bin = 0; bin < RELIABILITY_BINS; bin++) {
        n += reliability->n[bin];
        sum += fabs(reliability->sure[bin] - reliability->right[bin]);
    }
    return n ? sum / (double)n : 0;
}
