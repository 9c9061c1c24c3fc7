#include "gateway/understand/subject.h"

#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordlist.h"

#include <string.h>
#include <talloc.h>

static const char file_name[] = "subject.model";

bool subject_open(struct language *language, const char **error)
{
    size_t size;
    const void *octets = wordfile_octets(language, language->lexicons, file_name, &size, error);

    if (!octets || size == 0)
        return octets != NULL;
    language->model = model_open_in_place(language, octets, size, SIGNALS, SIGNALS_KIND, error);
    language->octets = octets;
    language->n_octets = size;
    if (!language->model)
        *error = talloc_asprintf(language, "%s: %s", file_name, *error);
    return language->model != NULL;
}

struct subject_text *subject_text(void *mem, const struct understood *ruled, const struct lexicon_sums *sums,
                                  int situation)
{
    struct subject_text *out = talloc(mem, struct subject_text);
    const struct normal *normal = &ruled->normal;
    struct ruled rules = { .category = ruled->category,
                           .accuses = ruled->is_guarded,
                           .situation = situation };

    topic_parse(ruled->topic, &rules.topic);
    /* With the greeting: whom it addresses tells the topic (尊敬的教育局长). */
    out->text.symbols = place_spans_blank(&ruled->names, out, normal);
    out->text.n = normal->n_symbols;
    rules.symbols = out->text.n;
    signals_of(sums, &rules, out->signals);
    out->text.signals = out->signals;
    out->text.hashes = NULL;
    out->text.longest = 0;
    return out;
}

/* The models' answers: the chosen one's where it has any. */
static void ask_models(const struct understanding *understanding, void *mem, const struct model_text *text,
                       struct model_answer answers[HEADS])
{
    struct model_answer chosen[HEADS];

    memset(answers, 0, HEADS * sizeof *answers);
    if (understanding->language->model)
        model_ask_corrected(understanding->language->model, understanding->learned, mem, text, answers);
    if (!understanding->chosen)
        return;
    model_ask_subject(understanding->chosen, mem, text, chosen);
    for (enum model_head head = 0; head < HEADS; head++)
        if (chosen[head].label)
            answers[head] = chosen[head];
}

static int percent(float chance)
{
    return (int)(chance * 100 + 0.5F);
}

/* Models know few short texts, and an accusation without any word of blame is rare: there they must be surer
 * than the rules. */
enum { SHORT_TEXT = 12, TELLS_NOTHING = 4 }; /* characters */
static const float even_chance = 0.5F, sure = 0.7F, very_sure = 0.9F, never = 2;

/* Chances of danger at which a text is urgent, and at which somebody is rung for it at any hour. */
static const float urgent_chance = 0.5F, alarm_chance = 0.85F;

float subject_accuses_from(const struct lexicon_sums *sums)
{
    return sums->names_unthanked || sums->blame > 0 ? 0 : even_chance;
}

/* The same for a text as short as 撤了吧 or 查一下, of which no model knows much. */
static float accuses_from(const struct lexicon_sums *sums, const struct subject_text *text)
{
    float least = subject_accuses_from(sums);

    if (text->text.n <= TELLS_NOTHING)
        return never;
    if (text->text.n > SHORT_TEXT)
        return least;
    return least > 0 ? very_sure : sure;
}

/* Whether the model's topic or class counts, not the rules'. */
static bool decides(const struct model_answer *answer, const struct model_text *text)
{
    return answer->label && (text->n > SHORT_TEXT || answer->confidence >= sure || answer->is_corrected);
}

/* The rules know no topics but ours: a model that has others decides by itself. */
static bool decides_topic(const struct model_answer *answer, const struct lexicon_sums *sums,
                          const struct model_text *text)
{
    enum topic ours;

    if (answer->label && !topic_parse(answer->label, &ours))
        return true;
    return !sums->is_decided && decides(answer, text);
}

static bool says_yes(const struct model_answer *answer, float least)
{
    return answer->label && answer->index == 1 && answer->confidence >= least;
}

/* Whether more than half of the text is in Latin letters, or nothing is there to read: no model of ours has
 * learned that. */
static bool is_foreign(const struct model_text *text)
{
    size_t letters = 0, ideographs = 0;

    for (size_t i = 0; i < text->n; i++) {
        letters += text->symbols[i] >= 'a' && text->symbols[i] <= 'z';
        ideographs += text->symbols[i] >= 0x2E80 && text->symbols[i] < 0xA000;
    }
    return ideographs <= letters;
}

/* Whether words of danger stand in it that mean none (救命桥, 跑得要断气): only a longer text shows that, and
 * who may harm himself, a child or those at home is heard whatever a model says. */
static bool is_no_danger(const struct model_answer *answer, const struct understood *out)
{
    return answer->label && answer->confidence < SUBJECT_DANGER_LEAST && out->danger.kind > DANGER_HOME &&
           out->subject->text.n > SHORT_TEXT;
}

/* What only the model sees: the table names the kind of danger where it knows any. Of 来水了 and its like,
 * the table alone tells: there is too little for a model. */
static void weigh_danger(const struct model_answer *answer, struct understood *out)
{
    bool is_short = out->subject->text.n <= SHORT_TEXT;

    if (out->subject->text.n <= TELLS_NOTHING)
        return;
    if (is_no_danger(answer, out)) {
        out->danger = (struct danger_found){ .kind = DANGER_NONE, .is_dismissed = true };
        out->urgency = URGENCY_NORMAL;
    }
    if (says_yes(answer, is_short ? alarm_chance : urgent_chance))
        out->urgency = URGENCY_URGENT;
    if (out->danger.kind == DANGER_NONE && says_yes(answer, alarm_chance))
        out->danger.kind = out->danger.hint ? out->danger.hint : DANGER_LIKELY;
}

void subject_ask(const struct understanding *understanding, void *mem, const struct lexicon_sums *sums,
                 struct understood *out)
{
    struct model_answer answers[HEADS];
    struct subject_text *text = subject_text(mem, out, sums, -1);

    out->subject = text;
    if (!understanding->chosen && is_foreign(&text->text))
        return;
    if (understanding->language->model)
        model_text_hashes(understanding->language->model, mem, &text->text);
    ask_models(understanding, mem, &out->subject->text, answers);
    if (decides_topic(&answers[HEAD_TOPIC], sums, &out->subject->text)) {
        out->topic = answers[HEAD_TOPIC].label;
        out->topic_confidence = percent(answers[HEAD_TOPIC].confidence);
    }
    if (decides(&answers[HEAD_CATEGORY], &out->subject->text) &&
        case_category_parse(answers[HEAD_CATEGORY].label, &out->category))
        out->category_confidence = percent(answers[HEAD_CATEGORY].confidence);
    if (!out->danger.is_dismissed) /* no model knows better than the words that deny it */
        weigh_danger(&answers[HEAD_URGENT], out);
    if (says_yes(&answers[HEAD_ACCUSES], accuses_from(sums, text)))
        out->is_guarded = true;
}

size_t subject_intent_scores(const struct understanding *understanding, void *mem,
                             const struct understood *understood, int situation, const char *const **labels,
                             float *scores)
{
    struct subject_text text = *understood->subject;
    const struct model *model = understanding->language->model;

    if (understanding->chosen && model_has(understanding->chosen, HEAD_INTENT))
        model = understanding->chosen;
    text.text.signals = text.signals;
    text.signals[SIGNAL_SITUATION + situation] = SIGNAL_SITUATION_SET;
    return model
               ? model_intent_scores(model,
                                     model == understanding->language->model ? understanding->learned : NULL,
                                     mem, &text.text, labels, scores)
               : 0;
}
