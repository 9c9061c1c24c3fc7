#include "modem/pdu/gsm7.h"

#include "modem/pdu/ucs2.h"

size_t gsm7_octets(size_t n, size_t skip)
{
    return (n * 7 + skip + 7) / 8;
}

static uint8_t septet_at(const uint8_t *octets, size_t bit, size_t octet_count)
{
    size_t i = bit / 8;
    unsigned word = octets[i];

    if (i + 1 < octet_count)
        word |= (unsigned)octets[i + 1] << 8;
    return word >> (bit % 8) & 0x7F;
}

void gsm7_unpack(const uint8_t *octets, size_t skip, size_t n, uint8_t *septets)
{
    size_t octet_count = gsm7_octets(n, skip);

    for (size_t i = 0; i < n; i++)
        septets[i] = septet_at(octets, skip + 7 * i, octet_count);
}

void gsm7_pack(const uint8_t *septets, size_t n, size_t skip, uint8_t *octets)
{
    for (size_t i = 0; i < n; i++) {
        size_t bit = skip + 7 * i;
        unsigned word = (unsigned)(septets[i] & 0x7F) << bit % 8;

        octets[bit / 8] |= (uint8_t)word;
        if (word > 0xFF)
            octets[bit / 8 + 1] |= (uint8_t)(word >> 8);
    }
}

/* The character at septets[i], an escape pair as one; 0 for an escape at the end. i moves past it. */
static uint32_t take_character(const uint8_t *septets, size_t n, size_t *i, const uint16_t *main,
                               const uint16_t *extension)
{
    uint8_t septet = septets[(*i)++] & 0x7F;

    if (septet != GSM7_ESCAPE)
        return main[septet];
    if (*i == n)
        return 0;
    septet = septets[(*i)++] & 0x7F;
    if (septet == GSM7_ESCAPE)
        return ' ';
    return extension[septet] != 0 ? extension[septet] : main[septet];
}

size_t gsm7_to_utf8(const uint8_t *septets, size_t n, unsigned locking, unsigned single, char *utf8)
{
    const uint16_t *main = gsm7_locking[locking < GSM7_LANGUAGES ? locking : 0];
    const uint16_t *extension = gsm7_single[single < GSM7_LANGUAGES ? single : 0];
    char *out = utf8;

    for (size_t i = 0; i < n;) {
        uint32_t c = take_character(septets, n, &i, main, extension);

        if (c != 0)
            out += utf8_put(c, out);
    }
    *out = '\0';
    return (size_t)(out - utf8);
}

/* The septet of c in a table of 128, or -1. */
static int find(const uint16_t *table, uint32_t c)
{
    for (int septet = 0; septet < 128; septet++)
        if (table[septet] == c && c != 0 && septet != GSM7_ESCAPE)
            return septet;
    return -1;
}

/* The septet of c, with 0x80 added when it follows an escape; -1 when there is none. */
static int septet_for(uint32_t c)
{
    int septet;

    if (c < 128 && gsm7_locking[0][c] == c && c != GSM7_ESCAPE)
        return (int)c;
    if (c > 0x20AC)
        return -1;
    septet = find(gsm7_locking[0], c);
    if (septet >= 0)
        return septet;
    septet = find(gsm7_single[0], c);
    return septet >= 0 ? septet | 0x80 : -1;
}

size_t gsm7_width(uint32_t c)
{
    int septet = septet_for(c);

    return septet < 0 ? 0 : septet < 0x80 ? 1 : 2;
}

bool gsm7_holds(const char *utf8, size_t n)
{
    size_t taken = 0;
    uint32_t c;

    for (size_t i = 0; i < n; i += taken) {
        taken = utf8_take(utf8 + i, &c);
        if (taken == 0 || gsm7_width(c) == 0)
            return false;
    }
    return true;
}

size_t gsm7_from_utf8(const char *utf8, size_t n, uint8_t *septets)
{
    size_t count = 0, taken;
    uint32_t c;

    for (size_t i = 0; i < n && (taken = utf8_take(utf8 + i, &c)) > 0; i += taken) {
        int septet = septet_for(c);

        if (septet >= 0x80)
            septets[count++] = GSM7_ESCAPE;
        if (septet >= 0)
            septets[count++] = septet & 0x7F;
    }
    return count;
}
