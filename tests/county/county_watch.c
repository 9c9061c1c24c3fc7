/*
 * The checker's own eyes on the store, and what must be so of every text that goes out.
 */
#include "tests/county/county_seen.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
#include "store/notices.h"

enum { STATEMENTS = 48, TOLD = 1 << 20 };

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

void county_forget_statements(struct county *county)
{
    struct statement *all = county->statements;

    for (int i = 0; all && i < STATEMENTS && all[i].sql; i++)
        sqlite3_finalize(all[i].prepared);
    sqlite3_close(county->db);
    TALLOC_FREE(county->statements);
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

const char *county_text_at(struct county *county, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return talloc_strdup(county->mem, text ? text : "");
}

static void *grown(struct county *county, void *all, size_t n, size_t size)
{
    return n & (n - 1) ? all : talloc_realloc_size(county->mem, all, (n ? 2 * n : 1) * size);
}

struct seen county_read_new(struct county *county)
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
            .actor = county_text_at(county, row, 3),
            .kind = county_text_at(county, row, 4),
            .words = county_text_at(county, row, 5),
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
            .to = county_text_at(county, row, 6),
            .text = county_text_at(county, row, 7),
            .name = county_text_at(county, row, 8),
            .priority = sqlite3_column_int(row, 9),
        };
    }
    sqlite3_reset(row);
    county->sum.steps += (long)seen.n_steps;
    county->sum.notices += (long)seen.n_notices;
    return seen;
}

struct appeal *county_appeal_of(struct county *county, int64_t case_id)
{
    return case_id > 0 && case_id <= county->wish.appeals ? county->by_case[case_id] : NULL;
}

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
    appeal = sqlite3_step(row) == SQLITE_ROW ? county_appeal_of(county, sqlite3_column_int64(row, 0)) : NULL;
    sqlite3_reset(row);
    if (appeal && !may_know(appeal, who) && !is_one_with(appeal, county, who))
        county_broken(county, appeal, "%s %s reads of it: %s %s", who->title, who->name, notice->name,
                      notice->text);
}

static void watch_privacy(struct county *county, const struct seen_notice *notice)
{
    struct who *who = county_by_phone(county, notice->to);
    struct appeal *appeal = county_appeal_of(county, notice->case_id);

    if (!who) {
        county_broken(county, appeal, "a text to nobody: %s", notice->name);
        return;
    }
    if (appeal && appeal->origin == BY_HIDDEN_TEXT && who->roles &&
        strstr(notice->text, appeal->reporter->phone + 3))
        county_broken(county, appeal, "%s %s reads who stays unknown: %s", who->title, who->name,
                      notice->text);
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
        county_broken(county, county_appeal_of(county, notice->case_id), "said twice: %s", notice->text);
    county->told[at] = key;
    county->told_at[at] = notice->created_at;
}

/* Danger reaches those responsible at any hour. */
static bool tells_of_danger(struct county *county, const struct seen_notice *notice)
{
    return county_by_phone(county, notice->to) &&
           (county_number(county, "SELECT urgency = 'urgent' FROM cases WHERE id = ?1", notice->case_id) ||
            strstr(notice->text, "（急）"));
}

void county_watch_notice(struct county *county, const struct seen_notice *notice)
{
    const struct who *who = county_by_phone(county, notice->to);
    int minutes = date_minutes(notice->due_at);

    watch_privacy(county, notice);
    if (notice->priority == PRIORITY_ANSWER)
        return;
    watch_repeats(county, notice);
    if (who && who->is_stopped && !who->is_starting)
        county_broken(county, county_appeal_of(county, notice->case_id), "%s to who said stop", notice->name);
    if ((minutes < 8 * 60 || minutes >= 21 * 60) && !tells_of_danger(county, notice))
        county_broken(county, county_appeal_of(county, notice->case_id), "%s in quiet hours", notice->name);
}
