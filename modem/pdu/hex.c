#include "modem/pdu/hex.h"

#include <string.h>

/* A digit's value with 0x10 added; 0 for every other character. */
static const uint8_t values[256] = {
    ['0'] = 0x10, ['1'] = 0x11, ['2'] = 0x12, ['3'] = 0x13, ['4'] = 0x14, ['5'] = 0x15,
    ['6'] = 0x16, ['7'] = 0x17, ['8'] = 0x18, ['9'] = 0x19, ['A'] = 0x1A, ['B'] = 0x1B,
    ['C'] = 0x1C, ['D'] = 0x1D, ['E'] = 0x1E, ['F'] = 0x1F, ['a'] = 0x1A, ['b'] = 0x1B,
    ['c'] = 0x1C, ['d'] = 0x1D, ['e'] = 0x1E, ['f'] = 0x1F,
};

bool hex_read(const char *hex, size_t n, uint8_t *octets)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t high = values[(uint8_t)hex[2 * i]], low = values[(uint8_t)hex[2 * i + 1]];

        if (high == 0 || low == 0)
            return false;
        octets[i] = (uint8_t)(high << 4 | (low & 15));
    }
    return true;
}

const char *hex_fault(const char *hex, size_t *where)
{
    size_t digits = strspn(hex, "0123456789ABCDEFabcdef");

    *where = digits / 2;
    if (hex[digits] != '\0')
        return "something other than hexadecimal digits";
    return digits % 2 != 0 ? "an odd number of hex digits" : NULL;
}

void hex_write(const uint8_t *octets, size_t n, char *hex)
{
    static const char upper[] = "0123456789ABCDEF";

    for (size_t i = 0; i < n; i++) {
        *hex++ = upper[octets[i] >> 4];
        *hex++ = upper[octets[i] & 15];
    }
    *hex = '\0';
}
