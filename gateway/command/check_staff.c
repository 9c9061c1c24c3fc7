#include "gateway/command/check_staff.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/words.h"
#include "store/recordings.h"
#include "store/people.h"

enum { NAMED_MOST = 5 };

struct staff {
    struct unit *units;
    struct person *people;
    size_t n_units, n_people;
};

void check_warn(const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s: ", words("warning"));
    va_start(arguments, format);
    vfprintf(stderr, words(format), arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static bool has_somebody(const struct staff *staff, const struct unit *unit, int roles)
{
    for (size_t i = 0; i < staff->n_people; i++)
        if (staff->people[i].roles & roles && (!unit || staff->people[i].unit == unit->id))
            return true;
    return false;
}

static const struct unit *with_duty(const struct staff *staff, const char *duty)
{
    for (size_t i = 0; i < staff->n_units; i++)
        if (strcmp(staff->units[i].duty, duty) == 0)
            return &staff->units[i];
    return NULL;
}

/* Villages have few cadres of their own: their township hears. */
static bool needs_staff(const struct unit *unit)
{
    return unit->level == UNIT_TOWNSHIP || unit->level == UNIT_DEPARTMENT || unit->level == UNIT_OFFICE;
}

static void check_units(void *mem, const struct staff *staff)
{
    char *names = talloc_strdup(mem, "");
    size_t n = 0;

    for (size_t i = 0; i < staff->n_units; i++)
        if (needs_staff(&staff->units[i]) && !has_somebody(staff, &staff->units[i], ~0)) {
            if (n < NAMED_MOST)
                names = talloc_asprintf_append(names, "%s%s", n ? "、" : "", staff->units[i].name);
            n++;
        }
    if (n > 0)
        check_warn("units where nobody is registered, so that their cases go one level up (%zu): %s", n,
                   n > NAMED_MOST ? talloc_asprintf(mem, "%s ...", names) : names);
}

static void check_accusations(const struct staff *staff)
{
    const struct unit *discipline = with_duty(staff, "discipline");

    if (!(discipline && has_somebody(staff, discipline, ~0)) && !has_somebody(staff, NULL, ROLE_SUPERVISOR))
        check_warn("nobody hears of cases that accuse an official: register people in a unit with the duty "
                   "discipline, or a supervisor");
}

static void check_overseer(const struct staff *staff, const char *overseer)
{
    for (size_t i = 0; overseer && i < staff->n_people; i++)
        if (strcmp(staff->people[i].phone, overseer) == 0)
            return;
    if (overseer)
        check_warn("the overseer is not registered, and hears of nothing: import people, with a role");
}

/* Clerks or a duty officer of the county; until somebody calls, nobody need be there. */
static bool check_listeners(void *mem, struct store *store, const struct staff *staff)
{
    const struct recording_filter any = { 0 };
    int64_t n, oldest;

    if (!store_count_recordings(store, &any, &n, &oldest))
        return false;
    for (size_t i = 0; n > 0 && i < staff->n_units; i++) {
        const char *on_duty = NULL;

        if ((staff->units[i].level == UNIT_COUNTY || staff->units[i].level == UNIT_OFFICE) &&
            !store_on_duty(store, mem, staff->units[i].id, &on_duty))
            return false;
        if (on_duty)
            n = 0;
    }
    if (n > 0 && !has_somebody(staff, NULL, ROLE_CLERK))
        check_warn(
            "calls are recorded, and nobody may listen: register a clerk, or let somebody of the county "
            "text 值班");
    return true;
}

bool check_staff(void *mem, struct store *store, const char *overseer)
{
    struct staff staff;

    if (!store_units(store, mem, &staff.units, &staff.n_units) ||
        !store_people(store, mem, 0, 0, &staff.people, &staff.n_people))
        return false;
    if (staff.n_units == 0) {
        check_warn("no places and offices: import units");
    } else if (staff.n_people == 0) {
        check_warn("nobody is registered, so nobody would hear of a case: import people");
    } else {
        check_units(mem, &staff);
        check_accusations(&staff);
        check_overseer(&staff, overseer);
        if (!has_somebody(&staff, NULL, ROLE_LEADER))
            check_warn("no leader is registered: nobody hears of what is late");
    }
    return check_listeners(mem, store, &staff);
}
