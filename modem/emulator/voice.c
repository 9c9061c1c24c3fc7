/*
 * The sound of a call: a second port beside the modem's, DEVICE.pcm, with 16-bit samples at 8 kHz in both
 * directions for as long as the modem has been told so in its maker's way. The caller plays a file, presses
 * keys, and keeps what is heard in another.
 */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "modem/emulator/parts.h"

enum { RATE = 8000, KEY_MS = 100, SAMPLES_MOST = RATE * 600, FRAME_MS_USUAL = 20 };

struct key {
    int at_ms;
    char name;
    bool is_said;
};

struct voice {
    const char *path; /* DEVICE.pcm */
    int master, slave;
    bool is_on;    /* the modem was told to pass sound to the port */
    unsigned call; /* counts the answered calls: ticks of an earlier one do nothing */
    bool is_answered;
    int64_t answered; /* emulator_now */
    size_t ticked;    /* samples so far */
    int16_t *says;
    size_t n_says, says_after, hang_up_ms;
    int hears;
    struct key *keys;
    size_t n_keys;
};

/* How each maker switches the sound: by AT+NAME=1, on for which number. */
static const struct maker {
    const char *maker, *end, *key;
    int on;
} makers[] = {
    { "Quectel", "NO CARRIER", "+QTONEDET", 1 },
    { "SIMCOM", "VOICE CALL: END: 000012|NO CARRIER", "+RXDTMF", 1 },
    { "huawei", "^CEND:1,12,104,16", NULL, 2 },
};

static const struct maker *maker_of(const struct emulator *emulator)
{
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (strncasecmp(emulator->maker, makers[i].maker, strlen(makers[i].maker)) == 0)
            return &makers[i];
    return &makers[0];
}

static bool is_made_by(const struct emulator *emulator, const char *maker)
{
    return emulator->voice != NULL && strncasecmp(emulator->maker, maker, strlen(maker)) == 0;
}

/* ---- the port ---- */

static bool make_raw(int fd)
{
    struct termios raw;

    if (tcgetattr(fd, &raw) < 0)
        return false;
    cfmakeraw(&raw);
    return tcsetattr(fd, TCSANOW, &raw) == 0;
}

void voice_plug(struct emulator *emulator)
{
    struct voice *voice = emulator->voice;
    char name[64];

    if (voice == NULL || voice->master >= 0)
        return;
    voice->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (voice->master < 0 || grantpt(voice->master) < 0 || unlockpt(voice->master) < 0 ||
        ptsname_r(voice->master, name, sizeof name) != 0)
        return;
    voice->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    make_raw(voice->slave);
    unlink(voice->path);
    (void)!symlink(name, voice->path);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void voice_unplug(struct emulator *emulator)
{
    struct voice *voice = emulator->voice;

    if (voice == NULL || voice->master < 0)
        return;
    voice_end(emulator);
    voice->is_on = false;
    unlink(voice->path);
    close_fd(&voice->master);
    close_fd(&voice->slave);
}

const char *voice_open(struct emulator *emulator, json_object *request)
{
    const char *maker = request_text(request, "maker"), *model = request_text(request, "model");

    if (maker == NULL || model == NULL)
        return "needs a maker and a model";
    snprintf(emulator->maker, sizeof emulator->maker, "%s", maker);
    snprintf(emulator->model, sizeof emulator->model, "%s", model);
    if (emulator->voice == NULL) {
        emulator->voice = talloc_zero(emulator, struct voice);
        emulator->voice->path = talloc_asprintf(emulator, "%s.pcm", emulator->options.device);
        emulator->voice->master = emulator->voice->slave = emulator->voice->hears = -1;
        voice_plug(emulator);
    }
    return NULL;
}

/* ---- the caller ---- */

static void read_says(struct voice *voice, const char *path)
{
    FILE *file = path ? fopen(path, "re") : NULL;

    TALLOC_FREE(voice->says);
    voice->n_says = 0;
    if (file == NULL)
        return;
    voice->says = talloc_array(voice, int16_t, SAMPLES_MOST);
    voice->n_says = fread(voice->says, sizeof *voice->says, SAMPLES_MOST, file);
    fclose(file);
}

static void read_keys(struct voice *voice, json_object *keys)
{
    voice->n_keys = json_object_is_type(keys, json_type_array) ? json_object_array_length(keys) : 0;
    TALLOC_FREE(voice->keys);
    voice->keys = talloc_zero_array(voice, struct key, voice->n_keys);
    for (size_t i = 0; i < voice->n_keys; i++) {
        json_object *pair = json_object_array_get_idx(keys, i);

        voice->keys[i].at_ms = json_object_get_int(json_object_array_get_idx(pair, 0));
        voice->keys[i].name = *json_object_get_string(json_object_array_get_idx(pair, 1));
    }
}

void voice_call(struct emulator *emulator, json_object *request)
{
    struct voice *voice = emulator->voice;
    const char *hears = request_text(request, "hears");

    if (voice == NULL)
        return;
    voice_end(emulator);
    read_says(voice, request_text(request, "says"));
    voice->says_after = (size_t)request_int(request, "says_after_ms", 0) * RATE / 1000;
    voice->hang_up_ms = (size_t)request_int(request, "hang_up_ms", 0);
    read_keys(voice, json_object_object_get(request, "keys"));
    voice->hears = hears ? open(hears, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
}

/* Two tones together, ITU-T Q.23. */
static double tone_of(char key, size_t sample)
{
    static const char keys[] = "123A456B789C*0#D";
    static const double rows[] = { 697, 770, 852, 941 }, columns[] = { 1209, 1336, 1477, 1633 };
    const char *found = strchr(keys, key);
    double t = 2 * 3.14159265358979323846 * (double)sample / RATE;

    return found ? 4000 * (sin(t * rows[(found - keys) / 4]) + sin(t * columns[(found - keys) % 4])) : 0;
}

static int16_t sample_at(const struct voice *voice, size_t at)
{
    double sum = at >= voice->says_after && at - voice->says_after < voice->n_says
                     ? voice->says[at - voice->says_after]
                     : 0;

    for (size_t i = 0; i < voice->n_keys; i++) {
        size_t from = (size_t)voice->keys[i].at_ms * RATE / 1000;

        if (at >= from && at < from + KEY_MS * RATE / 1000)
            sum = tone_of(voice->keys[i].name, at - from);
    }
    return (int16_t)(sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum);
}

static void say_key(struct emulator *emulator, char key)
{
    const struct maker *maker = maker_of(emulator);
    int times = emulator->condition.sound.double_keys ? 2 : 1;

    for (int i = 0; maker->key && i < times; i++)
        if (is_made_by(emulator, "Quectel")) /* as its ASCII code */
            emulator_notice(emulator, "%s: %d", maker->key, key);
        else
            emulator_notice(emulator, "%s: %c", maker->key, key);
}

static void say_keys(struct emulator *emulator, size_t ms)
{
    struct voice *voice = emulator->voice;

    for (size_t i = 0; i < voice->n_keys; i++)
        if (!voice->keys[i].is_said && (size_t)voice->keys[i].at_ms + KEY_MS / 2 <= ms) {
            voice->keys[i].is_said = true;
            say_key(emulator, voice->keys[i].name);
        }
}

/* ---- what flows ---- */

static void send_down(struct emulator *emulator, size_t n)
{
    struct voice *voice = emulator->voice;
    int16_t samples[2 * RATE * FRAME_MS_USUAL / 1000];

    for (size_t i = 0; i < n; i++)
        samples[i] = sample_at(voice, voice->ticked + i);
    if (!voice->is_on || emulator->condition.sound.dead_downlink)
        return;
    if (emulator->condition.sound.splits && n > 1) { /* a sample in two writes, as USB may cut it */
        (void)!write(voice->master, samples, 2 * n / 3 * 2 - 1);
        usleep(500);
        (void)!write(voice->master, (char *)samples + 2 * n / 3 * 2 - 1, 2 * n - (2 * n / 3 * 2 - 1));
        return;
    }
    (void)!write(voice->master, samples, 2 * n);
}

static void take_up(struct emulator *emulator)
{
    struct voice *voice = emulator->voice;
    char octets[4096];
    ssize_t n;

    if (emulator->condition.sound.dead_uplink)
        return;
    while ((n = read(voice->master, octets, sizeof octets)) > 0)
        if (voice->hears >= 0)
            (void)!write(voice->hears, octets, (size_t)n);
}

static void hang_up(struct emulator *emulator)
{
    const char *end = maker_of(emulator)->end, *rest = strchr(end, '|');

    calls_end(emulator);
    if (emulator->condition.sound.silent_end)
        return;
    emulator_notice(emulator, "%.*s", (int)strcspn(end, "|"), end);
    if (rest)
        emulator_notice(emulator, "%s", rest + 1);
}

static void tick(struct emulator *emulator, void *data)
{
    struct voice *voice = emulator->voice;
    size_t step = emulator->condition.sound.octets == 640 ? 320 : 160;

    if (!voice->is_answered || (uintptr_t)data != voice->call)
        return;
    send_down(emulator, step);
    take_up(emulator);
    voice->ticked += step;
    size_t ms = voice->ticked * 1000 / RATE;

    say_keys(emulator, ms);
    if (voice->hang_up_ms > 0 && ms >= voice->hang_up_ms) {
        hang_up(emulator);
        return;
    }
    int64_t due = (voice->answered + (int64_t)ms * 1000 - emulator_now()) / 1000;

    emulator_after(emulator, due > 0 ? due : 0, tick, data);
}

void voice_answer(struct emulator *emulator)
{
    struct voice *voice = emulator->voice;

    if (voice == NULL)
        return;
    voice->is_answered = true;
    voice->answered = emulator_now();
    voice->ticked = 0;
    voice->call++;
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): it is never followed */
    emulator_after(emulator, FRAME_MS_USUAL, tick, (void *)(uintptr_t)voice->call);
}

void voice_end(struct emulator *emulator)
{
    struct voice *voice = emulator->voice;

    if (voice == NULL)
        return;
    if (voice->is_answered && strcasecmp(maker_of(emulator)->maker, "Quectel") == 0)
        voice->is_on = false; /* hanging up sends AT+QPCMV=0 */
    voice->is_answered = false;
    close_fd(&voice->hears);
}

/* ---- commands ---- */

static int switch_sound(struct emulator *emulator, const char *arguments)
{
    emulator->voice->is_on = atoi(arguments) == maker_of(emulator)->on;
    return ANSWER_OK;
}

static int command_qpcmv(struct emulator *emulator, enum form form, const char *arguments)
{
    if (!is_made_by(emulator, "Quectel") || form != FORM_SET)
        return ANSWER_ERROR;
    switch_sound(emulator, arguments);
    emulator->voice->is_on &= strcmp(arguments, "1,2") != 0; /* that is a sound card's */
    return ANSWER_OK;
}

/* Only a call that is connected has sound; once refused, only a restart helps. */
static int command_cpcmreg(struct emulator *emulator, enum form form, const char *arguments)
{
    struct call *call = emulator->call;

    if (!is_made_by(emulator, "SIMCOM") || form != FORM_SET)
        return ANSWER_ERROR;
    if (*arguments == '1' && (call == NULL || !emulator->voice->is_answered))
        return ANSWER_ERROR;
    if (*arguments == '1' && emulator->condition.sound.refuses != 0) {
        emulator->condition.sound.refuses -= emulator->condition.sound.refuses > 0;
        return ANSWER_ERROR;
    }
    return switch_sound(emulator, arguments);
}

static int command_bandwidth(struct emulator *emulator, enum form form, const char *arguments)
{
    if (!is_made_by(emulator, "SIMCOM"))
        return ANSWER_ERROR;
    if (form == FORM_SET)
        snprintf(emulator->bandwidth, sizeof emulator->bandwidth, "%s", arguments);
    else if (form == FORM_READ)
        emulator_info(emulator, "+CPCMBANDWIDTH: %s", emulator->bandwidth);
    return ANSWER_OK;
}

static int command_simcom(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)form;
    (void)arguments;
    return is_made_by(emulator, "SIMCOM") ? ANSWER_OK : ANSWER_ERROR;
}

static int command_quectel(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)form;
    (void)arguments;
    return is_made_by(emulator, "Quectel") ? ANSWER_OK : ANSWER_ERROR;
}

static int command_reset(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    if (!is_made_by(emulator, "SIMCOM") || form != FORM_RUN)
        return ANSWER_ERROR;
    emulator->condition.sound.refuses = 0;
    emulator->voice->is_on = false;
    emulator->counters.resets++;
    emulator_info(emulator, "OK");
    emulator_flush(emulator);
    emulator_restart(emulator, "START");
    return ANSWER_NONE;
}

static int command_ddsetex(struct emulator *emulator, enum form form, const char *arguments)
{
    if (!is_made_by(emulator, "huawei") || form != FORM_SET)
        return ANSWER_ERROR;
    return switch_sound(emulator, arguments);
}

/* 27.007 8.71: whether IMS is registered. */
static int command_ims(struct emulator *emulator, enum form form, const char *arguments)
{
    (void)arguments;
    if (form == FORM_READ && emulator->ims >= 0)
        emulator_info(emulator, "+CIREG: 0,%d", emulator->ims);
    return form == FORM_READ && emulator->ims >= 0 ? ANSWER_OK : ANSWER_ERROR;
}

const struct emulator_command emulator_voice_commands[] = {
    { "+QPCMV", command_qpcmv, false },
    { "+QTONEDET", command_quectel, false },
    { "^DSCI", command_quectel, false },
    { "+CPCMREG", command_cpcmreg, false },
    { "+CPCMFRM", command_simcom, false },
    { "+CPCMBANDWIDTH", command_bandwidth, false },
    { "+DDET", command_simcom, false },
    { "+CRESET", command_reset, false },
    { "^DDSETEX", command_ddsetex, false },
    { "+CIREG", command_ims, false },
    { NULL, NULL, false },
};
