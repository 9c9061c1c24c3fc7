#include "gateway/command/modem/modem_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/words.h"
#include "gateway/voice/sound/sound_port.h"
#include "modem/at_answers.h"
#include "modem/quirk.h"

enum { COMMAND_MS = 10000 };

static void say(const char *name, const char *value)
{
    printf("%-14s %s\n", name, value && *value ? value : "-");
}

/* 27.007 8.5: 0 is -113 dBm or less, 31 -51 dBm or more. */
static void say_signal(int rssi)
{
    if (rssi < 0 || rssi > 31)
        printf("%-14s unknown\n", "signal");
    else
        printf("%-14s %d of 31 (%d dBm)\n", "signal", rssi, -113 + 2 * rssi);
}

static void say_state(const struct modem_state *state)
{
    const char *registration = at_registration_word(state->registration);

    say("port", state->port);
    say("manufacturer", state->manufacturer);
    say("model", state->model);
    say("revision", state->revision);
    say("IMEI", state->serial);
    say("SIM", state->sim);
    say("IMSI", state->imsi);
    say("ICCID", state->iccid);
    say("registration", registration ? registration : "unknown");
    say("operator", state->operator_name);
    say_signal(state->signal);
    printf("%-14s %d of %d used\n", "storage", state->used, state->total);
    say("announces", state->pushes ? "yes" : "no: it is polled");
}

static bool advise(bool applies, const char *advice)
{
    if (applies)
        printf("! %s\n", words(advice));
    return applies;
}

/* The name of the modem's sound, from mem; NULL: it is not there. */
static const char *find_sound(void *mem, struct modem *modem)
{
    const struct quirk_voice *sound = modem_sound(modem);
    const char *port = modem_state(modem)->port;

    return sound->sound == QUIRK_CARD ? sound_find_card(mem, "/sys", port)
                                      : sound_find_port(mem, "/sys", port, sound->interface);
}

/* Whether calls reach it, and how their sound comes here. */
static void say_voice(struct modem *modem)
{
    const struct quirk_voice *sound = modem_sound(modem);
    void *mem = talloc_new(NULL);
    const char *name = sound ? find_sound(mem, modem) : NULL;

    say("voice", modem_voice_word(modem_voice(modem)));
    const char *where = name ? name : "not found";

    if (!sound)
        say("sound", "");
    else if (sound->sound == QUIRK_CARD)
        say("sound", talloc_asprintf(mem, "USB sound card, %s", where));
    else
        say("sound", talloc_asprintf(mem, "USB interface %d, %s%s", sound->interface, where,
                                     sound->is_experimental ? "; experimental" : ""));
    advise(sound && sound->sound == QUIRK_CARD && !name,
           "no sound card, so calls cannot be answered: AT+QCFG=\"USBCFG\" with audio on, once, then "
           "AT+CFUN=1,1");
    talloc_free(mem);
}

static void say_answers(struct modem *modem)
{
    static const char *const commands[] = { "AT+CSCA?", "AT+CPMS?", "AT+CPMS=?", "AT+CNMI?",  "AT+CNMI=?",
                                            "AT+CSMS?", "AT+CREG?", "AT+CGREG?", "AT+CEREG?", "AT+COPS?",
                                            "AT+CFUN?", "AT+CLIP?", "AT+CSCS?",  "AT+CNUM",   "AT+CCLK?" };

    puts("");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        void *mem = talloc_new(NULL);
        char *answer = modem_command(modem, mem, commands[i], COMMAND_MS);

        if (!answer)
            printf("%s\n", modem_error(modem));
        else if (!*answer)
            printf("%s: OK\n", commands[i]);
        else
            printf("%s: %s\n", commands[i], answer);
        talloc_free(mem);
    }
}

static bool has_centre(struct modem *modem)
{
    void *mem = talloc_new(NULL);
    char *answer = modem_command(modem, mem, "AT+CSCA?", COMMAND_MS);
    char number[48];
    bool has = answer && at_read_centre(answer, number, sizeof number);

    talloc_free(mem);
    return has;
}

/* What keeps this modem from texting, the most important first. */
static int count_problems(struct modem *modem)
{
    const struct modem_state *state = modem_state(modem);
    int n = 0;

    puts("");
    n += advise(!at_is_registered(state->registration) && state->registration == 3,
                "the network refuses this SIM: is it paid for, activated, and allowed in this modem?");
    n += advise(!at_is_registered(state->registration) && state->registration != 3,
                "not registered with a network: antenna, reception, or a SIM that is not active");
    n += advise(state->signal < 5 || state->signal == 99, "hardly any signal: move the antenna");
    n += advise(
        !has_centre(modem),
        "the SIM knows no message centre: AT+CSCA=\"+...\" sets it, ask the network operator for the number");
    n += advise(state->total > 0 && state->used >= state->total,
                "its storage is full: nothing new can come in");
    n += advise(state->total == 0, "no storage for messages could be found");
    advise(modem_sound(modem) && state->voice == MODEM_VOICE_NONE,
           "callers hear that it is switched off: on LTE, and not registered for VoLTE; texts still work");
    return n;
}

int modem_probe(struct modem *modem)
{
    int problems;

    if (!modem_start(modem)) {
        const char *maker = modem_state(modem)->manufacturer;

        if (maker && *maker) /* else nothing is known of it */
            say_state(modem_state(modem));
        printf("! %s\n", modem_error(modem));
        return EXIT_FAILURE;
    }
    say_state(modem_state(modem));
    say_voice(modem);
    say_answers(modem);
    problems = count_problems(modem);
    if (problems == 0)
        puts(words("This modem is ready to receive and to send."));
    return problems == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
