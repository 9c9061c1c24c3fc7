#include "gateway/understand/understand_tables.h"

#include "gateway/understand/classify.h"
#include "gateway/understand/identifiers.h"
#include "gateway/understand/text/rating.h"
#include "gateway/understand/subject.h"
#include "gateway/understand/text/writing.h"

#include "store/fnv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static bool make_gazetteer(struct understanding *understanding, const struct understanding_source *source)
{
    struct gazetteer *gazetteer =
        gazetteer_new(understanding, understanding->language->normaliser, understanding->language->pinyin);

    if (source->add_places && !source->add_places(gazetteer, source->add_places_arg))
        return false;
    for (size_t i = 0; i < source->n_units; i++)
        gazetteer_add(gazetteer, &source->units[i]);
    for (size_t i = 0; i < source->n_names; i++)
        gazetteer_add_alias(gazetteer, &source->names[i]);
    gazetteer_close(gazetteer);
    understanding->gazetteer = gazetteer;
    return true;
}

/* One that does not fit is left out: keeping_make has refused it. */
static void add_words(struct lexicon *lexicon, struct danger_words *dangers,
                      const struct normaliser *normaliser, const struct understanding_source *source)
{
    for (size_t i = 0; i < source->n_words; i++) {
        const struct lexicon_word *word = &source->words[i];

        if (word->table == LEXICON_DANGERS)
            (void)danger_words_add(dangers, normaliser, word->kind, word->word, word->weight);
        else
            (void)lexicon_add(lexicon, normaliser, word);
    }
}

static bool make_tables(struct understanding *understanding, const struct understanding_source *source,
                        const char **error)
{
    const struct language *language =
        source->language ? source->language : language_new(understanding, source->lexicons, error);
    struct lexicon *lexicon;
    struct danger_words *dangers;

    understanding->language = language;
    if (!language)
        return false;
    understanding->lexicon = lexicon = lexicon_new(understanding, language->lexicons, language->normaliser,
                                                   source->cadres, source->n_cadres, error);
    if (!lexicon)
        return false;
    understanding->danger_words = dangers = danger_words_new(understanding, language->lexicons, error);
    if (!dangers)
        return false;
    add_words(lexicon, dangers, language->normaliser, source);
    understanding->n_cadres = source->n_cadres;
    understanding->cadres = talloc_array(understanding, struct naming_text, source->n_cadres);
    for (size_t i = 0; i < source->n_cadres; i++)
        understanding->cadres[i] =
            naming_of(language->normaliser, language->pinyin, understanding, source->cadres[i]);
    return make_gazetteer(understanding, source);
}

struct understanding *understanding_new(void *mem, const struct understanding_source *source,
                                        const char **error)
{
    struct understanding *understanding = talloc_zero(mem, struct understanding);

    *error = NULL;
    if (make_tables(understanding, source, error))
        return understanding;
    *error = talloc_strdup(mem, *error); /* NULL stays NULL */
    talloc_free(understanding);
    return NULL;
}

void understanding_use_model(struct understanding *understanding, const struct model *model)
{
    understanding->chosen = model;
}

bool understanding_use_learned(struct understanding *understanding, const void *octets, size_t size,
                               const char *base)
{
    const struct model *learned;
    const char *error;

    if (!understanding->language->model ||
        strcmp(base, understanding_base(understanding, understanding)) != 0)
        return false;
    learned = model_open(understanding, octets, size, SIGNALS, SIGNALS_KIND, &error);
    if (!learned || !model_is_beside(learned, understanding->language->model))
        return false;
    understanding->learned = learned;
    return true;
}

const char *understanding_base(const struct understanding *understanding, void *mem)
{
    const unsigned char *octets = understanding->language->octets;
    uint64_t hash = FNV_START;

    if (!understanding->language->model)
        return "";
    for (size_t i = 0; i < understanding->language->n_octets; i++)
        hash = fnv_add(hash, octets[i]);
    return talloc_asprintf(mem, "%016" PRIx64, hash);
}

bool understanding_knows_villages(const struct understanding *understanding)
{
    return gazetteer_knows_villages(understanding->gazetteer);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static enum text_kind text_kind_of(const struct understanding *understanding, const struct normal *normal,
                                   bool *thanks_for_something)
{
    struct writing writing = writing_count(normal, normal->body);
    bool is_receipt;

    if (courtesy_is_machine(understanding->language->courtesy, normal, &is_receipt))
        return is_receipt ? TEXT_RECEIPT : TEXT_MACHINE;
    if (trim_separators(normal->text, 0, normal->length) == 0 && strspn(normal->text, " ") == normal->length)
        return TEXT_EMPTY;
    if (courtesy_is_thanks(understanding->language->courtesy, normal, 0, thanks_for_something))
        return TEXT_THANKS;
    if (normal->body > 0 && writing_characters(&writing) == 0)
        return TEXT_GREETING;
    if (courtesy_only_asks(understanding->language->courtesy, normal, normal->body))
        return TEXT_GREETING;
    return writing_characters(&writing) == writing.digits ? TEXT_MARKS : TEXT_CASE;
}

/* A text that is only a number from 1 to 99. */
static int read_choice(const struct normal *normal)
{
    size_t from = skip_separators(normal->text, 0, normal->length);
    size_t to = trim_separators(normal->text, from, normal->length), digits = 0;
    int choice = 0;

    for (size_t i = from; i < to; i++) {
        if (is_digit(normal->text[i]) && digits++ < 2)
            choice = choice * 10 + (normal->text[i] - '0');
        else if (normal->text[i] != ' ' && normal->text[i] != '-')
            return 0;
    }
    return choice;
}

static void read_rating(void *mem, const struct normal *normal, struct understood *out)
{
    size_t end = normal->length;

    out->rating = rating_at(normal, normal->body, &end);
    if (out->rating && skip_separators(normal->text, end, normal->length) == normal->length)
        end = normal->length;
    out->rating_comment = out->rating ? normal_original(mem, normal, end, normal->length) : "";
}

enum { THANKS_TO_OFFICIAL_OCTETS = 36 };

/* Whether thanks also accuse, quarrel or tell of need. Thanks to an official count as such only when short
 * (感谢李主任给我们修路). */
static bool wants_more(const struct lexicon_sums *sums, const struct understood *out)
{
    const int *cues = sums->cues;

    return out->danger.kind || cues[CUE_ACCUSE] + cues[CUE_DISPUTE] + cues[CUE_CLAIM] + cues[CUE_NEED] >= 3 ||
           (sums->names_official && out->normal.length > THANKS_TO_OFFICIAL_OCTETS);
}

/* The weight of blame that accuses by itself, and the weight that accuses beside a public body. */
enum { BLAME_ALONE = 3, BLAME_OF_OFFICE = 2 };

static bool means_a_cadre(const struct understanding *understanding, const struct naming_text *text)
{
    for (size_t i = 0; i < understanding->n_cadres; i++)
        if (naming_means(understanding->language->words, text, &understanding->cadres[i]) ||
            naming_means_office(understanding->language->words, text, &understanding->cadres[i]))
            return true;
    return false;
}

static bool spells_a_cadre(const struct understanding *understanding, const struct naming_text *text,
                           const struct lexicon_sums *sums)
{
    for (size_t i = 0; i < understanding->n_cadres; i++)
        if (naming_spells(text, &understanding->cadres[i]) ||
            (!sums->thanks && naming_sounds_like(text, &understanding->cadres[i])))
            return true;
    return false;
}

/*
 * Art. 30, failing closed. An official who is only greeted or thanked is not accused, unless blame stands in
 * the text as well; beside blame a cadre's name counts in any form, without it as it is registered, spelled
 * or sounds behind the surname (李友田 for 李有田), unless thanks stand there too.
 */
static bool accuses(const struct understanding *understanding, void *mem, const struct normal *normal,
                    const struct lexicon_sums *sums)
{
    struct naming_text text;

    if (sums->names_unthanked || sums->blame >= BLAME_ALONE)
        return true;
    if ((sums->names_official || sums->names_office) && sums->blame >= BLAME_OF_OFFICE)
        return true;
    if (sums->names_official)
        return false;
    text = naming_text(understanding->language->pinyin, mem, normal->text + normal->body,
                       normal->length - normal->body);
    return sums->blame > 0 ? means_a_cadre(understanding, &text) : spells_a_cadre(understanding, &text, sums);
}

static int weight_of(const struct lexicon_sums *sums)
{
    int weight = 0;

    for (int topic = 0; topic < TOPIC_OTHER; topic++)
        weight += sums->topics[topic];
    for (int cue = 0; cue < CUES; cue++)
        weight += sums->cues[cue];
    return weight;
}

static void rule_subject(const struct understanding *understanding, void *mem, struct understood *out,
                         struct lexicon_sums *sums)
{
    place_spans_find(&out->names, &out->normal);
    lexicon_read(understanding->lexicon, &out->normal, &out->names, sums);
    out->topic = topic_name(classify_topic(sums, &out->topic_confidence));
    out->category = classify_category(sums, &out->category_confidence);
    out->subject_weight = weight_of(sums);
    danger_read(understanding->danger_words, mem, &out->normal, &out->danger);
    sums->is_urgent = out->danger.kind != DANGER_NONE;
    out->urgency = sums->is_urgent ? URGENCY_URGENT : URGENCY_NORMAL;
    out->is_guarded = out->is_guarded_by_words = accuses(understanding, mem, &out->normal, sums);
    out->is_away = sums->is_away;
}

void understand_by_rules(const struct understanding *understanding, void *mem, const char *text,
                         struct understood *out, struct lexicon_sums *sums)
{
    *out = (struct understood){ .kind = TEXT_CASE };
    normalise(understanding->language->normaliser, mem, text, &out->normal);
    out->normal.body = courtesy_skip(understanding->language->courtesy, &out->normal);
    rule_subject(understanding, mem, out, sums);
}

static void read_subject(const struct understanding *understanding, void *mem, struct understood *out)
{
    struct lexicon_sums sums;

    gazetteer_find(understanding->gazetteer, mem, &out->normal, 0, &out->place);
    if (out->place.how != PLACE_HOMOPHONE &&
        out->place.how != PLACE_MISSPELLED) /* those are read from words */
        place_spans_add(&out->names, out->place.from, out->place.to);
    rule_subject(understanding, mem, out, &sums);
    subject_ask(understanding, mem, &sums, out);
    if ((out->kind == TEXT_THANKS && wants_more(&sums, out)) ||
        (out->kind == TEXT_MACHINE && (out->danger.kind || out->is_guarded)))
        out->kind = TEXT_CASE;
}

void understanding_find_near(const struct understanding *understanding, void *mem, int64_t home,
                             struct understood *out)
{
    gazetteer_find(understanding->gazetteer, mem, &out->normal, home, &out->place);
}

void understand(const struct understanding *understanding, void *mem, const char *text,
                struct understood *out)
{
    struct writing writing;

    *out = (struct understood){ .kind = TEXT_CASE };
    normalise(understanding->language->normaliser, mem, text, &out->normal);
    out->normal.body = courtesy_skip(understanding->language->courtesy, &out->normal);
    out->kind = text_kind_of(understanding, &out->normal, &out->thanks_for_something);
    writing = writing_count(&out->normal, 0);
    out->language = writing_language(&out->normal, &writing);
    out->is_foreign = writing_is_foreign(&writing);
    out->code = identifiers_code(mem, &out->normal);
    out->choice = read_choice(&out->normal);
    read_rating(mem, &out->normal, out);
    out->mentions = identifiers_case_number(mem, &out->normal);
    read_subject(understanding, mem, out);
}

void understanding_normalise(const struct understanding *understanding, void *mem, const char *text,
                             struct normal *out)
{
    normalise(understanding->language->normaliser, mem, text, out);
}

bool understanding_only_quotes(const struct understanding *understanding, void *mem, const char *text)
{
    struct normal normal;

    normalise(understanding->language->normaliser, mem, text, &normal);
    return courtesy_only_quotes(understanding->language->courtesy, &normal);
}

void understanding_danger(const struct understanding *understanding, void *mem, const char *text,
                          struct danger_found *found)
{
    struct normal normal;

    normalise(understanding->language->normaliser, mem, text, &normal);
    danger_read(understanding->danger_words, mem, &normal, found);
}

size_t understanding_case_numbers(const struct understanding *understanding, void *mem, const char *text,
                                  struct number_found *found, size_t most)
{
    struct normal normal;

    normalise(understanding->language->normaliser, mem, text, &normal);
    return identifiers_case_numbers(&normal, found, most);
}

bool sender_is_automatic(const char *from)
{
    size_t length;

    if (strncmp(from, "+86", 3) == 0)
        from += 3;
    else if (strncmp(from, "0086", 4) == 0)
        from += 4;
    else if (from[0] == '+')
        return strspn(from + 1, "0123456789") != strlen(from + 1) || strlen(from + 1) < 7;
    else if (strncmp(from, "86", 2) == 0 && strlen(from) > 10)
        from += 2;
    length = strlen(from);
    if (strspn(from, "0123456789 -") != length || length < 7)
        return true; /* a name, a short code, or nothing */
    return strncmp(from, "106", 3) == 0 || strncmp(from, "100", 3) == 0 || strncmp(from, "95", 2) == 0 ||
           strncmp(from, "96", 2) == 0 || strncmp(from, "12", 2) == 0;
}

unsigned understanding_staff_order(const struct understanding *understanding,
                                   const struct understood *understood)
{
    return staff_order_read(understanding->language->order_words, &understood->normal);
}

void understanding_figure_question(const struct understanding *understanding,
                                   const struct understood *understood, struct figure_question *question)
{
    figure_question_read(understanding->language->figure_words, &understood->normal, question);
}

void understanding_find_unit(const struct understanding *understanding, void *mem, const char *name,
                             struct place_found *out)
{
    gazetteer_unit(understanding->gazetteer, mem, name, out);
}
