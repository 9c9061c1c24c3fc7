/*
 * Which appeals there are to be: who writes when, how each ends, and what happens on its way.
 */
#include <string.h>
#include <talloc.h>

#include "tests/county/county_private.h"

/* Of many few, for each of them makes the calendar look every hour. */
enum { URGENT_PER_MILLE = 1, URGENT_OF_FEW = 12, FEW_MONTHS = 6 };

static struct who *some_villager(struct county *county)
{
    return &county->villagers[county_draw(county, (unsigned)county->n_villagers)];
}

static unsigned draw_wishes(struct county *county, const struct appeal *appeal)
{
    static const struct {
        unsigned wish, per_mille;
    } lots[] = { { WANTS_RETURN, 60 },   { WANTS_FORWARD, 80 },    { WANTS_RECUSAL, 10 },
                 { WANTS_JOIN, 60 },     { WANTS_ADD, 120 },       { WANTS_STATUS, 150 },
                 { WANTS_THANKS, 120 },  { WANTS_EXTENSION, 60 },  { WANTS_NUDGE, 20 },
                 { WANTS_ADOPTION, 20 }, { WANTS_HOLD, 10 },       { WANTS_SHOW, 15 },
                 { WANTS_UNDO, 20 },     { WANTS_WRONG_CODE, 40 }, { WANTS_REOPENING, 50 },
                 { WANTS_APPEAL, 15 },   { WANTS_SAME_AGAIN, 15 }, { WANTS_WRONG_NUMBER, 15 },
                 { WANTS_STOP, 5 },      { WANTS_GUARD, 4 },       { WANTS_SECOND_REVIEW, 400 } };
    const unsigned not_of_guarded = WANTS_RETURN | WANTS_FORWARD | WANTS_RECUSAL | WANTS_GUARD;
    unsigned wishes = 0;

    for (size_t i = 0; i < sizeof lots / sizeof *lots; i++)
        if (county_chance(county, lots[i].per_mille))
            wishes |= lots[i].wish;
    if (appeal->is_urgent) /* its days are too few */
        wishes &= ~(unsigned)WANTS_EXTENSION;
    if (appeal->fate != SOLVED)
        wishes &= ~(unsigned)WANTS_GUARD;
    if (appeal->accused)
        wishes = (wishes & ~not_of_guarded) | (county_chance(county, 250) ? WANTS_CLEARING : 0);
    return wishes;
}

/* An official by name, or a department that has people of its own; some who look into others are accused too.
 */
static void draw_accused(struct county *county, struct appeal *appeal)
{
    appeal->is_guarded = true;
    if (county_chance(county, 250)) {
        appeal->accused = county_staff_of(county, ROLE_CADRE | ROLE_SUPERVISOR, "141027-JW");
        appeal->accused_name = appeal->accused->name;
        return;
    }
    appeal->accused = county_staff_of(
        county, ROLE_CADRE,
        county_chance(county, 300) ? "141027-SL" : county->villages[appeal->village].township_code);
    appeal->accused_name = strcmp(appeal->accused->unit_code, "141027-SL") == 0 && county_chance(county, 500)
                               ? appeal->accused->unit_name
                               : appeal->accused->name;
}

static void draw_appeal(struct county *county, int i)
{
    struct appeal *appeal = &county->appeals[i];
    unsigned lot = county_draw(county, 1000);
    struct appeal *host = i > 0 ? &county->appeals[i - 1] : NULL;

    *appeal = (struct appeal){ .index = i,
                               .reporter = some_villager(county),
                               .host = NONE,
                               .child = NONE,
                               .fate = appeal->fate,
                               .merged_into = NONE };
    appeal->origin = lot < 30   ? BY_HIDDEN_TEXT
                     : lot < 70 ? FILED_BY_CADRE
                     : lot < 85 ? SPLIT_OFF
                     : lot < 95 ? CUT_OUT
                                : BY_TEXT;
    if ((appeal->origin == SPLIT_OFF || appeal->origin == CUT_OUT) &&
        (!host || host->origin != BY_TEXT || host->accused || host->fate != SOLVED))
        appeal->origin = BY_TEXT;
    if (appeal->origin == SPLIT_OFF || appeal->origin == CUT_OUT) {
        appeal->reporter = host->reporter;
        appeal->host = i - 1;
        host->child = i;
        host->wishes = appeal->origin == SPLIT_OFF ? WANTS_JOIN : 0;
    }
    appeal->village = appeal->reporter->village;
    if (appeal->origin == BY_TEXT && (appeal->fate == SOLVED || appeal->fate == LEFT_IN_HAND) &&
        county_chance(county, 25))
        draw_accused(county, appeal);
    appeal->is_urgent =
        appeal->host == NONE && !appeal->accused && appeal->fate == SOLVED &&
        county_chance(county, county->wish.months > FEW_MONTHS ? URGENT_PER_MILLE : URGENT_OF_FEW);
    appeal->wishes = appeal->host == NONE ? draw_wishes(county, appeal) : 0;
    appeal->filer = appeal->origin == FILED_BY_CADRE
                        ? county_staff_of(county, ROLE_CADRE, county->villages[appeal->village].township_code)
                        : appeal->reporter;
}

/* Which ones stay unsolved, and how. */
static void draw_fates(struct county *county)
{
    int n = county->wish.appeals;

    for (int left = county->wish.unsolved; left > 0;) {
        struct appeal *appeal = &county->appeals[county_draw(county, (unsigned)n)];
        if (appeal->fate != SOLVED)
            continue;
        appeal->fate = (enum fate)(1 + left % (FATES - 1));
        left--;
    }
}

/* Those of whom there are several in a place go on leave now and then; what they say, the first appeal
 * carries. */
static void plan_leaves(struct county *county)
{
    int weeks = 4 * county->wish.months, often = county->wish.months > FEW_MONTHS ? 1 : 6;

    for (int i = 0; i < weeks * often; i++) {
        struct who *by = county_staff_of(county, ROLE_CADRE, NULL);
        int64_t at = county_office_hour(county, county->start + (int64_t)(i / often) * 7 * DAY, 0, 5);

        county_add(county, at, county_action("leave"), &county->appeals[0], by);
    }
}

void county_plan(struct county *county)
{
    int n = county->wish.appeals;

    county->appeals = talloc_zero_array(county, struct appeal, (size_t)n);
    county->by_case = talloc_zero_array(county, struct appeal *, (size_t)n + 1);
    draw_fates(county);
    for (int i = 0; i < n; i++)
        draw_appeal(county, i);
    for (int i = 0; i < n; i++) {
        struct appeal *appeal = &county->appeals[i];
        int day = (int)((int64_t)i * county->wish.months * 3044 / 100 / n);
        int64_t at = appeal->origin == FILED_BY_CADRE
                         ? county_office_hour(county, county->start + (int64_t)day * DAY, 0, 0)
                         : county_free_hour(county, county->start + (int64_t)day * DAY, 0, 0);

        if (appeal->host == NONE)
            county_add(county, at, county_birth, appeal, appeal->filer);
    }
    plan_leaves(county);
}
