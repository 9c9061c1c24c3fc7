/*
 * Addresses in short messages: numbers as semi-octets, names as septets. 23.040 9.1.2.3 and 9.1.2.5.
 */
#ifndef MODEM_PDU_ADDRESS_H
#define MODEM_PDU_ADDRESS_H

#include "modem/pdu/octets.h"
#include "modem/pdu/sms.h"

#define ADDRESS_ROOM 12 /* octets of the longest: length, type, 20 digits */

/*
 * TP-OA, TP-DA and TP-RA: the length counts digits. False, with the reason in octets, for more than 20 of
 * them and, unless takes_any_type, for a type of address without its first bit.
 */
bool address_read(struct octets *octets, bool takes_any_type, struct sms_address *address);

/* The SMSC's, before a TPDU: the length counts octets, that of the type too; 0 leaves the address empty. */
bool address_read_smsc(struct octets *octets, struct sms_address *address);

/* Writes a + and digits, digits with * # a b c, or else a name of at most 11 septets. Returns the octets
 * written; 0 when it is none of these. */
size_t address_write(const char *address, uint8_t octets[ADDRESS_ROOM]);

/* The same as an SMSC address; NULL or "" gives the single octet 00. */
size_t address_write_smsc(const char *smsc, uint8_t octets[ADDRESS_ROOM]);

#endif
