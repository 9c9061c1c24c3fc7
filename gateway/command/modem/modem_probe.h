/* Everything a person needs to mend a modem. */
#ifndef GATEWAY_COMMAND_MODEM_MODEM_PROBE_H
#define GATEWAY_COMMAND_MODEM_MODEM_PROBE_H

#include "modem/modem.h"

/* Starts the modem as far as possible and prints what it is, what it answers, and what to do. An exit code.
 */
int modem_probe(struct modem *modem);

#endif
