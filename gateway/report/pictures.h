/*
 * Figures as pictures: trend by month, rates by unit, topics, time to accept and to finish, and a map with a
 * tile for each township. C reckons where everything stands; words and SVG are those of
 * templates/LANGUAGE/pictures.html, where a table stands beside each picture.
 */
#ifndef GATEWAY_REPORT_PICTURES_H
#define GATEWAY_REPORT_PICTURES_H

#include <json-c/json.h>

#include "store/store.h"

struct pictures_query {
    int64_t since, until; /* received in [since, until) */
    int64_t now;          /* as in struct report_query */
    int64_t unit;         /* the same */
    int64_t fewest;       /* topics with fewer cases are left out: on a board they could tell who it was */
};

/* Rates of fewer cases than this are not drawn: one case more or less would change them too much. */
enum { PICTURES_RATED_FROM = 20 };

/*
 * Each has height, for its viewBox 640 wide, and rows:
 * trend: rows {label, has_label, x, width, received, received_y, received_height, ended,
 * ended_x, ended_y, ended_height}, lines {y, value}. rates: rows {name, y, few, received, response, solution,
 * satisfaction: each as figures_json has it, with bar and y}. topics: rows {topic, y, count, bar}.
 * accept_times and finish_times: rows {days (above, if more than so many) or over, y, count, bar}. map: rows
 * {name, x, y, shade, received, open}. A picture without rows is left out; restricted cases are in none. The
 * caller releases it with json_object_put. NULL: store_error says why.
 */
struct json_object *pictures_json(void *mem, struct store *store, const struct pictures_query *query);

#endif
