/* Figures as data for programs and templates. */
#include <stdio.h>

#include "gateway/report/report.h"
#include "gateway/turn/facts.h"

static void add_share(struct json_object *object, const char *name, struct share share)
{
    struct json_object *all = facts_number(NULL, "part", share.part);
    int64_t tenths = share.whole ? (share.part * 2000 + share.whole) / (2 * share.whole) : 0;
    char percent[32];

    /* 9,999 of 10,000 must not show as 100 % */
    if (tenths == 1000 && share.part < share.whole)
        tenths = 999;
    snprintf(percent, sizeof percent, "%d.%d", (int)(tenths / 10), (int)(tenths % 10));
    facts_number(all, "whole", share.whole);
    json_object_object_add(all, "percent", share.whole ? json_object_new_string(percent) : NULL);
    json_object_object_add(object, name, all);
}

struct json_object *figures_json(const struct figures *figures)
{
    struct json_object *object = facts_number(NULL, "received", figures->received);

    facts_number(object, "responded", figures->responded);
    facts_number(object, "open", figures->waiting + figures->in_hand);
    facts_number(object, "waiting", figures->waiting);
    facts_number(object, "in_hand", figures->in_hand);
    facts_number(object, "overdue", figures->overdue);
    facts_number(object, "closed", figures->closed);
    facts_number(object, "solved", figures->closed - figures->unsolved);
    facts_number(object, "unsolved", figures->unsolved);
    facts_number(object, "explained", figures->explained);
    facts_number(object, "out_of_scope", figures->out_of_scope);
    facts_number(object, "merged", figures->merged);
    facts_number(object, "withdrawn", figures->withdrawn);
    facts_number(object, "rated", figures->rated);
    facts_number(object, "satisfied", figures->satisfied);
    facts_number(object, "carried", figures->carried);
    facts_number(object, "carried_ended", figures->carried - figures->carried_open);
    facts_number(object, "carried_open", figures->carried_open);
    add_share(object, "response", figures_response(figures));
    add_share(object, "solution", figures_solution(figures));
    add_share(object, "satisfaction", figures_satisfaction(figures));
    return object;
}

static void add_flags(struct json_object *object, const struct report_row *row, enum report_by by)
{
    static const char *const categories[] = { "livelihood", "hardship", "petition" };

    if (by == BY_TOPIC)
        facts_choice(object, "topic", row->key);
    else if (by == BY_CATEGORY)
        facts_choice(object, "category", categories[row->id]);
    else
        facts_text(object, "label", row->name, 0);
}

/* For templates each name says whether it is the first. */
static struct json_object *handlers_json(const struct report_row *row, bool has_flags)
{
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; i < row->n_handlers; i++)
        json_object_array_add(
            list, has_flags ? facts_flag(facts_text(NULL, "handler", row->handlers[i], 0), "and", i > 0)
                            : json_object_new_string(row->handlers[i]));
    return list;
}

struct json_object *report_json(const struct report *report, enum report_by by, bool has_flags)
{
    struct json_object *object = json_object_new_object(), *rows = json_object_new_array();

    json_object_object_add(object, "all", figures_json(&report->all));
    for (size_t i = 0; i < report->n; i++) {
        struct json_object *row = figures_json(&report->rows[i].figures);

        facts_text(row, "key", report->rows[i].key, 0);
        facts_text(row, "name", report->rows[i].name, 0);
        if (by == BY_HANDLING_UNIT)
            json_object_object_add(row, "handlers", handlers_json(&report->rows[i], has_flags));
        if (has_flags)
            add_flags(row, &report->rows[i], by);
        json_object_array_add(rows, row);
    }
    if (by != BY_NOTHING)
        json_object_object_add(object, "rows", rows);
    else
        json_object_put(rows);
    return object;
}
