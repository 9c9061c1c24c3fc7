/*
 * How texts come and go: a modem that setup finds and tries, or a provider.
 */
#ifndef GATEWAY_COMMAND_SETUP_SETUP_LINE_H
#define GATEWAY_COMMAND_SETUP_SETUP_LINE_H

#include "gateway/command/setup/answers.h"

/*
 * Asks for the line until there is one, and returns its section of the configuration at path, from mem. A
 * provider's secret is written to credentials/NAME beside the configuration. NULL after saying why there is
 * none.
 */
const char *setup_line(void *mem, struct answers *answers, const char *path);

/* Whether a text may stand between quotation marks in a configuration. */
bool setup_is_plain(const char *text);

#endif
