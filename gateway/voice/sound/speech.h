/*
 * Tells speech from silence: speech is louder than the noise of the place, which is learned while listening,
 * and parts of it have a pitch. So a hum or an engine is silence once it has lasted, gusts of wind are
 * silence, and so is a television behind a voice that is louder by 10 dB.
 */
#ifndef GATEWAY_VOICE_SOUND_SPEECH_H
#define GATEWAY_VOICE_SOUND_SPEECH_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/voice/sound/frame.h"

enum { SPEECH_WINDOWS = 8 };

struct speech {
    int spoken_ms; /* of speech so far, short pauses included */
    int quiet_ms;  /* since the last of it, or since the beginning */
    bool is_on;    /* somebody speaks now, or paused for less than half a second */
    bool is_now;   /* in this very frame */

    /* its own; levels are in dB of a full-scale square wave */
    double low_in, low_out, band_in, band_out; /* of two high-pass filters */
    float heard[2 * FRAME_SAMPLES];            /* this frame and the one before, filtered */
    double lowest[SPEECH_WINDOWS], lowest_now; /* of the last windows, and of the one that runs */
    double mean;                               /* power of the last 0.2 s or so */
    double loudest;                            /* of the voice; it fades */
    int window, in_window, loud, pitched, hangover_ms;
};

/* Of a call that begins: nothing is known of its noise. */
void speech_begin(struct speech *speech);
/* Counts speech from now; what is known of the noise stays. */
void speech_restart(struct speech *speech);
/* Takes the next frame. */
void speech_hear(struct speech *speech, const int16_t samples[FRAME_SAMPLES]);

#endif
