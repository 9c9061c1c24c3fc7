/*
 * The validity period of a message, TP-VP: 23.040 9.2.3.12.
 */
#ifndef MODEM_PDU_VALIDITY_H
#define MODEM_PDU_VALIDITY_H

#include <stdint.h>

#define VALIDITY_OCTETS 7 /* of the enhanced and the absolute form */

/* What an octet of the relative form means, 9.2.3.12.1: 5 minutes to 63 weeks. */
int64_t validity_relative_seconds(uint8_t period);

/* 9.2.3.12.3; 0 when the form gives no period, or is reserved. */
int64_t validity_enhanced_seconds(const uint8_t period[VALIDITY_OCTETS]);

/* The octet of the shortest relative period that lasts at least so long; 63 weeks when none does. */
uint8_t validity_relative_period(int64_t seconds);

#endif
