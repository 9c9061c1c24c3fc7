#include "gateway/model/fit.h"

#include "gateway/model/solver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { EPOCHS = 6 };

struct fitting {
    void *mem;
    const struct examples *examples;
    const struct vocabulary *vocabulary;
    const struct settings *settings;
    struct block *block;
    uint32_t *rows; /* the examples that are used */
    size_t n_rows;
    float *rarity;    /* [sequence]; 0: left out */
    float *cost;      /* as solver_task has it */
    float *reach;     /* the same; NULL: every weight may go as far */
    float *weights;   /* [sequence, then signal][stride] */
    uint32_t *ranked; /* sequences in use, the most important first */
    size_t n_ranked;
};

static bool is_needed(const struct fitting *fitting, size_t e, const bool *is_used)
{
    const struct example *example = &fitting->examples->list[e];
    bool has_label = false;

    for (int head = 0; head < HEADS; head++)
        has_label |= example->labels[head] >= 0;
    return has_label && is_used[e] && example->part <= fitting->settings->parts;
}

static void lay_out_heads(struct block *block, const struct examples *examples)
{
    for (enum model_head h = 0; h < HEADS; h++) {
        struct head *head = &block->heads[h];

        head->n_labels = examples->n_labels[h];
        memcpy(head->labels, examples->labels[h], sizeof head->labels);
        head->first = block->outputs;
        head->outputs = h == HEAD_URGENT || h == HEAD_ACCUSES ? head->n_labels / 2 : head->n_labels;
        block->outputs += head->outputs;
    }
    block->stride = (block->outputs + LANES - 1) / LANES * LANES;
}

/* Rare labels weigh more, by the root of how rare they are. */
static void weigh_head(struct fitting *fitting, enum model_head h)
{
    const struct head *head = &fitting->block->heads[h];
    size_t counts[LABELS_MOST] = { 0 }, all = 0;

    for (size_t i = 0; i < fitting->n_rows; i++) {
        int label = fitting->examples->list[fitting->rows[i]].labels[h];

        if (label >= 0)
            counts[label]++, all++;
    }
    for (size_t i = 0; i < fitting->n_rows; i++) {
        uint32_t row = fitting->rows[i];
        int label = fitting->examples->list[row].labels[h];
        float weight = fitting->examples->list[row].weight > 0 ? fitting->examples->list[row].weight : 1;

        for (size_t out = 0; label >= 0 && out < head->outputs; out++) {
            size_t target = head->outputs == 1 ? 1 : out;
            bool is_it = (size_t)label == target;
            double share = (double)(is_it ? counts[target] : all - counts[target]) / (double)all;

            fitting->cost[row * fitting->block->stride + head->first + out] =
                (is_it ? 1 : -1) * fitting->settings->cost * weight * (float)sqrt(0.5 / share);
        }
    }
}

/* How many used examples hold each sequence: by their topic, and in all. */
static void count_topics(const struct fitting *fitting, size_t topics, float *with, float *all)
{
    const struct vocabulary *vocabulary = fitting->vocabulary;

    for (size_t i = 0; i < fitting->n_rows; i++) {
        uint32_t row = fitting->rows[i];
        int label = fitting->examples->list[row].labels[HEAD_TOPIC];

        for (size_t k = vocabulary->from[row]; label >= 0 && k < vocabulary->from[row + 1]; k++) {
            all[vocabulary->sequence[k]]++;
            with[vocabulary->sequence[k] * topics + (size_t)label]++;
        }
    }
}

/* For one topic: the logarithm of how much more, or less, often a sequence stands with it than with the
 * others (NB-SVM: Wang and Manning, 2012), mixed with 1. */
static void reach_topic(struct fitting *fitting, const struct head *head, size_t topic, const float *with,
                        const float *all)
{
    size_t n = fitting->vocabulary->n, topics = head->n_labels;
    float others = (float)topics - 1, *reach = fitting->reach + head->first + topic;
    double sum_with = 0, sum_without = 0;

    for (size_t i = 0; i < n; i++) {
        sum_with += with[i * topics + topic] + 1;
        sum_without += all[i] - with[i * topics + topic] + others;
    }
    for (size_t i = 0; i < n; i++) {
        float share = (with[i * topics + topic] + 1) / (float)sum_with,
              share_without = (all[i] - with[i * topics + topic] + others) / (float)sum_without,
              mixed = 1 + fitting->settings->telling * (fabsf(logf(share / share_without)) - 1);

        reach[i * fitting->block->stride] = mixed * mixed;
    }
}

/* Topics are told better so; class, danger, accusation and intent lie less in single words, and were told
 * worse. */
static void reach(struct fitting *fitting)
{
    const struct head *head = &fitting->block->heads[HEAD_TOPIC];
    size_t n = fitting->vocabulary->n, topics = head->n_labels,
           room = (n + fitting->examples->n_signals) * fitting->block->stride;
    float *with, *all;

    if (fitting->settings->telling == 0 || topics < 2)
        return;
    fitting->reach = talloc_array(fitting->mem, float, (unsigned)room);
    for (size_t i = 0; i < room; i++)
        fitting->reach[i] = 1;
    with = talloc_zero_array(fitting->mem, float, (unsigned)(n * topics + 1));
    all = talloc_zero_array(fitting->mem, float, (unsigned)n + 1);
    count_topics(fitting, topics, with, all);
    for (size_t topic = 0; topic < topics; topic++)
        reach_topic(fitting, head, topic, with, all);
    talloc_free(with);
    talloc_free(all);
}

static struct sparse *vectors(const struct fitting *fitting, void *mem)
{
    const struct vocabulary *vocabulary = fitting->vocabulary;
    size_t n = fitting->examples->n, signals = fitting->examples->n_signals, end = 0;
    size_t room = vocabulary->from[n] + n * signals;
    struct sparse *sparse = talloc(mem, struct sparse);
    size_t *from = talloc_array(sparse, size_t, (unsigned)n + 1);
    uint32_t *feature = talloc_array(sparse, uint32_t, (unsigned)room + 1);
    float *value = talloc_array(sparse, float, (unsigned)room + 1);

    for (size_t e = 0; e < n; e++) {
        float squares = 0;

        from[e] = end;
        for (size_t i = vocabulary->from[e]; i < vocabulary->from[e + 1]; i++) {
            uint32_t sequence = vocabulary->sequence[i];

            if (fitting->rarity[sequence] == 0)
                continue;
            feature[end] = sequence;
            value[end] = fitting->rarity[sequence] * vocabulary->root[i];
            squares += value[end] * value[end];
            end++;
        }
        if (fitting->settings->by_length)
            squares =
                norm_by_length(fitting->examples->list[e].n) * norm_by_length(fitting->examples->list[e].n);
        for (size_t i = from[e]; i < end; i++)
            value[i] /= sqrtf(squares);
        for (size_t signal = 0; signal < signals; signal++)
            if (fitting->examples->list[e].signals[signal] != 0 && fitting->settings->signals > 0 &&
                signal + 1 != fitting->examples->apart) {
                feature[end] = (uint32_t)(vocabulary->n + signal);
                value[end++] = fitting->examples->list[e].signals[signal] * fitting->settings->signals;
            }
    }
    from[n] = end;
    *sparse = (struct sparse){ .n = n, .from = from, .feature = feature, .value = value };
    return sparse;
}

/* What is known of the outputs before; NULL: nothing of any example. */
static const float *priors(const struct fitting *fitting, void *mem)
{
    size_t n = fitting->examples->n, stride = fitting->block->stride;
    float *prior = NULL;

    for (size_t e = 0; e < n; e++) {
        if (!fitting->examples->list[e].prior)
            continue;
        if (!prior)
            prior = talloc_zero_size(mem, n * stride * sizeof *prior);
        memcpy(prior + e * stride, fitting->examples->list[e].prior, fitting->block->outputs * sizeof *prior);
    }
    return prior;
}

static void solve(struct fitting *fitting)
{
    size_t features = fitting->vocabulary->n + fitting->examples->n_signals;
    struct solver_task task = { .samples = vectors(fitting, fitting->mem),
                                .rows = fitting->rows,
                                .n_rows = fitting->n_rows,
                                .features = features,
                                .groups = fitting->block->stride / SOLVER_LANES,
                                .cost = fitting->cost,
                                .reach = fitting->reach,
                                .prior = priors(fitting, fitting->mem),
                                .epochs = EPOCHS };

    memset(fitting->weights, 0, features * fitting->block->stride * sizeof *fitting->weights);
    solver_train(&task, (solver_lanes *)fitting->weights);
    talloc_free((void *)task.samples);
}

/* A sequence's importance, for sorting. */
struct rank {
    float importance;
    uint32_t sequence;
};

static int by_importance(const void *a, const void *b)
{
    const struct rank *left = a, *right = b;

    if (left->importance != right->importance)
        return left->importance < right->importance ? 1 : -1;
    return (left->sequence > right->sequence) - (left->sequence < right->sequence);
}

static float importance_of(const struct fitting *fitting, size_t sequence)
{
    const float *weights = fitting->weights + sequence * fitting->block->stride;
    float sum = 0;

    for (size_t i = 0; i < fitting->block->outputs; i++)
        sum += weights[i] * weights[i];
    return sum * fitting->rarity[sequence] * fitting->rarity[sequence];
}

static void rank(struct fitting *fitting)
{
    size_t n = fitting->vocabulary->n, used = 0;
    struct rank *ranks = talloc_array(fitting->mem, struct rank, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++)
        if (fitting->rarity[i] > 0)
            ranks[used++] = (struct rank){ importance_of(fitting, i), (uint32_t)i };
    qsort(ranks, used, sizeof *ranks, by_importance);
    for (size_t i = 0; i < used; i++)
        fitting->ranked[i] = ranks[i].sequence;
    fitting->n_ranked = used;
    talloc_free(ranks);
}

/* Puts sequences into buckets, the most important first, until all are full; forgets the others. */
static void place(struct fitting *fitting, size_t octets)
{
    struct block *block = fitting->block;
    size_t least = fitting->n_ranked / (BUCKET - 2) + 1, slots, kept = 0;

    block->buckets = (uint32_t)(octets / (3 + block->outputs) / BUCKET);
    if (block->buckets > least)
        block->buckets = (uint32_t)least;
    if (block->buckets == 0)
        block->buckets = 1;
    slots = (size_t)block->buckets * BUCKET;
    block->marks = talloc_zero_array(block, uint16_t, (unsigned)slots);
    block->rarity = talloc_zero_array(block, uint8_t, (unsigned)slots);
    block->row = block->stride;
    block->weights = talloc_zero_size(block, slots * block->row);
    for (size_t i = 0; i < fitting->n_ranked; i++) {
        uint32_t sequence = fitting->ranked[i], hash = fitting->vocabulary->hashes[sequence];
        uint16_t *marks = block->marks + (size_t)block_bucket(block, hash) * BUCKET;
        int at = 0;

        while (at < BUCKET && marks[at] && marks[at] != block_mark(hash))
            at++;
        if (at == BUCKET || marks[at]) {
            fitting->rarity[sequence] = 0;
            continue;
        }
        marks[at] = block_mark(hash);
        block->rarity[marks + at - block->marks] = rarity_code(fitting->rarity[sequence]);
        fitting->ranked[kept++] = sequence;
    }
    fitting->n_ranked = kept;
}

static float largest_weight(const struct fitting *fitting, size_t output)
{
    float largest = 1e-9F;

    for (size_t i = 0; i < fitting->n_ranked; i++) {
        uint32_t sequence = fitting->ranked[i];
        float weight =
            fitting->weights[sequence * fitting->block->stride + output] * fitting->rarity[sequence];

        largest = fmaxf(largest, fabsf(weight));
    }
    return largest;
}

static void round_weights(struct fitting *fitting)
{
    struct block *block = fitting->block;
    const float *signals = fitting->weights + fitting->vocabulary->n * block->stride;

    block->scale = talloc_zero_array(block, float, (unsigned)block->stride);
    for (size_t out = 0; out < block->outputs; out++)
        block->scale[out] = largest_weight(fitting, out) / INT8_MAX;
    for (size_t i = 0; i < fitting->n_ranked; i++) {
        uint32_t sequence = fitting->ranked[i];
        int8_t *weights = block->weights +
                          block_slot(block, fitting->vocabulary->hashes[sequence]) * (int64_t)block->stride;

        for (size_t out = 0; out < block->outputs; out++)
            weights[out] = (int8_t)lrintf(fitting->weights[sequence * block->stride + out] *
                                          fitting->rarity[sequence] / block->scale[out]);
    }
    block->signals = talloc_zero_size(block, block->n_signals * block->stride * sizeof(float));
    for (size_t i = 0; i < block->n_signals * block->stride; i++)
        block->signals[i] = signals[i] * fitting->settings->signals;
}

static void prepare(struct fitting *fitting, const bool *is_used)
{
    const struct vocabulary *vocabulary = fitting->vocabulary;
    size_t n = fitting->examples->n, features = vocabulary->n + fitting->examples->n_signals;
    struct block *block = fitting->block;

    block->n_signals = (uint32_t)fitting->examples->n_signals;
    block->order = (uint32_t)fitting->settings->order;
    block->by_length = fitting->settings->by_length;
    rarity_table(block->rarities);
    lay_out_heads(block, fitting->examples);
    fitting->rows = talloc_array(fitting->mem, uint32_t, (unsigned)n + 1);
    for (size_t e = 0; e < n; e++)
        if (is_needed(fitting, e, is_used))
            fitting->rows[fitting->n_rows++] = (uint32_t)e;
    fitting->cost = talloc_zero_size(fitting->mem, n * block->stride * sizeof(float));
    for (enum model_head head = 0; head < HEADS; head++)
        weigh_head(fitting, head);
    reach(fitting);
    fitting->rarity = talloc_zero_array(fitting->mem, float, (unsigned)vocabulary->n + 1);
    for (size_t i = 0; i < vocabulary->n; i++)
        if (vocabulary->orders[i] <= fitting->settings->order)
            fitting->rarity[i] =
                powf(logf((1.0F + (float)vocabulary->texts) / (1.0F + (float)vocabulary->holders[i])) + 1,
                     fitting->settings->power);
    fitting->ranked = talloc_array(fitting->mem, uint32_t, (unsigned)vocabulary->n + 1);
    fitting->weights = talloc_size(fitting->mem, features * block->stride * sizeof(float));
}

struct block *fit_block(void *mem, const struct examples *examples, const struct vocabulary *vocabulary,
                        const struct settings *settings, const bool *is_used, size_t octets)
{
    struct fitting fitting = { .mem = talloc_new(NULL),
                               .examples = examples,
                               .vocabulary = vocabulary,
                               .settings = settings,
                               .block = talloc_zero(mem, struct block) };
    size_t all;

    prepare(&fitting, is_used);
    solve(&fitting);
    rank(&fitting);
    all = fitting.n_ranked;
    place(&fitting, octets);
    if (fitting.n_ranked < all)
        solve(&fitting);
    round_weights(&fitting);
    talloc_free(fitting.mem);
    return fitting.block;
}
