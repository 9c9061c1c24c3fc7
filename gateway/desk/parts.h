/*
 * Messages that come in parts: every part is a row at once; the whole is understood when the last one is
 * there, or when it has waited long enough by our own clock.
 */
#ifndef GATEWAY_DESK_PARTS_H
#define GATEWAY_DESK_PARTS_H

#include "gateway/turn/turn.h"
#include "store/events.h"

/* A stored event of kind EVENT_PART; sets its outcome. The last part makes an event of kind EVENT_TEXT. */
bool parts_take(struct turn *turn, struct event *event);

/* A desk_job without argument: delivers what has waited config->part_timeout seconds, its gaps marked. */
bool parts_expire(struct turn *turn, void *arg);

#endif
