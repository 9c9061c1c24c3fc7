/*
 * Used by the whole driver: keeps the reason of a failure, checks that the modem is still usable, and sends
 * optional commands, which some modems refuse and some never answer.
 */
#include "modem/modem_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

enum {
    BRIEF_MS = 400, /* at least; a slow modem gets GREETINGS times what it took to answer AT */
    GREETINGS = 10,
    SILENCES = 2,      /* starts in a row until a command is left out */
    LEFT_OUT_MOST = 10 /* starts; then it is tried again */
};

bool modem_fail(struct modem *modem, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(modem->error, sizeof modem->error, format, args);
    va_end(args);
    return false;
}

bool modem_fail_at(struct modem *modem)
{
    return modem_fail(modem, "%s", at_error(modem->at));
}

/* Whether a line of that name states another value. */
static bool says_other(const struct at_reply *reply, const char *name, const char *wanted)
{
    for (size_t i = 0; i < reply->n; i++)
        if (at_answers(reply->lines[i], name) &&
            strncmp(at_parameters(reply->lines[i]), wanted, strlen(wanted)) != 0)
            return true;
    return false;
}

/* Asks for a setting. False when its value is not ours, when the modem echoes again, or without any answer.
 */
static bool keeps(struct modem *modem, const char *command, const char *name, const char *wanted)
{
    void *mem = talloc_new(NULL);
    struct at_reply reply;
    bool kept;

    at_command(modem->at, mem, modem->settings.command_timeout_ms, &reply, "%s", command);
    kept =
        reply.final != AT_NONE && !says_other(&reply, name, wanted) && (!reply.was_echoed || modem->echoes);
    talloc_free(mem);
    return kept;
}

/* A modem that restarted unnoticed echoes again, and no longer announces what it stores. */
bool modem_keeps_settings(struct modem *modem)
{
    return keeps(modem, "AT+CMGF?", "+CMGF", "0") &&
           (!*modem->cnmi_said || keeps(modem, "AT+CNMI?", "+CNMI", modem->cnmi_said));
}

bool modem_is_usable(struct modem *modem)
{
    if (modem->fd < 0)
        return modem_fail(modem, "%s: not started", modem->settings.device);
    if (modem->is_suspect) {
        modem->is_suspect = false;
        modem->is_restarted = !modem_keeps_settings(modem);
    }
    if (modem->is_restarted)
        return modem_fail(modem, "%s: the modem restarted", modem->settings.device);
    return !at_is_lost(modem->at) || modem_fail_at(modem);
}

static struct silent *find(struct modem *modem, const char *command)
{
    for (size_t i = 0; i < modem->n_silent; i++)
        if (strcmp(modem->silent[i].command, command) == 0)
            return &modem->silent[i];
    return NULL;
}

static void note_silence(struct modem *modem, const char *command)
{
    struct silent *silent = find(modem, command);

    if (!silent && modem->n_silent < MODEM_SILENT) {
        silent = &modem->silent[modem->n_silent++];
        *silent = (struct silent){ 0 };
        snprintf(silent->command, sizeof silent->command, "%s", command);
    }
    if (silent)
        silent->starts++;
}

static bool is_left_out(struct modem *modem, const char *command)
{
    struct silent *silent = find(modem, command);

    if (!silent || silent->starts < SILENCES)
        return false;
    if (++silent->starts <= SILENCES + LEFT_OUT_MOST)
        return true;
    silent->starts = 0;
    return false;
}

static int brief(const struct modem *modem)
{
    int ms = GREETINGS * at_greeting_ms(modem->at);

    if (ms < BRIEF_MS)
        ms = BRIEF_MS;
    return ms < modem->settings.command_timeout_ms ? ms : modem->settings.command_timeout_ms;
}

bool modem_try(struct modem *modem, void *mem, struct at_reply *reply, const char *command)
{
    struct at_reply own;
    struct silent *silent;

    if (!reply)
        reply = &own;
    *reply = (struct at_reply){ .final = AT_NONE, .code = -1, .number = -1 };
    if (is_left_out(modem, command))
        return modem_fail(modem, "%s: left out, it was never answered", command);
    if (at_command(modem->at, mem, brief(modem), reply, "%s", command))
        reply->final = AT_OK;
    if (reply->final == AT_NONE && at_synchronise(modem->at)) {
        if (!at_was_late(modem->at)) {
            note_silence(modem, command);
            return modem_fail(modem, "%s: no answer", command);
        }
        if (at_command(modem->at, mem, modem->settings.command_timeout_ms, reply, "%s", command))
            reply->final = AT_OK;
    }
    if (at_is_busy(reply) &&
        at_command_patiently(modem->at, mem, modem->settings.command_timeout_ms, reply, command))
        reply->final = AT_OK;
    silent = find(modem, command);
    if (silent && reply->final != AT_NONE)
        silent->starts = 0;
    return reply->final == AT_OK || modem_fail_at(modem);
}

void modem_forget_silences(struct modem *modem)
{
    modem->n_silent = 0;
}
