#include "gateway/understand/text/staff_order.h"

#include <string.h>
#include <talloc.h>

#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordlist.h"

enum { WORDS_MOST = 1000, FOUND_MOST = 12 };

static const char *const names[ORDERS] = {
    [ORDER_TAKE] = "take",           [ORDER_FORWARD] = "forward",     [ORDER_CALLED] = "called",
    [ORDER_PLACE] = "place",         [ORDER_RECLASS] = "reclass",     [ORDER_EXTEND] = "extend",
    [ORDER_RETURN] = "return",       [ORDER_ADOPT] = "adopt",         [ORDER_NUDGE] = "nudge",
    [ORDER_VIEW] = "view",           [ORDER_MERGE] = "merge",         [ORDER_UNDO] = "undo",
    [ORDER_WAITING] = "waiting",     [ORDER_MINE] = "mine",           [ORDER_OVERDUE] = "overdue",
    [ORDER_DUTY] = "duty",           [ORDER_OFF_DUTY] = "off_duty",   [ORDER_DUTY_HOW] = "duty_how",
    [ORDER_DUTY_WORD] = "duty_word", [ORDER_ON_DUTY] = "on_duty",     [ORDER_CODE] = "code",
    [ORDER_RECUSE] = "recuse",       [ORDER_URGENCY] = "urgency",     [ORDER_BACK] = "back",
    [ORDER_FILE_FOR] = "file_for",   [ORDER_HAND_OVER] = "hand_over", [ORDER_NEW_NUMBER] = "new_number",
    [ORDER_DONE] = "done",           [ORDER_LATER] = "later",
};

struct order_words {
    struct wordlist *list;
    unsigned says[WORDS_MOST]; /* bits of SAYS */
};

static bool take_word(const struct word_row *row, void *arg)
{
    struct order_words *words = arg;
    unsigned says = 0;
    size_t n;
    uint32_t *symbols = text_symbols(words, row->word, strlen(row->word), &n, NULL);
    int64_t word = wordlist_count(words->list) < WORDS_MOST ? wordlist_add(words->list, symbols, n) : -1;

    talloc_free(symbols);
    for (unsigned i = 0; i < ORDERS; i++)
        if (strcmp(names[i], row->kind) == 0)
            says = SAYS(i);
    if (word < 0 || (!says && strcmp(row->kind, "none") != 0))
        return false;
    words->says[word] |= says;
    return true;
}

struct order_words *order_words_new(void *mem, const char *directory, const char **error)
{
    struct order_words *words = talloc_zero(mem, struct order_words);

    words->list = wordlist_new(words, WORDS_MOST);
    if (wordfile_each(mem, directory, "orders.txt", take_word, words, error))
        return words;
    talloc_free(words);
    return NULL;
}

unsigned staff_order_read(const struct order_words *words, const struct normal *normal)
{
    unsigned says = 0;
    size_t length;

    for (size_t at = 0; at < normal->n_symbols; at += length) {
        struct word_found found[FOUND_MOST];
        size_t n = wordlist_at(words->list, normal->symbols + at, normal->n_symbols - at, found, FOUND_MOST);

        length = n ? found[n - 1].length : 1;
        if (n)
            says |= words->says[found[n - 1].word];
    }
    return says;
}
