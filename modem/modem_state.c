/* Reads registration, signal and operator, and checks that the modem keeps our settings. */
#include "modem/modem_private.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

static int ask_registration(struct modem *modem, void *mem, const char *name)
{
    char command[24];
    struct at_reply reply;
    struct at_registration registration;
    int stat = -1;

    snprintf(command, sizeof command, "AT%s?", name);
    modem_try(modem, mem, &reply, command);
    for (size_t i = 0; i < reply.n; i++)
        if (at_answers(reply.lines[i], name) && at_read_registration(reply.lines[i], true, &registration))
            stat = registration.stat;
    return stat;
}

/* Texts come by circuit-switched, packet or LTE service: registration with any of them is enough. */
static void read_registration(struct modem *modem, void *mem)
{
    static const char *const others[] = { "+CEREG", "+CGREG" };
    int stat = ask_registration(modem, mem, "+CREG");

    modem->state.tells_registration = modem->has_registration_codes && at_is_registered(stat);
    for (size_t i = 0; i < 2 && !at_is_registered(stat) && !at_is_lost(modem->at); i++) {
        int other = ask_registration(modem, mem, others[i]);

        if (at_is_registered(other) || stat < 0)
            stat = other;
    }
    modem_set_registration(modem, stat);
}

/* The quality of the signal in four steps; only a change of step is reported. */
static int step_of(int signal)
{
    return signal == 99 ? 0 : signal < 5 ? 1 : signal < 10 ? 2 : 3;
}

static void read_signal(struct modem *modem, void *mem)
{
    struct at_reply reply;
    int rssi, ber;

    modem_try(modem, mem, &reply, "AT+CSQ");
    for (size_t i = 0; i < reply.n; i++) {
        if (!at_read_signal(reply.lines[i], &rssi, &ber))
            continue;
        if (step_of(rssi) != step_of(modem->state.signal))
            modem->wake |= MODEM_STATE;
        modem->state.signal = rssi;
    }
}

static void read_operator(struct modem *modem, void *mem)
{
    struct at_reply reply;
    struct at_operator op;

    modem_try(modem, mem, &reply, "AT+COPS?");
    for (size_t i = 0; i < reply.n; i++) {
        if (!at_read_operator(reply.lines[i], &op) || strcmp(op.name, modem->state.operator_name) == 0)
            continue;
        snprintf(modem->state.operator_name, sizeof modem->state.operator_name, "%s", op.name);
        modem->wake |= MODEM_STATE;
    }
}

bool modem_read_network(struct modem *modem)
{
    void *mem = talloc_new(NULL);

    int before = modem->state.registration;

    read_registration(modem, mem);
    read_signal(modem, mem);
    if (!*modem->state.operator_name || modem->state.registration != before || modem->state.registration == 5)
        read_operator(modem, mem);
    talloc_free(mem);
    return !at_is_lost(modem->at);
}

bool modem_check(struct modem *modem)
{
    if (!modem_is_usable(modem))
        return false;
    if (!modem_keeps_settings(modem)) {
        if (!at_synchronise(modem->at))
            return modem_fail_at(modem);
        modem->is_restarted = !modem_keeps_settings(modem);
    }
    if (!modem_is_usable(modem))
        return false;
    modem_all_due(modem);
    return modem_read_network(modem) || modem_fail_at(modem);
}
