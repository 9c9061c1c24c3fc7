#include "modem/pdu/pdu_network.h"

#include <string.h>
#include <talloc.h>

#include "modem/pdu/address.h"
#include "modem/pdu/dcs.h"
#include "modem/pdu/gsm7.h"
#include "modem/pdu/hex.h"
#include "modem/pdu/segment.h"
#include "modem/pdu/timestamp.h"
#include "modem/pdu/user_data.h"

/* 23.040 9.2.3.1, the first octet of what comes from the network */
enum { STATUS_REPORT = 0x02, NO_MORE_MESSAGES = 0x04, HAS_HEADER = 0x40 };

#define MOST_OCTETS (2 * ADDRESS_ROOM + 3 + 2 * TIMESTAMP_OCTETS + 1 + USER_DATA_MOST)

static void *fail(const char **error, const char *why)
{
    if (error != NULL)
        *error = why;
    return NULL;
}

static char *to_hex(void *mem, const uint8_t *octets, size_t n)
{
    char *hex = talloc_size(mem, 2 * n + 1);

    hex_write(octets, n, hex);
    return hex;
}

/* Writes the SMSC's address, the first n octets of the TPDU and its address. Returns the octets written; 0
 * for an invalid address. */
static size_t write_start(const char *smsc, const uint8_t *first, size_t n, const char *address,
                          uint8_t *octets)
{
    size_t length = address_write_smsc(smsc, octets), address_length;

    if (length == 0)
        return 0;
    memcpy(octets + length, first, n);
    address_length = address_write(address, octets + length + n);
    return address_length > 0 ? length + n + address_length : 0;
}

static enum sms_alphabet alphabet_of(const struct pdu_delivery *delivery)
{
    if (delivery->is_data)
        return SMS_8BIT;
    return delivery->wants_ucs2 || !gsm7_holds(delivery->text, strlen(delivery->text)) ? SMS_UCS2 : SMS_GSM7;
}

char *pdu_encode_deliver(void *mem, const struct pdu_delivery *delivery, const char **error)
{
    uint8_t octets[MOST_OCTETS], *out = octets;
    uint8_t first = (uint8_t)((delivery->has_more_messages ? 0 : NO_MORE_MESSAGES) |
                              (delivery->concatenation.total > 0 ? HAS_HEADER : 0));
    enum sms_alphabet alphabet = alphabet_of(delivery);
    size_t length = write_start(delivery->smsc, &first, 1, delivery->from, octets);

    if (length == 0)
        return fail(error, "the sender is neither a number nor a name of 11 characters");
    out += length;
    *out++ = 0;
    *out++ = dcs_write(alphabet, delivery->message_class);
    timestamp_write(delivery->at, delivery->offset_minutes, out);
    out += TIMESTAMP_OCTETS;
    length = user_data_write(delivery->text, strlen(delivery->text), alphabet, &delivery->concatenation, out);
    if (length == 0)
        return fail(error, "the text does not fit one message");
    return to_hex(mem, octets, (size_t)(out - octets) + length);
}

/* Encodes one part. Its text is copied because the encoder needs a NUL behind it. */
static char *deliver_part(void *mem, const struct pdu_delivery *delivery, const struct segment *segment,
                          struct sms_concatenation concatenation, const char **error)
{
    struct pdu_delivery part = *delivery;
    char *text = talloc_strndup(mem, segment->text, segment->length), *hex;

    part.text = text;
    part.concatenation = concatenation;
    hex = pdu_encode_deliver(mem, &part, error);
    talloc_free(text);
    return hex;
}

bool pdu_encode_deliveries(void *mem, const struct pdu_delivery *delivery, uint16_t reference, char ***hex,
                           size_t *n, const char **error)
{
    struct sms_concatenation concatenation = { .reference = reference, .is_wide = reference > 255 };
    struct pdu_delivery each = *delivery;
    struct segments segments;

    if (!segment_text(mem, delivery->text, delivery->wants_ucs2, concatenation.is_wide, &segments)) {
        fail(error, "the text is not UTF-8, or longer than 255 parts");
        return false;
    }
    each.wants_ucs2 = segments.alphabet == SMS_UCS2;
    concatenation.total = segments.n > 1 ? (uint8_t)segments.n : 0;
    *n = segments.n;
    *hex = talloc_array(mem, char *, segments.n);
    for (size_t i = 0; i < segments.n; i++) {
        concatenation.sequence = (uint8_t)(i + 1);
        (*hex)[i] = deliver_part(*hex, &each, &segments.part[i], concatenation, error);
        if ((*hex)[i] == NULL)
            return false;
    }
    talloc_free(segments.part);
    return true;
}

char *pdu_encode_report(void *mem, const struct pdu_report *report, const char **error)
{
    uint8_t octets[MOST_OCTETS], *out = octets;
    const uint8_t first[] = { STATUS_REPORT | NO_MORE_MESSAGES, report->mr };
    size_t length = write_start(report->smsc, first, sizeof(first), report->to, octets);

    if (length == 0)
        return fail(error, "the receiver is no number");
    out += length;
    timestamp_write(report->sent_at, report->offset_minutes, out);
    out += TIMESTAMP_OCTETS;
    timestamp_write(report->settled_at, report->offset_minutes, out);
    out += TIMESTAMP_OCTETS;
    *out++ = report->status;
    return to_hex(mem, octets, (size_t)(out - octets));
}
