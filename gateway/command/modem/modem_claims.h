/*
 * Which devices a configuration claims, so that no other program talks to its modems.
 */
#ifndef GATEWAY_COMMAND_MODEM_MODEM_CLAIMS_H
#define GATEWAY_COMMAND_MODEM_MODEM_CLAIMS_H

#include <stdbool.h>

/*
 * Whether device, as a configuration writes it, is the one that udev's properties in the environment describe
 * (DEVNAME, ID_SERIAL_SHORT, ID_VENDOR_ID ...): one of its ports, or the USB device that has the port.
 */
bool modem_claims(void *mem, const char *device);

#endif
