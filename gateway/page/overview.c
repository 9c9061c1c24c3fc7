#include "gateway/page/overview.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/page/lists.h"
#include "gateway/report/report.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/jurisdiction.h"
#include "store/page/drafts.h"

/* RANKED: cases from which on a unit's rates are shown. */
enum { URGENT_SHOWN = 6, UNITS_SHOWN = 12, RANKED = 20, VIEWS_SHOWN = 100 };

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
    int64_t restricted;
    int shown;
    bool is_failed;
};

static bool take_open(const struct case_ *case_, void *arg)
{
    struct urgent *urgent = arg;
    unsigned standing;

    urgent->restricted += case_->is_guarded;
    if (case_->is_guarded || case_->urgency != URGENCY_URGENT || urgent->shown >= URGENT_SHOWN)
        return true;
    urgent->is_failed = !standing_of(&urgent->visit->turn, case_, urgent->visit->person, &standing);
    if (!urgent->is_failed && standing) {
        urgent->shown++;
        urgent->is_failed = !lists_add_case(urgent->visit, case_, urgent->list);
    }
    return !urgent->is_failed;
}

static bool sees_restricted_count(struct visit *visit)
{
    const struct unit *unit = NULL;

    if (visit->person->unit && !cache_unit(&visit->turn, visit->person->unit, &unit))
        return false;
    return !unit || (unit->level != UNIT_VILLAGE && unit->level != UNIT_TOWNSHIP);
}

static bool add_urgent(struct visit *visit)
{
    struct urgent urgent = { .visit = visit, .list = fill_list(visit->data, "urgent_cases") };
    const struct case_filter open = { .states = OPEN_STATES, .jurisdiction = visit->person->unit };

    if (!store_each_case(visit->turn.store, &open, take_open, &urgent) || urgent.is_failed)
        return false;
    /* whoever a case may accuse does not even learn that it is there */
    if (sees_restricted_count(visit))
        fill_number(visit->data, "restricted_count", urgent.restricted);
    fill_flag(visit->data, "no_urgent", urgent.shown == 0);
    return true;
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
    struct report_query query = { .since = date_moment(
                                      (struct date){ date_of(visit->exchange->now).year, 1, 1 }, 0),
                                  .until = visit->exchange->now + 1,
                                  .now = visit->exchange->now,
                                  .unit = visit->person->unit,
                                  .by = BY_HANDLING_UNIT };
    struct json_object *list = fill_list(visit->data, "units");
    struct report report;

    if (!report_make(visit->exchange, visit->turn.store, &query, &report))
        return false;
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

/* The numbers of a view that this reader may know of; *hides: some are left out. */
static bool visible_cases(struct visit *visit, const char *cases, const char **visible, bool *hides)
{
    char *copy = talloc_strdup(visit->exchange, cases), *kept = talloc_strdup(visit->exchange, ""), *number;

    *hides = false;
    while ((number = strsep(&copy, " "))) {
        struct case_ *case_ = NULL;
        unsigned standing = 0;

        if (!*number)
            continue;
        if (!store_case_by_number(visit->turn.store, visit->exchange, number, &case_) ||
            (case_ && !standing_of(&visit->turn, case_, visit->person, &standing)))
            return false;
        if (standing)
            kept = talloc_asprintf_append(kept, "%s%s", *kept ? " " : "", number);
        *hides |= !standing;
    }
    *visible = kept;
    return true;
}

void overview_audit(struct visit *visit)
{
    struct json_object *list = fill_list(visit->data, "views");
    struct page_view *views;
    size_t n;

    if (!store_page_views(visit->turn.store, visit->exchange, "", atoll(visit_query(visit, "after")),
                          VIEWS_SHOWN, &views, &n)) {
        visit_failed(visit);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct json_object *item = fill_item(list);

        const char *cases;
        bool hides;

        if (!visible_cases(visit, views[i].cases, &cases, &hides)) {
            visit_failed(visit);
            return;
        }
        fill_time(item, "at", views[i].at, visit->exchange->now);
        fill_text(item, "who", visit_who(visit, views[i].phone));
        fill_text(item, "address", views[i].address);
        fill_text(item, "asked", hides ? "…" : views[i].asked);
        fill_text(item, "cases", cases);
    }
    if (n == VIEWS_SHOWN)
        fill_number(visit->data, "next", views[n - 1].id);
    visit_show(visit, 200, "audit.html");
}
