#include "store/page/drafts.h"

#include <talloc.h>

#include "store/record.h"

/* How many views are read at once to find those of a case. */
enum { VIEWS_READ = 50000 };

static const struct field draft_fields[] = {
    FIELD(draft, phone, FIELD_TEXT), FIELD(draft, case_id, FIELD_INT64), FIELD(draft, command, FIELD_TEXT),
    FIELD(draft, words, FIELD_TEXT), FIELD(draft, at, FIELD_INT64),
};
static const struct record draft_record = RECORD(draft, draft_fields);

static const struct field view_fields[] = {
    FIELD(page_view, id, FIELD_INT64),   FIELD(page_view, at, FIELD_INT64),
    FIELD(page_view, phone, FIELD_TEXT), FIELD(page_view, address, FIELD_TEXT),
    FIELD(page_view, asked, FIELD_TEXT), FIELD(page_view, cases, FIELD_TEXT),
};
static const struct record view_record = RECORD(page_view, view_fields);

static bool drop_any(struct store *store, const struct draft *draft)
{
    return sql_run(store, "DELETE FROM page_drafts WHERE phone = $1 AND case_id = $2 AND command = $3",
                   VALUES(as_text(draft->phone), as_number(draft->case_id), as_text(draft->command)));
}

bool store_put_draft(struct store *store, const struct draft *draft, int64_t before)
{
    struct value values[RECORD_FIELDS];

    if (!sql_run(store, "DELETE FROM page_drafts WHERE at < $1", VALUES(as_number(before))))
        return false;
    if (!draft->words || !*draft->words)
        return drop_any(store, draft);
    return sql_run(store,
                   record_text(store, &draft_record,
                               "INSERT INTO page_drafts {row} ON CONFLICT (phone, case_id, command) DO UPDATE"
                               " SET words = excluded.words, at = excluded.at"),
                   record_values(&draft_record, draft, values));
}

bool store_drop_draft(struct store *store, const struct draft *draft)
{
    return sql_run(
        store, "DELETE FROM page_drafts WHERE phone = $1 AND case_id = $2 AND command = $3 AND words = $4",
        VALUES(as_text(draft->phone), as_number(draft->case_id), as_text(draft->command),
               as_text(draft->words)));
}

bool store_drafts(struct store *store, void *mem, const char *phone, int64_t case_id, struct draft **drafts,
                  size_t *n)
{
    bool is_done;

    *drafts = record_list(store, mem, &draft_record,
                          "SELECT {columns} FROM page_drafts WHERE phone = $1 AND (case_id = $2 OR $2 < 0)"
                          " ORDER BY at DESC",
                          false, VALUES(as_text(phone), as_number(case_id)), n, &is_done);
    return is_done;
}

bool store_add_page_view(struct store *store, const struct page_view *view)
{
    struct value values[RECORD_FIELDS];
    int64_t id;

    return sql_insert(store, record_text(store, &view_record, "INSERT INTO page_views {row}"),
                      record_values(&view_record, view, values), &id);
}

bool store_page_views(struct store *store, void *mem, const char *number, int64_t after_id, int limit,
                      struct page_view **views, size_t *n, int64_t *next)
{
    int64_t bound;
    bool is_done = sql_number(
        store, "SELECT id FROM page_views WHERE id < $1 OR $1 = 0 ORDER BY id DESC LIMIT 1 OFFSET $2",
        VALUES(as_number(after_id), as_number(VIEWS_READ - 1)), &bound);

    *n = 0, *views = NULL;
    if (is_done)
        *views = record_list(
            store, mem, &view_record,
            "SELECT {columns} FROM page_views WHERE ($1 = '' OR ' ' || cases || ' ' LIKE '% ' || $1 || ' %')"
            " AND (id < $2 OR $2 = 0) AND id >= $4 ORDER BY id DESC LIMIT $3",
            false, VALUES(as_text(number), as_number(after_id), as_number(limit), as_number(bound)), n,
            &is_done);
    *next = is_done && *n == (size_t)limit ? (*views)[limit - 1].id : bound;
    return is_done;
}

bool store_last_step_id(struct store *store, int64_t case_id, int64_t *id)
{
    return sql_number(store, "SELECT max(id) FROM steps WHERE case_id = $1 AND kind <> 'viewed'",
                      VALUES(as_number(case_id)), id);
}

bool store_event_has_step(struct store *store, int64_t event_id, int64_t case_id, bool *has)
{
    int64_t n = 0;
    bool is_done = sql_number(store, "SELECT count(*) FROM steps WHERE case_id = $1 AND event_id = $2",
                              VALUES(as_number(case_id), as_number(event_id)), &n);

    *has = n > 0;
    return is_done;
}

bool store_newest_step_id(struct store *store, int64_t *id)
{
    return sql_number(store, "SELECT max(id) FROM steps", NO_VALUES, id);
}

static const struct field mark_fields[] = {
    FIELD(step_mark, id, FIELD_INT64),
    FIELD(step_mark, case_id, FIELD_INT64),
    FIELD(step_mark, is_guarded, FIELD_FLAG),
};
static const struct record mark_record = RECORD(step_mark, mark_fields);

bool store_step_marks(struct store *store, void *mem, int64_t before, int most, struct step_mark **steps,
                      size_t *n)
{
    bool is_done;

    *steps =
        record_list(store, mem, &mark_record,
                    "SELECT steps.id, steps.case_id, cases.is_guarded FROM steps"
                    " JOIN cases ON cases.id = steps.case_id WHERE steps.id < $1 AND steps.kind <> 'viewed'"
                    " ORDER BY steps.id DESC LIMIT $2",
                    false, VALUES(as_number(before), as_number(most)), n, &is_done);
    return is_done;
}

bool store_last_notice_id(struct store *store, int64_t *id)
{
    return sql_number(store, "SELECT max(id) FROM notices", NO_VALUES, id);
}

struct texts {
    const char **list;
    size_t n;
    void *mem;
};

static bool take_text(const struct row *row, void *arg)
{
    struct texts *texts = arg;

    texts->list = talloc_realloc(texts->mem, texts->list, const char *, texts->n + 1);
    texts->list[texts->n++] = talloc_strdup(texts->mem, row_text(row, 0));
    return true;
}

bool store_answers_to_event(struct store *store, void *mem, int64_t event_id, const char *to,
                            const char ***texts, size_t *n)
{
    struct texts found = { .mem = mem };
    bool is_done =
        sql_each(store, "SELECT text FROM notices WHERE event_id = $1 AND recipient = $2 ORDER BY id",
                 VALUES(as_number(event_id), as_text(to)), take_text, &found);

    *texts = found.list;
    *n = found.n;
    return is_done;
}
