/*
 * What must be so after every text: its step, whom the step was told to, and one answer. The table here says
 * it once more, apart from the desk's.
 */
#include "tests/county/county_seen.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "store/notices.h"

/* What a step must bring: a text to its reporter, to its handler, to at least one of those responsible. */
static const struct bringing {
    const char *kind, *reporter, *handler, *others;
} bringings[] = {
    { "received", NULL, NULL, "assigned" },
    { "rung", NULL, NULL, NULL },
    { "added", NULL, "added-handler", NULL },
    { "split off", NULL, NULL, NULL },
    { "split", NULL, NULL, NULL },
    { "viewed", NULL, NULL, NULL },
    { "held", NULL, NULL, "held-leader" },
    { "reclassed", NULL, NULL, NULL },
    { "placed", NULL, NULL, NULL },
    { "undone", NULL, NULL, NULL },
    { "accepted", "accepted", NULL, NULL },
    { "progress", "progress", NULL, NULL },
    { "closed", "closed", NULL, NULL },
    { "explained", "explained", NULL, NULL },
    { "out of scope", "refused", NULL, NULL },
    { "returned", NULL, NULL, "returned-office" },
    { "recused", NULL, NULL, "recused-leader" },
    { "forwarded", "forwarded", NULL, "assigned" },
    { "forwarded out", NULL, NULL, NULL },
    { "merged", "merged", NULL, NULL },
    { "took in", "took-in", NULL, NULL },
    { "extended", "extended", NULL, "extended-leader" },
    { "adopted", "adopted", "adopted-handler", NULL },
    { "nudged", NULL, "nudged", "nudged" },
    { "shown", "shown-now", NULL, NULL },
    { "cleared", NULL, NULL, "assigned" },
    { "rated", NULL, "rated-handler", NULL },
    { "reopened", NULL, "reopened-handler", "reopened-leader" },
    { "complained", NULL, NULL, "complained-leader" },
    { "appealed", NULL, NULL, "appealed-leader" },
    { "appealed outside", NULL, NULL, NULL },
    { "reviewed", "reviewed", "reviewed-handler", NULL },
    { "withdrawn", NULL, "withdrawn-handler", NULL },
};

static const struct bringing *bringing_of(const char *kind)
{
    for (size_t i = 0; i < sizeof bringings / sizeof *bringings; i++)
        if (strcmp(bringings[i].kind, kind) == 0)
            return &bringings[i];
    return NULL;
}

static size_t count_told(const struct seen *seen, int64_t step_id, const char *name, const char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < seen->n_notices; i++)
        n += seen->notices[i].step_id == step_id && strcmp(seen->notices[i].name, name) == 0 &&
             (!to || strcmp(seen->notices[i].to, to) == 0);
    return n;
}

static void watch_told(struct county *county, const struct seen *seen, const struct seen_step *step,
                       const char *name, const struct who *who, const char *what)
{
    size_t n = count_told(seen, step->id, name, who->phone);
    bool is_free = who->is_stopped || strcmp(who->phone, step->actor) == 0;

    if (n > 1 || (n == 0 && !is_free))
        county_broken(county, county_appeal_of(county, step->case_id), "%s: its %s heard %s %zu times",
                      step->kind, what, name, n);
}

static void watch_reporters(struct county *county, const struct seen *seen, const struct seen_step *step,
                            struct appeal *appeal, const char *name)
{
    watch_told(county, seen, step, name, appeal->reporter, "reporter");
    for (int i = 0; appeal->has_merged && i < county->wish.appeals; i++) {
        struct appeal *merged = &county->appeals[i];
        if (merged->merged_into == appeal->index && merged->stage == OVER &&
            merged->reporter != appeal->reporter)
            watch_told(county, seen, step, name, merged->reporter, "merged reporter");
    }
}

static void watch_handler(struct county *county, const struct seen *seen, const struct seen_step *step,
                          const char *name)
{
    sqlite3_stmt *row = county_ask(county, "SELECT handler FROM cases WHERE id = ?1");
    struct who *who = NULL;

    sqlite3_bind_int64(row, 1, step->case_id);
    if (sqlite3_step(row) == SQLITE_ROW && sqlite3_column_text(row, 0))
        who = county_by_phone(county, (const char *)sqlite3_column_text(row, 0));
    sqlite3_reset(row);
    if (who)
        who = county_acting(county, county_appeal_of(county, step->case_id), who);
    if (who)
        watch_told(county, seen, step, name, who, "handler");
}

void county_ask_joined(struct county *county, const struct appeal *appeal)
{
    for (int i = 0; i < county->wish.appeals; i++)
        if (county->appeals[i].merged_into == appeal->index &&
            county->appeals[i].reporter != appeal->reporter)
            county->appeals[i].reporter->asked = NONE;
}

static void note_question(struct county *county, struct appeal *appeal, const char *kind)
{
    static const char *const asking[] = { "closed", "explained", "out of scope" };

    for (size_t i = 0; i < 3; i++)
        if (strcmp(kind, asking[i]) == 0) {
            appeal->reporter->asked = appeal->index;
            appeal->reporter->asked_at = county->now;
            county_ask_joined(county, appeal);
        }
}

static bool stands_in(const struct county *county, const struct who *who)
{
    for (int i = 0; i < county->n_staff; i++)
        if (county->staff[i].stand_in == who && county->staff[i].away_from <= county->now &&
            county->now < county->staff[i].away_until)
            return true;
    return false;
}

/* Who files a case or cuts it out, and stands in for the other it would go to, has the answer alone. */
static bool is_the_filers(const struct county *county, const struct who *by)
{
    return by && by->roles && stands_in(county, by);
}

/* Who works on it is nudged as its handler; the leader who adopted a case holds it for themselves. */
static bool is_told_otherwise(struct county *county, const struct seen_step *step,
                              const struct appeal *appeal)
{
    const struct who *by = county_by_phone(county, step->actor);

    return (strcmp(step->kind, "nudged") == 0 && appeal->stage == WORKED_ON) ||
           (strcmp(step->kind, "held") == 0 && by && by == appeal->leader) ||
           (strcmp(step->kind, "received") == 0 && is_the_filers(county, by));
}

/* Of danger they are rung instead. */
static bool is_rung(const struct seen *seen, const struct seen_step *step)
{
    for (size_t i = 0; i < seen->n_notices; i++)
        if (seen->notices[i].case_id == step->case_id && strcmp(seen->notices[i].name, "alarm") == 0)
            return true;
    return false;
}

static void watch_step(struct county *county, const struct seen *seen, const struct seen_step *step)
{
    const struct bringing *bringing = bringing_of(step->kind);
    struct appeal *appeal = county_appeal_of(county, step->case_id);

    if (!bringing || !appeal) {
        county_broken(county, appeal, "%s of case %lld by nobody's wish", step->kind,
                      (long long)step->case_id);
        return;
    }
    note_question(county, appeal, step->kind);
    if (strcmp(step->kind, "adopted") == 0)
        appeal->leader = county_by_phone(county, step->actor);
    if (strcmp(step->kind, "cleared") == 0) /* a person has looked: nobody is accused */
        appeal->is_guarded = false;
    if (bringing->reporter)
        watch_reporters(county, seen, step, appeal, bringing->reporter);
    if (bringing->handler && !(strcmp(step->kind, "rated") == 0 && *step->words == '4'))
        watch_handler(county, seen, step, bringing->handler);
    if (bringing->others && !is_told_otherwise(county, step, appeal) && !is_rung(seen, step) &&
        count_told(seen, step->id, bringing->others, NULL) == 0)
        county_broken(county, appeal, "%s: nobody heard %s", step->kind, bringing->others);
}

static const struct seen_step *step_of(const struct seen *seen, int64_t id)
{
    for (size_t i = 0; i < seen->n_steps; i++)
        if (seen->steps[i].id == id)
            return &seen->steps[i];
    return NULL;
}

static bool is_brought(const struct seen_step *step, const char *name)
{
    const struct bringing *bringing = bringing_of(step->kind);
    const char *const names[] = { bringing ? bringing->reporter : NULL, bringing ? bringing->handler : NULL,
                                  bringing ? bringing->others : NULL };

    for (int i = 0; i < 3; i++)
        if (names[i] && strcmp(names[i], name) == 0)
            return true;
    if (strcmp(name, "alarm-operator") == 0)
        return strcmp(step->kind, "rung") == 0;
    if (strcmp(name, "alarm-added") == 0)
        return strcmp(step->kind, "added") == 0;
    if (strcmp(name, "alarm") == 0) /* also to those to whom the case comes while it rings */
        return strcmp(step->kind, "rung") == 0 || strcmp(step->kind, "added") == 0 ||
               strcmp(step->kind, "placed") == 0 || strcmp(step->kind, "reclassed") == 0;
    if (strcmp(name, "escalated") == 0)
        return strcmp(step->kind, "closed") == 0 || strcmp(step->kind, "reopened") == 0;
    if (strcmp(name, "corrected") == 0)
        return strcmp(step->kind, "undone") == 0;
    return strcmp(name, "assigned") == 0 &&
           (strcmp(step->kind, "added") == 0 || strcmp(step->kind, "reclassed") == 0);
}

/* No notice without its step, unless it answers its text. */
static void watch_cause(struct county *county, const struct seen *seen, const struct seen_notice *notice,
                        struct item **items, size_t n)
{
    const struct seen_step *step = step_of(seen, notice->step_id);
    struct item *item = NULL;

    for (size_t i = 0; i < n; i++)
        if (items[i]->event_id == notice->event_id)
            item = items[i];
    if (notice->step_id && step && is_brought(step, notice->name))
        return;
    if (!notice->step_id && item &&
        (notice->priority == PRIORITY_ANSWER
             ? strcmp(notice->to, item->by->phone) == 0
             : strcmp(notice->name, "filed-for") == 0 || strcmp(notice->name, "split") == 0 ||
                   strcmp(notice->name, "stand-in") == 0))
        return;
    county_broken(county, county_appeal_of(county, notice->case_id), "%s came of nothing", notice->name);
}

static void hear(struct county *county, const struct seen_notice *notice)
{
    struct appeal *appeal = county_appeal_of(county, notice->case_id);
    struct who *to = county_by_phone(county, notice->to);

    if (!to || !appeal)
        return;
    if (strcmp(notice->name, "confirm") == 0)
        for (const char *at = notice->text; *at;) {
            size_t digits = strspn(at, "0123456789");
            if (digits == 6)
                snprintf(to->code, sizeof to->code, "%.6s", at);
            at += digits ? digits : 1;
        }
    county_heard(county, appeal, notice->name, to);
}

static bool is_companion(const char *kind)
{
    static const char *const companions[] = { "rated", "took in", "split", "split off", "rung" };

    for (size_t i = 0; i < sizeof companions / sizeof *companions; i++)
        if (strcmp(companions[i], kind) == 0)
            return true;
    return false;
}

static const char *outcome_of(struct county *county, int64_t event_id)
{
    sqlite3_stmt *row = county_ask(county, "SELECT outcome || ': ' || why FROM events WHERE id = ?1");
    const char *outcome = "no event";

    sqlite3_bind_int64(row, 1, event_id);
    if (sqlite3_step(row) == SQLITE_ROW)
        outcome = county_text_at(county, row, 0);
    sqlite3_reset(row);
    return outcome;
}

/* What was said had its step and no other, and one answer. */
static void watch_item(struct county *county, const struct seen *seen, const struct item *item)
{
    size_t answers = 0, wanted = strcmp(item->action->name, "thanks") != 0;
    bool has_step = false;

    for (size_t i = 0; i < seen->n_steps; i++) {
        const struct seen_step *step = &seen->steps[i];
        if (step->event_id != item->event_id)
            continue;
        if (item->step && strcmp(step->kind, item->step) == 0 &&
            step->case_id == (strcmp(item->step, "reopened") == 0 ? step->case_id : item->appeal->case_id))
            has_step = true;
        else if (item->is_peek || !item->step || !is_companion(step->kind))
            county_broken(county, item->appeal, "%s left a step: %s", item->action->name, step->kind);
    }
    if (item->step && !has_step)
        county_broken(county, item->appeal, "%s did not happen: %s (%s)", item->action->name,
                      outcome_of(county, item->event_id), item->text);
    for (size_t i = 0; i < seen->n_notices; i++)
        answers += seen->notices[i].event_id == item->event_id && !seen->notices[i].step_id &&
                   seen->notices[i].priority == PRIORITY_ANSWER;
    if (answers != wanted)
        county_broken(county, item->appeal, "%s got %zu answers: %s (%s)", item->action->name, answers,
                      outcome_of(county, item->event_id), item->text);
}

static void note_births(struct county *county, struct item **items, const struct event *events, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (items[i]->step && strcmp(items[i]->step, "received") == 0 && events[i].case_id > 0 &&
            events[i].case_id <= county->wish.appeals) {
            items[i]->appeal->case_id = events[i].case_id;
            county->by_case[events[i].case_id] = items[i]->appeal;
            county->sum.appeals++;
        }
}

void county_watch_texts(struct county *county, struct item **items, const struct event *events, size_t n)
{
    struct seen seen = county_read_new(county);

    note_births(county, items, events, n);
    for (size_t i = 0; i < seen.n_steps; i++)
        watch_step(county, &seen, &seen.steps[i]);
    for (size_t i = 0; i < seen.n_notices; i++) {
        county_watch_notice(county, &seen.notices[i]);
        watch_cause(county, &seen, &seen.notices[i], items, n);
        hear(county, &seen.notices[i]);
    }
    for (size_t i = 0; i < n; i++)
        watch_item(county, &seen, items[i]);
}
