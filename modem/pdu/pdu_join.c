#include "modem/pdu/pdu_join.h"

#include <string.h>
#include <talloc.h>

#include "modem/pdu/data_text.h"
#include "modem/pdu/gsm7.h"
#include "modem/pdu/pdu.h"
#include "modem/pdu/ucs2.h"

/* What the parts hold, one behind the other: septets, or octets. */
struct units {
    uint8_t *units;
    size_t n;
};

static size_t header_length(const struct sms *sms)
{
    return sms->has_udh && sms->ud_length > 0 ? sms->udh_length + 1 : 0;
}

static void add_septets(struct units *joined, const struct sms *sms)
{
    size_t before = (header_length(sms) * 8 + 6) / 7; /* header and fill bits, in septets */

    if (before >= sms->udl)
        return;
    gsm7_unpack(sms->ud, before * 7, sms->udl - before, joined->units + joined->n);
    joined->n += sms->udl - before;
}

/* An odd octet is half a unit if the next part begins with the other half, else it belongs to nothing. */
static void add_octets(struct units *joined, const struct sms *sms, bool keeps_odd)
{
    size_t length = sms->ud_length - header_length(sms);

    if (length % 2 != 0 && !keeps_odd && joined->n % 2 == 0)
        length--;
    memcpy(joined->units + joined->n, sms->ud + header_length(sms), length);
    joined->n += length;
}

static bool has_odd_length(const struct sms *sms)
{
    return (sms->ud_length - header_length(sms)) % 2 != 0;
}

static bool goes_with(const struct sms *first, const struct sms *sms)
{
    return sms->type == SMS_DELIVER && sms->ud != NULL && sms->alphabet == first->alphabet &&
           !(sms->alphabet == SMS_8BIT && sms->has_ports) && sms->locking_shift == first->locking_shift &&
           sms->single_shift == first->single_shift;
}

static struct sms **decode(void *mem, const char *const *parts, size_t n)
{
    struct sms **all = talloc_array(mem, struct sms *, n);

    for (size_t i = 0; i < n; i++) {
        all[i] = pdu_decode_damaged(all, parts[i], NULL);
        if (all[i] == NULL || !goes_with(all[0], all[i]))
            return NULL;
    }
    return all;
}

static char *read_units(void *mem, const struct units *joined, const struct sms *first)
{
    bool is_gsm7 = first->alphabet == SMS_GSM7;
    char *text;

    if (first->alphabet == SMS_8BIT)
        return data_text(mem, joined->units, joined->n, false);
    text = talloc_array(mem, char, is_gsm7 ? GSM7_UTF8_ROOM(joined->n) : UCS2_UTF8_ROOM(joined->n));

    if (is_gsm7)
        gsm7_to_utf8(joined->units, joined->n, first->locking_shift, first->single_shift, text);
    else
        ucs2_to_utf8(joined->units, joined->n, text);
    return text;
}

char *pdu_join(void *mem, const char *const *parts, size_t n)
{
    void *turn = talloc_new(NULL);
    struct sms **all = decode(turn, parts, n);
    struct units joined = { .units = talloc_array(turn, uint8_t, n * 256) };
    char *text = NULL;

    for (size_t i = 0; all != NULL && i < n; i++) {
        if (all[0]->alphabet == SMS_GSM7)
            add_septets(&joined, all[i]);
        else
            add_octets(&joined, all[i],
                       all[0]->alphabet == SMS_8BIT || (i + 1 < n && has_odd_length(all[i + 1])));
    }
    if (all != NULL)
        text = read_units(mem, &joined, all[0]);
    talloc_free(turn);
    return text;
}
