#include <string.h>
#include <talloc.h>

#include "modem/pdu/address.h"
#include "modem/pdu/hex.h"
#include "modem/pdu/pdu.h"
#include "modem/pdu/timestamp.h"
#include "modem/pdu/user_data.h"
#include "modem/pdu/validity.h"
#include "modem/pdu/wap_push.h"

#define MOST_OCTETS 512 /* more than any PDU has: SMSC 12, TPDU 164 at most, 300 with UDL 255 */

/* A message being read: its pointers point into the caller's octets and into text. */
struct draft {
    struct sms sms;
    char text[USER_DATA_TEXT_ROOM];
};

/* 23.040 9.2.3.1, the first octet */
enum {
    MTI = 0x03,
    MTI_DELIVER = 0,
    MTI_SUBMIT = 1,
    MTI_STATUS_REPORT = 2,
    NO_MORE_MESSAGES = 0x04,
    REJECT_DUPLICATES = 0x04,
    LOOP_PREVENTION = 0x08,
    VALIDITY_FORMAT = 0x18,
    STATUS_REPORT = 0x20,
    HAS_HEADER = 0x40,
    REPLY_PATH = 0x80
};

static bool read_time(struct octets *octets, struct sms_time *time)
{
    const uint8_t *taken = octets_take(octets, TIMESTAMP_OCTETS, "the time is cut off");

    if (taken != NULL)
        timestamp_read(taken, time);
    return taken != NULL;
}

/* 23.040 9.2.3.3 */
static bool read_validity(struct octets *octets, uint8_t first, struct sms *sms)
{
    static const enum sms_validity formats[] = { SMS_VP_NONE, SMS_VP_ENHANCED, SMS_VP_RELATIVE,
                                                 SMS_VP_ABSOLUTE };
    const uint8_t *taken;

    sms->validity = formats[(first & VALIDITY_FORMAT) >> 3];
    if (sms->validity == SMS_VP_NONE)
        return true;
    taken = octets_take(octets, sms->validity == SMS_VP_RELATIVE ? 1 : VALIDITY_OCTETS,
                        "the validity period is cut off");
    if (taken == NULL)
        return false;
    if (sms->validity == SMS_VP_RELATIVE)
        sms->validity_seconds = validity_relative_seconds(taken[0]);
    else if (sms->validity == SMS_VP_ENHANCED)
        sms->validity_seconds = validity_enhanced_seconds(taken);
    else
        timestamp_read(taken, &sms->validity_until);
    return true;
}

/* 23.040 9.2.3.15 */
static enum sms_status_class class_of_status(uint8_t status)
{
    if (status <= 0x02)
        return SMS_STATUS_DELIVERED;
    if (status >= 0x20 && status <= 0x25)
        return SMS_STATUS_PENDING;
    if ((status >= 0x40 && status <= 0x49) || (status >= 0x60 && status <= 0x65))
        return SMS_STATUS_FAILED;
    return SMS_STATUS_RESERVED;
}

/* Common PCN Handset Specification B.4.2.1: a voice mail lamp, hidden in the sender's name. */
static void read_cphs_waiting(const uint8_t *address, size_t n, struct sms *sms)
{
    if (n < 4 || address[0] != 4 || address[1] != 0xD0 || (address[2] & 0x7E) != 0x10 ||
        (address[3] & 0x7E) != 0)
        return;
    sms->waiting = (struct sms_waiting){ .indicator = 0, .is_active = address[2] & 1, .count = -1 };
}

static bool read_deliver(struct octets *octets, uint8_t first, const struct pdu_reading *reading,
                         struct draft *draft)
{
    struct sms *sms = &draft->sms;
    struct octets address = *octets;

    sms->type = SMS_DELIVER;
    sms->has_more_messages = !(first & NO_MORE_MESSAGES);
    sms->loop_prevention = first & LOOP_PREVENTION;
    sms->reply_path = first & REPLY_PATH;
    if (!address_read(octets, reading->takes_damage, &sms->address))
        return false;
    sms->pid = octets_one(octets, "no protocol identifier");
    sms->dcs = octets_one(octets, "no data coding scheme");
    if (!read_time(octets, &sms->scts) || !user_data_read(octets, sms, reading, draft->text))
        return false;
    if (sms->waiting.indicator < 0)
        read_cphs_waiting(address.next, address.left, sms);
    return true;
}

static bool read_submit(struct octets *octets, uint8_t first, const struct pdu_reading *reading,
                        struct draft *draft)
{
    struct sms *sms = &draft->sms;

    sms->type = SMS_SUBMIT;
    sms->reject_duplicates = first & REJECT_DUPLICATES;
    sms->reply_path = first & REPLY_PATH;
    sms->mr = octets_one(octets, "no message reference");
    if (!address_read(octets, reading->takes_damage, &sms->address))
        return false;
    sms->pid = octets_one(octets, "no protocol identifier");
    sms->dcs = octets_one(octets, "no data coding scheme");
    return read_validity(octets, first, sms) && user_data_read(octets, sms, reading, draft->text);
}

enum { HAS_PID = 0x01, HAS_DCS = 0x02, HAS_USER_DATA = 0x04, HAS_MORE_INDICATORS = 0x80 };

static bool read_announced(struct octets *octets, uint8_t indicator, const struct pdu_reading *reading,
                           struct draft *draft)
{
    struct sms *sms = &draft->sms;

    if (indicator & HAS_PID)
        sms->pid = octets_one(octets, "no protocol identifier");
    if (indicator & HAS_DCS)
        sms->dcs = octets_one(octets, "no data coding scheme");
    if (indicator & HAS_USER_DATA)
        return user_data_read(octets, sms, reading, draft->text);
    return octets->why == NULL;
}

/*
 * Reads the parameters behind TP-ST that TP-PI announces (23.040 9.2.3.27). Some service centres set all bits
 * of TP-PI and send no parameters: then the report is kept without them.
 */
static bool read_parameters(struct octets *octets, const struct pdu_reading *reading, struct draft *draft)
{
    uint8_t indicator = octets->left > 0 ? octets_one(octets, "") : 0;
    struct octets before = *octets;
    struct sms sms = draft->sms;

    if (indicator <= (HAS_PID | HAS_DCS | HAS_USER_DATA))
        return read_announced(octets, indicator, reading, draft);
    for (uint8_t more = indicator; more & HAS_MORE_INDICATORS;)
        more = octets_one(octets, "no more indicators");
    if (!read_announced(octets, indicator, reading, draft)) {
        *octets = before;
        draft->sms = sms;
        draft->text[0] = '\0';
    }
    return true;
}

static bool read_status_report(struct octets *octets, uint8_t first, const struct pdu_reading *reading,
                               struct draft *draft)
{
    struct sms *sms = &draft->sms;

    sms->type = SMS_STATUS_REPORT;
    sms->has_more_messages = !(first & NO_MORE_MESSAGES);
    sms->loop_prevention = first & LOOP_PREVENTION;
    sms->mr = octets_one(octets, "no message reference");
    if (!address_read(octets, reading->takes_damage, &sms->address) || !read_time(octets, &sms->scts) ||
        !read_time(octets, &sms->discharge))
        return false;
    sms->status = octets_one(octets, "no status");
    sms->status_class = class_of_status(sms->status);
    return octets->why == NULL && read_parameters(octets, reading, draft);
}

static bool read_tpdu(struct octets *octets, const struct pdu_reading *reading, struct draft *draft)
{
    uint8_t first = octets_one(octets, "no TPDU");
    unsigned type = first & MTI;

    if (octets->why != NULL)
        return false;
    draft->sms.status_report = first & STATUS_REPORT;
    draft->sms.has_udh = first & HAS_HEADER;
    if (reading->from_mobile)
        return type == MTI_SUBMIT ? read_submit(octets, first, reading, draft)
                                  : octets_refuse(octets, "no SUBMIT");
    if (type == MTI_DELIVER)
        return read_deliver(octets, first, reading, draft);
    return type == MTI_STATUS_REPORT ? read_status_report(octets, first, reading, draft)
                                     : octets_refuse(octets, "neither DELIVER nor STATUS-REPORT");
}

static bool read_smsc(struct octets *octets, struct sms *sms)
{
    struct sms_address smsc = { .digits = "" };

    if (!address_read_smsc(octets, &smsc))
        return false;
    memcpy(sms->smsc, smsc.digits, sizeof(sms->smsc));
    return true;
}

/* 23.040 9.2.3.9 and, for ports, 9.2.3.24.4 */
static enum sms_content content_of(const struct sms *sms)
{
    bool is_push = sms->has_ports &&
                   (sms->destination_port == WAP_PUSH_PORT || sms->destination_port == WAP_PUSH_SECURE_PORT);

    if (sms->type == SMS_DELIVER && sms->pid == 0x40)
        return SMS_SILENT;
    if (sms->message_class == 2 && (sms->pid == 0x7F || sms->pid == 0x7C))
        return SMS_FOR_SIM;
    if (is_push && sms->concatenation.sequence <= 1 && wap_push_is_mms(sms->data, sms->data_length))
        return SMS_MMS_NOTIFICATION;
    if (is_push)
        return SMS_WAP_PUSH;
    if (sms->has_ports || sms->is_compressed || (sms->alphabet == SMS_8BIT && sms->text[0] == '\0'))
        return SMS_DATA;
    return SMS_TEXT;
}

/* The pointer into the copy of TP-UD for a pointer into the original. */
static uint8_t *moved(const struct sms *draft, const struct sms *sms, const uint8_t *pointer)
{
    return pointer != NULL ? sms->ud + (pointer - draft->ud) : NULL;
}

/* Copies the message with its texts into one block, which is many times faster than a block for each. */
static struct sms *keep(void *mem, const struct sms *draft)
{
    size_t text_length = strlen(draft->text);
    struct sms *sms = talloc_size(mem, sizeof(*sms) + draft->ud_length + text_length + 1);

    talloc_set_name_const(sms, "struct sms");
    *sms = *draft;
    sms->ud = draft->ud != NULL ? (uint8_t *)(sms + 1) : NULL;
    sms->udh = moved(draft, sms, draft->udh);
    sms->data = moved(draft, sms, draft->data);
    sms->text = (char *)(sms + 1) + draft->ud_length;
    if (sms->ud != NULL)
        memcpy(sms->ud, draft->ud, draft->ud_length);
    memcpy(sms->text, draft->text, text_length + 1);
    return sms;
}

static struct sms *refuse(void *mem, const char **error, const char *why, size_t where)
{
    if (error != NULL)
        *error = talloc_asprintf(mem, "octet %zu: %s", where, why);
    return NULL;
}

struct sms *pdu_decode_as(void *mem, const uint8_t *octets, size_t n, const struct pdu_reading *reading,
                          const char **error)
{
    struct octets left = octets_of(octets, n);
    struct draft draft;

    draft.sms = (struct sms){ .message_class = -1, .waiting.indicator = -1, .text = draft.text };
    draft.text[0] = '\0';
    if ((reading->has_smsc && !read_smsc(&left, &draft.sms)) || !read_tpdu(&left, reading, &draft))
        return refuse(mem, error, left.why, left.where);
    draft.sms.content = content_of(&draft.sms);
    draft.sms.length = n - left.left;
    return keep(mem, &draft.sms);
}

struct sms *pdu_decode_octets(void *mem, const uint8_t *octets, size_t n, bool has_smsc, bool from_mobile,
                              const char **error)
{
    const struct pdu_reading reading = { .has_smsc = has_smsc, .from_mobile = from_mobile };

    return pdu_decode_as(mem, octets, n, &reading, error);
}

struct sms *pdu_decode(void *mem, const char *hex, bool has_smsc, bool from_mobile, const char **error)
{
    uint8_t octets[MOST_OCTETS];
    size_t digits = strlen(hex), where;
    const char *fault;

    if (digits / 2 > sizeof(octets))
        return refuse(mem, error, "longer than any PDU", sizeof(octets));
    if (digits % 2 != 0 || !hex_read(hex, digits / 2, octets)) {
        fault = hex_fault(hex, &where);
        return refuse(mem, error, fault, where);
    }
    return pdu_decode_octets(mem, octets, digits / 2, has_smsc, from_mobile, error);
}

struct sms *pdu_decode_damaged(void *mem, const char *hex, const char **error)
{
    const struct pdu_reading reading = { .has_smsc = true, .takes_damage = true };
    uint8_t octets[MOST_OCTETS];
    size_t n = strspn(hex, "0123456789ABCDEFabcdef") / 2;

    if (n > sizeof(octets))
        n = sizeof(octets);
    hex_read(hex, n, octets);
    return pdu_decode_as(mem, octets, n, &reading, error);
}
