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

#define COUNT_OF(condition) "CAST(sum(CASE WHEN " condition " THEN 1 ELSE 0 END) AS BIGINT)"

/* content: 满意 and 基本满意. */
bool centre_figures(struct store *store, void *mem, int64_t since, int64_t until, int64_t now,
                    struct centre_figures **figures, size_t *n)
{
    bool is_done;

    *figures =
        record_list(store, mem, &figure_record,
                    "SELECT feeds.gateway, feeds.name, count(heads.id)," COUNT_OF("state IN ('new', 'in "
                                                                                  "hand')") "," COUNT_OF("sta"
                                                                                                         "te "
                                                                                                         "IN "
                                                                                                         "('"
                                                                                                         "new"
                                                                                                         "', "
                                                                                                         "'in"
                                                                                                         " ha"
                                                                                                         "nd'"
                                                                                                         ") "
                                                                                                         "AND"
                                                                                                         " fi"
                                                                                                         "nis"
                                                                                                         "h_"
                                                                                                         "by "
                                                                                                         "> "
                                                                                                         "0 "
                                                                                                         "AND"
                                                                                                         " fi"
                                                                                                         "nis"
                                                                                                         "h_"
                                                                                                         "by "
                                                                                                         "< "
                                                                                                         "$3") "," COUNT_OF(
                        "state IN "
                        "('closed', "
                        "'rated')") "," COUNT_OF("rating > 0") "," COUNT_OF("rating IN (1, 2)") "," COUNT_OF("state = "
                                                                                                             "'explained"
                                                                                                             "'") "," COUNT_OF("state = 'out of scope'") "," COUNT_OF("state = 'withdrawn'") "," COUNT_OF("state = 'merged'") " FROM feeds LEFT JOIN heads ON heads.gateway = feeds.gateway AND received_at >= $1 AND"
                                                                                                                                                                                                                              " received_at < $2 AND state <> 'no complaint' GROUP BY feeds.gateway, feeds.name"
                                                                                                                                                                                                                              " ORDER BY feeds.gateway",
                    false, VALUES(as_number(since), as_number(until), as_number(now)), n, &is_done);
    return is_done;
}
