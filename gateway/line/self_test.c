#include "gateway/line/self_test.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/desk/alert.h"
#include "gateway/log.h"
#include "gateway/voice/phone.h"

/* RING_MS: how long to wait for the other line to ring. */
enum { DAY = 86400, FIRST_HOUR = 9, LAST_HOUR = 18, SLOT = 2, RING_MS = 40000, LOOK_MS = 500 };

struct fact {
    const char *name;
    int64_t at;
    void *mem;
};

static bool keep_fact(struct turn *turn, void *arg)
{
    const struct fact *fact = arg;

    return store_set(turn->store, fact->name, talloc_asprintf(turn->mem, "%lld", (long long)fact->at));
}

static bool recall_fact(struct turn *turn, void *arg)
{
    struct fact *fact = arg;
    const char *value = NULL;

    if (!store_get(turn->store, fact->mem, fact->name, &value))
        return false;
    fact->at = value ? strtoll(value, NULL, 10) : 0;
    return true;
}

static void keep(struct line *line, const char *kind, const char *name)
{
    struct fact *fact = talloc(NULL, struct fact);

    *fact = (struct fact){ .name = talloc_asprintf(fact, "%s.%s", kind, name), .at = clock_now() };
    desk_post(line->desk, keep_fact, fact);
}

/* When it last happened, in seconds; 0: never, or not known. */
static int64_t last(struct line *line, const char *kind, const char *name)
{
    struct fact fact = { .mem = talloc_new(NULL) };

    fact.name = talloc_asprintf(fact.mem, "%s.%s", kind, name);
    if (!desk_do(line->desk, recall_fact, &fact))
        fact.at = 0;
    talloc_free(fact.mem);
    return fact.at;
}

/* The next of our lines that answers calls and has a number; NULL: there is no other. */
static const struct modem_config *next_line(const struct line *line)
{
    const struct config *config = line->config;
    size_t own = (size_t)((const struct modem_config *)line->settings - config->modems);

    for (size_t i = 1; i < config->n_modems; i++) {
        const struct modem_config *other = &config->modems[(own + i) % config->n_modems];

        if (other->has_voice && other->number)
            return other;
    }
    return NULL;
}

/* Whether it is daytime and this line's turn: each line has its own SLOT minutes, so that no two call at
 * once. */
static bool is_its_time(const struct line *line, int64_t now)
{
    const struct config *config = line->config;
    int own = (int)((const struct modem_config *)line->settings - config->modems);
    time_t seconds = (time_t)now;
    struct tm tm;

    localtime_r(&seconds, &tm);
    return tm.tm_hour >= FIRST_HOUR && tm.tm_hour < LAST_HOUR &&
           (tm.tm_hour * 60 + tm.tm_min) / SLOT % (int)config->n_modems == own;
}

/* Waits until the other line has noted the call or time is up. Times are whole seconds, so equal ones tell
 * nothing. */
static bool has_rung(struct line *line, struct modem *modem, const char *name, int64_t before)
{
    for (int waited = 0; waited < RING_MS && !atomic_load(&line->is_stopping); waited += LOOK_MS) {
        modem_pause(modem, LOOK_MS);
        if (last(line, "rang", name) > before)
            return true;
    }
    return false;
}

static void call(struct line *line, struct modem *modem, const struct modem_config *other)
{
    int64_t before = last(line, "rang", other->name);
    int64_t begun = clock_now();

    if (before >= begun)
        return;
    if (!modem_dial(modem, other->number)) {
        log_warning("%s: cannot call line %s to try it: %s", line->name, other->name, modem_error(modem));
        return;
    }
    bool is_reached = has_rung(line, modem, other->name, before);

    modem_hang_up(modem);
    if (atomic_load(&line->is_stopping))
        return;
    keep(line, "tried", other->name);
    if (is_reached) {
        log_info("%s: line %s rang when it was called", line->name, other->name);
        return;
    }
    log_warning("%s: line %s did not ring when it was called", line->name, other->name);
    alert_post(line->desk, "alert-voice", other->name, 0, "");
}

void self_test_call(struct line *line, struct modem *modem)
{
    const struct modem_config *other = next_line(line);
    int64_t now = clock_now();

    if (other && is_its_time(line, now) && modem_sound(modem) &&
        now >= last(line, "tried", other->name) + DAY)
        call(line, modem, other);
}

bool self_test_is_called(struct line *line, struct modem *modem, const char *number)
{
    const struct config *config = line->config;
    void *mem = talloc_new(NULL);
    const char *phone = phone_of(mem, number);
    bool is_ours = false;

    for (size_t i = 0; i < config->n_modems; i++)
        is_ours |=
            *phone && config->modems[i].number && strcmp(phone_of(mem, config->modems[i].number), phone) == 0;
    talloc_free(mem);
    if (!is_ours)
        return false;
    keep(line, "rang", line->name);
    modem_refuse(modem);
    return true;
}
