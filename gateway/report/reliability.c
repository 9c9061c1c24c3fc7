#include "gateway/report/reliability.h"

#include <stdio.h>
#include <string.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "store/learned/lessons.h"

enum { MONTHS = 3 };

static void count(struct reliability_table *table, int confidence, bool is_right)
{
    int tenth = confidence / (100 / RELIABILITY_TENTHS);

    if (confidence <= 0)
        return; /* what the gateway had said is not known */
    if (tenth >= RELIABILITY_TENTHS)
        tenth = RELIABILITY_TENTHS - 1;
    table->n[tenth]++;
    table->said[tenth] += confidence;
    table->right[tenth] += is_right;
}

static bool count_label(const struct labelled_case *labelled, void *arg)
{
    struct reliability_report *report = arg;
    const struct case_label *label = &labelled->label;

    count(&report->topic, label->topic_confidence, strcmp(label->topic, label->said_topic) == 0);
    count(&report->category, label->category_confidence, strcmp(label->category, label->said_category) == 0);
    return true;
}

bool reliability_make(void *mem, struct store *store, int64_t now, bool with_guarded,
                      struct reliability_report *report)
{
    struct learned_model *model;
    struct date today = date_of(now);

    today.month -= MONTHS; /* mktime carries it into the year */
    *report = (struct reliability_report){ .since = date_moment(today, 0), .until = now };
    if (!store_each_labelled(store, LABEL_CLASS, report->since, now + 1, with_guarded, count_label, report) ||
        !store_model_in_use(store, mem, &model))
        return false;
    if (model) {
        report->model = model->id;
        report->model_since = model->used_at;
        report->labels = model->labels;
    }
    return true;
}

static void add_percent(struct json_object *object, const char *name, double percent)
{
    char text[32];

    snprintf(text, sizeof text, "%.1f", percent);
    facts_text(object, name, text, 0);
}

static struct json_object *table_json(const struct reliability_table *table)
{
    struct json_object *rows = json_object_new_array();

    for (int64_t tenth = 0; tenth < RELIABILITY_TENTHS; tenth++) {
        struct json_object *row;

        if (table->n[tenth] == 0)
            continue;
        row = facts_number(NULL, "least", tenth * (100 / RELIABILITY_TENTHS));
        facts_number(row, "most", (tenth + 1) * (100 / RELIABILITY_TENTHS));
        add_percent(row, "said", (double)table->said[tenth] / (double)table->n[tenth]);
        add_percent(row, "right", 100.0 * (double)table->right[tenth] / (double)table->n[tenth]);
        facts_number(row, "cases", table->n[tenth]);
        json_object_array_add(rows, row);
    }
    return rows;
}

struct json_object *reliability_json(const struct reliability_report *report)
{
    struct json_object *object = NULL, *model;
    struct json_object *topic = table_json(&report->topic), *category = table_json(&report->category);

    if (json_object_array_length(topic) + json_object_array_length(category) == 0 && report->model == 0) {
        json_object_put(topic);
        json_object_put(category);
        return NULL;
    }
    object = facts_date(json_object_new_object(), "from", report->since);
    facts_date(object, "to", report->until);
    json_object_object_add(object, "topic_rows", topic);
    json_object_object_add(object, "category_rows", category);
    if (report->model) {
        model = facts_number(NULL, "number", report->model);
        facts_date(model, "since", report->model_since);
        facts_number(model, "labels", report->labels);
        json_object_object_add(object, "learned", model);
    }
    return object;
}
