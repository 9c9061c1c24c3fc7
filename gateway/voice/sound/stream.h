/*
 * Puts the frames of an RTP stream back in order (RFC 3550): packets may come twice, late, in any order, or
 * not at all. What comes out follows the stream's own timestamps, so a recording has its true length: a frame
 * that is missing while later ones wait is made up from its neighbours, and a silence that was never sent is
 * filled in.
 */
#ifndef GATEWAY_VOICE_SOUND_STREAM_H
#define GATEWAY_VOICE_SOUND_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/voice/sound/frame.h"

struct stream;

/* From mem. */
struct stream *stream_new(void *mem);

/* Samples that begin at the timestamp; n is any number, packets of 10 to 60 ms are usual. What comes too late
 * or far off is dropped; a stream that begins anew elsewhere is followed after some packets. */
void stream_put(struct stream *stream, uint32_t timestamp, const int16_t *samples, int n);

enum stream_frame {
    STREAM_NONE,  /* nothing is there yet: the stream has paused, or its next packet is late */
    STREAM_HEARD, /* a frame that came */
    STREAM_MADE   /* one that did not come, and later ones did */
};

/* The next frame; call it every 20 ms, and again while stream_is_behind: the stream's clock runs faster than
 * ours, or what was late has come. */
enum stream_frame stream_take(struct stream *stream, int16_t samples[FRAME_SAMPLES]);
bool stream_is_behind(const struct stream *stream);
/* Takes out what still waits, at the end of a call: STREAM_NONE when nothing is left. */
enum stream_frame stream_drain(struct stream *stream, int16_t samples[FRAME_SAMPLES]);

#endif
