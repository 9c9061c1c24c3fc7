/*
 * TP-UDL and TP-UD: the header, then text or data. 23.040 9.2.3.16 and 9.2.3.24.
 */
#ifndef MODEM_PDU_USER_DATA_H
#define MODEM_PDU_USER_DATA_H

#include "modem/pdu/gsm7.h"
#include "modem/pdu/octets.h"
#include "modem/pdu/pdu.h"

#define USER_DATA_MOST 140                      /* octets of TP-UD that the network carries */
#define USER_DATA_TEXT_ROOM GSM7_UTF8_ROOM(255) /* UTF-8 of whatever an octet of length can announce */

/*
 * Reads TP-UDL and TP-UD by sms->dcs and sms->has_udh. sms->ud, udh and data point into the octets read,
 * sms->text into text. The tables of reading apply where the header names none. False, with the reason in
 * octets, when something is cut off and reading does not accept it.
 */
bool user_data_read(struct octets *octets, struct sms *sms, const struct pdu_reading *reading,
                    char text[USER_DATA_TEXT_ROOM]);

/*
 * Writes TP-UDL and TP-UD for n octets of UTF-8, behind a header when concatenation->total is not 0. Returns
 * the octets written; 0 when they are more than the network carries.
 */
size_t user_data_write(const char *text, size_t n, enum sms_alphabet alphabet,
                       const struct sms_concatenation *concatenation, uint8_t octets[1 + USER_DATA_MOST]);

#endif
