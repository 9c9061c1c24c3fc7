#include "modem/pdu/dcs.h"

static const enum sms_alphabet alphabets[4] = { SMS_GSM7, SMS_8BIT, SMS_UCS2, SMS_GSM7 };

/* 00xx and, to be deleted by themselves, 01xx. */
static struct dcs read_general(uint8_t octet)
{
    return (struct dcs){ .alphabet = alphabets[octet >> 2 & 3],
                         .message_class = octet & 0x10 ? octet & 3 : -1,
                         .is_compressed = octet & 0x20,
                         .waiting.indicator = -1 };
}

/* 1100 discard, 1101 store, 1110 store in UCS2. */
static struct dcs read_waiting(uint8_t octet)
{
    return (struct dcs){ .alphabet = octet >= 0xE0 ? SMS_UCS2 : SMS_GSM7,
                         .message_class = -1,
                         .waiting = { .indicator = octet & 3,
                                      .is_active = octet & 8,
                                      .may_discard = octet < 0xD0,
                                      .count = -1 } };
}

struct dcs dcs_read(uint8_t octet)
{
    if (octet < 0x80)
        return read_general(octet);
    if (octet >= 0xF0)
        return (struct dcs){ .alphabet = octet & 4 ? SMS_8BIT : SMS_GSM7,
                             .message_class = octet & 3,
                             .waiting.indicator = -1 };
    if (octet >= 0xC0)
        return read_waiting(octet);
    return (struct dcs){ .alphabet = SMS_GSM7, .message_class = -1, .waiting.indicator = -1 };
}

uint8_t dcs_write(enum sms_alphabet alphabet, int message_class)
{
    static const uint8_t octets[] = { [SMS_GSM7] = 0, [SMS_8BIT] = 4, [SMS_UCS2] = 8 };

    return (uint8_t)(octets[alphabet] | (message_class >= 0 ? 0x10 | (message_class & 3) : 0));
}
