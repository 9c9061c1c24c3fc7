#include "gateway/understand/learn/explain.h"

#include "gateway/understand/subject.h"

#include <string.h>
#include <talloc.h>
#include <unistr.h>

static const char *words_of(void *mem, const uint32_t *symbols, size_t from, size_t to)
{
    uint8_t *octets = talloc_array(mem, uint8_t, (unsigned)(to - from) * 4 + 1);
    size_t length = (to - from) * 4;

    if (!u32_to_u8(symbols + from, to - from, octets, &length))
        length = 0;
    octets[length] = '\0';
    return (const char *)octets;
}

/* True of every text, or nearly. */
static bool says_nothing(const struct model_reason *reason)
{
    return reason->signal == SIGNAL_ALWAYS || reason->signal == SIGNAL_LENGTH;
}

enum { ASKED_FOR = 2 * EXPLAIN_REASONS };

/* Words that stand in several places are one reason. */
static void add_reason(struct explanation *explanation, void *mem, const struct model_text *text,
                       const struct model_reason *reason, int weight)
{
    bool is_rule = reason->signal >= 0;
    const char *words =
        is_rule ? signal_words(mem, reason->signal) : words_of(mem, text->symbols, reason->from, reason->to);

    for (size_t i = 0; i < explanation->n; i++)
        if (explanation->reasons[i].is_rule == is_rule && strcmp(explanation->reasons[i].words, words) == 0) {
            explanation->reasons[i].weight += weight;
            return;
        }
    if (explanation->n < EXPLAIN_REASONS && weight > 0)
        explanation->reasons[explanation->n++] = (struct explain_reason){ words, is_rule, weight };
}

static void explain_one(const struct model *model, const struct model *learned, void *mem,
                        const struct model_text *text, enum model_head head, struct explanation *explanation)
{
    struct model_reason reasons[ASKED_FOR];
    float sum = 0;
    size_t n = model_explain(model, learned, mem, text, head, reasons, ASKED_FOR);

    for (size_t i = 0; i < n; i++)
        sum += says_nothing(&reasons[i]) ? 0 : reasons[i].weight;
    for (size_t i = 0; i < n; i++)
        if (!says_nothing(&reasons[i]))
            add_reason(explanation, mem, text, &reasons[i], (int)(100 * reasons[i].weight / sum));
}

void explain(const struct understanding *understanding, void *mem, const struct understood *understood,
             struct explanation explanations[EXPLANATIONS])
{
    memset(explanations, 0, EXPLANATIONS * sizeof *explanations);
    for (enum model_head head = 0; (int)head < EXPLANATIONS; head++) {
        bool is_chosen = understanding->chosen && model_has(understanding->chosen, head);
        const struct model *model = is_chosen ? understanding->chosen : understanding->language->model;

        explanations[head].question = model_head_names[head];
        if (model)
            explain_one(model, is_chosen ? NULL : understanding->learned, mem, &understood->subject->text,
                        head, &explanations[head]);
    }
}
