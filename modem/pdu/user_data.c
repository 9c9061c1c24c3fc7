#include "modem/pdu/user_data.h"

#include <string.h>

#include "modem/pdu/dcs.h"
#include "modem/pdu/ucs2.h"
#include "modem/pdu/udh.h"

struct user_data {
    size_t length;        /* TP-UDL: septets, or octets */
    size_t octet_count;   /* of TP-UD */
    size_t header_length; /* octets, with UDHL; 0 without a header */
};

/* Shortens user data that is cut off to the octets that came, if some came behind the header. */
static void cut_off(const struct octets *octets, struct sms *sms, struct user_data *ud)
{
    size_t header_length = sms->has_udh && octets->left > 0 ? 1u + octets->next[0] : 0;

    if (ud->octet_count <= octets->left || octets->left <= header_length)
        return;
    sms->is_cut_off = true;
    ud->octet_count = octets->left;
    ud->length = sms->alphabet == SMS_GSM7 ? octets->left * 8 / 7 : octets->left;
}

static bool read_lengths(struct octets *octets, struct sms *sms, bool takes_damage, struct user_data *ud)
{
    const uint8_t *taken;

    *ud = (struct user_data){ .length = octets_one(octets, "no length of user data") };
    ud->octet_count = sms->alphabet == SMS_GSM7 ? gsm7_octets(ud->length, 0) : ud->length;
    if (takes_damage)
        cut_off(octets, sms, ud);
    taken = octets_take(octets, ud->octet_count, "the user data is cut off");
    if (taken == NULL)
        return false;
    if (sms->has_udh && ud->octet_count > 0) {
        ud->header_length = 1u + taken[0];
        if (ud->header_length > ud->octet_count)
            return octets_refuse(octets, "the header is longer than the user data");
    }
    sms->ud = (uint8_t *)taken;
    sms->ud_length = ud->octet_count;
    sms->udl = ud->length;
    return true;
}

static void read_header(struct sms *sms, const struct user_data *ud)
{
    struct udh udh;

    if (ud->header_length == 0)
        return;
    sms->udh = sms->ud + 1;
    sms->udh_length = ud->header_length - 1;
    if (!udh_read(sms->udh, sms->udh_length, &udh))
        return;
    sms->concatenation = udh.concatenation;
    sms->has_ports = udh.has_ports;
    sms->destination_port = udh.destination_port;
    sms->source_port = udh.source_port;
    if (udh.locking_shift != 0)
        sms->locking_shift = udh.locking_shift;
    if (udh.single_shift != 0)
        sms->single_shift = udh.single_shift;
    if (udh.waiting.indicator >= 0) /* 23.040 9.2.3.24.2: before what TP-DCS says */
        sms->waiting = udh.waiting;
}

static bool read_septets(struct octets *octets, struct sms *sms, const struct user_data *ud, char *text)
{
    size_t before = (ud->header_length * 8 + 6) / 7; /* header and fill bits, in septets */
    uint8_t septets[255];

    if (before > ud->length)
        return octets_refuse(octets, "the header is longer than the user data");
    gsm7_unpack(sms->ud, before * 7, ud->length - before, septets);
    gsm7_to_utf8(septets, ud->length - before, sms->locking_shift, sms->single_shift, text);
    return true;
}

static bool is_plain(uint8_t octet)
{
    return (octet >= ' ' && octet <= '~') || octet == '\t' || octet == '\n' || octet == '\r';
}

/* Some phones send text as 8-bit data: data that is plain ASCII is also given as text. */
static void read_data(struct sms *sms, const uint8_t *octets, size_t n, char *text)
{
    sms->data = (uint8_t *)octets;
    sms->data_length = n;
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        if (sms->has_ports || !is_plain(octets[i]))
            return;
    memcpy(text, octets, n);
    text[n] = '\0';
}

bool user_data_read(struct octets *octets, struct sms *sms, const struct pdu_reading *reading,
                    char text[USER_DATA_TEXT_ROOM])
{
    struct dcs dcs = dcs_read(sms->dcs);
    struct user_data ud;

    sms->alphabet = dcs.alphabet;
    sms->message_class = dcs.message_class;
    sms->waiting = dcs.waiting;
    sms->is_compressed = dcs.is_compressed;
    if (!read_lengths(octets, sms, reading->takes_damage, &ud))
        return false;
    sms->locking_shift = reading->locking_shift;
    sms->single_shift = reading->single_shift;
    read_header(sms, &ud);
    sms->text = text;
    if (sms->alphabet == SMS_GSM7)
        return read_septets(octets, sms, &ud, text);
    if (sms->alphabet == SMS_UCS2)
        ucs2_to_utf8(sms->ud + ud.header_length, ud.octet_count - ud.header_length, text);
    else
        read_data(sms, sms->ud + ud.header_length, ud.octet_count - ud.header_length, text);
    return true;
}

static size_t write_septets(const char *text, size_t n, size_t header_length, uint8_t *octets)
{
    uint8_t septets[2 * 3 * USER_DATA_MOST];
    size_t before = (header_length * 8 + 6) / 7, count = gsm7_from_utf8(text, n, septets);

    if (gsm7_octets(before + count, 0) > USER_DATA_MOST)
        return 0;
    memset(octets + 1 + header_length, 0, USER_DATA_MOST - header_length);
    gsm7_pack(septets, count, before * 7, octets + 1);
    octets[0] = (uint8_t)(before + count);
    return 1 + gsm7_octets(before + count, 0);
}

size_t user_data_write(const char *text, size_t n, enum sms_alphabet alphabet,
                       const struct sms_concatenation *concatenation, uint8_t octets[1 + USER_DATA_MOST])
{
    size_t header_length = udh_write_concatenation(concatenation, octets + 1);
    uint8_t units[2 * 3 * USER_DATA_MOST];
    size_t length;

    if (n > sizeof(units) / 2)
        return 0;
    if (alphabet == SMS_GSM7)
        return write_septets(text, n, header_length, octets);
    length = alphabet == SMS_UCS2 ? ucs2_from_utf8(text, n, units) : n;
    if (header_length + length > USER_DATA_MOST)
        return 0;
    memcpy(octets + 1 + header_length, alphabet == SMS_UCS2 ? units : (const uint8_t *)text, length);
    octets[0] = (uint8_t)(header_length + length);
    return 1 + header_length + length;
}
