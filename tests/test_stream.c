#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/voice/sound/stream.h"
#include "tests/support/sound.h"

enum { FRAMES = 500, ALL = FRAMES * FRAME_SAMPLES };

struct packet {
    int frame;
    int at_ms; /* of arrival */
};

struct outcome {
    int16_t samples[2 * ALL];
    int n, made;
};

static int by_arrival(const void *a, const void *b)
{
    const struct packet *left = a, *right = b;

    return left->at_ms != right->at_ms ? left->at_ms - right->at_ms : left->frame - right->frame;
}

static void keep(struct outcome *outcome, enum stream_frame kind, const int16_t *samples)
{
    if (kind == STREAM_NONE)
        return;
    assert_true(outcome->n + FRAME_SAMPLES <= 2 * ALL);
    memcpy(outcome->samples + outcome->n, samples, FRAME_SAMPLES * sizeof *samples);
    outcome->n += FRAME_SAMPLES;
    outcome->made += kind == STREAM_MADE;
}

/* Plays packets as they arrive, a frame out every 20 ms of a clock that is off by so many parts per million.
 */
static struct outcome *play(void *mem, const int16_t *sent, struct packet *packets, int n, double ppm)
{
    struct stream *stream = stream_new(mem);
    struct outcome *outcome = talloc_zero(mem, struct outcome);
    int16_t samples[FRAME_SAMPLES];
    int next = 0;

    qsort(packets, (size_t)n, sizeof *packets, by_arrival);
    for (double now = 10; now < FRAMES * FRAME_MS + 500; now += FRAME_MS * (1 + ppm / 1e6)) {
        for (; next < n && packets[next].at_ms <= now; next++)
            stream_put(stream, 0xfffff000u + (uint32_t)packets[next].frame * FRAME_SAMPLES,
                       sent + packets[next].frame * FRAME_SAMPLES, FRAME_SAMPLES);
        keep(outcome, stream_take(stream, samples), samples);
        while (stream_is_behind(stream))
            keep(outcome, stream_take(stream, samples), samples);
    }
    for (enum stream_frame kind; (kind = stream_drain(stream, samples)) != STREAM_NONE;)
        keep(outcome, kind, samples);
    return outcome;
}

static double correlation(const int16_t *a, const int16_t *b, int n)
{
    double ab = 0, aa = 0, bb = 0;

    for (int i = 0; i < n; i++)
        ab += (double)a[i] * b[i], aa += (double)a[i] * a[i], bb += (double)b[i] * b[i];
    return ab / sqrt(aa * bb);
}

static const int16_t *voice(void *mem)
{
    return sound_linear(mem, sound_voice(mem, ALL, 130), ALL);
}

static int on_time(struct packet *packets)
{
    for (int i = 0; i < FRAMES; i++)
        packets[i] = (struct packet){ i, i * FRAME_MS };
    return FRAMES;
}

static void what_comes_in_order_comes_out_as_it_was(void **state)
{
    static const double drifts[] = { 0, 2000, -2000 };
    struct packet packets[FRAMES];

    (void)state;
    for (size_t i = 0; i < sizeof drifts / sizeof *drifts; i++) {
        void *mem = talloc_new(NULL);
        const int16_t *sent = voice(mem);
        struct outcome *outcome = play(mem, sent, packets, on_time(packets), drifts[i]);

        assert_int_equal(outcome->n, ALL);
        assert_int_equal(outcome->made, 0);
        assert_memory_equal(outcome->samples, sent, ALL * sizeof *sent);
        talloc_free(mem);
    }
}

static void reordering_within_60_ms_changes_nothing(void **state)
{
    void *mem = talloc_new(NULL);
    const int16_t *sent = voice(mem);
    struct packet packets[2 * FRAMES];
    int n = on_time(packets);

    (void)state;
    srand(3);
    for (int i = 1; i < n; i++)
        packets[i].at_ms += rand() % 55;
    for (int i = 0; i < FRAMES; i++, n++) /* and every packet twice */
        packets[n] = (struct packet){ i, packets[i].at_ms + rand() % 100 };
    struct outcome *outcome = play(mem, sent, packets, n, 0);

    assert_int_equal(outcome->n, ALL);
    assert_true(correlation(outcome->samples, sent, ALL) > 0.99);
    talloc_free(mem);
}

static void of_5_percent_lost_the_length_and_the_rest_are_right(void **state)
{
    void *mem = talloc_new(NULL);
    const int16_t *sent = voice(mem);
    struct packet packets[FRAMES];
    bool is_lost[FRAMES] = { false };
    double ab = 0, aa = 0, bb = 0;
    int n = 0, lost = 0;

    (void)state;
    srand(5);
    for (int i = 0; i < FRAMES; i++) {
        is_lost[i] = i > 0 && i < FRAMES - 1 && rand() % 20 == 0;
        lost += is_lost[i];
        if (!is_lost[i])
            packets[n++] = (struct packet){ i, i * FRAME_MS };
    }
    struct outcome *outcome = play(mem, sent, packets, n, 0);

    assert_in_range(lost, 15, 35);
    assert_int_equal(outcome->n, ALL);
    assert_int_equal(outcome->made, lost);
    assert_true(correlation(outcome->samples, sent, ALL) >= 0.90);
    for (int i = 0; i < ALL; i++)
        if (!is_lost[i / FRAME_SAMPLES])
            ab += (double)sent[i] * outcome->samples[i], aa += (double)sent[i] * sent[i],
                bb += (double)outcome->samples[i] * outcome->samples[i];
    assert_true(ab / sqrt(aa * bb) >= 0.99);
    talloc_free(mem);
}

/* A peer that sends nothing while its caller is silent, up to this frame. Nothing behind it is lost. */
static void fill_in_until(int end)
{
    void *mem = talloc_new(NULL);
    const int16_t *sent = voice(mem);
    struct packet packets[FRAMES];
    int n = 0;

    for (int i = 0; i < FRAMES; i++)
        if (i < 200 || i >= end)
            packets[n++] = (struct packet){ i, i * FRAME_MS };
    struct outcome *outcome = play(mem, sent, packets, n, 0);

    assert_int_equal(outcome->n, ALL);
    for (int i = 205 * FRAME_SAMPLES; i < end * FRAME_SAMPLES; i++)
        assert_int_equal(outcome->samples[i], 0);
    assert_memory_equal(outcome->samples + end * FRAME_SAMPLES, sent + end * FRAME_SAMPLES,
                        (ALL - end * FRAME_SAMPLES) * sizeof *sent);
    talloc_free(mem);
}

static void a_silence_that_was_not_sent_is_filled_in(void **state)
{
    (void)state;
    fill_in_until(240);
    fill_in_until(310); /* longer than what is kept */
    fill_in_until(450);
}

static void packets_of_10_and_30_ms_make_frames_too(void **state)
{
    static const int lengths[] = { 80, 240, 480 };

    (void)state;
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        void *mem = talloc_new(NULL);
        const int16_t *sent = voice(mem);
        struct stream *stream = stream_new(mem);
        struct outcome *outcome = talloc_zero(mem, struct outcome);
        int16_t samples[FRAME_SAMPLES];

        for (int at = 0, now = 0; now < ALL + 4000; now += FRAME_SAMPLES) {
            for (; at + lengths[k] <= now && at + lengths[k] <= ALL; at += lengths[k])
                stream_put(stream, (uint32_t)at, sent + at, lengths[k]);
            keep(outcome, stream_take(stream, samples), samples);
        }
        assert_in_range(outcome->n, ALL - 480, ALL);
        assert_memory_equal(outcome->samples, sent, (size_t)(ALL - 480) * sizeof *sent);
        talloc_free(mem);
    }
}

/* After a re-INVITE the peer may go on from another timestamp; single stray packets change nothing. */
static void a_stream_that_begins_anew_is_followed(void **state)
{
    void *mem = talloc_new(NULL);
    const int16_t *sent = voice(mem);
    struct stream *stream = stream_new(mem);
    struct outcome *outcome = talloc_zero(mem, struct outcome);
    int16_t samples[FRAME_SAMPLES];

    (void)state;
    for (int i = 0; i < FRAMES; i++) {
        uint32_t base = i < 250 ? 1000 : 900000000;

        stream_put(stream, base + (uint32_t)i * FRAME_SAMPLES, sent + i * FRAME_SAMPLES, FRAME_SAMPLES);
        if (i % 50 == 0)
            stream_put(stream, 500000000, sent, FRAME_SAMPLES);
        keep(outcome, stream_take(stream, samples), samples);
    }
    assert_in_range(outcome->n, (FRAMES - 12) * FRAME_SAMPLES, ALL);
    talloc_free(mem);
}

/* Timestamps are any 32 bits: half of all of them lie behind us, and the sums must not overflow. */
static void a_timestamp_half_the_circle_away_is_only_strange(void **state)
{
    static const uint32_t away[] = { 0x7fffffffu, 0x7ffffff0u, 0x80000000u, 0x7ffffd00u, 0x80000001u };
    void *mem = talloc_new(NULL);
    const int16_t *sent = voice(mem);
    struct stream *stream = stream_new(mem);
    int16_t samples[FRAME_SAMPLES];

    (void)state;
    for (size_t i = 0; i < 3 * sizeof away / sizeof *away; i++) {
        stream_put(stream, (uint32_t)i * FRAME_SAMPLES, sent, FRAME_SAMPLES);
        stream_put(stream, (uint32_t)i * FRAME_SAMPLES + away[i % 5], sent, 960);
        stream_take(stream, samples);
        assert_false(stream_is_behind(stream));
    }
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_in_order_comes_out_as_it_was),
        cmocka_unit_test(reordering_within_60_ms_changes_nothing),
        cmocka_unit_test(of_5_percent_lost_the_length_and_the_rest_are_right),
        cmocka_unit_test(a_silence_that_was_not_sent_is_filled_in),
        cmocka_unit_test(packets_of_10_and_30_ms_make_frames_too),
        cmocka_unit_test(a_stream_that_begins_anew_is_followed),
        cmocka_unit_test(a_timestamp_half_the_circle_away_is_only_strange),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
