#include "gateway/model/model_learned.h"

#include "gateway/model/train.h"

#include <string.h>
#include <talloc.h>

/* Few texts: a sequence must stand in several before it counts. */
enum { HOLDERS_LEAST = 3, OCTETS_MOST = 120000 };

/* What many corrections share must weigh more than where each of them was written from: no rarity, and what
 * tells counts most. The cost turns sentences of which the other model is sure. */
static const struct settings settings = {
    .order = 2, .power = 0, .cost = 60, .signals = 0, .parts = 0, .telling = 1, .by_length = true
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

static struct trained *train(void *mem, const struct model_lessons *lessons)
{
    const struct examples *examples = lessons->examples;
    struct trained *trained = talloc_zero(mem, struct trained);
    bool *all = talloc_array(mem, bool, (unsigned)examples->n + 1);

    memset(all, true, examples->n);
    trained->block = fit_block(trained, examples, vocabulary_new(mem, examples, HOLDERS_LEAST), &settings,
                               lessons->is_used ? lessons->is_used : all, OCTETS_MOST);
    return trained;
}

struct model *model_learn(void *mem, const struct model_lessons *subjects,
                          const struct model_lessons *intents, const char *recipe)
{
    void *scratch = talloc_new(NULL);
    const struct examples *any = subjects ? subjects->examples : intents->examples;
    struct model *model = train_model(mem, any, subjects ? train(scratch, subjects) : NULL,
                                      intents ? train(scratch, intents) : NULL, recipe);

    keep_labels(model);
    talloc_free(scratch);
    return model;
}

struct model_answer model_learned_answer(const struct model *base, const struct model *learned, void *mem,
                                         const struct model_text *text, enum model_head head)
{
    size_t b = block_of(head);
    struct model_answer answer;
    struct scores scores;

    block_score_corrected(&base->blocks[b], learned ? &learned->blocks[b] : NULL, mem, text, &scores);
    head_answer(&base->blocks[b].heads[head], &scores, &answer);
    return answer;
}
