/* Calls that are answered: how the sound is switched on, keys, and the end. */
#include "modem/modem_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

/* ANSWER_MS: until the network has connected the call. */
enum { ANSWER_MS = 15000, HANG_UP_MS = 10000, DIAL_MS = 20000, SOUND_TRIES = 3, SOUND_PAUSE_MS = 200 };

const char *modem_voice_word(enum modem_voice voice)
{
    static const char *const words[] = { "unknown", "none", "CS", "VoLTE" };

    return words[voice];
}

const struct quirk_voice *modem_sound(const struct modem *modem)
{
    return modem->quirk->voice;
}

/* The number in this field of the answer's line of that name; otherwise without one. */
static long ask_field(struct modem *modem, const char *command, const char *name, size_t field,
                      long otherwise)
{
    void *mem = talloc_new(NULL);
    struct at_field fields[AT_FIELDS];
    struct at_reply reply;
    long value = otherwise;

    modem_try(modem, mem, &reply, command);
    for (size_t i = 0; i < reply.n; i++)
        if (at_answers(reply.lines[i], name) && at_fields(reply.lines[i], fields) > field)
            value = at_field_number(&fields[field], otherwise);
    talloc_free(mem);
    return value;
}

/* 27.007 8.71 +CIREG: n,reg_info; Quectel says it in its own way. */
static enum modem_voice ask_ims(struct modem *modem)
{
    long is_registered = ask_field(modem, "AT+CIREG?", "+CIREG", 1, -1);

    if (is_registered < 0)
        is_registered = ask_field(modem, "AT+QCFG=\"ims\"", "+QCFG", 2, -1);
    return is_registered < 0    ? MODEM_VOICE_UNKNOWN
           : is_registered == 1 ? MODEM_VOICE_VOLTE
                                : MODEM_VOICE_NONE;
}

static enum modem_voice ask_voice(struct modem *modem)
{
    if (!modem->quirk->voice)
        return MODEM_VOICE_NONE;
    if (at_is_registered((int)ask_field(modem, "AT+CREG?", "+CREG", 1, -1)))
        return MODEM_VOICE_CS;
    if (at_is_registered((int)ask_field(modem, "AT+CEREG?", "+CEREG", 1, -1)))
        return ask_ims(modem);
    return MODEM_VOICE_UNKNOWN;
}

enum modem_voice modem_voice(struct modem *modem)
{
    enum modem_voice voice = ask_voice(modem);

    if (voice != (enum modem_voice)modem->state.voice)
        modem->wake |= MODEM_STATE;
    modem->state.voice = (int)voice;
    return voice;
}

/* ---- keys ---- */

/* "+DTMF: 1", "+DTMF: 1,160", "+RXDTMF: 1"; Quectel gives the character's code: "+QTONEDET: 49". */
void modem_hear_key(struct modem *modem, const char *line)
{
    struct at_field fields[AT_FIELDS];
    char text[8] = "", key;
    size_t n = strlen(modem->talking.keys);

    if (!modem->talking.is_on || at_fields(line, fields) == 0)
        return;
    at_field_text(&fields[0], text, sizeof text);
    key = strncasecmp(line, "+QTONEDET", 9) == 0 ? (char)atoi(text) : text[0];
    key = (char)toupper((unsigned char)key);
    if (key == '\0' || !strchr("0123456789*#ABCD", key) || n + 1 >= sizeof modem->talking.keys)
        return;
    modem->talking.keys[n] = key;
    modem->talking.keys[n + 1] = '\0';
    modem->wake |= MODEM_KEY;
}

char modem_take_key(struct modem *modem)
{
    char *keys = modem->talking.keys, key = keys[0];

    if (key)
        memmove(keys, keys + 1, strlen(keys));
    return key;
}

/* ---- the call ---- */

void modem_end_talk(struct modem *modem)
{
    if (!modem->talking.is_on)
        return;
    modem->talking.is_on = false;
    modem->talking.keys[0] = '\0';
    modem->wake |= MODEM_HUNG_UP;
}

/* Sends each command, and tries a refused one again; *is_first: none was refused at its first try. */
static bool run_each(struct modem *modem, const char *commands, int tries, bool *is_first)
{
    void *mem = talloc_new(NULL);
    char *rest = commands ? talloc_strdup(mem, commands) : NULL, *one;
    bool is_taken = true;

    *is_first = true;
    while (is_taken && rest && (one = strsep(&rest, "|")))
        for (int i = 0; i < tries; i++) {
            is_taken = at_command_patiently(modem->at, NULL, modem->settings.command_timeout_ms, NULL, one);
            *is_first &= is_taken;
            if (is_taken || !at_pause(modem->at, SOUND_PAUSE_MS))
                break;
        }
    talloc_free(mem);
    return is_taken || modem_fail_at(modem);
}

static bool says_as_set(struct modem *modem, const struct quirk_voice *voice)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;
    bool is_so = !voice->asks;

    if (voice->asks && modem_try(modem, mem, &reply, voice->asks))
        for (size_t i = 0; i < reply.n; i++)
            is_so |= strncmp(at_parameters(reply.lines[i]), voice->says, strlen(voice->says)) == 0;
    talloc_free(mem);
    return is_so ||
           modem_fail(modem, "%s does not say %s: the sound would not be at 8 kHz", voice->asks, voice->says);
}

bool modem_ringing(const struct modem *modem, struct modem_call *call)
{
    *call = modem->ringing.call;
    return modem->ringing.is_on;
}

bool modem_prepare(struct modem *modem, struct modem_call *call)
{
    const struct quirk_voice *voice = modem->quirk->voice;
    bool is_first, by_port;

    if (!modem->ringing.is_on || !voice)
        return modem_fail(modem, "no call that could be answered");
    by_port = modem->settings.sound_by_port && voice->port_before;

    if (!run_each(modem, by_port ? voice->port_before : voice->before, 1, &is_first) ||
        !says_as_set(modem, voice))
        return false;
    *call = modem->ringing.call;
    return modem->ringing.is_on || modem_fail(modem, "the caller has hung up");
}

/* The caller hung up first, or the network did not connect it. */
static bool give_up(struct modem *modem)
{
    modem_fail_at(modem);
    modem_end_call(modem);
    return false;
}

bool modem_answer(struct modem *modem)
{
    const struct quirk_voice *voice = modem->quirk->voice;
    bool is_first;

    if (!modem->ringing.is_on || !voice)
        return modem_fail(modem, "the caller has hung up");
    modem->talking.call = modem->ringing.call;
    if (!at_command(modem->at, NULL, ANSWER_MS, NULL, "ATA"))
        return give_up(modem);
    if (!modem->ringing.is_on) /* the call's end came right after it */
        return modem_fail(modem, "the caller has hung up");
    modem->talking.is_on = true;
    modem->talking.keys[0] = '\0';
    if (run_each(modem, voice->connected, SOUND_TRIES, &is_first)) {
        modem->talking.is_flagged = !is_first;
        modem->ringing.is_on = false;
        return true;
    }
    modem->talking.is_flagged = true;

    char why[sizeof modem->error];

    snprintf(why, sizeof why, "%s", modem->error);
    modem_hang_up(modem);
    modem->ringing.call = modem->talking.call; /* to be called back */
    modem->ringing.is_on = true;
    modem_end_call(modem);
    modem->wake &= ~MODEM_HUNG_UP;
    return modem_fail(modem, "%s", why);
}

void modem_refuse(struct modem *modem)
{
    modem->ringing.is_on = false;
    if (!at_command(modem->at, NULL, HANG_UP_MS, NULL, "AT+CHUP"))
        at_command(modem->at, NULL, HANG_UP_MS, NULL, "ATH");
    modem->ringing.is_on = false;
}

bool modem_dial(struct modem *modem, const char *number)
{
    const char *digits = number + (*number == '+');

    if (!modem_is_usable(modem))
        return false;
    if (!*digits || strspn(digits, "0123456789") != strlen(digits))
        return modem_fail(modem, "not a number: %s", number);
    modem->talking.is_dialled = true;
    return at_command(modem->at, NULL, DIAL_MS, NULL, "ATD%s;", number) || modem_fail_at(modem);
}

void modem_hang_up(struct modem *modem)
{
    const struct quirk_voice *voice = modem->quirk->voice;
    bool was_on = modem->talking.is_on || modem->talking.is_dialled, is_first;

    if (at_is_lost(modem->at) || modem->is_restarted)
        return;
    modem->talking.is_on = modem->talking.is_dialled = false;
    if (was_on && !at_command(modem->at, NULL, HANG_UP_MS, NULL, "AT+CHUP"))
        at_command(modem->at, NULL, HANG_UP_MS, NULL, "ATH");
    if (voice)
        run_each(modem, voice->ended, 1, &is_first);
}

/* 27.007 7.18 +CLCC: id,dir,stat,mode,mpty: calls of mode 0, voice, with a stat of at most this. -1: it does
 * not say. */
static int count_calls(struct modem *modem, int stat_most)
{
    void *mem = talloc_new(NULL);
    struct at_field fields[AT_FIELDS];
    struct at_reply reply;
    bool is_answered = modem_try(modem, mem, &reply, "AT+CLCC");
    int n = 0;

    for (size_t i = 0; i < reply.n; i++)
        n += at_answers(reply.lines[i], "+CLCC") && at_fields(reply.lines[i], fields) > 3 &&
             at_field_number(&fields[3], -1) == 0 && at_field_number(&fields[2], 9) <= stat_most;
    talloc_free(mem);
    return is_answered ? n : -1;
}

void modem_check_call(struct modem *modem)
{
    if (modem->talking.is_on && count_calls(modem, 9) == 0)
        modem_end_talk(modem);
}

/* Ends a call that an earlier run of the program left active or held. A ringing one is left alone. */
void modem_end_old_call(struct modem *modem)
{
    if (count_calls(modem, 1) > 0)
        at_command(modem->at, NULL, HANG_UP_MS, NULL, "AT+CHUP");
}

bool modem_is_flagged(const struct modem *modem)
{
    return modem->talking.is_flagged;
}

bool modem_cure(struct modem *modem)
{
    const struct quirk_voice *voice = modem->quirk->voice;

    if (!modem->talking.is_flagged || !voice || !voice->reset || modem->talking.is_on)
        return false;
    modem->talking.is_flagged = false;
    at_command(modem->at, NULL, modem->settings.command_timeout_ms, NULL, "%s", voice->reset);
    modem->is_restarted = true;
    return true;
}
