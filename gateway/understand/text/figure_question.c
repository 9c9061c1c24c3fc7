#include "gateway/understand/text/figure_question.h"

#include <string.h>
#include <talloc.h>

#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordtable.h"

enum { WORDS = 1000 };

enum kind {
    ASK,      /* how many */
    THING,    /* what can be counted */
    QUESTION, /* any other word that asks */
    MOST,
    LEAST,
    LISTS,
    SURVEYS,
    ORDERS,
    BEYOND,
    OWN,
    MINE,
    KINDS
};

static const char *const kind_names[KINDS] = { "ask",     "thing",  "question", "most", "least", "lists",
                                               "surveys", "orders", "beyond",   "own",  "mine" };

/* By its enum; NULL: it has no word of its own. */
static const char *const span_names[] = {
    NULL,           "today", "yesterday", "week",  "last_week", "month",      "last_month", "quarter",
    "last_quarter", "year",  "last_year", "named", NULL,        "quarter_of", "half",       "recent",
};
static const char *const measure_names[] = { NULL,      "received", "ended",    "open",
                                             "overdue", "response", "solution", "satisfaction" };
static const char *const category_names[] = { NULL, "livelihood", "hardship", "petition" };
static const char *const units_names[] = { NULL, "units", "townships", "villages", "offices", "topics" };

/* All that a word says. */
struct sense {
    unsigned kinds; /* bit 1 << kind */
    unsigned char measure, units, span, month, category;
};

struct figure_words {
    struct wordtable *table; /* of struct sense */
};

#define INDEX_IN(names, name) index_in(names, sizeof(names) / sizeof *(names), name)

/* -1: it is none of them. */
static int index_in(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (names[i] && strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

static bool add_sense(struct sense *sense, const struct word_row *row)
{
    int kind = INDEX_IN(kind_names, row->kind), measure = INDEX_IN(measure_names, row->kind),
        units = INDEX_IN(units_names, row->kind), span = INDEX_IN(span_names, row->kind),
        category = INDEX_IN(category_names, row->kind);

    if (kind >= 0)
        sense->kinds |= 1u << kind;
    if (measure >= 0)
        sense->measure = (unsigned char)measure;
    if (units >= 0)
        sense->units = (unsigned char)units;
    if (span >= 0)
        sense->span = (unsigned char)span;
    if (category >= 0)
        sense->category = (unsigned char)category;
    if (span >= SPAN_NAMED_MONTH)
        sense->month = (unsigned char)row->weight;
    return kind >= 0 || measure >= 0 || units >= 0 || span >= 0 || category >= 0 ||
           strcmp(row->kind, "none") == 0;
}

static bool take_word(const struct word_row *row, void *arg)
{
    struct figure_words *words = arg;
    struct sense *sense = wordtable_add(words->table, row->word);

    return sense && add_sense(sense, row);
}

struct figure_words *figure_words_new(void *mem, const char *directory, const char **error)
{
    struct figure_words *words = talloc_zero(mem, struct figure_words);

    words->table = wordtable_new(words, WORDS, sizeof(struct sense));
    if (wordfile_each(mem, directory, "figures.txt", take_word, words, error))
        return words;
    talloc_free(words);
    return NULL;
}

static void join(struct sense *all, const struct sense *sense)
{
    all->kinds |= sense->kinds;
    if (sense->measure > all->measure)
        all->measure = sense->measure;
    if (sense->units > all->units)
        all->units = sense->units;
    if (sense->category)
        all->category = sense->category;
    if (sense->span && !all->span) {
        all->span = sense->span;
        all->month = sense->month;
    }
}

static bool is_digit(uint32_t symbol)
{
    return symbol >= '0' && symbol <= '9';
}

/* The day behind a month: 3 of 12月3日 and 12月3号; 0 none. */
static int day_at(const struct normal *normal, size_t at)
{
    int day = 0;

    for (; at < normal->n_symbols && is_digit(normal->symbols[at]) && day < 32; at++)
        day = 10 * day + (int)(normal->symbols[at] - '0');
    return day <= 31 && at < normal->n_symbols &&
                   (normal->symbols[at] == 0x65E5 /* 日 */ || normal->symbols[at] == 0x53F7 /* 号 */)
               ? day
               : 0;
}

static bool has(const struct sense *sense, enum kind kind)
{
    return sense->kinds & 1u << kind;
}

void figure_question_read(const struct figure_words *words, const struct normal *normal,
                          struct figure_question *question)
{
    static const struct sense nothing = { 0 };
    struct sense all = { 0 };
    int day = 0;

    for (size_t at = 0; at < normal->n_symbols;) {
        struct word_found found = { .length = 1 };
        bool is_found = wordtable_longest(words->table, normal, at, &found);
        const struct sense *sense = is_found ? wordtable_sense(words->table, found.word) : &nothing;

        at += found.length;
        join(&all, sense);
        if (sense->span == SPAN_NAMED_MONTH && !day)
            day = day_at(normal, at);
    }
    *question = (struct figure_question){
        .counts =
            !has(&all, BEYOND) && (all.measure >= MEASURE_RESPONSE ||
                                   (has(&all, ASK) && (has(&all, THING) || all.measure || all.category))),
        .ranks = all.units && (has(&all, MOST) || has(&all, LEAST)),
        .lists = has(&all, LISTS),
        .surveys = has(&all, SURVEYS),
        .orders = has(&all, ORDERS),
        .asks = has(&all, ASK) || has(&all, QUESTION) || has(&all, LISTS),
        .is_own = has(&all, OWN),
        .is_mine = has(&all, MINE),
        .is_least = has(&all, LEAST),
        .measure = all.measure,
        .units = all.units,
        .span = day && all.span == SPAN_NAMED_MONTH ? SPAN_NAMED_DAY : (enum figure_span)all.span,
        .day = day,
        .month = all.month,
        .category = all.category,
    };
}
