#include "gateway/line/modem.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/desk/outbox.h"
#include "gateway/line/line.h"
#include "gateway/line/modem_calls.h"
#include "gateway/line/modem_outgoing.h"
#include "gateway/line/watch.h"
#include "gateway/log.h"

enum {
    RESTART_MS = 200, /* between tries to bring the modem up; after TRIES_QUICK of them RESTART_SLOW_MS */
    RESTART_SLOW_MS = 500, /* back within a second of its return, however long it was away */
    TRIES_QUICK = 25,
    REFUSED_PAUSE_MS = 2000, /* after the store failed; texts stay on the SIM */
    POLL_BLIND_SECONDS = 5,  /* how often to read a modem that announces nothing */
    CLOCK_MOVED_SECONDS = 2, /* more than any drift between two checks */
    REROUTE_SECONDS = 30,
    WATCH_SECONDS = 60,        /* between checks of health, state and balance */
    WATCH_QUIET_SECONDS = 360, /* where the modem tells changes by itself, and each poll that it lives */
    WATCH_FIRST_SECONDS = 5,   /* from the start to the first check */
    INTAKE_FIRST_SECONDS = 5   /* how long a backlog is read before sending takes turns with it */
};

struct modem_line {
    struct modem *modem;
    struct modem_outgoing outgoing;
    struct modem_calls calls;
    struct watch watch;
    int64_t watched_at, read_at;
    int64_t answered_at;  /* the unix time at which it last gave a whole list */
    bool is_troubled;     /* its last list was none */
    int64_t watched_lead; /* of the clock before the ticks, at the last check; 0: there was none */
    char last_trouble[200];
};

void *modem_line_new(void *mem, const struct modem_config *config)
{
    struct modem_line *state = talloc_zero(mem, struct modem_line);
    struct modem_settings settings = {
        .device = config->device,
        .pin = config->pin,
        .storage = config->storage,
        .baud = config->baud,
        .command_timeout_ms = config->command_timeout * 1000,
        .send_timeout_ms = config->send_timeout * 1000,
        .verify = config->verify,
        .answers = config->has_voice,
        .sound_by_port = config->audio && strncmp(config->audio, "alsa:", 5) != 0,
        .hard_reset = config->hard_reset,
    };

    state->modem = modem_new(state, &settings);
    return state;
}

static void wake(struct line *line)
{
    struct modem_line *state = line->state;

    if (atomic_load(&line->is_stopping))
        modem_hurry(state->modem);
    else
        modem_kick(state->modem);
}

static bool is_stopping(struct line *line)
{
    return atomic_load(&line->is_stopping);
}

/* Logs a reason once while it stays the same. is_modem: it is the modem's, so the line is down. */
static void log_trouble(struct line *line, const char *trouble, bool is_modem)
{
    struct modem_line *state = line->state;

    if (strncmp(state->last_trouble, trouble, sizeof state->last_trouble - 1) == 0)
        return;
    snprintf(state->last_trouble, sizeof state->last_trouble, "%s", trouble);
    if (*trouble && is_modem)
        log_event(LOG_EVENT_LINE_DOWN, "%s: %s", line->name, trouble);
    else if (*trouble)
        log_warning("%s: %s", line->name, trouble);
}

/* While the line is down, lets its waiting texts go by another, every REROUTE_SECONDS. */
static void give_texts_away(struct line *line, int64_t *rerouted_at)
{
    int64_t now = clock_now();

    if (!line->sends || line->config->n_modems + line->config->n_providers < 2 ||
        now < *rerouted_at + REROUTE_SECONDS)
        return;
    *rerouted_at = now;
    outbox_reroute(line->desk, line->name);
}

/* Eight bits of the PIN's hash: enough to notice another PIN, too few to reveal it. */
static int64_t mark_of_pin(const struct modem_config *config)
{
    uint8_t digest[32] = { 0 };

    if (!config->pin)
        return 0;
    gnutls_hash_fast(GNUTLS_DIG_SHA256, config->pin, strlen(config->pin), digest);
    return 1 + digest[0];
}

/* Three wrong PINs lock a SIM, so the next run does not enter a refused PIN again either. */
static void recall(struct line *line)
{
    struct modem_line *state = line->state;

    watch_recall(line, &state->watch);
    if (state->watch.pin_refused && state->watch.pin_refused == mark_of_pin(line->settings))
        modem_refuse_pin(state->modem);
}

/* How long a check may wait. A modem that calls are answered by does not say when it leaves VoLTE; of a clock
 * that was set, the modem's gives a second opinion. */
static int watch_seconds(const struct line *line)
{
    const struct modem_line *state = line->state;
    const struct modem_config *config = line->settings;
    const struct modem_state *modem = modem_state(state->modem);
    bool is_clock_set = llabs(clock_now() - clock_ticks() - state->watched_lead) > CLOCK_MOVED_SECONDS;
    bool is_quiet = modem->pushes && modem->tells_registration && !config->has_voice && !state->is_troubled &&
                    !is_clock_set;

    return is_quiet ? WATCH_QUIET_SECONDS : WATCH_SECONDS;
}

static bool bring_up(struct line *line)
{
    struct modem_line *state = line->state;
    const struct modem_config *config = line->settings;

    int64_t rerouted_at = clock_now();

    for (int tries = 0; !is_stopping(line); tries++) {
        bool is_up = modem_start(state->modem);

        atomic_store(&line->is_up, is_up);
        atomic_store(&line->has_tried, true);
        state->watch.pin_refused = modem_state(state->modem)->pin_refused ? mark_of_pin(config) : 0;
        if (is_up) {
            const struct modem_state *modem = modem_state(state->modem);
            log_trouble(line, "", false);
            log_event(LOG_EVENT_LINE_UP, "%s: %s %s on %s is up", line->name, modem->manufacturer,
                      modem->model, modem->port);
            state->watched_at = clock_ticks() - WATCH_SECONDS + WATCH_FIRST_SECONDS;
            state->watched_lead = 0;
            state->answered_at = clock_now();
            modem_calls_begin(line, &state->calls, state->modem);
            watch_up(line, &state->watch, modem);
            if (line->sends)
                modem_outgoing_begin(line, &state->outgoing);
            return true;
        }
        log_trouble(line, modem_error(state->modem), true);
        watch_down(line, &state->watch, modem_state(state->modem), modem_error(state->modem));
        give_texts_away(line, &rerouted_at);
        modem_pause(state->modem, tries < TRIES_QUICK ? RESTART_MS : RESTART_SLOW_MS);
    }
    return false;
}

enum taken { TAKEN_NONE, TAKEN_SOME, TAKEN_REFUSED /* by the store */, TAKEN_TROUBLE /* with the modem */ };

/* One that cannot be deleted keeps no other from being deleted. */
static enum taken forget_all(struct line *line, const struct modem_slot *slots, size_t n)
{
    struct modem_line *state = line->state;
    enum taken taken = TAKEN_TROUBLE;

    for (size_t i = 0; i < n && !modem_is_lost(state->modem); i++) {
        if (modem_forget(state->modem, &slots[i]))
            taken = TAKEN_SOME;
        else
            log_trouble(line, modem_error(state->modem), true);
    }
    return modem_is_lost(state->modem) ? TAKEN_TROUBLE : taken;
}

static bool receives(const struct line *line)
{
    const struct modem_config *config = line->settings;

    return config->receives;
}

/* A line that does not receive leaves texts in the modem and takes only status reports. */
static size_t keep_reports(struct modem_slot *slots, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (slots[i].sms && slots[i].sms->type == SMS_STATUS_REPORT)
            slots[kept++] = slots[i];
    return kept;
}

/* Lists the modem's messages, commits them, then deletes them slot by slot. */
static enum taken take_in(struct line *line)
{
    struct modem_line *state = line->state;
    void *mem = talloc_new(NULL);
    struct modem_slot *slots = NULL;
    size_t n = 0;
    bool is_whole = modem_list(state->modem, mem, &slots, &n);
    enum taken taken = is_whole ? TAKEN_NONE : TAKEN_TROUBLE;

    state->is_troubled = !is_whole;
    if (is_whole)
        state->answered_at = clock_now();
    else
        log_trouble(line, modem_error(state->modem), true);
    if (!receives(line))
        n = keep_reports(slots, n);
    if (n > 0) {
        watch_received(&state->watch);
        struct event *events = talloc_zero_array(mem, struct event, n);
        for (size_t i = 0; i < n; i++)
            modem_event(mem, &slots[i], line->name, modem_state(state->modem)->imsi, clock_now(), &events[i]);
        if (desk_submit(line->desk, events, n)) {
            taken = forget_all(line, slots, n);
        } else {
            log_trouble(line, "the store is not writable: messages stay in the modem", false);
            taken = TAKEN_REFUSED;
        }
    }
    talloc_free(mem);
    return taken;
}

/* Reads until the modem is empty, at most INTAKE_FIRST_SECONDS. True: there may be more. */
static bool take_all_in(struct line *line)
{
    struct modem_line *state = line->state;
    int64_t until = clock_ticks() + INTAKE_FIRST_SECONDS;
    enum taken taken = TAKEN_SOME;

    state->read_at = clock_ticks();
    while (taken == TAKEN_SOME && !is_stopping(line) && clock_ticks() <= until)
        taken = take_in(line);
    if (taken == TAKEN_REFUSED)
        modem_pause(state->modem, REFUSED_PAUSE_MS);
    return taken == TAKEN_SOME || taken == TAKEN_REFUSED;
}

static void take_calls(struct line *line)
{
    struct modem_line *state = line->state;
    struct modem_call call;

    while (modem_take_call(state->modem, &call)) {
        if (!receives(line))
            continue;
        struct event event;
        void *mem = talloc_new(NULL);

        modem_call_event(mem, &call, line->name, clock_now(), &event);
        /* the modem does not store calls: wait until the store works */
        while (!desk_submit(line->desk, &event, 1) && !is_stopping(line)) {
            log_trouble(line, "the store is not writable: a call waits to be recorded", false);
            modem_pause(state->modem, REFUSED_PAUSE_MS);
        }
        talloc_free(mem);
    }
}

/* How often to read the modem, also while many texts go out. */
static int poll_seconds(const struct line *line)
{
    const struct modem_line *state = line->state;
    const struct modem_config *config = line->settings;
    bool is_blind = !modem_state(state->modem)->pushes && config->poll_seconds > POLL_BLIND_SECONDS;

    return is_blind ? POLL_BLIND_SECONDS : config->poll_seconds;
}

static int next_timeout(const struct line *line)
{
    const struct modem_line *state = line->state;
    int64_t watching = (state->watched_at + watch_seconds(line) - clock_ticks()) * 1000;
    int sending = line->sends ? modem_outgoing_timeout(&state->outgoing) : -1;
    int timeout = poll_seconds(line) * 1000;

    if (watching < timeout)
        timeout = watching > 0 ? (int)watching : 0;
    if (state->calls.leg && timeout > CALL_LOOK_MS)
        timeout = CALL_LOOK_MS;
    return sending >= 0 && sending < timeout ? sending : timeout;
}

/* Serves a modem that is up until it is lost or the line stops. */
static void serve(struct line *line)
{
    struct modem_line *state = line->state;
    bool has_mail = true;

    while (!is_stopping(line)) {
        bool has_more = has_mail && take_all_in(line);
        bool has_sent = line->sends && modem_outgoing_send(line, state->modem, &state->outgoing);
        int wakes = modem_wait(state->modem, has_sent || has_more ? 0 : next_timeout(line));

        modem_outgoing_late(line, state->modem, &state->outgoing);
        if (wakes & MODEM_LOST)
            return;
        if ((wakes & MODEM_KICKED) && line->sends)
            modem_outgoing_look(line, &state->outgoing);
        modem_calls_look(line, &state->calls, state->modem, wakes);
        if (wakes & MODEM_CALL)
            take_calls(line);
        if (wakes & MODEM_STATE)
            watch_state(line, &state->watch, modem_state(state->modem));
        has_mail = has_more || (wakes & MODEM_MAIL) || (wakes == 0 && !has_sent) ||
                   clock_ticks() >= state->read_at + poll_seconds(line);
        if (!has_mail && !has_sent && modem_calls_cure(line, &state->calls, state->modem))
            return;
        if (clock_ticks() >= state->watched_at + watch_seconds(line)) {
            state->watched_at = clock_ticks();
            state->watched_lead = clock_now() - state->watched_at;
            if (!modem_check(state->modem)) {
                watch_silent(&state->watch, state->answered_at);
                return;
            }
            modem_calls_ask(line, &state->calls, state->modem);
            if (!state->calls.leg) /* a question for the balance would disturb a call */
                watch_tick(line, &state->watch, state->modem);
        }
    }
}

static void run(struct line *line)
{
    struct modem_line *state = line->state;

    recall(line);
    while (bring_up(line)) {
        serve(line);
        modem_calls_lost(line, &state->calls);
        modem_outgoing_late(line, state->modem, &state->outgoing);
        atomic_store(&line->is_up, false);
        if (is_stopping(line))
            break;
        modem_outgoing_release(line, &state->outgoing);
        log_trouble(line, modem_error(state->modem), true);
    }
    modem_outgoing_release(line, &state->outgoing);
    modem_calls_end(&state->calls);
    modem_stop(state->modem);
    take_calls(line); /* one may ring: nobody would know of it after the next start */
}

const struct line_kind modem_line = { .name = "modem", .run = run, .wake = wake };
