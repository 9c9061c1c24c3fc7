/*
 * The first text: starts the gateway, texts the first cadre and waits for an answer.
 */
#ifndef GATEWAY_COMMAND_SETUP_SETUP_FIRST_H
#define GATEWAY_COMMAND_SETUP_SETUP_FIRST_H

#include "gateway/config.h"

/*
 * Starts the gateway: as the service if systemd has one for this configuration, else as a child process that
 * ends when this returns. Sends the text to phone (E.164) and waits up to wait_seconds for a text from it.
 * Returns an exit code.
 */
int setup_first(void *mem, const struct config *config, const char *phone, int wait_seconds);

#endif
