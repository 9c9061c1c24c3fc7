#include "store/learned/lessons.h"

#include "store/record.h"

#include <talloc.h>

#define LABEL_FIELDS(type, prefix)                                                                        \
    FIELD_AS(type, prefix id, "id", FIELD_INT64), FIELD_AS(type, prefix case_id, "case_id", FIELD_INT64), \
        FIELD_AS(type, prefix at, "at", FIELD_INT64), FIELD_AS(type, prefix kind, "kind", FIELD_TEXT),    \
        FIELD_AS(type, prefix value, "value", FIELD_TEXT),                                                \
        FIELD_AS(type, prefix actor, "actor", FIELD_TEXT), FIELD_AS(type, prefix unit, "unit", FIELD_ID), \
        FIELD_AS(type, prefix topic, "topic", FIELD_TEXT),                                                \
        FIELD_AS(type, prefix category, "category", FIELD_TEXT),                                          \
        FIELD_AS(type, prefix said_topic, "said_topic", FIELD_TEXT),                                      \
        FIELD_AS(type, prefix said_category, "said_category", FIELD_TEXT),                                \
        FIELD_AS(type, prefix topic_confidence, "topic_confidence", FIELD_INT),                           \
        FIELD_AS(type, prefix category_confidence, "category_confidence", FIELD_INT)

static const struct field label_fields[] = { LABEL_FIELDS(case_label, ) };
static const struct field labelled_fields[] = { LABEL_FIELDS(labelled_case, label.),
                                                FIELD(labelled_case, text, FIELD_TEXT),
                                                FIELD(labelled_case, reporter, FIELD_TEXT),
                                                FIELD(labelled_case, place, FIELD_ID) };
static const struct record label_record = RECORD(case_label, label_fields);
static const struct record labelled_record = RECORD(labelled_case, labelled_fields);

bool store_add_label(struct store *store, struct case_label *label)
{
    struct value values[RECORD_FIELDS];

    return sql_number(store, record_text(store, &label_record, "INSERT INTO labels {row} RETURNING id"),
                      record_values(&label_record, label, values), &label->id);
}

bool store_last_label(struct store *store, void *mem, int64_t case_id, const char *kind,
                      struct case_label **label)
{
    bool is_done;

    *label =
        record_one(store, mem, &label_record,
                   "SELECT {columns} FROM labels WHERE case_id = $1 AND kind = $2 ORDER BY id DESC LIMIT 1",
                   VALUES(as_number(case_id), as_text(kind)), &is_done);
    return is_done;
}

bool store_drop_labels(struct store *store, int64_t case_id, const char *actor, int64_t since)
{
    return sql_run(store, "DELETE FROM labels WHERE case_id = $1 AND actor = $2 AND at >= $3",
                   VALUES(as_number(case_id), as_text(actor), as_number(since)));
}

struct reading {
    bool (*each)(const struct labelled_case *labelled, void *arg);
    void *arg;
};

static bool hand(const void *row, void *arg)
{
    struct reading *reading = arg;

    return reading->each(row, reading->arg);
}

bool store_each_labelled(struct store *store, const char *kind, int64_t since, int64_t until,
                         bool with_guarded, bool (*each)(const struct labelled_case *labelled, void *arg),
                         void *arg)
{
    struct reading reading = { each, arg };

    return record_each(
        store, &labelled_record,
        record_text(store, &labelled_record,
                    "SELECT {columns} FROM (SELECT labels.*, cases.text, cases.reporter, cases.place"
                    " FROM labels JOIN cases ON cases.id = labels.case_id"
                    " WHERE labels.at >= $1 AND labels.at < $2 AND ($4 = '' OR labels.kind = $4)"
                    " AND (cases.is_guarded = 0 OR $3 <> 0 OR labels.kind = 'accuses')"
                    " AND NOT EXISTS (SELECT 1 FROM labels AS later WHERE later.case_id = labels.case_id"
                    " AND later.kind = labels.kind AND later.id > labels.id AND later.at < $2)) AS newest"
                    " ORDER BY id"),
        false, VALUES(as_number(since), as_number(until), as_number(with_guarded), as_text(kind ? kind : "")),
        hand, &reading);
}

struct id_reading {
    void *mem;
    int64_t *ids;
    size_t n;
};

static bool take_id(const struct row *row, void *arg)
{
    struct id_reading *reading = arg;

    reading->ids = talloc_realloc(reading->mem, reading->ids, int64_t, (unsigned)reading->n + 1);
    reading->ids[reading->n++] = row_number(row, 0);
    return true;
}

bool store_labelled_cases(struct store *store, void *mem, int64_t after_id, int64_t last_id, int64_t **ids,
                          size_t *n)
{
    struct id_reading reading = { .mem = mem };
    bool is_done =
        sql_each(store, "SELECT DISTINCT case_id FROM labels WHERE id > $1 AND id <= $2 ORDER BY case_id",
                 VALUES(as_number(after_id), as_number(last_id)), take_id, &reading);

    *ids = reading.ids;
    *n = reading.n;
    return is_done;
}

bool store_count_labels(struct store *store, int64_t after_id, int64_t *n)
{
    return sql_number(store, "SELECT count(*) FROM labels WHERE id > $1", VALUES(as_number(after_id)), n);
}

bool store_forget_labels(struct store *store, int64_t *n)
{
    return store_count_labels(store, 0, n) && sql_run(store, "DELETE FROM labels", NO_VALUES);
}

#define MODEL_FIELDS                                                                             \
    FIELD(learned_model, id, FIELD_INT64), FIELD(learned_model, made_at, FIELD_INT64),           \
        FIELD(learned_model, used_at, FIELD_ID), FIELD(learned_model, labels, FIELD_INT64),      \
        FIELD(learned_model, last_label, FIELD_INT64), FIELD(learned_model, held, FIELD_INT64),  \
        FIELD(learned_model, better, FIELD_INT64), FIELD(learned_model, worse, FIELD_INT64),     \
        FIELD_AS(learned_model, right, "right_after", FIELD_INT64),                              \
        FIELD(learned_model, right_before, FIELD_INT64), FIELD(learned_model, base, FIELD_TEXT), \
        FIELD(learned_model, places, FIELD_TEXT)

static const struct field model_fields[] = { MODEL_FIELDS, FIELD(learned_model, octets, FIELD_TEXT) };
static const struct field listed_fields[] = { MODEL_FIELDS };
static const struct record model_record = RECORD(learned_model, model_fields);
static const struct record listed_record = RECORD(learned_model, listed_fields);

bool store_add_model(struct store *store, struct learned_model *model)
{
    struct value values[RECORD_FIELDS];

    return sql_number(store, record_text(store, &model_record, "INSERT INTO models {row} RETURNING id"),
                      record_values(&model_record, model, values), &model->id);
}

bool store_model_in_use(struct store *store, void *mem, struct learned_model **model)
{
    bool is_done;

    *model =
        record_one(store, mem, &model_record,
                   "SELECT {columns} FROM models WHERE used_at IS NOT NULL ORDER BY used_at DESC LIMIT 1",
                   NO_VALUES, &is_done);
    return is_done;
}

bool store_model(struct store *store, void *mem, int64_t id, struct learned_model **model)
{
    bool is_done;

    *model = record_one(store, mem, &model_record, "SELECT {columns} FROM models WHERE id = $1",
                        VALUES(as_number(id)), &is_done);
    return is_done;
}

bool store_models(struct store *store, void *mem, struct learned_model **models, size_t *n)
{
    bool is_done;

    *models = record_list(store, mem, &listed_record, "SELECT {columns} FROM models ORDER BY id", false,
                          NO_VALUES, n, &is_done);
    if (*n > 0)
        for (size_t i = 0; i < *n; i++)
            (*models)[i].octets = "";
    return is_done;
}

bool store_use_model(struct store *store, int64_t id, int64_t at)
{
    return sql_run(store, "UPDATE models SET used_at = NULL WHERE used_at IS NOT NULL", NO_VALUES) &&
           sql_run(store, "UPDATE models SET used_at = $2 WHERE id = $1",
                   VALUES(as_number(id), as_number(at)));
}
