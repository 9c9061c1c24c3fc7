#include "modem/pdu/hex.h"

#include <string.h>

/* gcc's and clang's vectors: every octet a modem gives us comes through here, sixteen digits at a time. */
typedef uint8_t digits_vector __attribute__((vector_size(16)));
typedef uint16_t pairs_vector __attribute__((vector_size(16)));
typedef uint8_t octets_vector __attribute__((vector_size(8)));
typedef uint64_t words_vector __attribute__((vector_size(16)));

/* Each lane of a comparison is 0 or 255. */
static bool read_sixteen(const char *hex, uint8_t octets[8])
{
    digits_vector digits, decimal, letter, is_decimal, is_letter;
    words_vector bad;
    pairs_vector pairs;
    octets_vector read;

    memcpy(&digits, hex, sizeof(digits));
    decimal = digits - '0';
    letter = (digits | 0x20) - 'a';
    is_decimal = (digits_vector)(decimal < 10);
    is_letter = (digits_vector)(letter < 6);
    bad = ~(words_vector)(is_decimal | is_letter);
    if (bad[0] | bad[1])
        return false;
    pairs = (pairs_vector)((decimal & is_decimal) | ((letter + 10) & is_letter));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    pairs = (pairs << 4 | pairs >> 8) & 0xFF;
#else
    pairs = pairs >> 4 | (pairs & 15);
#endif
    read = __builtin_convertvector(pairs, octets_vector);
    memcpy(octets, &read, sizeof(read));
    return true;
}

bool hex_read(const char *hex, size_t n, uint8_t *octets)
{
    size_t i = 0;
    char rest[16];
    uint8_t last[8];

    for (; i + 8 <= n; i += 8)
        if (!read_sixteen(hex + 2 * i, octets + i))
            return false;
    memset(rest, '0', sizeof(rest));
    memcpy(rest, hex + 2 * i, 2 * (n - i));
    if (!read_sixteen(rest, last))
        return false;
    memcpy(octets + i, last, n - i);
    return true;
}

const char *hex_fault(const char *hex, size_t *where)
{
    size_t digits = strspn(hex, "0123456789ABCDEFabcdef");

    *where = digits / 2;
    if (hex[digits] != '\0')
        return "something other than hexadecimal digits";
    return digits % 2 != 0 ? "half an octet" : NULL;
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
