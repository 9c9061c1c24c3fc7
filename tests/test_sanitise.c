#include "gateway/turn/sanitise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

/* What a character between two letters becomes. */
static const char *shown(void *mem, ucs4_t character, bool keeps_lines)
{
    uint8_t text[16] = "a";
    int length = u8_uctomb(text + 1, character, 8);

    assert_true(length > 0);
    text[1 + length] = 'b';
    return sanitise_text(mem, (const char *)text, keeps_lines);
}

/* Both ends of each range that a screen or a phone would obey rather than show. */
static void every_control_character_vanishes(void **state)
{
    static const ucs4_t controls[] = { 0x01,    0x08,    0x0E,    0x1B,    0x1F,    0x7F,    0x80,   0x84,
                                       0x86,    0x9F,    0x061C,  0x200E,  0x200F,  0x202A,  0x202E, 0x2066,
                                       0x2069,  0x206F,  0xFEFF,  0xFFF9,  0xFFFA,  0xFFFB,  0xFFFE, 0xFFFF,
                                       0xE0000, 0xE0001, 0xE007F, 0x1FFFE, 0x1FFFF, 0x10FFFE };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        if (strcmp(shown(mem, controls[i], true), "ab") != 0)
            fail_msg("U+%04X: %s", controls[i], shown(mem, controls[i], true));
    talloc_free(mem);
}

static void its_neighbours_stay(void **state)
{
    static const ucs4_t kept[] = {
        '!',    '~',    0xA1,   0x061B,         0x061D,         0x200D,         0x2010,         0x2027,
        0x202F, 0x2065, 0x2070, 0x2103 /* ℃ */, 0x2116 /* № */, 0x2122 /* ™ */, 0x2162 /* Ⅲ */, 0xFEFE,
        0xFF00, 0xFFF8, 0xFFFC, 0xFFFD,         0xDFFFD,        0xE0080,        0x10000,        0x1F600
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strlen(shown(mem, kept[i], true)) < 4 && kept[i] > 0x7F)
            fail_msg("U+%04X is gone", kept[i]);
    assert_string_equal(shown(mem, '!', true), "a!b");
    assert_string_equal(shown(mem, '~', true), "a~b");
    talloc_free(mem);
}

static void every_space_is_one_space(void **state)
{
    static const ucs4_t spaces[] = { ' ', '\t', '\r', '\v', '\f', 0x85, 0xA0, 0x3000, 0x2028, 0x2029 };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (strcmp(shown(mem, spaces[i], true), "a b") != 0)
            fail_msg("U+%04X: %s", spaces[i], shown(mem, spaces[i], true));
    assert_string_equal(shown(mem, '\n', true), "a\nb");
    assert_string_equal(shown(mem, '\n', false), "a b");
    assert_string_equal(sanitise_text(mem, " \n a \t  b \n \n c \n", true), "a b\nc");
    assert_string_equal(sanitise_text(mem, " \n a \t  b \n \n c \n", false), "a b c");
    assert_string_equal(sanitise_text(mem, "", true), "");
    assert_string_equal(sanitise_text(mem,
                                      "a\xff\xfe"
                                      "b",
                                      true),
                        "a\xef\xbf\xbd\xef\xbf\xbd"
                        "b");
    talloc_free(mem);
}

static void a_clipped_text_has_as_many_units_as_it_may(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(sanitise_clip(mem, "水管坏了", 4), "水管坏了");
    assert_string_equal(sanitise_clip(mem, "水管坏了", 5), "水管坏了");
    assert_string_equal(sanitise_clip(mem, "水管坏了", 3), "水管…");
    assert_string_equal(sanitise_clip(mem, "水管坏了", 1), "…");
    assert_string_equal(sanitise_clip(mem, "", 1), "");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_control_character_vanishes),
        cmocka_unit_test(its_neighbours_stay),
        cmocka_unit_test(every_space_is_one_space),
        cmocka_unit_test(a_clipped_text_has_as_many_units_as_it_may),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
