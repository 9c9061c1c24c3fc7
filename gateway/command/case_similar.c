#include "gateway/command/case_similar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/print/unit_places.h"
#include "gateway/turn/similar.h"
#include "gateway/understand/case_number.h"

static const struct column columns[] = {
    { "NUMBER", 10, false }, { "SIMILAR", 7, false },   { "TOPIC", 8, true },
    { "PLACE", 18, false },  { "RECEIVED", 16, false },
};
enum { COLUMNS = sizeof columns / sizeof *columns, MOST = 5 };

static void print_one(struct unit_places *places, const struct similar_case *found)
{
    void *mem = talloc_new(NULL);
    const char *cells[COLUMNS] = { found->number, talloc_asprintf(mem, "%d%%", found->similarity),
                                   found->topic, unit_places_name(places, found->place),
                                   table_time(mem, found->received_at) };

    table_row(stdout, columns, cells, COLUMNS);
    talloc_free(mem);
}

static json_object *json_of(struct unit_places *places, const struct similar_case *found)
{
    json_object *object = json_object_new_object();

    json_add(object, "number", json_text(found->number));
    json_add(object, "similarity", json_object_new_int(found->similarity));
    json_add(object, "same_place", json_object_new_boolean(found->is_same_place));
    json_add(object, "same_topic", json_object_new_boolean(found->is_same_topic));
    json_add(object, "topic", json_text(found->topic));
    json_add(object, "place", json_text(unit_places_name(places, found->place)));
    json_add(object, "received_at", json_time(found->received_at));
    return object;
}

/* NULL after saying why. */
static struct case_ *find_case(void *mem, struct store *store, const char *number)
{
    struct case_ *case_ = NULL;

    if (!store_case_by_number(store, mem, number, &case_))
        command_failed("%s", store_error(store));
    else if (!case_)
        command_failed(case_number_check(number, strlen(number))
                           ? "there is no case %s"
                           : "%s is not a case number: its check digit is wrong",
                       number);
    return case_;
}

int case_similar(void *mem, int argc, char **argv)
{
    bool is_json = false;
    const struct option_spec specs[] = { { "--json", &is_json, NULL } };
    const struct config *config;
    struct store *store;
    struct case_ *case_;
    struct similar_case *found;
    struct unit_places *places;
    size_t n;

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("similar takes one case number");
    config = command_config(mem);
    if (!config)
        return EXIT_WRONG_USE;
    store = command_store(mem, config, false);
    if (!store || !(case_ = find_case(mem, store, argv[1])))
        return EXIT_FAILURE;
    if (!similar_find(store, mem, case_, MOST, &found, &n))
        return command_failed("%s", store_error(store));
    places = unit_places_new(mem, store);
    if (!is_json)
        table_heading(stdout, columns, COLUMNS);
    for (size_t i = 0; i < n; i++)
        if (is_json)
            json_print(stdout, json_of(places, &found[i]));
        else
            print_one(places, &found[i]);
    return EXIT_SUCCESS;
}
