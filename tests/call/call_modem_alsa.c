/* A call on a modem whose sound is a card: alsa-lib's file plugin plays the caller and keeps what is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "tests/call/call_bench.h"
#include "tests/support/modem_caller.h"
#include "tests/support/sound.h"
#include "tests/support/support.h"

enum { BEFORE = 3 * 8000, VOICE = 30 * 8000 };

/* Silence, then a voice. */
static const int16_t *write_caller(void *mem, const char *path)
{
    const int16_t *voice = sound_linear(mem, sound_voice(mem, VOICE, 130), VOICE);
    int16_t *silence = talloc_zero_array(mem, int16_t, BEFORE);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(silence, sizeof *silence, BEFORE, file), BEFORE);
    assert_int_equal(fwrite(voice, sizeof *voice, VOICE, file), VOICE);
    fclose(file);
    return voice;
}

static void write_card(void *mem, const char *folder)
{
    FILE *file = fopen(talloc_asprintf(mem, "%s/asound.conf", folder), "w");

    assert_non_null(file);
    fprintf(
        file,
        "pcm.said { type file slave.pcm { type null } file \"%s/said\" format raw }\n"
        "pcm.heard { type file slave.pcm { type null } file \"/dev/null\" infile \"%s/caller\" format raw }\n"
        "pcm.village { type asym playback.pcm said capture.pcm heard }\n",
        folder, folder);
    fclose(file);
    setenv("ALSA_CONFIG_PATH", talloc_asprintf(mem, "%s/asound.conf", folder), 1);
}

static void a_sound_card_carries_a_call(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem);
    const int16_t *voice = write_caller(mem, talloc_asprintf(mem, "%s/caller", folder));
    size_t n, at, prompt_n;

    (void)state;
    write_card(mem, folder);
    struct modem_caller *caller = modem_caller_begin_with("Quectel", "EC25", "alsa:village");

    modem_caller_call(caller, "+8613834500001",
                      ",\"keys\":[[1000,\"1\"],[9000,\"#\"],[11000,\"1\"]],\"hang_up_ms\":20000");
    assert_true(gateway_wait(caller->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500001'",
                             1, PATIENCE_MS));
    modem_caller_wait(caller);
    const int16_t *recorded = modem_caller_recording(caller, &n);
    double same = call_bench_correlation(recorded, n, voice, 4 * 8000, &at);

    print_message("recording: correlation %.4f of %zu ms\n", same, n / 8);
    assert_true(same >= 0.99);
    assert_true(n < 8 * 8000 + 4000);

    const int16_t *prompt = call_bench_prompt(talloc_zero(caller, struct call_bench), "received", &prompt_n);
    int16_t *quieter = talloc_array(caller, int16_t, prompt_n);
    const int16_t *said = modem_caller_samples(caller, talloc_asprintf(mem, "%s/said", folder), &n);

    for (size_t i = 0; i < prompt_n; i++)
        quieter[i] = (int16_t)(prompt[i] * 0.7);
    same = call_bench_correlation(said, n, quieter, prompt_n, &at);
    print_message("prompt: correlation %.4f\n", same);
    assert_true(same >= 0.99);
    modem_caller_end(caller);
    talloc_free(mem);
}

/* No card of this name: the call rings on, its caller pays nothing and is a missed call. */
static void a_card_that_is_not_there_leaves_the_call_ringing(void **state)
{
    struct modem_caller *caller = modem_caller_begin_with("Quectel", "EC25", "alsa:nobody");

    (void)state;
    modem_caller_call(caller, "+8613834500001", "");
    assert_true(gateway_wait(caller->gateway,
                             "SELECT count(*) FROM events WHERE kind = 'call' AND sender = '+8613834500001'",
                             1, PATIENCE_MS));
    modem_caller_end(caller);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_card_carries_a_call),
        cmocka_unit_test(a_card_that_is_not_there_leaves_the_call_ringing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
