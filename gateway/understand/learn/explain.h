/*
 * Why a text is understood as it is: the words and rules that spoke for each answer.
 */
#ifndef GATEWAY_UNDERSTAND_LEARN_EXPLAIN_H
#define GATEWAY_UNDERSTAND_LEARN_EXPLAIN_H

#include "gateway/understand/understand.h"

/* One reason; weight: 100 for all reasons of an answer together. */
struct explain_reason {
    const char *words; /* of the text, as the model sees them; or a rule's name in English */
    bool is_rule;
    int weight;
};

enum { EXPLAIN_REASONS = 6 };

struct explanation {
    const char *question; /* "topic", "category", "urgent", "accuses" */
    struct explain_reason reasons[EXPLAIN_REASONS];
    size_t n;
};

enum { EXPLANATIONS = 4 };

/* The strongest reasons for each answer in understood, which understand() filled. From mem. */
void explain(const struct understanding *understanding, void *mem, const struct understood *understood,
             struct explanation explanations[EXPLANATIONS]);

#endif
