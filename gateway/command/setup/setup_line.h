/*
 * The line for texts that setup configures: a modem, which it finds and tries, or a provider.
 */
#ifndef GATEWAY_COMMAND_SETUP_SETUP_LINE_H
#define GATEWAY_COMMAND_SETUP_SETUP_LINE_H

#include "gateway/command/setup/answers.h"

/*
 * Asks until there is a line, and returns its section for the configuration at path, from mem. A provider's
 * secret is written to credentials/NAME beside the configuration; whether it replaces an older one is asked.
 * NULL after printing why there is no line.
 */
const char *setup_line(void *mem, struct answers *answers, const char *path);

/* Whether a text can be put between quotation marks in a configuration. */
bool setup_is_plain(const char *text);

#endif
