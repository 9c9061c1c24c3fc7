#include "gateway/model/trial.h"

#include <string.h>
#include <talloc.h>

static bool is_held(const struct example *example, int fold, int folds, int repeat)
{
    uint64_t hash = (example->row ^ (uint64_t)repeat * 0xD6E8FEB86659FD93u) * 0x9E3779B97F4A7C15u;

    return (int)((hash >> 32) % (uint64_t)folds) == fold;
}

static void add_verdict(void *mem, struct verdicts *verdicts, const struct verdict *verdict)
{
    if ((verdicts->n & (verdicts->n - 1)) == 0)
        verdicts->list = talloc_realloc(mem, verdicts->list, struct verdict,
                                        (unsigned)(verdicts->n ? 2 * verdicts->n : 1));
    verdicts->list[verdicts->n++] = *verdict;
}

/* Asks the block about one held-back example. */
static void judge(struct trial *trial, const struct block *block, const struct example *example, uint32_t e,
                  int repeat)
{
    struct model_text text = { .symbols = example->symbols, .n = example->n, .signals = example->signals };
    struct scores scores;

    block_score(block, trial, &text, &scores);
    for (enum model_head h = 0; h < HEADS; h++) {
        struct verdict verdict = { .example = e, .repeat = (uint32_t)repeat, .label = example->labels[h] };
        const struct head *head = &block->heads[h];
        size_t best;

        if (verdict.label < 0)
            continue;
        verdict.terms = terms_of(&scores, head->first, head->outputs, &best);
        verdict.said = head->outputs == 1 ? scores.outputs[head->first] > 0 : (int)best;
        add_verdict(trial, &trial->heads[h], &verdict);
    }
}

struct trial *trial_run(void *mem, const struct examples *examples, const struct vocabulary *vocabulary,
                        const struct settings *settings, size_t octets, int folds, int repeats)
{
    struct trial *trial = talloc_zero(mem, struct trial);
    bool *is_used = talloc_array(trial, bool, (unsigned)examples->n + 1);

    for (int repeat = 0; repeat < repeats; repeat++)
        for (int fold = 0; fold < folds; fold++) {
            struct block *block;

            for (size_t e = 0; e < examples->n; e++)
                is_used[e] = !is_held(&examples->list[e], fold, folds, repeat);
            block = fit_block(trial, examples, vocabulary, settings, is_used, octets);
            for (size_t e = 0; e < examples->n; e++)
                if (!is_used[e] && (examples->list[e].part == 0 || examples->list[e].part == 1))
                    judge(trial, block, &examples->list[e], (uint32_t)e, repeat);
            talloc_free(block);
        }
    return trial;
}

static double f1_of(const struct figures *figures, size_t label, bool *is_there)
{
    size_t held = 0, said = 0;

    for (size_t i = 0; i < LABELS_MOST; i++) {
        held += figures->confusion[label][i];
        said += figures->confusion[i][label];
    }
    *is_there = held + said > 0;
    return *is_there ? 2.0 * (double)figures->confusion[label][label] / (double)(held + said) : 0;
}

void trial_figures(const struct trial *trial, const struct examples *examples, enum model_head head,
                   bool is_part, struct figures *figures)
{
    const struct verdicts *verdicts = &trial->heads[head];
    size_t labels = 0;

    memset(figures, 0, sizeof *figures);
    for (size_t i = 0; i < verdicts->n; i++) {
        const struct verdict *verdict = &verdicts->list[i];

        if ((examples->list[verdict->example].part == 1) != is_part ||
            examples->list[verdict->example].set < examples->like)
            continue;
        figures->n++;
        figures->right += verdict->label == verdict->said;
        figures->confusion[verdict->label][verdict->said]++;
    }
    for (size_t label = 0; label < LABELS_MOST; label++) {
        bool is_there;

        figures->macro_f1 += f1_of(figures, label, &is_there);
        labels += is_there;
    }
    figures->macro_f1 /= labels ? (double)labels : 1;
}

double trial_score(const struct trial *trial, const struct examples *examples)
{
    double sum = 0;
    int n = 0;

    for (enum model_head head = 0; head < HEADS; head++)
        for (int is_part = 0; is_part <= 1; is_part++) {
            struct figures figures;

            trial_figures(trial, examples, head, is_part, &figures);
            if (figures.n == 0)
                continue;
            sum += (double)figures.right / (double)figures.n + figures.macro_f1;
            n += 2;
        }
    return n ? sum / n : 0;
}
