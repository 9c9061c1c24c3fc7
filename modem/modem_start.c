/* Opens the port and sets the modem up, until it takes and announces messages. */
#include "modem/modem_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "modem/port.h"

enum { SIM_MS = 10000, SIM_ASKED = 3, RADIO_MS = 15000, RESET_MS = 200, ATTEMPTS = 3 };

static bool command(struct modem *modem, const char *text)
{
    return at_command(modem->at, NULL, modem->settings.command_timeout_ms, NULL, "%s", text);
}

static bool try(struct modem *modem, const char *text)
{
    void *mem = talloc_new(NULL);
    bool is_done = modem_try(modem, mem, NULL, text);

    talloc_free(mem);
    return is_done;
}

static bool must(struct modem *modem, const char *text)
{
    return at_command_patiently(modem->at, NULL, modem->settings.command_timeout_ms, NULL, text) ||
           modem_fail_at(modem);
}

/* Copies the first field of an information line, without the line's name and the quotes. */
static void take_first(const char *line, char *answer, size_t size)
{
    struct at_field fields[AT_FIELDS];

    if (at_parameters(line) != line && at_fields(line, fields) > 0)
        at_field_text(&fields[0], answer, size);
    else
        snprintf(answer, size, "%s", line);
}

/* The line of the answer that begins with the command's name, else the first; "" without one. */
static void ask(struct modem *modem, const char *text, char *answer, size_t size)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;
    char name[32];
    size_t own = 0;

    *answer = '\0';
    at_command_name(text, name, sizeof name);
    if (modem_try(modem, mem, &reply, text) && reply.n > 0) {
        for (size_t i = reply.n; i-- > 0;)
            if (at_answers(reply.lines[i], name))
                own = i;
        take_first(reply.lines[own], answer, size);
    }
    talloc_free(mem);
}

/* Forgets which commands were never answered once another modem is in the port. */
static void remember_whose_silences(struct modem *modem)
{
    const struct modem_state *state = &modem->state;
    char model[sizeof modem->silent_model];

    snprintf(model, sizeof model, "%.127s|%.47s|%.47s", state->port, state->manufacturer, state->model);
    if (strcmp(model, modem->silent_model) != 0 && *modem->silent_model)
        modem_forget_silences(modem);
    snprintf(modem->silent_model, sizeof modem->silent_model, "%s", model);
}

/* A rebranded modem may hide its maker in AT+CGMI and tell it in ATI. */
static void find_quirk(struct modem *modem)
{
    const struct modem_state *state = &modem->state;
    void *mem = talloc_new(NULL);
    char *makers = talloc_strdup(mem, state->manufacturer);
    struct at_reply reply;

    modem_try(modem, mem, &reply, "ATI");
    for (size_t i = 0; i < reply.n; i++)
        makers = talloc_asprintf_append(makers, "\n%s", reply.lines[i]);
    modem->quirk = quirk_find(makers, state->model);
    talloc_free(mem);
}

static void read_identity(struct modem *modem)
{
    struct modem_state *state = &modem->state;

    modem_ask_twice(modem, "AT+CGMI", modem_is_name, state->manufacturer, sizeof state->manufacturer);
    modem_ask_twice(modem, "AT+CGMM", modem_is_name, state->model, sizeof state->model);
    ask(modem, "AT+CGMR", state->revision, sizeof state->revision);
    ask(modem, "AT+CGSN", state->serial, sizeof state->serial);
    find_quirk(modem);
    remember_whose_silences(modem);
}

/* Commands with "|" between them; NULL: none. */
static void run_all(struct modem *modem, const char *commands)
{
    void *mem = talloc_new(NULL);
    char *rest = commands ? talloc_strdup(mem, commands) : NULL, *one;

    while (rest && (one = strsep(&rest, "|")))
        modem_try(modem, mem, NULL, one);
    talloc_free(mem);
}

/* An OK without the line +CPIN: may answer another command, asked by a program that had the port before. */
static bool ask_sim(struct modem *modem, void *mem, struct at_reply *reply)
{
    bool is_known = true;

    modem->state.sim[0] = '\0';
    for (int i = 0; i < SIM_ASKED && is_known && modem->state.sim[0] == '\0'; i++) {
        is_known = at_command_patiently(modem->at, mem, SIM_MS, reply, "AT+CPIN?");
        for (size_t j = 0; j < reply->n; j++)
            at_read_sim(reply->lines[j], modem->state.sim, sizeof modem->state.sim);
    }
    return is_known;
}

/* Asks +CPIN? and keeps the answer; an error without number, or OK and nothing else each time, means that
 * this modem has no such command. */
static bool read_sim(struct modem *modem)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;
    bool is_known = ask_sim(modem, mem, &reply);

    if ((is_known && modem->state.sim[0] == '\0') || (!is_known && reply.final == AT_ERROR)) {
        is_known = true;
        snprintf(modem->state.sim, sizeof modem->state.sim, "READY");
    } else if (!is_known && (reply.code == 10 || reply.code == 310)) {
        modem_fail(modem, "no SIM in the modem (%s)", at_error(modem->at));
    } else if (!is_known) {
        modem_fail_at(modem);
    }
    talloc_free(mem);
    return is_known;
}

static bool is_ready(const struct modem *modem)
{
    return strcmp(modem->state.sim, "READY") == 0 || strcmp(modem->state.sim, "SIM PIN2") == 0 ||
           strcmp(modem->state.sim, "SIM PUK2") == 0;
}

static bool is_pin(const char *pin)
{
    size_t n = strlen(pin);

    return n >= 4 && n <= 8 && strspn(pin, "0123456789") == n;
}

/* How many tries are left for the PIN; -1 when the modem does not say. */
static long tries_left(struct modem *modem)
{
    static const struct {
        const char *command, *name;
        size_t field;
    } ways[] = {
        { "AT+CPINR=\"SIM PIN\"", "+CPINR", 1 }, /* 27.007 8.65 */
        { "AT+QPINC=\"SC\"", "+QPINC", 1 },      /* Quectel */
        { "AT+SPIC", "+SPIC", 0 },               /* SIMCom */
        { "AT^CPIN?", "^CPIN", 3 },              /* Huawei: state, tries of what is asked, PUK, PIN, ... */
    };
    void *mem = talloc_new(NULL);
    long tries = -1;

    for (size_t i = 0; i < sizeof ways / sizeof *ways && tries < 0; i++) {
        struct at_reply reply;
        struct at_field fields[AT_FIELDS];

        modem_try(modem, mem, &reply, ways[i].command);
        for (size_t j = 0; j < reply.n; j++)
            if (at_answers(reply.lines[j], ways[i].name) && at_fields(reply.lines[j], fields) > ways[i].field)
                tries = at_field_number(&fields[ways[i].field], -1);
    }
    talloc_free(mem);
    return tries;
}

static bool wait_for_sim(struct modem *modem)
{
    int64_t deadline = at_now_ms() + SIM_MS;

    while (read_sim(modem) && !is_ready(modem)) {
        if (at_now_ms() >= deadline || !at_pause(modem->at, 100))
            return modem_fail(modem, "the SIM still says %s after its PIN", modem->state.sim);
    }
    return is_ready(modem);
}

/* Enters the PIN, unless it failed before or fewer than three tries are left: the third wrong PIN locks the
 * SIM. */
static bool enter_pin(struct modem *modem)
{
    const char *pin = modem->settings.pin;
    long tries;

    if (!pin || !*pin)
        return modem_fail(modem, "the SIM asks for its PIN, and none is configured");
    if (!is_pin(pin))
        return modem_fail(modem, "the configured PIN is not four to eight digits");
    if (modem->state.pin_refused)
        return modem_fail(modem, "the SIM refused the configured PIN; it is not tried again");
    tries = tries_left(modem);
    if (tries >= 0 && tries < 3)
        return modem_fail(modem, "the PIN was entered wrongly before (%ld left); it is not tried", tries);
    modem->state.pin_refused = true;
    if (!at_command(modem->at, NULL, SIM_MS, NULL, "AT+CPIN=\"%s\"", pin))
        return modem_fail(modem, "the SIM did not take the configured PIN (%s); it is not tried again",
                          at_error(modem->at));
    if (!wait_for_sim(modem))
        return false;
    modem->state.pin_refused = false;
    return true;
}

static bool unlock_sim(struct modem *modem)
{
    if (!read_sim(modem))
        return false;
    if (is_ready(modem)) {
        modem->state.pin_refused = false;
        return true;
    }
    if (strcmp(modem->state.sim, "SIM PIN") == 0)
        return enter_pin(modem);
    if (strcmp(modem->state.sim, "SIM PUK") == 0)
        return modem_fail(modem,
                          "the SIM is locked and asks for its PUK: put it into a phone and enter it there");
    return modem_fail(modem, "the SIM or modem asks for %s", modem->state.sim);
}

/* A modem in flight mode answers commands but receives no texts. */
static void switch_radio_on(struct modem *modem)
{
    char level[48];

    ask(modem, "AT+CFUN?", level, sizeof level);
    if (strcmp(level, "0") == 0 || strcmp(level, "4") == 0)
        at_command(modem->at, NULL, RADIO_MS, NULL, "AT+CFUN=1");
}

static bool take_form(struct modem *modem, const char *form, int *silences)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;
    bool is_taken = modem_try(modem, mem, &reply, talloc_asprintf(mem, "AT+CNMI=%s", form));

    *silences += reply.final == AT_NONE;
    talloc_free(mem);
    return is_taken;
}

/* 27.005 3.4.1, best first: messages stored and announced, reports direct, then stored, then none. */
static const char *const forms[] = { "2,1,0,1,0", "2,1,0,1,1", "2,1,0,2,0", "2,1,0,2,1",
                                     "1,1,0,1,0", "1,1,0,1,1", "1,1,0,2,0", "1,1,0,2,1",
                                     "3,1,0,1,0", "3,1,0,2,0", "2,1,0,0,0", "2,1,0,0,1",
                                     "1,1,0,0,0", "1,1,0,0,1", "2,1",       NULL };
/* The same with verify = yes: a report that comes directly is said only once and cannot be read twice. */
static const char *const verified_forms[] = { "2,1,0,2,0", "2,1,0,2,1", "1,1,0,2,0", "1,1,0,2,1", "3,1,0,2,0",
                                              "2,1,0,0,0", "2,1,0,0,1", "1,1,0,0,0", "1,1,0,0,1", NULL };

/* Some modems say OK and set something else: that is what they must keep, and it tells whether they announce.
 */
static void read_codes(struct modem *modem)
{
    void *mem = talloc_new(NULL);
    struct at_field fields[AT_FIELDS];
    struct at_reply reply;

    modem_try(modem, mem, &reply, "AT+CNMI?");
    for (size_t i = 0; i < reply.n; i++) {
        if (!at_answers(reply.lines[i], "+CNMI") || at_fields(reply.lines[i], fields) < 2)
            continue;
        snprintf(modem->cnmi_said, sizeof modem->cnmi_said, "%s", at_parameters(reply.lines[i]));
        modem->state.pushes = at_field_number(&fields[1], 1) != 0;
    }
    talloc_free(mem);
}

/* Tries the forms until one is taken. A modem that answers two of them with silence is asked no more. */
void modem_ask_for_codes(struct modem *modem)
{
    const char *const *form = modem->settings.verify ? verified_forms : forms;
    int silences = 0;

    modem->cnmi = NULL;
    modem->cnmi_said[0] = '\0';
    for (; *form && !modem->cnmi && silences < 2; form++)
        if (take_form(modem, *form, &silences))
            modem->cnmi = *form;
    modem->state.pushes = modem->cnmi != NULL;
    if (modem->cnmi)
        read_codes(modem);
}

/* 27.005 3.2.1: service 1 (phase 2+) wants AT+CNMA for what comes directly. */
static void read_service(struct modem *modem)
{
    char service[48];

    ask(modem, "AT+CSMS?", service, sizeof service);
    modem->wants_cnma = strcmp(service, "1") == 0;
}

/* Turns on error numbers. The answer also shows whether ATE0 turned the echo off. */
static void ask_for_errors(struct modem *modem)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;

    modem_try(modem, mem, &reply, "AT+CMEE=1");
    modem->echoes = reply.was_echoed;
    talloc_free(mem);
}

static bool set_up(struct modem *modem)
{
    char iccid[48];

    command(modem, "ATE0");
    ask_for_errors(modem);
    read_identity(modem);
    if (at_is_lost(modem->at))
        return modem_fail_at(modem);
    switch_radio_on(modem);
    if (!unlock_sim(modem))
        return false;
    run_all(modem, modem->quirk->start);
    modem_ask_twice(modem, "AT+CIMI", modem_is_imsi, modem->state.imsi, sizeof modem->state.imsi);
    ask(modem, "AT+CCID", iccid, sizeof iccid);
    snprintf(modem->state.iccid, sizeof modem->state.iccid, "%.23s", iccid);
    if (!must(modem, "AT+CMGF=0"))
        return false;
    read_service(modem);
    if (!modem_find_storages(modem))
        return modem_fail_at(modem);
    modem_ask_for_codes(modem);
    try(modem, "AT+CLIP=1");
    if (modem->settings.answers && modem->quirk->voice) {
        modem_end_old_call(modem);
        run_all(modem, modem->settings.sound_by_port && modem->quirk->voice->port_start
                           ? modem->quirk->voice->port_start
                           : modem->quirk->voice->start);
    }
    modem->has_registration_codes = try(modem, "AT+CREG=1");
    try(modem, "AT+COPS=3,0");
    modem_read_network(modem);
    modem->wake = MODEM_MAIL | MODEM_STATE;
    if (modem->is_suspect)
        modem->is_restarted = modem->is_restarted || !modem_keeps_settings(modem);
    modem->is_suspect = false;
    return !at_is_lost(modem->at) || modem_fail_at(modem);
}

static bool open_port(struct modem *modem, const char *path)
{
    char why[256];

    modem_stop(modem);
    modem->fd = port_open(path, modem->settings.baud, why, sizeof why);
    if (modem->fd < 0)
        return modem_fail(modem, "%s", why);
    snprintf(modem->state.port, sizeof modem->state.port, "%s", path);
    at_attach(modem->at, modem->fd);
    return true;
}

/* Opens the first port that answers: a modem has several, and not all of them take commands. */
static bool open_any(struct modem *modem)
{
    void *mem = talloc_new(NULL);
    char **paths;
    size_t n = port_find(mem, modem->settings.device, &paths);
    int patience = modem->settings.command_timeout_ms * 3 / 2;
    bool found = false;

    if (n == 0)
        modem_fail(modem, "%s: no such modem is plugged in", modem->settings.device);
    for (size_t i = 0; i < n && !found && !atomic_load(&modem->is_hurried); i++) {
        if (!open_port(modem, paths[i]))
            continue;
        found = at_greet(modem->at, n > 1 && patience > 2000 ? 2000 : patience);
        if (!found)
            modem_fail(modem, "%s: %s", paths[i], at_error(modem->at));
    }
    talloc_free(mem);
    return found;
}

static bool bring_up(struct modem *modem)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        modem->is_restarted = modem->is_suspect = false;
        if (!open_any(modem))
            return false;
        modem->is_restarted = modem->is_suspect = false;
        if (set_up(modem) && !modem->is_restarted)
            return true;
        if (!modem->is_restarted)
            return false;
        modem_fail(modem, "%s: the modem restarted while it was set up", modem->settings.device);
    }
    return false;
}

/* Restarts a modem that answers but cannot be set up; it then appears as if plugged in again. */
static void reset_hard(struct modem *modem)
{
    if (modem->fd < 0 || at_is_lost(modem->at))
        return;
    modem->failed_starts = 0;
    at_shout(modem->at, "AT+CFUN=1,1");
    at_pause(modem->at, RESET_MS); /* the command must have been transmitted before the port is closed */
}

void modem_refuse_pin(struct modem *modem)
{
    modem->state.pin_refused = true;
}

bool modem_open(struct modem *modem)
{
    modem->is_restarted = modem->is_suspect = false;
    if (!open_any(modem))
        return false;
    modem->is_restarted = modem->is_suspect = false;
    return command(modem, "ATE0") || modem_fail_at(modem);
}

bool modem_start(struct modem *modem)
{
    bool is_up;

    modem->is_starting = true;
    modem_end_talk(modem);
    modem->talking.is_flagged = false;
    modem_end_call(modem);
    modem->unknown_sends = 0;
    is_up = bring_up(modem);
    modem->is_starting = false;
    if (is_up) {
        modem->failed_starts = 0;
        modem->error[0] = '\0';
        return true;
    }
    if (modem->settings.hard_reset && ++modem->failed_starts >= 3 && !modem->state.pin_refused)
        reset_hard(modem);
    modem_stop(modem);
    return false;
}
