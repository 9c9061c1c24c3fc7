#include "gateway/line/modem_calls.h"

#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/desk/alert.h"
#include "gateway/line/self_test.h"
#include "gateway/log.h"
#include "gateway/voice/phone.h"
#include "gateway/voice/sound/sound_port.h"
#include "modem/quirk.h"

enum { VANISHED_MOST = 3, DAY = 86400, GONE_MS = 10000 };

static const struct modem_config *settings_of(const struct line *line)
{
    return line->settings;
}

/* The name of the modem's sound; NULL: there is none. */
static const char *find_sound(void *mem, const struct line *line, struct modem *modem)
{
    const struct quirk_voice *voice = modem_sound(modem);
    const char *port = modem_state(modem)->port;

    if (settings_of(line)->audio)
        return settings_of(line)->audio;
    return voice->sound == QUIRK_CARD ? sound_find_card(mem, "/sys", port)
                                      : sound_find_port(mem, "/sys", port, voice->interface);
}

/* Once a day, because a card that is gone, or that others may open, is heard of otherwise by the first call.
 */
static void ask_for_sound(struct line *line, struct modem_calls *calls, struct modem *modem)
{
    int64_t now = clock_ticks();
    void *mem = talloc_new(NULL);
    const char *sound;

    if (modem_sound(modem) && (!calls->sound_asked_at || now >= calls->sound_asked_at + DAY)) {
        calls->sound_asked_at = now;
        sound = find_sound(mem, line, modem);
        if (!sound || !sound_port_is_there(sound)) {
            log_warning("%s: the sound of its calls cannot be opened: they ring, and are kept as missed",
                        line->name);
            alert_post(line->desk, "alert-sound", line->name, 0, "");
        }
    }
    talloc_free(mem);
}

void modem_calls_ask(struct line *line, struct modem_calls *calls, struct modem *modem)
{
    if (!settings_of(line)->has_voice || calls->leg)
        return;

    enum modem_voice voice = modem_voice(modem);
    bool is_voiceless = voice == MODEM_VOICE_NONE;

    if (is_voiceless && !calls->is_voiceless_told) {
        log_warning("%s: callers cannot be heard by this modem: %s", line->name,
                    modem_sound(modem) ? "on LTE, and not registered for VoLTE" : "it has no audio");
        alert_post(line->desk, "alert-voice", line->name, 0, "");
    }
    calls->is_voiceless_told = is_voiceless;
    if (calls->is_settled) {
        ask_for_sound(line, calls, modem);
        self_test_call(line, modem);
    }
    calls->is_settled = true;
}

void modem_calls_begin(struct line *line, struct modem_calls *calls, struct modem *modem)
{
    if (!settings_of(line)->has_voice)
        return;
    if (!calls->legs && modem_sound(modem)) /* reads prompts now, so that no caller waits for it */
        calls->legs = modem_legs_start(line->state, line->config, line->desk);
    modem_calls_ask(line, calls, modem);
    if (modem_sound(modem) && modem_sound(modem)->is_experimental)
        log_warning("%s: calls on a %s are experimental", line->name, modem_state(modem)->model);
}

/* Called on the leg's thread. */
static void over(void *arg)
{
    struct line *line = arg;

    line->kind->wake(line);
}

/* NULL: *why. */
static struct modem_leg *open_leg(void *mem, struct line *line, struct modem_calls *calls,
                                  struct modem *modem, const struct modem_call *call, const char **why)
{
    const struct quirk_voice *voice = modem_sound(modem);
    const char *sound = find_sound(mem, line, modem), *number = settings_of(line)->number;

    *why = "its sound is not there: xiangyin modem probe says more";
    if (!sound)
        return NULL;
    const struct modem_leg_wish wish = {
        .line = line->name,
        .call_id = talloc_asprintf(mem, "call:%s:%lld", call->number, (long long)call->at),
        .caller = phone_of(mem, call->number),
        .called = number ? number : "",
        .sound = sound,
        .gain_in = voice->gain_in,
        .gain_out = voice->gain_out,
        .over = over,
        .arg = line,
    };
    return modem_leg_open(line->state, calls->legs, &wish, why);
}

/* Answers a call. One that cannot be answered goes on ringing: its caller pays nothing and is called back. */
static void answer(struct line *line, struct modem_calls *calls, struct modem *modem)
{
    void *mem = talloc_new(NULL);
    struct modem_call call;
    const char *why = NULL;

    if (modem_ringing(modem, &call) && self_test_is_called(line, modem, call.number)) {
        talloc_free(mem);
        return;
    }
    if (!modem_prepare(modem, &call))
        why = modem_error(modem);
    else
        calls->leg = open_leg(mem, line, calls, modem, &call, &why);
    if (calls->leg && !modem_answer(modem)) {
        modem_leg_end(calls->leg);
        calls->leg = NULL;
        why = modem_error(modem);
    }
    if (calls->leg) {
        log_info("%s: a call is answered", line->name);
        calls->looked_at = clock_ticks_ms();
        modem_leg_begin(calls->leg);
    } else {
        log_warning("%s: a call is not answered: %s", line->name, why);
    }
    talloc_free(mem);
}

static bool may_answer(const struct line *line, const struct modem_calls *calls, const struct modem *modem)
{
    return settings_of(line)->receives && calls->legs && !calls->leg && modem_sound(modem);
}

static void end(struct line *line, struct modem_calls *calls, const char *how)
{
    log_info("%s: the call has ended: %s", line->name, how);
    modem_leg_end(calls->leg);
    calls->leg = NULL;
}

static void look_at_leg(struct line *line, struct modem_calls *calls, struct modem *modem, int wakes)
{
    static const char *const words[] = { [MODEM_LEG_SAID] = "all is said",
                                         [MODEM_LEG_MUTE] = "no sound came from the modem",
                                         [MODEM_LEG_GONE] = "its sound is gone" };
    enum modem_leg_end ended = modem_leg_ended(calls->leg);
    char key;

    while ((key = modem_take_key(modem)) != 0)
        modem_leg_key(calls->leg, key);
    if (wakes & MODEM_HUNG_UP) {
        end(line, calls, "the caller hung up");
        modem_hang_up(modem); /* also switches its sound off */
    } else if (ended != MODEM_LEG_GOES_ON) {
        if (ended == MODEM_LEG_GONE)
            calls->gone_at = clock_ticks_ms();
        modem_hang_up(modem);
        end(line, calls, words[ended]);
    } else if (clock_ticks_ms() >= calls->looked_at + CALL_LOOK_MS) {
        calls->looked_at = clock_ticks_ms();
        modem_check_call(modem);
    }
}

void modem_calls_look(struct line *line, struct modem_calls *calls, struct modem *modem, int wakes)
{
    if (calls->leg)
        look_at_leg(line, calls, modem, wakes);
    else if ((wakes & MODEM_RING) && may_answer(line, calls, modem))
        answer(line, calls, modem);
}

bool modem_calls_cure(struct line *line, struct modem_calls *calls, struct modem *modem)
{
    if (calls->leg || !modem_is_flagged(modem) || !modem_cure(modem))
        return false;
    log_warning("%s: the modem refused its sound and is restarted", line->name);
    return true;
}

static void count_vanishing(struct line *line, struct modem_calls *calls)
{
    int64_t now = clock_now();

    if (calls->vanished == 0 || now > calls->vanished_at + DAY) {
        calls->vanished = 0;
        calls->vanished_at = now;
    }
    if (++calls->vanished != VANISHED_MOST)
        return;
    log_warning("%s: the modem went away during %d calls: its power supply may be too weak", line->name,
                VANISHED_MOST);
    alert_post(line->desk, "alert-power", line->name, VANISHED_MOST, "");
}

void modem_calls_lost(struct line *line, struct modem_calls *calls)
{
    /* the sound's port may vanish before the AT port */
    bool was_on = calls->leg || (calls->gone_at && clock_ticks_ms() < calls->gone_at + GONE_MS);

    if (calls->leg)
        end(line, calls, "the modem is gone");
    calls->gone_at = 0;
    if (was_on && !atomic_load(&line->is_stopping))
        count_vanishing(line, calls);
}

void modem_calls_end(struct modem_calls *calls)
{
    if (calls->leg)
        modem_leg_end(calls->leg);
    if (calls->legs)
        modem_legs_stop(calls->legs);
    calls->leg = NULL;
    calls->legs = NULL;
}
