#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/hex.h"
#include "gateway/line/modem.h"
#include "modem/number/number.h"
#include "modem/pdu/data_text.h"

/* A time stamp further off than this is wrong: the time of receipt is used instead. */
enum { STAMP_PAST = 30 * 24 * 3600, STAMP_FUTURE = 24 * 3600, KEY_OCTETS = 16 };

static const char *hash_text(void *mem, const void *data, size_t n)
{
    uint8_t digest[32];

    gnutls_hash_fast(GNUTLS_DIG_SHA256, data, n, digest);
    return hex_encode(mem, digest, KEY_OCTETS);
}

/*
 * A time that is not a date goes into the key by its octets. They may be the same in each message (all zero),
 * so the hour of receipt follows: later texts in the same words must not count as repeats for ever.
 */
static const char *time_key(void *mem, const struct sms_time *time, int64_t received_at)
{
    if (time->is_valid)
        return time->text;
    return talloc_asprintf(mem, "%s@%lld", hex_encode(mem, time->octets, sizeof time->octets),
                           (long long)(received_at / 3600));
}

/*
 * SIM, TP-OA, TP-SCTS, TP-DCS, TP-UD: the SMSC address and TP-MMS may change when the network delivers again.
 * A status report is known by TP-MR, TP-RA and its times and status.
 */
static const char *message_key(void *mem, const struct sms *sms, const char *imsi, int64_t received_at)
{
    char head[256];
    int n = snprintf(
        head, sizeof head, "%s|%d|%s|%s|%d|%d|%s|%d|", imsi, (int)sms->type, sms->address.digits,
        time_key(mem, &sms->scts, received_at), sms->dcs, sms->type == SMS_STATUS_REPORT ? sms->mr : -1,
        sms->type == SMS_STATUS_REPORT ? time_key(mem, &sms->discharge, received_at) : "", sms->status);
    uint8_t *all = talloc_size(mem, (size_t)n + sms->ud_length);

    memcpy(all, head, (size_t)n);
    if (sms->ud_length > 0)
        memcpy(all + n, sms->ud, sms->ud_length);
    return hash_text(mem, all, (size_t)n + sms->ud_length);
}

static const char *normal_number(void *mem, const char *digits)
{
    struct number number = number_normalise(digits, "CN");

    return talloc_strdup(mem, number.kind == NUMBER_REAL ? number.e164 : digits);
}

static int64_t sane_time(const struct sms_time *stamp, int64_t now)
{
    bool is_sane =
        stamp->is_valid && stamp->unix_time > now - STAMP_PAST && stamp->unix_time < now + STAMP_FUTURE;

    return is_sane ? stamp->unix_time : now;
}

static void unreadable_event(void *mem, const struct modem_slot *slot, struct event *event)
{
    event->kind = EVENT_NOTIFICATION;
    event->from = "";
    event->external_id = hash_text(mem, slot->pdu, strlen(slot->pdu));
    event->why = slot->why;
    event->is_unreadable = true;
}

static void report_event(const struct sms *sms, struct event *event)
{
    event->kind = EVENT_RECEIPT;
    event->reference = sms->mr;
    event->status = sms->status;
    event->discharged_at = sms->discharge.unix_time;
}

/* Why it gets no answer; NULL when a person may have sent it. */
static const char *not_by_a_person(const struct sms *sms)
{
    switch (sms->content) {
    case SMS_SILENT:
        return "short message type 0";
    case SMS_FOR_SIM:
        return "for the SIM card";
    case SMS_WAP_PUSH:
        return "a WAP push that is no MMS notification";
    case SMS_DATA:
        if (sms->has_ports)
            return "data for a port";
        break;
    default:
        break;
    }
    /* 23.040 9.2.3.9: ANSI-136 R-DATA, ME data download, ME de-personalisation, (U)SIM data download */
    return sms->pid >= 0x7c && sms->pid <= 0x7f ? "for the SIM card or the modem" : NULL;
}

/* What a person wrote; NULL: no words. A voice mail notice may hold text, but no person wrote it. */
static const char *words_of(void *mem, const struct sms *sms)
{
    bool is_part = sms->concatenation.total > 1;

    if (not_by_a_person(sms) || sms->waiting.indicator >= 0)
        return NULL;
    if (sms->alphabet == SMS_8BIT && !sms->has_ports && sms->data)
        return data_text(mem, sms->data, sms->data_length, is_part || sms->is_cut_off);
    return sms->content == SMS_TEXT ? sms->text : NULL;
}

static void message_event(void *mem, const struct sms *sms, struct event *event)
{
    const char *words = words_of(mem, sms);

    event->kind = words ? EVENT_TEXT : EVENT_NOTIFICATION;
    event->text = words ? words : sms->text;
    if (sms->is_cut_off)
        event->text = talloc_asprintf(mem, "%s…", event->text);
    event->why = not_by_a_person(sms);
    if (words && sms->concatenation.total > 1) {
        event->kind = EVENT_PART;
        event->reference = sms->concatenation.reference + (sms->concatenation.is_wide ? PART_WIDE : 0);
        event->total = sms->concatenation.total;
        event->sequence = sms->concatenation.sequence;
    }
}

void modem_event(void *mem, const struct modem_slot *slot, const char *line, const char *imsi,
                 int64_t received_at, struct event *event)
{
    const struct sms *sms = slot->sms;

    *event = (struct event){
        .line = line, .raw = slot->pdu, .is_key_derived = true, .at = received_at, .received_at = received_at
    };
    if (!sms) {
        unreadable_event(mem, slot, event);
        return;
    }
    event->external_id = message_key(mem, sms, imsi, received_at);
    event->from =
        sms->address.is_alphanumeric ? sms->address.digits : normal_number(mem, sms->address.digits);
    event->at = sane_time(&sms->scts, received_at);
    if (sms->type == SMS_STATUS_REPORT)
        report_event(sms, event);
    else
        message_event(mem, sms, event);
}

void modem_call_event(void *mem, const struct modem_call *call, const char *line, int64_t received_at,
                      struct event *event)
{
    *event = (struct event){ .kind = EVENT_CALL,
                             .line = line,
                             .external_id =
                                 talloc_asprintf(mem, "call:%s:%lld", call->number, (long long)call->at),
                             .is_key_derived = true,
                             .from = normal_number(mem, call->number),
                             .at = call->at,
                             .received_at = received_at };
}
