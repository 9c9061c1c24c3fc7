#include "gateway/provider/charset.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <uniconv.h>
#include <unistr.h>

#include "modem/pdu/data_text.h"

const char *charset_find(const char *name)
{
    static const char *const known[][2] = {
        { "UTF-8", "UTF-8" },           { "UTF8", "UTF-8" },
        { "UTF-16BE", "UTF-16BE" },     { "UTF-16LE", "UTF-16LE" },
        { "UTF-16", "UTF-16" },         { "UCS-2", "UTF-16BE" },
        { "US-ASCII", "US-ASCII" },     { "ASCII", "US-ASCII" },
        { "ISO-8859-1", "ISO-8859-1" }, { "ISO-8859-15", "ISO-8859-15" },
        { "LATIN1", "ISO-8859-1" },     { "WINDOWS-1252", "WINDOWS-1252" },
        { "GB2312", "GB18030" },        { "GBK", "GB18030" },
        { "GB18030", "GB18030" },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(name, known[i][0]) == 0)
            return known[i][1];
    return NULL;
}

const char *charset_of_type(void *mem, const char *content_type)
{
    const char *at = content_type ? strcasestr(content_type, "charset=") : NULL;

    if (!at)
        return NULL;
    at += strlen("charset=");
    at += *at == '"';
    return talloc_strndup(mem, at, strcspn(at, "\"; \t"));
}

/* What is malformed becomes U+FFFD; iconv would refuse all of it. */
static const char *repair(void *mem, const char *octets, size_t n)
{
    char *text = talloc_size(mem, 3 * n + 1);
    size_t length = 0;

    for (size_t at = 0; at < n;) {
        ucs4_t code;

        at += (size_t)u8_mbtouc(&code, (const uint8_t *)octets + at, n - at);
        length += (size_t)u8_uctomb((uint8_t *)text + length, code, 4);
    }
    text[length] = '\0';
    return memchr(text, '\0', length) ? NULL : text;
}

/* Whether most characters beyond ASCII are UTF-8, as in a text of which a piece was cut off. */
static bool is_rather_utf8(const char *octets, size_t n)
{
    size_t good = 0, bad = 0;

    for (size_t at = 0; at < n;) {
        ucs4_t code;
        int taken = u8_mbtoucr(&code, (const uint8_t *)octets + at, n - at);

        good += taken > 1;
        bad += taken < 0;
        at += taken > 0 ? (size_t)taken : 1;
    }
    return good >= bad;
}

static const char *guess(void *mem, const char *octets, size_t n)
{
    const char *text = is_rather_utf8(octets, n) ? NULL : data_text(mem, (const uint8_t *)octets, n, false);

    return text ? text : repair(mem, octets, n);
}

const char *charset_to_utf8(void *mem, const char *octets, size_t n, const char *charset, bool is_lenient)
{
    size_t length = 0;

    if (!*charset)
        return guess(mem, octets, n);
    if (is_lenient && strcmp(charset, "UTF-8") == 0)
        return repair(mem, octets, n);
    uint8_t *plain = n > 0
                         ? u8_conv_from_encoding(charset, is_lenient ? iconveh_question_mark : iconveh_error,
                                                 octets, n, NULL, NULL, &length)
                         : NULL;
    bool is_text = n == 0 || (plain && !memchr(plain, '\0', length) && !u8_check(plain, length));
    char *text = is_text ? talloc_strndup(mem, plain ? (char *)plain : "", length) : NULL;

    free(plain);
    return text;
}
