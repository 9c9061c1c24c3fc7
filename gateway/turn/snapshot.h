/*
 * The understanding (units, names, cadres) as the store had it last, shared by threads. It can be replaced
 * while in use: each one is freed when its last user releases it.
 */
#ifndef GATEWAY_TURN_SNAPSHOT_H
#define GATEWAY_TURN_SNAPSHOT_H

#include "gateway/turn/turn.h"

struct snapshot;

/* Empty: call snapshot_renew first. Free it with talloc_free when no thread holds an understanding. */
struct snapshot *snapshot_new(void *mem);

/* Builds an understanding from the store and makes it the current one. False: the old one stays; *error from
 * mem. */
bool snapshot_renew(struct snapshot *snapshot, struct store *store, const struct config *config, void *mem,
                    const char **error);

/* The current understanding, valid until snapshot_release. */
const struct understanding *snapshot_hold(struct snapshot *snapshot);
void snapshot_release(struct snapshot *snapshot, const struct understanding *understanding);

#endif
