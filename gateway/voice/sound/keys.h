/*
 * Keys pressed during a call, each once however it arrives: as a tone in the sound (ITU-T Q.23), as an RTP
 * event (RFC 4733), as a modem's notice, or as two of them.
 */
#ifndef GATEWAY_VOICE_SOUND_KEYS_H
#define GATEWAY_VOICE_SOUND_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/voice/sound/frame.h"

struct keys;

/* From mem. */
struct keys *keys_new(void *mem);

/* Listens to the next frame for tones. */
void keys_hear(struct keys *keys, const int16_t samples[FRAME_SAMPLES]);

/* An RFC 4733 event: 0 to 15 are 0-9, *, #, A-D (3.2); others are no keys. All packets of one key bear the
 * RTP timestamp of its beginning, so repeated and lost packets change nothing (2.3.5). */
void keys_event(struct keys *keys, int event, uint32_t timestamp);

/* Takes a modem's notice that this key was pressed. It may come twice, and the tone may come before or after
 * it. */
void keys_notice(struct keys *keys, char key);

/* The next key, '0'-'9', '*', '#', 'A'-'D', in the order pressed; 0: none. */
char keys_next(struct keys *keys);

#endif
