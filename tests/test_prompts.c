#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/voice/prompts.h"
#include "gateway/voice/sound/wav.h"
#include "tests/support/support.h"

static const struct prompt *prompt_of(const struct prompts *prompts, const char *language, const char *id)
{
    for (size_t i = 0; i < prompts->n; i++)
        if (strcmp(prompts->list[i].language, language) == 0 && strcmp(prompts->list[i].id, id) == 0)
            return &prompts->list[i];
    fail_msg("no prompt %s in %s", id, language);
    return NULL;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A tone of so many samples, to be told from everything else by its length. */
static void write_tone(void *mem, const char *path, size_t n)
{
    int16_t *samples = talloc_array(mem, int16_t, n);

    for (size_t i = 0; i < n; i++)
        samples[i] = (int16_t)(8000 * sin(0.3 * (double)i));
    assert_null(wav_write(mem, path, (struct clip){ samples, n }));
}

static const char *folder_of(void *mem, const char *folder, const char *name)
{
    const char *path = talloc_asprintf(mem, "%s/%s", folder, name);

    mkdir(path, 0700);
    return path;
}

/* Without a synthesizer and without a folder everything can be said. */
static void every_prompt_and_digit_is_shipped_in_both_languages(void **state)
{
    void *mem = talloc_new(NULL);
    struct prompts *prompts = prompts_open(mem, &(struct prompts_from){ 0 });

    (void)state;
    assert_true(prompts->n > 60);
    assert_int_equal(prompts_missing(prompts), 0);
    for (size_t i = 0; i < prompts->n; i++) {
        assert_int_equal(prompts->list[i].source, PROMPT_SHIPPED);
        assert_true(prompts->list[i].clip.n > FRAME_RATE / 10);
    }
    assert_true(prompt_of(prompts, "zh", "greeting")->clip.n < 14 * FRAME_RATE);
    assert_int_equal(prompts_find(prompts, "zh", "no-such").n, 0);
    talloc_free(mem);
}

static void what_a_person_recorded_wins_and_what_cannot_be_read_is_named(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *zh = folder_of(mem, folder, "zh");
    struct prompts_from from = { .folder = folder };

    (void)state;
    write_tone(mem, talloc_asprintf(mem, "%s/greeting.wav", zh), 12345);
    write_file(talloc_asprintf(mem, "%s/review.wav", zh), "no sound");
    struct prompts *prompts = prompts_open(mem, &from);

    assert_int_equal(prompt_of(prompts, "zh", "greeting")->source, PROMPT_RECORDED);
    assert_in_range(prompts_find(prompts, "zh", "greeting").n, 12345, 12345 + 1024);
    assert_int_equal(prompt_of(prompts, "zh", "review")->source, PROMPT_SHIPPED);
    assert_non_null(strstr(prompt_of(prompts, "zh", "review")->why, "review.wav"));
    talloc_free(mem);
}

/* The old words must not be heard. */
static void a_changed_text_is_rendered_once_and_anew_when_it_changes(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *voice = folder_of(mem, folder, "voice"),
               *zh = folder_of(mem, voice, "zh"), *text = talloc_asprintf(mem, "%s/goodbye.txt", zh);
    struct prompts_from from = { .templates = folder, .cache = talloc_asprintf(mem, "%s/cache", folder) };
    struct prompts *prompts;

    (void)state;
    write_file(text, "谢谢，请慢走。\n");
    prompts = prompts_open(mem, &from);
    assert_int_equal(prompts_missing(prompts), 1);
    assert_int_equal(prompt_of(prompts, "zh", "goodbye")->source, PROMPT_MISSING);
    assert_non_null(strstr(prompts_render(mem, prompts, &from, "/no/synthesizer"), "/no/synthesizer"));
    assert_non_null(prompts_render(mem, prompts, &from, "false"));
    assert_int_equal(prompts_missing(prompts), 1);
    assert_null(prompts_render(mem, prompts, &from, "espeak-ng"));
    assert_int_equal(prompt_of(prompts, "zh", "goodbye")->source, PROMPT_RENDERED);
    size_t n = prompts_find(prompts, "zh", "goodbye").n;

    prompts = prompts_open(mem, &from); /* kept */
    assert_int_equal(prompt_of(prompts, "zh", "goodbye")->source, PROMPT_RENDERED);
    assert_int_equal(prompts_find(prompts, "zh", "goodbye").n, n);
    write_file(text, "谢谢您打来电话，我们会尽快办理，请您慢走。\n");
    prompts = prompts_open(mem, &from);
    assert_int_equal(prompt_of(prompts, "zh", "goodbye")->source, PROMPT_MISSING);
    assert_null(prompts_render(mem, prompts, &from, "espeak-ng"));
    assert_true(prompts_find(prompts, "zh", "goodbye").n > n);
    talloc_free(mem);
}

/* Decoded, what is shipped takes five megabytes, which a gateway that nobody calls has no use for. */
static void what_is_shipped_takes_memory_when_it_is_said_first(void **state)
{
    enum { UNDECODED_MOST = 500000 };
    void *mem = talloc_new(NULL);
    struct prompts *prompts = prompts_start(mem, &(struct config){ 0 });

    (void)state;
    assert_int_equal(prompts_missing(prompts), 0);
    assert_true(talloc_total_size(prompts) < UNDECODED_MOST);
    struct clip first = prompts_find(prompts, "zh", "greeting");

    assert_true(first.n > FRAME_RATE);
    assert_ptr_equal(prompts_find(prompts, "zh", "greeting").samples, first.samples);
    talloc_free(mem);
}

/* One that hangs takes 20 s for each text, and the gateway waits for it before it takes calls. */
static void a_synthesizer_that_fails_three_times_is_not_asked_again(void **state)
{
    static const char *const ids[] = { "goodbye", "greeting", "review", "received", "again" };
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *voice = folder_of(mem, folder, "voice"),
               *zh = folder_of(mem, voice, "zh"), *program = talloc_asprintf(mem, "%s/fails", folder),
               *asked = talloc_asprintf(mem, "%s/asked", folder);
    struct prompts_from from = { .templates = folder, .cache = talloc_asprintf(mem, "%s/cache", folder) };
    struct stat size;

    (void)state;
    write_file(program, talloc_asprintf(mem, "#!/bin/sh\nprintf x >> %s\nexit 1\n", asked));
    assert_int_equal(chmod(program, 0700), 0);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        write_file(talloc_asprintf(mem, "%s/%s.txt", zh, ids[i]), "另外的话。\n");
    assert_non_null(prompts_render(mem, prompts_open(mem, &from), &from, program));
    assert_int_equal(stat(asked, &size), 0);
    assert_int_equal(size.st_size, 3);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_prompt_and_digit_is_shipped_in_both_languages),
        cmocka_unit_test(what_a_person_recorded_wins_and_what_cannot_be_read_is_named),
        cmocka_unit_test(a_changed_text_is_rendered_once_and_anew_when_it_changes),
        cmocka_unit_test(what_is_shipped_takes_memory_when_it_is_said_first),
        cmocka_unit_test(a_synthesizer_that_fails_three_times_is_not_asked_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
