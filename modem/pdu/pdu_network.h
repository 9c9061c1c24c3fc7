/*
 * Makes what the network sends to a phone, DELIVER and STATUS-REPORT, for tests and demonstrations.
 */
#ifndef MODEM_PDU_PDU_NETWORK_H
#define MODEM_PDU_PDU_NETWORK_H

#include "modem/pdu/sms.h"

struct pdu_delivery {
    const char *from;   /* digits, a + before international ones, or a name of at most 11 septets */
    const char *text;   /* UTF-8 */
    const char *smsc;   /* digits; NULL or "" leaves it out */
    int64_t at;         /* unix seconds */
    int offset_minutes; /* of the time stamp, from UTC */
    int message_class;  /* -1 none */
    bool wants_ucs2;    /* also for a text that GSM 7-bit holds */
    bool is_data;       /* 8-bit: the octets of text are data */
    struct sms_concatenation concatenation; /* total 0: text is the whole message */
    bool has_more_messages;
};

/*
 * One DELIVER with its SMSC octets, as upper-case hex from mem. NULL, *error a constant, when the sender is
 * no address or the text does not fit one message.
 */
char *pdu_encode_deliver(void *mem, const struct pdu_delivery *delivery, const char **error);

/* The same for a text of any length: as many DELIVERs as it needs, concatenated under this reference. */
bool pdu_encode_deliveries(void *mem, const struct pdu_delivery *delivery, uint16_t reference, char ***hex,
                           size_t *n, const char **error);

struct pdu_report {
    uint8_t mr;     /* TP-MR of the SUBMIT it is about */
    const char *to; /* its TP-DA */
    const char *smsc;
    int64_t sent_at;    /* unix seconds: TP-SCTS */
    int64_t settled_at; /* TP-DT */
    int offset_minutes;
    uint8_t status; /* TP-ST, 23.040 9.2.3.15 */
};

/* One STATUS-REPORT with its SMSC octets, as upper-case hex from mem; NULL like pdu_encode_deliver. */
char *pdu_encode_report(void *mem, const struct pdu_report *report, const char **error);

#endif
