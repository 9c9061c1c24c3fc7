#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/model/train.h"
#include "gateway/understand/learn/explain.h"
#include "gateway/understand/learn/lesson.h"
#include "gateway/understand/signals.h"
#include "templates/embedded.h"

/* What the tests share: an understanding without places. */
static int open_understanding(void **state)
{
    struct understanding_source source = { .names = NULL };
    const char *error;

    *state = understanding_new(NULL, &source, &error);
    return *state ? 0 : -1;
}

static int close_understanding(void **state)
{
    talloc_free(*state);
    return 0;
}

/* The columns of a row of tests/corpus, class, topic, urgent, accuses and text, as a lesson. */
static bool read_row(char *line, struct lesson *lesson)
{
    static const enum model_head heads[] = { HEAD_CATEGORY, HEAD_TOPIC, HEAD_URGENT, HEAD_ACCUSES };

    *lesson = (struct lesson){ .set = 0 };
    line[strcspn(line, "\n")] = '\0';
    if (*line == '#' || strncmp(line, "category", 8) == 0)
        return false;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        lesson->labels[heads[i]] = strsep(&line, "\t");
    lesson->text = line;
    return true;
}

/* Every n-th text of a file from the first-th on. */
static void learn(const struct understanding *understanding, void *mem, const char *path, size_t first,
                  size_t n, struct examples *subjects)
{
    struct examples intents;
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t size = 0, number = 0;
    struct lesson lesson;

    assert_non_null(in);
    lesson_begin(subjects, &intents);
    while (getline(&line, &size, in) > 0)
        if (read_row(line, &lesson) && number++ % n == first)
            assert_true(lesson_add(understanding, mem, &lesson, subjects, &intents));
    free(line);
    fclose(in);
}

/* Counts the examples whose topic the model finds. */
static size_t count_right(const struct model *model, void *mem, const struct examples *examples,
                          size_t *whole)
{
    size_t right = 0;

    *whole = 0;
    for (size_t i = 0; i < examples->n; i++) {
        const struct example *example = &examples->list[i];
        struct model_text text = { .symbols = example->symbols,
                                   .n = example->n,
                                   .signals = example->signals };
        struct model_answer answers[HEADS];

        if (example->part)
            continue;
        model_ask_subject(model, mem, &text, answers);
        ++*whole;
        right +=
            strcmp(answers[HEAD_TOPIC].label, examples->labels[HEAD_TOPIC][example->labels[HEAD_TOPIC]]) == 0;
    }
    return right;
}

/* Trains quickly: one fixed choice of settings. */
static struct model *model_telling(void *mem, const struct examples *examples, float telling)
{
    const struct settings settings = {
        .order = 2, .power = 1, .cost = 1, .signals = 0.15F, .parts = 1, .telling = telling
    };
    struct vocabulary *vocabulary = vocabulary_new(mem, examples, 2);
    struct trained *trained = talloc_zero(mem, struct trained);
    bool *is_used = talloc_array(mem, bool, (unsigned)examples->n);

    memset(is_used, true, examples->n);
    trained->block = fit_block(trained, examples, vocabulary, &settings, is_used, 200000);
    return train_model(mem, examples, trained, NULL, "small\n");
}

static struct model *small_model(void *mem, const struct examples *examples)
{
    return model_telling(mem, examples, 0);
}

static void a_model_trained_on_few_texts_understands_others(void **state)
{
    void *mem = talloc_new(NULL);
    struct examples some, others;
    struct model *model;
    size_t right, whole;

    learn(*state, mem, "tests/corpus/texts-train.tsv", 0, 3, &some);
    learn(*state, mem, "tests/corpus/texts-train.tsv", 1, 3, &others);
    model = small_model(mem, &some);
    right = count_right(model, mem, &others, &whole);
    printf("# topics of %zu texts held back: %zu\n", whole, right);
    assert_true(right * 100 >= whole * 50); /* the lexicon alone has 44 */
    assert_true(count_right(model, mem, &some, &whole) * 100 >= whole * 95);
    talloc_free(mem);
}

static void topics_are_told_better_where_sequences_that_tell_them_may_weigh_more(void **state)
{
    void *mem = talloc_new(NULL);
    struct examples some, others;
    size_t alike = 0, telling = 0, whole;

    for (size_t third = 0; third < 3; third++) {
        learn(*state, mem, "tests/corpus/texts-train.tsv", third, 3, &some);
        learn(*state, mem, "tests/corpus/texts-train.tsv", (third + 1) % 3, 3, &others);
        alike += count_right(model_telling(mem, &some, 0), mem, &others, &whole);
        telling += count_right(model_telling(mem, &some, 0.5F), mem, &others, &whole);
    }
    printf("# topics right: %zu, %zu where telling sequences weigh more\n", alike, telling);
    assert_true(telling > alike);
    talloc_free(mem);
}

static void a_model_in_a_file_answers_as_before_and_training_again_makes_the_same_file(void **state)
{
    void *mem = talloc_new(NULL);
    struct examples some;
    struct model *model, *read, *in_place;
    const void *octets, *again;
    const char *error = "";
    size_t size, again_size, whole;

    learn(*state, mem, "tests/corpus/texts-plain.tsv", 0, 2, &some);
    model = small_model(mem, &some);
    octets = model_octets(mem, model, &size);
    again = model_octets(mem, small_model(mem, &some), &again_size);
    assert_int_equal(size, again_size);
    assert_memory_equal(octets, again, size);
    read = model_open(mem, octets, size, SIGNALS, SIGNALS_KIND, &error);
    assert_non_null(read);
    assert_string_equal(model_recipe(read), "small\n");
    in_place = model_open_in_place(mem, octets, size, SIGNALS, SIGNALS_KIND, &error);
    assert_non_null(in_place);
    assert_memory_equal(octets, model_octets(mem, in_place, &again_size), size);
    for (size_t i = 0; i < some.n; i++) {
        struct model_text text = { .symbols = some.list[i].symbols,
                                   .n = some.list[i].n,
                                   .signals = some.list[i].signals };
        struct model_answer before[HEADS], after[HEADS], there[HEADS];

        model_ask_subject(model, mem, &text, before);
        model_ask_subject(read, mem, &text, after);
        assert_string_equal(before[HEAD_TOPIC].label, after[HEAD_TOPIC].label);
        assert_true(before[HEAD_URGENT].confidence == after[HEAD_URGENT].confidence);
        model_ask_subject(in_place, mem, &text, there);
        for (enum model_head head = 0; head < HEAD_INTENT; head++)
            assert_true(there[head].confidence == after[head].confidence);
    }
    assert_true(count_right(read, mem, &some, &whole) > 0);
    talloc_free(mem);
}

static void a_damaged_file_is_refused(void **state)
{
    void *mem = talloc_new(NULL);
    struct examples some;
    const void *octets;
    unsigned char *damaged;
    const char *error = NULL;
    size_t size;

    learn(*state, mem, "tests/corpus/texts-plain.tsv", 0, 8, &some);
    octets = model_octets(mem, small_model(mem, &some), &size);
    damaged = talloc_memdup(mem, octets, size);
    for (size_t at = 0; at < size; at += 1 + size / 97) {
        damaged[at] ^= 0x10;
        assert_null(model_open(mem, damaged, size, SIGNALS, SIGNALS_KIND, &error));
        damaged[at] ^= 0x10;
        assert_null(model_open(mem, octets, at, SIGNALS, SIGNALS_KIND, &error));
    }
    assert_null(model_open(mem, octets, size, SIGNALS + 1, SIGNALS_KIND, &error));
    assert_non_null(strstr(error, "another version"));
    assert_null(model_open(mem, octets, size, SIGNALS, SIGNALS_KIND + 1, &error));
    talloc_free(mem);
}

static void the_chance_of_an_answer_follows_what_was_right(void **state)
{
    enum { ANSWERS = 1000 };
    struct terms terms[ANSWERS];
    bool is_right[ANSWERS];
    struct reliability reliability = { .n = { 0 } };
    float fit[FIT_TERMS];

    (void)state;
    for (int i = 0; i < ANSWERS; i++) { /* the larger the lead the more are right: 1 in 10 up to 10 in 10 */
        terms[i] = (struct terms){ { 1, (float)(i % 10), 0, 1, 2 } };
        is_right[i] = i / 10 % 10 <= i % 10;
    }
    calibrate_fit(terms, is_right, ANSWERS, fit);
    assert_true(chance_of(fit, &terms[0]) < 0.25F);
    assert_true(fabsf(chance_of(fit, &terms[4]) - 0.5F) < 0.12F);
    assert_true(chance_of(fit, &terms[9]) > 0.85F);
    for (int i = 0; i < ANSWERS; i++)
        reliability_add(&reliability, chance_of(fit, &terms[i]), is_right[i]);
    assert_true(reliability_error(&reliability) < 0.06);
}

/* The number behind a word of the recipe's line. */
static size_t recipe_number(const char *recipe, const char *word)
{
    const char *line = strstr(recipe, "held back:"), *at = line ? strstr(line, word) : NULL;

    assert_non_null(at);
    return strtoul(at + strlen(word), NULL, 10);
}

static void count_held(const struct understanding *understanding, size_t right[HEADS], size_t *texts)
{
    FILE *in = fopen("tests/corpus/held-back.tsv", "r");
    char *line = NULL;
    size_t size = 0;
    struct lesson lesson;

    assert_non_null(in);
    while (getline(&line, &size, in) > 0) {
        void *mem = talloc_new(NULL);
        struct understood out;

        if (read_row(line, &lesson)) {
            understand(understanding, mem, lesson.text, &out);
            ++*texts;
            right[HEAD_TOPIC] += strcmp(out.topic, lesson.labels[HEAD_TOPIC]) == 0;
            right[HEAD_CATEGORY] +=
                strcmp(case_category_name(out.category), lesson.labels[HEAD_CATEGORY]) == 0;
            right[HEAD_URGENT] += (out.urgency == URGENCY_URGENT) == (*lesson.labels[HEAD_URGENT] == '1');
            right[HEAD_ACCUSES] += out.is_guarded == (*lesson.labels[HEAD_ACCUSES] == '1');
        }
        talloc_free(mem);
    }
    free(line);
    fclose(in);
}

/* Tables that change later move a few answers: the model need not be trained again for each. */
static void the_model_in_the_box_answers_as_its_recipe_says(void **state)
{
    const struct embedded_file *file = embedded_find("templates/lexicon/subject.model");
    void *mem = talloc_new(NULL);
    const char *error, *recipe;
    size_t right[HEADS] = { 0 }, texts = 0;
    struct model *model;

    assert_non_null(file);
    assert_true(file->size <= 1500000);
    model = model_open(mem, file->data, file->size, SIGNALS, SIGNALS_KIND, &error);
    assert_non_null(model);
    recipe = model_recipe(model);
    count_held(*state, right, &texts);
    assert_int_equal(texts, recipe_number(recipe, "held back: "));
    for (enum model_head head = 0; head < HEAD_INTENT; head++) {
        size_t promised = recipe_number(recipe, talloc_asprintf(mem, " %s ", model_head_names[head]));

        printf("# %s: %zu of %zu, %zu promised\n", model_head_names[head], right[head], texts, promised);
        assert_in_range(right[head], promised - 3, texts);
    }
    assert_true(right[HEAD_TOPIC] * 100 >= texts * 75);
    assert_true(right[HEAD_CATEGORY] * 100 >= texts * 85);
    talloc_free(mem);
}

static void an_explanation_names_the_words_and_rules_that_spoke(void **state)
{
    void *mem = talloc_new(NULL);
    struct explanation explanations[EXPLANATIONS];
    struct understood out;
    bool has_words = false, has_rule = false;
    int sum = 0;

    understand(*state, mem, "您好，我们村的自来水停了三天了", &out);
    explain(*state, mem, &out, explanations);
    assert_string_equal(explanations[0].question, "topic");
    for (size_t i = 0; i < explanations[0].n; i++) {
        const struct explain_reason *reason = &explanations[0].reasons[i];

        has_words |= !reason->is_rule && strstr(reason->words, "水");
        has_rule |= reason->is_rule && strstr(reason->words, "water");
        sum += reason->weight;
    }
    assert_true(has_words);
    assert_true(has_rule);
    assert_in_range(sum, 80, 100);
    talloc_free(mem);
}

static bool says_of_accusation(const float *signals)
{
    for (int signal = SIGNAL_OFFICIAL; signal <= SIGNAL_ACCUSES; signal++)
        if (signals[signal] != 0)
            return true;
    return false;
}

static void accusation_is_learned_without_its_lists_too_and_asked_with_them_alone(void **state)
{
    const struct settings settings = { .order = 2, .power = 1, .cost = 1, .signals = 0.3F, .parts = 1 };
    void *mem = talloc_new(NULL);
    struct examples examples, intents;
    struct lesson lesson = { .text = "村长贪污救灾款，给他侄儿批了两块宅基地" };
    struct trial *trial;

    lesson_begin(&examples, &intents);
    lesson.labels[HEAD_TOPIC] = "cadre";
    lesson.labels[HEAD_ACCUSES] = "1";
    assert_true(lesson_add(*state, mem, &lesson, &examples, &intents));
    assert_int_equal(examples.n, 2);
    assert_true(says_of_accusation(examples.list[0].signals));
    assert_int_equal(examples.list[1].part, PART_WITHOUT_WORDS);
    assert_false(says_of_accusation(examples.list[1].signals));
    assert_int_equal(examples.list[1].labels[HEAD_ACCUSES], 1);
    assert_int_equal(examples.list[1].labels[HEAD_TOPIC], -1);
    assert_true(examples.list[1].row == examples.list[0].row); /* one fold */
    trial = trial_run(mem, &examples, vocabulary_new(mem, &examples, 1), &settings, 100000, 2, 1);
    assert_int_equal(trial->heads[HEAD_ACCUSES].n, 1);
    lesson.labels[HEAD_ACCUSES] = NULL;
    assert_true(lesson_add(*state, mem, &lesson, &examples, &intents));
    assert_int_equal(examples.n, 3);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_trained_on_few_texts_understands_others),
        cmocka_unit_test(topics_are_told_better_where_sequences_that_tell_them_may_weigh_more),
        cmocka_unit_test(a_model_in_a_file_answers_as_before_and_training_again_makes_the_same_file),
        cmocka_unit_test(a_damaged_file_is_refused),
        cmocka_unit_test(accusation_is_learned_without_its_lists_too_and_asked_with_them_alone),
        cmocka_unit_test(the_chance_of_an_answer_follows_what_was_right),
        cmocka_unit_test(the_model_in_the_box_answers_as_its_recipe_says),
        cmocka_unit_test(an_explanation_names_the_words_and_rules_that_spoke),
    };

    return cmocka_run_group_tests_name("model", tests, open_understanding, close_understanding);
}
