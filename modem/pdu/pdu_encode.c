#include <string.h>
#include <talloc.h>

#include "modem/pdu/address.h"
#include "modem/pdu/dcs.h"
#include "modem/pdu/pdu.h"
#include "modem/pdu/segment.h"
#include "modem/pdu/user_data.h"
#include "modem/pdu/validity.h"

/* 23.040 9.2.3.1, the first octet of a SUBMIT */
enum { SUBMIT = 0x01, RELATIVE_VALIDITY = 0x10, WANTS_REPORT = 0x20, HAS_HEADER = 0x40 };

#define MOST_OCTETS (5 + ADDRESS_ROOM + 2 + 1 + USER_DATA_MOST)

static bool is_number(const char *to)
{
    size_t digits;

    if (*to == '+')
        to++;
    digits = strspn(to, "0123456789");
    return digits >= 3 && digits <= 20 && to[digits] == '\0';
}

/* One SUBMIT with the octet 00 for the SMSC. */
static void write_part(const struct pdu_message *message, const struct segment *segment,
                       enum sms_alphabet alphabet, const struct sms_concatenation *concatenation,
                       struct pdu_part *parts, struct pdu_part *part)
{
    uint8_t octets[MOST_OCTETS] = { 0x00, SUBMIT }, *out = octets + 3;
    size_t length;

    octets[1] |=
        (uint8_t)((message->validity_seconds > 0 ? RELATIVE_VALIDITY : 0) |
                  (message->wants_report ? WANTS_REPORT : 0) | (concatenation->total > 0 ? HAS_HEADER : 0));
    out += address_write(message->to, out);
    *out++ = 0;
    *out++ = dcs_write(alphabet, message->message_class);
    if (message->validity_seconds > 0)
        *out++ = validity_relative_period(message->validity_seconds);
    length = user_data_write(segment->text, segment->length, alphabet, concatenation, out);
    part->length = (size_t)(out - octets) + length;
    part->octets = talloc_memdup(parts, octets, part->length);
    part->text = talloc_strndup(parts, segment->text, segment->length);
}

static void write_parts(const struct pdu_message *message, const struct segments *segments,
                        struct pdu_part *parts)
{
    struct sms_concatenation concatenation = { .reference = (uint16_t)message->reference,
                                               .is_wide = message->has_wide_reference };

    if (segments->n > 1)
        concatenation.total = (uint8_t)segments->n;
    for (size_t i = 0; i < segments->n; i++) {
        concatenation.sequence = (uint8_t)(i + 1);
        write_part(message, &segments->part[i], segments->alphabet, &concatenation, parts, &parts[i]);
    }
}

static bool fail(const char **error, const char *why)
{
    if (error != NULL)
        *error = why;
    return false;
}

bool pdu_encode(void *mem, const struct pdu_message *message, struct pdu_part **parts, size_t *n,
                enum sms_alphabet *alphabet, const char **error)
{
    struct segments segments;

    if (!is_number(message->to))
        return fail(error, "the number is not 3 to 20 digits with an optional +");
    if (!segment_text(mem, message->text, false, message->has_wide_reference, &segments))
        return fail(error, "the text is not UTF-8, or longer than 255 parts");
    *n = segments.n;
    *alphabet = segments.alphabet;
    *parts = talloc_array(mem, struct pdu_part, segments.n);
    write_parts(message, &segments, *parts);
    talloc_free(segments.part);
    return true;
}
