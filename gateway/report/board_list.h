/*
 * The rows of a board's list, brought in any order. The store could sort them too, but it would copy all that
 * a row is made of to do so.
 */
#ifndef GATEWAY_REPORT_BOARD_LIST_H
#define GATEWAY_REPORT_BOARD_LIST_H

#include <json-c/json.h>

#include "store/reports.h"

struct board_list {
    struct board_row *rows;
    size_t n;
};

/* Takes the row of this case. Rows of a lower rank stand first; memory of the list hangs from mem. */
void board_list_add(void *mem, struct board_list *list, const struct board_case *case_, int rank,
                    struct json_object *row);

/* All rows, by rank, place and time; the list is empty then. The caller releases it with json_object_put. */
struct json_object *board_list_take(struct board_list *list);

#endif
