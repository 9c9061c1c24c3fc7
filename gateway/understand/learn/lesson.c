#include "gateway/understand/learn/lesson.h"

#include "gateway/understand/subject.h"
#include "store/fnv.h"

#include <string.h>
#include <talloc.h>

enum { PART_SYMBOLS = 67 };

/* What danger and accusation may cost in false alarms, rules and model together. */
static const float urgent_false_alarms = 0.035F, accuses_false_alarms = 0.08F;

void lesson_begin(struct examples *subjects, struct examples *intents)
{
    /* the table of danger was mended by texts that are among the examples: there it is always right */
    *subjects = (struct examples){ .n_signals = SIGNALS, .kind = SIGNALS_KIND, .apart = 1 + SIGNAL_URGENT };
    for (int head = 0; head < HEADS; head++)
        subjects->rules[head].signal = -1;
    subjects->rules[HEAD_URGENT] = (struct rule){ SIGNAL_URGENT, urgent_false_alarms, SUBJECT_DANGER_LEAST };
    subjects->rules[HEAD_ACCUSES] = (struct rule){ SIGNAL_ACCUSES, accuses_false_alarms, 0 };
    *intents = *subjects;
    intents->apart = 0;
}

static void add(const struct understanding *understanding, void *mem, const char *words, int situation,
                const struct example *like, struct examples *examples)
{
    struct example example = *like;
    const struct subject_text *text;
    struct lexicon_sums sums;
    struct understood ruled;
    void *scratch = talloc_new(NULL);

    understand_by_rules(understanding, scratch, words, &ruled, &sums);
    text = subject_text(mem, &ruled, &sums, situation);
    example.symbols = talloc_memdup(mem, text->text.symbols, (text->text.n + 1) * sizeof *text->text.symbols);
    example.n = text->text.n;
    example.signals = text->signals;
    examples_add(examples, mem, &example);
    talloc_free(scratch);
}

/* The lists of accusation were mended by texts that are among the examples, so there they are right more
 * often than they will be: what people call a wrong is to be learned from their own words, too. */
static void add_without_words(void *mem, struct examples *examples)
{
    struct example example = examples->list[examples->n - 1];
    float *signals = talloc_memdup(mem, example.signals, SIGNALS * sizeof *signals);

    if (example.labels[HEAD_ACCUSES] < 0)
        return;
    for (enum model_head head = 0; head < HEADS; head++)
        if (head != HEAD_ACCUSES)
            example.labels[head] = -1;
    for (int signal = SIGNAL_OFFICIAL; signal <= SIGNAL_ACCUSES; signal++)
        signals[signal] = 0;
    example.signals = signals;
    example.part = PART_WITHOUT_WORDS;
    examples_add(examples, mem, &example);
}

/* The octet where the next PART_SYMBOLS characters end. */
static size_t part_end(const char *text, size_t at)
{
    size_t symbols = 0;

    for (; text[at]; at++)
        if ((text[at] & 0xC0) != 0x80 && symbols++ == PART_SYMBOLS)
            break;
    return at;
}

static void add_parts(const struct understanding *understanding, void *mem, const struct lesson *lesson,
                      struct example *like, struct examples *subjects)
{
    enum { PARTS = 2, HALF_A_PART = PART_SYMBOLS / 2 * 3 };
    size_t at = 0;

    for (like->part = 1; like->part <= PARTS; like->part++) {
        size_t end = part_end(lesson->text, at);

        if ((like->part == 1 && lesson->text[end] == '\0') || (like->part == 2 && end - at < HALF_A_PART))
            return;
        add(understanding, mem, talloc_strndup(mem, lesson->text + at, end - at), -1, like, subjects);
        at = end;
    }
}

static bool take_labels(const struct lesson *lesson, void *mem, struct examples *examples, bool is_intent,
                        struct example *example)
{
    bool has_any = false;

    for (enum model_head head = 0; head < HEADS; head++) {
        example->labels[head] = -1;
        if (!lesson->labels[head] || (head == HEAD_INTENT) != is_intent)
            continue;
        example->labels[head] = examples_label(examples, mem, head, lesson->labels[head]);
        has_any = true;
        if (example->labels[head] < 0)
            return false;
    }
    example->part = has_any ? 0 : -1;
    return true;
}

bool lesson_add(const struct understanding *understanding, void *mem, const struct lesson *lesson,
                struct examples *subjects, struct examples *intents)
{
    struct example like = { .row = fnv_add_text(FNV_START, lesson->text), .set = lesson->set };

    if (!take_labels(lesson, mem, subjects, false, &like))
        return false;
    if (like.part == 0) {
        add(understanding, mem, lesson->text, -1, &like, subjects);
        add_without_words(mem, subjects);
        add_parts(understanding, mem, lesson, &like, subjects);
    }
    if (!take_labels(lesson, mem, intents, true, &like))
        return false;
    if (like.part == 0)
        add(understanding, mem, lesson->text, lesson->situation, &like, intents);
    return true;
}
