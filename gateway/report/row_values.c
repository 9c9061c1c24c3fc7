#include "gateway/report/row_values.h"

#include <talloc.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"

/* Boards show the days of nearly four years without making any of them twice. */
enum { DAYS = 4096, THIRD_OF_DAY = 8 * 3600 };

/* Members that a row has room for: json-c's own 16 are made anew once 11 are in use. */
enum { ROOM = 32 };

/* A day in its form for rows. */
struct day {
    int64_t from, until;
    struct json_object *date; /* NULL: free */
};

/* Choices, texts and handlers by their words, names of units by id, days by a third of one modulo DAYS. */
struct row_values {
    const struct jurisdiction *jurisdiction;
    bool has_flags;
    int year;
    struct json_object *choices, *texts, *handlers, *none, *yes, *no;
    struct json_object **names;
    struct day days[DAYS];
};

struct json_object *row_values_row(void)
{
    struct json_object *row = json_object_new_object();

    lh_table_resize(json_object_get_object(row), ROOM);
    return row;
}

/* Adds a value that the row has not yet, and takes it. The name is not copied. */
static void put(struct json_object *row, const char *name, struct json_object *value)
{
    json_object_object_add_ex(row, name, value,
                              JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

/* The member of an object that was made for its sake. */
static struct json_object *member(struct json_object *made, const char *name)
{
    struct json_object *value = json_object_get(json_object_object_get(made, name));

    json_object_put(made);
    return value;
}

/* A text that many rows have. */
static void add_text(struct row_values *values, struct json_object *row, const char *name, const char *text)
{
    struct json_object *value;

    if (!json_object_object_get_ex(values->texts, text, &value)) {
        value = json_object_new_string(text);
        json_object_object_add(values->texts, text, value);
    }
    put(row, name, json_object_get(value));
}

/* Few cases have the same words, but many have none. */
void row_values_add_words(struct row_values *values, struct json_object *row, const char *name,
                          const char *words)
{
    if (*words)
        put(row, name, json_object_new_string(words));
    else
        put(row, name, json_object_get(values->none));
}

void row_values_add_flag(struct row_values *values, struct json_object *row, const char *name, bool is_set)
{
    put(row, name, json_object_get(is_set ? values->yes : values->no));
}

void row_values_add_choice(struct row_values *values, struct json_object *row, const char *name,
                           const char *choice)
{
    struct json_object *value;

    if (!values->has_flags) {
        add_text(values, row, name, choice);
        return;
    }
    if (!json_object_object_get_ex(values->choices, choice, &value)) {
        value = member(facts_choice(NULL, name, choice), name);
        json_object_object_add(values->choices, choice, value);
    }
    put(row, name, json_object_get(value));
}

void row_values_add_handler(struct row_values *values, struct json_object *row, const char *handler)
{
    struct json_object *value;

    if (!json_object_object_get_ex(values->handlers, handler, &value)) {
        value = member(facts_text(NULL, "handler", handler, CLIP_HINT), "handler");
        json_object_object_add(values->handlers, handler, value);
    }
    put(row, "handler", json_object_get(value));
}

void row_values_add_unit(struct row_values *values, struct json_object *row, const char *name, int64_t id)
{
    struct json_object **value = &values->names[jurisdiction_unit(values->jurisdiction, id) ? id : 0];

    if (!*value)
        *value = json_object_new_string(jurisdiction_name(values->jurisdiction, values, id));
    put(row, name, json_object_get(*value));
}

/* For templates, with other_year where it is not the board's own. */
static struct json_object *made_date(struct row_values *values, int64_t at)
{
    struct json_object *made;
    int year = date_of(at).year;

    if (!values->has_flags)
        return json_object_new_string(date_text(values, date_of(at)));
    made = member(facts_date(NULL, "date", at), "date");
    if (year != values->year)
        facts_number(made, "other_year", year);
    return made;
}

void row_values_add_date(struct row_values *values, struct json_object *row, const char *name, int64_t at)
{
    struct day *day = &values->days[at / THIRD_OF_DAY % DAYS];

    if (!at && !values->has_flags)
        put(row, name, json_object_get(values->none));
    if (!at)
        return;
    if (!day->date || at < day->from || at >= day->until) {
        struct date date = date_of(at);

        json_object_put(day->date);
        *day =
            (struct day){ date_moment(date, 0), date_moment(date_plus(date, 1), 0), made_date(values, at) };
    }
    put(row, name, json_object_get(day->date));
}

static int let_go(struct row_values *values)
{
    for (size_t i = 0; i < DAYS; i++)
        json_object_put(values->days[i].date);
    for (size_t i = 0; i < talloc_array_length(values->names); i++)
        json_object_put(values->names[i]);
    json_object_put(values->choices);
    json_object_put(values->texts);
    json_object_put(values->handlers);
    json_object_put(values->none);
    json_object_put(values->yes);
    json_object_put(values->no);
    return 0;
}

struct row_values *row_values_new(void *mem, const struct jurisdiction *jurisdiction, bool has_flags,
                                  int year)
{
    struct row_values *values = talloc_zero(mem, struct row_values);
    size_t size = jurisdiction ? (size_t)jurisdiction_size(jurisdiction) + 1 : 0;

    values->jurisdiction = jurisdiction;
    values->has_flags = has_flags;
    values->year = year;
    values->choices = json_object_new_object();
    values->texts = json_object_new_object();
    values->handlers = json_object_new_object();
    values->none = json_object_new_string("");
    values->yes = json_object_new_boolean(true);
    values->no = json_object_new_boolean(false);
    values->names = talloc_zero_array(values, struct json_object *, size);
    talloc_set_destructor(values, let_go);
    return values;
}
