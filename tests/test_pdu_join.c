/* Parts joined before they are decoded: characters that a phone cut between two parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "modem/pdu/gsm7.h"
#include "modem/pdu/hex.h"
#include "modem/pdu/pdu_join.h"

#define HEAD "00440D91683109000010F000" /* from +8613900000010, with a header */
#define STAMP "62119211000023"

enum { GSM7 = 0x00, DATA = 0x04, UCS2 = 0x08 };

static char *part(void *mem, int dcs, size_t udl, const char *user_data)
{
    return talloc_asprintf(mem, HEAD "%02X" STAMP "%02X%s", (unsigned)dcs, (unsigned)udl, user_data);
}

/* The payload is hex: units of UTF-16, perhaps cut. */
static char *ucs2_part(void *mem, int sequence, const char *payload)
{
    char *user_data = talloc_asprintf(mem, "0500030702%02X%s", (unsigned)sequence, payload);

    return part(mem, UCS2, strlen(user_data) / 2, user_data);
}

/* Septets behind a header of six octets, which take seven septets. */
static char *gsm7_part(void *mem, int sequence, const uint8_t *septets, size_t n)
{
    uint8_t octets[140] = { 5, 0, 3, 7, 2, (uint8_t)sequence };
    char hex[281];

    gsm7_pack(septets, n, 49, octets);
    hex_write(octets, gsm7_octets(7 + n, 0), hex);
    return part(mem, GSM7, 7 + n, hex);
}

static void joins_to(const char *first, const char *second, const char *text)
{
    const char *const parts[] = { first, second };
    char *joined = pdu_join(NULL, parts, 2);

    assert_non_null(joined);
    assert_string_equal(joined, text);
    talloc_free(joined);
}

static char *data_part(void *mem, int sequence, const char *payload)
{
    char *user_data = talloc_asprintf(mem, "0500030702%02X%s", (unsigned)sequence, payload);

    return part(mem, DATA, strlen(user_data) / 2, user_data);
}

/* 桥断了 in UTF-8, GB18030 and UTF-16, cut inside a character. */
static void a_character_of_eight_bit_data_cut_in_two_is_one_character(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    joins_to(data_part(mem, 1, "E6A1A5E696"), data_part(mem, 2, "ADE4BA86"), "桥断了");
    joins_to(data_part(mem, 1, "C7C5B6"), data_part(mem, 2, "CFC1CB"), "桥断了");
    joins_to(data_part(mem, 1, "686565"), data_part(mem, 2, "AD4E86"), "桥断了");
    talloc_free(mem);
}

static void a_pair_of_utf16_cut_in_two_is_one_character(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    joins_to(ucs2_part(mem, 1, "6C34D842"), ucs2_part(mem, 2, "DFB75BB6"), "水𠮷家");
    joins_to(ucs2_part(mem, 1, "6C34"), ucs2_part(mem, 2, "5BB6"), "水家");
    joins_to(ucs2_part(mem, 1, "6C34D842"), ucs2_part(mem, 2, "5BB6"), "水\xEF\xBF\xBD家");
    talloc_free(mem);
}

static void a_unit_cut_in_two_is_whole_and_half_a_unit_alone_is_dropped(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    joins_to(ucs2_part(mem, 1, "6C345B"), ucs2_part(mem, 2, "B66751"), "水家村");
    joins_to(ucs2_part(mem, 1, "6C345B"), ucs2_part(mem, 2, "5BB66751"), "水家村");
    talloc_free(mem);
}

static void an_escape_at_the_end_of_a_part_belongs_to_the_next(void **state)
{
    const uint8_t first[] = { 'p', 'a', 'y', ' ', '5', GSM7_ESCAPE }, second[] = { 'e', ' ', 'o', 'k' };
    void *mem = talloc_new(NULL);

    (void)state;
    joins_to(gsm7_part(mem, 1, first, sizeof first), gsm7_part(mem, 2, second, sizeof second), "pay 5€ ok");
    talloc_free(mem);
}

/* 7 + 1 septets end at an octet's end: no @ may come of what fills the last octet. */
static void parts_of_every_length_are_joined_without_fill(void **state)
{
    uint8_t septets[16];
    void *mem = talloc_new(NULL);

    (void)state;
    memset(septets, 'x', sizeof septets);
    for (size_t n = 1; n <= sizeof septets; n++) {
        char expected[40];

        memset(expected, 'x', 2 * n);
        expected[2 * n] = '\0';
        joins_to(gsm7_part(mem, 1, septets, n), gsm7_part(mem, 2, septets, n), expected);
    }
    talloc_free(mem);
}

static void what_cannot_be_joined_is_left_to_the_texts_of_the_parts(void **state)
{
    const uint8_t letter[] = { 'x' };
    void *mem = talloc_new(NULL);
    const char *const mixed[] = { ucs2_part(mem, 1, "6C34"), gsm7_part(mem, 2, letter, 1) };
    const char *const other[] = { ucs2_part(mem, 1, "6C34"), "{\"text\":\"x\"}" };
    const char *const data[] = { part(mem, DATA, 8, "050003070201AABB"),
                                 part(mem, DATA, 8, "050003070202AABB") };

    (void)state;
    assert_null(pdu_join(mem, mixed, 2));
    assert_null(pdu_join(mem, other, 2));
    assert_null(pdu_join(mem, data, 2));
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_character_of_eight_bit_data_cut_in_two_is_one_character),
        cmocka_unit_test(a_pair_of_utf16_cut_in_two_is_one_character),
        cmocka_unit_test(a_unit_cut_in_two_is_whole_and_half_a_unit_alone_is_dropped),
        cmocka_unit_test(an_escape_at_the_end_of_a_part_belongs_to_the_next),
        cmocka_unit_test(parts_of_every_length_are_joined_without_fill),
        cmocka_unit_test(what_cannot_be_joined_is_left_to_the_texts_of_the_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
