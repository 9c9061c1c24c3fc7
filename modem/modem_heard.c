/* Turns unsolicited codes into what modem_wait returns. */
#include "modem/modem_private.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>
#include <time.h>

#include "modem/modem_ussd.h"

/* RING comes every 3 to 6 s; after this silence the caller has hung up, whatever the modem said of it. */
enum { RING_SILENCE_MS = 8000 };

static bool is_known(const struct modem *modem, const struct announced *announced)
{
    for (size_t i = 0; i < modem->n_announced; i++)
        if (modem->announced[i].index == announced->index &&
            strcmp(modem->announced[i].storage, announced->storage) == 0)
            return true;
    return false;
}

static void set_due(struct modem *modem, const char *name)
{
    int storage = modem_find_storage(modem, name);

    if (storage >= 0)
        modem->storages[storage].is_due = true;
    else
        modem_all_due(modem);
}

/* "+CMTI: ,-1" announces nothing. An index that is not a number was damaged: then list. */
static bool says_nothing(const char *line)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);

    return n < 2 || fields[1].length == 0 || at_field_number(&fields[1], 0) < 0;
}

static void hear_stored(struct modem *modem, const char *line, bool is_report)
{
    struct announced announced = { .is_report = is_report };

    if (!at_read_stored(line, announced.storage, &announced.index)) {
        if (says_nothing(line))
            return;
        modem_all_due(modem);
        modem->has_other_mail = true;
    } else {
        set_due(modem, announced.storage);
        if (is_report && modem->quirk->reports_in)
            set_due(modem, modem->quirk->reports_in);
        if (!is_known(modem, &announced) && modem->n_announced < MODEM_ANNOUNCED)
            modem->announced[modem->n_announced++] = announced;
    }
    modem->wake |= MODEM_MAIL;
}

static void hear_direct(struct modem *modem, const char *line, const char *pdu, bool is_report)
{
    struct direct *direct;
    struct at_message_head head;

    if (!pdu || modem->n_direct >= MODEM_DIRECT)
        return;
    /* With verify = yes a report must be read twice, which one that comes directly cannot be. */
    if (is_report && modem->settings.verify)
        return;
    modem->direct = talloc_realloc(modem, modem->direct, struct direct, modem->n_direct + 1);
    direct = modem->direct + modem->n_direct++;
    at_read_message_head(line, &head);
    *direct = (struct direct){ .id = ++modem->next_direct, .length = head.length, .is_report = is_report };
    direct->pdu = talloc_strdup(modem->direct, pdu);
    for (char *c = direct->pdu; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    modem->has_other_mail = true;
    modem->wake |= MODEM_MAIL;
}

/* Another call that rings during a call cannot be answered; the network tells its caller. The number comes
 * after the first RING; if the modem does not give it, there is a second RING. */
static void hear_ring(struct modem *modem)
{
    if (modem->talking.is_on)
        return;
    if (!modem->ringing.is_on)
        modem->ringing = (struct ringing){ .is_on = true, .call.at = (int64_t)time(NULL) };
    modem->ringing.last_ms = at_now_ms();
    if (modem->settings.answers && ++modem->ringing.rings > 1)
        modem->wake |= MODEM_RING;
}

static void hear_caller(struct modem *modem, const char *line)
{
    struct at_caller caller;

    hear_ring(modem);
    if (!modem->ringing.is_on)
        return;
    if (at_read_caller(line, &caller) && *caller.number)
        snprintf(modem->ringing.call.number, sizeof modem->ringing.call.number, "%s", caller.number);
    modem->ringing.has_caller = true;
    if (modem->settings.answers)
        modem->wake |= MODEM_RING;
}

void modem_end_call(struct modem *modem)
{
    if (!modem->ringing.is_on)
        return;
    modem->ringing.is_on = false;
    if (modem->n_calls < MODEM_CALLS)
        modem->calls[modem->n_calls++] = modem->ringing.call;
    modem->wake |= MODEM_CALL;
}

int64_t modem_call_deadline(const struct modem *modem)
{
    return modem->ringing.is_on ? modem->ringing.last_ms + RING_SILENCE_MS : -1;
}

void modem_set_registration(struct modem *modem, int stat)
{
    if (modem->state.registration == stat)
        return;
    modem->state.registration = stat;
    modem->wake |= MODEM_STATE;
}

/* +CGREG and +CEREG change the state only for the better: texts may come by one network and not the other. */
static void hear_registration(struct modem *modem, const char *line)
{
    struct at_registration registration;
    bool is_main = strncasecmp(line, "+CREG", 5) == 0;

    if (!at_read_registration(line, false, &registration))
        return;
    if (is_main || (at_is_registered(registration.stat) && !at_is_registered(modem->state.registration)))
        modem_set_registration(modem, registration.stat);
}

static void hear_signal(struct modem *modem, const char *line)
{
    struct at_field fields[AT_FIELDS];
    long rssi;

    if (strncasecmp(line, "^RSSI:", 6) != 0 || at_fields(line, fields) == 0)
        return;
    rssi = at_field_number(&fields[0], -1);
    if (rssi >= 0 && (rssi <= 31 || rssi == 99))
        modem->state.signal = (int)rssi;
}

/* The SIM was put in, taken out, or became ready by itself: our settings can no longer be trusted. */
static void hear_sim(struct modem *modem, const char *line)
{
    char state[24] = "";
    struct at_field fields[AT_FIELDS];

    if (at_read_sim(line, state, sizeof state)) {
        snprintf(modem->state.sim, sizeof modem->state.sim, "%s", state);
        modem->wake |= MODEM_STATE;
        modem->is_restarted = modem->is_restarted || !modem->is_starting;
    } else if (at_fields(line, fields) > 0 && at_field_number(&fields[0], 1) == 0) {
        modem->is_restarted = modem->is_restarted || !modem->is_starting;
    }
}

static void hear_ussd(struct modem *modem, const char *line)
{
    struct at_ussd ussd;
    char *text;

    if (!at_read_ussd(line, &ussd))
        return;
    text = modem_ussd_text(modem, &ussd);
    /* "2,Initiating Release" may come before the text itself, and an empty answer after it. */
    if (text && (*text || !modem->ussd)) {
        talloc_free(modem->ussd);
        modem->ussd = text;
        modem->ussd_m = ussd.m;
    }
    modem->wake |= MODEM_USSD;
}

static void hear_restart(struct modem *modem)
{
    modem->is_restarted = true;
    at_interrupt(modem->at);
}

static void hear_full(struct modem *modem)
{
    modem_all_due(modem);
    modem->has_other_mail = true;
    modem->wake |= MODEM_MAIL;
}

static void hear_ready(struct modem *modem)
{
    modem->has_become_ready = true;
    hear_full(modem);
}

static void hear_heartbeat(struct modem *modem)
{
    if (modem->quirk->has_heartbeat)
        modem->is_suspect = true;
    else
        hear_restart(modem);
}

void modem_hear(void *context, const struct at_code *code, const char *line, const char *pdu)
{
    struct modem *modem = context;

    switch (code->kind) {
    case AT_CODE_STORED:
    case AT_CODE_REPORT_STORED:
        hear_stored(modem, line, code->kind == AT_CODE_REPORT_STORED);
        break;
    case AT_CODE_DELIVER:
    case AT_CODE_REPORT:
        hear_direct(modem, line, pdu, code->kind == AT_CODE_REPORT);
        break;
    case AT_CODE_READY:
        hear_ready(modem);
        break;
    case AT_CODE_FULL:
        hear_full(modem);
        break;
    case AT_CODE_RING:
        hear_ring(modem);
        break;
    case AT_CODE_CALLER:
        hear_caller(modem, line);
        break;
    case AT_CODE_KEY:
        modem_hear_key(modem, line);
        break;
    case AT_CODE_CALL_END:
        modem_end_talk(modem);
        modem_end_call(modem);
        break;
    case AT_CODE_USSD:
        hear_ussd(modem, line);
        break;
    case AT_CODE_REGISTRATION:
        hear_registration(modem, line);
        break;
    case AT_CODE_SIGNAL:
        hear_signal(modem, line);
        break;
    case AT_CODE_SIM:
        hear_sim(modem, line);
        break;
    case AT_CODE_BOOT:
        hear_restart(modem);
        break;
    case AT_CODE_HEARTBEAT:
        hear_heartbeat(modem);
        break;
    case AT_CODE_INDICATOR:
        if (strcasestr(line, "smsfull"))
            hear_full(modem);
        break;
    default: /* broadcasts and call progress are handled elsewhere, the rest is ignored */
        break;
    }
}

void modem_hear_late(void *context, int reference, int code)
{
    struct modem *modem = context;

    if (code >= 0 && modem->unknown_sends == 0)
        return;
    modem->unknown_sends = code < 0 ? 0 : modem->unknown_sends - 1;
    if (modem->n_lates < MODEM_LATES)
        modem->lates[modem->n_lates++] = (struct late){ .reference = reference, .code = code };
    modem->wake |= MODEM_LATE;
}
