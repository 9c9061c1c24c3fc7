/*
 * Concatenated messages: each part is stored at once; the whole is handled when the last part is there, or
 * after config->part_timeout seconds of our own clock.
 */
#ifndef GATEWAY_DESK_PARTS_H
#define GATEWAY_DESK_PARTS_H

#include "gateway/turn/turn.h"
#include "store/events.h"

/* A stored event of kind EVENT_PART; sets its outcome. The last part makes an event of kind EVENT_TEXT. */
bool parts_take(struct turn *turn, struct event *event);

/* A desk_job without argument: handles messages that have waited config->part_timeout seconds, with gaps
 * marked. */
bool parts_expire(struct turn *turn, void *arg);

#endif
