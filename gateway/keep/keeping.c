#include "gateway/keep/keeping.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"

enum { UNDO_SECONDS = 600 };

/* The words of a text, which is changed; the last takes what is left. */
static void part(char *text, const char **words, int n)
{
    for (int i = 0; i < n; i++) {
        words[i] = text;
        text += strcspn(text, " ");
        if (*text && i + 1 < n)
            *text++ = '\0';
    }
}

static bool read_day(struct turn *turn, const char *key, const char **value)
{
    struct kept_day *days;
    size_t n;

    if (!store_days(turn->store, turn->mem, &days, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(days[i].date, key) == 0)
            *value = days[i].is_workday ? "worked" : "free";
    return true;
}

static bool write_day(struct turn *turn, const char *key, const char *value, enum keeping_outcome *outcome)
{
    (void)outcome;
    return *value ? store_put_day(turn->store, &(struct kept_day){ key, strcmp(value, "worked") == 0 })
                  : store_drop_day(turn->store, key);
}

static bool find_unit(struct turn *turn, const char *code, struct unit **unit, enum keeping_outcome *outcome)
{
    if (!store_unit_by_code(turn->store, turn->mem, code, unit))
        return false;
    if (!*unit)
        *outcome = KEEPING_UNKNOWN_UNIT;
    return true;
}

/* Somebody registered. */
static bool find_person(struct turn *turn, const char *phone, enum keeping_outcome *outcome)
{
    struct person *person;

    if (!store_person(turn->store, turn->mem, phone, &person))
        return false;
    if (!person || !person->roles)
        *outcome = KEEPING_UNKNOWN_PERSON;
    return true;
}

static bool read_duty(struct turn *turn, const char *key, const char **value)
{
    const char *words[2];
    enum keeping_outcome outcome = KEEPING_DONE;
    struct duty_day *days;
    struct unit *unit;
    size_t n;

    part(talloc_strdup(turn->mem, key), words, 2);
    if (!find_unit(turn, words[0], &unit, &outcome) ||
        !store_duty_days(turn->store, turn->mem, words[1], words[1], &days, &n))
        return false;
    for (size_t i = 0; unit && i < n; i++)
        if (days[i].unit == unit->id)
            *value = days[i].phone;
    return true;
}

/* Today's takes effect at once. */
static bool write_duty(struct turn *turn, const char *key, const char *value, enum keeping_outcome *outcome)
{
    const char *words[2], *today = date_text(turn->mem, date_of(turn->now));
    struct unit *unit;

    part(talloc_strdup(turn->mem, key), words, 2);
    if (!find_unit(turn, words[0], &unit, outcome) || (*value && !find_person(turn, value, outcome)))
        return false;
    if (*outcome != KEEPING_DONE)
        return true;
    if (strcmp(words[1], today) == 0 && !store_set_on_duty(turn->store, unit->id, *value ? value : NULL))
        return false;
    return *value ? store_put_duty_day(turn->store, &(struct duty_day){ unit->id, words[1], value })
                  : store_drop_duty_day(turn->store, unit->id, words[1]);
}

static bool read_name(struct turn *turn, const char *key, const char **value)
{
    const char *words[2];
    enum keeping_outcome outcome = KEEPING_DONE;
    struct place_name *names;
    struct unit *unit;
    size_t n;

    part(talloc_strdup(turn->mem, key), words, 2);
    if (!find_unit(turn, words[1], &unit, &outcome) || !store_place_names(turn->store, turn->mem, &names, &n))
        return false;
    for (size_t i = 0; unit && i < n; i++)
        if (names[i].unit == unit->id && strcmp(names[i].name, words[0]) == 0)
            *value = "yes";
    return true;
}

static bool write_name(struct turn *turn, const char *key, const char *value, enum keeping_outcome *outcome)
{
    const char *words[2];
    struct unit *unit;

    part(talloc_strdup(turn->mem, key), words, 2);
    if (!find_unit(turn, words[1], &unit, outcome))
        return false;
    turn->has_new_names = true;
    if (*outcome != KEEPING_DONE)
        return true;
    return *value ? store_put_place_name(turn->store, words[0], unit->id)
                  : store_drop_place_name(turn->store, words[0], unit->id);
}

static bool read_leave(struct turn *turn, const char *key, const char **value)
{
    const struct leave *leaves;
    size_t n;

    if (!cache_leaves(turn, &leaves, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(leaves[i].phone, key) == 0)
            *value = talloc_asprintf(turn->mem, "%s %s %s", date_text(turn->mem, date_of(leaves[i].since)),
                                     date_text(turn->mem, date_of(leaves[i].until - 1)), leaves[i].stand_in);
    return true;
}

static bool write_leave(struct turn *turn, const char *key, const char *value, enum keeping_outcome *outcome)
{
    struct date since, until;
    const char *words[3];
    struct leave leave = { .phone = key };

    cache_forget_leaves(turn);
    if (!*value)
        return store_drop_leave(turn->store, key);
    part(talloc_strdup(turn->mem, value), words, 3);
    if (!find_person(turn, key, outcome) || !find_person(turn, words[2], outcome))
        return false;
    if (!date_parse(words[0], &since) || !date_parse(words[1], &until) || strcmp(key, words[2]) == 0)
        *outcome = KEEPING_UNKNOWN_PERSON;
    if (*outcome != KEEPING_DONE)
        return true;
    leave.since = date_moment(since, 0);
    leave.until = date_moment(date_plus(until, 1), 0);
    leave.stand_in = words[2];
    return store_put_leave(turn->store, &leave);
}

/* Reading leaves *value alone where nothing is kept; writing sets *outcome where it cannot be done. */
static const struct keeping_kind {
    const char *name;
    bool (*read)(struct turn *turn, const char *key, const char **value);
    bool (*write)(struct turn *turn, const char *key, const char *value, enum keeping_outcome *outcome);
} kinds[] = {
    { "day", read_day, write_day },
    { "duty", read_duty, write_duty },
    { "name", read_name, write_name },
    { "leave", read_leave, write_leave },
};

static const struct keeping_kind *kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

bool keeping_make(struct turn *turn, const struct person *by, const struct event *event,
                  const struct keeping_change *change, struct keeping **kept, enum keeping_outcome *outcome)
{
    const struct keeping_kind *kind = kind_of(change->kind);
    struct keeping *keeping = talloc_zero(turn->mem, struct keeping);
    const char *before = "";

    *outcome = kind ? KEEPING_DONE : KEEPING_NOTHING;
    *kept = keeping;
    if (!kind)
        return true;
    if (!kind->read(turn, change->key, &before))
        return false;
    *keeping = (struct keeping){ .at = turn->now,
                                 .actor = by->phone,
                                 .event_id = event->id,
                                 .kind = change->kind,
                                 .key = change->key,
                                 .before = before,
                                 .after = change->value };
    if (strcmp(before, change->value) == 0)
        *outcome = KEEPING_SAME;
    if (*outcome == KEEPING_DONE && !kind->write(turn, change->key, change->value, outcome))
        return false;
    return *outcome != KEEPING_DONE || store_add_keeping(turn->store, keeping);
}

bool keeping_undo(struct turn *turn, const struct person *by, struct keeping **undone,
                  enum keeping_outcome *outcome)
{
    const struct keeping_kind *kind;
    bool is_kept_since = false;

    *outcome = KEEPING_NOTHING;
    if (!store_last_keeping(turn->store, turn->mem, by->phone, turn->now - UNDO_SECONDS, undone) ||
        (*undone && !store_is_kept_since(turn->store, *undone, &is_kept_since)))
        return false;
    kind = *undone ? kind_of((*undone)->kind) : NULL;
    if (!kind || is_kept_since)
        return true;
    *outcome = KEEPING_DONE;
    return kind->write(turn, (*undone)->key, (*undone)->before, outcome) &&
           store_undo_keeping(turn->store, (*undone)->id, turn->now);
}
