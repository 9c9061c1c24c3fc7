#include "store/centre/centre.h"
#include "store/record.h"

static const struct field figure_fields[] = {
    FIELD(centre_figures, gateway, FIELD_TEXT),    FIELD(centre_figures, name, FIELD_TEXT),
    FIELD(centre_figures, cases, FIELD_INT64),     FIELD(centre_figures, open, FIELD_INT64),
    FIELD(centre_figures, overdue, FIELD_INT64),   FIELD(centre_figures, closed, FIELD_INT64),
    FIELD(centre_figures, rated, FIELD_INT64),     FIELD(centre_figures, content, FIELD_INT64),
    FIELD(centre_figures, explained, FIELD_INT64), FIELD(centre_figures, out_of_scope, FIELD_INT64),
    FIELD(centre_figures, withdrawn, FIELD_INT64), FIELD(centre_figures, merged, FIELD_INT64),
};
static const struct record figure_record = RECORD(centre_figures, figure_fields);

/* content: ratings 满意 and 基本满意. The LEFT JOIN gives a county without a case one row whose id is NULL.
 */
static const char by_county[] =
    "SELECT feeds.gateway, feeds.name, count(heads.id),"
    " count(heads.id) FILTER (WHERE state IN ('new', 'in hand')),"
    " count(heads.id) FILTER (WHERE state IN ('new', 'in hand') AND finish_by > 0 AND finish_by < $3),"
    " count(heads.id) FILTER (WHERE state IN ('closed', 'rated')),"
    " count(heads.id) FILTER (WHERE rating > 0),"
    " count(heads.id) FILTER (WHERE rating IN (1, 2)),"
    " count(heads.id) FILTER (WHERE state = 'explained'),"
    " count(heads.id) FILTER (WHERE state = 'out of scope'),"
    " count(heads.id) FILTER (WHERE state = 'withdrawn'),"
    " count(heads.id) FILTER (WHERE state = 'merged')"
    " FROM feeds LEFT JOIN heads ON heads.gateway = feeds.gateway AND received_at >= $1"
    "  AND received_at < $2 AND state <> 'no complaint'"
    " GROUP BY feeds.gateway, feeds.name ORDER BY feeds.gateway";

bool centre_figures(struct store *store, void *mem, int64_t since, int64_t until, int64_t now,
                    struct centre_figures **figures, size_t *n)
{
    bool is_done;

    *figures = record_list(store, mem, &figure_record, by_county, false,
                           VALUES(as_number(since), as_number(until), as_number(now)), n, &is_done);
    return is_done;
}
