#include "modem/pdu/gsm7.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "modem/pdu/hex.h"

static void reads_with(unsigned locking, unsigned single, const char *septets, const char *expected)
{
    uint8_t values[160];
    char text[GSM7_UTF8_ROOM(160)];
    size_t n = strlen(septets) / 2;

    assert_true(hex_read(septets, n, values));
    assert_int_equal(gsm7_to_utf8(values, n, locking, single, text), strlen(expected));
    assert_string_equal(text, expected);
}

static void the_default_table_is_that_of_23_038(void **state)
{
    uint8_t septets[128];
    char text[GSM7_UTF8_ROOM(128)];

    (void)state;
    for (int i = 0; i < 128; i++)
        septets[i] = (uint8_t)(i < GSM7_ESCAPE ? i : i + 1);
    gsm7_to_utf8(septets, 127, 0, 0, text);
    assert_string_equal(text, "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
}

static void an_escape_reaches_the_extension(void **state)
{
    (void)state;
    reads_with(0, 0, "1B0A1B141B281B291B2F1B3C1B3D1B3E1B401B65", "\f^{}\\[~]|€");
}

/* 23.038 6.2.1.1, notes 1 and 3 */
static void an_escape_to_nothing_shows_the_main_character(void **state)
{
    (void)state;
    reads_with(0, 0, "1B41", "A");
    reads_with(3, 0, "1B0B", "Ô");
    reads_with(0, 0, "411B1B42", "A B");
    reads_with(0, 0, "411B", "A");
}

static void each_language_has_its_tables(void **state)
{
    (void)state;
    reads_with(1, 1, "04071B671B49", "€ığİ");
    reads_with(0, 2, "1B091B411B75", "çÁú");
    reads_with(2, 0, "09", "Ç"); /* there is no Spanish locking table */
    reads_with(3, 3, "150B1B171B29", "∞ÔΨ}");
    reads_with(4, 4, "00601B191B1C", "ঁৎ০২");
    reads_with(5, 5, "7F1B1C", "૱૦");
    reads_with(6, 6, "0B7C1B191B32", "\u090c\u097b\u0964\u095d");
    reads_with(7, 7, "241B26", "ಡೞ");
    reads_with(8, 8, "7F1B2E", "\u0d79\u0d7a");
    reads_with(9, 9, "7B1B26", "\u0b57\u0b5c");
    reads_with(10, 10, "7F1B2D", "ੴੵ");
    reads_with(11, 11, "7F1B24", "௹௮");
    reads_with(12, 12, "601B221B23", "ౕ౬౭");
    reads_with(13, 13, "001B3F", "ا۔");
}

static void an_unknown_language_is_read_with_the_default_table(void **state)
{
    (void)state;
    reads_with(14, 255, "091B65", "Ç€");
}

static void septets_come_back_from_any_bit(void **state)
{
    uint8_t septets[160], octets[200], back[160];

    (void)state;
    for (size_t skip = 0; skip < 64; skip++) {
        for (size_t n = 0; n <= 160; n += skip % 7 + 1) {
            for (size_t i = 0; i < n; i++)
                septets[i] = (uint8_t)(i * 37 + skip) & 0x7F;
            memset(octets, 0, sizeof(octets));
            gsm7_pack(septets, n, skip, octets);
            gsm7_unpack(octets, skip, n, back);
            assert_memory_equal(septets, back, n);
            assert_int_equal(octets[gsm7_octets(n, skip)], 0);
        }
    }
}

static void packing_is_that_of_23_038(void **state)
{
    uint8_t octets[9] = { 0 };
    char hex[19];

    (void)state;
    gsm7_pack((const uint8_t *)"hellohello", 10, 0, octets);
    hex_write(octets, 9, hex);
    assert_string_equal(hex, "E8329BFD4697D9EC37");
}

static void every_character_of_the_default_tables_comes_back(void **state)
{
    char text[GSM7_UTF8_ROOM(2)];
    uint8_t back[2], pair[2] = { GSM7_ESCAPE, 0 };

    (void)state;
    for (unsigned i = 0; i < 128; i++) {
        bool is_escape = i == GSM7_ESCAPE;

        pair[1] = (uint8_t)i;
        gsm7_to_utf8(pair + 1, !is_escape, 0, 0, text);
        assert_int_equal(gsm7_from_utf8(text, strlen(text), back), !is_escape);
        assert_true(is_escape || back[0] == i);
        if (gsm7_single[0][i] == 0)
            continue;
        gsm7_to_utf8(pair, 2, 0, 0, text);
        assert_int_equal(gsm7_from_utf8(text, strlen(text), back), 2);
        assert_memory_equal(back, pair, 2);
    }
}

static void what_is_in_neither_table_has_no_width(void **state)
{
    (void)state;
    assert_int_equal(gsm7_width('a'), 1);
    assert_int_equal(gsm7_width('@'), 1);
    assert_int_equal(gsm7_width(0x20AC), 2);
    assert_int_equal(gsm7_width('\f'), 2);
    assert_int_equal(gsm7_width('\t'), 0);
    assert_int_equal(gsm7_width('`'), 0);
    assert_int_equal(gsm7_width(0xE7), 0);
    assert_int_equal(gsm7_width(0x4E2D), 0);
    assert_int_equal(gsm7_width(GSM7_ESCAPE), 0);
    assert_int_equal(gsm7_width(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_table_is_that_of_23_038),
        cmocka_unit_test(an_escape_reaches_the_extension),
        cmocka_unit_test(an_escape_to_nothing_shows_the_main_character),
        cmocka_unit_test(each_language_has_its_tables),
        cmocka_unit_test(an_unknown_language_is_read_with_the_default_table),
        cmocka_unit_test(septets_come_back_from_any_bit),
        cmocka_unit_test(packing_is_that_of_23_038),
        cmocka_unit_test(every_character_of_the_default_tables_comes_back),
        cmocka_unit_test(what_is_in_neither_table_has_no_width),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
