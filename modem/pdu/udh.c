#include "modem/pdu/udh.h"

static void note_concatenation(struct udh *udh, struct sms_concatenation stated)
{
    udh->stated = stated;
    udh->has_stated = true;
    if (stated.sequence >= 1 && stated.sequence <= stated.total)
        udh->concatenation = stated;
}

/* 9.2.3.24.1 */
static void read_concatenation(const uint8_t *value, struct udh *udh)
{
    note_concatenation(
        udh, (struct sms_concatenation){ .reference = value[0], .total = value[1], .sequence = value[2] });
}

/* 9.2.3.24.8 */
static void read_wide_concatenation(const uint8_t *value, struct udh *udh)
{
    note_concatenation(udh, (struct sms_concatenation){ .reference = (uint16_t)(value[0] << 8 | value[1]),
                                                        .total = value[2],
                                                        .sequence = value[3],
                                                        .is_wide = true });
}

/* 9.2.3.24.2 */
static void read_waiting(const uint8_t *value, struct udh *udh)
{
    udh->waiting = (struct sms_waiting){ .indicator = value[0] & 3,
                                         .is_active = value[1] > 0,
                                         .may_discard = !(value[0] & 0x80),
                                         .count = value[1] };
}

/* 9.2.3.24.3 */
static void read_ports(const uint8_t *value, struct udh *udh)
{
    udh->has_ports = true;
    udh->destination_port = value[0];
    udh->source_port = value[1];
}

/* 9.2.3.24.4 */
static void read_wide_ports(const uint8_t *value, struct udh *udh)
{
    udh->has_ports = true;
    udh->destination_port = (uint16_t)(value[0] << 8 | value[1]);
    udh->source_port = (uint16_t)(value[2] << 8 | value[3]);
}

/* 9.2.3.24.15 */
static void read_single_shift(const uint8_t *value, struct udh *udh)
{
    udh->single_shift = value[0];
}

/* 9.2.3.24.16 */
static void read_locking_shift(const uint8_t *value, struct udh *udh)
{
    udh->locking_shift = value[0];
}

static const struct element {
    uint8_t id, length;
    void (*read)(const uint8_t *value, struct udh *udh);
} known[] = {
    { 0x00, 3, read_concatenation },
    { 0x01, 2, read_waiting },
    { 0x04, 2, read_ports },
    { 0x05, 4, read_wide_ports },
    { 0x08, 4, read_wide_concatenation },
    { 0x24, 1, read_single_shift },
    { 0x25, 1, read_locking_shift },
};

static void read_element(uint8_t id, size_t length, const uint8_t *value, struct udh *udh)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].id == id && known[i].length == length)
            known[i].read(value, udh);
}

static bool is_filled_exactly(const uint8_t *elements, size_t n)
{
    size_t i = 0;

    while (i + 2 <= n)
        i += 2u + elements[i + 1];
    return i == n;
}

bool udh_read(const uint8_t *elements, size_t n, struct udh *udh)
{
    *udh = (struct udh){ .waiting.indicator = -1 };
    if (!is_filled_exactly(elements, n))
        return false;
    for (size_t i = 0; i < n; i += 2u + elements[i + 1])
        read_element(elements[i], elements[i + 1], elements + i + 2, udh);
    return true;
}

size_t udh_write_concatenation(const struct sms_concatenation *concatenation,
                               uint8_t octets[UDH_CONCATENATION_ROOM])
{
    uint8_t *out = octets + 1;

    if (concatenation->total == 0)
        return 0;
    *out++ = concatenation->is_wide ? 0x08 : 0x00;
    *out++ = concatenation->is_wide ? 4 : 3;
    if (concatenation->is_wide)
        *out++ = (uint8_t)(concatenation->reference >> 8);
    *out++ = (uint8_t)concatenation->reference;
    *out++ = concatenation->total;
    *out++ = concatenation->sequence;
    octets[0] = (uint8_t)(out - octets - 1);
    return (size_t)(out - octets);
}
