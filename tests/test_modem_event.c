/* What a stored message of a modem becomes for the desk: its key, its text, and what cannot be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <talloc.h>

#include "gateway/line/modem.h"
#include "modem/pdu/pdu.h"
#include "modem/pdu/ucs2.h"

enum { NOW = 1796000000 };

#define IMSI "460001234567890"
#define HEAD "0891683108200505F0040D91683109000010F00008" /* from +8613900000010, in UCS-2 */
#define VALID "62119211000023"
#define WORDS "046EE1610F" /* 满意 */

static struct event event_of(void *mem, const char *pdu, const char *imsi, int64_t received_at)
{
    struct modem_slot slot = { .storage = "SM", .index = 1, .pdu = talloc_strdup(mem, pdu) };
    struct event event;

    slot.sms = pdu_decode_damaged(mem, pdu, &slot.why);
    modem_event(mem, &slot, "m", imsi, received_at, &event);
    return event;
}

/* However the network writes a subscriber's number, it is one sender; codes of services stay as they are. */
static void a_senders_number_is_read_in_every_form(void **state)
{
    static const struct {
        const char *address, *from;
    } senders[] = {
        { "0D91683109000010F0", "+8613900000010" },
        { "0BA13109000010F0", "+8613900000010" },
        { "0B813109000010F0", "+8613900000010" },
        { "0D81683109000010F0", "+8613900000010" },
        { "0FA100683109000010F0", "+8613900000010" },
        { "0C81109300000001", "+8613900000010" },
        { "05A10180F6", "10086" },
        { "05A15955F8", "95558" },
        { "0CA1010600002143", "106000001234" },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof senders / sizeof *senders; i++) {
        const char *pdu = talloc_asprintf(mem, "0004%s0008" VALID WORDS, senders[i].address);

        assert_string_equal(event_of(mem, pdu, IMSI, NOW).from, senders[i].from);
    }
    talloc_free(mem);
}

static const char *key_of(void *mem, const char *pdu, int64_t received_at)
{
    return event_of(mem, pdu, IMSI, received_at).external_id;
}

static void the_same_message_has_the_same_key_by_whatever_centre_it_comes(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(key_of(mem, HEAD VALID WORDS, NOW), key_of(mem, HEAD VALID WORDS, NOW + 90000));
    assert_string_equal(key_of(mem, HEAD VALID WORDS, NOW),
                        key_of(mem, "00040D91683109000010F00008" VALID WORDS, NOW));
    assert_string_not_equal(key_of(mem, HEAD VALID WORDS, NOW),
                            event_of(mem, HEAD VALID WORDS, "460001234567891", NOW).external_id);
    talloc_free(mem);
}

/* A zone of 2C, a 30 February, zeros, FF: none is a date, and each is another stamp. */
static void stamps_that_are_no_dates_tell_messages_apart_by_their_octets(void **state)
{
    static const char *const pdus[] = { HEAD "621192010000C2" WORDS, HEAD "621192010100C2" WORDS,
                                        HEAD "62203091000023" WORDS, HEAD "00000000000000" WORDS,
                                        HEAD "FFFFFFFFFFFFFF" WORDS };
    enum { PDUS = sizeof pdus / sizeof *pdus };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < PDUS; i++) {
        assert_false(event_of(mem, pdus[i], IMSI, NOW).is_unreadable);
        assert_string_equal(key_of(mem, pdus[i], NOW), key_of(mem, pdus[i], NOW + 60));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(key_of(mem, pdus[i], NOW), key_of(mem, pdus[j], NOW));
    }
    talloc_free(mem);
}

/* A centre that always stamps zeros: "满意" of today is not a repeat of yesterday's. */
static void the_same_words_with_the_same_false_stamp_are_a_repeat_only_for_a_while(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_not_equal(key_of(mem, HEAD "00000000000000" WORDS, NOW),
                            key_of(mem, HEAD "00000000000000" WORDS, NOW + 86400));
    talloc_free(mem);
}

/* 23.040 9.2.2.3: reports on two texts to one number within a second differ in their reference alone. */
static void reports_are_told_apart_by_the_reference_of_their_text(void **state)
{
    void *mem = talloc_new(NULL);
    const char *first = key_of(mem,
                               "000611"
                               "0D91683109000010F0" VALID VALID "00",
                               NOW);

    (void)state;
    assert_string_equal(first, key_of(mem,
                                      "000611"
                                      "0D91683109000010F0" VALID VALID "00",
                                      NOW + 60));
    assert_string_not_equal(first, key_of(mem,
                                          "000612"
                                          "0D91683109000010F0" VALID VALID "00",
                                          NOW));
    talloc_free(mem);
}

static void a_text_that_is_cut_off_keeps_what_came_and_shows_it(void **state)
{
    void *mem = talloc_new(NULL);
    struct event event = event_of(mem, HEAD VALID "406EE1610F", IMSI, NOW);

    (void)state;
    assert_int_equal(event.kind, EVENT_TEXT);
    assert_string_equal(event.text, "满意…");
    talloc_free(mem);
}

static void a_type_of_address_without_its_first_bit_hides_no_sender(void **state)
{
    void *mem = talloc_new(NULL);
    struct event event = event_of(mem, "0891683108200505F0040D11683109000010F00008" VALID WORDS, IMSI, NOW);

    (void)state;
    assert_int_equal(event.kind, EVENT_TEXT);
    assert_string_equal(event.from, "+8613900000010");
    talloc_free(mem);
}

#define DATA_HEAD "0891683108200505F0040D91683109000010F00004"

static void eight_bit_data_that_is_plainly_text_is_a_text(void **state)
{
    static const struct {
        const char *user_data, *text; /* NULL: no words */
    } cases[] = {
        { "0977617465722E206F6B", "water. ok" },
        { "09E6A1A5E696ADE4BA86", "桥断了" },
        { "06C7C5B6CFC1CB", "桥断了" },
        { "08C7C5B6CFC1CBA3A1", "桥断了！" },
        { "08FEFF686565AD4E86", "桥断了" },
        { "08FFFE6568AD65864E", "桥断了" },
        { "06686565AD4E86", "桥断了" },
        { "0A3373C7C5B6CFC1CB2E2E", "3s桥断了.." },
        { "0C4E1C9648505C6C344E095929", "东陈停水三天" }, /* mostly octets that are letters, too */
        { "0A77617465720A6F6BE921", NULL },               /* "water", a line end, "oké!" in Latin-1 */
        { "0400FF1234", NULL },
        { "08DEADBEEF00112233", NULL },
        { "03FFFFFF", NULL },
        { "05636166E921", NULL },
        { "0441420043", NULL },
        { "00", NULL },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *pdu = talloc_asprintf(mem, DATA_HEAD VALID "%s", cases[i].user_data);
        struct event event = event_of(mem, pdu, IMSI, NOW);

        if (event.kind != (cases[i].text ? EVENT_TEXT : EVENT_NOTIFICATION) ||
            (cases[i].text && strcmp(event.text, cases[i].text) != 0))
            fail_msg("%s is %d: %s", cases[i].user_data, (int)event.kind, event.text);
        assert_string_equal(event.raw, pdu);
    }
    talloc_free(mem);
}

/* Words in UTF-16 without a mark, with this character behind them. */
static bool reads_with(void *mem, uint32_t c)
{
    char *text = talloc_strdup(mem, "路断了"), utf8[5] = "";
    const char *units = c > 0xFFFF ? talloc_asprintf(mem, "%04X%04X", 0xD7C0 + (unsigned)(c >> 10),
                                                     0xDC00 | (unsigned)(c & 0x3FF))
                                   : talloc_asprintf(mem, "%04X", (unsigned)c);
    struct event event =
        event_of(mem, talloc_asprintf(mem, DATA_HEAD VALID "%02X8DEF65AD4E86%s", c > 0xFFFF ? 10 : 8, units),
                 IMSI, NOW);

    utf8_put(c, utf8);
    return event.kind == EVENT_TEXT && strcmp(event.text, talloc_asprintf_append(text, "%s", utf8)) == 0;
}

/* Both ends of each range of what a Chinese text is written with, and what is next to them outside. */
static void a_guess_at_eight_bit_data_takes_only_what_chinese_texts_are_written_with(void **state)
{
    static const uint32_t ranges[][2] = {
        { 0x20, 0x7E },       { 0x2010, 0x2049 },   { 0x2460, 0x249B }, { 0x3000, 0x303F },
        { 0x3400, 0x4DBF },   { 0x4E00, 0x9FFF },   { 0xFF00, 0xFFEF }, { 0xB7, 0xB7 },
        { 0x1F300, 0x1FAFF }, { 0x20000, 0x323AF }, { '\t', '\n' },     { '\r', '\r' },
        { 0xD7, 0xD7 },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (int end = 0; end < 2; end++) {
            uint32_t inside = ranges[i][end], outside = end ? inside + 1 : inside - 1;

            if (!reads_with(mem, inside))
                fail_msg("U+%04X is left out", (unsigned)inside);
            if (reads_with(mem, outside))
                fail_msg("U+%04X is taken", (unsigned)outside);
        }
    talloc_free(mem);
}

#define PART_HEAD "0891683108200505F0440D91683109000010F00004"

/* The first part of a GB18030 text, cut inside a character, and data that is none. */
static void a_part_of_eight_bit_text_is_a_part(void **state)
{
    void *mem = talloc_new(NULL);
    struct event text =
        event_of(mem, PART_HEAD VALID "17050003070201C7C5B6CFC1CBC7C5B6CFC1CBC7C5B6CFC1", IMSI, NOW);
    struct event last = event_of(mem, PART_HEAD VALID "07050003070202CB", IMSI, NOW);
    struct event data =
        event_of(mem, PART_HEAD VALID "16050003070201DE00BE0001DE00BE0001DE00BE0001FF", IMSI, NOW);

    (void)state;
    assert_int_equal(text.kind, EVENT_PART);
    assert_string_equal(text.text, "桥断了桥断了桥断");
    assert_int_equal(text.total, 2);
    assert_int_equal(last.kind, EVENT_PART);
    assert_string_equal(last.text, "");
    assert_int_equal(data.kind, EVENT_NOTIFICATION);
    talloc_free(mem);
}

static void what_cannot_be_decoded_is_told_apart_from_a_notification(void **state)
{
    void *mem = talloc_new(NULL);
    struct event event = event_of(mem, "0891683108200505F0040D9168", IMSI, NOW);

    (void)state;
    assert_int_equal(event.kind, EVENT_NOTIFICATION);
    assert_true(event.is_unreadable);
    assert_non_null(strstr(event.why, "address"));
    assert_string_equal(event.raw, "0891683108200505F0040D9168");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_senders_number_is_read_in_every_form),
        cmocka_unit_test(the_same_message_has_the_same_key_by_whatever_centre_it_comes),
        cmocka_unit_test(eight_bit_data_that_is_plainly_text_is_a_text),
        cmocka_unit_test(a_guess_at_eight_bit_data_takes_only_what_chinese_texts_are_written_with),
        cmocka_unit_test(a_part_of_eight_bit_text_is_a_part),
        cmocka_unit_test(reports_are_told_apart_by_the_reference_of_their_text),
        cmocka_unit_test(stamps_that_are_no_dates_tell_messages_apart_by_their_octets),
        cmocka_unit_test(the_same_words_with_the_same_false_stamp_are_a_repeat_only_for_a_while),
        cmocka_unit_test(a_text_that_is_cut_off_keeps_what_came_and_shows_it),
        cmocka_unit_test(a_type_of_address_without_its_first_bit_hides_no_sender),
        cmocka_unit_test(what_cannot_be_decoded_is_told_apart_from_a_notification),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
