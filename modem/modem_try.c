/* Commands of the start that a modem need not know: most say ERROR then, and some say nothing at all. */
#include "modem/modem_private.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

enum {
    BRIEF_MS = 400, /* for a modem that answers AT at once; a slower one gets GREETINGS times what AT took */
    GREETINGS = 10,
    SILENCES = 2,      /* starts in a row until a command is left out */
    LEFT_OUT_MOST = 10 /* starts; then it is tried again */
};

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
