#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/command/doctor/examine.h"
#include "gateway/store_lock.h"
#include "store/notices.h"
#include "store/recordings.h"

enum { SLOW_SECONDS = 600, STUCK_SECONDS = 7200, UNHEARD_SECONDS = 600 };

void examine_gateway(struct doctor *doctor)
{
    bool is_held;

    if (!doctor->store)
        return;
    errno = 0;
    is_held = doctor->config->database && store_lock_is_held(doctor->config->database);
    doctor->is_stopped = !is_held && (errno == 0 || errno == ENOENT);
    if (is_held)
        examine_say(doctor, HEALTH_GOOD, PART_GATEWAY, "the gateway runs");
    else if (doctor->config->database && doctor->is_stopped)
        examine_say(doctor, HEALTH_BAD, PART_GATEWAY, "no gateway runs: nothing is received or sent");
    else
        examine_say(doctor, HEALTH_WATCH, PART_GATEWAY, "whether a gateway runs cannot be seen from here");
}

/* Examines a modem that is configured to answer calls. */
static void examine_voice(struct doctor *doctor, const char *name, struct json_object *state)
{
    const char *voice = json_object_get_string(json_object_object_get(state, "voice"));

    if (!voice)
        return;
    if (strcmp(voice, "none") == 0)
        examine_say(doctor, HEALTH_BAD, PART_LINE,
                    "modem %s takes no calls: callers hear that it is switched off", name);
    else if (strcmp(voice, "unknown") == 0)
        examine_say(doctor, HEALTH_WATCH, PART_LINE, "whether callers reach modem %s is not known", name);
    else
        examine_say(doctor, HEALTH_GOOD, PART_LINE, "modem %s takes calls (%s)", name, voice);
}

static void examine_modem(struct doctor *doctor, const char *name)
{
    const char *value = NULL;
    struct json_object *state = NULL;

    if (store_get(doctor->store, doctor->mem, talloc_asprintf(doctor->mem, "line.%s", name), &value) && value)
        state = json_tokener_parse(value);
    if (!state)
        examine_say(doctor, HEALTH_WATCH, PART_LINE, "modem %s has not been up yet", name);
    else if (doctor->is_stopped)
        examine_say(doctor, HEALTH_WATCH, PART_LINE, "whether modem %s works shows once the gateway runs",
                    name);
    else if (!json_object_get_boolean(json_object_object_get(state, "up")))
        examine_say(doctor, HEALTH_BAD, PART_LINE, "modem %s is down: xiangyin modem probe says why", name);
    else
        examine_say(doctor, HEALTH_GOOD, PART_LINE, "modem %s is up, %s, signal %d of 31", name,
                    json_object_get_string(json_object_object_get(state, "operator")),
                    json_object_get_int(json_object_object_get(state, "signal")));
    if (!doctor->is_stopped)
        examine_voice(doctor, name, state);
    json_object_put(state);
}

void examine_lines(struct doctor *doctor)
{
    const struct config *config = doctor->config;

    if (config->n_modems + config->n_providers == 0)
        examine_say(doctor, HEALTH_BAD, PART_LINE, "no modem and no provider: nothing is received or sent");
    for (size_t i = 0; doctor->store && i < config->n_modems; i++)
        examine_modem(doctor, config->modems[i].name);
}

static void examine_waiting(struct doctor *doctor)
{
    int64_t counts[NOTICE_CANCELLED + 1], oldest, waits;

    if (!store_tally_notices(doctor->store, counts) ||
        !store_oldest_due(doctor->store, doctor->now, &oldest)) {
        examine_say(doctor, HEALTH_BAD, PART_QUEUE, "the store cannot be read: %s",
                    store_error(doctor->store));
        return;
    }
    waits = oldest ? doctor->now - oldest : 0;
    if (waits >= SLOW_SECONDS)
        examine_say(doctor, waits >= STUCK_SECONDS ? HEALTH_BAD : HEALTH_WATCH, PART_QUEUE,
                    "%lld texts wait to go out, the oldest for %lld minutes", (long long)counts[NOTICE_READY],
                    (long long)waits / 60);
    else
        examine_say(doctor, HEALTH_GOOD, PART_QUEUE, "no text waits longer than it should");
    if (counts[NOTICE_UNKNOWN] > 0)
        examine_say(doctor, HEALTH_WATCH, PART_QUEUE,
                    "of %lld texts nobody knows whether they arrived: xiangyin notice list --state UNKNOWN",
                    (long long)counts[NOTICE_UNKNOWN]);
}

static void examine_recordings(struct doctor *doctor)
{
    const struct recording_filter unwritten = { .is_unwritten = true };
    int64_t n, oldest;

    if (store_count_recordings(doctor->store, &unwritten, &n, &oldest) && n > 0 &&
        doctor->now - oldest >= UNHEARD_SECONDS)
        examine_say(doctor, HEALTH_WATCH, PART_RECORDINGS,
                    "%lld recordings are not written down, the oldest for %lld minutes", (long long)n,
                    (long long)(doctor->now - oldest) / 60);
}

void examine_queue(struct doctor *doctor)
{
    if (!doctor->store)
        return;
    examine_waiting(doctor);
    examine_recordings(doctor);
}
