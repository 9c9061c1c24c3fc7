/*
 * The certificate of the page and the API: when it ends, and telling the operators in time.
 */
#ifndef GATEWAY_CALENDAR_CERTIFICATE_H
#define GATEWAY_CALENDAR_CERTIFICATE_H

#include "gateway/turn/turn.h"

/* From so many days before its end on a certificate wants to be renewed. */
enum { CERTIFICATE_WATCH_DAYS = 21 };

/* When the first certificate of a PEM file ends, in seconds; -1: it cannot be read. */
int64_t certificate_end(const char *path);

/*
 * Tells the operators when 21, 14 and 7 days are left, and daily from 3 days on until a week has passed. Once
 * a day. False: turn_error says why.
 */
bool certificate_warn(struct turn *turn);

#endif
