/*
 * Texts to the people who run the gateway: a line is down, the balance is low, the disk is nearly full.
 */
#ifndef GATEWAY_DESK_ALERT_H
#define GATEWAY_DESK_ALERT_H

#include "gateway/desk/desk.h"

/*
 * Tells config->operator_phone and everybody whose role is operator, by another line than the one it is about
 * where there is one. name: of the text ("alert-line-down"); line: what it is about, "" none; number and
 * words: what the text may say. Does not wait; from any thread.
 */
void alert_post(struct desk *desk, const char *name, const char *line, long number, const char *words);

#endif
