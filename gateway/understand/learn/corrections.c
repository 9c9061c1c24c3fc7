#include "gateway/understand/learn/corrections.h"

#include "gateway/model/model_learned.h"
#include "gateway/understand/subject.h"
#include "gateway/understand/understand_tables.h"
#include "store/fnv.h"

#include <math.h>
#include <string.h>
#include <talloc.h>

enum { GROUPS_MOST = 8, FOLDS = 5, PEOPLE_LEAST = 2, BETTER_LEAST = 6 };

/* The corrections of one run, by index. */
struct learning {
    void *mem;
    const struct model *base;
    struct examples examples;
    const struct correction **list; /* those that count */
    int (*wanted)[HEADS]; /* what people said, as labels of the base; -1: it is none of its labels */
    size_t *person;
    size_t n, people, groups;
};

/* Labels are those of the program's model, in its order. */
static void take_labels(struct learning *learning)
{
    for (enum model_head head = HEAD_TOPIC; head <= HEAD_CATEGORY; head++) {
        const char *const *labels;
        size_t n = model_labels(learning->base, head, &labels);

        for (size_t i = 0; i < n; i++)
            examples_label(&learning->examples, learning->mem, head, labels[i]);
    }
}

static int label_of(const struct learning *learning, enum model_head head, const char *name)
{
    for (size_t i = 0; i < learning->examples.n_labels[head]; i++)
        if (strcmp(learning->examples.labels[head][i], name) == 0)
            return (int)i;
    return -1;
}

static size_t person_of(struct learning *learning, const struct correction *correction)
{
    for (size_t i = 0; i < learning->n; i++)
        if (strcmp(learning->list[i]->actor, correction->actor) == 0)
            return learning->person[i];
    return learning->people++;
}

static bool is_beyond_the_day(const struct learning *learning, const struct correction *correction)
{
    size_t same = 0;

    for (size_t i = 0; i < learning->n; i++)
        same += learning->list[i]->day == correction->day &&
                strcmp(learning->list[i]->actor, correction->actor) == 0;
    return same >= CORRECTIONS_A_DAY;
}

static void add(const struct understanding *understanding, struct learning *learning,
                const struct correction *correction)
{
    struct example example = { .row = (uint64_t)correction->case_id * 0x9E3779B97F4A7C15u };
    float outputs[MODEL_OUTPUTS_MOST];
    struct lexicon_sums sums;
    struct understood ruled;
    struct subject_text *text;
    size_t n;

    understand_by_rules(understanding, learning->mem, correction->text, &ruled, &sums);
    text = subject_text(learning->mem, &ruled, &sums, -1);
    n = model_subject_outputs(learning->base, learning->mem, &text->text, outputs);
    example.symbols = text->text.symbols;
    example.n = text->text.n;
    example.signals = text->signals;
    example.prior = talloc_memdup(learning->mem, outputs, n * sizeof *outputs);
    for (enum model_head head = 0; head < HEADS; head++)
        example.labels[head] = -1;
    learning->wanted[learning->n][HEAD_TOPIC] = label_of(learning, HEAD_TOPIC, correction->topic);
    learning->wanted[learning->n][HEAD_CATEGORY] = label_of(learning, HEAD_CATEGORY, correction->category);
    learning->person[learning->n] = person_of(learning, correction);
    learning->list[learning->n++] = correction;
    examples_add(&learning->examples, learning->mem, &example);
}

static void begin(struct learning *learning, const struct understanding *understanding,
                  const struct correction *corrections, size_t n)
{
    size_t first = n > CORRECTIONS_MOST ? n - CORRECTIONS_MOST : 0;

    learning->examples = (struct examples){ .n_signals = SIGNALS, .kind = SIGNALS_KIND };
    learning->list = talloc_array(learning->mem, const struct correction *, (unsigned)n + 1);
    learning->wanted = talloc_size(learning->mem, (n + 1) * sizeof *learning->wanted);
    learning->person = talloc_array(learning->mem, size_t, (unsigned)n + 1);
    take_labels(learning);
    for (size_t i = first; i < n; i++)
        if (*corrections[i].text && !is_beyond_the_day(learning, &corrections[i]))
            add(understanding, learning, &corrections[i]);
    learning->groups = learning->people < GROUPS_MOST ? learning->people : GROUPS_MOST;
}

/* The corrections of this group of people, or of all others, as labels to train on. */
static void label_group(struct learning *learning, size_t group, bool is_others)
{
    for (size_t i = 0; i < learning->n; i++)
        for (enum model_head head = HEAD_TOPIC; head <= HEAD_CATEGORY; head++)
            learning->examples.list[i].labels[head] =
                (learning->person[i] % learning->groups == group) != is_others ? learning->wanted[i][head]
                                                                               : -1;
}

/* Keeps of each correction what the program, with the corrections of all other people, answers as well. */
static void corroborate(struct learning *learning)
{
    int(*kept)[HEADS] = talloc_memdup(learning->mem, learning->wanted, (learning->n + 1) * sizeof *kept);

    for (size_t group = 0; group < learning->groups; group++) {
        struct model *others;

        label_group(learning, group, true);
        others = model_learn(learning->mem, &learning->examples, NULL, "");
        for (size_t i = 0; i < learning->n; i++)
            for (enum model_head head = HEAD_TOPIC; head <= HEAD_CATEGORY; head++)
                if (learning->person[i] % learning->groups == group &&
                    model_learned_answer(others, learning->mem, &learning->examples.list[i], head) !=
                        learning->wanted[i][head])
                    kept[i][head] = -1;
        talloc_free(others);
    }
    for (size_t i = 0; i < learning->n; i++)
        for (enum model_head head = HEAD_TOPIC; head <= HEAD_CATEGORY; head++)
            learning->examples.list[i].labels[head] = kept[i][head];
}

static float share_of(size_t own, size_t all)
{
    return own * 2 > all && all > own ? (float)(all - own) / (float)own : 1;
}

/* A person counts at most as much as all others together; so does a unit, where there are others. */
static void weigh(struct learning *learning)
{
    for (size_t i = 0; i < learning->n; i++) {
        size_t of_person = 0, of_unit = 0;

        for (size_t k = 0; k < learning->n; k++) {
            of_person += learning->person[k] == learning->person[i];
            of_unit += learning->list[k]->unit == learning->list[i]->unit;
        }
        learning->examples.list[i].weight =
            fminf(share_of(of_person, learning->n), share_of(of_unit, learning->n));
    }
}

static size_t fold_of(const struct learning *learning, size_t i)
{
    return (size_t)(learning->examples.list[i].row >> 40) % FOLDS;
}

static int right_of(const struct learning *learning, const struct model *model, size_t i)
{
    int right = 0;

    for (enum model_head head = HEAD_TOPIC; head <= HEAD_CATEGORY; head++)
        right += learning->wanted[i][head] >= 0 &&
                 model_learned_answer(model, learning->mem, &learning->examples.list[i], head) ==
                     learning->wanted[i][head];
    return right;
}

/* Tries what all corrections teach against what those teach that are in use already, on cases held back. */
static void try_fold(struct learning *learning, size_t fold, int64_t used_up_to, struct corrected *corrected)
{
    bool *is_used = talloc_array(learning->mem, bool, (unsigned)learning->n + 1);
    bool *was_used = talloc_array(learning->mem, bool, (unsigned)learning->n + 1);
    struct model *now, *before;

    for (size_t i = 0; i < learning->n; i++) {
        is_used[i] = fold_of(learning, i) != fold;
        was_used[i] = is_used[i] && learning->list[i]->id <= used_up_to;
    }
    now = model_learn(learning->mem, &learning->examples, is_used, "");
    before = model_learn(learning->mem, &learning->examples, was_used, "");
    for (size_t i = 0; i < learning->n; i++) {
        int right = is_used[i] ? 0 : right_of(learning, now, i);
        int right_before = is_used[i] ? 0 : right_of(learning, before, i);

        corrected->held += !is_used[i];
        corrected->right += (size_t)right;
        corrected->right_before += (size_t)right_before;
        corrected->better += right > right_before;
        corrected->worse += right < right_before;
    }
    talloc_free(now);
    talloc_free(before);
}

/* The exact sign test, on both sides: whether so many better of all that changed are hardly chance. */
static bool is_no_chance(size_t better, size_t worse)
{
    const double least = 0.05;
    size_t n = better + worse;
    double tail = 0;

    if (better <= worse || better < BETTER_LEAST)
        return false;
    for (size_t k = better; k <= n; k++)
        tail += exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) -
                    (double)n * log(2));
    return 2 * tail < least;
}

void corrections_learn(const struct understanding *understanding, void *mem,
                       const struct correction *corrections, size_t n, int64_t used_up_to,
                       struct corrected *corrected)
{
    struct learning learning = { .mem = talloc_new(mem), .base = understanding->model };

    *corrected = (struct corrected){ .octets = NULL };
    if (!learning.base)
        return;
    begin(&learning, understanding, corrections, n);
    corrected->counted = learning.n;
    corrected->people = learning.people;
    if (learning.people >= PEOPLE_LEAST) {
        weigh(&learning);
        corroborate(&learning);
        for (size_t fold = 0; fold < FOLDS; fold++)
            try_fold(&learning, fold, used_up_to, corrected);
        if (is_no_chance(corrected->better, corrected->worse))
            corrected->octets = model_octets(
                mem, model_learn(learning.mem, &learning.examples, NULL, "learned\n"), &corrected->size);
    }
    talloc_free(learning.mem);
}
