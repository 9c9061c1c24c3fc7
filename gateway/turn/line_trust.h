/*
 * Which lines prove their senders' numbers: a modem's network does, a provider where the configuration says
 * so, the centre for those whom it lets give orders. The API, calls over a trunk and unknown lines never do.
 */
#ifndef GATEWAY_TURN_LINE_TRUST_H
#define GATEWAY_TURN_LINE_TRUST_H

#include "gateway/config.h"

/* Under which line something is counted for a sender: "" for all lines that prove the number, else the line's
 * own name, so that nobody uses up what is another's by writing their number. */
const char *line_trust_key(const struct config *config, const char *line);

#endif
