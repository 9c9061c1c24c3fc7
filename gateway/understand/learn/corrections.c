#include "gateway/understand/learn/corrections.h"

#include "gateway/model/model_learned.h"
#include "gateway/understand/intent.h"
#include "gateway/understand/learn/place_words.h"
#include "gateway/understand/subject.h"
#include "gateway/understand/understand_tables.h"
#include "store/fnv.h"

#include <math.h>
#include <string.h>
#include <talloc.h>

enum { GROUPS_MOST = 8, FOLDS = 5, PEOPLE_LEAST = 2, BETTER_LEAST = 6 };

/* The corrections of one run that one block of the model can learn from, by index. */
struct learning {
    void *mem;
    const struct model *base;
    enum model_head first, last; /* the heads of the block */
    struct examples examples;
    const struct correction **list;
    int (*wanted)[HEADS]; /* what people said, as labels of the base; -1: nothing, or none of its labels */
    float *accuses_from;  /* see subject.h */
    size_t *person;
    size_t n, people, groups;
};

/* How what was learned did on cases held back. */
struct outcome {
    size_t held, better, worse, right, right_before;
    size_t missed; /* accusations that were heard before */
};

/* Labels are those of the program's model, in its order. */
static void take_labels(struct learning *learning)
{
    for (enum model_head head = learning->first; head <= learning->last; head++) {
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

/* What the rules take for an accusation stays one, whatever a model says. */
static void read_wanted(const struct learning *learning, const struct correction *correction,
                        const struct understood *ruled, int wanted[HEADS])
{
    for (enum model_head head = 0; head < HEADS; head++)
        wanted[head] = -1;
    if (correction->kind == CORRECTED_CLASS) {
        wanted[HEAD_TOPIC] = label_of(learning, HEAD_TOPIC, correction->topic);
        wanted[HEAD_CATEGORY] = label_of(learning, HEAD_CATEGORY, correction->category);
        wanted[HEAD_INTENT] = label_of(learning, HEAD_INTENT, "complaint");
    }
    if (correction->kind == CORRECTED_COMPLAINT)
        wanted[HEAD_INTENT] = label_of(learning, HEAD_INTENT, correction->is_so ? "complaint" : "noise");
    if (correction->kind == CORRECTED_ACCUSES && (correction->is_so || !ruled->is_guarded))
        wanted[HEAD_ACCUSES] = label_of(learning, HEAD_ACCUSES, correction->is_so ? "1" : "0");
}

static size_t person_of(struct learning *learning, const struct correction *correction)
{
    for (size_t i = 0; i < learning->n; i++)
        if (strcmp(learning->list[i]->actor, correction->actor) == 0)
            return learning->person[i];
    return learning->people++;
}

static void add(const struct understanding *understanding, struct learning *learning,
                const struct correction *correction)
{
    struct example example = { .row = (uint64_t)correction->case_id * 0x9E3779B97F4A7C15u };
    int situation = learning->first == HEAD_INTENT ? (int)SITUATION_NONE : -1;
    float outputs[MODEL_OUTPUTS_MOST];
    struct lexicon_sums sums;
    struct understood ruled;
    struct subject_text *text;
    bool has_any = false;
    size_t n;

    understand_by_rules(understanding, learning->mem, correction->text, &ruled, &sums);
    read_wanted(learning, correction, &ruled, learning->wanted[learning->n]);
    for (enum model_head head = 0; head < HEADS; head++) {
        example.labels[head] = -1;
        has_any |= learning->wanted[learning->n][head] >= 0;
    }
    if (!has_any)
        return;
    text = subject_text(learning->mem, &ruled, &sums, situation);
    text->text.signals = text->signals;
    n = model_outputs(learning->base, learning->first, learning->mem, &text->text, outputs);
    example.symbols = text->text.symbols;
    example.n = text->text.n;
    example.signals = text->signals;
    example.prior = talloc_memdup(learning->mem, outputs, n * sizeof *outputs);
    learning->accuses_from[learning->n] = subject_accuses_from(&sums);
    learning->person[learning->n] = person_of(learning, correction);
    learning->list[learning->n++] = correction;
    examples_add(&learning->examples, learning->mem, &example);
}

static void begin(struct learning *learning, const struct understanding *understanding,
                  const struct correction *const *corrections, size_t n)
{
    learning->examples = (struct examples){ .n_signals = SIGNALS, .kind = SIGNALS_KIND };
    learning->list = talloc_array(learning->mem, const struct correction *, (unsigned)n + 1);
    learning->wanted = talloc_size(learning->mem, (n + 1) * sizeof *learning->wanted);
    learning->accuses_from = talloc_array(learning->mem, float, (unsigned)n + 1);
    learning->person = talloc_array(learning->mem, size_t, (unsigned)n + 1);
    take_labels(learning);
    for (size_t i = 0; i < n; i++)
        add(understanding, learning, corrections[i]);
    learning->groups = learning->people < GROUPS_MOST ? learning->people : GROUPS_MOST;
}

static struct model *train_on(const struct learning *learning, const bool *is_used)
{
    const struct model_lessons lessons = { &learning->examples, is_used };

    return learning->first == HEAD_INTENT ? model_learn(learning->mem, NULL, &lessons, "")
                                          : model_learn(learning->mem, &lessons, NULL, "");
}

static bool is_right(const struct learning *learning, const struct model *learned, size_t i,
                     enum model_head head)
{
    const struct example *example = &learning->examples.list[i];
    const struct model_text text = { .symbols = example->symbols,
                                     .n = example->n,
                                     .signals = example->signals };

    struct model_answer answer;

    if (learning->wanted[i][head] < 0)
        return false;
    answer = model_learned_answer(learning->base, learned, learning->mem, &text, head);
    if (head == HEAD_ACCUSES)
        answer.index = answer.index == 1 && answer.confidence >= learning->accuses_from[i];
    return answer.index == learning->wanted[i][head];
}

/* The corrections of this group of people, or of all others, as labels to train on. */
static void label_group(struct learning *learning, size_t group, bool is_others)
{
    for (size_t i = 0; i < learning->n; i++)
        for (enum model_head head = learning->first; head <= learning->last; head++)
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
        others = train_on(learning, NULL);
        for (size_t i = 0; i < learning->n; i++)
            for (enum model_head head = learning->first; head <= learning->last; head++)
                if (learning->person[i] % learning->groups == group && !is_right(learning, others, i, head))
                    kept[i][head] = -1;
        talloc_free(others);
    }
    for (size_t i = 0; i < learning->n; i++)
        for (enum model_head head = learning->first; head <= learning->last; head++)
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

static void compare(const struct learning *learning, const struct model *now, const struct model *before,
                    size_t i, struct outcome *outcome)
{
    size_t right = 0, right_before = 0;

    for (enum model_head head = learning->first; head <= learning->last; head++) {
        bool is_so = is_right(learning, now, i, head), was_so = is_right(learning, before, i, head);

        right += is_so;
        right_before += was_so;
        outcome->missed += head == HEAD_ACCUSES && learning->wanted[i][head] == 1 && was_so && !is_so;
    }
    outcome->held++;
    outcome->right += right;
    outcome->right_before += right_before;
    outcome->better += right > right_before;
    outcome->worse += right < right_before;
}

/* Tries what all corrections teach against what those teach that are in use already, on cases held back. */
static void try_fold(struct learning *learning, size_t fold, int64_t used_up_to, struct outcome *outcome)
{
    bool *is_used = talloc_array(learning->mem, bool, (unsigned)learning->n + 1);
    bool *was_used = talloc_array(learning->mem, bool, (unsigned)learning->n + 1);
    struct model *now, *before;

    for (size_t i = 0; i < learning->n; i++) {
        is_used[i] = fold_of(learning, i) != fold;
        was_used[i] = is_used[i] && learning->list[i]->id <= used_up_to;
    }
    now = train_on(learning, is_used);
    before = train_on(learning, was_used);
    for (size_t i = 0; i < learning->n; i++)
        if (!is_used[i])
            compare(learning, now, before, i, outcome);
    talloc_free(now);
    talloc_free(before);
}

bool corrections_are_no_chance(size_t better, size_t worse)
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

/* Nothing is learned about accusations then. */
static void forget_accusations(struct learning *learning)
{
    for (size_t i = 0; i < learning->n; i++)
        learning->wanted[i][HEAD_ACCUSES] = learning->examples.list[i].labels[HEAD_ACCUSES] = -1;
}

static struct outcome try_all(struct learning *learning, int64_t used_up_to)
{
    struct outcome outcome = { .held = 0 };

    if (learning->people < PEOPLE_LEAST)
        return outcome;
    weigh(learning);
    corroborate(learning);
    for (size_t fold = 0; fold < FOLDS; fold++)
        try_fold(learning, fold, used_up_to, &outcome);
    if (outcome.missed == 0)
        return outcome;
    forget_accusations(learning);
    outcome = (struct outcome){ .held = 0 };
    for (size_t fold = 0; fold < FOLDS; fold++)
        try_fold(learning, fold, used_up_to, &outcome);
    return outcome;
}

static void count(struct corrected *corrected, const struct outcome *outcome)
{
    corrected->held += outcome->held;
    corrected->better += outcome->better;
    corrected->worse += outcome->worse;
    corrected->right += outcome->right;
    corrected->right_before += outcome->right_before;
}

/* The corrections to learn from: all where that is better, else those that taught what is in use. */
static const bool *used_for(const struct learning *learning, bool is_better, int64_t used_up_to)
{
    bool *is_used = talloc_array(learning->mem, bool, (unsigned)learning->n + 1);

    for (size_t i = 0; i < learning->n; i++)
        is_used[i] = is_better || learning->list[i]->id <= used_up_to;
    return is_used;
}

static bool has_kind(const struct correction *const *list, size_t n, enum correction_kind kind)
{
    for (size_t i = 0; i < n; i++)
        if (list[i]->kind == kind)
            return true;
    return false;
}

/* One block has the subjects, the other the intents: each is learned where it helps by itself. */
static void learn_models(const struct understanding *understanding, void *mem,
                         const struct correction *const *list, size_t n, int64_t used_up_to,
                         struct corrected *corrected)
{
    struct learning subjects = { .mem = talloc_new(mem),
                                 .base = understanding->language->model,
                                 .first = HEAD_TOPIC,
                                 .last = HEAD_ACCUSES };
    struct learning intents = {
        .mem = subjects.mem, .base = understanding->language->model, .first = HEAD_INTENT, .last = HEAD_INTENT
    };
    struct outcome of_subjects, of_intents;
    bool is_subject, is_intent;

    begin(&subjects, understanding, list, n);
    begin(&intents, understanding, list, has_kind(list, n, CORRECTED_COMPLAINT) ? n : 0);
    of_subjects = try_all(&subjects, used_up_to);
    of_intents = try_all(&intents, used_up_to);
    count(corrected, &of_subjects);
    count(corrected, &of_intents);
    is_subject = corrections_are_no_chance(of_subjects.better, of_subjects.worse);
    is_intent = corrections_are_no_chance(of_intents.better, of_intents.worse);
    if (is_subject || is_intent) {
        const struct model_lessons subject = { &subjects.examples,
                                               used_for(&subjects, is_subject, used_up_to) };
        const struct model_lessons intent = { &intents.examples, used_for(&intents, is_intent, used_up_to) };
        struct model *model =
            model_learn(subjects.mem, subjects.n ? &subject : NULL, intents.n ? &intent : NULL, "learned\n");

        corrected->octets = model_octets(mem, model, &corrected->size);
    }
    talloc_free(subjects.mem);
}

static void learn_places(const struct understanding *understanding, void *mem,
                         const struct correction *const *list, size_t n, struct corrected *corrected)
{
    struct place_words words;

    place_words_learn(understanding, mem, list, n, &words);
    count(corrected,
          &(struct outcome){ words.held, words.better, words.worse, words.right, words.right_before, 0 });
    corrected->places = words.list;
    corrected->n_places = words.n;
}

static bool is_beyond_the_day(const struct correction *const *list, size_t n,
                              const struct correction *correction)
{
    size_t same = 0;

    for (size_t i = 0; i < n; i++)
        same += list[i]->day == correction->day && strcmp(list[i]->actor, correction->actor) == 0;
    return same >= CORRECTIONS_A_DAY;
}

static size_t count_people(const struct correction *const *list, size_t n)
{
    size_t people = 0;

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (k < i && strcmp(list[k]->actor, list[i]->actor) != 0)
            k++;
        people += k == i;
    }
    return people;
}

void corrections_learn(const struct understanding *understanding, void *mem,
                       const struct correction *corrections, size_t n, int64_t used_up_to,
                       struct corrected *corrected)
{
    const struct correction **list = talloc_array(mem, const struct correction *, (unsigned)n + 1);
    size_t kept = 0;

    *corrected = (struct corrected){ .octets = NULL };
    if (!understanding->language->model)
        return;
    for (size_t i = n > CORRECTIONS_MOST ? n - CORRECTIONS_MOST : 0; i < n; i++)
        if (*corrections[i].text && !is_beyond_the_day(list, kept, &corrections[i]))
            list[kept++] = &corrections[i];
    corrected->counted = kept;
    corrected->people = count_people(list, kept);
    learn_models(understanding, mem, list, kept, used_up_to, corrected);
    learn_places(understanding, mem, list, kept, corrected);
    talloc_free(list);
}
