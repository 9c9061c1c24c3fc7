#include "gateway/line/watch.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/desk/alert.h"
#include "gateway/log.h"
#include "gateway/wall_clock.h"

enum { OUTAGE_SECONDS = 600, USSD_MS = 30000, REASON_LENGTH = 60 /* what two messages hold */ };

struct fact {
    const char *name, *value;
};

static bool keep_fact(struct turn *turn, void *arg)
{
    const struct fact *fact = arg;

    return store_set(turn->store, fact->name, fact->value);
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
    const char *text = json_object_to_json_string_ext(state, JSON_C_TO_STRING_PLAIN);
    if (strcmp(watch->kept, text) != 0) {
        struct fact *fact = talloc(NULL, struct fact);

        snprintf(watch->kept, sizeof watch->kept, "%s", text);
        fact->name = talloc_asprintf(fact, "line.%s", line->name);
        fact->value = talloc_strdup(fact, text);
        desk_post(line->desk, keep_fact, fact);
    }
    json_object_put(state);
}

void watch_down(struct line *line, struct watch *watch, const struct modem_state *modem, const char *why)
{
    int64_t now = wall_clock();

    keep(line, watch, modem, false);
    if (watch->down_since == 0)
        watch->down_since = now;
    if (watch->is_outage_told || now < watch->down_since + OUTAGE_SECONDS)
        return;
    char reason[REASON_LENGTH];

    watch->is_outage_told = true;
    snprintf(reason, sizeof reason, "%s", why);
    alert_post(line->desk, "alert-line-down", line->name, (now - watch->down_since) / 60, reason);
}

void watch_up(struct line *line, struct watch *watch, const struct modem_state *modem)
{
    if (watch->is_outage_told)
        alert_post(line->desk, "alert-line-up", line->name, 0, "");
    watch->is_outage_told = false;
    watch->down_since = 0;
    if (watch->received_at == 0)
        watch_received(watch);
    watch_state(line, watch, modem);
}

void watch_state(struct line *line, struct watch *watch, const struct modem_state *modem)
{
    char before[sizeof watch->kept];

    memcpy(before, watch->kept, sizeof before);
    atomic_store(&line->signal, modem->signal);
    keep(line, watch, modem, true);
    if (strcmp(before, watch->kept) != 0)
        log_info("%s: SIM %s, registration %d, operator %s, signal %d", line->name, modem->sim,
                 modem->registration, modem->operator_name, modem->signal);
}

void watch_received(struct watch *watch)
{
    watch->received_at = wall_clock();
    watch->is_silence_told = false;
}

static void watch_silence(struct line *line, struct watch *watch, int64_t now)
{
    int hours = line->config->silence_hours;

    if (hours == 0 || watch->is_silence_told || now < watch->received_at + hours * INT64_C(3600))
        return;
    watch->is_silence_told = true;
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
        log_warning("%s: balance: no amount in the answer", line->name);
    } else {
        log_info("%s: balance %.2f", line->name, amount);
        if (amount >= config->low_balance) {
            watch->is_balance_told = false;
        } else if (!watch->is_balance_told) {
            watch->is_balance_told = true;
            alert_post(line->desk, "alert-balance", line->name, (long)amount,
                       talloc_asprintf(mem, "%.2f", amount));
        }
    }
    talloc_free(mem);
}

void watch_tick(struct line *line, struct watch *watch, struct modem *modem)
{
    const struct modem_config *config = line->settings;
    int64_t now = wall_clock();

    watch_silence(line, watch, now);
    if (config->balance_ussd && now >= watch->balance_at + config->balance_hours * INT64_C(3600)) {
        watch->balance_at = now;
        ask_balance(line, watch, modem, config);
    }
}
