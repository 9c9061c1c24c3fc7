#include "gateway/understand/lexicon.h"

#include "gateway/understand/naming.h"
#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordtable.h"

#include <string.h>
#include <talloc.h>

/* Within a group a long word hides the shorter ones inside it; words of different groups do not. */
enum group { GROUP_TOPIC, GROUP_CUE, GROUP_ACCUSATION, GROUP_OFFICIAL, GROUP_AWAY, GROUPS };

enum { WORDS = 7000, ADDED_MOST = 1000, COUNTED_MOST = 256 };

/* One meaning of a word, which can have one in each group. */
struct sense {
    int16_t value;  /* a topic or a cue; NONE: the word only hides shorter ones */
    int16_t weight; /* what the word adds to the sum of its topic or cue */
    bool is_set;
};

enum { NONE = -1 };

struct lexicon {
    struct wordtable *words; /* of struct sense[GROUPS] */
    size_t added;            /* by lexicon_add */
};

static const char *const topic_names[TOPICS] = {
    [TOPIC_WATER] = "water",     [TOPIC_ROAD] = "road",     [TOPIC_POWER] = "power",
    [TOPIC_HOUSING] = "housing", [TOPIC_LAND] = "land",     [TOPIC_FARM] = "farm",
    [TOPIC_MEDICAL] = "medical", [TOPIC_SCHOOL] = "school", [TOPIC_WELFARE] = "welfare",
    [TOPIC_CARE] = "care",       [TOPIC_SOCIAL] = "social", [TOPIC_CIVIL] = "civil",
    [TOPIC_JOBS] = "jobs",       [TOPIC_ENV] = "env",       [TOPIC_ORDER] = "order",
    [TOPIC_CADRE] = "cadre",     [TOPIC_POLICY] = "policy", [TOPIC_OTHER] = "other",
};

static const char *const cue_names[CUES] = {
    [CUE_NEED] = "need",   [CUE_ASK] = "ask", [CUE_ACCUSE] = "accuse", [CUE_DISPUTE] = "dispute",
    [CUE_CLAIM] = "claim", [CUE_OWN] = "own", [CUE_MANY] = "many",     [CUE_HOW] = "how",
};

/* Kinds in away.txt: work away from home in one word; a place and work there; of whom it is said. */
enum away { AWAY_WORK_AWAY, AWAY_PLACE, AWAY_WORK, AWAY_SELF, AWAY_KIN, AWAYS };

static const char *const away_names[AWAYS] = { "away", "place", "work", "self", "kin" };

/* Kinds in accusations.txt; naming.c takes the others. */
enum accusation { ACCUSATION_OFFICE, ACCUSATION_BLAME, ACCUSATION_THANKS, ACCUSATIONS };

static const char *const accusation_names[ACCUSATIONS] = { "office", "blame", "thanks" };

const char *topic_name(enum topic topic)
{
    return topic_names[topic];
}

const char *cue_name(enum cue cue)
{
    return cue_names[cue];
}

static int index_of(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return NONE;
}

bool topic_parse(const char *name, enum topic *topic)
{
    int found = index_of(topic_names, TOPICS, name);

    if (found != NONE)
        *topic = (enum topic)found;
    return found != NONE;
}

bool cue_parse(const char *name, enum cue *cue)
{
    int found = index_of(cue_names, CUES, name);

    if (found != NONE)
        *cue = (enum cue)found;
    return found != NONE;
}

static bool add_word(struct lexicon *lexicon, const char *text, enum group group, int value, int weight)
{
    struct sense *senses = wordtable_add(lexicon->words, text);

    if (senses)
        senses[group] = (struct sense){ .value = (int16_t)value, .weight = (int16_t)weight, .is_set = true };
    return senses;
}

static bool take_topic(const struct word_row *row, void *arg)
{
    int topic = index_of(topic_names, TOPICS, row->kind);

    return topic != NONE && add_word(arg, row->word, GROUP_TOPIC, topic, row->weight);
}

static bool take_cue(const struct word_row *row, void *arg)
{
    int cue = index_of(cue_names, CUES, row->kind);

    return cue != NONE && add_word(arg, row->word, GROUP_CUE, cue, row->weight);
}

static bool take_official(const struct word_row *row, void *arg)
{
    bool is_hiding = strcmp(row->kind, "hide") == 0;

    return (is_hiding || strcmp(row->kind, "title") == 0) &&
           add_word(arg, row->word, GROUP_OFFICIAL, is_hiding ? NONE : 0, row->weight);
}

static bool take_accusation(const struct word_row *row, void *arg)
{
    int kind = index_of(accusation_names, ACCUSATIONS, row->kind);

    return kind != NONE ? add_word(arg, row->word, GROUP_ACCUSATION, kind, row->weight)
                        : naming_is_kind(row->kind);
}

static bool take_away(const struct word_row *row, void *arg)
{
    int away = index_of(away_names, AWAYS, row->kind);

    return away != NONE && add_word(arg, row->word, GROUP_AWAY, away, row->weight);
}

static bool add_cadres(struct lexicon *lexicon, const struct normaliser *normaliser,
                       const char *const *cadres, size_t n_cadres, const char **error)
{
    for (size_t i = 0; i < n_cadres; i++) {
        struct normal normal;

        normalise(normaliser, lexicon, cadres[i], &normal);
        /* One character alone would be found in every text. */
        if (normal.length > 3 && !add_word(lexicon, normal.text, GROUP_OFFICIAL, 0, 1)) {
            *error = "the name of a cadre is longer than 64 characters";
            return false;
        }
    }
    return true;
}

struct lexicon *lexicon_new(void *mem, const char *directory, const struct normaliser *normaliser,
                            const char *const *cadres, size_t n_cadres, const char **error)
{
    struct lexicon *lexicon = talloc_zero(mem, struct lexicon);

    lexicon->words = wordtable_new(lexicon, WORDS + n_cadres, GROUPS * sizeof(struct sense));
    if (add_cadres(lexicon, normaliser, cadres, n_cadres, error) &&
        wordfile_each(mem, directory, "topics.txt", take_topic, lexicon, error) &&
        wordfile_each(mem, directory, "categories.txt", take_cue, lexicon, error) &&
        wordfile_each(mem, directory, "officials.txt", take_official, lexicon, error) &&
        wordfile_each(mem, directory, "accusations.txt", take_accusation, lexicon, error) &&
        wordfile_each(mem, directory, "away.txt", take_away, lexicon, error))
        return lexicon;
    talloc_free(lexicon);
    return NULL;
}

bool lexicon_add(struct lexicon *lexicon, const struct normaliser *normaliser,
                 const struct lexicon_word *word)
{
    struct normal normal;

    normalise(normaliser, lexicon, word->word, &normal);
    return normal.length > 0 && lexicon->added < ADDED_MOST &&
           add_word(lexicon, normal.text, word->table == LEXICON_CLASSES ? GROUP_CUE : GROUP_TOPIC,
                    word->kind, word->weight) &&
           ++lexicon->added;
}

/* The reading of one text. */
struct reading {
    const struct lexicon *lexicon;
    const uint32_t *symbols;
    size_t n;
    size_t body;            /* the symbol where the greeting ends: officials are looked for from here */
    size_t read_to[GROUPS]; /* the end of the group's last word */
    int64_t counted[COUNTED_MOST];
    size_t n_counted;
    bool aways[AWAYS];
    bool is_thanking; /* the clause thanks or praises */
    const struct place_spans *names;
    struct lexicon_sums *sums;
};

static bool is_latin(uint32_t symbol)
{
    return symbol >= 'a' && symbol <= 'z';
}

/* A Latin word must stand alone; it may have an s at its end. */
static bool is_whole(const struct reading *reading, size_t from, size_t to)
{
    const uint32_t *symbols = reading->symbols;

    if (is_latin(symbols[from]) && from > 0 && is_latin(symbols[from - 1]))
        return false;
    if (!is_latin(symbols[to - 1]))
        return true;
    if (symbols[to] == 's')
        to++;
    return !is_latin(symbols[to]);
}

/* 村长期 is 村 with 长期, and 省长途 is 省 with 长途: no titles; but 任村长期间 names the 村长. */
static bool is_split_title(const struct reading *reading, size_t to)
{
    const uint32_t *symbols = reading->symbols;

    if (symbols[to - 1] != 0x957F) /* 长 */
        return false;
    if (symbols[to] == 0x671F) /* 期, not 期间 */
        return symbols[to + 1] != 0x95F4;
    return symbols[to] == 0x9014 || symbols[to] == 0x4E45; /* 途, 久 */
}

static bool counts_first_time(struct reading *reading, int64_t key)
{
    for (size_t i = 0; i < reading->n_counted; i++)
        if (reading->counted[i] == key)
            return false;
    if (reading->n_counted < COUNTED_MOST)
        reading->counted[reading->n_counted++] = key;
    return true;
}

/* A relative counts only when named before the work: "my son works in Beijing", not "I work in Beijing, my
 * son ...". */
static void count_away(struct reading *reading, enum away away)
{
    bool *aways = reading->aways;

    if (away != AWAY_KIN || !(aways[AWAY_WORK_AWAY] || aways[AWAY_WORK] || aways[AWAY_PLACE]))
        aways[away] = true;
    reading->sums->is_away = (aways[AWAY_WORK_AWAY] || (aways[AWAY_PLACE] && aways[AWAY_WORK])) &&
                             (aways[AWAY_SELF] || !aways[AWAY_KIN]);
}

/* The weight of a word that decides alone: an office's own words, say. */
enum { DECIDES = 9 };

static void count_topic(struct lexicon_sums *sums, const struct sense *sense)
{
    sums->topics[sense->value] += sense->weight;
    sums->is_decided |= sense->weight >= DECIDES;
}

static void count_accusation(struct reading *reading, const struct sense *sense)
{
    if (sense->value == ACCUSATION_OFFICE)
        reading->sums->names_office = true;
    else if (sense->value == ACCUSATION_BLAME)
        reading->sums->blame += sense->weight;
    else
        reading->is_thanking = reading->sums->thanks = true;
}

static const struct sense *senses_of(const struct reading *reading, int64_t word)
{
    return wordtable_sense(reading->lexicon->words, word);
}

static void count(struct reading *reading, int64_t word, enum group group, size_t to)
{
    const struct sense *sense = &senses_of(reading, word)[group];
    bool is_counted_once =
        group < GROUP_OFFICIAL && !(group == GROUP_ACCUSATION && sense->value == ACCUSATION_THANKS);

    if (sense->value == NONE || (is_counted_once && !counts_first_time(reading, word * GROUPS + group)))
        return;
    if (group == GROUP_TOPIC)
        count_topic(reading->sums, sense);
    else if (group == GROUP_CUE)
        reading->sums->cues[sense->value] += sense->weight;
    else if (group == GROUP_ACCUSATION)
        count_accusation(reading, sense);
    else if (group == GROUP_AWAY)
        count_away(reading, (enum away)sense->value);
    else if (to > reading->body && !is_split_title(reading, to)) {
        reading->sums->names_official = true;
        reading->sums->names_unthanked |= !reading->is_thanking;
    }
}

/* Counts the longest word of each group that begins here and does not lie inside the word before it. */
static void read_at(struct reading *reading, size_t at)
{
    struct word_found found[WORDS_AT_MOST];
    size_t n = wordtable_at(reading->lexicon->words, reading->symbols + at, reading->n - at, found);

    while (n-- > 0) {
        const struct sense *senses = senses_of(reading, found[n].word);
        size_t to = at + found[n].length;

        if (!is_whole(reading, at, to))
            continue;
        for (enum group group = 0; group < GROUPS; group++) {
            if (at < reading->read_to[group] || !senses[group].is_set)
                continue;
            reading->read_to[group] = to;
            if (group != GROUP_TOPIC || !place_spans_hold(reading->names, at))
                count(reading, found[n].word, group, to);
        }
    }
}

void lexicon_read(const struct lexicon *lexicon, const struct normal *normal, const struct place_spans *names,
                  struct lexicon_sums *sums)
{
    struct reading reading = { .lexicon = lexicon, .names = names, .sums = sums };
    const uint32_t *symbols = normal->symbols;

    reading.n = normal->n_symbols;
    *sums = (struct lexicon_sums){ .blame = 0 };
    reading.symbols = symbols;
    while (reading.body < reading.n && normal->where[reading.body] < normal->body)
        reading.body++;
    for (size_t at = 0; at < reading.n; at++) {
        if (is_separator(symbols[at]))
            reading.is_thanking = false;
        read_at(&reading, at);
    }
}
