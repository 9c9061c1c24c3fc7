#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/modem/pdu_json.h"
#include "gateway/command/print/json_lines.h"
#include "gateway/command/subcommands.h"
#include "modem/pdu/hex.h"
#include "modem/pdu/pdu.h"

/* The options; what they leave open is guessed from each PDU. */
struct habits {
    bool no_smsc, has_smsc, is_submit, is_deliver;
    bool wants_report, is_wide;
    uint8_t locking_shift, single_shift; /* tables for septets whose header names none */
};

/* 24.011 8.2.5.1: at most 11 octets, and the type of number has its top bit set. */
static bool seems_to_have_smsc(const uint8_t *octets, size_t n)
{
    return n < 2 || octets[0] == 0 || (octets[0] <= 11 && octets[1] & 0x80);
}

/* Octets the SMSC's address takes, its length included. */
static size_t smsc_length(const uint8_t *octets, size_t n, bool has_smsc)
{
    return has_smsc && n > 0 ? octets[0] + 1u : 0;
}

/* 23.040 9.2.3.1: from the network 01 would be a SUBMIT-REPORT, which no storage holds. */
static bool seems_from_mobile(const uint8_t *octets, size_t n, bool has_smsc)
{
    size_t at = smsc_length(octets, n, has_smsc);

    return at < n && (octets[at] & 3) == 1;
}

static struct pdu_reading reading_of(const uint8_t *octets, size_t n, const struct habits *habits,
                                     bool has_smsc)
{
    bool from_mobile = !habits->is_deliver && (habits->is_submit || seems_from_mobile(octets, n, has_smsc));

    return (struct pdu_reading){ .has_smsc = has_smsc,
                                 .from_mobile = from_mobile,
                                 /* a draft in a storage, and not read again for being damaged */
                                 .takes_damage = from_mobile,
                                 .locking_shift = habits->locking_shift,
                                 .single_shift = habits->single_shift };
}

/* Whether the octets are exactly one message. */
static bool is_whole(const uint8_t *octets, size_t n, const struct pdu_reading *reading)
{
    struct sms *sms = pdu_decode_as(NULL, octets, n, reading, NULL);
    bool is_whole = sms != NULL && sms->length == n && !sms->is_cut_off;

    talloc_free(sms);
    return is_whole;
}

/* A message reference can look like an SMSC's type of number, and the reverse: the reading that uses every
 * octet wins.
 */
static struct pdu_reading guess(const uint8_t *octets, size_t n, const struct habits *habits)
{
    bool is_known = habits->has_smsc || habits->no_smsc;
    bool has_smsc = is_known ? !habits->no_smsc : seems_to_have_smsc(octets, n);
    struct pdu_reading reading = reading_of(octets, n, habits, has_smsc);
    struct pdu_reading other = reading_of(octets, n, habits, !has_smsc);

    return is_known || is_whole(octets, n, &reading) || !is_whole(octets, n, &other) ? reading : other;
}

static json_object *decode_octets(void *mem, const uint8_t *octets, size_t n, const struct habits *habits)
{
    struct pdu_reading reading = guess(octets, n, habits);
    const char *error = NULL;
    struct sms *sms = pdu_decode_as(mem, octets, n, &reading, &error);
    json_object *json = sms != NULL ? pdu_json(sms) : pdu_json_refusal(error);
    size_t before = smsc_length(octets, n, reading.has_smsc);

    if (sms != NULL && before == 1)
        json_object_object_add(json, "smsc_absent", json_object_new_boolean(true));
    if (sms != NULL)
        json_object_object_add(json, "tpdu_len", json_object_new_int64((int64_t)(n - before)));
    return json;
}

static json_object *decode(const char *hex, const struct habits *habits)
{
    void *mem = talloc_new(NULL);
    size_t n = strlen(hex) / 2, where;
    uint8_t *octets = talloc_size(mem, n + 1);
    const char *fault = hex_fault(hex, &where);
    json_object *json;

    if (fault == NULL && hex_read(hex, n, octets))
        json = decode_octets(mem, octets, n, habits);
    else
        json = pdu_json_refusal(talloc_asprintf(mem, "octet %zu: %s", where, fault));
    talloc_free(mem);
    return json;
}

/* A language by number or English name, as tables are named in 23.038; 0 when it is neither. */
static uint8_t language(json_object *json, const char *key)
{
    static const char *const names[] = { "default",  "Turkish", "Spanish", "Portuguese", "Bengali",
                                         "Gujarati", "Hindi",   "Kannada", "Malayalam",  "Oriya",
                                         "Punjabi",  "Tamil",   "Telugu",  "Urdu" };
    json_object *value = json_object_object_get(json, key);

    if (json_object_is_type(value, json_type_int))
        return (uint8_t)json_object_get_int(value);
    for (uint8_t i = 0; json_object_is_type(value, json_type_string) && i < sizeof(names) / sizeof(names[0]);
         i++)
        if (strcmp(json_object_get_string(value), names[i]) == 0)
            return i;
    return 0;
}

/* {"pdu": HEX} and what else is known: has_smsc, direction, decode_with {locking_shift, single_shift}. */
static json_object *decode_object(json_object *line, const struct habits *habits)
{
    const char *hex = json_lines_member(line, "pdu"), *direction = json_lines_member(line, "direction");
    json_object *has_smsc = json_object_object_get(line, "has_smsc");
    json_object *tables = json_object_object_get(line, "decode_with");
    struct habits known = *habits;

    if (hex == NULL)
        return pdu_json_refusal("an object without \"pdu\"");
    if (json_object_is_type(has_smsc, json_type_boolean)) {
        known.has_smsc = json_object_get_boolean(has_smsc);
        known.no_smsc = !known.has_smsc;
    }
    if (direction != NULL) {
        known.is_submit = strcmp(direction, "submit") == 0;
        known.is_deliver = !known.is_submit;
    }
    known.locking_shift = language(tables, "locking_shift");
    known.single_shift = language(tables, "single_shift");
    return decode(hex, &known);
}

static json_object *decode_line(const char *line, json_object *object, void *data)
{
    return object != NULL ? decode_object(object, data) : decode(line, data);
}

static json_object *refusal(const char *why)
{
    json_object *json = json_object_new_object();

    json_object_object_add(json, "error", json_object_new_string(why));
    return json;
}

static json_object *part_json(void *mem, const struct pdu_part *part)
{
    json_object *json = json_object_new_object();
    char *hex = talloc_size(mem, 2 * part->length + 1);

    hex_write(part->octets, part->length, hex);
    json_object_object_add(json, "pdu", json_object_new_string(hex));
    json_object_object_add(json, "text", json_object_new_string(part->text));
    return json;
}

static json_object *encode(const struct pdu_message *message)
{
    void *mem = talloc_new(NULL);
    struct pdu_part *parts;
    size_t n;
    enum sms_alphabet alphabet;
    const char *error;
    json_object *json, *list;

    if (!pdu_encode(mem, message, &parts, &n, &alphabet, &error)) {
        talloc_free(mem);
        return refusal(error);
    }
    json = json_object_new_object();
    list = json_object_new_array();
    for (size_t i = 0; i < n; i++)
        json_object_array_add(list, part_json(mem, &parts[i]));
    json_object_object_add(json, "encoding", json_object_new_string(alphabet == SMS_GSM7 ? "gsm7" : "ucs2"));
    json_object_object_add(json, "parts", list);
    talloc_free(mem);
    return json;
}

static int number_member(json_object *line, const char *key, int otherwise)
{
    json_object *value = json_object_object_get(line, key);

    return json_object_is_type(value, json_type_int) ? json_object_get_int(value) : otherwise;
}

static json_object *encode_line(const char *line, json_object *object, void *data)
{
    const struct habits *habits = data;
    struct pdu_message message = { .to = json_lines_member(object, "to"),
                                   .text = json_lines_member(object, "text") };

    (void)line;
    if (message.to == NULL || message.text == NULL)
        return refusal("not an object with \"to\" and \"text\"");
    message.reference = number_member(object, "reference", 0);
    message.message_class = number_member(object, "class", -1);
    message.validity_seconds = number_member(object, "validity_seconds", 0);
    message.wants_report = habits->wants_report;
    message.has_wide_reference = habits->is_wide;
    return encode(&message);
}

static int run(int argc, char **argv)
{
    struct habits habits = { .no_smsc = false };
    const struct option_spec specs[] = {
        { "--no-smsc", &habits.no_smsc, NULL },     { "--smsc", &habits.has_smsc, NULL },
        { "--submit", &habits.is_submit, NULL },    { "--mobile-originated", &habits.is_submit, NULL },
        { "--deliver", &habits.is_deliver, NULL },  { "--mobile-terminated", &habits.is_deliver, NULL },
        { "--report", &habits.wants_report, NULL }, { "--wide", &habits.is_wide, NULL },
    };

    if (!command_options(&argc, argv, specs, sizeof(specs) / sizeof(specs[0])))
        return EXIT_WRONG_USE;
    if (argc >= 2 && strcmp(argv[1], "decode") == 0)
        return json_lines_answer(argc - 2, argv + 2, decode_line, &habits);
    if (argc >= 2 && strcmp(argv[1], "encode") == 0)
        return json_lines_answer(argc - 2, argv + 2, encode_line, &habits);
    return command_wrong_use("expected decode or encode");
}

const struct command command_pdu = {
    .name = "pdu",
    .summary = "reads and writes the PDUs of short messages",
    .usage =
        "usage: xiangyin pdu decode [OPTION]... [-|PDU]...\n"
        "       xiangyin pdu encode [--report] [--wide] [-|OBJECT]...\n\n"
        "decode reads PDUs in hexadecimal, one a line, and prints one JSON "
        "object for each. A line may also be an object:\n"
        "{\"pdu\": HEX, \"has_smsc\": true, \"direction\": \"deliver\"}.\n"
        "encode reads {\"to\": NUMBER, \"text\": TEXT} with optional "
        "\"reference\", \"class\" and \"validity_seconds\", and prints\n"
        "{\"encoding\", \"parts\": [{\"pdu\", \"text\"}]}, or {\"error\"}.\n\n"
        "    --smsc, --no-smsc      the PDU begins with the SMSC's "
        "address, or not; by default it is guessed\n"
        "    --submit, --deliver    from a mobile (--mobile-originated), or to one (--mobile-terminated)\n"
        "    --report               requests a status report\n"
        "    --wide                 16-bit references\n",
    .run = run,
};
