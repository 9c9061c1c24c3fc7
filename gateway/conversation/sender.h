/*
 * Whether the sender's number is proven (line_trust.h), and how many wrong codes came from it. Wrong codes by
 * a line that proves nothing lock that line alone: nobody can lock another person's phone by using its
 * number.
 */
#ifndef GATEWAY_CONVERSATION_SENDER_H
#define GATEWAY_CONVERSATION_SENDER_H

#include "gateway/conversation/talk.h"

/* Whether it is the number of a SIM or a provider of ours: nobody reports by it. */
bool sender_is_ours(const struct config *config, const char *phone);

/* Under which line codes are kept: "" for all lines that prove their senders, else the line's own name. */
const char *sender_line_key(const struct talk *talk);

/* Whether the line proves the number, or a code did so by this line within the last 12 hours. */
bool sender_is_proven(struct talk *talk, bool *is_so);

/* Whether too many wrong codes came within the last hour. */
bool sender_is_locked(struct talk *talk, bool *is_so);

/* Counts a wrong code, over all codes of the phone. *left: how many more may be tried; 0 locks for an hour.
 */
bool sender_count_wrong(struct talk *talk, int *left);

/* The code was right: the count begins anew, and the number is proven on this line for 12 hours. */
bool sender_prove(struct talk *talk);

#endif
