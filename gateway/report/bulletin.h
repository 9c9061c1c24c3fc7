/*
 * Bulletins for the public board of a village, a township or the county: 亮, the cases of a month; 晒, their
 * progress in a quarter; 评, the evaluation of a year. They have no names or numbers of reporters, and no
 * guarded cases (restricted under art. 30 of the Regulation on petitions: they accuse an official).
 */
#ifndef GATEWAY_REPORT_BULLETIN_H
#define GATEWAY_REPORT_BULLETIN_H

#include <json-c/json.h>

#include "gateway/turn/dates.h"
#include "store/store.h"

enum bulletin_kind { BULLETIN_SHOW, BULLETIN_REPORT, BULLETIN_EVALUATE };

struct bulletin_query {
    enum bulletin_kind kind;
    struct date date; /* any day: the bulletin is the latest one due by then */
    int64_t unit;     /* as in struct report_query */
    int64_t now;
    bool has_rows;  /* with each case; else only the figures */
    bool has_texts; /* 亮: with the words of 民生 reporters, through redact_text */
    bool has_flags; /* for templates: {"topic": {"water": true}}; else names */
};

/* The latest date of this kind (1st of a month, last day of a quarter or year) that is not after this date.
 */
struct date bulletin_date(enum bulletin_kind kind, struct date date);

/*
 * show: date, month {year, month} whose cases they are, total, livelihood, hardship, petition, waiting, none,
 * cases [{number, received, place, topic, category, state, unit, handler, accept_by, finish_by, late, words,
 * result}]. report: date, quarter {year, quarter}, open, late, moved, silent, ended, gone (withdrawn or
 * merged), none, units [{name, open, late, moved, silent, ended, gone}], cases [... progress {date}, words],
 * endings [the same, closed {date}; words: the result]. late: the day to accept or finish it had passed by
 * the board's date. evaluate: date, year, all, rows (by unit) and months as report_json has them, none; what
 * earlier years left is in carried, carried_ended and carried_open. A case of 民困, or one of 民访 whose
 * reporter asked to stay anonymous, has private instead of its topic. Each has the public works of its year,
 * as public_works_add adds them. The caller releases it with json_object_put. NULL: store_error says why.
 */
struct json_object *bulletin_json(void *mem, struct store *store, const struct bulletin_query *query);

#endif
