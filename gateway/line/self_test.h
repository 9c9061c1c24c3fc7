/*
 * Once a day, in the daytime, each line that answers calls is called by another of our lines, which hangs up
 * when it rings, so that nobody pays. A line that does not ring, which callers hear as switched off and no
 * modem reports, raises an alert. The store keeps when a line rang ("rang.NAME") and when it was tried
 * ("tried.NAME").
 */
#ifndef GATEWAY_LINE_SELF_TEST_H
#define GATEWAY_LINE_SELF_TEST_H

#include "gateway/line/line.h"
#include "modem/modem.h"

/* Calls the next line that answers calls, if it is time. Takes up to 40 s, in which no text is sent. */
void self_test_call(struct line *line, struct modem *modem);

/* Whether the call comes from another of our lines. If so, notes it and refuses the call. */
bool self_test_is_called(struct line *line, struct modem *modem, const char *number);

#endif
