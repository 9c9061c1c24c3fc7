/*
 * The queue of the transcriber: one recording at a time, the oldest first, in a thread of its own, long after
 * the call was answered; a case never waits for it. What it makes of a recording is a suggestion for whoever
 * may listen: it changes nothing. Only where it tells of danger those people are told at once. A recording
 * whose caller pressed 9 is never handed over.
 */
#ifndef GATEWAY_RECORDING_TRANSCRIBER_H
#define GATEWAY_RECORDING_TRANSCRIBER_H

#include "gateway/recording/recording.h"

struct transcriber;

/* NULL: none is configured, or with *error set, from mem, it cannot start. */
struct transcriber *transcriber_start(void *mem, const struct config *config, struct desk *desk,
                                      const char **error);
/* Kills a run under way: it is not counted as a try. NULL is fine. */
void transcriber_stop(struct transcriber *transcriber);

/* Does the next one that waits, if any; wake_fd as in transcribe.h. False: none waits now, or it was stopped.
 * A failed try waits a minute, then ten, then an hour; the fourth gives it up. */
bool transcriber_do_next(const struct recorder *recorder, struct store *reader, int wake_fd);

#endif
