#include "tests/support/sound.h"

#include <math.h>
#include <stdlib.h>
#include <talloc.h>

enum { RATE = 8000, GAIN = 2 };

static double uniform(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state / 4294967296.0;
}

static double gauss(unsigned *state)
{
    double sum = 0;

    for (int i = 0; i < 12; i++)
        sum += uniform(state);
    return sum - 6;
}

const char *sound_noise_name(enum sound_noise noise)
{
    static const char *const names[] = { "silence", "hum", "wind", "tractor", "hiss", "television" };

    return names[noise];
}

/* A resonance of the vocal tract: a filter of the second order. */
struct resonance {
    double a, b, gain, y1, y2;
};

static void tune(struct resonance *resonance, double hertz, double width)
{
    double radius = exp(-M_PI * width / RATE);

    resonance->a = 2 * radius * cos(2 * M_PI * hertz / RATE);
    resonance->b = -radius * radius;
    resonance->gain = 1 - radius;
}

static double resound(struct resonance *resonance, double x)
{
    double y = resonance->gain * x + resonance->a * resonance->y1 + resonance->b * resonance->y2;

    resonance->y2 = resonance->y1;
    resonance->y1 = y;
    return y;
}

/* Syllables: a consonant of 40 ms of noise, then a vowel of pulses through three resonances; every ninth is a
 * pause. */
float *sound_voice(void *mem, size_t n, double pitch)
{
    static const double vowels[][3] = {
        { 730, 1090, 2440 }, { 270, 2290, 3010 }, { 300, 870, 2240 }, { 530, 1840, 2480 }, { 570, 840, 2410 }
    };
    float *samples = talloc_array(mem, float, n);
    struct resonance tract[3] = { 0 };
    unsigned state = (unsigned)pitch;
    double phase = 0, before = 0;

    for (size_t i = 0; i < n; i++) {
        size_t syllable = i / (RATE / 5), at = i % (RATE / 5);
        double tone = pitch * (1 + 0.2 * sin(2 * M_PI * i / RATE * 1.3)), x = 0;

        if (at == 0)
            for (int k = 0; k < 3; k++)
                tune(&tract[k], vowels[(syllable * 7 + syllable / 3) % 5][k], 60 + 40 * k);
        phase += tone / RATE;
        if (syllable % 9 < 7) {
            double rise = sin(M_PI * (double)at / (RATE / 5.0));

            x = at < RATE / 25 ? 0.15 * gauss(&state) : phase >= 1 ? 8 * rise : 0;
        }
        if (phase >= 1)
            phase -= 1;

        double y = resound(&tract[0], x) + 0.6 * resound(&tract[1], x) + 0.3 * resound(&tract[2], x);

        samples[i] = (float)(GAIN * (y - 0.95 * before)); /* as lips radiate */
        before = y;
    }
    return samples;
}

static float *television(void *mem, size_t n)
{
    float *samples = sound_voice(mem, n, 210);

    for (size_t i = 0; i < n; i++) /* music below the speaker */
        samples[i] += (float)(0.01 * sin(2 * M_PI * (330 + 110 * (i / (RATE / 2) % 4)) * i / RATE));
    return samples;
}

float *sound_noise(void *mem, size_t n, enum sound_noise noise)
{
    if (noise == SOUND_TELEVISION)
        return television(mem, n);

    float *samples = talloc_zero_array(mem, float, n);
    unsigned state = 7;
    double low = 0, ring = 0, ring_before = 0;

    for (size_t i = 0; i < n; i++) {
        double t = (double)i / RATE, x;

        switch (noise) {
        case SOUND_HUM: /* of the mains */
            samples[i] = (float)(sin(2 * M_PI * 50 * t) + 0.5 * sin(2 * M_PI * 100 * t) +
                                 0.3 * sin(2 * M_PI * 150 * t) + 0.1 * sin(2 * M_PI * 450 * t));
            break;
        case SOUND_WIND: /* low noise in gusts */
            low = 0.97 * low + 0.2 * gauss(&state);
            samples[i] = (float)(low * (0.6 + 0.5 * sin(2 * M_PI * 0.3 * t) * sin(2 * M_PI * 0.17 * t + 1)));
            break;
        case SOUND_TRACTOR: /* 14 explosions a second in a box of iron */
            x = i % (RATE / 14) < 40 ? gauss(&state) : 0.05 * gauss(&state);
            x += 1.6 * ring - 0.8 * ring_before;
            ring_before = ring;
            samples[i] = (float)(ring = x);
            break;
        case SOUND_HISS:
            samples[i] = (float)gauss(&state);
            break;
        default:
            break;
        }
    }
    return samples;
}

double sound_power(const float *samples, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += samples[i] * samples[i];
    return sum / (double)n;
}

void sound_mix(float *to, const float *from, size_t n, double gain)
{
    for (size_t i = 0; i < n; i++)
        to[i] += (float)(gain * from[i]);
}

int16_t *sound_linear(void *mem, const float *samples, size_t n)
{
    int16_t *linear = talloc_array(mem, int16_t, n);

    for (size_t i = 0; i < n; i++)
        linear[i] = (int16_t)fmax(-32768, fmin(32767, samples[i] * 32768));
    return linear;
}
