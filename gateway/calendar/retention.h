/*
 * How long words are kept, by the configuration's retention { }.
 */
#ifndef GATEWAY_CALENDAR_RETENTION_H
#define GATEWAY_CALENDAR_RETENTION_H

#include "gateway/turn/turn.h"
#include "store/recordings.h"
#include "store/upkeep/retain.h"

/* The moment before which words are no longer kept; 0: they are kept for ever. */
int64_t retention_before(const struct config *config, int64_t now);

/* The same of recordings. */
int64_t retention_recordings_before(const struct config *config, int64_t now);

/* What the calendar removes in a day: a part of it, when there is much. *cases counts. False: store_error
 * says why. */
bool retention_run(struct turn *turn, int64_t *cases);

#endif
