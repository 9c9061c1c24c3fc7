#include "modem/pdu/ucs2.h"

#include <string.h>
#include <unistr.h>

size_t utf8_put(uint32_t c, char *utf8)
{
    int n;

    if (c < 0x80) {
        utf8[0] = (char)c;
        return 1;
    }
    n = u8_uctomb((uint8_t *)utf8, c, 4);
    return n > 0 ? (size_t)n : 0;
}

size_t utf8_take(const char *text, uint32_t *c)
{
    ucs4_t found;
    int n;

    if ((uint8_t)*text < 0x80) {
        *c = (uint8_t)*text;
        return *text != '\0';
    }
    n = u8_strmbtouc(&found, (const uint8_t *)text);
    *c = found;
    return n > 0 ? (size_t)n : 0;
}

static uint32_t unit_at(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 8 | octets[1];
}

/* The character that is not a single unit of three octets; i moves past it. */
static size_t put_other(const uint8_t *octets, size_t n, size_t *i, char *out)
{
    uint32_t unit = unit_at(octets + *i), low;

    *i += 2;
    if (unit == 0)
        return utf8_put(0xFFFD, out); /* it would end the text for every reader that follows */
    if (unit < 0x800)
        return utf8_put(unit, out);
    low = *i + 2 <= n ? unit_at(octets + *i) : 0;
    if (unit >= 0xDC00 || (low & 0xFC00) != 0xDC00)
        return utf8_put(0xFFFD, out);
    *i += 2;
    return utf8_put(0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF), out);
}

/* The byte order mark of a phone that writes little-endian: no text begins with U+FFFE. */
static bool is_little_endian(const uint8_t *octets, size_t n)
{
    return n >= 2 && octets[0] == 0xFF && octets[1] == 0xFE;
}

static uint32_t turned_unit_at(const uint8_t *octets)
{
    return (uint32_t)octets[1] << 8 | octets[0];
}

static size_t from_little_endian(const uint8_t *octets, size_t n, char *utf8)
{
    char *out = utf8;

    for (size_t i = 0; i + 2 <= n; i += 2) {
        uint32_t unit = turned_unit_at(octets + i), low = i + 4 <= n ? turned_unit_at(octets + i + 2) : 0;

        if ((unit & 0xFC00) == 0xD800 && (low & 0xFC00) == 0xDC00) {
            unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
            i += 2;
        } else if (unit == 0 || (unit & 0xF800) == 0xD800) {
            unit = 0xFFFD;
        }
        out += utf8_put(unit, out);
    }
    *out = '\0';
    return (size_t)(out - utf8);
}

size_t ucs2_to_utf8(const uint8_t *octets, size_t n, char *utf8)
{
    char *out = utf8;

    if (is_little_endian(octets, n))
        return from_little_endian(octets + 2, n - 2, utf8);

    for (size_t i = 0; i + 2 <= n;) {
        uint32_t unit = unit_at(octets + i);

        if (unit < 0x800 || (unit & 0xF800) == 0xD800) {
            out += put_other(octets, n, &i, out);
            continue;
        }
        out[0] = (char)(0xE0 | unit >> 12); /* nearly all of a Chinese text */
        out[1] = (char)(0x80 | (unit >> 6 & 0x3F));
        out[2] = (char)(0x80 | (unit & 0x3F));
        out += 3;
        i += 2;
    }
    *out = '\0';
    return (size_t)(out - utf8);
}

size_t ucs2_from_utf8(const char *utf8, size_t n, uint8_t *octets)
{
    uint8_t *out = octets;
    uint32_t c;

    for (size_t i = 0, taken; i < n && (taken = utf8_take(utf8 + i, &c)) > 0; i += taken) {
        if (c >= 0x10000) {
            uint32_t high = 0xD7C0 + (c >> 10);

            *out++ = (uint8_t)(high >> 8);
            *out++ = (uint8_t)high;
            c = 0xDC00 | (c & 0x3FF);
        }
        *out++ = (uint8_t)(c >> 8);
        *out++ = (uint8_t)c;
    }
    return (size_t)(out - octets);
}
