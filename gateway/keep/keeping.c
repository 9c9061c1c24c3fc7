#include "gateway/keep/keeping.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/keep/values.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"

enum { UNDO_SECONDS = 600 };

/* Splits text, which it changes, into n words; the last takes the rest. */
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

/* Checks that the phone is registered. */
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

/* An entry for today takes effect at once. */
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

static const char *or_none(const char *text)
{
    return *text ? text : "-";
}

static const char *none_is_empty(const char *word)
{
    return strcmp(word, "-") == 0 ? "" : word;
}

/* The text without blanks, which separate the words of a value. */
static const char *one_word(void *mem, const char *text)
{
    char *word = talloc_strdup(mem, text), *to = word;

    for (; *text; text++)
        if ((unsigned char)*text > ' ')
            *to++ = *text;
    *to = '\0';
    return or_none(word);
}

static const char *joined(void *mem, const char *words, char mark, char by)
{
    char *all = talloc_strdup(mem, words);

    for (char *c = all; *c; c++)
        *c = *c == mark ? by : *c;
    return all;
}

static bool read_person(struct turn *turn, const char *key, const char **value)
{
    const struct unit *unit = NULL;
    struct person *person;

    if (!store_person(turn->store, turn->mem, key, &person))
        return false;
    if (!person || (!person->roles && !*person->name))
        return true;
    if (person->unit && !cache_unit(turn, person->unit, &unit))
        return false;
    *value = talloc_asprintf(
        turn->mem, "%s %s %s %s", one_word(turn->mem, person->name), one_word(turn->mem, person->title),
        or_none(joined(turn->mem, roles_text(turn->mem, person->roles), ' ', '+')), unit ? unit->code : "-");
    return true;
}

/* A person with cases in hand keeps their handler's role until the cases are handed over. */
static bool check_cases(struct turn *turn, const char *phone, int roles, enum keeping_outcome *outcome)
{
    const struct case_filter own = { .handler = phone, .states = 1u << CASE_IN_HAND };
    int64_t n = 0;

    if (roles & ROLE_CADRE)
        return true;
    if (!store_count_cases(turn->store, &own, &n))
        return false;
    if (n > 0)
        *outcome = KEEPING_HAS_CASES;
    return true;
}

/* Roles that are given on the host only must not change here. */
static bool check_roles(struct turn *turn, const char *phone, int roles, enum keeping_outcome *outcome)
{
    enum { BY_HOST = ROLE_SUPERVISOR | ROLE_OPERATOR };
    struct person *before;

    if (!store_person(turn->store, turn->mem, phone, &before))
        return false;
    if (((before ? before->roles : 0) & BY_HOST) != (roles & BY_HOST))
        *outcome = KEEPING_MAY_NOT;
    return true;
}

static bool write_person(struct turn *turn, const char *key, const char *value, enum keeping_outcome *outcome)
{
    struct person person = { .phone = key, .name = "", .title = "", .language = "" };
    const char *words[4] = { "", "", "", "" };
    struct unit *unit = NULL;

    if (*value) {
        part(talloc_strdup(turn->mem, value), words, 4);
        person.name = none_is_empty(words[0]);
        person.title = none_is_empty(words[1]);
        if (!roles_parse(joined(turn->mem, none_is_empty(words[2]), '+', ' '), &person.roles))
            *outcome = KEEPING_NOTHING;
        if (*none_is_empty(words[3]) && !find_unit(turn, words[3], &unit, outcome))
            return false;
        person.unit = unit ? unit->id : 0;
    }
    if (!check_roles(turn, key, person.roles, outcome) || !check_cases(turn, key, person.roles, outcome))
        return false;
    turn->has_new_names = true;
    return *outcome != KEEPING_DONE || store_put_person(turn->store, &person);
}

static bool read_unit(struct turn *turn, const char *key, const char **value)
{
    struct unit *unit, *parent = NULL;

    if (!store_unit_by_code(turn->store, turn->mem, key, &unit) ||
        (unit && unit->parent && !store_unit(turn->store, turn->mem, unit->parent, &parent)))
        return false;
    if (unit)
        *value =
            talloc_asprintf(turn->mem, "%s %s %s %s", one_word(turn->mem, unit->name),
                            unit_level_name(unit->level), parent ? parent->code : "-", or_none(unit->duty));
    return true;
}

static bool write_unit(struct turn *turn, const char *key, const char *value, enum keeping_outcome *outcome)
{
    struct unit unit = { .code = key }, *parent = NULL, *old;
    const char *words[4];
    bool is_dropped;

    turn->has_new_names = true;
    if (!*value) {
        if (!store_unit_by_code(turn->store, turn->mem, key, &old) ||
            (old && !store_drop_unit(turn->store, old->id, &is_dropped)))
            return false;
        if (old && !is_dropped)
            *outcome = KEEPING_IN_USE;
        return true;
    }
    part(talloc_strdup(turn->mem, value), words, 4);
    unit.name = words[0];
    unit.duty = none_is_empty(words[3]);
    if (*none_is_empty(words[2]) && !find_unit(turn, words[2], &parent, outcome))
        return false;
    if (!unit_level_parse(words[1], &unit.level) || (parent && strcmp(parent->code, key) == 0))
        *outcome = KEEPING_NOTHING;
    unit.parent = parent ? parent->id : 0;
    return *outcome != KEEPING_DONE || store_put_unit(turn->store, &unit);
}

#define KEPT_VALUES(kind)                                                           \
    static bool read_##kind(struct turn *turn, const char *key, const char **value) \
    {                                                                               \
        return values_read(turn, #kind, key, value);                                \
    }                                                                               \
    static bool write_##kind(struct turn *turn, const char *key, const char *value, \
                             enum keeping_outcome *outcome)                         \
    {                                                                               \
        if (values_wrong(turn, #kind, key, value))                                  \
            *outcome = KEEPING_WRONG;                                               \
        return *outcome != KEEPING_DONE || values_write(turn, #kind, key, value);   \
    }
KEPT_VALUES(word)
KEPT_VALUES(class)
KEPT_VALUES(danger)
KEPT_VALUES(text)
KEPT_VALUES(limit)

/* read leaves *value alone where nothing is kept; write sets *outcome where the change is refused. */
static const struct keeping_kind {
    const char *name;
    bool (*read)(struct turn *turn, const char *key, const char **value);
    bool (*write)(struct turn *turn, const char *key, const char *value, enum keeping_outcome *outcome);
} kinds[] = {
    { "day", read_day, write_day },          { "duty", read_duty, write_duty },
    { "name", read_name, write_name },       { "leave", read_leave, write_leave },
    { "person", read_person, write_person }, { "unit", read_unit, write_unit },
    { "word", read_word, write_word },       { "class", read_class, write_class },
    { "danger", read_danger, write_danger }, { "text", read_text, write_text },
    { "limit", read_limit, write_limit },
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
    if (strcmp(change->kind, "person") == 0 && strcmp(change->key, by->phone) == 0)
        *outcome = KEEPING_MAY_NOT;
    else if (strcmp(before, change->value) == 0)
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
           (*outcome != KEEPING_DONE || store_undo_keeping(turn->store, (*undone)->id, turn->now));
}
