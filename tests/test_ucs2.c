#include "modem/pdu/ucs2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "modem/pdu/hex.h"

static void reads_as(const char *hex, const char *expected)
{
    uint8_t octets[64];
    char text[UCS2_UTF8_ROOM(64)];
    size_t n = strlen(hex) / 2;

    assert_true(hex_read(hex, n, octets));
    assert_int_equal(ucs2_to_utf8(octets, n, text), strlen(expected));
    assert_string_equal(text, expected);
}

static void writes_as(const char *text, const char *expected)
{
    uint8_t octets[64];
    char hex[129];

    hex_write(octets, ucs2_from_utf8(text, strlen(text), octets), hex);
    assert_string_equal(hex, expected);
}

static void characters_of_one_unit_keep_their_code_point(void **state)
{
    (void)state;
    reads_as("4E2D65870041007A00E90400FFE5", "中文AzéЀ￥");
    writes_as("中文AzéЀ￥", "4E2D65870041007A00E90400FFE5");
    reads_as("", "");
    writes_as("", "");
}

static void a_surrogate_pair_is_one_character(void **state)
{
    (void)state;
    reads_as("D83DDE00D840DC00", "😀𠀀");
    writes_as("😀𠀀", "D83DDE00D840DC00");
    reads_as("DBFFDFFF", "\xF4\x8F\xBF\xBF");
}

static void half_a_pair_becomes_the_replacement_character(void **state)
{
    (void)state;
    reads_as("D83D0041", "\xEF\xBF\xBD"
                         "A");
    reads_as("DE00", "\xEF\xBF\xBD");
    reads_as("0041D83D", "A\xEF\xBF\xBD");
    reads_as("D83DD83DDE00", "\xEF\xBF\xBD😀");
}

static void little_endian_units_behind_their_mark_are_read(void **state)
{
    (void)state;
    reads_as("FFFE2D4E87654100", "中文A");
    reads_as("FFFE3DD800DE2D4E", "😀中");
    reads_as("FFFE3DD84100", "\xEF\xBF\xBD"
                             "A");
    reads_as("FFFE00004100", "\xEF\xBF\xBD"
                             "A");
    reads_as("FFFE", "");
    reads_as("FFFE2D", "");
    reads_as("FEFF4E2D", "\xEF\xBB\xBF中");
}

static void a_nul_does_not_end_the_text(void **state)
{
    (void)state;
    reads_as("004100000042", "A\xEF\xBF\xBD"
                             "B");
}

static void an_odd_last_octet_is_left_out(void **state)
{
    (void)state;
    reads_as("4E2D65", "中");
}

static void what_is_not_utf8_is_not_taken(void **state)
{
    uint32_t c;

    (void)state;
    assert_int_equal(utf8_take("\xC0\x80", &c), 0);
    assert_int_equal(utf8_take("\xED\xA0\x80", &c), 0);
    assert_int_equal(utf8_take("\xE4\xB8", &c), 0);
    assert_int_equal(utf8_take("", &c), 0);
    assert_int_equal(utf8_take("中x", &c), 3);
    assert_int_equal(c, 0x4E2D);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_of_one_unit_keep_their_code_point),
        cmocka_unit_test(a_surrogate_pair_is_one_character),
        cmocka_unit_test(half_a_pair_becomes_the_replacement_character),
        cmocka_unit_test(little_endian_units_behind_their_mark_are_read),
        cmocka_unit_test(a_nul_does_not_end_the_text),
        cmocka_unit_test(an_odd_last_octet_is_left_out),
        cmocka_unit_test(what_is_not_utf8_is_not_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
