#include "gateway/voice/sound/stream.h"

#include <spandsp.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/*
 * A ring of samples by timestamp, with a mark for each that came. Samples from `next` on wait; the newest
 * that came ends at `end`. Nothing is taken before DELAY samples wait, or have waited as long: later packets
 * may overtake.
 */
enum {
    RING = 16384, /* 2 s; a power of two */
    DELAY = 480,  /* 60 ms */
    BEHIND = DELAY + 2 * FRAME_SAMPLES,
    PAUSE = 3 * FRAME_SAMPLES, /* a longer gap is a pause, not a loss: silence */
    STRANGE_MOST = 5,          /* packets of another stream in a row */
    SILENCE_MOST = 30 * FRAME_RATE
};

struct stream {
    int16_t samples[RING];
    bool is_there[RING];
    uint32_t next, end;
    int waited;  /* samples' time since something waits and is not taken */
    int strange; /* packets far off */
    int idle;    /* samples' time since all that came was taken */
    int owed;    /* samples of silence to fill in for what the peer did not send */
    bool has_begun, is_paused;
    plc_state_t *maker;
};

static int free_maker(struct stream *stream)
{
    plc_free(stream->maker);
    return 0;
}

struct stream *stream_new(void *mem)
{
    struct stream *stream = talloc_zero(mem, struct stream);

    stream->maker = plc_init(NULL);
    talloc_set_destructor(stream, free_maker);
    return stream;
}

static void begin_at(struct stream *stream, uint32_t timestamp)
{
    memset(stream->is_there, 0, sizeof stream->is_there);
    stream->next = stream->end = timestamp;
    stream->waited = stream->strange = stream->idle = stream->owed = 0;
    stream->has_begun = true;
}

static int waiting(const struct stream *stream)
{
    return (int)(int32_t)(stream->end - stream->next);
}

/* Whether the stream paused for longer than the ring holds, equally long by its clock and by ours. */
static bool is_behind_pause(const struct stream *stream, int32_t from)
{
    return waiting(stream) <= 0 && from > RING / 2 && from <= SILENCE_MOST &&
           abs(from - stream->idle) < RING / 2;
}

void stream_put(struct stream *stream, uint32_t timestamp, const int16_t *samples, int n)
{
    if (!stream->has_begun)
        begin_at(stream, timestamp);

    int32_t from = (int32_t)(timestamp - stream->next);

    if (n > RING)
        return;
    if (is_behind_pause(stream, from)) {
        begin_at(stream, timestamp);
        stream->owed = from - from % FRAME_SAMPLES;
        stream->is_paused = true;
        from = 0;
    } else if (from < -RING / 2 || from > RING - n) { /* another stream, or a packet gone astray */
        if (++stream->strange < STRANGE_MOST)
            return;
        begin_at(stream, timestamp);
        from = 0;
    }
    stream->strange = 0;
    for (int i = from < 0 ? -from : 0; i < n; i++) {
        uint32_t at = (timestamp + (uint32_t)i) % RING;

        stream->samples[at] = samples[i];
        stream->is_there[at] = true;
    }
    if ((int32_t)(timestamp + (uint32_t)n - stream->end) > 0 && from + n > 0)
        stream->end = timestamp + (uint32_t)n;
}

/* How many of the next frame's samples came. */
static int count_there(const struct stream *stream)
{
    int n = 0;

    for (uint32_t i = 0; i < FRAME_SAMPLES; i++)
        n += stream->is_there[(stream->next + i) % RING];
    return n;
}

/* The length of the gap that begins here. */
static int gap(const struct stream *stream)
{
    int n = 0;

    while (n < waiting(stream) && !stream->is_there[(stream->next + (uint32_t)n) % RING])
        n++;
    return n;
}

static void copy(struct stream *stream, int16_t *samples)
{
    for (uint32_t i = 0; i < FRAME_SAMPLES; i++) {
        uint32_t at = (stream->next + i) % RING;

        samples[i] = stream->is_there[at] ? stream->samples[at] : 0;
        stream->is_there[at] = false;
    }
    stream->next += FRAME_SAMPLES;
}

static enum stream_frame take(struct stream *stream, int16_t *samples)
{
    int n = count_there(stream), missing = gap(stream);

    stream->waited = stream->idle = 0;
    copy(stream, samples);
    if (n > 0) {
        plc_rx(stream->maker, samples, FRAME_SAMPLES);
        stream->is_paused = false;
        return STREAM_HEARD;
    }
    stream->is_paused |= missing > PAUSE;
    if (!stream->is_paused)
        plc_fillin(stream->maker, samples, FRAME_SAMPLES);
    return STREAM_MADE;
}

enum stream_frame stream_take(struct stream *stream, int16_t samples[FRAME_SAMPLES])
{
    bool is_ready = waiting(stream) >= DELAY || stream->waited >= DELAY;

    if (stream->owed > 0) {
        stream->owed -= FRAME_SAMPLES;
        memset(samples, 0, FRAME_SAMPLES * sizeof *samples);
        return STREAM_MADE;
    }
    if (stream->has_begun && waiting(stream) >= FRAME_SAMPLES && is_ready)
        return take(stream, samples);
    if (waiting(stream) > 0)
        stream->waited += FRAME_SAMPLES;
    else if (stream->idle < SILENCE_MOST)
        stream->idle += FRAME_SAMPLES;
    memset(samples, 0, FRAME_SAMPLES * sizeof *samples);
    return STREAM_NONE;
}

bool stream_is_behind(const struct stream *stream)
{
    return stream->owed > 0 || waiting(stream) >= BEHIND;
}

enum stream_frame stream_drain(struct stream *stream, int16_t samples[FRAME_SAMPLES])
{
    if (waiting(stream) <= 0)
        return STREAM_NONE;
    return take(stream, samples);
}
