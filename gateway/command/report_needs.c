#include <stdlib.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/document.h"
#include "gateway/command/report.h"
#include "gateway/report/needs.h"
#include "gateway/report/public_works.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/jurisdiction.h"
#include "store/cases.h"

enum { ROWS = 20, YEAR_DAYS = 365 };

/* 年初大事 of this year and the next. */
static bool add_works(void *mem, struct store *store, const struct needs_query *wish, bool has_flags,
                      struct json_object *data)
{
    int year = date_of(clock_now()).year;
    const struct public_works_query works = { .jurisdiction = jurisdiction_new(mem, store, wish->unit),
                                              .from_year = year,
                                              .to_year = year + 1,
                                              .at = INT64_MAX,
                                              .has_flags = has_flags };

    if (!works.jurisdiction || !public_works_add(mem, store, &works, data))
        return false;
    facts_flag(data, "has_public_works",
               json_object_array_length(json_object_object_get(data, "public_works")) > 0);
    return true;
}

static int print_common(void *mem, const struct config *config, const char *unit, struct needs_query *wish,
                        enum document_format format, const char *language)
{
    struct store *store = command_store(mem, config, false);
    struct json_object *data;
    struct needs found;

    if (!store || !report_unit(mem, store, unit, &wish->unit))
        return EXIT_FAILURE;
    if (!needs_find(mem, store, wish, &found))
        return command_failed("%s", store_error(store));
    data = needs_json(&found, format != DOCUMENT_JSON);
    if (!add_works(mem, store, wish, format != DOCUMENT_JSON, data))
        return command_failed("%s", store_error(store));
    facts_text(data, "county", config->county, 0);
    facts_flag(data, "has_needs", found.n_needs > 0);
    facts_flag(data, "has_pairs", found.n_pairs > 0);
    return document_print(mem, config, language, format, "needs", "needs.tsv", data);
}

int report_needs(void *mem, int argc, char **argv)
{
    const char *from = NULL, *to = NULL, *unit = NULL, *format_name = NULL, *language = NULL, *most = NULL;
    const struct option_spec specs[] = {
        { "--from", NULL, &from },          { "--to", NULL, &to },
        { "--unit", NULL, &unit },          { "--limit", NULL, &most },
        { "--format", NULL, &format_name }, { "--language", NULL, &language }
    };
    struct needs_query wish = { 0 };
    const struct config *config;
    enum document_format format;
    int limit;

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("needs takes no argument %s", argv[1]);
    config = command_config(mem);
    if (!config || !report_span(from, to, &wish.since, &wish.until) || !argument_limit(most, &limit) ||
        !document_format(format_name, &format))
        return EXIT_WRONG_USE;
    if (!from)
        wish.since = date_moment(date_plus(date_of(clock_now()), -YEAR_DAYS), 0);
    wish.limit = limit ? (size_t)limit : ROWS;
    return print_common(mem, config, unit, &wish, format, language);
}
