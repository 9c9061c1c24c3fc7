#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <spandsp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/voice/sound/tape.h"
#include "gateway/voice/sound/wav.h"
#include "tests/support/sound.h"
#include "tests/support/support.h"

enum { ALL = 3 * FRAME_RATE };

static void put_all(struct tape *tape, const int16_t *samples)
{
    for (int i = 0; i < ALL; i += FRAME_SAMPLES)
        tape_put(tape, samples + i);
}

static void assert_is(const int16_t *samples, struct clip clip)
{
    assert_int_equal(clip.n, ALL);
    for (int i = 0; i < ALL; i++)
        assert_int_equal(clip.samples[i], alaw_to_linear(linear_to_alaw(samples[i])));
}

static void what_was_put_is_in_the_file_and_can_be_heard_before(void **state)
{
    void *mem = talloc_new(NULL);
    const char *path = talloc_asprintf(mem, "%s/x.wav.part", temporary_directory(mem)), *why;
    const int16_t *samples = sound_linear(mem, sound_voice(mem, ALL, 130), ALL);
    struct tapes *tapes = tapes_start(mem);
    struct tape *tape = tape_open(tapes, path);

    (void)state;
    assert_non_null(tape);
    put_all(tape, sound_linear(mem, sound_voice(mem, ALL, 180), ALL));
    assert_true(tape_rewind(tape)); /* said again */
    put_all(tape, samples);
    assert_is(samples, tape_replay(tape, mem));
    assert_true(tape_close(tape));
    assert_is(samples, wav_read(mem, path, &why));
    tapes_stop(tapes);
    talloc_free(mem);
}

/* What was said a second ago is in the file without anybody closing it. */
static void the_file_grows_while_it_is_recorded(void **state)
{
    void *mem = talloc_new(NULL);
    const char *path = talloc_asprintf(mem, "%s/x.wav.part", temporary_directory(mem));
    struct tapes *tapes = tapes_start(mem);
    struct tape *tape = tape_open(tapes, path);
    struct stat status = { 0 };

    (void)state;
    put_all(tape, sound_linear(mem, sound_voice(mem, ALL, 130), ALL));
    for (int waited = 0; waited < 200 && status.st_size < ALL; waited++) {
        assert_int_equal(stat(path, &status), 0);
        nanosleep(&(struct timespec){ .tv_nsec = 50000000L }, NULL);
    }
    assert_true(status.st_size >= ALL);
    assert_true(tape_close(tape));
    tapes_stop(tapes);
    talloc_free(mem);
}

/* So many that they are brought to the disk together, while some end and others begin. */
static void of_many_at_once_each_is_whole(void **state)
{
    enum { MANY = 24 };
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *why;
    struct tapes *tapes = tapes_start(mem);
    const int16_t *samples = sound_linear(mem, sound_voice(mem, ALL, 130), ALL);
    struct tape *all[MANY];

    (void)state;
    for (int i = 0; i < MANY; i++)
        assert_non_null(all[i] = tape_open(tapes, talloc_asprintf(mem, "%s/%d", folder, i)));
    for (int at = 0; at < ALL; at += FRAME_SAMPLES) {
        for (int i = 0; i < MANY; i++)
            tape_put(all[i], samples + at);
        nanosleep(&(struct timespec){ .tv_nsec = 10000000L }, NULL);
        if (at == ALL / 2)
            for (int i = 0; i < MANY; i += 3) { /* said again */
                assert_true(tape_rewind(all[i]));
                put_all(all[i], samples);
                assert_true(tape_close(all[i]));
                all[i] = tape_open(tapes, talloc_asprintf(mem, "%s/%d", folder, MANY + i));
                for (int before = 0; before <= at; before += FRAME_SAMPLES)
                    tape_put(all[i], samples + before);
            }
    }
    for (int i = 0; i < MANY; i++)
        assert_true(tape_close(all[i]));
    for (int i = 0; i < MANY; i++) {
        assert_is(samples, wav_read(mem, talloc_asprintf(mem, "%s/%d", folder, i), &why));
        if (i % 3 == 0)
            assert_is(samples, wav_read(mem, talloc_asprintf(mem, "%s/%d", folder, MANY + i), &why));
    }
    tapes_stop(tapes);
    talloc_free(mem);
}

static void a_file_that_cannot_be_made_or_written_is_said(void **state)
{
    void *mem = talloc_new(NULL);
    struct tapes *tapes = tapes_start(mem);

    (void)state;
    assert_null(tape_open(tapes, "/nowhere/x.part"));
    assert_null(tape_open(tapes, "/dev/full"));
    tapes_stop(tapes);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_in_the_file_and_can_be_heard_before),
        cmocka_unit_test(the_file_grows_while_it_is_recorded),
        cmocka_unit_test(of_many_at_once_each_is_whole),
        cmocka_unit_test(a_file_that_cannot_be_made_or_written_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
