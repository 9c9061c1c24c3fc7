/*
 * Sound as calls carry it: 16-bit linear samples, 8,000 a second, in frames of 20 ms. Each leg (SIP, a
 * modem's audio port) turns its own coding into frames and back.
 */
#ifndef GATEWAY_VOICE_SOUND_FRAME_H
#define GATEWAY_VOICE_SOUND_FRAME_H

enum { FRAME_RATE = 8000, FRAME_MS = 20, FRAME_SAMPLES = FRAME_RATE / 1000 * FRAME_MS };

#endif
