#include "gateway/report/pictures.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/report/report.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/jurisdiction.h"
#include "store/reports.h"

/* Of a picture 640 wide; LEFT: where bars begin behind their names. */
enum {
    WIDTH = 640,
    MARGIN = 44,
    TREND_TOP = 12,
    TREND_FLOOR = 190,
    TREND_HEIGHT = 215,
    LABELS_MOST = 13,
    LEFT = 170,
    BAR_MOST = 380,
    ROW = 22,
    RATE_ROW = 58,
    RATE_BAR = 15,
    TILE = 120,
    TILE_HEIGHT = 78,
    TILES_ACROSS = 5,
    DAY = 86400
};

/* What the cases are counted by. */
enum { BY_MONTHS, BY_OFFICES, BY_TOPICS, BY_PLACES, REPORTS };

struct drawing {
    void *mem;
    struct store *store;
    const struct pictures_query *query;
    struct report reports[REPORTS];
    struct json_object *all;
};

/* Adds a picture with its rows, unless there are none; takes both. */
static struct json_object *add_picture(struct json_object *all, const char *name, struct json_object *rows,
                                       int height)
{
    struct json_object *picture;

    if (json_object_array_length(rows) == 0) {
        json_object_put(rows);
        return NULL;
    }
    picture = facts_number(NULL, "height", height);
    json_object_object_add(picture, "rows", rows);
    json_object_object_add(all, name, picture);
    return picture;
}

static int64_t scaled(int64_t value, int64_t most, int64_t length)
{
    return most > 0 ? (value * length + most / 2) / most : 0;
}

static bool count(struct drawing *drawing)
{
    static const enum report_by by[REPORTS] = { BY_MONTH, BY_HANDLING_UNIT, BY_TOPIC, BY_PLACE };
    const struct pictures_query *query = drawing->query;
    struct report_query wishes[REPORTS];
    void *mem[REPORTS];

    for (size_t i = 0; i < REPORTS; i++) {
        mem[i] = drawing->mem;
        wishes[i] = (struct report_query){
            .since = query->since, .until = query->until, .now = query->now, .unit = query->unit, .by = by[i]
        };
    }
    return report_make_several(mem, drawing->store, wishes, REPORTS, drawing->reports);
}

/* 1, 2 or 5 with zeros behind, so that four such steps or fewer reach the most. */
static int64_t line_step(int64_t most)
{
    int64_t step = 1;

    for (int i = 0; step * 4 < most; i++)
        step = i % 3 == 1 ? step / 2 * 5 : step * 2;
    return step;
}

static void add_lines(struct json_object *picture, int64_t most, int64_t top)
{
    struct json_object *lines = json_object_new_array();

    for (int64_t value = 0; value <= top; value += line_step(most)) {
        struct json_object *line =
            facts_number(NULL, "y", TREND_FLOOR - scaled(value, top, TREND_FLOOR - TREND_TOP));

        facts_number(line, "value", value);
        json_object_array_add(lines, line);
    }
    json_object_object_add(picture, "lines", lines);
}

static int64_t ended_of(const struct figures *figures)
{
    return figures->closed + figures->explained + figures->out_of_scope;
}

static struct json_object *month_json(const struct report *report, size_t i, int64_t top)
{
    const struct figures *figures = &report->rows[i].figures;
    int64_t room = (WIDTH - MARGIN) / (int64_t)report->n, x = MARGIN + room * (int64_t)i + room / 8,
            width = room * 3 / 8 > 0 ? room * 3 / 8 : 1, floor = TREND_FLOOR - TREND_TOP;
    int64_t received = scaled(figures->received, top, floor), ended = scaled(ended_of(figures), top, floor);
    struct json_object *row = facts_text(NULL, "label", report->rows[i].key, 0);

    facts_flag(row, "has_label", i % (report->n / LABELS_MOST + 1) == 0);
    facts_number(row, "x", x);
    facts_number(row, "width", width);
    facts_number(row, "received", figures->received);
    facts_number(row, "received_y", TREND_FLOOR - received);
    facts_number(row, "received_height", received);
    facts_number(row, "ended", ended_of(figures));
    facts_number(row, "ended_x", x + width);
    facts_number(row, "ended_y", TREND_FLOOR - ended);
    facts_number(row, "ended_height", ended);
    facts_number(row, "open", figures->waiting + figures->in_hand);
    return row;
}

static void draw_trend(const struct drawing *drawing)
{
    const struct report report = drawing->reports[BY_MONTHS];
    struct json_object *rows = json_object_new_array(), *picture;
    int64_t most = 0, top;

    for (size_t i = 0; i < report.n; i++)
        most = report.rows[i].figures.received > most ? report.rows[i].figures.received : most;
    top = (most + line_step(most) - 1) / line_step(most) * line_step(most);
    for (size_t i = 0; i < report.n; i++)
        json_object_array_add(rows, month_json(&report, i, top));
    picture = add_picture(drawing->all, "trend", rows, TREND_HEIGHT);
    if (picture)
        add_lines(picture, most, top);
}

static void add_rate(struct json_object *row, const char *name, struct share share, int64_t y)
{
    struct json_object *rate = NULL;

    if (!json_object_object_get_ex(row, name, &rate))
        return;
    facts_number(rate, "bar", scaled(share.part, share.whole, BAR_MOST));
    facts_number(rate, "y", y);
    facts_number(rate, "text_y", y + RATE_BAR - 3);
    facts_flag(rate, "few", share.whole < PICTURES_RATED_FROM);
}

/* In the order of the units' codes: no ranking. */
static void draw_rates(const struct drawing *drawing)
{
    const struct report report = drawing->reports[BY_OFFICES];
    struct json_object *rows = json_object_new_array();

    for (size_t i = 0; i < report.n; i++) {
        const struct figures *figures = &report.rows[i].figures;
        struct json_object *row = figures_json(figures);
        int64_t y = (int64_t)i * RATE_ROW + 4;

        facts_text(row, "name", report.rows[i].name, 0);
        facts_number(row, "text_y", y + INT64_C(2) * RATE_BAR - 4);
        add_rate(row, "response", figures_response(figures), y);
        add_rate(row, "solution", figures_solution(figures), y + RATE_BAR + 1);
        add_rate(row, "satisfaction", figures_satisfaction(figures), y + INT64_C(2) * RATE_BAR + 2);
        json_object_array_add(rows, row);
    }
    add_picture(drawing->all, "rates", rows, (int)report.n * RATE_ROW + 4);
}

static struct json_object *bar_json(int64_t count, int64_t most, size_t at)
{
    struct json_object *row = facts_number(NULL, "count", count);

    facts_number(row, "y", (int64_t)at * ROW + 3);
    facts_number(row, "text_y", (int64_t)at * ROW + 16);
    facts_number(row, "bar", scaled(count, most, BAR_MOST));
    facts_number(row, "end_x", LEFT + 6 + scaled(count, most, BAR_MOST));
    return row;
}

static int by_count(const void *a, const void *b)
{
    const struct report_row *one = a, *other = b;

    return (one->figures.received < other->figures.received) -
           (one->figures.received > other->figures.received);
}

static void draw_topics(const struct drawing *drawing)
{
    const struct report report = drawing->reports[BY_TOPICS];
    struct json_object *rows = json_object_new_array();
    size_t n = 0;

    if (report.n > 0)
        qsort(report.rows, report.n, sizeof *report.rows, by_count);
    for (size_t i = 0; i < report.n; i++) {
        struct json_object *row;

        if (report.rows[i].figures.received < drawing->query->fewest)
            continue;
        row = bar_json(report.rows[i].figures.received, report.rows[0].figures.received, n++);
        facts_choice(row, "topic", report.rows[i].key);
        json_object_array_add(rows, row);
    }
    add_picture(drawing->all, "topics", rows, (int)n * ROW + 4);
}

/* The time limits: 15 days to accept, 60 to finish, and what a hotline promises below them. */
static const int accept_days[] = { 1, 3, 7, 15 }, finish_days[] = { 7, 15, 30, 60, 90 };
enum {
    ACCEPTS = sizeof accept_days / sizeof *accept_days,
    FINISHES = sizeof finish_days / sizeof *finish_days,
    DELAYS_MOST = FINISHES + 1
};

struct delays {
    const struct jurisdiction *jurisdiction;
    int64_t accept[DELAYS_MOST], finish[DELAYS_MOST];
};

static void count_delay(int64_t *counts, const int *days, int n, int64_t seconds)
{
    int at = 0;

    while (at < n && seconds > (int64_t)days[at] * DAY)
        at++;
    counts[at]++;
}

static bool take_delay(const struct case_delay *delay, void *arg)
{
    struct delays *delays = arg;

    if (!jurisdiction_has(delays->jurisdiction, delay->place, delay->unit))
        return true;
    if (delay->accepted_at)
        count_delay(delays->accept, accept_days, ACCEPTS, delay->accepted_at - delay->received_at);
    if (delay->accepted_at && delay->closed_at)
        count_delay(delays->finish, finish_days, FINISHES, delay->closed_at - delay->accepted_at);
    return true;
}

static void draw_delays(struct json_object *all, const char *name, const int64_t *counts, const int *days,
                        int n)
{
    struct json_object *rows = json_object_new_array();
    int64_t most = 0;

    for (int i = 0; i <= n; i++)
        most = counts[i] > most ? counts[i] : most;
    for (int i = 0; i <= n && most > 0; i++) {
        struct json_object *row = bar_json(counts[i], most, (size_t)i);

        facts_number(row, i < n ? "days" : "over", days[i < n ? i : n - 1]);
        if (i > 0 && i < n)
            facts_number(row, "above", days[i - 1]);
        json_object_array_add(rows, row);
    }
    add_picture(all, name, rows, (n + 1) * ROW + 4);
}

static bool draw_times(const struct drawing *drawing, const struct jurisdiction *jurisdiction)
{
    struct delays delays = { .jurisdiction = jurisdiction };

    if (!store_each_delay(drawing->store, drawing->query->since, drawing->query->until, take_delay, &delays))
        return false;
    draw_delays(drawing->all, "accept_times", delays.accept, accept_days, ACCEPTS);
    draw_delays(drawing->all, "finish_times", delays.finish, finish_days, FINISHES);
    return true;
}

struct tile {
    const struct unit *unit;
    int64_t received, open;
};

static const struct unit *township_of(const struct jurisdiction *jurisdiction, int64_t id)
{
    const struct unit *unit = jurisdiction_unit(jurisdiction, id);

    while (unit && unit->level != UNIT_TOWNSHIP)
        unit = unit->parent ? jurisdiction_unit(jurisdiction, unit->parent) : NULL;
    return unit;
}

static int from_north(const void *a, const void *b)
{
    const struct unit *one = ((const struct tile *)a)->unit, *other = ((const struct tile *)b)->unit;

    if (one->latitude != other->latitude)
        return one->latitude > other->latitude ? -1 : 1;
    return strcmp(one->code, other->code);
}

static int from_west(const void *a, const void *b)
{
    const struct unit *one = ((const struct tile *)a)->unit, *other = ((const struct tile *)b)->unit;

    if (one->longitude != other->longitude)
        return one->longitude < other->longitude ? -1 : 1;
    return strcmp(one->code, other->code);
}

/* Rows from north to south, each from west to east; where no points are known, by code. */
static void lay_out(struct tile *tiles, size_t n)
{
    qsort(tiles, n, sizeof *tiles, from_north);
    for (size_t at = 0; at < n; at += TILES_ACROSS)
        qsort(tiles + at, n - at < TILES_ACROSS ? n - at : TILES_ACROSS, sizeof *tiles, from_west);
}

static struct json_object *tile_json(void *mem, const struct tile *tile, size_t at, int64_t most)
{
    struct json_object *row = facts_text(NULL, "name", tile->unit->name, 0);
    int64_t x = (int64_t)(at % TILES_ACROSS) * (TILE + 6) + 4,
            y = (int64_t)(at / TILES_ACROSS) * (TILE_HEIGHT + 6) + 4;

    facts_number(row, "x", x);
    facts_number(row, "y", y);
    facts_number(row, "text_x", x + TILE / 2);
    facts_number(row, "name_y", y + 28);
    facts_number(row, "count_y", y + 58);
    facts_text(row, "shade", talloc_asprintf(mem, "0.%02d", (int)(6 + scaled(tile->received, most, 60))), 0);
    facts_number(row, "received", tile->received);
    facts_number(row, "open", tile->open);
    return row;
}

static void draw_map(const struct drawing *drawing, const struct jurisdiction *jurisdiction)
{
    const struct report report = drawing->reports[BY_PLACES];
    struct tile *tiles = talloc_array(drawing->mem, struct tile, 0);
    struct json_object *rows;
    int64_t most = 0;
    size_t n = 0;

    for (int64_t id = 1; id < jurisdiction_size(jurisdiction); id++) {
        const struct unit *unit = jurisdiction_unit(jurisdiction, id);

        if (!unit || unit->level != UNIT_TOWNSHIP || !jurisdiction_has(jurisdiction, id, 0))
            continue;
        tiles = talloc_realloc(drawing->mem, tiles, struct tile, n + 1);
        tiles[n++] = (struct tile){ .unit = unit };
    }
    for (size_t i = 0; i < report.n; i++)
        for (size_t k = 0; k < n; k++)
            if (township_of(jurisdiction, report.rows[i].id) == tiles[k].unit) {
                tiles[k].received += report.rows[i].figures.received;
                tiles[k].open += report.rows[i].figures.waiting + report.rows[i].figures.in_hand;
                most = tiles[k].received > most ? tiles[k].received : most;
            }
    lay_out(tiles, n);
    rows = json_object_new_array();
    for (size_t i = 0; i < n && n > 1; i++) /* one township is no map */
        json_object_array_add(rows, tile_json(drawing->mem, &tiles[i], i, most));
    add_picture(drawing->all, "map", rows,
                (int)((n + TILES_ACROSS - 1) / TILES_ACROSS) * (TILE_HEIGHT + 6) + 4);
}

struct json_object *pictures_json(void *mem, struct store *store, const struct pictures_query *query)
{
    struct drawing drawing = { .mem = mem, .store = store, .query = query, .all = json_object_new_object() };
    struct jurisdiction *jurisdiction = jurisdiction_new(mem, store, query->unit);

    if (!jurisdiction || !count(&drawing) || !draw_times(&drawing, jurisdiction)) {
        json_object_put(drawing.all);
        return NULL;
    }
    draw_trend(&drawing);
    draw_rates(&drawing);
    draw_topics(&drawing);
    draw_map(&drawing, jurisdiction);
    return drawing.all;
}
