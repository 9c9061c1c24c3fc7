/*
 * What a caller hears: clips one behind the other, cut off at once when a key is pressed.
 */
#ifndef GATEWAY_VOICE_SOUND_PLAYER_H
#define GATEWAY_VOICE_SOUND_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/voice/sound/frame.h"

enum { PLAYER_CLIPS = 64 };

/* Samples that somebody else keeps for as long as they may be played. */
struct clip {
    const int16_t *samples;
    size_t n;
};

struct player {
    struct clip clips[PLAYER_CLIPS];
    size_t first, n; /* of clips that wait or play, a ring */
    size_t at;       /* in the first */
};

/* Adds a clip; an empty one is nothing. False: too many wait. */
bool player_add(struct player *player, struct clip clip);
/* Drops all of it. */
void player_stop(struct player *player);
bool player_is_done(const struct player *player);
/* Fills in the next frame, silence where nothing is left. */
void player_fill(struct player *player, int16_t samples[FRAME_SAMPLES]);

/* A tone of 300 ms at 1,000 Hz: speak now. */
struct clip player_tone(void);
/* One ringing tone: 1 s of 450 Hz and 4 s of silence. */
struct clip player_ring(void);
/* Silence of at most a second. */
struct clip player_pause(int ms);

#endif
