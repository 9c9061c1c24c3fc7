#include "gateway/understand/text/wordtable.h"

#include <string.h>
#include <talloc.h>

struct wordtable {
    struct wordlist *list;
    char *senses; /* by word */
    size_t sense_size, room;
};

struct wordtable *wordtable_new(void *mem, size_t words, size_t sense_size)
{
    struct wordtable *table = talloc_zero(mem, struct wordtable);

    table->list = wordlist_new(table, words);
    table->sense_size = sense_size;
    return table;
}

static char *sense_at(const struct wordtable *table, size_t word)
{
    return table->senses + word * table->sense_size;
}

static void make_room(struct wordtable *table, size_t words)
{
    size_t before = table->room;

    if (words <= before)
        return;
    table->room = before ? 2 * before : 64;
    table->senses = talloc_realloc_size(table, table->senses, table->room * table->sense_size);
    memset(sense_at(table, before), 0, (table->room - before) * table->sense_size);
}

void *wordtable_add(struct wordtable *table, const char *word)
{
    size_t n;
    uint32_t *symbols = text_symbols(table, word, strlen(word), &n, NULL);
    int64_t index = wordlist_add(table->list, symbols, n);

    talloc_free(symbols);
    if (index < 0)
        return NULL;
    make_room(table, wordlist_count(table->list));
    return sense_at(table, (size_t)index);
}

const void *wordtable_sense(const struct wordtable *table, int64_t word)
{
    return sense_at(table, (size_t)word);
}

size_t wordtable_at(const struct wordtable *table, const uint32_t *symbols, size_t n,
                    struct word_found found[WORDS_AT_MOST])
{
    return wordlist_at(table->list, symbols, n, found, WORDS_AT_MOST);
}

static bool is_latin(uint32_t symbol)
{
    return (symbol >= 'a' && symbol <= 'z') || (symbol >= '0' && symbol <= '9');
}

static bool is_whole(const uint32_t *symbols, size_t n, size_t from, size_t to)
{
    return !(is_latin(symbols[from]) && from > 0 && is_latin(symbols[from - 1])) &&
           !(is_latin(symbols[to - 1]) && to < n && is_latin(symbols[to]));
}

bool wordtable_longest(const struct wordtable *table, const struct normal *normal, size_t at,
                       struct word_found *longest)
{
    struct word_found found[WORDS_AT_MOST];
    size_t n = wordtable_at(table, normal->symbols + at, normal->n_symbols - at, found);

    while (n > 0 && !is_whole(normal->symbols, normal->n_symbols, at, at + found[n - 1].length))
        n--;
    if (n > 0)
        *longest = found[n - 1];
    return n > 0;
}
