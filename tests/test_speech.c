#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <talloc.h>

#include "gateway/voice/sound/speech.h"
#include "tests/support/sound.h"

enum { LEAD = 5 * FRAME_RATE, VOICE = 12 * FRAME_RATE, TAIL = 10 * FRAME_RATE, ALL = LEAD + VOICE + TAIL };

struct heard {
    int before_ms;      /* of speech found before the voice */
    int first_ms;       /* when speech was found first, counted from the voice's beginning */
    int longest_gap_ms; /* of silence while the voice spoke */
    int quiet_ms;       /* at the end */
    int spoken_ms;
};

static struct heard hear(const int16_t *samples)
{
    struct heard heard = { .first_ms = -1 };
    struct speech speech;

    speech_begin(&speech);
    for (int i = 0; i + FRAME_SAMPLES <= ALL; i += FRAME_SAMPLES) {
        speech_hear(&speech, samples + i);
        if (i < LEAD)
            heard.before_ms += speech.is_on ? FRAME_MS : 0;
        else if (speech.is_on && heard.first_ms < 0)
            heard.first_ms = (i - LEAD) / 8;
        if (i >= LEAD && i < LEAD + VOICE && speech.quiet_ms > heard.longest_gap_ms && heard.first_ms >= 0)
            heard.longest_gap_ms = speech.quiet_ms;
    }
    heard.quiet_ms = speech.quiet_ms;
    heard.spoken_ms = speech.spoken_ms;
    return heard;
}

/* A voice of 12 s, 5 s after the noise began and 10 s before it ends; gain 0: no voice. */
static int16_t *scene(void *mem, enum sound_noise noise, double decibels, double gain)
{
    float *all = talloc_zero_array(mem, float, ALL), *voice = sound_voice(mem, VOICE, 130);
    float *background = sound_noise(mem, ALL, noise);
    double power = sound_power(background, ALL);

    sound_mix(all + LEAD, voice, VOICE, gain);
    if (power > 0)
        sound_mix(all, background, ALL, sqrt(sound_power(voice, VOICE) / power / pow(10, decibels / 10)));
    return sound_linear(mem, all, ALL);
}

static void a_voice_is_heard_from_beginning_to_end_in_every_noise(void **state)
{
    static const double gains[] = { 1, 0.25 };

    (void)state;
    for (enum sound_noise noise = SOUND_SILENCE; noise < SOUND_TELEVISION; noise++)
        for (int i = 0; i < (noise == SOUND_SILENCE ? 2 : 1); i++) {
            void *mem = talloc_new(NULL);
            struct heard heard = hear(scene(mem, noise, 10, gains[i]));

            if (heard.before_ms != 0 || heard.first_ms < 0 || heard.first_ms > 300 ||
                heard.longest_gap_ms > 1000 || heard.quiet_ms < 9000)
                fail_msg("%s: %d ms before it, found after %d ms, gap %d ms, quiet for %d ms",
                         sound_noise_name(noise), heard.before_ms, heard.first_ms, heard.longest_gap_ms,
                         heard.quiet_ms);
            talloc_free(mem);
        }
}

static void noise_alone_is_silence(void **state)
{
    (void)state;
    for (enum sound_noise noise = SOUND_SILENCE; noise < SOUND_TELEVISION; noise++) {
        void *mem = talloc_new(NULL);

        assert_int_equal(hear(scene(mem, noise, 0, 0)).spoken_ms, 0);
        talloc_free(mem);
    }
}

/* Whoever has spoken in front of a television has ended although it goes on. */
static void a_television_behind_a_voice_is_silence_once_the_voice_has_ended(void **state)
{
    void *mem = talloc_new(NULL);
    struct heard heard = hear(scene(mem, SOUND_TELEVISION, 10, 1));

    (void)state;
    assert_in_range(heard.quiet_ms, 6000, 10500);
    assert_true(heard.longest_gap_ms <= 1500);
    talloc_free(mem);
}

static void a_click_is_no_speech(void **state)
{
    void *mem = talloc_new(NULL);
    float *all = talloc_zero_array(mem, float, ALL);

    (void)state;
    for (int second = 1; second < 20; second++)
        for (int i = 0; i < 200; i++)
            all[second * FRAME_RATE + i] = (float)(0.8 * exp(-i / 30.0) * (i % 2 ? 1 : -1));
    assert_int_equal(hear(sound_linear(mem, all, ALL)).spoken_ms, 0);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_voice_is_heard_from_beginning_to_end_in_every_noise),
        cmocka_unit_test(noise_alone_is_silence),
        cmocka_unit_test(a_television_behind_a_voice_is_silence_once_the_voice_has_ended),
        cmocka_unit_test(a_click_is_no_speech),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
