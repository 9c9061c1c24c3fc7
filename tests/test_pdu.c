#include "modem/pdu/pdu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

#include "gateway/command/modem/pdu_json.h"
#include "modem/pdu/data_text.h"
#include "modem/pdu/hex.h"
#include "modem/pdu/pdu_network.h"
#include "tests/support/jsonl.h"
#include "tests/support/support.h"

/* A DELIVER from 10086, of 2024-05-06, up to TP-PID. */
#define FROM_10086(first) first "05810180F6"
#define AT_NOON "42506021000023"

static struct sms *read_hex(void *mem, const char *hex)
{
    const char *error = "";
    struct sms *sms = pdu_decode(mem, hex, false, false, &error);

    if (sms == NULL)
        printf("# %s\n", error);
    assert_non_null(sms);
    return sms;
}

static void is_refused(const char *hex, const char *why)
{
    void *mem = talloc_new(NULL);
    const char *error = NULL;

    assert_null(pdu_decode(mem, hex, true, false, &error));
    assert_string_equal(error, why);
    assert_null(pdu_decode(mem, hex, true, false, NULL));
    talloc_free(mem);
}

/* Whether the vector's field is what the message says; contested ones are nobody's to judge. */
static bool has_field(json_object *line, json_object *found, const char *field)
{
    json_object *wanted, *value = NULL;

    if (!json_object_object_get_ex(line, field, &wanted) || jsonl_lists(line, "contested", field))
        return true;
    if (json_object_object_get_ex(found, field, &value) && json_object_equal(wanted, value))
        return true;
    printf("# %s: %s is %s, not %s\n", jsonl_text(line, "source"), field, json_object_to_json_string(value),
           json_object_to_json_string(wanted));
    return false;
}

static bool has_fields(json_object *line, const struct sms *sms)
{
    static const char *const fields[] = { "direction",        "smsc",         "address",       "address_type",
                                          "alphabet",         "text",         "data_hex",      "timestamp",
                                          "discharge",        "mr",           "status",        "status_class",
                                          "status_range",     "class",        "udh",           "mwi",
                                          "validity_seconds", "validity_abs", "text_if_latin1" };
    json_object *found = pdu_json(sms);
    bool are_right = true;

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        are_right = has_field(line, found, fields[i]) && are_right;
    json_object_put(found);
    return are_right;
}

static struct sms *read_line(void *mem, json_object *line)
{
    const char *hex = jsonl_text(line, "pdu"), *direction = jsonl_text(line, "direction");
    bool from_mobile = direction != NULL && strcmp(direction, "submit") == 0;
    struct pdu_reading reading = { .has_smsc = jsonl_is_true(line, "has_smsc"),
                                   .from_mobile = from_mobile,
                                   .takes_damage = from_mobile };
    uint8_t octets[512];

    if (strlen(hex) % 2 != 0 || !hex_read(hex, strlen(hex) / 2, octets))
        return NULL;
    return pdu_decode_as(mem, octets, strlen(hex) / 2, &reading, NULL);
}

static bool is_as_stated(json_object *line)
{
    void *mem = talloc_new(NULL);
    json_object *valid = json_object_object_get(line, "valid");
    struct sms *sms = read_line(mem, line);
    bool is_right = valid == NULL || (sms != NULL) == json_object_get_boolean(valid);

    if (!is_right)
        printf("# %s: %s\n", jsonl_text(line, "source"), sms != NULL ? "taken" : "refused");
    if (is_right && sms != NULL && valid != NULL)
        is_right = has_fields(line, sms);
    talloc_free(mem);
    return is_right;
}

/*
 * Some vectors want what their octets do not say: an SMSC where there is none; tables, or a single shift,
 * that no header names; a digit B that is no # (23.040 9.1.2.3).
 */
static bool is_as_stated_or_unsaid(json_object *line)
{
    json_object *udh = json_object_object_get(line, "udh");
    const char *address = jsonl_text(line, "address"), *hex = jsonl_text(line, "pdu");

    if (jsonl_is_true(line, "smsc_absent"))
        json_object_object_del(line, "smsc");
    if (json_object_object_get(line, "decode_with") != NULL)
        json_object_object_del(line, "text");
    if (json_object_object_get(udh, "locking_shift") != NULL && strstr(hex, "0324") == NULL &&
        strstr(hex, "2401") == NULL)
        json_object_object_del(udh, "single_shift");
    if (address != NULL && strcmp(address, "+b08427829207025") == 0)
        json_object_object_del(line, "address");
    return is_as_stated(line);
}

static void messages_of_the_corpus_are_read(void **state)
{
    size_t n;

    (void)state;
    assert_int_equal(jsonl_failures("tests/corpus/pdu.jsonl", is_as_stated, &n), 0);
    assert_true(n > 100);
}

static void messages_of_the_vectors_are_read(void **state)
{
    void *mem = talloc_new(NULL);
    const char *path = shared_path(mem, "vectors/pdu.jsonl");
    size_t n;

    (void)state;
    if (path != NULL)
        assert_int_equal(jsonl_failures(path, is_as_stated_or_unsaid, &n), 0);
    talloc_free(mem);
}

static void a_delivery_tells_all_its_fields(void **state)
{
    void *mem = talloc_new(NULL);
    struct sms *sms = read_hex(mem, FROM_10086("A0") "0000" AT_NOON "0AE8329BFD4697D9EC37");

    (void)state;
    assert_int_equal(sms->type, SMS_DELIVER);
    assert_true(sms->reply_path && sms->status_report && sms->has_more_messages);
    assert_false(sms->loop_prevention || sms->has_udh);
    assert_string_equal(sms->address.digits, "10086");
    assert_string_equal(sms->scts.text, "2024-05-06T12:00:00+08:00");
    assert_int_equal(sms->scts.unix_time, 1714968000);
    assert_string_equal(sms->text, "hellohello");
    assert_int_equal(sms->ud_length, 9);
    assert_null(sms->data);
    assert_null(sms->udh);
    assert_int_equal(sms->content, SMS_TEXT);
    talloc_free(mem);
}

static void a_refusal_says_what_and_where(void **state)
{
    (void)state;
    is_refused("", "octet 0: empty");
    is_refused("0", "octet 0: an odd number of hex digits");
    is_refused("0008916", "octet 3: an odd number of hex digits");
    is_refused("00x0", "octet 1: something other than hexadecimal digits");
    is_refused("00", "octet 1: no TPDU");
    is_refused("0003", "octet 2: neither DELIVER nor STATUS-REPORT");
    is_refused("0000159111", "octet 3: an address of more than 20 digits");
    is_refused("000005010180F6", "octet 4: a type of address without its first bit");
    is_refused("00" FROM_10086("00") "0000" AT_NOON "0AE8", "octet 17: the user data is cut off");
    is_refused("00" FROM_10086("40") "0000" AT_NOON "02FF00",
               "octet 19: the header is longer than the user data");
    /* six septets are six octets, but a header of six octets has 48 bits; seven septets hold it, and no text
     */
    is_refused("00" FROM_10086("40") "0000" AT_NOON "06050003010201",
               "octet 23: the header is longer than the user data");
}

static void a_header_may_fill_the_user_data_to_its_last_septet(void **state)
{
    void *mem = talloc_new(NULL);
    struct sms *sms = read_hex(mem, FROM_10086("40") "0000" AT_NOON "0705000301020100");

    (void)state;
    assert_string_equal(sms->text, "");
    assert_int_equal(sms->concatenation.total, 2);
    talloc_free(mem);
}

static void octets_behind_the_end_are_ignored(void **state)
{
    void *mem = talloc_new(NULL);
    struct sms *sms = read_hex(mem, FROM_10086("00") "0000" AT_NOON "0141ABCDEF");

    (void)state;
    assert_string_equal(sms->text, "A");
    assert_int_equal(sms->length, 17);
    talloc_free(mem);
}

static void a_concatenation_that_makes_no_sense_does_not_count(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_int_equal(read_hex(mem, FROM_10086("40") "0008" AT_NOON "080500037902014E2D")->concatenation.total,
                     2);
    assert_int_equal(read_hex(mem, FROM_10086("40") "0008" AT_NOON "080500037902034E2D")->concatenation.total,
                     0);
    assert_int_equal(read_hex(mem, FROM_10086("40") "0008" AT_NOON "080500037902004E2D")->concatenation.total,
                     0);
    assert_int_equal(read_hex(mem, FROM_10086("40") "0008" AT_NOON "080500037900014E2D")->concatenation.total,
                     0);
    talloc_free(mem);
}

static void of_elements_of_a_kind_the_last_counts(void **state)
{
    void *mem = talloc_new(NULL);
    struct sms *sms = read_hex(mem, FROM_10086("40") "0008" AT_NOON "160B"
                                                     "0003790201"
                                                     "0804010203024E2D4E2D4E2D4E2D4E2D");

    (void)state;
    assert_int_equal(sms->concatenation.reference, 0x0102);
    assert_int_equal(sms->concatenation.total, 3);
    assert_int_equal(sms->concatenation.sequence, 2);
    assert_true(sms->concatenation.is_wide);
    assert_string_equal(sms->text, "中中中中中");
    talloc_free(mem);
}

/* 23.040 9.2.3.24: too few or too many octets in the last element */
static void a_header_that_is_not_filled_exactly_is_ignored(void **state)
{
    void *mem = talloc_new(NULL);
    struct sms *sms = read_hex(mem, FROM_10086("40") "0008" AT_NOON "0A07000379020105014E2D");

    (void)state;
    assert_int_equal(sms->concatenation.total, 0);
    assert_int_equal(sms->udh_length, 7);
    assert_string_equal(sms->text, "中");
    talloc_free(mem);
}

static void the_header_says_more_of_waiting_than_the_coding(void **state)
{
    void *mem = talloc_new(NULL);
    struct sms *sms = read_hex(mem, FROM_10086("40") "00C8" AT_NOON "06040102"
                                                     "820500");

    (void)state;
    assert_int_equal(sms->waiting.indicator, 2);
    assert_int_equal(sms->waiting.count, 5);
    assert_true(sms->waiting.is_active);
    assert_false(sms->waiting.may_discard);
    sms = read_hex(mem, FROM_10086("00") "00D1" AT_NOON "00");
    assert_int_equal(sms->waiting.indicator, 1);
    assert_int_equal(sms->waiting.count, -1);
    assert_false(sms->waiting.is_active);
    talloc_free(mem);
}

static void what_is_not_for_people_is_recognised(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_int_equal(read_hex(mem, FROM_10086("00") "4000" AT_NOON "00")->content, SMS_SILENT);
    assert_int_equal(read_hex(mem, FROM_10086("00") "7FF6" AT_NOON "02D000")->content, SMS_FOR_SIM);
    assert_int_equal(read_hex(mem, FROM_10086("00") "0004" AT_NOON "020102")->content, SMS_DATA);
    assert_int_equal(read_hex(mem, FROM_10086("40") "00F5" AT_NOON "0B0605040B8423F00106032DBE")->content,
                     SMS_WAP_PUSH);
    assert_int_equal(read_hex(mem, FROM_10086("40") "00F5" AT_NOON "0B0605040B8423F0010601BE84")->content,
                     SMS_MMS_NOTIFICATION);
    assert_int_equal(read_hex(mem, FROM_10086("40") "0008" AT_NOON "090605041581000000"
                                                    "41")
                         ->content,
                     SMS_DATA);
    talloc_free(mem);
}

static void eight_bit_text_is_shown_when_it_is_ascii(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(read_hex(mem, FROM_10086("00") "0004" AT_NOON "026869")->text, "hi");
    assert_string_equal(read_hex(mem, FROM_10086("00") "0004" AT_NOON "026800")->text, "");
    assert_string_equal(read_hex(mem, FROM_10086("00") "0004" AT_NOON "0268C3")->text, "");
    talloc_free(mem);
}

/* Two digits: 90 to 99 are of the last century, as in the earliest networks. */
static void a_year_of_two_digits_has_its_century(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(read_hex(mem, FROM_10086("00") "0000"
                                                       "09506021000023"
                                                       "0141")
                            ->scts.text,
                        "1990-05-06T12:00:00+08:00");
    assert_string_equal(read_hex(mem, FROM_10086("00") "0000"
                                                       "98506021000023"
                                                       "0141")
                            ->scts.text,
                        "2089-05-06T12:00:00+08:00");
    assert_string_equal(read_hex(mem, FROM_10086("00") "0000"
                                                       "99506021000023"
                                                       "0141")
                            ->scts.text,
                        "1999-05-06T12:00:00+08:00");
    assert_string_equal(read_hex(mem, FROM_10086("00") "0000"
                                                       "00506021000023"
                                                       "0141")
                            ->scts.text,
                        "2000-05-06T12:00:00+08:00");
    talloc_free(mem);
}

static void a_time_that_is_none_is_left_empty(void **state)
{
    void *mem = talloc_new(NULL);
    static const char *const none[] = { "FFFFFFFFFFFFFF", "42315021000023", "32209221000023",
                                        "42506042000023", "4250602100002B", "42506021000A23" };

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        char hex[64];
        struct sms *sms;

        snprintf(hex, sizeof(hex), FROM_10086("00") "0000%s00", none[i]);
        sms = read_hex(mem, hex);
        assert_int_equal(sms->scts.is_valid, i == 4); /* 2B is 32 quarters west */
        assert_string_equal(sms->scts.text, i == 4 ? "2024-05-06T12:00:00-08:00" : "");
    }
    talloc_free(mem);
}

static void every_way_to_say_validity_is_read(void **state)
{
    static const struct {
        const char *first, *period;
        enum sms_validity validity;
        int64_t seconds;
    } ways[] = {
        { "01", "", SMS_VP_NONE, 0 },
        { "11", "00", SMS_VP_RELATIVE, 300 },
        { "11", "8F", SMS_VP_RELATIVE, 12 * 3600 },
        { "11", "A7", SMS_VP_RELATIVE, 24 * 3600 },
        { "11", "C4", SMS_VP_RELATIVE, 30 * 86400 },
        { "11", "FF", SMS_VP_RELATIVE, 63 * 7 * 86400 },
        { "09", "01A70000000000", SMS_VP_ENHANCED, 24 * 3600 },
        { "09", "82002D00000000", SMS_VP_ENHANCED, 45 },
        { "09", "03102030000000", SMS_VP_ENHANCED, 3723 },
        { "19", AT_NOON, SMS_VP_ABSOLUTE, 0 },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        char hex[64];
        struct sms *sms;

        snprintf(hex, sizeof(hex), "%s0005810180F60000%s0141", ways[i].first, ways[i].period);
        sms = pdu_decode(mem, hex, false, true, NULL);
        assert_non_null(sms);
        assert_int_equal(sms->validity, ways[i].validity);
        assert_int_equal(sms->validity_seconds, ways[i].seconds);
        assert_int_equal(sms->validity_until.unix_time, ways[i].validity == SMS_VP_ABSOLUTE ? 1714968000 : 0);
    }
    talloc_free(mem);
}

/* Encodes a text, reads each part again, and puts the parts together. */
static char *there_and_back(void *mem, const struct pdu_message *message, size_t wanted_parts)
{
    struct pdu_part *parts;
    enum sms_alphabet alphabet;
    char *all = talloc_strdup(mem, "");
    size_t n;

    assert_true(pdu_encode(mem, message, &parts, &n, &alphabet, NULL));
    assert_int_equal(n, wanted_parts);
    for (size_t i = 0; i < n; i++) {
        struct sms *sms = pdu_decode_octets(mem, parts[i].octets, parts[i].length, true, true, NULL);

        assert_non_null(sms);
        assert_int_equal(sms->alphabet, alphabet);
        assert_string_equal(sms->address.digits, message->to);
        assert_string_equal(sms->text, parts[i].text);
        assert_int_equal(sms->status_report, message->wants_report);
        assert_int_equal(sms->message_class, message->message_class);
        assert_int_equal(sms->concatenation.total, n > 1 ? n : 0);
        assert_int_equal(sms->concatenation.sequence, n > 1 ? i + 1 : 0);
        assert_int_equal(sms->concatenation.reference, n > 1 ? message->reference : 0);
        all = talloc_strdup_append(all, sms->text);
    }
    return all;
}

static void what_is_encoded_comes_back(void **state)
{
    static const char *const pieces[] = { "a", "€uro {x}", "中", "😀文", "ÄñΩ\n", "" };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        char *text = talloc_strdup(mem, "");

        for (size_t times = 0; times < 400; times += 13) {
            struct pdu_message message = { .to = times % 2 ? "+8613800138000" : "10086",
                                           .text = text,
                                           .reference = (int)times % 256,
                                           .wants_report = times % 3 == 0,
                                           .message_class = (int)(times % 5) - 1,
                                           .validity_seconds = (int64_t)times * 86400 };
            struct pdu_part *parts;
            enum sms_alphabet alphabet;
            size_t n;

            assert_true(pdu_encode(mem, &message, &parts, &n, &alphabet, NULL));
            assert_string_equal(there_and_back(mem, &message, n), text);
            message.has_wide_reference = true;
            message.reference = 0xABCD;
            assert_true(pdu_encode(mem, &message, &parts, &n, &alphabet, NULL));
            assert_string_equal(there_and_back(mem, &message, n), text);
            for (int j = 0; j < 13; j++)
                text = talloc_strdup_append(text, pieces[i]);
        }
    }
    talloc_free(mem);
}

static void validity_is_rounded_up_to_what_can_be_said(void **state)
{
    static const int64_t seconds[][2] = { { 1, 300 },
                                          { 300, 300 },
                                          { 301, 600 },
                                          { 43200, 43200 },
                                          { 43201, 45000 },
                                          { 86400, 86400 },
                                          { 86401, 2 * 86400 },
                                          { 30 * 86400, 30 * 86400 },
                                          { 31 * 86400, 35 * 86400 },
                                          { 1000 * 86400, 441 * 86400 } };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        struct pdu_message message = {
            .to = "10086", .text = "", .message_class = -1, .validity_seconds = seconds[i][0]
        };
        struct pdu_part *parts;
        enum sms_alphabet alphabet;
        size_t n;

        assert_true(pdu_encode(mem, &message, &parts, &n, &alphabet, NULL));
        assert_int_equal(
            pdu_decode_octets(mem, parts[0].octets, parts[0].length, true, true, NULL)->validity_seconds,
            seconds[i][1]);
    }
    talloc_free(mem);
}

static void what_cannot_be_sent_is_refused_with_a_reason(void **state)
{
    static const char *const numbers[] = { "",     "+", "12", "+12", "123456789012345678901", "1380013800x",
                                           "++123" };
    struct pdu_message message = { .text = "a", .message_class = -1 };
    void *mem = talloc_new(NULL);
    struct pdu_part *parts;
    enum sms_alphabet alphabet;
    const char *error;
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        message.to = numbers[i];
        assert_false(pdu_encode(mem, &message, &parts, &n, &alphabet, &error));
        assert_string_equal(error, "the number is not 3 to 20 digits with an optional +");
    }
    message.to = "10086";
    message.text = "\xFF";
    assert_false(pdu_encode(mem, &message, &parts, &n, &alphabet, &error));
    assert_string_equal(error, "the text is not UTF-8, or longer than 255 parts");
    talloc_free(mem);
}

static void a_delivery_made_here_is_read_again(void **state)
{
    static const char *const senders[] = { "+8613800138000", "10086", "Vodafone",
                                           "ABCDEFGHIJK",    "*100#", "ÄÖÜß" };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
        struct pdu_delivery delivery = { .from = senders[i],
                                         .text = i % 2 ? "hello @ 7" : "王家庄的路灯坏了",
                                         .smsc = i % 3 ? "+8613800100500" : NULL,
                                         .at = 1714968000 + (int64_t)i,
                                         .offset_minutes = i % 2 ? 480 : -210,
                                         .message_class = (int)i - 1 < 4 ? (int)i - 1 : -1 };
        struct sms *sms;

        if (i > 2)
            delivery.concatenation = (struct sms_concatenation){ 7, 9, (uint8_t)i, i > 3 };
        sms = pdu_decode(mem, pdu_encode_deliver(mem, &delivery, NULL), true, false, NULL);
        assert_non_null(sms);
        assert_string_equal(sms->address.digits, senders[i]);
        assert_string_equal(sms->text, delivery.text);
        assert_string_equal(sms->smsc, delivery.smsc ? delivery.smsc : "");
        assert_int_equal(sms->scts.unix_time, delivery.at);
        assert_int_equal(sms->message_class, delivery.message_class);
        assert_int_equal(sms->concatenation.sequence, i > 2 ? i : 0);
        assert_false(sms->has_more_messages);
    }
    talloc_free(mem);
}

static void a_long_delivery_comes_in_parts(void **state)
{
    void *mem = talloc_new(NULL);
    char *text = talloc_strdup(mem, ""), *all = talloc_strdup(mem, ""), **hex;
    struct pdu_delivery delivery = {
        .from = "+8613800138000", .message_class = -1, .at = 1, .wants_ucs2 = true
    };
    size_t n;

    (void)state;
    for (int i = 0; i < 100; i++)
        text = talloc_strdup_append(text, "abc");
    delivery.text = text;
    assert_true(pdu_encode_deliveries(mem, &delivery, 300, &hex, &n, NULL));
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++)
        all = talloc_strdup_append(all, pdu_decode(mem, hex[i], true, false, NULL)->text);
    assert_string_equal(all, text);
    talloc_free(mem);
}

static void a_report_made_here_is_read_again(void **state)
{
    void *mem = talloc_new(NULL);
    const struct pdu_report report = { .mr = 200,
                                       .to = "+8613800138000",
                                       .sent_at = 1714968000,
                                       .settled_at = 1714968009,
                                       .offset_minutes = 480,
                                       .status = 0x46 };
    struct sms *sms = pdu_decode(mem, pdu_encode_report(mem, &report, NULL), true, false, NULL);

    (void)state;
    assert_non_null(sms);
    assert_int_equal(sms->type, SMS_STATUS_REPORT);
    assert_int_equal(sms->mr, 200);
    assert_string_equal(sms->address.digits, "+8613800138000");
    assert_int_equal(sms->scts.unix_time, 1714968000);
    assert_string_equal(sms->discharge.text, "2024-05-06T12:00:09+08:00");
    assert_int_equal(sms->status, 0x46);
    assert_int_equal(sms->status_class, SMS_STATUS_FAILED);
    talloc_free(mem);
}

/* 23.040 9.2.3.27 */
static void a_report_is_read_whatever_its_indicator_announces(void **state)
{
#define REPORT "062A05810180F6" AT_NOON AT_NOON "00"
    static const struct {
        const char *parameters, *text;
    } ends[] = { { "", "" },
                 { "00", "" },
                 { "010000", "" },
                 { "0204", "" },
                 { "040141", "A" },
                 { "0700000141", "A" },
                 { "0C0141", "A" },
                 { "7F00080241", "" },
                 { "84000141", "A" },
                 { "848000000141", "" },
                 { "FF", "" },
                 { "FFFFFFFF", "" },
                 { "7F0008024E2D", "中" } };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct sms *sms = read_hex(mem, talloc_asprintf(mem, REPORT "%s", ends[i].parameters));

        assert_int_equal(sms->mr, 42);
        assert_string_equal(sms->text, ends[i].text);
        assert_true(sms->ud != NULL || sms->text[0] == '\0');
    }
    assert_null(pdu_decode(mem, REPORT "0400", false, true, NULL));
    assert_null(pdu_decode(mem, REPORT "01", false, false, NULL));
    assert_null(pdu_decode(mem, REPORT "040241", false, false, NULL));
#undef REPORT
    talloc_free(mem);
}

static void a_sender_that_is_no_address_is_refused(void **state)
{
    struct pdu_delivery delivery = { .from = "ABCDEFGHIJKL", .text = "", .message_class = -1 };
    const char *error;

    (void)state;
    assert_null(pdu_encode_deliver(NULL, &delivery, &error));
    assert_string_equal(error, "the sender is neither a number nor a name of 11 characters");
    delivery.from = "村委会";
    assert_null(pdu_encode_deliver(NULL, &delivery, &error));
}

static void damaged_messages_are_read_or_refused_and_nothing_else(void **state)
{
    const char *whole = "0891683108200505F0400D91683108108300F00000425060708090232703250104888100"
                        "01C18050301C1089C50332A1542C174C46C3E9783EA211A96402E901";
    uint8_t octets[80];
    size_t n = strlen(whole) / 2;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            void *mem = talloc_new(NULL);

            assert_true(hex_read(whole, n, octets));
            octets[i] ^= (uint8_t)(1 << bit);
            for (size_t left = 0; left <= n; left++)
                pdu_decode_octets(mem, octets, left, true, left % 2, NULL);
            talloc_free(mem);
        }
    }
}

/* Read in pairs of octets, each of these would be an ideograph; blanks speak for letters as much as letters
 * do. */
static void letters_and_blanks_are_no_utf16(void **state)
{
    static const char *const texts[] = { "d\xe9\x61 b c ", "a b c d\xe9", "abcdefg\xe9" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *text = data_text(NULL, (const uint8_t *)texts[i], strlen(texts[i]), false);

        if (text && text[0] != texts[i][0])
            fail_msg("%s", text);
        talloc_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_and_blanks_are_no_utf16),
        cmocka_unit_test(messages_of_the_corpus_are_read),
        cmocka_unit_test(messages_of_the_vectors_are_read),
        cmocka_unit_test(a_delivery_tells_all_its_fields),
        cmocka_unit_test(a_refusal_says_what_and_where),
        cmocka_unit_test(a_header_may_fill_the_user_data_to_its_last_septet),
        cmocka_unit_test(octets_behind_the_end_are_ignored),
        cmocka_unit_test(a_concatenation_that_makes_no_sense_does_not_count),
        cmocka_unit_test(of_elements_of_a_kind_the_last_counts),
        cmocka_unit_test(a_header_that_is_not_filled_exactly_is_ignored),
        cmocka_unit_test(the_header_says_more_of_waiting_than_the_coding),
        cmocka_unit_test(what_is_not_for_people_is_recognised),
        cmocka_unit_test(eight_bit_text_is_shown_when_it_is_ascii),
        cmocka_unit_test(a_year_of_two_digits_has_its_century),
        cmocka_unit_test(a_time_that_is_none_is_left_empty),
        cmocka_unit_test(every_way_to_say_validity_is_read),
        cmocka_unit_test(what_is_encoded_comes_back),
        cmocka_unit_test(validity_is_rounded_up_to_what_can_be_said),
        cmocka_unit_test(what_cannot_be_sent_is_refused_with_a_reason),
        cmocka_unit_test(a_delivery_made_here_is_read_again),
        cmocka_unit_test(a_long_delivery_comes_in_parts),
        cmocka_unit_test(a_report_made_here_is_read_again),
        cmocka_unit_test(a_report_is_read_whatever_its_indicator_announces),
        cmocka_unit_test(a_sender_that_is_no_address_is_refused),
        cmocka_unit_test(damaged_messages_are_read_or_refused_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
