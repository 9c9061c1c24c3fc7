#include "gateway/understand/danger.h"

#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordtable.h"

#include <string.h>
#include <talloc.h>

enum {
    WORDS = 10000,
    ADDED_MOST = 1000,
    WEIGHT_OF_DANGER = 10,
    WEIGHT_OF_CAUSE = 6,
    NEAR = 2,      /* characters */
    LONG_TEXT = 80 /* the same */
};

/* Kinds of words that are no danger by themselves. */
enum helper {
    HELPER_HURT = DANGERS, /* somebody is hurt */
    HELPER_PLEA,           /* asks for help at once */
    HELPER_NOW,            /* it goes on now; ends what was past */
    HELPER_FRAIL,          /* children, the old, the ill */
    HELPER_CALM,           /* asks for money, proof or punishment: takes its weight off */
    HELPER_ONE,            /* people */
    HELPER_BEAST,          /* animals and things */
    HELPER_PAST,           /* from here to the next word of now, no danger */
    HELPER_FEAR,           /* no danger behind it in its clause */
    HELPER_ABOUT,          /* no danger in its clause */
    HELPER_OVER,           /* no danger before it */
    HELPER_NOT,            /* no danger close behind it */
    HELPER_HIDE,           /* only hides the shorter words in it */
    KINDS
};

static const char *const kind_names[KINDS] = {
    [DANGER_NONE] = "",
    [DANGER_SELF_HARM] = "self_harm",
    [DANGER_CHILDREN] = "children",
    [DANGER_HOME] = "home",
    [DANGER_FIRE] = "fire",
    [DANGER_GAS] = "gas",
    [DANGER_POISON] = "poison",
    [DANGER_DROWNING] = "drowning",
    [DANGER_TRAPPED] = "trapped",
    [DANGER_COLLAPSE] = "collapse",
    [DANGER_VIOLENCE] = "violence",
    [DANGER_THREAT] = "threat",
    [DANGER_MISSING] = "missing",
    [DANGER_INJURY] = "injury",
    [DANGER_ILLNESS] = "illness",
    [DANGER_HAZARD] = "hazard",
    [DANGER_NEED] = "need",
    [DANGER_LIKELY] = "likely",
    [HELPER_HURT] = "hurt",
    [HELPER_PLEA] = "plea",
    [HELPER_NOW] = "now",
    [HELPER_FRAIL] = "frail",
    [HELPER_CALM] = "calm",
    [HELPER_ONE] = "one",
    [HELPER_BEAST] = "beast",
    [HELPER_PAST] = "past",
    [HELPER_FEAR] = "fear",
    [HELPER_ABOUT] = "about",
    [HELPER_OVER] = "over",
    [HELPER_NOT] = "not",
    [HELPER_HIDE] = "hide",
};

struct sense {
    int kind, weight;
};

struct danger_words {
    struct wordtable *table; /* of struct sense */
    size_t added;            /* by danger_words_add */
};

const char *danger_name(enum danger danger)
{
    return kind_names[danger];
}

const char *danger_kind_name(int kind)
{
    return kind_names[kind];
}

int danger_kind(const char *name)
{
    for (int kind = DANGER_NONE + 1; kind < KINDS; kind++)
        if (strcmp(kind_names[kind], name) == 0)
            return kind;
    return -1;
}

static bool add_word(struct danger_words *words, const char *text, int kind, int weight)
{
    struct sense *sense = wordtable_add(words->table, text);

    if (sense)
        *sense = (struct sense){ kind, weight };
    return sense;
}

static bool take_word(const struct word_row *row, void *arg)
{
    int kind = danger_kind(row->kind);

    return kind >= 0 && add_word(arg, row->word, kind, row->weight);
}

bool danger_words_add(struct danger_words *words, const struct normaliser *normaliser, int kind,
                      const char *word, int weight)
{
    struct normal normal;

    normalise(normaliser, words, word, &normal);
    return normal.length > 0 && words->added < ADDED_MOST && add_word(words, normal.text, kind, weight) &&
           ++words->added;
}

struct danger_words *danger_words_new(void *mem, const char *directory, const char **error)
{
    struct danger_words *words = talloc_zero(mem, struct danger_words);

    words->table = wordtable_new(words, WORDS, sizeof(struct sense));
    if (wordfile_each(mem, directory, "danger.txt", take_word, words, error))
        return words;
    talloc_free(words);
    return NULL;
}

/* A word of the table where it stands in the text. */
struct hit {
    int64_t word;
    size_t at, to; /* symbols */
    bool is_counted;
};

struct reading {
    const struct danger_words *words;
    const uint32_t *symbols;
    size_t n;
    struct hit *hits;
    size_t n_hits;
    bool is_past, is_dismissed;
    bool is_settled; /* dismissed by more than that it befell a beast: what only hints counts no more */
    int weights[KINDS], heaviest; /* of one word of danger */
};

static const struct sense *sense_of(const struct reading *reading, const struct hit *hit)
{
    return wordtable_sense(reading->words->table, hit->word);
}

/* The longest word at each place, unless one before it reaches over that place. */
static void find_hits(struct reading *reading, const struct normal *normal, void *mem)
{
    reading->hits = talloc_array(mem, struct hit, reading->n + 1);
    for (size_t at = 0; at < reading->n;) {
        struct word_found found = { .length = 1 };

        if (wordtable_longest(reading->words->table, normal, at, &found))
            reading->hits[reading->n_hits++] = (struct hit){ found.word, at, at + found.length, false };
        at += found.length;
    }
}

static bool counted_before(const struct reading *reading, const struct hit *hit)
{
    for (const struct hit *before = reading->hits; before < hit; before++)
        if (before->word == hit->word && before->is_counted)
            return true;
    return false;
}

static bool is_a_danger(int kind)
{
    return kind < DANGERS || kind == HELPER_HURT;
}

/* Of danger the words' weights are added, of what helps the heaviest counts. */
static void count_hit(struct reading *reading, struct hit *hit)
{
    const struct sense *sense = sense_of(reading, hit);
    int *weight = &reading->weights[sense->kind];

    if (sense->kind > HELPER_CALM || counted_before(reading, hit))
        return;
    hit->is_counted = true;
    if (is_a_danger(sense->kind) && sense->weight > reading->heaviest)
        reading->heaviest = sense->weight;
    if (is_a_danger(sense->kind))
        *weight += sense->weight;
    else if (sense->weight > *weight)
        *weight = sense->weight;
}

/* Whether a clause is only about danger. Its last word of past or now tells when it is. */
static bool is_only_told(struct reading *reading, size_t from, size_t to)
{
    bool is_about = false;

    for (size_t i = from; i < to; i++) {
        int kind = sense_of(reading, &reading->hits[i])->kind;

        is_about |= kind == HELPER_ABOUT;
        if (kind == HELPER_PAST || kind == HELPER_NOW)
            reading->is_past = kind == HELPER_PAST;
    }
    return is_about || reading->is_past;
}

/* What can befall an animal or a thing without danger to anybody. */
static bool befalls_beasts(int kind)
{
    static const bool kinds[KINDS] = {
        [DANGER_POISON] = true,  [DANGER_DROWNING] = true, [DANGER_TRAPPED] = true, [DANGER_COLLAPSE] = true,
        [DANGER_MISSING] = true, [DANGER_INJURY] = true,   [DANGER_ILLNESS] = true, [DANGER_NEED] = true,
    };

    return kinds[kind];
}

/* Whether a clause speaks of animals or things, and of nobody. */
static bool is_of_beasts(const struct reading *reading, size_t from, size_t to)
{
    bool has_beast = false;

    for (size_t i = from; i < to; i++) {
        int kind = sense_of(reading, &reading->hits[i])->kind;

        if (kind == HELPER_ONE || kind == HELPER_FRAIL)
            return false;
        has_beast |= kind == HELPER_BEAST;
    }
    return has_beast;
}

/* What stood before it is over; the same words behind it count again. */
static void end_dangers(struct reading *reading, struct hit *end)
{
    for (struct hit *hit = reading->hits; hit < end; hit++) {
        reading->is_settled |= hit->is_counted && is_a_danger(sense_of(reading, hit)->kind);
        hit->is_counted = false;
    }
    reading->is_dismissed = true; /* also of what no word of the table told */
    memset(reading->weights, 0, sizeof reading->weights);
    reading->heaviest = 0;
}

/* Whether one of the characters (UTF-8) stands at a symbol. */
static bool is_one_of(const struct reading *reading, size_t at, const char *characters)
{
    size_t length = strlen(characters), from = 0;

    while (at < reading->n && from < length)
        if (next_character(characters, &from) == reading->symbols[at])
            return true;
    return false;
}

/* 煤气中毒过, 着火过一回: what somebody has been through. But not 打过来, 冲过去, 水过膝. */
static bool is_been_through(const struct reading *reading, const struct hit *hit)
{
    return is_one_of(reading, hit->to, "过") && !is_one_of(reading, hit->to + 1, "去来了敏膝河桥马街路头");
}

/* 洪水桥的路灯: a word of danger in the name of a place. */
static bool is_in_a_name(const struct reading *reading, const struct hit *hit)
{
    return (is_one_of(reading, hit->to, "村桥庄镇乡坪岭湾峪寨堡屯") &&
            is_one_of(reading, hit->to + 1, "的那到往至路小大卫村")) ||
           (is_one_of(reading, hit->to, "沟河坡口山岩洼湾") &&
            is_one_of(reading, hit->to + 1, "村镇庄乡桥组"));
}

/* Counts the words of one clause, hits[from] to before hits[to]. */
static void read_clause(struct reading *reading, size_t from, size_t to)
{
    const struct hit *negation = NULL;
    bool is_told = is_only_told(reading, from, to), is_feared = false;
    bool is_beasts = is_of_beasts(reading, from, to);

    for (size_t i = from; i < to; i++) {
        struct hit *hit = &reading->hits[i];
        int kind = sense_of(reading, hit)->kind;
        bool is_denied = negation && hit->at <= negation->to + NEAR;

        is_feared |= kind == HELPER_FEAR;
        if (kind == HELPER_NOT)
            negation = hit;
        if (kind == HELPER_OVER && !is_denied)
            end_dangers(reading, hit);
        if (is_a_danger(kind) && (is_told || is_feared || is_denied || is_been_through(reading, hit) ||
                                  is_in_a_name(reading, hit)))
            reading->is_settled = true;
        else if (is_beasts && befalls_beasts(kind))
            reading->is_dismissed = true;
        else if (!is_told || kind == HELPER_PLEA)
            count_hit(reading, hit);
    }
}

static void read_clauses(struct reading *reading)
{
    size_t from = 0;

    for (size_t i = 1; i <= reading->n_hits; i++) {
        bool ends = i == reading->n_hits;

        for (size_t at = reading->hits[i - 1].to; !ends && at < reading->hits[i].at; at++)
            ends = is_separator(reading->symbols[at]);
        if (ends) {
            read_clause(reading, from, i);
            from = i;
        }
    }
}

/* What happens comes before what it did to somebody, who is hurt, ill or in need. */
static enum danger heaviest(const int *weights)
{
    enum danger kind = DANGER_NONE;
    int most = WEIGHT_OF_CAUSE - 1;

    for (int i = DANGER_NONE + 1; i < DANGERS; i++)
        if (weights[i] > most && i != DANGER_INJURY && i != DANGER_ILLNESS && i != DANGER_NEED) {
            kind = (enum danger)i;
            most = weights[i];
        }
    for (int i = DANGER_NONE + 1; i < DANGERS && most < WEIGHT_OF_CAUSE; i++)
        if (weights[i] > weights[kind])
            kind = (enum danger)i;
    return kind;
}

/* Who is in danger writes little: in a long text one word of it is more often only mentioned. */
static int weight_needed(const struct reading *reading)
{
    return WEIGHT_OF_DANGER + (reading->n > LONG_TEXT ? WEIGHT_OF_CAUSE : 0);
}

static void conclude(const struct reading *reading, struct danger_found *found)
{
    const int *weights = reading->weights;
    int dangers = weights[HELPER_HURT], sum;

    for (int kind = DANGER_NONE + 1; kind < DANGERS; kind++)
        dangers += weights[kind];
    found->kind = heaviest(weights);
    sum = dangers + weights[HELPER_PLEA] + weights[HELPER_NOW] + weights[HELPER_FRAIL] - weights[HELPER_CALM];
    found->is_hurt = weights[HELPER_HURT] > 0 || weights[DANGER_INJURY] > 0 || weights[DANGER_ILLNESS] > 0;
    if (found->kind == DANGER_NONE && weights[HELPER_HURT] > 0)
        found->kind = DANGER_INJURY;
    if (sum < weight_needed(reading) || dangers == 0 ||
        (reading->is_settled && reading->heaviest < WEIGHT_OF_DANGER))
        *found = (struct danger_found){ .hint = found->kind,
                                        .is_dismissed = reading->is_dismissed || reading->is_settled };
}

void danger_read(const struct danger_words *words, void *mem, const struct normal *normal,
                 struct danger_found *found)
{
    struct reading reading = { .words = words };

    *found = (struct danger_found){ .kind = DANGER_NONE };
    reading.symbols = normal->symbols;
    reading.n = normal->n_symbols;
    find_hits(&reading, normal, mem);
    read_clauses(&reading);
    conclude(&reading, found);
    talloc_free(reading.hits);
}
