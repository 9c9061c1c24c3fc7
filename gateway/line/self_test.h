/*
 * Once a day, in the daytime, a line that answers calls is called by another one of ours, which hangs up when
 * it rings: nobody pays, and a line that callers hear as switched off, which no modem says, is an alert. What
 * rang is kept in the store ("rang.NAME"), when a line was tried, too ("tried.NAME").
 */
#ifndef GATEWAY_LINE_SELF_TEST_H
#define GATEWAY_LINE_SELF_TEST_H

#include "gateway/line/line.h"
#include "modem/modem.h"

/* Calls the next line that answers calls if it is time, for up to 40 s. Texts wait meanwhile. */
void self_test_call(struct line *line, struct modem *modem);

/* Whether a call comes from another line of ours. If so, it is noted and refused. */
bool self_test_is_called(struct line *line, struct modem *modem, const char *number);

#endif
