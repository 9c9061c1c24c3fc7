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
 * Cuts a text at 160 septets, or 153 a part; in UCS-2 at 70 units, or 67 a part; with 16-bit references
 * (is_wide) at 152 and 66 a part. Fills each part before the next and never splits a pair. wants_ucs2: even
 * if GSM 7-bit holds the text. segments->part is allocated from mem. False when the text is not UTF-8 or
 * needs more than 255 parts.
 */
bool segment_text(void *mem, const char *text, bool wants_ucs2, bool is_wide, struct segments *segments);

/* How many parts a text needs, and whether in GSM 7-bit (is_gsm7 may be NULL); 0 when it is not UTF-8. */
size_t segment_count(const char *text, bool *is_gsm7);

/* Octets of the longest beginning of text with at most so many UTF-16 units; it ends between characters. */
size_t segment_clip(const char *text, size_t units);

#endif
