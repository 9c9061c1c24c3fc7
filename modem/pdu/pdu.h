/*
 * PDUs of short messages, 3GPP 23.040, as a modem gives and takes them in PDU mode.
 */
#ifndef MODEM_PDU_PDU_H
#define MODEM_PDU_PDU_H

#include "modem/pdu/sms.h"

/*
 * pdu_decode.c: reads one PDU from hex in either case. has_smsc: the SMSC's octets stand in front, as in
 * +CMGL. from_mobile: true reads a SUBMIT, false a DELIVER or STATUS-REPORT, which the network sends. The
 * result is allocated from mem in one block with its texts. NULL when the PDU is refused: *error (unless
 * error is NULL), also from mem, says what is wrong and at which octet. Octets behind the end are ignored.
 */
struct sms *pdu_decode(void *mem, const char *hex, bool has_smsc, bool from_mobile, const char **error);

/* pdu_decode.c: the same from octets. */
struct sms *pdu_decode_octets(void *mem, const uint8_t *octets, size_t n, bool has_smsc, bool from_mobile,
                              const char **error);

/* What a PDU does not say about itself. */
struct pdu_reading {
    bool has_smsc;
    bool from_mobile;
    bool takes_damage; /* accept user data that is cut off behind its header, and a type of address without
                          its first bit (23.040 9.1.2.5) */
    uint8_t locking_shift, single_shift; /* tables for septets whose header names none; 0: the default */
};

/*
 * pdu_decode.c: the same from hex that a modem or SIM has damaged, with its SMSC octets: by takes_damage, and
 * without an odd last digit and whatever follows the hex digits. Only for what was read alike twice.
 */
struct sms *pdu_decode_damaged(void *mem, const char *hex, const char **error);

/* pdu_decode.c: the same, with all of that given. */
struct sms *pdu_decode_as(void *mem, const uint8_t *octets, size_t n, const struct pdu_reading *reading,
                          const char **error);

struct pdu_part {
    uint8_t *octets; /* SMSC length octet 00 first, then the TPDU */
    size_t length;   /* of octets; AT+CMGS wants length - 1 */
    char *text;      /* UTF-8: what this part carries */
};

struct pdu_message {
    const char *to;   /* ^\+?[0-9]{3,20}$ */
    const char *text; /* UTF-8 */
    int reference;    /* of the concatenation, 0..255 */
    bool wants_report;
    int message_class; /* -1 none */
    int64_t
        validity_seconds;    /* 0: none; rounded up to what 23.040 9.2.3.12.1 can express, at most 63 weeks */
    bool has_wide_reference; /* reference is 0..65535, and a part holds 152 septets or 66 units */
};

/*
 * pdu_encode.c: makes the SUBMIT PDUs for a text: GSM 7-bit when all of it is in the default table and its
 * extension, else UCS-2; cut at 160/153 septets or 70/67 units, never inside an escape or surrogate pair.
 * *parts is allocated from mem. False for a number or a text that cannot be sent; *error is a constant.
 */
bool pdu_encode(void *mem, const struct pdu_message *message, struct pdu_part **parts, size_t *n,
                enum sms_alphabet *alphabet, const char **error);

#endif
