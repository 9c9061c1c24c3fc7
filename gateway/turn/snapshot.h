/*
 * The understanding's tables, shared by the threads that submit: replaced while they are in use, freed when
 * the last one lets go.
 */
#ifndef GATEWAY_TURN_SNAPSHOT_H
#define GATEWAY_TURN_SNAPSHOT_H

#include "gateway/turn/turn.h"

struct snapshot;

/* Empty: snapshot_renew comes first. Freed with talloc_free when no thread holds anything. */
struct snapshot *snapshot_new(void *mem);

/* Builds new ones from the store, and puts them in place of the old. False: the old ones stay; *error from
 * mem. */
bool snapshot_renew(struct snapshot *shared, struct store *store, const struct config *config, void *mem,
                    const char **error);

/* What is in force now, until snapshot_release. */
const struct understanding *snapshot_hold(struct snapshot *shared);
void snapshot_release(struct snapshot *shared, const struct understanding *understanding);

#endif
