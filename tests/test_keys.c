#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include <talloc.h>

#include "gateway/voice/sound/keys.h"
#include "tests/support/sound.h"

enum { ALL = FRAME_RATE * 4 };

/* Q.23: rows and columns of the keypad. */
static void press(float *samples, char key, int ms, double gain)
{
    static const double rows[] = { 697, 770, 852, 941 }, columns[] = { 1209, 1336, 1477, 1633 };
    static const char pad[] = "123A456B789C*0#D";
    int at = (int)(strchr(pad, key) - pad);

    for (int i = 0; i < ms * FRAME_RATE / 1000; i++)
        samples[i] += (float)(gain * (sin(2 * M_PI * rows[at / 4] * i / FRAME_RATE) +
                                      sin(2 * M_PI * columns[at % 4] * i / FRAME_RATE)));
}

static const char *heard(void *mem, struct keys *keys, const float *samples, size_t n)
{
    const int16_t *linear = sound_linear(mem, samples, n);
    char *all = talloc_strdup(mem, "");

    for (size_t i = 0; i + FRAME_SAMPLES <= n; i += FRAME_SAMPLES)
        keys_hear(keys, linear + i);
    for (char key; (key = keys_next(keys)) != 0;)
        all = talloc_asprintf_append(all, "%c", key);
    return all;
}

static void all_sixteen_tones_are_keys_loud_and_low(void **state)
{
    static const char names[] = "0123456789*#ABCD";
    static const double gains[] = { 0.4, 0.1, 0.02 };

    (void)state;
    for (size_t g = 0; g < sizeof gains / sizeof *gains; g++) {
        void *mem = talloc_new(NULL);
        float *samples = talloc_zero_array(mem, float, ALL);

        for (int i = 0; i < 16; i++)
            press(samples + i * FRAME_RATE / 5, names[i], 70, gains[g]);
        assert_string_equal(heard(mem, keys_new(mem), samples, ALL), names);
        talloc_free(mem);
    }
}

static void a_voice_and_noises_press_no_key(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(heard(mem, keys_new(mem), sound_voice(mem, 60 * FRAME_RATE, 130), 60 * FRAME_RATE),
                        "");
    for (enum sound_noise noise = 0; noise < SOUND_NOISES; noise++)
        assert_string_equal(heard(mem, keys_new(mem), sound_noise(mem, ALL, noise), ALL), "");
    talloc_free(mem);
}

/* A key's event packets all have the timestamp of its beginning; some are lost, some come late. */
static void an_event_is_one_key_however_often_its_packets_come(void **state)
{
    void *mem = talloc_new(NULL);
    struct keys *keys = keys_new(mem);

    (void)state;
    for (int i = 0; i < 6; i++)
        keys_event(keys, 5, 1000);
    keys_event(keys, 5, 4000);
    keys_event(keys, 11, 5600);
    keys_event(keys, 5, 4000); /* the end of the key before, overtaken */
    keys_event(keys, 11, 8000);
    keys_event(keys, 11, 8000);
    keys_event(keys, 16, 9000); /* flash */
    assert_int_equal(keys_next(keys), '5');
    assert_int_equal(keys_next(keys), '5');
    assert_int_equal(keys_next(keys), '#');
    assert_int_equal(keys_next(keys), '#');
    assert_int_equal(keys_next(keys), 0);
    talloc_free(mem);
}

static void a_key_that_comes_as_tone_and_as_event_is_one(void **state)
{
    (void)state;
    for (int is_event_first = 0; is_event_first < 2; is_event_first++) {
        void *mem = talloc_new(NULL);
        struct keys *keys = keys_new(mem);
        float *samples = talloc_zero_array(mem, float, ALL);

        press(samples, '7', 100, 0.2);
        press(samples + FRAME_RATE / 2, '7', 100, 0.2);
        int16_t *linear = sound_linear(mem, samples, ALL);

        for (int i = 0; i < ALL; i += FRAME_SAMPLES) {
            if (i == (is_event_first ? 0 : FRAME_RATE / 10))
                keys_event(keys, 7, 1);
            keys_hear(keys, linear + i);
            if (i == FRAME_RATE / 2 + (is_event_first ? 0 : FRAME_RATE / 10))
                keys_event(keys, 7, 2);
        }
        assert_int_equal(keys_next(keys), '7');
        assert_int_equal(keys_next(keys), '7');
        assert_int_equal(keys_next(keys), 0);
        talloc_free(mem);
    }
}

static void notice(struct keys *keys, const char *all)
{
    for (; *all; all++)
        keys_notice(keys, *all);
}

static void a_notice_and_its_tone_are_one_key_whichever_comes_first(void **state)
{
    void *mem = talloc_new(NULL);
    struct keys *keys = keys_new(mem);
    float *samples = talloc_zero_array(mem, float, ALL);

    (void)state;
    press(samples + FRAME_RATE / 10, '5', 80, 0.3);
    notice(keys, "5"); /* before */
    assert_string_equal(heard(mem, keys, samples, FRAME_RATE), "5");
    assert_string_equal(heard(mem, keys, samples, FRAME_RATE / 4), "5");
    notice(keys, "5"); /* behind */
    assert_string_equal(heard(mem, keys, samples + FRAME_RATE, FRAME_RATE), "");
    assert_string_equal(heard(mem, keys, samples, FRAME_RATE / 4), "5"); /* and pressed again */
    notice(keys, "5");
    assert_string_equal(heard(mem, keys, samples + FRAME_RATE, FRAME_RATE), "");
    talloc_free(mem);
}

static void a_notice_that_comes_twice_is_one_key_and_two_keys_are_two(void **state)
{
    void *mem = talloc_new(NULL);
    struct keys *keys = keys_new(mem);
    float *silence = talloc_zero_array(mem, float, ALL);

    (void)state;
    notice(keys, "11");
    assert_string_equal(heard(mem, keys, silence, FRAME_RATE / 4), "1");
    notice(keys, "1");
    assert_string_equal(heard(mem, keys, silence, FRAME_RATE / 4), "1");
    notice(keys, "12#");
    assert_string_equal(heard(mem, keys, silence, FRAME_RATE), "12#");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_sixteen_tones_are_keys_loud_and_low),
        cmocka_unit_test(a_voice_and_noises_press_no_key),
        cmocka_unit_test(an_event_is_one_key_however_often_its_packets_come),
        cmocka_unit_test(a_key_that_comes_as_tone_and_as_event_is_one),
        cmocka_unit_test(a_notice_and_its_tone_are_one_key_whichever_comes_first),
        cmocka_unit_test(a_notice_that_comes_twice_is_one_key_and_two_keys_are_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
