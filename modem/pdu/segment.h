/*
 * How a text is cut into the parts of a short message: 23.040 9.2.3.24.1 and 9.2.3.24.8.
 */
#ifndef MODEM_PDU_SEGMENT_H
#define MODEM_PDU_SEGMENT_H

#include "modem/pdu/sms.h"

struct segment {
    const char *text; /* into the text that was cut */
    size_t length;    /* octets of UTF-8 */
    size_t units;     /* septets, or UTF-16 units */
};

struct segments {
    enum sms_alphabet alphabet; /* SMS_GSM7 when all of the text is in the default table and its extension */
    size_t n;                   /* at least 1, also of an empty text */
    struct segment *part;
};

/*
 * Cuts at 160, or 153 septets a part; else at 70, or 67 units; 152 and 66 when references are wide. Parts are
 * filled before the next begins, and no pair is ever split. wants_ucs2 is for what GSM 7-bit would hold too.
 * part hangs from mem. False when the text is not UTF-8, or needs more than 255 parts.
 */
bool segment_text(void *mem, const char *text, bool wants_ucs2, bool is_wide, struct segments *segments);

/* Parts of a text and its alphabet, without cutting it; 0 when it is not UTF-8. is_gsm7 may be NULL. */
size_t segment_count(const char *text, bool *is_gsm7);

/* Octets of the longest beginning of text that has at most so many UTF-16 units; never inside a character. */
size_t segment_clip(const char *text, size_t units);

#endif
