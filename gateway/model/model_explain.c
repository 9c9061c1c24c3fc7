#include "gateway/model/model_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* What speaks for the answer: the output's weight less the mean of the head's other outputs. */
static float push(const float *outputs, const struct head *head, size_t index)
{
    float others = 0;

    if (head->outputs == 1)
        return index == 1 ? outputs[head->first] : -outputs[head->first];
    for (size_t i = 0; i < head->outputs; i++)
        if (i != index)
            others += outputs[head->first + i];
    return outputs[head->first + index] - others / (float)(head->outputs - 1);
}

static float push_of_slot(const struct block *block, const struct head *head, size_t index, int64_t slot)
{
    float outputs[OUTPUTS_MOST] = { 0 };

    for (size_t i = 0; i < block->outputs; i++)
        outputs[i] = (float)block->weights[(size_t)slot * block->row + i] * block->scale[i];
    return push(outputs, head, index);
}

/* Adds how much each symbol speaks: every sequence gives its symbols equal parts. head: one of this block. */
static void weigh_symbols(const struct block *block, const struct head *head, size_t index, float norm,
                          const uint32_t *hashes, size_t n, float *symbols)
{
    if (block->outputs < head->first + head->outputs)
        return;
    for (size_t i = 0; i < n; i++) {
        size_t last = i / GRAM_LENGTHS, length = i % GRAM_LENGTHS + 1;
        int64_t slot = length <= block->order && hashes[i] ? block_slot(block, hashes[i]) : -1;
        float part = slot >= 0 ? push_of_slot(block, head, index, slot) / norm / (float)length : 0;

        for (size_t k = 0; k < length && k <= last; k++)
            symbols[last - k] += part;
    }
}

static int by_weight(const void *a, const void *b)
{
    const struct model_reason *left = a, *right = b;

    return (left->weight < right->weight) - (left->weight > right->weight);
}

enum { REASONS_MOST = 4096 };

/* Neighbouring symbols that all speak for the answer make one reason. */
static size_t join_symbols(const float *symbols, size_t n, const uint32_t *where,
                           struct model_reason *reasons)
{
    const float small = 0.25F; /* of the strongest: a symbol that says less is left out */
    float least = 0;
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        least = fmaxf(least, symbols[i] * small);
    for (size_t i = 0, end; i < n && found < REASONS_MOST; i = end + 1) {
        float weight = 0;

        for (end = i; end < n && symbols[end] > least; end++)
            weight += symbols[end];
        if (end > i)
            reasons[found++] = (struct model_reason){ where[i], where[end], -1, weight };
    }
    return found;
}

static size_t weigh_signals(const struct block *block, const struct head *head, size_t index,
                            const float *signals, struct model_reason *reasons)
{
    size_t found = 0;

    for (size_t signal = 0; signal < block->n_signals; signal++) {
        float weight = push(block->signals + signal * block->stride, head, index) * signals[signal];

        if (weight > 0)
            reasons[found++] = (struct model_reason){ 0, 0, (int)signal, weight };
    }
    return found;
}

/* What was learned speaks beside the block: it has the same outputs in the same places. */
static void weigh_learned(const struct block *learned, void *mem, const struct model_text *text,
                          const struct head *head, size_t index, const uint32_t *hashes, size_t n,
                          float *symbols)
{
    struct scores scores;

    block_score(learned, mem, text, &scores);
    weigh_symbols(learned, head, index, scores.norm, hashes, n, symbols);
}

size_t model_explain(const struct model *model, const struct model *learned, void *mem,
                     const struct model_text *text, enum model_head head, struct model_reason *reasons,
                     size_t most)
{
    const struct block *block = &model->blocks[block_of(head)];
    const struct block *beside = learned ? &learned->blocks[block_of(head)] : NULL;
    const struct head *asked = &block->heads[head];
    void *scratch = talloc_new(mem);
    uint32_t *hashes = talloc_array(scratch, uint32_t, (unsigned)grams_room(text->n));
    uint32_t *where = talloc_array(scratch, uint32_t, (unsigned)grams_room(text->n));
    size_t n = grams_of(text->symbols, text->n, GRAM_LENGTHS, hashes, where), found;
    float *symbols = talloc_zero_array(scratch, float, (unsigned)n);
    struct model_reason *all = talloc_array(scratch, struct model_reason, REASONS_MOST + MODEL_SIGNALS_MOST);
    struct scores scores;
    struct model_answer answer;

    if (asked->n_labels == 0) {
        talloc_free(scratch);
        return 0;
    }
    block_score_corrected(block, beside, scratch, text, &scores);
    head_answer(asked, &scores, &answer);
    weigh_symbols(block, asked, (size_t)answer.index, scores.norm, hashes, n, symbols);
    if (beside && beside->outputs > 0)
        weigh_learned(beside, scratch, text, asked, (size_t)answer.index, hashes, n, symbols);
    found = join_symbols(symbols, n / GRAM_LENGTHS - 1, where, all);
    found += weigh_signals(block, asked, (size_t)answer.index, text->signals, all + found);
    qsort(all, found, sizeof *all, by_weight);
    if (found > most)
        found = most;
    memcpy(reasons, all, found * sizeof *all);
    talloc_free(scratch);
    return found;
}
