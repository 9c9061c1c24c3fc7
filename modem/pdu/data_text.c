#include "modem/pdu/data_text.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <uniconv.h>
#include <unistr.h>

/* CUT_MOST: octets of a cut character. PART_LEAST: fewer octets are text by chance when some are left out. */
enum { CUT_MOST = 3, PART_LEAST = 16 };

static bool is_within(uint32_t c, uint32_t first, uint32_t last)
{
    return c >= first && c <= last;
}

static bool is_ideograph(uint32_t c)
{
    return is_within(c, 0x3400, 0x4dbf) || is_within(c, 0x4e00, 0x9fff) || is_within(c, 0x20000, 0x323af);
}

/* What people write in Chinese texts: ideographs, their punctuation, forms of full width, emoji. */
static bool is_of_chinese_text(uint32_t c)
{
    return is_ideograph(c) || is_within(c, 0x20, 0x7e) || c == '\n' || c == '\r' || c == '\t' ||
           is_within(c, 0x2010, 0x2049) || is_within(c, 0x3000, 0x303f) || is_within(c, 0xff00, 0xffef) ||
           is_within(c, 0x2460, 0x249b) || is_within(c, 0x1f300, 0x1faff) || c == 0xb7 || c == 0xd7;
}

static bool is_control(uint32_t c)
{
    return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || is_within(c, 0x7f, 0x9f);
}

/* Whether all characters are such as a text has; in a guessed character set only those of a Chinese one. */
static bool is_text(const uint8_t *text, size_t n, bool is_guessed)
{
    bool has_ideograph = false;

    for (size_t at = 0; at < n;) {
        ucs4_t c;

        at += (size_t)u8_mbtouc(&c, text + at, n - at);
        if (is_control(c) || (is_guessed && !is_of_chinese_text(c)))
            return false;
        has_ideograph |= is_ideograph(c);
    }
    return n > 0 && (has_ideograph || !is_guessed);
}

/* Letters of ASCII with a few others among them, as in Latin-1, look like UTF-16, too; but none has controls.
 */
static bool is_rather_latin(const uint8_t *octets, size_t n)
{
    size_t others = 0;
    bool has_control = false;

    for (size_t i = 0; i < n; i++) {
        others += octets[i] < 0x20 || octets[i] > 0x7e;
        has_control |= octets[i] != 0 && is_control(octets[i]) && octets[i] < 0x20;
    }
    return n % 2 != 0 || (!has_control && 4 * others <= n);
}

struct charset {
    const char *name;
    uint8_t mark[2]; /* stands in front and is left out */
    size_t mark_length;
    bool is_guessed;
};

static const struct charset charsets[] = {
    { "UTF-8", { 0 }, 0, false },
    { "UTF-16BE", { 0xfe, 0xff }, 2, false },
    { "UTF-16LE", { 0xff, 0xfe }, 2, false },
    { "UTF-16BE", { 0 }, 0, true },
    { "GB18030", { 0 }, 0, true },
};

static char *read_as(void *mem, const struct charset *charset, const uint8_t *octets, size_t n)
{
    size_t length = 0, mark = charset->mark_length;
    uint8_t *text;
    char *copy;

    if (n <= mark || memcmp(octets, charset->mark, mark) != 0)
        return NULL;
    if (charset->is_guessed && strncmp(charset->name, "UTF-16", 6) == 0 && is_rather_latin(octets, n))
        return NULL;
    text = u8_conv_from_encoding(charset->name, iconveh_error, (const char *)octets + mark, n - mark, NULL,
                                 NULL, &length);
    copy = text && is_text(text, length, charset->is_guessed)
               ? talloc_strndup(mem, (const char *)text, length)
               : NULL;
    free(text);
    return copy;
}

/* With as few octets left out at both ends as makes text of it. */
static char *read_part_as(void *mem, const struct charset *charset, const uint8_t *octets, size_t n)
{
    for (size_t cut = 0; cut <= 2UL * CUT_MOST; cut++)
        for (size_t front = 0; front <= cut; front++) {
            char *text = front <= CUT_MOST && cut - front <= CUT_MOST && cut < n
                             ? read_as(mem, charset, octets + front, n - cut)
                             : NULL;

            if (text)
                return text;
        }
    return NULL;
}

char *data_text(void *mem, const uint8_t *octets, size_t n, bool is_part)
{
    char *text = NULL;

    for (size_t i = 0; i < sizeof charsets / sizeof *charsets && !text; i++)
        text = read_as(mem, &charsets[i], octets, n);
    if (!text && is_part && n < PART_LEAST)
        return talloc_strdup(mem, "");
    for (size_t i = 0; is_part && i < sizeof charsets / sizeof *charsets && !text; i++)
        text = read_part_as(mem, &charsets[i], octets, n);
    return text;
}
