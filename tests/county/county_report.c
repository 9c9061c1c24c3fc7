/*
 * What `xiangyin report` says of the county, held against what was generated.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/report/report.h"
#include "gateway/turn/dates.h"
#include "tests/county/county_private.h"
#include "tests/support/program.h"

enum { RATED_UNSOLVED = 4, SATISFIED = 2, MOST_ROWS = 256 };

/* The figures of one row, counted from the appeals; key as the report's. */
struct counted {
    const char *key;
    struct figures figures;
};

static void count(struct figures *figures, const struct appeal *appeal)
{
    bool is_closed = appeal->fate == SOLVED || appeal->fate == LEFT_RATED_UNSOLVED;
    bool is_open = appeal->fate == LEFT_IN_HAND || appeal->fate == LEFT_REOPENED || appeal->fate == LEFT_NEW;
    bool is_gone = appeal->fate == LEFT_MERGED || appeal->fate == LEFT_WITHDRAWN;
    int rating = is_open || is_gone ? 0 : appeal->rating;

    figures->received++;
    figures->closed += is_closed;
    figures->waiting += appeal->fate == LEFT_NEW;
    figures->in_hand += is_open && appeal->fate != LEFT_NEW;
    figures->explained += appeal->fate == LEFT_EXPLAINED;
    figures->out_of_scope += appeal->fate == LEFT_REFUSED;
    figures->merged += appeal->fate == LEFT_MERGED;
    figures->withdrawn += appeal->fate == LEFT_WITHDRAWN;
    figures->responded += appeal->fate != LEFT_NEW && !is_gone;
    figures->overdue += is_open; /* today, years later */
    figures->unsolved += is_closed && rating == RATED_UNSOLVED;
    figures->rated += rating > 0;
    figures->satisfied += rating > 0 && rating <= SATISFIED;
}

static const char *key_by(struct county *county, const struct appeal *appeal, enum report_by by)
{
    struct date date = date_of(appeal->born_at);

    switch (by) {
    case BY_PLACE:
        return county->villages[appeal->village].code;
    case BY_CATEGORY:
        return case_category_name(appeal->category);
    case BY_TOPIC:
        return appeal->topic;
    case BY_MONTH:
        return talloc_asprintf(county->mem, "%04d-%02d", date.year, date.month);
    default:
        return "";
    }
}

static size_t count_all(struct county *county, enum report_by by, bool with_guarded, struct counted *rows)
{
    size_t n = 0;

    for (int i = 0; i < county->wish.appeals; i++) {
        const struct appeal *appeal = &county->appeals[i];
        const char *key = key_by(county, appeal, by);
        size_t at = 0;

        if (appeal->is_guarded && !with_guarded)
            continue;
        while (at < n && strcmp(rows[at].key, key) != 0)
            at++;
        if (at == n)
            rows[n++] = (struct counted){ .key = key };
        count(&rows[at].figures, appeal);
    }
    return n;
}

static void compare(struct county *county, const char *report, const char *key, const struct figures *figures,
                    struct json_object *said)
{
    struct json_object *wanted = figures_json(figures);

    json_object_object_foreach(wanted, name, value)
    {
        struct json_object *other = said ? json_object_object_get(said, name) : NULL;
        if (!json_object_equal(value, other))
            county_broken(county, NULL, "report %s %s: %s is %s, generated was %s", report, key, name,
                          json_object_to_json_string(other), json_object_to_json_string(value));
    }
    json_object_put(wanted);
}

static struct json_object *row_of(struct json_object *report, const char *key)
{
    struct json_object *rows = json_object_object_get(report, "rows");

    for (size_t i = 0; rows && i < json_object_array_length(rows); i++) {
        struct json_object *row = json_object_array_get_idx(rows, i);
        const char *its = json_object_get_string(json_object_object_get(row, "key"));
        if (its && strcmp(its, key) == 0)
            return row;
    }
    return NULL;
}

static void check(struct county *county, const char *by, enum report_by way, bool with_guarded)
{
    struct counted rows[MOST_ROWS], all[1] = { { .key = "" } };
    size_t n = count_all(county, way, with_guarded, rows);
    struct outcome outcome = by ? RUN(county->mem, county->folder, NULL, "report", "-c", county->config_path,
                                      "--format", "json", "--by", by, with_guarded ? "--guarded" : NULL)
                                : RUN(county->mem, county->folder, NULL, "report", "-c", county->config_path,
                                      "--format", "json", with_guarded ? "--guarded" : NULL);
    struct json_object *report = json_tokener_parse(outcome.out);

    if (outcome.status != 0 || !report)
        county_broken(county, NULL, "report: %s", outcome.err);
    count_all(county, BY_NOTHING, with_guarded, all);
    compare(county, "all", "", &all->figures, json_object_object_get(report, "all"));
    for (size_t i = 0; by && i < n; i++)
        compare(county, by, rows[i].key, &rows[i].figures, row_of(report, rows[i].key));
    if (by && json_object_array_length(json_object_object_get(report, "rows")) != n)
        county_broken(county, NULL, "report by %s has other rows", by);
    json_object_put(report);
}

void county_check_reports(struct county *county)
{
    county->mem = talloc_new(county);
    check(county, NULL, BY_NOTHING, true);
    check(county, NULL, BY_NOTHING, false);
    check(county, "category", BY_CATEGORY, true);
    check(county, "topic", BY_TOPIC, true);
    check(county, "month", BY_MONTH, false);
    check(county, "place", BY_PLACE, true);
    TALLOC_FREE(county->mem);
}
