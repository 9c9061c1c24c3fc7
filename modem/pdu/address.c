#include "modem/pdu/address.h"

#include <string.h>

#include "modem/pdu/gsm7.h"

#define MOST_DIGITS 20
#define MOST_SEPTETS (MOST_DIGITS * 4 / 7)
#define MOST_NAME ((size_t)3 * MOST_SEPTETS) /* octets of UTF-8 */

#define ALWAYS_SET 0x80 /* the first bit of each type of address */

enum { TYPE_INTERNATIONAL = 0x91, TYPE_UNKNOWN = 0x81, TYPE_ALPHANUMERIC = 0xD0 };

static const char semi_octets[] = "0123456789*#abc"; /* 23.040 9.1.2.3; 15 fills */

/*
 * All the digits the octets hold. An odd number of digits should leave 15 in the last semi-octet; senders are
 * known that count one too few, so what is no 15 counts as a digit.
 */
static void read_digits(const uint8_t *octets, size_t n, char *digits)
{
    for (size_t i = 0; i < n; i++) {
        unsigned first = octets[i] & 15, second = octets[i] >> 4;

        *digits = semi_octets[first];
        digits += first < 15;
        *digits = semi_octets[second];
        digits += second < 15;
    }
    *digits = '\0';
}

static void read_value(const uint8_t *octets, size_t digits, struct sms_address *address)
{
    unsigned number_type = address->type >> 4 & 7;
    char *out = address->digits;

    address->is_international = number_type == 1;
    address->is_alphanumeric = number_type == 5;
    if (address->is_alphanumeric) {
        uint8_t septets[MOST_SEPTETS];
        size_t n = digits * 4 / 7;

        gsm7_unpack(octets, 0, n, septets);
        gsm7_to_utf8(septets, n, 0, 0, out);
        return;
    }
    if (address->is_international)
        *out++ = '+';
    read_digits(octets, (digits + 1) / 2, out);
}

bool address_read(struct octets *octets, bool takes_any_type, struct sms_address *address)
{
    uint8_t digits = octets_one(octets, "no address");
    const uint8_t *value;

    if (digits > MOST_DIGITS)
        return octets_refuse(octets, "an address of more than 20 digits");
    address->type = octets_one(octets, "no type of address");
    if (digits > 0 && !takes_any_type && !(address->type & ALWAYS_SET))
        return octets_refuse(octets, "a type of address without its first bit");
    value = octets_take(octets, (digits + 1u) / 2, "the address is cut off");
    if (value == NULL)
        return false;
    read_value(value, digits, address);
    return true;
}

bool address_read_smsc(struct octets *octets, struct sms_address *address)
{
    uint8_t length = octets_one(octets, "empty");
    const uint8_t *value;

    if (length > MOST_DIGITS / 2 + 1)
        return octets_refuse(octets, "an SMSC address of more than 20 digits");
    if (length == 0)
        return octets->why == NULL;
    address->type = octets_one(octets, "no type of SMSC address");
    value = octets_take(octets, length - 1u, "the SMSC address is cut off");
    if (value == NULL)
        return false;
    read_value(value, (size_t)(length - 1) * 2, address);
    return true;
}

/* Semi-octets for the digits; how many, or 0 when there are none, too many, or something else among them. */
static size_t write_digits(const char *digits, uint8_t *octets)
{
    size_t n = strlen(digits);

    if (n > MOST_DIGITS || strspn(digits, semi_octets) != n)
        return 0;
    memset(octets, 0xFF, (n + 1) / 2);
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)(strchr(semi_octets, digits[i]) - semi_octets);

        octets[i / 2] &= (uint8_t)(i % 2 == 0 ? 0xF0 | digit : 0x0F | digit << 4);
    }
    return n;
}

static size_t write_name(const char *name, uint8_t *octets)
{
    uint8_t septets[2 * MOST_NAME];
    size_t length = strlen(name), n;

    if (length > MOST_NAME || !gsm7_holds(name, length))
        return 0;
    n = gsm7_from_utf8(name, length, septets);
    if (n > MOST_SEPTETS)
        return 0;
    memset(octets, 0, ADDRESS_ROOM - 2);
    gsm7_pack(septets, n, 0, octets);
    return (n * 7 + 3) / 4;
}

size_t address_write(const char *address, uint8_t octets[ADDRESS_ROOM])
{
    bool is_international = address[0] == '+';
    size_t n = write_digits(address + is_international, octets + 2);

    octets[1] = is_international ? TYPE_INTERNATIONAL : TYPE_UNKNOWN;
    if (n == 0 && !is_international) {
        n = write_name(address, octets + 2);
        octets[1] = TYPE_ALPHANUMERIC;
    }
    octets[0] = (uint8_t)n;
    return n > 0 ? 2 + (n + 1) / 2 : 0;
}

size_t address_write_smsc(const char *smsc, uint8_t octets[ADDRESS_ROOM])
{
    size_t n = smsc != NULL && smsc[0] != '\0' ? address_write(smsc, octets) : 1;

    if (n > 0)
        octets[0] = (uint8_t)(n - 1);
    return n;
}
