#include "modem/ucs2.h"

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

/* The code point at octets[i]; i moves past it. */
static uint32_t take_unit(const uint8_t *octets, size_t n, size_t *i)
{
    uint32_t unit = unit_at(octets + *i), low;

    *i += 2;
    if (unit == 0)
        return 0xFFFD; /* it would end the text for every reader that follows */
    if ((unit & 0xF800) != 0xD800)
        return unit;
    low = *i + 2 <= n ? unit_at(octets + *i) : 0;
    if (unit >= 0xDC00 || (low & 0xFC00) != 0xDC00)
        return 0xFFFD;
    *i += 2;
    return 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
}

size_t ucs2_to_utf8(const uint8_t *octets, size_t n, char *utf8)
{
    char *out = utf8;

    for (size_t i = 0; i + 2 <= n;) {
        uint32_t c = take_unit(octets, n, &i);

        if (c >= 0x800 && c < 0x10000) { /* nearly all of a Chinese text */
            *out++ = (char)(0xE0 | c >> 12);
            *out++ = (char)(0x80 | (c >> 6 & 0x3F));
            *out++ = (char)(0x80 | (c & 0x3F));
        } else {
            out += utf8_put(c, out);
        }
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
