/* Everything a person needs to mend a modem. */
#ifndef GATEWAY_COMMAND_MODEM_MODEM_PROBE_H
#define GATEWAY_COMMAND_MODEM_MODEM_PROBE_H

#include "modem/modem.h"

/* Brings the modem up as far as it goes and prints what it is, what it says, and what to do. The exit status.
 */
int modem_probe(struct modem *modem);

#endif
