#include "gateway/understand/text/normalise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

static struct normaliser *normaliser;

static int make_tables(void **state)
{
    const char *error;

    (void)state;
    normaliser = normaliser_new(NULL, &error);
    return normaliser ? 0 : -1;
}

static int free_tables(void **state)
{
    (void)state;
    talloc_free(normaliser);
    return 0;
}

static void becomes(const char *text, const char *expected)
{
    void *mem = talloc_new(NULL);
    struct normal normal;

    normalise(normaliser, mem, text, &normal);
    assert_string_equal(normal.text, expected);
    assert_int_equal(normal.length, strlen(expected));
    assert_int_equal(normal.at[normal.length], strlen(text));
    talloc_free(mem);
}

static void full_width_forms_become_plain(void **state)
{
    (void)state;
    becomes("查２６００４１７３，ＡＤＤ！", "查26004173,add!");
    becomes("①②㈠№", "12(一)no");
    becomes("ﾊﾟ", "パ");
}

static void traditional_characters_become_simplified(void **state)
{
    (void)state;
    becomes("槐埝鄉的領導，進度滿意嗎", "槐埝乡的领导,进度满意吗");
    becomes("\xEF\xA4\x8A", "金"); /* U+F90A, a compatibility ideograph */
    becomes("漢字和汉字", "汉字和汉字");
}

static void nothing_of_zero_width_is_left(void **state)
{
    (void)state;
    becomes("\xEF\xBB\xBF查\xE2\x80\x8B 1\xE2\x80\x8D\xEF\xB8\x8F", "查 1");
    becomes("\xE2\x80\x8B", "");
}

static void white_space_of_every_kind_is_a_space(void **state)
{
    (void)state;
    becomes("查\t1\n2\xE3\x80\x80"
            "3\xC2\xA0"
            "4",
            "查 1 2 3 4");
}

static void marks_join_their_letters(void **state)
{
    (void)state;
    becomes("CAFE\xCC\x81", "caf\xC3\xA9");
    becomes("\xCC\x81x", "\xCC\x81x");
    becomes("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C"); /* conjoining jamo */
}

static void malformed_octets_are_replaced_and_never_fatal(void **state)
{
    (void)state;
    becomes("a\xFF", "a\xEF\xBF\xBD");
    becomes("\xE6\x9F", "\xEF\xBF\xBD");
    becomes("\xED\xA0\x80z", "\xEF\xBF\xBDz");
}

static void characters_beyond_the_bmp_are_kept(void **state)
{
    (void)state;
    becomes("谢谢\xF0\x9F\x91\x8D", "谢谢\xF0\x9F\x91\x8D");
    becomes("\xF0\x9D\x90\x80", "a"); /* MATHEMATICAL BOLD CAPITAL A */
}

static void the_way_back_gives_what_was_written(void **state)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    size_t from;

    (void)state;
    normalise(normaliser, mem, "補充２６００４１７３：還有東頭三家！ ", &normal);
    from = strlen("补充26004173");
    assert_string_equal(normal_original(mem, &normal, from, normal.length), "還有東頭三家！");
    assert_string_equal(normal_original(mem, &normal, 0, strlen("补充")), "補充");
    assert_string_equal(normal_original(mem, &normal, normal.length, normal.length), "");
    talloc_free(mem);
}

/* What people write between a command and its words is no part of the words, nor is what ends them. */
static void marks_before_the_words_are_left_out(void **state)
{
    static const char *const marks[] = { " ",  ",",  "，", ".", ";", ":", "：", "-",  "#",
                                         "、", "。", "—",  "–", "·", "!", "！", " — " };
    struct normal normal;

    (void)state;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        void *mem = talloc_new(NULL);
        const char *text = talloc_asprintf(mem, "补%s水管坏了", marks[i]);

        normalise(normaliser, mem, text, &normal);
        assert_string_equal(normal_original(mem, &normal, strlen("补"), normal.length), "水管坏了");
        text = talloc_asprintf(mem, "补%s“水管”坏了", marks[i]);
        normalise(normaliser, mem, text, &normal);
        assert_string_equal(normal_original(mem, &normal, strlen("补"), normal.length), "“水管”坏了");
        talloc_free(mem);
    }
}

static void what_leads_to_a_part_that_was_cut_off_goes_with_it(void **state)
{
    static const struct {
        const char *text, *left;
    } parts[] = { { "修好了，26000010", "修好了" },   { "修好了, 26000010", "修好了" },
                  { "修好了、26000010", "修好了" },   { "修好了。26000010", "修好了。" },
                  { "修好了！26000010", "修好了！" }, { "修好了（昨天）：#26000010", "修好了（昨天）" } };

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        void *mem = talloc_new(NULL);
        struct normal normal;

        normalise(normaliser, mem, parts[i].text, &normal);
        assert_string_equal(normal_original(mem, &normal, 0, normal.length - strlen("26000010")),
                            parts[i].left);
        talloc_free(mem);
    }
}

static void letters_and_digits_are_no_separators(void **state)
{
    (void)state;
    assert_true(is_separator(' ') && is_separator('#') && is_separator(0x3002) && is_separator(0x1F44D));
    assert_false(is_separator('1') || is_separator('a') || is_separator(0x67E5) || is_separator(0xAC00));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_width_forms_become_plain),
        cmocka_unit_test(traditional_characters_become_simplified),
        cmocka_unit_test(nothing_of_zero_width_is_left),
        cmocka_unit_test(white_space_of_every_kind_is_a_space),
        cmocka_unit_test(marks_join_their_letters),
        cmocka_unit_test(malformed_octets_are_replaced_and_never_fatal),
        cmocka_unit_test(characters_beyond_the_bmp_are_kept),
        cmocka_unit_test(the_way_back_gives_what_was_written),
        cmocka_unit_test(marks_before_the_words_are_left_out),
        cmocka_unit_test(what_leads_to_a_part_that_was_cut_off_goes_with_it),
        cmocka_unit_test(letters_and_digits_are_no_separators),
    };

    return cmocka_run_group_tests(tests, make_tables, free_tables);
}
