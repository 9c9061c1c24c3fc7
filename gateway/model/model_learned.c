#include "gateway/model/model_learned.h"

#include "gateway/model/train.h"

#include <string.h>
#include <talloc.h>

/* Few texts: a sequence must stand in several before it counts. */
enum { HOLDERS_LEAST = 3, OCTETS_MOST = 120000 };

static const struct settings settings = {
    .order = 2, .power = 1, .cost = 4, .signals = 0, .parts = 0, .by_length = true
};

/* The examples' own go with them. */
static void keep_labels(struct model *model)
{
    for (enum model_head h = 0; h < HEADS; h++) {
        struct head *head = &model->blocks[block_of(h)].heads[h];

        for (size_t i = 0; i < head->n_labels; i++)
            head->labels[i] = talloc_strdup(model, head->labels[i]);
    }
}

struct model *model_learn(void *mem, const struct examples *examples, const bool *is_used, const char *recipe)
{
    void *scratch = talloc_new(NULL);
    struct trained *trained = talloc_zero(scratch, struct trained);
    struct vocabulary *vocabulary = vocabulary_new(scratch, examples, HOLDERS_LEAST);
    bool *all = talloc_array(scratch, bool, (unsigned)examples->n + 1);
    struct model *model;

    memset(all, true, examples->n);
    trained->block =
        fit_block(trained, examples, vocabulary, &settings, is_used ? is_used : all, OCTETS_MOST);
    model = train_model(mem, examples, trained, NULL, recipe);
    keep_labels(model);
    talloc_free(scratch);
    return model;
}

int model_learned_answer(const struct model *learned, void *mem, const struct example *example,
                         enum model_head head)
{
    const struct block *block = &learned->blocks[block_of(head)];
    const struct head *its = &block->heads[head];
    struct model_text text = { .symbols = example->symbols, .n = example->n, .signals = example->signals };
    struct scores scores;
    size_t best = its->first;

    block_score(block, mem, &text, &scores);
    for (size_t i = its->first; i < its->first + its->outputs; i++) {
        scores.outputs[i] += example->prior[i];
        if (scores.outputs[i] > scores.outputs[best])
            best = i;
    }
    return (int)(best - its->first);
}
