/*
 * The first text: the gateway runs, texts the first cadre, and hears from them.
 */
#ifndef GATEWAY_COMMAND_SETUP_SETUP_FIRST_H
#define GATEWAY_COMMAND_SETUP_SETUP_FIRST_H

#include "gateway/config.h"

/*
 * Starts the gateway, as the service where systemd runs one for this configuration, else as a child until
 * this returns; sends the text to phone (E.164) and waits up to wait_seconds for one from there. An exit
 * code.
 */
int setup_first(void *mem, const struct config *config, const char *phone, int wait_seconds);

#endif
