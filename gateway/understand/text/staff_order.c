#include "gateway/understand/text/staff_order.h"

#include <string.h>
#include <talloc.h>

#include "gateway/understand/text/wordfile.h"
#include "gateway/understand/text/wordtable.h"

enum { WORDS = 1000 };

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
    struct wordtable *table; /* of unsigned: bits of SAYS */
};

static bool take_word(const struct word_row *row, void *arg)
{
    struct order_words *words = arg;
    unsigned *says = wordtable_add(words->table, row->word);

    if (!says)
        return false;
    for (unsigned i = 0; i < ORDERS; i++)
        if (strcmp(names[i], row->kind) == 0) {
            *says |= SAYS(i);
            return true;
        }
    return strcmp(row->kind, "none") == 0;
}

struct order_words *order_words_new(void *mem, const char *directory, const char **error)
{
    struct order_words *words = talloc_zero(mem, struct order_words);

    words->table = wordtable_new(words, WORDS, sizeof(unsigned));
    if (wordfile_each(mem, directory, "orders.txt", take_word, words, error))
        return words;
    talloc_free(words);
    return NULL;
}

unsigned staff_order_read(const struct order_words *words, const struct normal *normal)
{
    unsigned says = 0;

    for (size_t at = 0; at < normal->n_symbols;) {
        struct word_found found = { .length = 1 };

        if (wordtable_longest(words->table, normal, at, &found))
            says |= *(const unsigned *)wordtable_sense(words->table, found.word);
        at += found.length;
    }
    return says;
}
