#include "modem/hex.h"

#include <endian.h>
#include <string.h>

#define EACH(octet) (0x0101010101010101u * (octet))

/* One octet's top bit where the digit's value (its octet) lies in first..last; all octets are below 0x80. */
static uint64_t within(uint64_t digits, uint8_t first, uint8_t last)
{
    return (digits + EACH(0x80 - first)) & ~(digits + EACH(0x7F - last)) & EACH(0x80);
}

/* Eight digits at once, four octets: this runs for every octet a modem gives us. */
static bool read_eight(const char *hex, uint8_t *octets)
{
    uint64_t digits, letters, values;
    uint32_t word;

    memcpy(&digits, hex, sizeof(digits));
    digits = le64toh(digits);
    if (digits & EACH(0x80))
        return false;
    letters = within(digits | EACH(0x20), 'a', 'f');
    if ((letters | within(digits, '0', '9')) != EACH(0x80))
        return false;
    values = (digits & EACH(0x0F)) + (letters >> 7) * 9;
    values = ((values << 4) | (values >> 8)) & 0x00FF00FF00FF00FFu;
    values = (values | (values >> 8)) & 0x0000FFFF0000FFFFu;
    word = htole32((uint32_t)(values | (values >> 16)));
    memcpy(octets, &word, sizeof(word));
    return true;
}

bool hex_read(const char *hex, size_t n, uint8_t *octets)
{
    size_t i = 0;
    char rest[8] = "00000000";
    uint8_t last[4];

    for (; i + 4 <= n; i += 4)
        if (!read_eight(hex + 2 * i, octets + i))
            return false;
    memcpy(rest, hex + 2 * i, 2 * (n - i));
    if (!read_eight(rest, last))
        return false;
    memcpy(octets + i, last, n - i);
    return true;
}

void hex_write(const uint8_t *octets, size_t n, char *hex)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < n; i++) {
        *hex++ = digits[octets[i] >> 4];
        *hex++ = digits[octets[i] & 15];
    }
    *hex = '\0';
}
