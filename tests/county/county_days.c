/*
 * What must be so after every day of the calendar, and at the end.
 */
#include "tests/county/county_seen.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/workdays.h"
#include "store/notices.h"

enum { ACCEPT_DAYS = 15, LATER_DAYS = 7 };

/* Danger rings whenever its time has come, beside the day's one text. */
static bool is_alarm(const struct seen_notice *notice)
{
    return strcmp(notice->name, "alarm") == 0 || strcmp(notice->name, "alarm-operator") == 0;
}

static size_t count_calendar(const struct seen *seen, const char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < seen->n_notices; i++)
        n += strcmp(seen->notices[i].to, to) == 0 && !is_alarm(&seen->notices[i]);
    return n;
}

/* Nobody is told of what was reported before they had the number. */
static bool is_former(const struct who *who, const struct appeal *appeal)
{
    return appeal && appeal->born_at < who->owner_since;
}

static const struct appeal *appeal_called(const struct county *county, const char *number)
{
    for (int i = 0; i < county->wish.appeals; i++)
        if (strcmp(county->appeals[i].number, number) == 0)
            return &county->appeals[i];
    return NULL;
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
    struct appeal *appeal = county_appeal_of(county, step->case_id);
    bool is_rating, is_open;

    if (!appeal || strcmp(step->actor, "system") != 0) {
        county_broken(county, appeal, "%s by %s on a day's turn", step->kind, step->actor);
        return;
    }
    if (strcmp(step->kind, "rung") == 0)
        return;
    is_open = appeal->stage == WAITING || appeal->stage == WORKED_ON;
    is_rating = strcmp(step->kind, "reminded") == 0 && *step->words >= '0' && *step->words <= '9';
    if (strcmp(step->kind, "reminded") == 0 && !is_rating) {
        watch_rung(county, seen, step, lines, n, appeal);
        return;
    }
    if (is_rating) {
        appeal->reporter->asked = NONE; /* of several, which was last is the desk's to know */
        county_ask_joined(county, appeal);
        is_open = true;
    }
    if (is_open && !appeal->reporter->is_stopped && !is_former(appeal->reporter, appeal) &&
        count_calendar(seen, appeal->reporter->phone) != 1)
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
        county_broken(county, county_appeal_of(county, sqlite3_column_int64(row, 0)), "%s", what);
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

/* What is urgent has an hour for what else has a day. */
static void watch_urgent(struct county *county)
{
    static const char waiting[] =
        "SELECT waiting.id FROM (SELECT id, (SELECT max(at) FROM steps WHERE case_id = cases.id AND kind IN"
        " ('received', 'forwarded', 'returned', 'recused', 'cleared', 'reopened', 'undone')) AS given FROM "
        "cases"
        " WHERE state = 'new' AND urgency = 'urgent' AND is_guarded = 0) AS waiting WHERE given < ?1 AND NOT"
        " EXISTS (SELECT 1 FROM steps WHERE case_id = waiting.id AND kind = 'reminded' AND words = ?3 AND at "
        ">"
        " given) AND ?2 = 0";
    static const char worked_on[] =
        "SELECT late.id FROM (SELECT id, max(finish_by, coalesce((SELECT max(at) FROM steps WHERE case_id ="
        " cases.id AND kind = 'reopened'), 0)) AS term FROM cases WHERE state = 'in hand' AND urgency = "
        "'urgent'"
        " AND finish_by < ?1) AS late WHERE term < ?1 AND NOT EXISTS (SELECT 1 FROM steps WHERE case_id ="
        " late.id AND kind = 'reminded' AND words = ?3 AND at > term) AND ?2 = 0";

    expect_none(county, "is urgent, waits a day, and no leader heard", waiting, county->now - 25 * HOUR, 0,
                "accept late");
    expect_none(county, "is urgent, waits two days, and no supervisor heard", waiting,
                county->now - 49 * HOUR, 0, "accept later");
    expect_none(county, "is urgent, is late, and no leader heard", worked_on, county->now - HOUR, 0,
                "finish late");
    expect_none(county, "is urgent, is a day late, and no supervisor heard", worked_on,
                county->now - 25 * HOUR, 0, "finish later");
}

/* 复查 and 复核 are answered in thirty days, or those above hear of it. */
static void watch_reviews(struct county *county)
{
    expect_none(
        county, "waits for its review, and nobody heard",
        "SELECT id FROM cases WHERE review_by < ?1 AND NOT EXISTS (SELECT 1 FROM steps WHERE case_id ="
        " cases.id AND kind = 'reminded' AND words = 'review late' AND at > review_by)",
        county->now - DAY, 0, "");
}

static void watch_run(struct county *county, const struct due_line *lines, size_t n);

void county_watch_hour(struct county *county, const struct due_line *lines, size_t n)
{
    watch_run(county, lines, n);
    watch_urgent(county);
}

void county_watch_day(struct county *county, const struct due_line *lines, size_t n)
{
    watch_run(county, lines, n);
    watch_dates(county);
    watch_terms(county);
    watch_urgent(county);
    if (is_workday(&county->config, date_of(county->now)))
        watch_reviews(county);
}

static void watch_run(struct county *county, const struct due_line *lines, size_t n)
{
    struct seen seen = county_read_new(county);

    for (size_t i = 0; i < seen.n_steps; i++)
        watch_day_step(county, &seen, &seen.steps[i], lines, n);
    for (size_t i = 0; i < seen.n_notices; i++) {
        const struct seen_notice *notice = &seen.notices[i];
        struct who *who = county_by_phone(county, notice->to);
        county_watch_notice(county, notice);
        if (is_alarm(notice)) {
            if (who)
                county_heard(county, county_appeal_of(county, notice->case_id), notice->name, who);
            continue;
        }
        if (count_calendar(&seen, notice->to) != 1)
            county_broken(county, NULL, "%zu calendar texts on a day to one person",
                          count_calendar(&seen, notice->to));
        if (who && !is_owed(lines, n, notice, who))
            county_broken(county, NULL, "a calendar text of nothing: %s", notice->text);
    }
    for (size_t i = 0; i < n; i++) {
        struct who *who = *lines[i].to ? county_by_phone(county, lines[i].to) : NULL;
        if (who && !who->is_stopped && !is_former(who, appeal_called(county, lines[i].number)) &&
            count_calendar(&seen, lines[i].to) != 1)
            county_broken(county, NULL, "%s %s, and they have no text", lines[i].kind, lines[i].number);
    }
}

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
    state = sqlite3_step(row) == SQLITE_ROW ? county_text_at(county, row, 0) : "no case";
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
    county_forget_statements(county);
}
