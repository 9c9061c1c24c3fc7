/*
 * Models of what was corrected: each learns only the difference to another model, whose outputs its examples
 * have as their prior.
 */
#ifndef GATEWAY_MODEL_MODEL_LEARNED_H
#define GATEWAY_MODEL_MODEL_LEARNED_H

#include "gateway/model/examples.h"

/* is_used: by example; NULL: all. Examples without labels teach nothing. */
struct model_lessons {
    const struct examples *examples;
    const bool *is_used;
};

/* What texts are about, and what they mean; NULL: nothing is learned of it. Their labels are those of the
 * other model, in its order. From mem. */
struct model *model_learn(void *mem, const struct model_lessons *subjects,
                          const struct model_lessons *intents, const char *recipe);

/* What the base answers with what was learned; NULL: by itself. */
struct model_answer model_learned_answer(const struct model *base, const struct model *learned, void *mem,
                                         const struct model_text *text, enum model_head head);

#endif
