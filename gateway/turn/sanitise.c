#include "gateway/turn/sanitise.h"

#include <stdbool.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "modem/pdu/segment.h"

static bool is_control(ucs4_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F) || (c & 0xFFFE) == 0xFFFE;
}

static bool is_space(ucs4_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f' || c == 0xA0 ||
           c == 0x85 || c == 0x3000 || (c >= 0x2028 && c <= 0x2029);
}

const char *sanitise_text(void *mem, const char *text, bool keeps_lines)
{
    const uint8_t *in = (const uint8_t *)text, *end = in + strlen(text);
    uint8_t *out = talloc_array(mem, uint8_t, (size_t)(end - in) * 3 + 1), *to = out;
    char gap = 0;

    while (in < end) {
        ucs4_t c;
        int length = u8_mbtouc(&c, in, (size_t)(end - in)); /* U+FFFD where malformed */

        in += length;
        if (is_space(c)) {
            if (gap != '\n')
                gap = c == '\n' && keeps_lines ? '\n' : ' ';
            continue;
        }
        if (is_control(c))
            continue;
        if (gap && to > out)
            *to++ = (uint8_t)gap;
        gap = 0;
        to += u8_uctomb(to, c, 6);
    }
    *to = 0;
    return (const char *)out;
}

const char *sanitise_clip(void *mem, const char *text, size_t units)
{
    size_t length = segment_clip(text, units);

    if (!text[length])
        return talloc_strdup(mem, text);
    return talloc_asprintf(mem, "%.*s…", (int)segment_clip(text, units - 1), text);
}
