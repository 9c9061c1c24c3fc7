/*
 * What a recording's octets are: WAV (PCM of 8 or 16 bits, A-law, mu-law) or Ogg/Opus, recognised by what
 * they say themselves, whatever the file is called.
 */
#ifndef GATEWAY_RECORDING_SOUND_H
#define GATEWAY_RECORDING_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SOUND_LEAST_MS: with less sound than this it counts as a missed call. SOUND_MOST_MS: what is longer is
 * refused. */
enum { SOUND_LEAST_MS = 2000, SOUND_MOST_MS = 30 * 60 * 1000 };

struct sound {
    const char *format; /* "wav pcm 16", "wav pcm 8", "wav a-law", "wav mu-law", "ogg opus" */
    int64_t ms;         /* of the samples that are there, whatever the header says */
    int64_t sound_ms;   /* of it, what is louder than the silence of a line without a caller */
};

/* Decodes all of it. NULL, or what it is instead and where that shows, from mem. */
const char *sound_examine(void *mem, const void *octets, size_t length, struct sound *sound);

/* Writes a mono Ogg/Opus file of some 7 kbit/s of the same. NULL, or what is wrong, from mem. The file may be
 * there in part then. */
const char *sound_make_copy(void *mem, const void *octets, size_t length, const char *path);
/* The same as WAV of 16 bits at 16 kHz, which transcribers take. */
const char *sound_make_wav(void *mem, const void *octets, size_t length, const char *path);

#endif
