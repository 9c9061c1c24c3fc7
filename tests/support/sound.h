/*
 * Sounds for tests, made by rule so that every run hears the same: 8,000 samples a second.
 */
#ifndef TESTS_SUPPORT_SOUND_H
#define TESTS_SUPPORT_SOUND_H

#include <stddef.h>
#include <stdint.h>

enum sound_noise {
    SOUND_SILENCE,
    SOUND_HUM,
    SOUND_WIND,
    SOUND_TRACTOR,
    SOUND_HISS,
    SOUND_TELEVISION,
    SOUND_NOISES
};

const char *sound_noise_name(enum sound_noise noise);

/* n samples of a voice that says syllables of about 200 ms and pauses between sentences, from mem. pitch in
 * Hz. */
float *sound_voice(void *mem, size_t n, double pitch);
/* n samples of the noise. */
float *sound_noise(void *mem, size_t n, enum sound_noise noise);
/* Mean power of the samples. */
double sound_power(const float *samples, size_t n);
/* Adds from[0..n) times gain to to. */
void sound_mix(float *to, const float *from, size_t n, double gain);
/* 16-bit samples, clipped; 1.0 is full scale. */
int16_t *sound_linear(void *mem, const float *samples, size_t n);

#endif
