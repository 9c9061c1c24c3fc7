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

static void empty_endless_and_unannounced_words_are_refused(void **state)
{
    struct wordlist *list = wordlist_new(NULL, 1);
    char endless[66] = { 0 };

    (void)state;
    memset(endless, 'a', 65);
    assert_int_equal(add(list, ""), -1);
    assert_int_equal(add(list, endless), -1);
    assert_int_equal(add(list, endless + 1), 0);
    assert_int_equal(add(list, "one too many"), -1);
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
    struct wordlist *list = wordlist_new(NULL, 20000);
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
    talloc_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_numbered_in_the_order_they_came),
        cmocka_unit_test(empty_endless_and_unannounced_words_are_refused),
        cmocka_unit_test(all_words_at_a_place_are_found_shortest_first),
        cmocka_unit_test(thousands_of_words_are_kept_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
