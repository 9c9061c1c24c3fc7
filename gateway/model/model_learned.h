/*
 * Models of what was corrected: each learns only the difference to another model, whose outputs its examples
 * have as their prior.
 */
#ifndef GATEWAY_MODEL_MODEL_LEARNED_H
#define GATEWAY_MODEL_MODEL_LEARNED_H

#include "gateway/model/examples.h"

/* is_used: by example; NULL: all. Examples without labels teach nothing. From mem. */
struct model *model_learn(void *mem, const struct examples *examples, const bool *is_used,
                          const char *recipe);

/* The label that the prior and what was learned give the example. */
int model_learned_answer(const struct model *learned, void *mem, const struct example *example,
                         enum model_head head);

#endif
