/*
 * Texts to the people who run the gateway: a line is down, the balance is low, the disk is nearly full.
 */
#ifndef GATEWAY_DESK_ALERT_H
#define GATEWAY_DESK_ALERT_H

#include "gateway/desk/desk.h"
#include "gateway/turn/turn.h"

/*
 * Texts config->operator_phone and everybody with the role operator, if possible by another line than the one
 * that the alert is about. name: its template ("alert-line-down"); line: "" for none; number and words:
 * values for the template. Does not wait. From any thread.
 */
void alert_post(struct desk *desk, const char *name, const char *line, long number, const char *words);

/* The same inside a turn, and committed with it. False: turn->error says why. */
bool alert_tell(struct turn *turn, const char *name, const char *line, long number, const char *words);

#endif
