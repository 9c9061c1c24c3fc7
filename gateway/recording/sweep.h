/*
 * What a crash left of recordings, and files that must go.
 */
#ifndef GATEWAY_RECORDING_SWEEP_H
#define GATEWAY_RECORDING_SWEEP_H

#include "gateway/recording/recording.h"

/*
 * Finishes what was begun before a moment: a whole file becomes a case, what there is of a call's .part, too;
 * a row without a file is deleted, unless it is a call's, which was a missed one. Then names in the log each
 * file in the folder that no row knows. reader: a store of the caller's own.
 */
void sweep_begun(const struct recorder *recorder, struct store *reader, int64_t before);

/* Deletes the files of recordings that are removed (retention, erase), and says so in their rows. False: some
 * may be left. */
bool sweep_removed(const struct recorder *recorder, struct store *reader);

#endif
