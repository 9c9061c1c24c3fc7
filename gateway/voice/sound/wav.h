/*
 * Sound files of prompts, as clips. Whatever libsndfile reads is taken; more channels become one, any rate
 * becomes 8,000 samples a second.
 */
#ifndef GATEWAY_VOICE_SOUND_WAV_H
#define GATEWAY_VOICE_SOUND_WAV_H

#include "gateway/voice/sound/player.h"

/* A file, from mem. n 0: *why says what is wrong, from mem. */
struct clip wav_read(void *mem, const char *path, const char **why);
/* The same of octets in memory. */
struct clip wav_decode(void *mem, const void *octets, size_t length, const char **why);

/* Writes IMA ADPCM, 4 bits a sample, through PATH.new. NULL, or what is wrong, from mem. */
const char *wav_write(void *mem, const char *path, struct clip clip);

#endif
