/*
 * Texts that were asked about, and whose senders never said what they meant: nothing is lost, so after a day
 * the text becomes a case, or joins the open one that it spoke of.
 */
#ifndef GATEWAY_CASE_UNANSWERED_H
#define GATEWAY_CASE_UNANSWERED_H

#include "gateway/turn/turn.h"
#include "store/cases.h"

/* How the reason of an event begins whose text was taken for something else than a complaint; and what it is
 * where we asked. */
#define TAKEN_FOR "taken for "
#define ASKED_MEANING TAKEN_FOR "words that are not clear"
#define ASKED_RATING TAKEN_FOR "a rating that is not clear"

/* Takes them up; taken is told of each. A rating that was asked back only where it looks like a matter.
 * False: the store failed. */
bool unanswered_take_up(struct turn *turn, void (*taken)(void *arg, const struct case_ *case_), void *arg);

#endif
