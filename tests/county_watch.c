/*
 * What must be so after every text and every day, told from the store alone: which steps stand in it, who was
 * told, and who was not. The tables here say it once more, apart from the desk's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/desk/dates.h"
#include "gateway/desk/workdays.h"
#include "store/notices.h"
#include "tests/county_private.h"

enum { STATEMENTS = 48, TOLD = 1 << 20, ACCEPT_DAYS = 15, LATER_DAYS = 7 };

/* What a step must bring: a text to its reporter, to its handler, to at least one of those responsible. */
static const struct bringing {
    const char *kind, *reporter, *handler, *others;
} bringings[] = {
    { "received", NULL, NULL, "assigned" },
    { "added", NULL, "added-handler", NULL },
    { "split off", NULL, NULL, NULL },
    { "split", NULL, NULL, NULL },
    { "viewed", NULL, NULL, NULL },
    { "held", NULL, NULL, "held-leader" },
    { "reclassed", NULL, NULL, NULL },
    { "undone", NULL, NULL, NULL },
    { "accepted", "accepted", NULL, NULL },
    { "progress", "progress", NULL, NULL },
    { "closed", "closed", NULL, NULL },
    { "explained", "explained", NULL, NULL },
    { "out of scope", "refused", NULL, NULL },
    { "returned", NULL, NULL, "returned-leader" },
    { "recused", NULL, NULL, "recused-leader" },
    { "forwarded", "forwarded", NULL, "assigned" },
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
    { "withdrawn", NULL, "withdrawn-handler", NULL },
};

struct seen_step {
    int64_t id, case_id, event_id;
    const char *actor, *kind, *words;
};

struct seen_notice {
    int64_t id, case_id, step_id, event_id, due_at, created_at;
    const char *to, *text, *name;
    int priority;
};

struct seen {
    struct seen_step *steps;
    struct seen_notice *notices;
    size_t n_steps, n_notices;
};

struct statement {
    const char *sql;
    sqlite3_stmt *prepared;
};

sqlite3_stmt *county_ask(struct county *county, const char *sql)
{
    struct statement *all = county->statements;

    if (!all)
        county->statements = all = talloc_zero_array(county, struct statement, STATEMENTS);
    for (int i = 0; i < STATEMENTS; i++) {
        if (!all[i].sql) {
            all[i].sql = sql;
            if (sqlite3_prepare_v2(county->db, sql, -1, &all[i].prepared, NULL) != SQLITE_OK)
                county_broken(county, NULL, "%s: %s", sql, sqlite3_errmsg(county->db));
        }
        if (strcmp(all[i].sql, sql) == 0) {
            sqlite3_reset(all[i].prepared);
            return all[i].prepared;
        }
    }
    abort();
}

static void forget_statements(struct county *county)
{
    struct statement *all = county->statements;

    for (int i = 0; all && i < STATEMENTS && all[i].sql; i++)
        sqlite3_finalize(all[i].prepared);
    sqlite3_close(county->db);
}

int64_t county_number(struct county *county, const char *sql, int64_t value)
{
    sqlite3_stmt *ask = county_ask(county, sql);
    int64_t number;

    if (sqlite3_bind_parameter_count(ask) > 0)
        sqlite3_bind_int64(ask, 1, value);
    number = sqlite3_step(ask) == SQLITE_ROW ? sqlite3_column_int64(ask, 0) : 0;
    sqlite3_reset(ask);
    return number;
}

static const char *text_at(struct county *county, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return talloc_strdup(county->mem, text ? text : "");
}

static void *grown(struct county *county, void *all, size_t n, size_t size)
{
    return n & (n - 1) ? all : talloc_realloc_size(county->mem, all, (n ? 2 * n : 1) * size);
}

static struct seen read_new(struct county *county)
{
    struct seen seen = { 0 };
    sqlite3_stmt *row = county_ask(
        county, "SELECT id, case_id, event_id, actor, kind, words FROM steps WHERE id > ?1 ORDER BY id");

    sqlite3_bind_int64(row, 1, county->last_step);
    while (sqlite3_step(row) == SQLITE_ROW) {
        seen.steps = grown(county, seen.steps, seen.n_steps, sizeof *seen.steps);
        seen.steps[seen.n_steps++] = (struct seen_step){
            .id = county->last_step = sqlite3_column_int64(row, 0),
            .case_id = sqlite3_column_int64(row, 1),
            .event_id = sqlite3_column_int64(row, 2),
            .actor = text_at(county, row, 3),
            .kind = text_at(county, row, 4),
            .words = text_at(county, row, 5),
        };
    }
    sqlite3_reset(row);
    row =
        county_ask(county, "SELECT id, case_id, step_id, event_id, due_at, created_at, recipient, text, name,"
                           " priority FROM notices WHERE id > ?1 ORDER BY id");
    sqlite3_bind_int64(row, 1, county->last_notice);
    while (sqlite3_step(row) == SQLITE_ROW) {
        seen.notices = grown(county, seen.notices, seen.n_notices, sizeof *seen.notices);
        seen.notices[seen.n_notices++] = (struct seen_notice){
            .id = county->last_notice = sqlite3_column_int64(row, 0),
            .case_id = sqlite3_column_int64(row, 1),
            .step_id = sqlite3_column_int64(row, 2),
            .event_id = sqlite3_column_int64(row, 3),
            .due_at = sqlite3_column_int64(row, 4),
            .created_at = sqlite3_column_int64(row, 5),
            .to = text_at(county, row, 6),
            .text = text_at(county, row, 7),
            .name = text_at(county, row, 8),
            .priority = sqlite3_column_int(row, 9),
        };
    }
    sqlite3_reset(row);
    county->sum.steps += (long)seen.n_steps;
    county->sum.notices += (long)seen.n_notices;
    return seen;
}

static struct appeal *appeal_of(struct county *county, int64_t case_id)
{
    return case_id > 0 && case_id <= county->wish.appeals ? county->by_case[case_id] : NULL;
}

/* --- who may know: Regulation on petitions, art. 30 --- */

static bool may_know(const struct appeal *appeal, const struct who *who)
{
    if (who == appeal->reporter || who == appeal->filer)
        return true;
    if (!who->roles)
        return false;
    if (!appeal->is_guarded)
        return true;
    if (who == appeal->accused || strcmp(who->unit_name, appeal->accused_name) == 0)
        return false;
    return who->roles & ROLE_SUPERVISOR || strcmp(who->duty, "discipline") == 0;
}

/* A villager also hears the number of a case that is one with theirs. */
static bool is_one_with(const struct appeal *appeal, const struct county *county, const struct who *who)
{
    for (int i = 0; i < county->wish.appeals; i++) {
        const struct appeal *other = &county->appeals[i];
        bool is_theirs = other->reporter == who;
        if ((is_theirs && other->merged_into == appeal->index) ||
            (appeal->merged_into != NONE && is_theirs && appeal->merged_into == other->index))
            return true;
    }
    return false;
}

static void watch_number(struct county *county, const struct seen_notice *notice, const char *number,
                         size_t length, const struct who *who)
{
    sqlite3_stmt *row = county_ask(county, "SELECT id FROM cases WHERE number = ?1");
    struct appeal *appeal;

    sqlite3_bind_text(row, 1, number, (int)length, SQLITE_STATIC);
    appeal = sqlite3_step(row) == SQLITE_ROW ? appeal_of(county, sqlite3_column_int64(row, 0)) : NULL;
    sqlite3_reset(row);
    if (appeal && !may_know(appeal, who) && !is_one_with(appeal, county, who))
        county_broken(county, appeal, "%s %s reads of it: %s %s", who->title, who->name, notice->name,
                      notice->text);
}

static void watch_privacy(struct county *county, const struct seen_notice *notice)
{
    struct who *who = county_by_phone(county, notice->to);
    struct appeal *appeal = appeal_of(county, notice->case_id);

    if (!who) {
        county_broken(county, appeal, "a text to nobody: %s", notice->name);
        return;
    }
    if (strcmp(notice->name, "no-such-case") == 0 || strcmp(notice->name, "wrong-number") == 0)
        return; /* what they typed, given back */
    if (appeal && !may_know(appeal, who) && !is_one_with(appeal, county, who))
        county_broken(county, appeal, "%s %s is told: %s", who->title, who->name, notice->name);
    for (const char *at = notice->text; *at;) {
        size_t digits = strspn(at, "0123456789");
        if (digits >= 8)
            watch_number(county, notice, at, digits, who);
        at += digits ? digits : 1;
    }
}

/* --- texts that went out --- */

static uint64_t hash(const char *to, const char *text)
{
    uint64_t value = 14695981039346656037u;

    for (; *to; to++)
        value = (value ^ (unsigned char)*to) * 1099511628211u;
    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 1099511628211u;
    return value | 1;
}

/* The same words to the same person within an hour are said twice; answers may be asked for twice. */
static void watch_repeats(struct county *county, const struct seen_notice *notice)
{
    uint64_t key = hash(notice->to, notice->text);
    size_t at = key % TOLD;

    if (!county->told) {
        county->told = talloc_zero_array(county, uint64_t, TOLD);
        county->told_at = talloc_zero_array(county, int64_t, TOLD);
    }
    while (county->told[at] && county->told[at] != key)
        at = (at + 1) % TOLD;
    if (county->told[at] && notice->created_at - county->told_at[at] < HOUR)
        county_broken(county, appeal_of(county, notice->case_id), "said twice: %s", notice->text);
    county->told[at] = key;
    county->told_at[at] = notice->created_at;
}

static void watch_notice(struct county *county, const struct seen_notice *notice)
{
    int minutes = date_minutes(notice->due_at);

    watch_privacy(county, notice);
    if (notice->priority == PRIORITY_ANSWER)
        return;
    watch_repeats(county, notice);
    if (minutes < 8 * 60 || minutes >= 21 * 60)
        county_broken(county, appeal_of(county, notice->case_id), "%s in quiet hours", notice->name);
}

/* --- texts that came in --- */

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
        county_broken(county, appeal_of(county, step->case_id), "%s: its %s heard %s %zu times", step->kind,
                      what, name, n);
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
        watch_told(county, seen, step, name, who, "handler");
}

static void note_question(struct county *county, struct appeal *appeal, const char *kind)
{
    static const char *const asking[] = { "closed", "explained", "out of scope" };

    for (size_t i = 0; i < 3; i++)
        if (strcmp(kind, asking[i]) == 0) {
            appeal->reporter->asked = appeal->index;
            appeal->reporter->asked_at = county->now;
        }
}

/* Who works on it is nudged as its handler; the leader who adopted a case holds it for themselves. */
static bool is_told_otherwise(struct county *county, const struct seen_step *step,
                              const struct appeal *appeal)
{
    const struct who *by = county_by_phone(county, step->actor);

    return (strcmp(step->kind, "nudged") == 0 && appeal->stage == WORKED_ON) ||
           (strcmp(step->kind, "held") == 0 && by && by == appeal->leader);
}

static void watch_step(struct county *county, const struct seen *seen, const struct seen_step *step)
{
    const struct bringing *bringing = bringing_of(step->kind);
    struct appeal *appeal = appeal_of(county, step->case_id);

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
    if (bringing->others && !is_told_otherwise(county, step, appeal) &&
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
    if (strcmp(name, "goes-up") == 0)
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
             : strcmp(notice->name, "filed-for") == 0 || strcmp(notice->name, "split") == 0))
        return;
    county_broken(county, appeal_of(county, notice->case_id), "%s came of nothing", notice->name);
}

static void hear(struct county *county, const struct seen_notice *notice)
{
    struct appeal *appeal = appeal_of(county, notice->case_id);
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
    static const char *const companions[] = { "rated", "took in", "split", "split off" };

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
        outcome = text_at(county, row, 0);
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
    struct seen seen = read_new(county);

    note_births(county, items, events, n);
    for (size_t i = 0; i < seen.n_steps; i++)
        watch_step(county, &seen, &seen.steps[i]);
    for (size_t i = 0; i < seen.n_notices; i++) {
        watch_notice(county, &seen.notices[i]);
        watch_cause(county, &seen, &seen.notices[i], items, n);
        hear(county, &seen.notices[i]);
    }
    for (size_t i = 0; i < n; i++)
        watch_item(county, &seen, items[i]);
}

/* --- the calendar --- */

static size_t count_calendar(const struct seen *seen, const char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < seen->n_notices; i++)
        n += strcmp(seen->notices[i].to, to) == 0;
    return n;
}

static void watch_rung(struct county *county, const struct seen *seen, const struct seen_step *step,
                       const struct due_line *lines, size_t n, struct appeal *appeal)
{
    bool is_heard = false;

    for (size_t i = 0; i < n; i++)
        is_heard |= strcmp(lines[i].kind, step->words) == 0 && strcmp(lines[i].number, appeal->number) == 0 &&
                    count_calendar(seen, lines[i].to) == 1;
    if (!is_heard)
        county_broken(county, appeal, "nobody heard %s", step->words);
}

static void watch_day_step(struct county *county, const struct seen *seen, const struct seen_step *step,
                           const struct due_line *lines, size_t n)
{
    struct appeal *appeal = appeal_of(county, step->case_id);
    bool is_rating, is_open;

    if (!appeal || strcmp(step->actor, "system") != 0) {
        county_broken(county, appeal, "%s by %s on a day's turn", step->kind, step->actor);
        return;
    }
    is_open = appeal->stage == WAITING || appeal->stage == WORKED_ON;
    is_rating = strcmp(step->kind, "reminded") == 0 && *step->words >= '0' && *step->words <= '9';
    if (strcmp(step->kind, "reminded") == 0 && !is_rating) {
        watch_rung(county, seen, step, lines, n, appeal);
        return;
    }
    if (is_rating) {
        appeal->reporter->asked = NONE; /* of several, which was last is the desk's to know */
        is_open = true;
    }
    if (is_open && !appeal->reporter->is_stopped && count_calendar(seen, appeal->reporter->phone) != 1)
        county_broken(county, appeal, "%s, and its reporter has %zu texts", step->kind,
                      count_calendar(seen, appeal->reporter->phone));
}

static bool is_owed(const struct due_line *lines, size_t n, const struct seen_notice *notice,
                    const struct who *who)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(lines[i].to, notice->to) == 0 ||
            (who->roles && (strcmp(lines[i].kind, "show") == 0 || strcmp(lines[i].kind, "evaluate") == 0)))
            return true;
    return false;
}

static void expect_none(struct county *county, const char *what, const char *sql, int64_t a, int64_t b,
                        const char *word)
{
    sqlite3_stmt *row = county_ask(county, sql);

    sqlite3_bind_int64(row, 1, a);
    if (sqlite3_bind_parameter_count(row) > 1)
        sqlite3_bind_int64(row, 2, b);
    if (sqlite3_bind_parameter_count(row) > 2)
        sqlite3_bind_text(row, 3, word, -1, SQLITE_STATIC);
    while (sqlite3_step(row) == SQLITE_ROW)
        county_broken(county, appeal_of(county, sqlite3_column_int64(row, 0)), "%s", what);
    sqlite3_reset(row);
}

/* 亮 and 晒 leave nothing out, however long the gateway was off. */
static void watch_dates(struct county *county)
{
    struct date today = date_of(county->now), month = { today.year, today.month, 1 };
    struct date quarter = date_quarter_end(today);

    expect_none(county, "was never shown",
                "SELECT id FROM cases WHERE shown_on IS NULL AND received_at < ?1 AND NOT EXISTS"
                " (SELECT 1 FROM steps WHERE case_id = cases.id AND kind = 'held')",
                date_moment(month, 0), 0, "");
    if (date_compare(today, quarter) < 0)
        quarter = date_quarter_end(month_plus(today, -3));
    expect_none(county, "was not reported on at the quarter's end",
                "SELECT id FROM cases WHERE state IN ('new', 'in hand') AND shown_on <= ?1 AND received_at >"
                " ?2 AND NOT EXISTS (SELECT 1 FROM steps WHERE case_id = cases.id AND ((kind = 'reported' AND"
                " words = ?3) OR (kind = 'reopened' AND at > ?1)))",
                date_moment(quarter, 9 * 60), county->start - 1, date_text(county->mem, quarter));
    expect_none(county, "was never asked again for a rating",
                "SELECT id FROM cases WHERE state = 'closed' AND closed_at > ?1 AND closed_at <= ?2 AND NOT"
                " EXISTS (SELECT 1 FROM steps WHERE case_id = cases.id AND kind = 'reminded' AND at >"
                " cases.closed_at)",
                county->now - 40 * (int64_t)DAY, county->now - 3 * DAY, "");
}

/* Whoever lets a term pass, somebody above hears of it within a working day, and others a week later. */
static void watch_terms(struct county *county)
{
    static const char waiting[] =
        "SELECT waiting.id FROM (SELECT id, (SELECT max(at) FROM steps WHERE case_id = cases.id AND kind IN"
        " ('received', 'forwarded', 'returned', 'recused', 'cleared', 'reopened') OR (case_id = cases.id AND"
        " kind = 'added' AND cases.is_guarded = 1)) AS given FROM cases WHERE state ="
        " 'new' AND received_at < ?1) AS waiting WHERE given < ?1 AND given > ?2 AND NOT EXISTS (SELECT 1"
        " FROM steps WHERE case_id = waiting.id AND kind = 'reminded' AND words = ?3 AND at > given)";
    static const char worked_on[] =
        "SELECT late.id FROM (SELECT id, max(finish_by, coalesce((SELECT max(at) FROM steps WHERE case_id ="
        " cases.id AND kind = 'reopened'), 0)) AS term FROM cases WHERE state = 'in hand' AND finish_by <"
        " ?1) AS late WHERE term < ?1 AND term > ?2 AND NOT EXISTS (SELECT 1 FROM steps WHERE case_id ="
        " late.id AND kind = 'reminded' AND words = ?3 AND at > term)";
    int64_t accept = county->now - (ACCEPT_DAYS + 1) * (int64_t)DAY, finish = county->now - DAY;
    int64_t later = LATER_DAYS * (int64_t)DAY;

    if (!is_workday(&county->config, date_of(county->now)))
        return;
    expect_none(county, "waits beyond its term, and no leader heard", waiting, accept, 0, "accept late");
    expect_none(county, "waits a week beyond its term, and no supervisor heard", waiting, accept - later, 0,
                "accept later");
    expect_none(county, "is late, and no leader heard", worked_on, finish, 0, "finish late");
    expect_none(county, "is a week late, and no supervisor heard", worked_on, finish - later, 0,
                "finish later");
}

void county_watch_day(struct county *county, const struct due_line *lines, size_t n)
{
    struct seen seen = read_new(county);

    for (size_t i = 0; i < seen.n_steps; i++)
        watch_day_step(county, &seen, &seen.steps[i], lines, n);
    for (size_t i = 0; i < seen.n_notices; i++) {
        const struct seen_notice *notice = &seen.notices[i];
        struct who *who = county_by_phone(county, notice->to);
        watch_notice(county, notice);
        if (count_calendar(&seen, notice->to) != 1)
            county_broken(county, NULL, "%zu calendar texts on a day to one person",
                          count_calendar(&seen, notice->to));
        if (who && !is_owed(lines, n, notice, who))
            county_broken(county, NULL, "a calendar text of nothing: %s", notice->text);
    }
    for (size_t i = 0; i < n; i++) {
        struct who *who = *lines[i].to ? county_by_phone(county, lines[i].to) : NULL;
        if (who && !who->is_stopped && count_calendar(&seen, lines[i].to) != 1)
            county_broken(county, NULL, "%s %s, and they have no text", lines[i].kind, lines[i].number);
    }
    watch_dates(county);
    watch_terms(county);
}

/* --- the end --- */

/* What the generator says of an appeal is what the store says of its case. */
static void watch_ending(struct county *county, struct appeal *appeal)
{
    static const char *const states[FATES][2] = {
        [SOLVED] = { "rated", "closed" },
        [LEFT_EXPLAINED] = { "explained", "" },
        [LEFT_REFUSED] = { "out of scope", "" },
        [LEFT_MERGED] = { "merged", "" },
        [LEFT_WITHDRAWN] = { "withdrawn", "" },
        [LEFT_RATED_UNSOLVED] = { "rated", "" },
        [LEFT_REOPENED] = { "in hand", "" },
        [LEFT_IN_HAND] = { "in hand", "" },
        [LEFT_NEW] = { "new", "" },
    };
    sqlite3_stmt *row = county_ask(county, "SELECT state, is_guarded, rating FROM cases WHERE id = ?1");
    const char *state;

    sqlite3_bind_int64(row, 1, appeal->case_id);
    state = sqlite3_step(row) == SQLITE_ROW ? text_at(county, row, 0) : "no case";
    if ((strcmp(state, states[appeal->fate][0]) != 0 && strcmp(state, states[appeal->fate][1]) != 0) ||
        sqlite3_column_int(row, 1) != appeal->is_guarded)
        county_broken(county, appeal, "ended %s%s, fate %d", state,
                      sqlite3_column_int(row, 1) ? ", guarded" : "", appeal->fate);
    sqlite3_reset(row);
    county->sum.solved += appeal->fate == SOLVED;
    county->sum.guarded += appeal->is_guarded;
}

void county_watch_end(struct county *county)
{
    int64_t cases = county_number(county, "SELECT count(*) FROM cases", 0);
    int64_t unsent = county_number(county, "SELECT count(*) FROM notices WHERE state = 'READY'", 0);

    if (cases != county->wish.appeals || county->sum.appeals != cases)
        county_broken(county, NULL, "%lld cases of %d appeals", (long long)cases, county->wish.appeals);
    if (unsent)
        county_broken(county, NULL, "%lld texts never went out", (long long)unsent);
    for (int i = 0; i < county->wish.appeals; i++)
        watch_ending(county, &county->appeals[i]);
    forget_statements(county);
}
