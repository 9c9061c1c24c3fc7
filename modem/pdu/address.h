/*
 * Addresses in short messages: numbers as semi-octets, names as septets. 23.040 9.1.2.3 and 9.1.2.5.
 */
#ifndef MODEM_PDU_ADDRESS_H
#define MODEM_PDU_ADDRESS_H

#include "modem/pdu/octets.h"
#include "modem/pdu/sms.h"

#define ADDRESS_ROOM 12 /* octets of the longest: length, type, 20 digits */

/* TP-OA, TP-DA, TP-RA: the length counts digits. False, with the reason in octets, past 20 of them. */
bool address_read(struct octets *octets, struct sms_address *address);

/* The SMSC's, which stands before a TPDU: the length counts octets, the type's too; 0 leaves all empty. */
bool address_read_smsc(struct octets *octets, struct sms_address *address);

/* A + and digits, digits with * # a b c, or else a name of at most 11 septets; octets written, 0: it is none.
 */
size_t address_write(const char *address, uint8_t octets[ADDRESS_ROOM]);

/* The same as an SMSC address; NULL or "" gives the single octet 00. */
size_t address_write_smsc(const char *smsc, uint8_t octets[ADDRESS_ROOM]);

#endif
