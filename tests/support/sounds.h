/*
 * Recordings for tests, made octet by octet.
 */
#ifndef TESTS_SUPPORT_SOUNDS_H
#define TESTS_SUPPORT_SOUNDS_H

#include <stddef.h>

struct sounds_wish {
    int coding; /* of WAV: 1 PCM, 6 A-law, 7 mu-law, any other is nobody's */
    int bits;   /* 8 or 16 */
    int rate, channels;
    int ms, silent_ms; /* of sound, and of silence behind it */
    unsigned seed;     /* another one, another sound */
    long claimed;      /* octets of samples as the header has it; -1: as many as there are */
};

/* A WAV, from mem. */
void *sounds_wav(void *mem, const struct sounds_wish *wish, size_t *length);
/* The usual: 16 bits at 8 kHz, so many ms. */
void *sounds_call(void *mem, int ms, unsigned seed, size_t *length);

#endif
