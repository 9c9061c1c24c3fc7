/*
 * Recordings while they are made: the thread that carries the sound hands over frames and never waits; one
 * thread writes those of all calls, and brings them to the disk at least every second.
 */
#ifndef GATEWAY_VOICE_SOUND_TAPE_H
#define GATEWAY_VOICE_SOUND_TAPE_H

#include <stdbool.h>

#include "gateway/voice/sound/player.h"

struct tapes;
struct tape;

/* From mem. */
struct tapes *tapes_start(void *mem);
/* Ends the thread; every tape must have been closed. */
void tapes_stop(struct tapes *tapes);

/* A new file at path, WAV in A-law, its header already on the disk. NULL with errno set. Any thread. */
struct tape *tape_open(struct tapes *tapes, const char *path);

/* Takes a frame; one thread at a time. What does not fit because the disk has been slow for seconds is
 * dropped, and tape_close says so. */
void tape_put(struct tape *tape, const int16_t samples[FRAME_SAMPLES]);

/* Forgets what was recorded: the caller says it again. Not while tape_put may run. False: errno. */
bool tape_rewind(struct tape *tape);
/* All that was put so far, from mem; n 0 when it cannot be read. Waits for the disk. */
struct clip tape_replay(struct tape *tape, void *mem);

/* Waits until all is on the disk, and the header tells the length. False: some of it is missing, or could not
 * be written. Frees the tape. */
bool tape_close(struct tape *tape);

#endif
