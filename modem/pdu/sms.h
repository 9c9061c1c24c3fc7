/*
 * A short message in the terms of 3GPP 23.040, received or to be sent.
 */
#ifndef MODEM_PDU_SMS_H
#define MODEM_PDU_SMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sms_type { SMS_DELIVER, SMS_SUBMIT, SMS_STATUS_REPORT };

enum sms_alphabet { SMS_GSM7, SMS_8BIT, SMS_UCS2 };

/* 23.040 9.1.2.5: digits with a leading + when international; alphanumeric senders as UTF-8 text. */
struct sms_address {
    char digits[48];
    uint8_t type; /* the octet as coded: type of number and numbering plan */
    bool is_international;
    bool is_alphanumeric;
};

/*
 * 23.040 9.2.3.11. text is ISO 8601 with the offset as coded, "" when the octets are not a date; unix_time is
 * UTC seconds, 0 then.
 */
struct sms_time {
    char text[32];
    uint8_t octets[7]; /* as coded; zeros when the message has no such time */
    int64_t unix_time;
    bool is_valid;
};

/* 23.040 9.2.3.24.1 and .8; total is 0 when the message is whole. */
struct sms_concatenation {
    uint16_t reference;
    uint8_t total;
    uint8_t sequence; /* from 1 */
    bool is_wide;     /* 16-bit reference */
};

enum sms_validity { SMS_VP_NONE, SMS_VP_RELATIVE, SMS_VP_ENHANCED, SMS_VP_ABSOLUTE };

/* 23.040 9.2.3.15: what a status report's TP-ST says. */
enum sms_status_class { SMS_STATUS_DELIVERED, SMS_STATUS_PENDING, SMS_STATUS_FAILED, SMS_STATUS_RESERVED };

/* Message waiting, 23.038 section 4 or 23.040 9.2.3.24.2; indicator is -1 when the message carries none. */
struct sms_waiting {
    int indicator; /* 0 voice, 1 fax, 2 e-mail, 3 other */
    bool is_active;
    bool may_discard;
    int count; /* -1 when not stated */
};

/* What a message is for, by its protocol identifier, class and ports. */
enum sms_content {
    SMS_TEXT,
    SMS_DATA,             /* 8-bit data, or for a port */
    SMS_WAP_PUSH,         /* to port 2948 or 2949 */
    SMS_MMS_NOTIFICATION, /* a WAP push: an MMS waits to be fetched */
    SMS_FOR_SIM,          /* TP-PID 7F or 7C with class 2: data for the SIM card */
    SMS_SILENT            /* TP-PID 40, short message type 0: acknowledge and discard (23.040 9.2.3.9) */
};

struct sms {
    enum sms_type type;
    enum sms_content content;
    char smsc[48];              /* "" when the PDU carries none */
    bool has_more_messages;     /* TP-MMS: the network holds more */
    bool loop_prevention;       /* TP-LP */
    bool reply_path;            /* TP-RP */
    bool status_report;         /* TP-SRI, TP-SRR or TP-SRQ */
    bool reject_duplicates;     /* TP-RD */
    bool has_udh;               /* TP-UDHI */
    struct sms_address address; /* TP-OA, TP-DA or TP-RA */
    uint8_t mr;                 /* TP-MR */
    uint8_t pid;
    uint8_t dcs;
    enum sms_alphabet alphabet;
    bool is_compressed;        /* TP-DCS says so (23.042); the text is read as if it were not */
    bool is_cut_off;           /* TP-UDL announces more than came; only with pdu_reading.takes_damage */
    int message_class;         /* 0..3, -1 when none */
    struct sms_time scts;      /* TP-SCTS */
    struct sms_time discharge; /* TP-DT */
    uint8_t status;            /* TP-ST */
    enum sms_status_class status_class;
    enum sms_validity validity;
    int64_t validity_seconds; /* relative and enhanced */
    struct sms_time validity_until;
    struct sms_concatenation concatenation;
    bool has_ports;
    uint16_t destination_port, source_port;
    uint8_t locking_shift, single_shift; /* 23.038 table numbers, 0 the default */
    struct sms_waiting waiting;
    char *text;    /* UTF-8, without the header; for 8-bit data "" unless it is plain ASCII without a port */
    uint8_t *data; /* 8-bit user data without the header; NULL for text */
    size_t data_length;
    uint8_t *udh; /* the header's elements without UDHL */
    size_t udh_length;
    uint8_t *ud; /* TP-UD as carried, with its header: part of the message's key; NULL when there is none */
    size_t ud_length;
    size_t udl;    /* TP-UDL: septets in GSM 7-bit, octets otherwise; what came of it when is_cut_off */
    size_t length; /* octets read, the SMSC's too; octets behind them were ignored */
};

#endif
