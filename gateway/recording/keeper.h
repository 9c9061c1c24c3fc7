/*
 * The thread that tends the recordings: makes the copies to listen to, off the path of those that bring them;
 * deletes files that retention has given up; looks once an hour for what was begun and never finished.
 */
#ifndef GATEWAY_RECORDING_KEEPER_H
#define GATEWAY_RECORDING_KEEPER_H

#include "gateway/recording/recording.h"

struct keeper;

/* Finishes first what the last stop left, before anybody can bring something new. NULL: *error says why, from
 * mem; also, with *error NULL, where no recording can be kept (a store in memory). */
struct keeper *keeper_start(void *mem, const struct config *config, struct desk *desk, const char **error);

/* There is something to do: a recording was filed, or a file must go. From any thread; without a keeper,
 * nothing. */
void keeper_wake(void);

/* NULL is fine. */
void keeper_stop(struct keeper *keeper);

/* Makes the copies that are still to be made; for a subcommand or a test without the thread. False: some may
 * be left. */
bool keeper_make_copies(const struct recorder *recorder, struct store *reader);

#endif
