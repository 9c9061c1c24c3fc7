/*
 * Service centre time stamps, 23.040 9.2.3.11: seven octets, swapped semi-octets, local time and its offset.
 */
#ifndef MODEM_PDU_TIMESTAMP_H
#define MODEM_PDU_TIMESTAMP_H

#include "modem/pdu/sms.h"

#define TIMESTAMP_OCTETS 7

/* Years 90 to 99 are 1990 to 1999. Octets that are not a date leave text "" and is_valid false. */
void timestamp_read(const uint8_t octets[TIMESTAMP_OCTETS], struct sms_time *time);

/* at is unix seconds; offset_minutes, from UTC, is cut to quarters of an hour. */
void timestamp_write(int64_t at, int offset_minutes, uint8_t octets[TIMESTAMP_OCTETS]);

#endif
