/*
 * Who has a number now. A number that was silent for half a year may belong to somebody else, and whoever
 * says that they never reported a case does: the cases from before are not theirs to hear of or to act on.
 */
#ifndef GATEWAY_TURN_OWNER_H
#define GATEWAY_TURN_OWNER_H

#include "gateway/turn/turn.h"
#include "store/people.h"

enum { SILENT_SECONDS = 183 * 86400 /* after this a number may have a new owner */ };

/* Whether the number has, or may have, a new owner since a case of this age was received. */
bool owner_is_past(const struct person *person, int64_t received_at);
/* The same of a phone, that need not be known. False: the store failed. */
bool owner_of_phone_is_past(struct turn *turn, const char *phone, int64_t received_at, bool *is_past);

#endif
