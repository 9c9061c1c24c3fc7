#include "gateway/recording/sound.h"

#include <fcntl.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/recording/sound_octets.h"

/*
 * FRAMES_A_SECOND: of 20 ms each. SILENT: the most that a sample of 16 bits has in a frame without sound; the
 * idle codes of A-law and mu-law are at most 8. COPY_RATE: for Opus, which takes this and a few others.
 */
enum { FRAMES_A_SECOND = 50, SILENT = 32, MOST_CHANNELS = 8, LEAST_RATE = 4000, MOST_RATE = 192000 };
enum { COPY_RATE = 16000, COPY_BLOCK = 4096 };
enum { OPUS_COPY = SF_FORMAT_OGG | SF_FORMAT_OPUS, WAV_COPY = SF_FORMAT_WAV | SF_FORMAT_PCM_16 };

/* What people send instead, by the octets that stand at the beginning. */
static const struct {
    size_t at, length;
    const char *octets, *name;
} others[] = {
    { 0, 3, "ID3", "MP3" },         { 0, 2, "\xff\xfb", "MP3" },
    { 0, 2, "\xff\xf3", "MP3" },    { 0, 2, "\xff\xf1", "AAC" },
    { 4, 4, "ftyp", "MP4 or 3GP" }, { 0, 5, "#!AMR", "AMR" },
    { 0, 4, "fLaC", "FLAC" },       { 0, 4, ".snd", "AU" },
    { 0, 4, "FORM", "AIFF" },       { 0, 4, "RF64", "RF64" },
    { 0, 4, "caff", "CAF" },        { 0, 4, "\x1a\x45\xdf\xa3", "Matroska or WebM" },
    { 0, 4, "%PDF", "PDF" },        { 0, 2, "PK", "ZIP" },
    { 0, 1, "<", "HTML or XML" },   { 0, 1, "{", "JSON" },
};

#define WANTED "a recording must be WAV (PCM of 8 or 16 bits, A-law or mu-law) or Ogg/Opus"

static bool has(const unsigned char *octets, size_t length, size_t at, const char *wanted, size_t n)
{
    return at + n <= length && memcmp(octets + at, wanted, n) == 0;
}

static const char *name_other(void *mem, const unsigned char *octets, size_t length)
{
    if (length == 0)
        return WANTED "; this is empty";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (has(octets, length, others[i].at, others[i].octets, others[i].length))
            return talloc_asprintf(mem, WANTED "; this looks like %s, by its octet %zu", others[i].name,
                                   others[i].at);
    return talloc_asprintf(mem, WANTED "; this begins with octet 0x%02x and is neither", octets[0]);
}

/* NULL: it begins as a format that is taken. */
static const char *refuse_by_beginning(void *mem, const unsigned char *octets, size_t length)
{
    if (has(octets, length, 0, "RIFF", 4) && has(octets, length, 8, "WAVE", 4))
        return NULL;
    if (has(octets, length, 0, "OggS", 4))
        return has(octets, length, 28, "OpusHead", 8) ? NULL
                                                      : WANTED
                   "; this is Ogg without OpusHead at octet 28, such as Vorbis or Speex";
    return name_other(mem, octets, length);
}

static const char *format_name(int format)
{
    int container = format & SF_FORMAT_TYPEMASK, coding = format & SF_FORMAT_SUBMASK;

    if (container == SF_FORMAT_OGG)
        return coding == SF_FORMAT_OPUS ? "ogg opus" : NULL;
    return coding == SF_FORMAT_PCM_16   ? "wav pcm 16"
           : coding == SF_FORMAT_PCM_U8 ? "wav pcm 8"
           : coding == SF_FORMAT_ALAW   ? "wav a-law"
           : coding == SF_FORMAT_ULAW   ? "wav mu-law"
                                        : NULL;
}

static uint32_t number_at(const unsigned char *octets)
{
    return octets[0] | (uint32_t)octets[1] << 8 | (uint32_t)octets[2] << 16 | (uint32_t)octets[3] << 24;
}

/* Who was killed while recording, or wrote to a pipe, could not say how many samples there are: those up to
 * the end count. */
static void mend_size(struct sound_octets *octets)
{
    sf_count_t at = 12;

    while (at + 8 < octets->length && memcmp(octets->at + at, "data", 4) != 0)
        at += 8 + (sf_count_t)number_at(octets->at + at + 4) + (number_at(octets->at + at + 4) & 1);
    if (at + 8 >= octets->length)
        return;
    sf_count_t left = octets->length - at - 8, said = number_at(octets->at + at + 4);
    if (said > 0 && said <= left)
        return;
    octets->size_at = at + 4;
    for (int i = 0; i < 4; i++)
        octets->size[i] = (unsigned char)(left >> 8 * i);
}

static const char *open_sound(void *mem, struct sound_octets *octets, SNDFILE **file, SF_INFO *info)
{
    const char *wrong = refuse_by_beginning(mem, octets->at, (size_t)octets->length);

    *file = NULL;
    if (wrong)
        return wrong;
    if (*octets->at == 'R')
        mend_size(octets);
    *file = sound_octets_open(octets, info);
    if (!*file)
        return talloc_asprintf(mem, WANTED "; its header cannot be read: %s", sf_strerror(NULL));
    if (!format_name(info->format))
        wrong = talloc_asprintf(mem,
                                WANTED "; the WAV codes its samples otherwise (format 0x%02x%02x at"
                                       " octet 20)",
                                octets->at[21], octets->at[20]);
    else if (info->channels < 1 || info->channels > MOST_CHANNELS)
        wrong = talloc_asprintf(mem, "the recording has %d channels", info->channels);
    else if (info->samplerate < LEAST_RATE || info->samplerate > MOST_RATE)
        wrong = talloc_asprintf(mem, "the recording has %d samples a second", info->samplerate);
    if (wrong) {
        sf_close(*file);
        *file = NULL;
    }
    return wrong;
}

static bool is_sound(const short *samples, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (samples[i] > SILENT || samples[i] < -SILENT)
            return true;
    return false;
}

const char *sound_examine(void *mem, const void *octets, size_t length, struct sound *sound)
{
    struct sound_octets source = { .at = octets, .length = (sf_count_t)length };
    int64_t frames = 0, loud = 0, n;
    SNDFILE *file;
    SF_INFO info;
    const char *wrong = open_sound(mem, &source, &file, &info);

    if (wrong)
        return wrong;
    *sound = (struct sound){ .format = format_name(info.format) };
    short *samples =
        talloc_array(mem, short, (size_t)info.samplerate / FRAMES_A_SECOND * (size_t)info.channels);
    while ((n = sf_readf_short(file, samples, info.samplerate / FRAMES_A_SECOND)) > 0 &&
           sound->ms <= SOUND_MOST_MS) {
        frames += n;
        loud += is_sound(samples, (size_t)n * (size_t)info.channels) ? n : 0;
        sound->ms = frames * 1000 / info.samplerate;
    }
    sound->sound_ms = loud * 1000 / info.samplerate;
    sf_close(file);
    talloc_free(samples);
    return sound->ms > SOUND_MOST_MS ? "the recording is longer than 30 minutes" : NULL;
}

/* Brings samples of any rate and number of channels to mono at COPY_RATE: each is the mean of those that fall
 * on it, or the last one, held. Good enough for a voice. */
struct mixer {
    int channels;
    double step, at, sum; /* step: samples out for one in */
    int n;
    short last, out[COPY_BLOCK];
    sf_count_t n_out;
};

static bool flush(struct mixer *mixer, SNDFILE *to)
{
    bool is_done = sf_writef_short(to, mixer->out, mixer->n_out) == mixer->n_out;

    mixer->n_out = 0;
    return is_done;
}

static bool mix(struct mixer *mixer, const short *samples, SNDFILE *to)
{
    double sum = 0;

    for (int i = 0; i < mixer->channels; i++)
        sum += samples[i];
    mixer->sum += sum / mixer->channels;
    mixer->n++;
    for (mixer->at += mixer->step; mixer->at >= 1; mixer->at -= 1) {
        if (mixer->n > 0)
            mixer->last = (short)(mixer->sum / mixer->n);
        mixer->sum = 0;
        mixer->n = 0;
        mixer->out[mixer->n_out++] = mixer->last;
        if (mixer->n_out == COPY_BLOCK && !flush(mixer, to))
            return false;
    }
    return true;
}

static SNDFILE *open_copy(const char *path, int format)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    SF_INFO info = { .samplerate = COPY_RATE, .channels = 1, .format = format };
    SNDFILE *to = fd >= 0 ? sf_open_fd(fd, SFM_WRITE, &info, SF_TRUE) : NULL;
    double level = .996; /* libsndfile: 6000 + (1 - level) * 250000 bit/s a channel */

    if (!to && fd >= 0)
        close(fd);
    if (to && format == OPUS_COPY)
        sf_command(to, SFC_SET_COMPRESSION_LEVEL, &level, sizeof level);
    return to;
}

static bool mix_all(void *mem, SNDFILE *from, const SF_INFO *info, SNDFILE *to)
{
    struct mixer *mixer = talloc_zero(mem, struct mixer);
    short *samples = talloc_array(mixer, short, (size_t)COPY_BLOCK *(size_t)info->channels);
    bool is_done = true;
    sf_count_t n;

    mixer->channels = info->channels;
    mixer->step = (double)COPY_RATE / info->samplerate;
    while (is_done && (n = sf_readf_short(from, samples, COPY_BLOCK)) > 0)
        for (sf_count_t i = 0; i < n && is_done; i++)
            is_done = mix(mixer, samples + i * info->channels, to);
    is_done = is_done && flush(mixer, to);
    talloc_free(mixer);
    return is_done;
}

static const char *make_copy(void *mem, const void *octets, size_t length, const char *path, int format)
{
    struct sound_octets source = { .at = octets, .length = (sf_count_t)length };
    SNDFILE *from, *to;
    SF_INFO info;
    const char *wrong = open_sound(mem, &source, &from, &info);

    if (wrong)
        return wrong;
    to = open_copy(path, format);
    if (!to)
        wrong = talloc_asprintf(mem, "%s: %s", path, sf_strerror(NULL));
    else if (!mix_all(mem, from, &info, to))
        wrong = talloc_asprintf(mem, "%s: %s", path, sf_strerror(to));
    if (to && sf_close(to) != 0 && !wrong)
        wrong = talloc_asprintf(mem, "%s cannot be written", path);
    sf_close(from);
    return wrong;
}

const char *sound_make_copy(void *mem, const void *octets, size_t length, const char *path)
{
    return make_copy(mem, octets, length, path, OPUS_COPY);
}

const char *sound_make_wav(void *mem, const void *octets, size_t length, const char *path)
{
    return make_copy(mem, octets, length, path, WAV_COPY);
}
