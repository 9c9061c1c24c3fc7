#include "gateway/understand/text/wordtable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

static void say(struct wordtable *table, const char *word, int number)
{
    int *sense = wordtable_add(table, word);

    assert_non_null(sense);
    *sense = number;
}

/* What the longest word at a symbol of a normalised text says; 0: there is none. */
static int said_at(const struct wordtable *table, const char *text, size_t at)
{
    struct normal normal = { .text = text };
    struct word_found found = { .length = 1 };
    uint32_t *symbols = text_symbols(NULL, text, strlen(text), &normal.n_symbols, NULL);
    int said = 0;

    normal.symbols = symbols;
    if (wordtable_longest(table, &normal, at, &found))
        said = *(const int *)wordtable_sense(table, found.word);
    talloc_free(symbols);
    return said;
}

static void a_new_word_says_nothing_and_a_known_one_what_it_said(void **state)
{
    struct wordtable *table = wordtable_new(NULL, 2, sizeof(int));

    (void)state;
    assert_int_equal(*(int *)wordtable_add(table, "催办"), 0);
    say(table, "催办", 7);
    assert_int_equal(*(int *)wordtable_add(table, "催办"), 7);
    assert_null(wordtable_add(table, ""));
    talloc_free(table);
}

static void a_longer_word_hides_the_shorter_ones(void **state)
{
    struct wordtable *table = wordtable_new(NULL, 3, sizeof(int));

    (void)state;
    say(table, "转", 1);
    say(table, "转给", 2);
    assert_int_equal(said_at(table, "转给水利局", 0), 2);
    assert_int_equal(said_at(table, "转水利局", 0), 1);
    assert_int_equal(said_at(table, "水利局", 0), 0);
    talloc_free(table);
}

static void latin_words_and_numbers_stand_alone(void **state)
{
    struct wordtable *table = wordtable_new(NULL, 4, sizeof(int));

    (void)state;
    say(table, "view", 1);
    say(table, "6位数", 2);
    say(table, "10月", 3);
    assert_int_equal(said_at(table, "view 26", 0), 1);
    assert_int_equal(said_at(table, "views", 0), 0);
    assert_int_equal(said_at(table, "review", 2), 0);
    assert_int_equal(said_at(table, "那个6位数", 2), 2);
    assert_int_equal(said_at(table, "16位数", 1), 0);
    assert_int_equal(said_at(table, "10月3日", 0), 3);
    talloc_free(table);
}

/* A county's own word file may have more words than the program's. */
static void there_is_room_for_more_words_than_announced(void **state)
{
    struct wordtable *table = wordtable_new(NULL, 1, sizeof(int));
    char word[16];

    (void)state;
    for (int i = 1; i <= 20000; i++) {
        snprintf(word, sizeof word, "w%d", i);
        assert_int_equal(*(int *)wordtable_add(table, word), 0);
        say(table, word, i);
    }
    for (int i = 1; i <= 20000; i += 7) {
        snprintf(word, sizeof word, "w%d", i);
        assert_int_equal(said_at(table, word, 0), i);
    }
    talloc_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_word_says_nothing_and_a_known_one_what_it_said),
        cmocka_unit_test(a_longer_word_hides_the_shorter_ones),
        cmocka_unit_test(latin_words_and_numbers_stand_alone),
        cmocka_unit_test(there_is_room_for_more_words_than_announced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
