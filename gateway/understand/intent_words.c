#include "gateway/understand/intent_words.h"

#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordlist.h"

#include <string.h>
#include <talloc.h>

enum { WORDS_MOST = 6000, FOUND_MOST = 12, ALONE_MOST = 12 /* letters */ };

struct intent_words {
    struct wordlist *list;
    signed char (*weights)[VOTES]; /* by word */
};

static const char *const vote_names[VOTES] = {
    [VOTE_RATE1] = "rate1",     [VOTE_RATE2] = "rate2",       [VOTE_RATE3] = "rate3",
    [VOTE_RATE4] = "rate4",     [VOTE_STATUS] = "status",     [VOTE_URGE] = "urge",
    [VOTE_ADD] = "add",         [VOTE_WITHDRAW] = "withdraw", [VOTE_STOP] = "stop",
    [VOTE_RESUME] = "resume",   [VOTE_HIDE] = "hide",         [VOTE_COMPLAINT] = "complaint",
    [VOTE_THANKS] = "thanks",   [VOTE_GREETING] = "greeting", [VOTE_WHO] = "who",
    [VOTE_WRONG] = "wrong",     [VOTE_NOISE] = "noise",       [VOTE_NOT] = "not",
    [VOTE_GOOD] = "good",       [VOTE_DONE] = "done",         [VOTE_BEHIND] = "behind",
    [VOTE_ANOTHER] = "another", [VOTE_BUT] = "but",           [VOTE_ASKS] = "asks",
    [VOTE_PAST] = "past",       [VOTE_KIN] = "kin",           [VOTE_SITE] = "site",
    [VOTE_UNIT] = "unit",       [VOTE_RATES] = "rates",       [VOTE_BEGINS] = "begins",
    [VOTE_DISOWNS] = "disowns", [VOTE_NONE] = "none",
};

static bool take_word(const struct word_row *row, void *arg)
{
    struct intent_words *words = arg;

    for (size_t i = 0; i < VOTES; i++) {
        size_t n;
        uint32_t *symbols;
        int64_t word;

        if (strcmp(row->kind, vote_names[i]) != 0)
            continue;
        symbols = text_symbols(words, row->word, strlen(row->word), &n, NULL);
        word = wordlist_add(words->list, symbols, n);
        talloc_free(symbols);
        if (word >= 0)
            words->weights[word][i] = (signed char)row->weight;
        return word >= 0;
    }
    return false;
}

struct intent_words *intent_words_new(void *mem, const char *directory, const char **error)
{
    struct intent_words *words = talloc_zero(mem, struct intent_words);

    words->list = wordlist_new(words, WORDS_MOST);
    words->weights = talloc_zero_size(words, WORDS_MOST * sizeof *words->weights);
    if (wordfile_each(mem, directory, "intents.txt", take_word, words, error))
        return words;
    talloc_free(words);
    return NULL;
}

static bool is_latin(uint32_t symbol)
{
    return (symbol >= 'a' && symbol <= 'z') || (symbol >= '0' && symbol <= '9');
}

/* Latin words and numbers match whole. */
static bool is_whole(const struct intent_reading *reading, size_t from, size_t to)
{
    const uint32_t *symbols = reading->symbols;

    return !(is_latin(symbols[from]) && from > 0 && is_latin(symbols[from - 1])) &&
           !(is_latin(symbols[to - 1]) && to < reading->n && is_latin(symbols[to]));
}

/* The longest word that begins here; its length, 0 none. */
static size_t word_at(const struct intent_words *words, const struct intent_reading *reading, size_t at,
                      int64_t *word)
{
    struct word_found found[FOUND_MOST];
    size_t n = wordlist_at(words->list, reading->symbols + at, reading->n - at, found, FOUND_MOST);

    while (n-- > 0)
        if (is_whole(reading, at, at + found[n].length)) {
            *word = found[n].word;
            return found[n].length;
        }
    return 0;
}

/* Words that begin with = are the whole text, marks and numbers left aside: =停, =查. */
static void read_alone(const struct intent_words *words, void *mem, struct intent_reading *reading)
{
    struct word_found found[FOUND_MOST];
    uint32_t *letters;
    size_t n = 1, many;

    if (reading->letters > ALONE_MOST)
        return;
    letters = talloc_array(mem, uint32_t, ALONE_MOST + 2);
    letters[0] = '=';
    for (size_t i = 0; i < reading->n; i++)
        if (!is_separator(reading->symbols[i]) && !(reading->symbols[i] >= '0' && reading->symbols[i] <= '9'))
            letters[n++] = reading->symbols[i];
    letters[n] = 0;
    many = wordlist_at(words->list, letters, n, found, FOUND_MOST);
    if (n > 1 && many > 0 && found[many - 1].length == n) {
        reading->marks[0] = (struct intent_mark){ .to = reading->n };
        memcpy(reading->marks[0].weights, words->weights[found[many - 1].word], VOTES);
        reading->n_marks = 1;
    }
}

void intent_words_read(const struct intent_words *words, void *mem, const struct normal *normal,
                       struct intent_reading *reading)
{
    size_t length = 0;
    int clause = 0;

    *reading = (struct intent_reading){ .n = 0 };
    reading->symbols = normal->symbols;
    reading->where = normal->where;
    reading->n = normal->n_symbols;
    for (size_t at = 0; at < reading->n; at += length ? length : 1) {
        struct intent_mark *mark = &reading->marks[reading->n_marks];
        int64_t word;

        length = reading->n_marks < INTENT_MARKS_MOST ? word_at(words, reading, at, &word) : 0;
        for (size_t i = at; i < at + (length ? length : 1); i++)
            reading->letters += !is_separator(reading->symbols[i]);
        if (length > 0) {
            *mark = (struct intent_mark){ .from = at, .to = at + length, .clause = clause };
            memcpy(mark->weights, words->weights[word], sizeof mark->weights);
            reading->n_marks++;
        } else if (is_separator(reading->symbols[at])) {
            clause += at > 0 && !is_separator(reading->symbols[at - 1]);
        }
    }
    read_alone(words, mem, reading);
}
