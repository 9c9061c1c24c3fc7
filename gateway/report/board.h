/*
 * A board as it is put up: what bulletin_json says, with the county's name, and where the boards stand on the
 * web.
 */
#ifndef GATEWAY_REPORT_BOARD_H
#define GATEWAY_REPORT_BOARD_H

#include "gateway/config.h"
#include "gateway/report/bulletin.h"

/* Name of its template, without its ending: "bulletin-show". A constant. */
const char *board_name(enum bulletin_kind kind);

/*
 * Adds county, within (the unit of the query, unless it is the county), and for templates has_cases,
 * has_endings, has_public_works, public_url and its QR code. As bulletin_json.
 */
struct json_object *board_json(void *mem, struct store *store, const struct config *config,
                               const struct bulletin_query *query);

#endif
