#include "gateway/report/board_list.h"

#include <stdlib.h>
#include <talloc.h>

struct board_row {
    int64_t rank, place, received_at, id;
    struct json_object *row;
};

void board_list_add(void *mem, struct board_list *list, const struct board_case *case_, int rank,
                    struct json_object *row)
{
    if ((list->n & (list->n - 1)) == 0)
        list->rows = talloc_realloc(mem, list->rows, struct board_row, list->n ? 2 * list->n : 1);
    list->rows[list->n++] = (struct board_row){
        .rank = rank, .place = case_->place, .received_at = case_->received_at, .id = case_->id, .row = row
    };
}

static int compare(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

static int in_order(const void *a, const void *b)
{
    const struct board_row *left = a, *right = b;

    if (left->rank != right->rank)
        return compare(left->rank, right->rank);
    if (left->place != right->place)
        return compare(left->place, right->place);
    if (left->received_at != right->received_at)
        return compare(left->received_at, right->received_at);
    return compare(left->id, right->id);
}

struct json_object *board_list_take(struct board_list *list)
{
    struct json_object *all = json_object_new_array_ext((int)list->n);

    if (list->n > 1)
        qsort(list->rows, list->n, sizeof *list->rows, in_order);
    for (size_t i = 0; i < list->n; i++)
        json_object_array_add(all, list->rows[i].row);
    list->n = 0;
    return all;
}
