#include "gateway/understand/text/wordlist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

static int64_t add(struct wordlist *list, const char *word)
{
    size_t n;
    uint32_t *symbols = text_symbols(list, word, strlen(word), &n, NULL);

    return wordlist_add(list, symbols, n);
}

static void words_are_numbered_in_the_order_they_came(void **state)
{
    struct wordlist *list = wordlist_new(NULL, 3);

    (void)state;
    assert_int_equal(add(list, "自来水"), 0);
    assert_int_equal(add(list, "水"), 1);
    assert_int_equal(add(list, "自来水"), 0);
    assert_int_equal(wordlist_count(list), 2);
    assert_int_equal(add(list, "pump"), 2);
    talloc_free(list);
}

static void empty_and_endless_words_are_refused(void **state)
{
    struct wordlist *list = wordlist_new(NULL, 1);
    char endless[66] = { 0 };

    (void)state;
    memset(endless, 'a', 65);
    assert_int_equal(add(list, ""), -1);
    assert_int_equal(add(list, endless), -1);
    assert_int_equal(add(list, endless + 1), 0);
    assert_int_equal(add(list, "more than announced"), 1);
    talloc_free(list);
}

static void all_words_at_a_place_are_found_shortest_first(void **state)
{
    struct wordlist *list = wordlist_new(NULL, 4);
    struct word_found found[4];
    uint32_t *symbols, *where;
    size_t n;

    (void)state;
    add(list, "东郭坡");
    add(list, "东郭");
    add(list, "东");
    add(list, "坡");
    symbols = text_symbols(list, "东郭坡村", strlen("东郭坡村"), &n, &where);
    assert_int_equal(n, 4);
    assert_int_equal(where[1], 3);
    assert_int_equal(where[4], 12);
    assert_int_equal(wordlist_at(list, symbols, n, found, 4), 3);
    assert_int_equal(found[0].word, 2);
    assert_int_equal(found[2].word, 0);
    assert_int_equal(found[2].length, 3);
    assert_int_equal(wordlist_at(list, symbols, 2, found, 4), 2); /* not beyond the end */
    assert_int_equal(wordlist_at(list, symbols + 3, 1, found, 4), 0);
    assert_int_equal(wordlist_at(list, symbols + 4, 0, found, 4), 0);
    talloc_free(list);
}

static void thousands_of_words_are_kept_apart(void **state)
{
    struct wordlist *list = wordlist_new(NULL, 3);
    struct word_found found[4];

    (void)state;
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t symbols[] = { 0x4E00 + i % 100, 0x5000 + i / 100 };

        assert_int_equal(wordlist_add(list, symbols, 2), i);
    }
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t symbols[] = { 0x4E00 + i % 100, 0x5000 + i / 100, 0 };

        assert_int_equal(wordlist_at(list, symbols, 2, found, 4), 1);
        assert_int_equal(found[0].word, i);
    }
    assert_int_equal(wordlist_at(list, (const uint32_t[]){ 0x4E00, 0x5000 + 200, 0 }, 2, found, 4), 0);
    talloc_free(list);
}

/* 𠮷 stands beyond the BMP: as two units in the pool, one symbol to everybody. */
static void words_come_back_as_they_were_added(void **state)
{
    static const uint32_t wide[] = { 0x20BB7, 0x6751 }, halves[] = { 0x842, 0xFB7, 0x6751 };
    struct wordlist *list = wordlist_new(NULL, 3);
    uint32_t symbols[WORDLIST_LONGEST], text[20];
    struct word_found found[4];

    (void)state;
    assert_int_equal(wordlist_add(list, wide, 2), 0);
    assert_int_equal(wordlist_add(list, halves, 3), 1);
    for (uint32_t i = 0; i < 20; i++)
        text[i] = 0x4E00 + i;
    assert_int_equal(wordlist_add(list, text, 20), 2);
    assert_int_equal(wordlist_add(list, text, 16), 3);
    wordlist_trim(list);
    assert_int_equal(wordlist_symbols(list, 0, symbols), 2);
    assert_memory_equal(symbols, wide, sizeof wide);
    assert_int_equal(wordlist_at(list, wide, 2, found, 4), 1);
    assert_int_equal(wordlist_at(list, text, 20, found, 4), 2);
    assert_int_equal(found[0].word, 3);
    assert_int_equal(found[1].length, 20);
    talloc_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_numbered_in_the_order_they_came),
        cmocka_unit_test(empty_and_endless_words_are_refused),
        cmocka_unit_test(all_words_at_a_place_are_found_shortest_first),
        cmocka_unit_test(thousands_of_words_are_kept_apart),
        cmocka_unit_test(words_come_back_as_they_were_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
