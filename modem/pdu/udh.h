/*
 * The user data header's information elements, 23.040 9.2.3.24.
 */
#ifndef MODEM_PDU_UDH_H
#define MODEM_PDU_UDH_H

#include "modem/pdu/sms.h"

#define UDH_CONCATENATION_ROOM 7 /* UDHL and one element with a 16-bit reference */

struct udh {
    struct sms_concatenation concatenation; /* total 0: none that counts */
    struct sms_concatenation stated;        /* the last such element, valid or not */
    bool has_stated;
    bool has_ports;
    uint16_t destination_port, source_port;
    uint8_t locking_shift, single_shift;
    struct sms_waiting waiting; /* indicator -1: none */
};

/*
 * Reads the n octets behind UDHL. Skips unknown elements. Of several elements of a kind, 8-bit and 16-bit
 * alike, the last counts; a concatenation with part number 0 or past the total is ignored. False when the
 * elements do not fill the header exactly: *udh is empty then, and the header must be ignored.
 */
bool udh_read(const uint8_t *elements, size_t n, struct udh *udh);

/* Writes UDHL and the element of 9.2.3.24.1 or .8. Returns the octets written; 0 when total is 0. */
size_t udh_write_concatenation(const struct sms_concatenation *concatenation,
                               uint8_t octets[UDH_CONCATENATION_ROOM]);

#endif
