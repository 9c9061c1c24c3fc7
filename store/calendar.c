#include "store/cases.h"
#include "store/sql.h"

#include <talloc.h>

bool store_mark_date(struct store *store, const char *kind, const char *date, int64_t at, bool *is_new)
{
    int64_t marked;
    bool is_done = sql_number(store,
                              "INSERT INTO calendar_dates (kind, date, at) VALUES ($1, $2, $3)"
                              " ON CONFLICT DO NOTHING RETURNING 1",
                              VALUES(as_text(kind), as_text(date), as_number(at)), &marked);

    *is_new = marked != 0;
    return is_done;
}

bool store_last_date(struct store *store, void *mem, const char *kind, const char **date)
{
    bool is_done = sql_text(store, mem, "SELECT max(date) FROM calendar_dates WHERE kind = $1",
                            VALUES(as_text(kind)), date);

    if (!*date)
        *date = "";
    return is_done;
}
