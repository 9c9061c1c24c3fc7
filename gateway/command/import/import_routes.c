#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/arguments.h"
#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/import/import.h"
#include "store/cases.h"

enum { PLACE, TOPIC, CATEGORY, AWAY, UNIT };

static const struct sheet_column columns[] = {
    [PLACE] = { "place 地点 辖区", false },  [TOPIC] = { "topic 主题 事项", false },
    [CATEGORY] = { "category 类别", false }, [AWAY] = { "away 在外", false },
    [UNIT] = { "unit 单位 单位代码", true },
};

struct routes_import {
    void *mem;
    struct unit_names *units;
    struct routing_rule *rules;
    size_t n;
};

static int64_t read_unit(struct routes_import *taking, struct sheet_row *row, size_t column)
{
    const char *text = sheet_cell(row, column);
    int64_t *ids;
    size_t n;

    if (!*text)
        return 0;
    unit_names_find(taking->units, taking->mem, text, &ids, &n);
    if (n == 0)
        sheet_wrong(row, column, "\"%s\" is not known: import units first", text);
    else if (n > 1)
        sheet_wrong(row, column, "\"%s\" is ambiguous: write the code", text);
    return n == 1 ? ids[0] : 0;
}

static bool is_yes(struct sheet_row *row)
{
    static const char *const yes[] = { "yes", "1", "是" }, *const no[] = { "", "no", "0", "否" };
    const char *text = sheet_cell(row, AWAY);

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcmp(text, yes[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (strcmp(text, no[i]) == 0)
            return false;
    sheet_wrong(row, AWAY, "\"%s\" is neither yes nor no", text);
    return false;
}

static void take_rule(struct sheet_row *row, void *arg)
{
    struct routes_import *taking = arg;
    const char *topic = sheet_cell(row, TOPIC), *category = sheet_cell(row, CATEGORY);
    struct routing_rule rule = { .topic = "", .category = "", .is_away = is_yes(row) };
    enum case_category class;

    rule.place = read_unit(taking, row, PLACE);
    rule.unit = read_unit(taking, row, UNIT);
    if (!*sheet_cell(row, UNIT))
        sheet_wrong(row, UNIT, "is empty");
    if (*topic && !argument_find_topic(topic))
        sheet_wrong(row, TOPIC, "\"%s\" is not one of %s", topic, ARGUMENT_TOPICS);
    else if (*topic)
        rule.topic = argument_find_topic(topic);
    if (*category && !case_category_parse(category, &class))
        sheet_wrong(row, CATEGORY, "\"%s\" is not one of 民生 民困 民访, livelihood hardship petition",
                    category);
    else if (*category)
        rule.category = case_category_name(class);
    taking->rules = talloc_realloc(taking->mem, taking->rules, struct routing_rule, taking->n + 1);
    taking->rules[taking->n++] = rule;
}

bool import_routes(void *mem, struct store *store, struct import_routes *import)
{
    struct routes_import taking = { .mem = mem, .units = unit_names_read(mem, store) };
    struct sheet sheet = { .path = import->path,
                           .columns = columns,
                           .n_columns = sizeof columns / sizeof *columns };

    if (!taking.units)
        return command_failed("%s", store_error(store)), false;
    sheet_read(&sheet, take_rule, &taking);
    if (sheet.errors > 0 || !command_begin(store))
        return false;
    if (!store_clear_routes(store))
        return command_failed("%s", store_error(store)), false;
    for (size_t i = 0; i < taking.n; i++)
        if (!store_add_route(store, &taking.rules[i]))
            return command_failed("%s", store_error(store)), false;
    import->n_routes = taking.n;
    return true;
}
