/*
 * Everybody who waits for a case.
 */
#ifndef GATEWAY_CALENDAR_REPORTERS_H
#define GATEWAY_CALENDAR_REPORTERS_H

#include "gateway/turn/turn.h"
#include "store/cases.h"

/* Calls tell for each who reported it, also by a case that was merged into it; own: the case that they
 * reported, which lives as long as the turn; is_reached: they are told. Who said STOP is not, nor whoever has
 * the number now. False: the store failed. */
bool reporters_each(struct turn *turn, const struct case_ *case_,
                    void (*tell)(void *arg, const struct case_ *case_, const struct case_ *own,
                                 bool is_reached),
                    void *arg);

#endif
