#include "gateway/voice/sound/wav.h"

#include <math.h>
#include <samplerate.h>
#include <sndfile.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/recording/sound_octets.h"

enum { SECONDS_MOST = 120 };

/* One channel of floats; NULL: *why. */
static float *read_mono(void *mem, SNDFILE *file, const SF_INFO *info, const char **why)
{
    if (info->frames <= 0 || info->frames > (sf_count_t)SECONDS_MOST * info->samplerate) {
        *why = talloc_asprintf(mem, "it lasts %.0f s, not up to %d", (double)info->frames / info->samplerate,
                               SECONDS_MOST);
        return NULL;
    }
    float *all = talloc_array(mem, float, (size_t)(info->frames * info->channels));
    float *mono = talloc_zero_array(mem, float, (size_t)info->frames);
    sf_count_t n = sf_readf_float(file, all, info->frames);

    for (sf_count_t i = 0; i < n * info->channels; i++)
        mono[i / info->channels] += all[i] / (float)info->channels;
    talloc_free(all);
    return mono;
}

static struct clip to_clip(void *mem, const float *samples, long n)
{
    int16_t *linear = talloc_array(mem, int16_t, (size_t)n);

    src_float_to_short_array(samples, linear, (int)n);
    return (struct clip){ linear, (size_t)n };
}

static struct clip resample(void *mem, const float *samples, long n, int rate, const char **why)
{
    double ratio = (double)FRAME_RATE / rate;
    long most = (long)((double)n * ratio) + 1;
    float *out = talloc_array(mem, float, (size_t)most);
    SRC_DATA data = {
        .data_in = samples, .input_frames = n, .data_out = out, .output_frames = most, .src_ratio = ratio
    };
    int error = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1);
    struct clip clip = { 0 };

    if (error)
        *why = talloc_strdup(mem, src_strerror(error));
    else
        clip = to_clip(mem, out, data.output_frames_gen);
    talloc_free(out);
    return clip;
}

/* Closes the file. */
static struct clip read_all(void *mem, SNDFILE *file, const SF_INFO *info, const char **why)
{
    struct clip clip = { 0 };

    *why = NULL;
    if (!file) {
        *why = talloc_strdup(mem, sf_strerror(NULL));
        return clip;
    }
    float *mono = read_mono(mem, file, info, why);

    sf_close(file);
    if (mono)
        clip = info->samplerate == FRAME_RATE
                   ? to_clip(mem, mono, (long)info->frames)
                   : resample(mem, mono, (long)info->frames, info->samplerate, why);
    talloc_free(mono);
    return clip;
}

struct clip wav_read(void *mem, const char *path, const char **why)
{
    SF_INFO info = { 0 };

    return read_all(mem, sf_open(path, SFM_READ, &info), &info, why);
}

struct clip wav_decode(void *mem, const void *octets, size_t length, const char **why)
{
    struct sound_octets file = { .at = octets, .length = (sf_count_t)length };
    SF_INFO info;
    SNDFILE *sound = sound_octets_open(&file, &info);

    return read_all(mem, sound, &info, why);
}

const char *wav_write(void *mem, const char *path, struct clip clip)
{
    const char *beside = talloc_asprintf(mem, "%s.new", path);
    SF_INFO info = { .samplerate = FRAME_RATE, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM };
    SNDFILE *file = sf_open(beside, SFM_WRITE, &info);

    if (!file)
        return talloc_asprintf(mem, "%s: %s", beside, sf_strerror(NULL));
    sf_count_t n = sf_write_short(file, clip.samples, (sf_count_t)clip.n);

    if (sf_close(file) != 0 || n != (sf_count_t)clip.n || rename(beside, path) != 0) {
        unlink(beside);
        return talloc_asprintf(mem, "%s cannot be written", path);
    }
    return NULL;
}
