/*
 * TP-DCS, the data coding scheme of a short message: 23.038 section 4.
 */
#ifndef MODEM_PDU_DCS_H
#define MODEM_PDU_DCS_H

#include "modem/pdu/sms.h"

struct dcs {
    enum sms_alphabet alphabet;
    int message_class; /* 0..3, -1 none */
    bool is_compressed;
    struct sms_waiting waiting; /* indicator -1: none */
};

/* Reserved codings mean the default alphabet. */
struct dcs dcs_read(uint8_t octet);

/* The octet for an alphabet and a message class, -1 for no class. */
uint8_t dcs_write(enum sms_alphabet alphabet, int message_class);

#endif
