/*
 * The understanding's tables, shared by the threads that submit: replaced while they are in use, freed when
 * the last one lets go.
 */
#ifndef GATEWAY_TURN_SNAPSHOT_H
#define GATEWAY_TURN_SNAPSHOT_H

#include "gateway/turn/turn.h"

struct shared_tables;

/* Empty: tables_renew comes first. Freed with talloc_free when no thread holds anything. */
struct shared_tables *tables_new(void *mem);

/* Builds new ones from the store, and puts them in place of the old. False: the old ones stay; *error from
 * mem. */
bool tables_renew(struct shared_tables *shared, struct store *store, const struct config *config, void *mem,
                  const char **error);

/* What is in force now, until tables_release. */
const struct understanding *tables_hold(struct shared_tables *shared);
void tables_release(struct shared_tables *shared, const struct understanding *understanding);

#endif
