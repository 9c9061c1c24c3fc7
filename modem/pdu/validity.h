/*
 * How long a message is worth keeping, TP-VP: 23.040 9.2.3.12.
 */
#ifndef MODEM_PDU_VALIDITY_H
#define MODEM_PDU_VALIDITY_H

#include <stdint.h>

#define VALIDITY_OCTETS 7 /* of the enhanced and the absolute form */

int64_t validity_relative_seconds(uint8_t period);

/* 0 when the form says nothing, or what we do not know. */
int64_t validity_enhanced_seconds(const uint8_t period[VALIDITY_OCTETS]);

/* The shortest relative period that lasts so long, at most 63 weeks. */
uint8_t validity_relative_period(int64_t seconds);

#endif
