#include "gateway/model/solver.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <talloc.h>

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static void shuffle(uint32_t *rows, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = next_random(state) % i;
        uint32_t kept = rows[i - 1];

        rows[i - 1] = rows[k];
        rows[k] = kept;
    }
}

/* One step of the dual problem of the squared hinge loss; returns the change of alpha times the target's
 * sign. */
static float step(float margin, float cost, float length, float *alpha)
{
    float sign = cost < 0 ? -1 : 1, ridge, gradient, old = *alpha;

    if (cost == 0)
        return 0;
    ridge = 0.5F / (cost * sign);
    gradient = sign * margin - 1 + ridge * old;
    *alpha = fmaxf(old - gradient / (length + ridge), 0);
    return (*alpha - old) * sign;
}

/* Where one sample stands: its alphas and lengths, one for each output of the group. */
struct place {
    uint32_t row;
    size_t group;
    float *alpha, *length;
};

/* The squared length of the sample as each output sees it. */
static void measure(const struct solver_task *task, const struct place *place)
{
    const struct sparse *samples = task->samples;

    for (size_t i = samples->from[place->row]; i < samples->from[place->row + 1]; i++) {
        const float *reach =
            task->reach ? task->reach + (samples->feature[i] * task->groups + place->group) * SOLVER_LANES
                        : NULL;

        for (int lane = 0; lane < SOLVER_LANES; lane++)
            place->length[lane] += (reach ? reach[lane] : 1) * samples->value[i] * samples->value[i];
    }
}

static void move(const struct solver_task *task, solver_lanes *weights, uint32_t row, size_t group,
                 const solver_lanes *change)
{
    const struct sparse *samples = task->samples;
    const solver_lanes *reach = (const solver_lanes *)task->reach;

    for (size_t i = samples->from[row]; i < samples->from[row + 1]; i++) {
        size_t at = samples->feature[i] * task->groups + group;

        weights[at] += reach ? *change * reach[at] * samples->value[i] : *change * samples->value[i];
    }
}

static void visit(const struct solver_task *task, solver_lanes *weights, const struct place *place)
{
    const struct sparse *samples = task->samples;
    uint32_t row = place->row;
    size_t group = place->group;
    const float *cost = task->cost + (row * task->groups + group) * SOLVER_LANES;
    solver_lanes margin = { 0 }, change = { 0 };
    bool is_changed = false;

    for (size_t i = samples->from[row]; i < samples->from[row + 1]; i++)
        margin += weights[samples->feature[i] * task->groups + group] * samples->value[i];
    if (task->prior)
        for (int lane = 0; lane < SOLVER_LANES; lane++)
            margin[lane] += task->prior[(row * task->groups + group) * SOLVER_LANES + (size_t)lane];
    for (int lane = 0; lane < SOLVER_LANES; lane++) {
        change[lane] = step(margin[lane], cost[lane], place->length[lane], &place->alpha[lane]);
        is_changed |= change[lane] != 0;
    }
    if (is_changed)
        move(task, weights, row, group, &change);
}

void solver_train(const struct solver_task *task, solver_lanes *weights)
{
    void *mem = talloc_new(NULL);
    uint32_t *rows = talloc_memdup(mem, task->rows, task->n_rows * sizeof *rows);
    size_t outputs = task->groups * SOLVER_LANES;
    float *alphas = talloc_zero_size(mem, task->samples->n * outputs * sizeof *alphas);
    float *lengths = talloc_zero_size(mem, task->samples->n * outputs * sizeof *lengths);
    uint64_t state = 1;

    for (int epoch = 0; epoch < task->epochs; epoch++) {
        shuffle(rows, task->n_rows, &state);
        for (size_t i = 0; i < task->n_rows; i++)
            for (size_t group = 0; group < task->groups; group++) {
                size_t at = rows[i] * outputs + group * SOLVER_LANES;
                const struct place place = { rows[i], group, alphas + at, lengths + at };

                if (epoch == 0)
                    measure(task, &place);
                visit(task, weights, &place);
            }
    }
    talloc_free(mem);
}
