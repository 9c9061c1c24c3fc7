#include "store/webhooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/record.h"
#include "store/steps.h"

static const struct field delivery_fields[] = {
    FIELD(webhook_delivery, id, FIELD_INT64),      FIELD(webhook_delivery, hook, FIELD_TEXT),
    FIELD(webhook_delivery, case_id, FIELD_INT64), FIELD(webhook_delivery, step_id, FIELD_INT64),
    FIELD(webhook_delivery, attempts, FIELD_INT),  FIELD(webhook_delivery, due_at, FIELD_INT64),
    FIELD(webhook_delivery, settled_at, FIELD_ID), FIELD(webhook_delivery, why, FIELD_TEXT),
};
static const struct record delivery_record = RECORD(webhook_delivery, delivery_fields);

static const char *cursor_name(char *buffer, size_t size, const char *hook)
{
    snprintf(buffer, size, "webhook %s", hook);
    return buffer;
}

/* -1: nothing was ever queued for this webhook. */
static bool read_cursor(struct store *store, void *mem, const char *hook, int64_t *cursor)
{
    char name[128];
    const char *text;

    if (!store_get(store, mem, cursor_name(name, sizeof name, hook), &text))
        return false;
    *cursor = text ? atoll(text) : -1;
    return true;
}

static bool newest_step(struct store *store, int64_t *id)
{
    return sql_number(store, "SELECT max(id) FROM steps", NO_VALUES, id);
}

static bool is_wanted(const struct webhook_filter *filter, const char *kind)
{
    for (size_t i = 0; i < filter->n_steps; i++)
        if (strcmp(filter->steps[i], kind) == 0)
            return true;
    return filter->n_steps == 0 && strcmp(kind, "viewed") != 0; /* viewing changes nothing */
}

struct fresh {
    const struct webhook_filter *filter;
    void *mem;
    struct {
        int64_t id, case_id;
    } * steps;
    size_t n;
};

static bool take_fresh(const struct row *row, void *arg)
{
    struct fresh *fresh = arg;

    if (!is_wanted(fresh->filter, row_text(row, 2)) || (row_number(row, 3) && !fresh->filter->guarded) ||
        (strcmp(row_text(row, 4), STEP_LINE_PAPER) == 0 && !fresh->filter->imported))
        return true;
    if (fresh->n % 64 == 0)
        fresh->steps = talloc_realloc_size(fresh->mem, fresh->steps, (fresh->n + 64) * sizeof *fresh->steps);
    fresh->steps[fresh->n].id = row_number(row, 0);
    fresh->steps[fresh->n++].case_id = row_number(row, 1);
    return true;
}

static bool add_deliveries(struct store *store, struct fresh *fresh, int64_t cursor, int64_t now)
{
    if (!sql_each(store,
                  "SELECT steps.id, case_id, kind, is_guarded, steps.line FROM steps JOIN cases ON cases.id "
                  "= case_id"
                  " WHERE steps.id > $1 ORDER BY steps.id",
                  VALUES(as_number(cursor)), take_fresh, fresh))
        return false;
    for (size_t i = 0; i < fresh->n; i++)
        if (!sql_run(store,
                     "INSERT INTO webhook_deliveries (hook, case_id, step_id, attempts, due_at, why)"
                     " VALUES ($1, $2, $3, 0, $4, '') ON CONFLICT (hook, step_id) DO NOTHING",
                     VALUES(as_text(fresh->filter->hook), as_number(fresh->steps[i].case_id),
                            as_number(fresh->steps[i].id), as_number(now))))
            return false;
    return true;
}

bool store_queue_webhook_deliveries(struct store *store, const struct webhook_filter *filter, int64_t now,
                                    int *n)
{
    struct fresh fresh = { .filter = filter, .mem = talloc_new(store) };
    char name[128], mark[24];
    int64_t cursor, newest;
    bool is_done = read_cursor(store, fresh.mem, filter->hook, &cursor) && newest_step(store, &newest) &&
                   (cursor < 0 || add_deliveries(store, &fresh, cursor, now));

    *n = (int)fresh.n;
    if (is_done && newest != cursor) {
        snprintf(mark, sizeof mark, "%lld", (long long)newest);
        is_done = store_set(store, cursor_name(name, sizeof name, filter->hook), mark);
    }
    talloc_free(fresh.mem);
    return is_done;
}

bool store_has_new_steps(struct store *store, void *mem, const char *hook, bool *has_new)
{
    int64_t cursor, newest;

    *has_new = false;
    if (!read_cursor(store, mem, hook, &cursor) || !newest_step(store, &newest))
        return false;
    *has_new = newest != cursor;
    return true;
}

bool store_due_webhook_deliveries(struct store *store, void *mem, const char *hook, int64_t now, int limit,
                                  struct webhook_delivery **deliveries, size_t *n, int64_t *next_due)
{
    bool is_done;

    *next_due = 0;
    *deliveries = record_list(
        store, mem, &delivery_record,
        "SELECT {columns} FROM webhook_deliveries WHERE settled_at IS NULL AND id IN (SELECT"
        " min(id) FROM webhook_deliveries WHERE hook = $1 AND settled_at IS NULL GROUP BY case_id)"
        " AND due_at <= $2 ORDER BY due_at, id LIMIT $3",
        false, VALUES(as_text(hook), as_number(now), as_number(limit)), n, &is_done);
    return is_done &&
           sql_number(store,
                      "SELECT min(due_at) FROM webhook_deliveries WHERE hook = $1 AND settled_at IS NULL"
                      " AND due_at > $2",
                      VALUES(as_text(hook), as_number(now)), next_due);
}

bool store_update_webhook_delivery(struct store *store, const struct webhook_delivery *delivery)
{
    return sql_run(
        store,
        "UPDATE webhook_deliveries SET attempts = $2, due_at = $3, settled_at = $4, why = $5 WHERE id = $1",
        VALUES(as_number(delivery->id), as_number(delivery->attempts), as_number(delivery->due_at),
               as_id(delivery->settled_at), as_text(delivery->why)));
}
