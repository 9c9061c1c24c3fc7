#include "gateway/voice/sound/speech.h"

#include <math.h>
#include <string.h>

enum {
    WINDOW_FRAMES = 25, /* half a second */
    LOUD_FRAMES = 3,    /* in a row: a knock is shorter */
    PITCHED_FRAMES = 3, /* of them */
    HANGOVER_MS = 500,  /* of a pause within speech */
    LAG_LEAST = FRAME_RATE / 400,
    LAG_MOST = FRAME_RATE / 60
};
static const double POLE = 0.81; /* high-pass at 300 Hz: voices are above, engines, wind and mains below */
static const double SILENT_DB = -62;      /* no voice on a working line is as low */
static const double ABOVE_DB = 7;         /* of speech over the noise */
static const double BELOW_LOUDEST_DB = 7; /* a voice behind the caller's is lower than this */
static const double FADE_DB = 0.004;      /* of the loudest, a frame: 0.2 dB a second */
static const double SMOOTHING = 0.1;
static const double PITCH = 0.6; /* least autocorrelation of a frame that has one */

void speech_begin(struct speech *speech)
{
    *speech = (struct speech){ .loudest = SILENT_DB };
}

void speech_restart(struct speech *speech)
{
    speech->spoken_ms = speech->quiet_ms = 0;
    speech->loud = speech->pitched = speech->hangover_ms = 0;
    speech->is_on = speech->is_now = false;
    speech->loudest = SILENT_DB;
}

/* y[n] = POLE (y[n-1] + x[n] - x[n-1]), twice. The level of the frame. */
static double filter(struct speech *speech, const int16_t *samples)
{
    double sum = 0;

    memmove(speech->heard, speech->heard + FRAME_SAMPLES, FRAME_SAMPLES * sizeof *speech->heard);
    for (int i = 0; i < FRAME_SAMPLES; i++) {
        double x = samples[i] / 32768.0;
        double low = POLE * (speech->low_out + x - speech->low_in);
        double band = POLE * (speech->band_out + low - speech->band_in);

        speech->low_in = x, speech->low_out = low;
        speech->band_in = low, speech->band_out = band;
        speech->heard[FRAME_SAMPLES + i] = (float)band;
        sum += band * band;
    }
    return fmax(10 * log10(sum / FRAME_SAMPLES + 1e-12), SILENT_DB);
}

/* Steady noise is at its lowest in every window; a voice pauses in one of them. */
static double learn_noise(struct speech *speech, double level)
{
    speech->lowest_now = fmin(speech->lowest_now, level);

    double noise = speech->lowest_now;

    for (int i = 0; i < SPEECH_WINDOWS; i++)
        noise = fmin(noise, speech->lowest[i]);
    if (++speech->in_window == WINDOW_FRAMES) {
        speech->lowest[speech->window] = speech->lowest_now;
        speech->window = (speech->window + 1) % SPEECH_WINDOWS;
        speech->in_window = 0;
        speech->lowest_now = 0;
    }
    return noise;
}

/* Whether the last two frames repeat after some lag between 2.5 and 17 ms. */
static bool has_pitch(const struct speech *speech)
{
    const float *x = speech->heard + LAG_MOST;
    int n = 2 * FRAME_SAMPLES - LAG_MOST;
    double power = 0, before = 0;

    for (int i = 0; i < n; i++)
        power += x[i] * x[i];
    for (int i = 0; i < n; i++)
        before += x[i - LAG_LEAST] * x[i - LAG_LEAST];
    for (int lag = LAG_LEAST; lag <= LAG_MOST; lag++) {
        double both = 0;

        if (lag > LAG_LEAST)
            before += x[-lag] * x[-lag] - x[n - lag] * x[n - lag];
        for (int i = 0; i < n; i++)
            both += x[i] * x[i - lag];
        if (both > PITCH * sqrt(power * fmax(before, 0)))
            return true;
    }
    return false;
}

/* Loudness is that of syllables: single peaks say little about who is nearer. */
static bool is_loud(struct speech *speech, double level, double noise)
{
    bool is_above = level > noise + ABOVE_DB && level > SILENT_DB + ABOVE_DB;

    speech->mean += SMOOTHING * (pow(10, level / 10) - speech->mean);

    double loudness = 10 * log10(speech->mean + 1e-12);

    speech->loudest = fmax(speech->loudest - FADE_DB, SILENT_DB);
    if (speech->is_on)
        speech->loudest = fmax(speech->loudest, loudness);
    return is_above && loudness > speech->loudest - BELOW_LOUDEST_DB;
}

void speech_hear(struct speech *speech, const int16_t samples[FRAME_SAMPLES])
{
    double level = filter(speech, samples);
    bool is_voice = is_loud(speech, level, learn_noise(speech, level));

    speech->loud = is_voice ? speech->loud + 1 : 0;
    if (!is_voice)
        speech->pitched = 0;
    else if (speech->pitched < PITCHED_FRAMES) /* more is not asked, and it costs most of a call's time */
        speech->pitched += has_pitch(speech);
    speech->is_now = speech->loud >= LOUD_FRAMES && speech->pitched >= PITCHED_FRAMES;
    if (speech->is_now)
        speech->hangover_ms = HANGOVER_MS;
    else if (speech->hangover_ms > 0)
        speech->hangover_ms -= FRAME_MS;
    speech->is_on = speech->hangover_ms > 0;
    if (speech->is_on) {
        speech->spoken_ms += FRAME_MS;
        speech->quiet_ms = 0;
    } else {
        speech->quiet_ms += FRAME_MS;
    }
}
