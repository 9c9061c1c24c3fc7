#include "modem/pdu/segment.h"

#include <talloc.h>

#include "modem/pdu/gsm7.h"
#include "modem/pdu/ucs2.h"

#define MOST_PARTS 255

static const struct limits {
    size_t whole, part, wide_part;
} limits[] = { [SMS_GSM7] = { 160, 153, 152 }, [SMS_UCS2] = { 70, 67, 66 } };

static size_t width(uint32_t c, enum sms_alphabet alphabet)
{
    if (alphabet == SMS_GSM7)
        return gsm7_width(c);
    return c < 0x10000 ? 1 : 2;
}

/* Whether the text is UTF-8, the alphabet it needs, and its units in that. */
static bool measure(const char *text, bool wants_ucs2, enum sms_alphabet *alphabet, size_t *units)
{
    size_t septets = 0, utf16 = 0, taken;
    bool is_gsm7 = !wants_ucs2;
    uint32_t c;

    for (; *text != '\0'; text += taken) {
        size_t n;

        taken = utf8_take(text, &c);
        if (taken == 0)
            return false;
        n = is_gsm7 ? gsm7_width(c) : 0;
        is_gsm7 = n > 0;
        septets += n;
        utf16 += width(c, SMS_UCS2);
    }
    *alphabet = is_gsm7 ? SMS_GSM7 : SMS_UCS2;
    *units = is_gsm7 ? septets : utf16;
    return true;
}

/* The longest beginning of text with at most so many units. */
static struct segment fill(const char *text, enum sms_alphabet alphabet, size_t most)
{
    struct segment segment = { .text = text };
    size_t taken;
    uint32_t c;

    while ((taken = utf8_take(text + segment.length, &c)) > 0 && segment.units + width(c, alphabet) <= most) {
        segment.units += width(c, alphabet);
        segment.length += taken;
    }
    return segment;
}

static size_t limit_for(enum sms_alphabet alphabet, size_t units, bool is_wide)
{
    const struct limits *limit = &limits[alphabet];

    return units <= limit->whole ? limit->whole : is_wide ? limit->wide_part : limit->part;
}

bool segment_text(void *mem, const char *text, bool wants_ucs2, bool is_wide, struct segments *segments)
{
    size_t units, most;

    *segments = (struct segments){ .n = 0 };
    if (!measure(text, wants_ucs2, &segments->alphabet, &units))
        return false;
    most = limit_for(segments->alphabet, units, is_wide);
    if (units > MOST_PARTS * most)
        return false;
    segments->part = talloc_array(mem, struct segment, units / (most - 1) + 2);
    do {
        struct segment *part = &segments->part[segments->n++];

        *part = fill(text, segments->alphabet, most);
        text += part->length;
    } while (*text != '\0');
    return segments->n <= MOST_PARTS;
}

size_t segment_count(const char *text, bool *is_gsm7)
{
    enum sms_alphabet alphabet;
    size_t units, most, n = 0;

    if (!measure(text, false, &alphabet, &units))
        return 0;
    if (is_gsm7 != NULL)
        *is_gsm7 = alphabet == SMS_GSM7;
    most = limit_for(alphabet, units, false);
    do {
        text += fill(text, alphabet, most).length;
        n++;
    } while (*text != '\0');
    return n;
}

size_t segment_clip(const char *text, size_t units)
{
    return fill(text, SMS_UCS2, units).length;
}
