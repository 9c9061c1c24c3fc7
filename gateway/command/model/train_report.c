#include "gateway/command/model/train_report.h"

#include <math.h>
#include <stdlib.h>
#include <talloc.h>

static double share(size_t part, size_t all)
{
    return all ? (double)part / (double)all : 0;
}

static void print_confusion(FILE *out, const struct figures *figures, const struct examples *examples,
                            enum model_head head)
{
    size_t n = examples->n_labels[head];

    fputs("  confusion (rows: right; columns: said, in the same order)\n", out);
    for (size_t right = 0; right < n; right++) {
        fprintf(out, "    %s\t", examples->labels[head][right]);
        for (size_t said = 0; said < n; said++)
            fprintf(out, "%zu%c", figures->confusion[right][said], said + 1 == n ? '\n' : '\t');
    }
}

static void print_reliability(FILE *out, const struct reliability *reliability)
{
    fprintf(out, "  calibration error (ECE, %d bins) %.3f\n    sure of\tright\ttexts\n", RELIABILITY_BINS,
            reliability_error(reliability));
    for (int bin = 0; bin < RELIABILITY_BINS; bin++)
        if (reliability->n[bin] > 0)
            fprintf(out, "    %.3f\t%.3f\t%zu\n", reliability->sure[bin] / (double)reliability->n[bin],
                    reliability->right[bin] / (double)reliability->n[bin], reliability->n[bin]);
}

/* Whole texts by how sure the answer is. */
struct answer {
    float chance;
    bool is_right;
};

static int by_chance(const void *a, const void *b)
{
    const struct answer *left = a, *right = b;

    return (left->chance > right->chance) - (left->chance < right->chance);
}

/* How many are right when the least sure tenth is set aside. */
static double right_without_tenth(const struct examples *examples, const struct trained *trained,
                                  enum model_head h)
{
    const struct verdicts *verdicts = &trained->trial->heads[h];
    struct answer *answers = talloc_array(NULL, struct answer, (unsigned)verdicts->n + 1);
    size_t n = 0, right = 0;
    double found;

    for (size_t i = 0; i < verdicts->n; i++) {
        const struct verdict *verdict = &verdicts->list[i];

        if (examples->list[verdict->example].part == 0 &&
            examples->list[verdict->example].set >= examples->like)
            answers[n++] = (struct answer){ chance_of(trained->block->heads[h].fit, &verdict->terms),
                                            verdict->label == verdict->said };
    }
    qsort(answers, n, sizeof *answers, by_chance);
    for (size_t i = n / 10; i < n; i++)
        right += answers[i].is_right;
    found = share(right, n - n / 10);
    talloc_free(answers);
    return found;
}

static void print_head(FILE *out, const struct examples *examples, const struct trained *trained,
                       enum model_head h)
{
    struct figures whole, parts;

    trial_figures(trained->trial, examples, h, false, &whole);
    trial_figures(trained->trial, examples, h, true, &parts);
    if (whole.n == 0)
        return;
    fprintf(out, "%s: accuracy %.3f, macro-F1 %.3f", model_head_names[h], share(whole.right, whole.n),
            whole.macro_f1);
    if (parts.n > 0)
        fprintf(out, "; first 67 characters of longer texts %.3f, %.3f", share(parts.right, parts.n),
                parts.macro_f1);
    fputc('\n', out);
    if (trained->block->heads[h].outputs == 1)
        fprintf(out, "  with the rules: found %.3f, false alarms %.3f\n", trained->found[h],
                trained->false_alarms[h]);
    else
        fprintf(out, "  least sure tenth set aside: accuracy %.3f\n",
                right_without_tenth(examples, trained, h));
    print_reliability(out, &trained->reliability[h]);
    print_confusion(out, &whole, examples, h);
}

void train_report_settings(FILE *out, const struct settings *settings)
{
    fprintf(out, "sequences of up to %d characters, rarity^%.1f, C %.1f, rules count %.2f, parts %d\n",
            settings->order, settings->power, settings->cost, settings->signals, settings->parts);
}

void train_report(FILE *out, const struct examples *examples, const struct trained *trained)
{
    fprintf(out, "%d-fold cross-validation, %d times, over %zu examples (parts included): ", TRAIN_FOLDS,
            TRAIN_REPEATS, examples->n);
    train_report_settings(out, &trained->settings);
    for (enum model_head head = 0; head < HEADS; head++)
        print_head(out, examples, trained, head);
}
