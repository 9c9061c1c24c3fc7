#include "gateway/page/tools/overview.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/page/lists.h"
#include "gateway/report/figures_keeper.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/jurisdiction.h"
#include "store/page/drafts.h"

/* RANKED: a unit needs this many cases before its rates are shown. */
enum {
    URGENT_SHOWN = 6,
    URGENT_LOOKED_AT = 200,
    UNITS_SHOWN = 12,
    RANKED = 20,
    VIEWS_SHOWN = 50,
    NUMBERS_SHOWN = 20
};

static bool is_on_duty(struct visit *visit, const struct unit *unit, struct json_object *list)
{
    const char *phone = NULL;

    if (!store_on_duty(visit->turn.store, visit->exchange, unit->id, &phone))
        return false;
    if (phone)
        fill_text(fill_text(fill_item(list), "unit", unit->name), "who", visit_who(visit, phone));
    return true;
}

static bool add_duty(struct visit *visit)
{
    struct json_object *list = fill_list(visit->data, "duty");
    struct unit *units;
    size_t n;

    if (!store_units(visit->turn.store, visit->exchange, &units, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (units[i].level != UNIT_VILLAGE && !is_on_duty(visit, &units[i], list))
            return false;
    return true;
}

struct urgent {
    struct visit *visit;
    struct json_object *list;
    int shown;
    bool is_failed;
};

static bool take_urgent(const struct case_ *case_, void *arg)
{
    struct urgent *urgent = arg;
    unsigned standing;

    urgent->is_failed = !standing_of(&urgent->visit->turn, case_, urgent->visit->person, &standing);
    if (!urgent->is_failed && standing) {
        urgent->shown++;
        urgent->is_failed = !lists_add_case(urgent->visit, case_, urgent->list);
    }
    return !urgent->is_failed && urgent->shown < URGENT_SHOWN;
}

struct knowing {
    struct visit *visit;
    int64_t n;
    bool is_failed;
};

static bool count_known(const struct case_ *case_, void *arg)
{
    struct knowing *knowing = arg;
    unsigned standing;

    knowing->is_failed = !standing_of(&knowing->visit->turn, case_, knowing->visit->person, &standing);
    knowing->n += !knowing->is_failed && standing;
    return !knowing->is_failed;
}

/* Adds how many restricted cases are open, of those that the visitor may know of (art. 30); nothing where
 * there is none, for leaders may know of none as a rule. */
static bool add_restricted(struct visit *visit)
{
    const struct case_filter restricted = { .states = OPEN_STATES, .is_guarded = true };
    struct knowing knowing = { .visit = visit };

    if (!store_each_case(visit->turn.store, &restricted, count_known, &knowing) || knowing.is_failed)
        return false;
    if (knowing.n > 0 || visit->person->roles & ROLE_SUPERVISOR)
        fill_text(visit->data, "restricted_count",
                  talloc_asprintf(visit->exchange, "%lld", (long long)knowing.n));
    return true;
}

static bool add_urgent(struct visit *visit)
{
    struct urgent urgent = { .visit = visit, .list = fill_list(visit->data, "urgent_cases") };
    struct case_filter open = {
        .states = OPEN_STATES, .is_urgent = true, .not_guarded = true, .limit = URGENT_LOOKED_AT
    };

    if (!visit_oversees(visit, &open.jurisdiction) ||
        !store_each_case(visit->turn.store, &open, take_urgent, &urgent) || urgent.is_failed)
        return false;
    fill_flag(visit->data, "no_urgent", urgent.shown == 0);
    return add_restricted(visit);
}

static void add_days(struct visit *visit)
{
    struct date today = date_of(visit->exchange->now), first = month_plus(today, 1);
    struct date quarter = date_quarter_end(today), year = { today.year, 12, 31 };
    const struct {
        const char *name;
        struct date date;
    } days[] = { { "days_show", { first.year, first.month, 1 } },
                 { "days_report", quarter },
                 { "days_rate", year } };
    struct json_object *list = fill_list(visit->data, "calendar_days");

    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct json_object *item = fill_item(list);

        fill_text(item, "label", visit_word(visit, days[i].name));
        fill_text(item, "date", date_text(visit->exchange, days[i].date));
        fill_number(item, "days", (date_moment(days[i].date, 720) - date_moment(today, 720)) / DAY_SECONDS);
    }
}

static void add_share(struct visit *visit, struct json_object *item, const char *name, struct share share,
                      bool is_shown)
{
    if (!is_shown || share.whole == 0)
        return;
    fill_text(item, name,
              talloc_asprintf(visit->exchange, "%lld%% (%lld/%lld)",
                              (long long)((share.part * 100 + share.whole / 2) / share.whole),
                              (long long)share.part, (long long)share.whole));
}

static void add_figures(struct visit *visit, struct json_object *item, const struct figures *figures,
                        bool is_shown)
{
    fill_number(item, "received", figures->received);
    fill_number(item, "overdue", figures->overdue);
    fill_flag(item, "is_late", figures->overdue > 0);
    add_share(visit, item, "response", figures_response(figures), is_shown);
    add_share(visit, item, "solution", figures_solution(figures), is_shown);
    add_share(visit, item, "satisfaction", figures_satisfaction(figures), is_shown);
}

static int by_overdue(const void *a, const void *b)
{
    const struct report_row *first = a, *second = b;

    return (first->figures.overdue < second->figures.overdue) -
           (first->figures.overdue > second->figures.overdue);
}

static bool add_rates(struct visit *visit)
{
    struct json_object *list = fill_list(visit->data, "units");
    struct report_query query = figures_keeper_query(0, visit->exchange->now);
    struct report report;
    int64_t at;

    if (!visit_oversees(visit, &query.unit) ||
        !figures_keeper_find(visit->page->figures, visit->exchange, query.unit, &report, &at) ||
        !report_count_overdue(visit->exchange, visit->turn.store, &query, &report))
        return false;
    fill_time(visit->data, "counted", at, visit->exchange->now);
    add_figures(visit, fill_object(visit->data, "whole"), &report.all, true);
    qsort(report.rows, report.n, sizeof *report.rows, by_overdue);
    for (size_t i = 0; i < report.n && i < UNITS_SHOWN; i++) {
        struct json_object *item = fill_item(list);

        fill_text(item, "name", *report.rows[i].name ? report.rows[i].name : visit_word(visit, "unknown"));
        add_figures(visit, item, &report.rows[i].figures, report.rows[i].figures.received >= RANKED);
    }
    return true;
}

void overview_show(struct visit *visit)
{
    add_days(visit);
    if (add_duty(visit) && add_urgent(visit) && add_rates(visit))
        visit_show(visit, 200, "leader.html");
    else
        visit_failed(visit);
}

/* Whether this reader may know of a case; known caches the answers. */
static bool knows(struct visit *visit, struct json_object *known, const char *number, bool *is_so)
{
    struct json_object *before;
    struct case_ *case_ = NULL;
    unsigned standing = 0;

    if (json_object_object_get_ex(known, number, &before)) {
        *is_so = json_object_get_boolean(before);
        return true;
    }
    if (!store_case_by_number(visit->turn.store, visit->exchange, number, &case_) ||
        (case_ && !standing_of(&visit->turn, case_, visit->person, &standing)))
        return false;
    *is_so = standing != 0;
    fill_flag(known, number, *is_so);
    return true;
}

/* The case numbers of a view that this reader may know of, the first of them and how many; *hides: some were
 * left out. */
static bool visible_cases(struct visit *visit, struct json_object *known, const char *cases,
                          const char **visible, bool *hides)
{
    char *copy = talloc_strdup(visit->exchange, cases), *kept = talloc_strdup(visit->exchange, ""), *number;
    size_t n = 0;

    *hides = false;
    while ((number = strsep(&copy, " "))) {
        bool is_so;

        if (!*number)
            continue;
        if (!knows(visit, known, number, &is_so))
            return false;
        if (is_so && n++ < NUMBERS_SHOWN)
            kept = talloc_asprintf_append_buffer(kept, "%s%s", *kept ? " " : "", number);
        *hides |= !is_so;
    }
    if (n > NUMBERS_SHOWN)
        kept = talloc_asprintf_append_buffer(kept, " … %zu", n);
    *visible = kept;
    return true;
}

/* Who saw the case that is asked for, if the reader may know of it; "" where none is. */
static bool asked_case(struct visit *visit, struct json_object *known, const char **number)
{
    const char *asked = visit_query(visit, "case");
    bool is_so = true;

    *number = asked;
    if (*asked && !knows(visit, known, asked, &is_so))
        return false;
    if (!is_so)
        *number = "-"; /* which no view shows */
    return true;
}

void overview_audit(struct visit *visit)
{
    struct json_object *list = fill_list(visit->data, "views"), *known = fill_object(visit->data, "known");
    struct page_view *views;
    const char *number;
    int64_t next;
    size_t n;

    if (!asked_case(visit, known, &number) ||
        !store_page_views(visit->turn.store, visit->exchange, number, atoll(visit_query(visit, "after")),
                          VIEWS_SHOWN, &views, &n, &next)) {
        visit_failed(visit);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct json_object *item = fill_item(list);

        const char *cases;
        bool hides;

        if (!visible_cases(visit, known, views[i].cases, &cases, &hides)) {
            visit_failed(visit);
            return;
        }
        fill_time(item, "at", views[i].at, visit->exchange->now);
        fill_text(item, "who", visit_who(visit, views[i].phone));
        fill_text(item, "address", views[i].address);
        fill_text(item, "asked", hides ? "…" : views[i].asked);
        fill_text(item, "cases", cases);
    }
    fill_text(visit->data, "asked_case", visit_query(visit, "case"));
    if (next)
        fill_number(visit->data, "next", next);
    visit_show(visit, 200, "audit.html");
}
