/*
 * 亮, 晒, 评 for a village's, a township's or the county's board: what was shown in a month, what came of it
 * in a quarter, and the evaluation of a year. Without names and numbers of reporters, and without guarded
 * cases (Regulation on petitions, art. 30).
 */
#ifndef GATEWAY_REPORT_BULLETIN_H
#define GATEWAY_REPORT_BULLETIN_H

#include <json-c/json.h>

#include "gateway/turn/dates.h"
#include "store/store.h"

enum bulletin_kind { BULLETIN_SHOW, BULLETIN_REPORT, BULLETIN_EVALUATE };

struct bulletin_query {
    enum bulletin_kind kind;
    struct date date; /* the date it belongs to, or a day behind it: the last one that has come counts */
    int64_t unit;     /* as in struct report_query */
    int64_t now;
    bool has_rows;  /* each case; else the figures alone */
    bool has_texts; /* 亮: what reporters of 民生 wrote, too, as redact_text lets it */
    bool has_flags; /* for templates: {"topic": {"water": true}}; else names */
};

/* The first of the month, the quarter's or the year's last day that is not behind this date. */
struct date bulletin_date(enum bulletin_kind kind, struct date date);

/*
 * show: date, month {year, month} whose cases they are, total, livelihood, hardship, petition, waiting, none,
 * cases [{number, received, place, topic, category, state, unit, accept_by, finish_by, words}].
 * report: date, quarter {year, quarter}, open, moved, silent, ended, none, units [{name, open, moved, silent,
 * ended}], cases [... progress {date}, words], endings [the same].
 * evaluate: date, year, all, rows (by unit) and months as report_json has them, none.
 * A case of 民困, or one of 民访 whose reporter asked not to be named, has private instead of its topic.
 * Each with the works of its year, as public_works_add has them.
 * The caller's to put back. NULL: store_error says why.
 */
struct json_object *bulletin_json(void *mem, struct store *store, const struct bulletin_query *wish);

#endif
