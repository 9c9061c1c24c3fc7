#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/recording/sound.h"
#include "tests/support/sounds.h"
#include "tests/support/support.h"

static int give_memory(void **state)
{
    *state = talloc_new(NULL);
    return 0;
}

static int take_memory(void **state)
{
    talloc_free(*state);
    return 0;
}

static struct sound examine(void *mem, const struct sounds_wish *wish)
{
    struct sound sound = { 0 };
    size_t length;
    void *octets = sounds_wav(mem, wish, &length);
    const char *wrong = sound_examine(mem, octets, length, &sound);

    if (wrong)
        fail_msg("%s", wrong);
    return sound;
}

static void each_coding_is_recognised_and_measured(void **state)
{
    static const struct {
        struct sounds_wish wish;
        const char *format;
    } all[] = {
        { { 1, 16, 8000, 1, 3000, 1000, 1, -1 }, "wav pcm 16" },
        { { 1, 8, 8000, 1, 3000, 1000, 1, -1 }, "wav pcm 8" },
        { { 6, 8, 8000, 1, 3000, 1000, 1, -1 }, "wav a-law" },
        { { 7, 8, 8000, 1, 3000, 1000, 1, -1 }, "wav mu-law" },
        { { 1, 16, 44100, 2, 3000, 1000, 1, -1 }, "wav pcm 16" },
        { { 1, 16, 16000, 1, 3000, 1000, 1, -1 }, "wav pcm 16" },
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct sound sound = examine(*state, &all[i].wish);

        assert_string_equal(sound.format, all[i].format);
        assert_int_equal(sound.ms, 4000);
        assert_in_range(sound.sound_ms, 2980, 3020);
    }
}

/* As a program leaves it that was killed while it recorded, or that writes to a pipe. */
static void what_is_there_counts_whatever_the_header_says(void **state)
{
    static const long claims[] = { 0, 8000, 4000000, 0x7fffffff, 0xffffffdb };

    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        struct sounds_wish wish = { 1, 16, 8000, 1, 3000, 0, 1, claims[i] };
        struct sound sound = examine(*state, &wish);

        assert_int_equal(sound.ms, claims[i] == 8000 ? 500 : 3000);
    }
}

static const char *refusal(void *mem, const void *octets, size_t length)
{
    struct sound sound;
    const char *wrong = sound_examine(mem, octets, length, &sound);

    assert_non_null(wrong);
    return wrong;
}

static void what_else_comes_is_refused_by_its_name_and_place(void **state)
{
    static const struct {
        const char *octets;
        size_t length;
        const char *words;
    } all[] = {
        { "", 0, "this is empty" },
        { "ID3\3\0\0\0\0\0\0", 10, "looks like MP3, by its octet 0" },
        { "\0\0\0\030ftypisom", 12, "looks like MP4 or 3GP, by its octet 4" },
        { "#!AMR\n", 6, "looks like AMR, by its octet 0" },
        { "{\"a\":1}", 7, "looks like JSON" },
        { "hello", 5, "begins with octet 0x68" },
        { "RIFF\4\0\0\0WAVE", 12, "header cannot be read" },
        { "OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\036\1vorbis", 35,
          "without OpusHead at octet 28" },
    };
    struct sounds_wish gsm = { 0x31, 8, 8000, 1, 1000, 0, 1, -1 };
    size_t length;
    void *octets;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strstr(refusal(*state, all[i].octets, all[i].length), all[i].words))
            fail_msg("%s", refusal(*state, all[i].octets, all[i].length));
    octets = sounds_wav(*state, &gsm, &length);
    refusal(*state, octets, length);
}

static void any_beginning_of_a_wav_is_measured_or_refused(void **state)
{
    size_t length;
    unsigned char *octets = sounds_call(*state, 100, 1, &length);

    for (size_t n = 0; n < length; n++) {
        void *own = talloc_memdup(*state, octets, n);
        struct sound sound = { 0 };
        const char *wrong = sound_examine(*state, own, n, &sound);

        assert_true(wrong || sound.ms <= 100);
        talloc_free(own);
    }
}

static void too_long_a_recording_is_refused(void **state)
{
    struct sounds_wish wish = { 1, 8, 8000, 1, SOUND_MOST_MS + 1000, 0, 1, -1 };
    size_t length;
    void *octets = sounds_wav(*state, &wish, &length);

    assert_non_null(strstr(refusal(*state, octets, length), "longer than 30 minutes"));
}

static void the_copy_to_listen_to_is_short_and_as_long(void **state)
{
    static const int rates[] = { 8000, 16000, 44100 };

    for (size_t i = 0; i < 3; i++) {
        struct sounds_wish wish = { 1, 16, rates[i], i == 2 ? 2 : 1, 10000, 0, 1, -1 };
        const char *path = talloc_asprintf(*state, "%s/a.opus", temporary_directory(*state));
        size_t length;
        void *octets = sounds_wav(*state, &wish, &length), *copy;
        struct sound sound;
        struct stat status;
        int fd;

        assert_null(sound_make_copy(*state, octets, length, path));
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
        assert_in_range(status.st_size, 1000, 15000); /* 7 kbit/s are 8750 octets */
        fd = open(path, O_RDONLY);
        copy = talloc_size(*state, (size_t)status.st_size);
        assert_int_equal(read(fd, copy, (size_t)status.st_size), status.st_size);
        close(fd);
        assert_null(sound_examine(*state, copy, (size_t)status.st_size, &sound));
        assert_string_equal(sound.format, "ogg opus");
        assert_in_range(sound.ms, 9950, 10050);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, give_memory, take_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_coding_is_recognised_and_measured),
        TEST(what_is_there_counts_whatever_the_header_says),
        TEST(what_else_comes_is_refused_by_its_name_and_place),
        TEST(any_beginning_of_a_wav_is_measured_or_refused),
        TEST(too_long_a_recording_is_refused),
        TEST(the_copy_to_listen_to_is_short_and_as_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
