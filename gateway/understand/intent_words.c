#include "gateway/understand/intent_words.h"

#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordtable.h"

#include <string.h>
#include <talloc.h>

enum { WORDS = 6000, ALONE_MOST = 12 /* letters */ };

struct intent_words {
    struct wordtable *table; /* of signed char[VOTES]: what the word weighs for each vote */
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
    signed char *weights = wordtable_add(words->table, row->word);

    for (size_t i = 0; weights && i < VOTES; i++)
        if (strcmp(row->kind, vote_names[i]) == 0) {
            weights[i] = (signed char)row->weight;
            return true;
        }
    return false;
}

struct intent_words *intent_words_new(void *mem, const char *directory, const char **error)
{
    struct intent_words *words = talloc_zero(mem, struct intent_words);

    words->table = wordtable_new(words, WORDS, VOTES);
    if (wordfile_each(mem, directory, "intents.txt", take_word, words, error))
        return words;
    talloc_free(words);
    return NULL;
}

/* Words that begin with = are the whole text, marks and numbers left aside: =停, =查. */
static void read_alone(const struct intent_words *words, void *mem, struct intent_reading *reading)
{
    struct word_found found[WORDS_AT_MOST];
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
    many = wordtable_at(words->table, letters, n, found);
    if (n > 1 && many > 0 && found[many - 1].length == n) {
        reading->marks[0] = (struct intent_mark){ .to = reading->n };
        memcpy(reading->marks[0].weights, wordtable_sense(words->table, found[many - 1].word), VOTES);
        reading->n_marks = 1;
    }
}

static void add_mark(struct intent_reading *reading, size_t at, int clause, const struct word_found *found,
                     const signed char *weights)
{
    struct intent_mark *mark = &reading->marks[reading->n_marks++];

    *mark = (struct intent_mark){ .from = at, .to = at + found->length, .clause = clause };
    memcpy(mark->weights, weights, sizeof mark->weights);
}

void intent_words_read(const struct intent_words *words, void *mem, const struct normal *normal,
                       struct intent_reading *reading)
{
    int clause = 0;

    *reading = (struct intent_reading){ .n = 0 };
    reading->symbols = normal->symbols;
    reading->where = normal->where;
    reading->n = normal->n_symbols;
    for (size_t at = 0; at < reading->n;) {
        struct word_found found = { .length = 1 };
        bool is_word =
            reading->n_marks < INTENT_MARKS_MOST && wordtable_longest(words->table, normal, at, &found);

        for (size_t i = at; i < at + found.length; i++)
            reading->letters += !is_separator(reading->symbols[i]);
        if (is_word)
            add_mark(reading, at, clause, &found, wordtable_sense(words->table, found.word));
        else if (is_separator(reading->symbols[at]))
            clause += at > 0 && !is_separator(reading->symbols[at - 1]);
        at += found.length;
    }
    read_alone(words, mem, reading);
}
