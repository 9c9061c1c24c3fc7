#include "gateway/understand/text/figure_question.h"

#include <string.h>
#include <talloc.h>

#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordlist.h"

enum { WORDS_MOST = 1000, FOUND_MOST = 12 };

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
    struct wordlist *list;
    struct sense senses[WORDS_MOST];
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
    size_t n;
    uint32_t *symbols = text_symbols(words, row->word, strlen(row->word), &n, NULL);
    int64_t word = wordlist_count(words->list) < WORDS_MOST ? wordlist_add(words->list, symbols, n) : -1;

    talloc_free(symbols);
    return word >= 0 && add_sense(&words->senses[word], row);
}

struct figure_words *figure_words_new(void *mem, const char *directory, const char **error)
{
    struct figure_words *words = talloc_zero(mem, struct figure_words);

    words->list = wordlist_new(words, WORDS_MOST);
    if (wordfile_each(mem, directory, "figures.txt", take_word, words, error))
        return words;
    talloc_free(words);
    return NULL;
}

static bool is_latin(uint32_t symbol)
{
    return (symbol >= 'a' && symbol <= 'z') || (symbol >= '0' && symbol <= '9');
}

/* Latin words and numbers match whole. */
static bool is_whole(const struct normal *normal, size_t from, size_t to)
{
    const uint32_t *symbols = normal->symbols;
    bool ends = to < normal->n_symbols;

    return !(is_latin(symbols[from]) && from > 0 && is_latin(symbols[from - 1])) &&
           !(is_latin(symbols[to - 1]) && ends && is_latin(symbols[to]));
}

/* The longest word that begins here; its length, 0 none. */
static size_t word_at(const struct figure_words *words, const struct normal *normal, size_t at,
                      const struct sense **sense)
{
    struct word_found found[FOUND_MOST];
    size_t n = wordlist_at(words->list, normal->symbols + at, normal->n_symbols - at, found, FOUND_MOST);

    while (n-- > 0) {
        *sense = &words->senses[found[n].word];
        if (is_whole(normal, at, at + found[n].length))
            return found[n].length;
    }
    return 0;
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
    struct sense all = { 0 };
    const struct sense *sense;
    int day = 0;

    for (size_t at = 0, length; at < normal->n_symbols; at += length ? length : 1) {
        length = word_at(words, normal, at, &sense);
        if (length > 0)
            join(&all, sense);
        if (length > 0 && sense->span == SPAN_NAMED_MONTH && !day)
            day = day_at(normal, at + length);
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
