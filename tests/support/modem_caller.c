#include "tests/support/modem_caller.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "gateway/voice/sound/wav.h"
#include "tests/support/sound.h"

enum { SECONDS = 30, SAMPLES_MOST = 8000 * 300 };

static void write_samples(const char *path, const int16_t *samples, size_t n)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(samples, sizeof *samples, n, file), n);
    fclose(file);
}

/* Puts a folder's name into the modem's section, which was written before there was one. */
static void set_audio(struct modem_caller *caller, const char *sound)
{
    struct gateway_process *gateway = caller->gateway;
    char text[4096];
    FILE *file = fopen(gateway->config, "r");

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    char *at = strstr(text, "@AUDIO@");

    assert_non_null(at);
    *at = '\0';
    file = fopen(gateway->config, "w");
    assert_non_null(file);
    fprintf(file, "%s%s%s", text, sound, at + strlen("@AUDIO@"));
    fclose(file);
}

struct modem_caller *modem_caller_begin_with(const char *maker, const char *model, const char *sound)
{
    struct modem_caller *caller = talloc_zero(NULL, struct modem_caller);
    struct gateway_process *gateway;
    int code;

    gateway = caller->gateway = gateway_begin(NULL, "voice = yes\n audio = \"@AUDIO@\"");
    set_audio(caller, sound ? sound : talloc_asprintf(caller, "%s.pcm", gateway->device));
    gateway_configure(gateway, "county = \"浮山县\"\noperator = \"+8613900000099\"\n");
    caller->says = talloc_asprintf(caller, "%s/says", gateway->folder);
    caller->hears = talloc_asprintf(caller, "%s/hears", gateway->folder);
    caller->voice_n = SECONDS * 8000;
    caller->voice = sound_linear(caller, sound_voice(caller, caller->voice_n, 130), caller->voice_n);
    write_samples(caller->says, caller->voice, caller->voice_n);
    gateway_tell(gateway, "{\"cmd\":\"voice\",\"maker\":\"%s\",\"model\":\"%s\"}", maker, model);
    gateway_command(gateway, &code, "import units gateway/demo/units.csv --aliases gateway/demo/aliases.csv");
    assert_int_equal(code, 0);
    gateway_command(gateway, &code, "import people gateway/demo/people.csv");
    assert_int_equal(code, 0);
    gateway_run(gateway);
    return caller;
}

struct modem_caller *modem_caller_begin(const char *maker, const char *model)
{
    return modem_caller_begin_with(maker, model, NULL);
}

void modem_caller_end(struct modem_caller *caller)
{
    assert_int_equal(gateway_stop(caller->gateway), 0);
    gateway_end(caller->gateway);
    talloc_free(caller);
}

void modem_caller_call(struct modem_caller *caller, const char *number, const char *more)
{
    gateway_tell(caller->gateway,
                 "{\"cmd\":\"call\",\"from\":\"%s\",\"rings\":5,\"says\":\"%s\",\"hears\":\"%s\"%s}", number,
                 caller->says, caller->hears, more);
}

void modem_caller_wait(struct modem_caller *caller)
{
    for (int waited = 0; emulator_stat(caller->gateway->client, "calls") > 0; waited += 50) {
        assert_true(waited < PATIENCE_MS);
        sleep_ms(50);
    }
}

const int16_t *modem_caller_samples(struct modem_caller *caller, const char *path, size_t *n)
{
    int16_t *samples = talloc_array(caller, int16_t, SAMPLES_MOST);
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    *n = fread(samples, sizeof *samples, SAMPLES_MOST, file);
    fclose(file);
    return samples;
}

const int16_t *modem_caller_recording(struct modem_caller *caller, size_t *n)
{
    const char *pattern = talloc_asprintf(caller, "%s.recordings/*.wav", caller->gateway->url), *why;
    glob_t found;

    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    struct clip clip = wav_read(caller, found.gl_pathv[0], &why);

    globfree(&found);
    if (clip.n == 0)
        fail_msg("%s", why);
    *n = clip.n;
    return clip.samples;
}
