#include "gateway/report/bulletin.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/report/board_list.h"
#include "gateway/report/public_works.h"
#include "gateway/report/report.h"
#include "gateway/report/row_values.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/jurisdiction.h"
#include "gateway/turn/redact.h"

enum { NINE = 9 * 60, BOARD_WORDS = 120 };

/* The figures of one handling unit in a quarter. */
struct unit_row {
    int64_t unit;
    int64_t open, moved, silent, ended, late;
    int64_t gone; /* withdrawn or merged: no work of the unit ended them */
};

struct filling {
    void *mem;
    struct store *store;
    const struct bulletin_query *query;
    struct jurisdiction *jurisdiction;
    struct date date;     /* of the board */
    int64_t at;           /* when it is put up */
    int64_t since, until; /* of the quarter */
    struct board_list cases, endings;
    struct row_values *values;
    int64_t categories[3], total, waiting;
    struct unit_row all, *units;
    size_t n_units;
};

static struct date year_end(struct date date)
{
    return (struct date){ date.month == 12 && date.day == 31 ? date.year : date.year - 1, 12, 31 };
}

static struct date quarter_end(struct date date)
{
    struct date end = date_quarter_end(date);

    return date_compare(end, date) == 0 ? end : date_plus((struct date){ end.year, end.month - 2, 1 }, -1);
}

struct date bulletin_date(enum bulletin_kind kind, struct date date)
{
    switch (kind) {
    case BULLETIN_SHOW:
        return (struct date){ date.year, date.month, 1 };
    case BULLETIN_REPORT:
        return quarter_end(date);
    case BULLETIN_EVALUATE:
        break;
    }
    return year_end(date);
}

static struct json_object *take_out(struct json_object *object, const char *name)
{
    return json_object_get(json_object_object_get(object, name));
}

/* Whether its day had passed when the board was put up. */
static bool is_late(const struct filling *filling, const struct board_case *case_)
{
    int64_t by = case_->state == CASE_NEW ? case_->accept_by : case_->finish_by;

    return case_state_is_open(case_->state) && by && by < filling->at;
}

static int64_t working_unit(const struct filling *filling, const struct board_case *case_)
{
    return jurisdiction_working_unit(filling->jurisdiction, case_->handled_in, case_->unit, case_->place,
                                     case_->state == CASE_NEW && !case_->is_returned);
}

/* Also what its people handle elsewhere. */
static bool is_here(const struct filling *filling, const struct board_case *case_)
{
    return jurisdiction_has(filling->jurisdiction, case_->place, case_->unit) ||
           jurisdiction_has(filling->jurisdiction, case_->handled_in, case_->unit);
}

/* result: how it ended, in words for everybody. */
static struct json_object *case_json(const struct filling *filling, const struct board_case *case_,
                                     const char *result)
{
    static const char *const categories[] = { "livelihood", "hardship", "petition" };
    struct json_object *row = row_values_row();

    row_values_add_words(filling->values, row, "number", case_->number);
    row_values_add_date(filling->values, row, "received", case_->received_at);
    row_values_add_unit(filling->values, row, "place", case_->place);
    row_values_add_unit(filling->values, row, "unit", working_unit(filling, case_));
    row_values_add_handler(filling->values, row, case_->handler);
    /* in a small village, the help that somebody asks for tells who it is */
    if (case_->category == CATEGORY_LIVELIHOOD ||
        (case_->category == CATEGORY_PETITION && !case_->is_anonymous))
        row_values_add_choice(filling->values, row, "topic", case_->topic);
    else
        row_values_add_flag(filling->values, row, "private", true);
    row_values_add_choice(filling->values, row, "category",
                          filling->query->has_flags ? categories[case_->category]
                                                    : case_category_name(case_->category));
    row_values_add_choice(filling->values, row, "state", case_state_name(case_->state));
    if (case_->state == CASE_NEW)
        row_values_add_date(filling->values, row, "accept_by", case_->accept_by);
    else if (case_state_is_open(case_->state))
        row_values_add_date(filling->values, row, "finish_by", case_->finish_by);
    row_values_add_flag(filling->values, row, "late", is_late(filling, case_));
    if (!case_state_is_open(case_->state))
        row_values_add_words(filling->values, row, "result", result);
    return row;
}

static const char *result_of(void *mem, const struct board_case *case_)
{
    return case_state_is_open(case_->state) ? "" : redact_result(mem, case_, BOARD_WORDS);
}

static bool take_shown(const struct board_case *case_, void *arg)
{
    struct filling *filling = arg;
    struct json_object *row;
    void *mem;

    if (!is_here(filling, case_))
        return true;
    filling->total++;
    filling->categories[case_->category]++;
    filling->waiting += case_->state == CASE_NEW;
    if (!filling->query->has_rows)
        return true;
    mem = talloc_new(filling->mem);
    row = case_json(filling, case_, result_of(mem, case_));
    row_values_add_words(filling->values, row, "words",
                         filling->query->has_texts ? redact_text(mem, case_, BOARD_WORDS) : "");
    board_list_add(filling->mem, &filling->cases, case_, 0, row);
    talloc_free(mem);
    return true;
}

static struct unit_row *unit_row(struct filling *filling, int64_t unit)
{
    for (size_t i = 0; i < filling->n_units; i++)
        if (filling->units[i].unit == unit)
            return &filling->units[i];
    filling->units = talloc_realloc(filling->mem, filling->units, struct unit_row, filling->n_units + 1);
    filling->units[filling->n_units] = (struct unit_row){ .unit = unit };
    return &filling->units[filling->n_units++];
}

/* A case that ended after the quarter was still open in it. */
static bool was_open(const struct filling *filling, const struct board_case *case_)
{
    return case_state_is_open(case_->state) || case_->closed_at > filling->until;
}

static bool is_gone(const struct board_case *case_)
{
    return case_->state == CASE_WITHDRAWN || case_->state == CASE_MERGED;
}

static void count_quarter(const struct filling *filling, struct unit_row *row, const struct board_case *case_)
{
    if (!was_open(filling, case_)) {
        row->ended += !is_gone(case_);
        row->gone += is_gone(case_);
        return;
    }
    row->open++;
    row->late += is_late(filling, case_);
    if (case_->progress_at > filling->since)
        row->moved++;
    else
        row->silent++;
}

static struct json_object *report_row(const struct filling *filling, void *mem,
                                      const struct board_case *case_)
{
    const char *result = result_of(mem, case_);
    struct json_object *row = case_json(filling, case_, result);

    /* progress of an earlier quarter was shown then; it is repeated with its date */
    row_values_add_date(filling->values, row, "progress", case_->progress_at);
    row_values_add_flag(filling->values, row, "moved", case_->progress_at > filling->since);
    /* what became of it; of what is open, or ended without words, the latest progress */
    if (was_open(filling, case_) || !*result)
        result = redact_progress(mem, case_, BOARD_WORDS);
    row_values_add_words(filling->values, row, "words", result);
    if (!was_open(filling, case_))
        row_values_add_date(filling->values, row, "closed", case_->closed_at);
    return row;
}

/* What is open stands first, what nobody worked on to its end last. */
static int rank_of(const struct board_case *case_)
{
    return case_state_is_open(case_->state) ? 0 : is_gone(case_) ? 2 : 1;
}

static bool take_reported(const struct board_case *case_, void *arg)
{
    struct filling *filling = arg;
    void *mem;

    if (!is_here(filling, case_))
        return true;
    count_quarter(filling, &filling->all, case_);
    count_quarter(filling, unit_row(filling, working_unit(filling, case_)), case_);
    if (!filling->query->has_rows)
        return true;
    mem = talloc_new(filling->mem);
    board_list_add(filling->mem, was_open(filling, case_) ? &filling->cases : &filling->endings, case_,
                   rank_of(case_), report_row(filling, mem, case_));
    talloc_free(mem);
    return true;
}

static void add_counts(struct json_object *object, const struct unit_row *row)
{
    facts_number(object, "open", row->open);
    facts_number(object, "moved", row->moved);
    facts_number(object, "silent", row->silent);
    facts_number(object, "late", row->late);
    facts_number(object, "ended", row->ended);
    facts_number(object, "gone", row->gone);
}

static int by_unit(const void *a, const void *b)
{
    const struct unit_row *left = a, *right = b;

    return (left->unit > right->unit) - (left->unit < right->unit);
}

/* 值班领导挂牌: who is on duty in the unit. */
static bool add_on_duty(const struct filling *filling, struct json_object *object, int64_t unit)
{
    struct person *person = NULL;
    const char *phone = NULL;

    if (unit && !store_on_duty(filling->store, filling->mem, unit, &phone))
        return false;
    if (phone && !store_person(filling->store, filling->mem, phone, &person))
        return false;
    facts_text(object, "on_duty", person ? person->name : "", CLIP_HINT);
    facts_text(object, "on_duty_title", person ? person->title : "", CLIP_HINT);
    return true;
}

static int64_t county_of(const struct jurisdiction *jurisdiction)
{
    for (int64_t id = 1; id < jurisdiction_size(jurisdiction); id++) {
        const struct unit *unit = jurisdiction_unit(jurisdiction, id);

        if (unit && unit->level == UNIT_COUNTY)
            return id;
    }
    return 0;
}

static struct json_object *units_json(struct filling *filling)
{
    struct json_object *list = json_object_new_array();

    if (filling->n_units > 0)
        qsort(filling->units, filling->n_units, sizeof *filling->units, by_unit);
    for (size_t i = 0; i < filling->n_units; i++) {
        struct json_object *row = facts_text(
            NULL, "name", jurisdiction_name(filling->jurisdiction, filling->mem, filling->units[i].unit), 0);

        add_counts(row, &filling->units[i]);
        json_object_array_add(list, row);
        if (!add_on_duty(filling, row, filling->units[i].unit)) {
            json_object_put(list);
            return NULL;
        }
    }
    return list;
}

/* 亮 of the 1st: the cases of the month before; bulletin_json adds the lists. */
static bool fill_show(struct filling *filling, struct store *store, struct date date,
                      struct json_object *board)
{
    struct date month = month_plus(date, -1);
    const struct board_span span = { date_moment(month, NINE), date_moment(date, NINE) };
    struct json_object *name = facts_number(NULL, "year", month.year);

    facts_number(name, "month", month.month);
    json_object_object_add(board, "month", name);
    if (!store_each_shown(store, &span, take_shown, filling))
        return false;
    facts_number(board, "total", filling->total);
    facts_number(board, "livelihood", filling->categories[CATEGORY_LIVELIHOOD]);
    facts_number(board, "hardship", filling->categories[CATEGORY_HARDSHIP]);
    facts_number(board, "petition", filling->categories[CATEGORY_PETITION]);
    facts_number(board, "waiting", filling->waiting);
    facts_flag(board, "none", filling->total == 0);
    return true;
}

static bool fill_report(struct filling *filling, struct store *store, struct date date,
                        struct json_object *board)
{
    struct date before = quarter_end(date_plus(date, -1));
    const struct board_span span = { date_moment(before, NINE), date_moment(date, NINE) };
    struct json_object *name = facts_number(NULL, "year", date.year), *units;

    filling->since = span.since;
    filling->until = span.until;
    facts_number(name, "quarter", date.month / 3);
    json_object_object_add(board, "quarter", name);
    if (!store_each_reported(store, &span, take_reported, filling))
        return false;
    add_counts(board, &filling->all);
    facts_flag(board, "none", filling->all.open + filling->all.ended + filling->all.gone == 0);
    units = units_json(filling);
    json_object_object_add(board, "units", units);
    return units != NULL;
}

static bool fill_evaluate(struct filling *filling, struct store *store, struct date date,
                          struct json_object *board)
{
    const struct bulletin_query *query = filling->query;
    struct report_query asked[2] = { { .since = date_moment((struct date){ date.year, 1, 1 }, 0),
                                       .until = date_moment((struct date){ date.year + 1, 1, 1 }, 0),
                                       .now = query->now,
                                       .unit = query->unit,
                                       .by = BY_MONTH } };
    struct report reports[2], *months = &reports[0], *units = &reports[1];
    struct json_object *by_month, *by_units, *rows;
    bool is_done = true;

    asked[1] = asked[0];
    asked[1].by = BY_HANDLING_UNIT;
    asked[1].with_carried = true;
    if (!report_make_several((void *[]){ filling->mem, filling->mem }, store, asked, 2, reports))
        return false;
    by_units = report_json(units, BY_HANDLING_UNIT, query->has_flags);
    by_month = report_json(months, BY_MONTH, query->has_flags);
    facts_number(board, "year", date.year);
    facts_flag(board, "none", units->all.received + units->all.carried == 0);
    json_object_object_add(board, "all", take_out(by_units, "all"));
    rows = take_out(by_units, "rows");
    json_object_object_add(board, "rows", rows);
    for (size_t i = 0; i < units->n && is_done; i++)
        is_done = add_on_duty(filling, json_object_array_get_idx(rows, i), units->rows[i].id);
    json_object_object_add(board, "months", take_out(by_month, "rows"));
    json_object_put(by_units);
    json_object_put(by_month);
    return is_done;
}

/* 年初大事 of the board's year. */
static bool fill_public_works(const struct filling *filling, struct store *store, struct date date,
                              struct json_object *board)
{
    const struct public_works_query query = { .jurisdiction = filling->jurisdiction,
                                              .from_year = date.year,
                                              .to_year = date.year,
                                              .at = filling->at,
                                              .has_flags = filling->query->has_flags };

    return public_works_add(filling->mem, store, &query, board);
}

struct json_object *bulletin_json(void *mem, struct store *store, const struct bulletin_query *query)
{
    static bool (*const fill[])(struct filling *, struct store *, struct date,
                                struct json_object *) = { fill_show, fill_report, fill_evaluate };
    struct date date = bulletin_date(query->kind, query->date);
    struct filling filling = { .mem = mem,
                               .store = store,
                               .query = query,
                               .date = date,
                               .at = date_moment(date, NINE),
                               .jurisdiction = jurisdiction_new(mem, store, query->unit) };
    struct json_object *board = json_object_new_object();
    bool is_done;

    filling.values = row_values_new(mem, filling.jurisdiction, query->has_flags, date.year);
    facts_date(board, "date", filling.at);
    is_done = filling.jurisdiction && fill[query->kind](&filling, store, date, board) &&
              fill_public_works(&filling, store, date, board) &&
              add_on_duty(&filling, board, query->unit ? query->unit : county_of(filling.jurisdiction));
    if (query->kind != BULLETIN_EVALUATE)
        json_object_object_add(board, "cases", board_list_take(&filling.cases));
    if (query->kind == BULLETIN_REPORT)
        json_object_object_add(board, "endings", board_list_take(&filling.endings));
    talloc_free(filling.values);
    if (is_done)
        return board;
    json_object_put(board);
    return NULL;
}
