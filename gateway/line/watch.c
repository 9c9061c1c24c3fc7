#include "gateway/line/watch.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/desk/alert.h"
#include "gateway/log.h"

enum {
    OUTAGE_SECONDS = 600,
    USSD_MS = 30000,
    DAY = 86400,
    REASON_LENGTH = 60 /* octets, so that an alert fits two messages */
};

struct fact {
    const char *name, *value;
};

static bool keep_fact(struct turn *turn, void *arg)
{
    const struct fact *fact = arg;

    return store_set(turn->store, fact->name, fact->value);
}

static void post_fact(struct line *line, const char *kind, const char *value)
{
    struct fact *fact = talloc(NULL, struct fact);

    fact->name = talloc_asprintf(fact, "%s.%s", kind, line->name);
    fact->value = talloc_strdup(fact, value);
    desk_post(line->desk, keep_fact, fact);
}

/* The members of struct watch that outlive the program. */
static const struct {
    const char *name;
    size_t offset;
    bool is_time; /* or another number */
} members[] = {
    { "down_since", offsetof(struct watch, down_since), true },
    { "received_at", offsetof(struct watch, received_at), true },
    { "balance_at", offsetof(struct watch, balance_at), true },
    { "balance", offsetof(struct watch, balance), true },
    { "pin_refused", offsetof(struct watch, pin_refused), true },
    { "balance_known", offsetof(struct watch, has_balance), false },
    { "outage_told", offsetof(struct watch, is_outage_alerted), false },
    { "silence_told", offsetof(struct watch, is_silence_alerted), false },
    { "balance_told", offsetof(struct watch, is_balance_alerted), false },
    { "clogged_told", offsetof(struct watch, is_clogged_alerted), false },
    { "failing_told", offsetof(struct watch, is_failing_alerted), false },
};
enum { MEMBERS = sizeof members / sizeof *members };

static void remember(struct line *line, struct watch *watch)
{
    struct json_object *state = json_object_new_object();
    const char *text;

    for (size_t i = 0; i < MEMBERS; i++) {
        const void *member = (const char *)watch + members[i].offset;

        json_object_object_add(state, members[i].name,
                               members[i].is_time ? json_object_new_int64(*(const int64_t *)member)
                                                  : json_object_new_boolean(*(const bool *)member));
    }
    text = json_object_to_json_string_ext(state, JSON_C_TO_STRING_PLAIN);
    if (strcmp(watch->remembered, text) != 0) {
        snprintf(watch->remembered, sizeof watch->remembered, "%s", text);
        post_fact(line, "watch", text);
    }
    json_object_put(state);
}

struct recollection {
    const char *name, *value;
    void *mem;
};

static bool recall_fact(struct turn *turn, void *arg)
{
    struct recollection *wish = arg;

    return store_get(turn->store, wish->mem, wish->name, &wish->value);
}

static void take_members(struct watch *watch, struct json_object *state)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        void *member = (char *)watch + members[i].offset;
        struct json_object *value = json_object_object_get(state, members[i].name);

        if (members[i].is_time)
            *(int64_t *)member = json_object_get_int64(value);
        else
            *(bool *)member = json_object_get_boolean(value);
    }
}

void watch_recall(struct line *line, struct watch *watch)
{
    struct recollection wish = { .mem = talloc_new(NULL) };

    wish.name = talloc_asprintf(wish.mem, "watch.%s", line->name);
    if (desk_do(line->desk, recall_fact, &wish) && wish.value) {
        struct json_object *state = json_tokener_parse(wish.value);

        if (json_object_is_type(state, json_type_object))
            take_members(watch, state);
        json_object_put(state);
    }
    talloc_free(wish.mem);
}

static void keep(struct line *line, struct watch *watch, const struct modem_state *modem, bool is_up)
{
    struct json_object *state = json_object_new_object();

    json_object_object_add(state, "up", json_object_new_boolean(is_up));
    json_object_object_add(state, "maker", json_object_new_string(modem->manufacturer));
    json_object_object_add(state, "model", json_object_new_string(modem->model));
    json_object_object_add(state, "port", json_object_new_string(modem->port));
    json_object_object_add(state, "sim", json_object_new_string(modem->sim));
    json_object_object_add(state, "registration", json_object_new_int(modem->registration));
    json_object_object_add(state, "operator", json_object_new_string(modem->operator_name));
    json_object_object_add(state, "signal", json_object_new_int(modem->signal));
    if (((const struct modem_config *)line->settings)->has_voice)
        json_object_object_add(state, "voice",
                               json_object_new_string(modem_voice_word((enum modem_voice)modem->voice)));
    json_object_object_add(state, "unread", json_object_new_int(modem->unread));
    const char *text = json_object_to_json_string_ext(state, JSON_C_TO_STRING_PLAIN);
    if (strcmp(watch->kept, text) != 0) {
        snprintf(watch->kept, sizeof watch->kept, "%s", text);
        post_fact(line, "line", text);
    }
    json_object_put(state);
}

void watch_silent(struct watch *watch, int64_t answered_at)
{
    if (watch->down_since == 0)
        watch->down_since = answered_at;
}

void watch_down(struct line *line, struct watch *watch, const struct modem_state *modem, const char *why)
{
    int64_t now = clock_now();

    keep(line, watch, modem, false);
    if (watch->down_since == 0)
        watch->down_since = now;
    if (!watch->is_outage_alerted && now >= watch->down_since + OUTAGE_SECONDS) {
        char reason[REASON_LENGTH];

        watch->is_outage_alerted = true;
        snprintf(reason, sizeof reason, "%s", why);
        alert_post(line->desk, "alert-line-down", line->name, (now - watch->down_since) / 60, reason);
    }
    remember(line, watch);
}

void watch_up(struct line *line, struct watch *watch, const struct modem_state *modem)
{
    if (watch->is_outage_alerted)
        alert_post(line->desk, "alert-line-up", line->name, 0, "");
    watch->is_outage_alerted = false;
    watch->down_since = 0;
    watch->up_at = clock_now();
    watch->is_clockless = watch->is_time_wanted = false;
    if (watch->received_at == 0)
        watch_received(watch);
    watch_state(line, watch, modem);
}

/* A storage that refuses to be read may hold texts: the operator is alerted once. */
static void watch_failing(struct line *line, struct watch *watch, const struct modem_state *modem)
{
    const char *name = modem->failing_storage;

    if (*name && !watch->is_failing_alerted) {
        log_warning("%s: the storage %s has refused to be read for a minute", line->name, name);
        alert_post(line->desk, "alert-unread", line->name, 0, name);
    }
    watch->is_failing_alerted = *name != '\0';
}

/* Unreadable messages are never deleted; when they fill the storage, the operator is alerted. */
static void watch_unread(struct line *line, struct watch *watch, const struct modem_state *modem)
{
    if (modem->stuck > watch->stuck)
        log_warning(
            "%s: the modem does not delete %d messages, which are kept already; they are deleted again "
            "once an hour",
            line->name, modem->stuck);
    watch->stuck = modem->stuck;
    watch_failing(line, watch, modem);
    if (modem->unread > atomic_load(&line->unread))
        log_warning("%s: %d messages in the modem cannot be read and stay there", line->name, modem->unread);
    atomic_store(&line->unread, modem->unread);
    if (modem->is_clogged && !watch->is_clogged_alerted)
        alert_post(line->desk, "alert-storage", line->name, modem->unread + modem->stuck, "");
    watch->is_clogged_alerted = modem->is_clogged;
    remember(line, watch);
}

void watch_state(struct line *line, struct watch *watch, const struct modem_state *modem)
{
    char before[sizeof watch->kept];

    memcpy(before, watch->kept, sizeof before);
    atomic_store(&line->signal, modem->signal);
    watch_unread(line, watch, modem);
    keep(line, watch, modem, true);
    if (strcmp(before, watch->kept) != 0)
        log_info("%s: SIM %s, registration %d, operator %s, signal %d", line->name, modem->sim,
                 modem->registration, modem->operator_name, modem->signal);
}

void watch_received(struct watch *watch)
{
    watch->received_at = clock_now();
    watch->is_silence_alerted = false;
}

/* After a start, waits for the texts that came while the program was off. */
static void watch_silence(struct line *line, struct watch *watch, int64_t now)
{
    int hours = line->config->silence_hours;

    if (hours == 0 || watch->is_silence_alerted || now < watch->received_at + hours * INT64_C(3600) ||
        now < watch->up_at + OUTAGE_SECONDS)
        return;
    watch->is_silence_alerted = true;
    log_warning("%s: nothing received for %d hours", line->name, hours);
    alert_post(line->desk, "alert-silence", line->name, hours, "");
}

bool watch_amount(const char *answer, double *amount)
{
    static const char *const words[] = { "余额", "balance", "Balance", "BALANCE" };
    const char *from = answer, *digits;
    char *end;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(answer, words[i]))
            from = strstr(answer, words[i]);
    digits = strpbrk(from, "0123456789");
    if (!digits)
        return false;
    if (digits > from && digits[-1] == '-')
        digits--;
    *amount = strtod(digits, &end);
    return true;
}

static void ask_balance(struct line *line, struct watch *watch, struct modem *modem,
                        const struct modem_config *config)
{
    void *mem = talloc_new(NULL);
    char *answer = modem_ussd(modem, mem, config->balance_ussd, USSD_MS);
    double amount;

    if (!answer) {
        log_warning("%s: balance: %s", line->name, modem_error(modem));
    } else if (!watch_amount(answer, &amount)) {
        log_warning("%s: balance: the answer contains no amount", line->name);
    } else {
        log_info("%s: balance %.2f", line->name, amount);
        watch->has_balance = true;
        watch->balance = (int64_t)(amount * 100 + (amount < 0 ? -0.5 : 0.5));
        if (amount >= config->low_balance) {
            watch->is_balance_alerted = false;
        } else if (!watch->is_balance_alerted) {
            watch->is_balance_alerted = true;
            alert_post(line->desk, "alert-balance", line->name, (long)amount,
                       talloc_asprintf(mem, "%.2f", amount));
        }
    }
    talloc_free(mem);
}

/* Kept again when the two clocks have moved against each other, or twice a day. */
static void note_clock(struct line *line, struct watch *watch, int64_t now, int64_t at)
{
    enum { MOVED = 3600, OLD = 43200 };
    int64_t moved = (at - now) - (watch->noted_clock - watch->noted_at);
    char text[64];

    if (watch->noted_at && llabs(moved) < MOVED && llabs(now - watch->noted_at) < OLD)
        return;
    watch->noted_at = now;
    watch->noted_clock = at;
    snprintf(text, sizeof text, "%lld %lld", (long long)now, (long long)at);
    post_fact(line, "clock", text);
}

static void doubt_clock(const struct line *line, struct watch *watch, int64_t now, int64_t at)
{
    bool differs = llabs(now - at) > DAY && !clock_file();

    if (differs && !watch->is_clock_doubted)
        log_warning(
            "%s: the modem's clock and this machine's are more than a day apart: one of them is wrong",
            line->name);
    watch->is_clock_doubted = differs;
}

/* A clock before this program's release was never set. */
static void watch_clock(struct line *line, struct watch *watch, struct modem *modem, int64_t now)
{
    int64_t at;

    if (watch->is_clockless || !modem)
        return;
    if (!modem_clock(modem, &at)) {
        watch->is_clockless = true;
    } else if (clock_is_plausible(at)) {
        doubt_clock(line, watch, now, at);
        note_clock(line, watch, now, at);
    } else if (!watch->is_time_wanted) {
        watch->is_time_wanted = true;
        modem_follow_network_time(modem);
    }
}

void watch_tick(struct line *line, struct watch *watch, struct modem *modem)
{
    const struct modem_config *config = line->settings;
    int64_t now = clock_now();

    watch_silence(line, watch, now);
    watch_clock(line, watch, modem, now);
    if (config->balance_ussd && now >= watch->balance_at + config->balance_hours * INT64_C(3600)) {
        watch->balance_at = now;
        ask_balance(line, watch, modem, config);
    }
    remember(line, watch);
}
