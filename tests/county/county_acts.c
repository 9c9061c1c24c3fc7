/*
 * What people of the county do, one after the other: each action says something, and what follows from it is
 * planned when it was answered.
 */
#include "tests/county/county_acts.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

bool county_wants(const struct appeal *appeal, unsigned wish)
{
    return appeal->wishes & wish;
}

void county_next(struct county *county, int64_t at, const char *name, struct appeal *appeal, struct who *by)
{
    county_add(county, at, county_action(name), appeal, by);
}

/* Everything planned for it is off. */
void county_forget_plans(struct appeal *appeal)
{
    appeal->age++;
}

const char *county_words(struct county *county, const char *format, const char *number, const char *words)
{
    const char *text = talloc_asprintf(county->mem, "%s %s", format, number);

    return *words ? talloc_asprintf(county->mem, "%s %s", text, words) : text;
}

/* A person who works on it takes their time; some forget until they are reminded, or longer. */
static int64_t accept_time(struct county *county)
{
    unsigned lot = county_draw(county, 100);

    if (lot < 78)
        return county_office_hour(county, county->now, 0, 3);
    if (lot < 93)
        return county_office_hour(county, county->now, 4, 11);
    return lot < 98 ? county_office_hour(county, county->now, 12, 14)
                    : county_office_hour(county, county->now, 16, 30);
}

/* Nobody has it: it is passed on, sent back, or accepted. */
void county_go_on_waiting(struct county *county, struct appeal *appeal)
{
    struct who *by = appeal->candidate;

    if (!by && appeal->filer && appeal->filer->roles)
        by = appeal->candidate = appeal->filer;
    if (!by && appeal->origin == CUT_OUT && county->appeals[appeal->host].handler)
        by = appeal->candidate = county_acting(county, appeal, county->appeals[appeal->host].handler);
    if (!by) {
        county_broken(county, appeal, "nobody was told to take it on");
        return;
    }
    if (county_wants(appeal, WANTS_RETURN))
        county_next(county, county_office_hour(county, county->now, 0, 3), "return", appeal, by);
    else if (county_wants(appeal, WANTS_FORWARD))
        county_next(county, county_office_hour(county, county->now, 0, 20), "forward", appeal, by);
    else if (county_wants(appeal, WANTS_RECUSAL))
        county_next(county, county_office_hour(county, county->now, 0, 4), "recuse", appeal, by);
    else if (county_wants(appeal, WANTS_CLEARING) && appeal->is_guarded)
        county_next(county, county_office_hour(county, county->now, 0, 5), "clear", appeal,
                    county_staff_of(county, ROLE_SUPERVISOR, "141027"));
    else if (appeal->fate == LEFT_WITHDRAWN && county_chance(county, 500))
        county_next(county, county_free_hour(county, county->now, 1, 10), "withdraw", appeal,
                    appeal->reporter);
    else if (appeal->fate == LEFT_REFUSED)
        county_next(county, accept_time(county), "refuse", appeal, by);
    else if (appeal->fate != LEFT_NEW)
        county_next(county, accept_time(county), "accept", appeal, by);
}

static const char *ending_of(const struct appeal *appeal)
{
    switch (appeal->fate) {
    case LEFT_EXPLAINED:
        return "explain";
    case LEFT_REFUSED:
        return "refuse";
    case LEFT_MERGED:
        return "merge";
    case LEFT_WITHDRAWN:
        return "withdraw";
    case LEFT_IN_HAND:
        return NULL;
    default:
        return "close";
    }
}

/* Somebody has it: what is still to be done, in its order; the last ends it. */
void county_go_on_working(struct county *county, struct appeal *appeal)
{
    const char *ending = ending_of(appeal);
    int64_t left = appeal->end_wanted - county->now;

    if (appeal->progress_left > 0) {
        int days = left > 0 ? (int)(left / DAY / (appeal->progress_left + 1)) : 0;
        appeal->progress_left--;
        county_next(county, county_office_hour(county, county->now, days / 2, days + 1), "progress", appeal,
                    appeal->handler);
        return;
    }
    if (!ending || (appeal->fate == LEFT_REOPENED && appeal->rating == 4))
        return;
    if (strcmp(ending, "withdraw") == 0) {
        county_next(county, county_free_hour(county, county->now, 1, 10), ending, appeal, appeal->reporter);
        return;
    }
    county_next(
        county,
        county_office_hour(county, county->now > appeal->end_wanted ? county->now : appeal->end_wanted, 0, 1),
        ending, appeal, appeal->handler);
}

/* How long the work takes: mostly a month, some up to the term, some beyond it. */
void county_wish_for_end(struct county *county, struct appeal *appeal)
{
    unsigned lot = county_draw(county, 100);
    unsigned days = lot < 85   ? 2 + county_draw(county, 30)
                    : lot < 95 ? 32 + county_draw(county, 25)
                               : 62 + county_draw(county, 25);

    appeal->end_wanted = county->now + (int64_t)days * DAY;
    appeal->progress_left = (int)county_draw(county, 10) < 1 ? 0 : 1 + (int)county_draw(county, 2);
    if (appeal->child != NONE &&
        appeal->progress_left == 0) /* what is cut out of it comes with its progress */
        appeal->progress_left = 1;
}

bool county_is_open(const struct appeal *appeal)
{
    return appeal->stage == WAITING || appeal->stage == WORKED_ON;
}

static const struct action actions[] = {
    { "birth", "received", false, say_birth, then_birth },
    { "join", "added", false, say_join, then_join },
    { "split off", "received", false, say_split_off, then_birth },
    { "add", "added", false, say_add, NULL },
    { "accuse", "added", false, say_accuse, then_accuse },
    { "status", NULL, false, say_status, NULL },
    { "thanks", NULL, false, say_thanks, NULL },
    { "same again", NULL, false, say_same_again, then_same_again },
    { "stop", NULL, false, say_stop, then_stop },
    { "rate", "rated", false, say_rate, then_rate },
    { "reopen", "reopened", false, say_reopen, then_reopen },
    { "appeal", "appealed", false, say_appeal, then_appeal },
    { "appeal above", "appealed outside", false, say_appeal, NULL },
    { "review", NULL, false, say_review, then_ask },
    { "leave", NULL, false, say_leave, then_leave },
    { "accept", "accepted", false, say_accept, then_accept },
    { "undo", "undone", false, say_undo, then_undo },
    { "reclass", "reclassed", false, say_reclass, then_go_on },
    { "progress", "progress", false, say_progress, then_progress },
    { "cut", "received", false, say_cut, then_birth },
    { "return", "returned", false, say_return, then_return },
    { "recuse", "recused", false, say_recuse, then_return },
    { "forward", "forwarded", false, say_forward, then_forward },
    { "merge", NULL, false, say_merge, then_ask },
    { "close", NULL, false, say_close, then_ask },
    { "explain", NULL, false, say_explain, then_ask },
    { "refuse", NULL, false, say_refuse, then_ask },
    { "extend", NULL, false, say_extend, then_ask },
    { "adopt", NULL, false, say_adopt, then_ask },
    { "clear", NULL, false, say_clear, then_ask },
    { "withdraw", NULL, false, say_withdraw, then_ask },
    { "wrong code", NULL, true, say_wrong_code, then_wrong_code },
    { "nudge", "nudged", false, say_nudge, NULL },
    { "show", "shown", false, say_show, then_undoable },
    { "hold", "held", false, say_hold, then_undoable },
    { "peek", NULL, false, say_peek, NULL },
    { "peek at lists", NULL, false, say_peek_at_lists, NULL },
    { 0 },
};

/* What sending the code back does. */
static const struct action codes[] = {
    { "close", "closed", true, say_code, then_ended },
    { "explain", "explained", true, say_code, then_ended },
    { "refuse", "out of scope", true, say_code, then_ended },
    { "extend", "extended", true, say_code, then_go_on },
    { "merge", "merged", true, say_code, then_merge },
    { "adopt", "adopted", true, say_code, then_undoable },
    { "clear", "cleared", true, say_code, then_cleared },
    { "withdraw", "withdrawn", true, say_code, then_over },
    { "review", "reviewed", true, say_review_code, then_reviewed },
    { 0 },
};

const struct action *const county_birth = &actions[0];

static const struct action *named(const struct action *table, const char *name)
{
    while (table->name && strcmp(table->name, name) != 0)
        table++;
    return table;
}

const struct action *county_action(const char *name)
{
    return named(actions, name);
}

const struct action *county_confirmed(const char *name)
{
    return named(codes, name);
}

/* Somebody is told that it is theirs to take on, or to pass on. */
void county_heard(struct county *county, struct appeal *appeal, const char *name, struct who *to)
{
    bool is_first_alarm = strcmp(name, "alarm") == 0 && !appeal->candidate;

    (void)county;
    if ((strcmp(name, "assigned") == 0 || is_first_alarm) && to->roles & (ROLE_CADRE | ROLE_SUPERVISOR))
        appeal->candidate = to;
    if ((strcmp(name, "returned-office") == 0 || strcmp(name, "recused-leader") == 0) && !appeal->boss)
        appeal->boss = to;
}
