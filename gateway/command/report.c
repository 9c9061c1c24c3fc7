#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/document.h"
#include "gateway/command/print/table.h"
#include "gateway/command/print/unit_names.h"
#include "gateway/command/report.h"
#include "gateway/command/subcommands.h"
#include "gateway/report/pictures.h"
#include "gateway/report/reliability.h"
#include "gateway/report/report.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"

struct options {
    const char *from, *to, *unit, *category, *topic, *by, *format, *language;
    bool with_guarded;
};

static const struct {
    const char *name, *chinese;
    enum report_by by;
} ways[] = { { "unit", "单位", BY_HANDLING_UNIT },
             { "place", "地点", BY_PLACE },
             { "category", "类别", BY_CATEGORY },
             { "topic", "主题", BY_TOPIC },
             { "month", "月份", BY_MONTH } };

static bool parse_by(const char *name, enum report_by *by)
{
    *by = BY_NOTHING;
    for (size_t i = 0; name && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(ways[i].name, name) == 0 || strcmp(ways[i].chinese, name) == 0)
            *by = ways[i].by;
    return !name || *by != BY_NOTHING ||
           (command_wrong_use("--by: invalid value '%s' (expected unit, place, category, topic or month)",
                              name),
            false);
}

/* The heading: which cases the figures count. */
static void add_frame(void *mem, struct store *store, const struct config *config,
                      const struct options *options, const struct report_query *wish,
                      struct json_object *data)
{
    static const char *const categories[] = { "livelihood", "hardship", "petition" };
    struct json_object *only = json_object_new_object();
    struct unit *unit = NULL;

    if (wish->unit && store_unit(store, mem, wish->unit, &unit) && unit)
        facts_text(data, "within", unit->name, 0);
    facts_text(data, "county", config->county, 0);
    facts_date(data, "from", wish->since);
    facts_date(data, "to", wish->until == INT64_MAX ? 0 : wish->until - 1);
    facts_flag(data, "guarded", wish->with_guarded);
    if (wish->category)
        facts_choice(only, "category", categories[wish->category - 1]);
    if (wish->topic)
        facts_choice(only, "topic", wish->topic);
    json_object_object_add(data, "only", only);
    if (options->by)
        facts_choice(data, "by", options->by);
}

/* Of all cases of the span: pictures are not narrowed to a class or a topic. */
static bool add_pictures(void *mem, struct store *store, const struct report_query *wish,
                         struct json_object *data)
{
    const struct pictures_query query = {
        .since = wish->since, .until = wish->until, .now = wish->now, .unit = wish->unit
    };
    struct json_object *pictures;

    if (wish->category || wish->topic)
        return true;
    pictures = pictures_json(mem, store, &query);
    if (pictures)
        json_object_object_add(data, "pictures", pictures);
    return pictures != NULL;
}

static int make(void *mem, const struct config *config, const struct options *options,
                struct report_query *wish, enum document_format format)
{
    struct store *store = command_store(mem, config, false);
    struct report report;
    struct reliability_report reliability;
    struct json_object *data, *sure;

    if (!store || !report_unit(mem, store, options->unit, &wish->unit))
        return EXIT_FAILURE;
    if (!report_make(mem, store, wish, &report) ||
        !reliability_make(mem, store, wish->now, wish->with_guarded, &reliability))
        return command_failed("%s", store_error(store));
    data = report_json(&report, wish->by, format != DOCUMENT_JSON);
    add_frame(mem, store, config, options, wish, data);
    if (format == DOCUMENT_HTML && !add_pictures(mem, store, wish, data))
        return json_object_put(data), command_failed("%s", store_error(store));
    sure = reliability_json(&reliability);
    if (sure)
        json_object_object_add(data, "reliability", sure);
    return document_print(mem, config, options->language, format, "report", "report.tsv", data);
}

static int report_figures(void *mem, int argc, char **argv)
{
    struct options options = { 0 };
    const struct option_spec specs[] = {
        { "--from", NULL, &options.from },
        { "--to", NULL, &options.to },
        { "--unit", NULL, &options.unit },
        { "--category", NULL, &options.category },
        { "--topic", NULL, &options.topic },
        { "--by", NULL, &options.by },
        { "--format", NULL, &options.format },
        { "--language", NULL, &options.language },
        { "--guarded", &options.with_guarded, NULL },
    };
    struct report_query wish = { .now = clock_now() };
    const struct config *config;
    enum document_format format;

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("unknown subcommand %s", argv[1]);
    config = command_config(mem); /* sets the zone that times are read in */
    if (!config || !report_span(options.from, options.to, &wish.since, &wish.until) ||
        !parse_by(options.by, &wish.by) || !argument_category(options.category, &wish.category) ||
        !argument_topic(options.topic, &wish.topic) || !document_format(options.format, &format))
        return EXIT_WRONG_USE;
    wish.with_guarded = options.with_guarded;
    return make(mem, config, &options, &wish, format);
}

static int run(int argc, char **argv)
{
    bool is_common = argc > 1 && strcmp(argv[1], "needs") == 0;
    void *mem = talloc_new(NULL);
    int status = is_common ? report_needs(mem, argc - 1, argv + 1) : report_figures(mem, argc, argv);

    talloc_free(mem);
    return status;
}

const struct command command_report = {
    .name = "report",
    .summary = "counts what came and what became of it",
    .usage = "usage: xiangyin report [-c FILE] [--from DATE] [--to DATE] [--unit UNIT] [--category NAME]\n"
             "                       [--topic NAME] [--by WAY] [--format FORM] [--guarded]\n"
             "       xiangyin report needs [-c FILE] [--from DATE] [--to DATE] "
             "[--unit UNIT] [--limit N] [--format FORM]\n\n"
             "All figures count the cases received in the period. The three "
             "rates are separate, each with its denominator:\n"
             "    response 响应率        accepted or answered, out of all but merged and withdrawn\n"
             "    solution 解决率        closed and not rated 没解决, out of those open or closed\n"
             "    satisfaction 满意率    rated 1 or 2, out of those rated\n"
             "Explained, out of scope, merged and withdrawn cases are "
             "counted separately and never as solved.\n\n"
             "After the figures, if people corrected or confirmed topics or "
             "classes in the last three months: how sure the\n"
             "gateway was and how often it was right, by tenths of "
             "confidence; and what it has learned and uses.\n\n"
             "needs finds what many people need: places and topics by the number "
             "of people who wrote, and open cases of the same\n"
             "place and topic with similar words, as candidates for "
             "merging and for the year's public works.\n\n"
             "    --from DATE --to DATE    the period, both days included; by "
             "default everything, for needs the last year\n"
             "    --unit UNIT        a place with every place in it, or an office; name or code\n"
             "    --category NAME    民生 民困 民访, or livelihood hardship petition\n"
             "    --topic NAME       water road power ...\n"
             "    --by WAY           one row for each unit (the "
             "handling one), place, category, topic or month\n"
             "    --format FORM      text, csv, json or html\n"
             "    --language NAME    zh or en\n"
             "    --guarded          includes cases that accuse an official\n"
             "    --limit N          of needs: rows in each list (20)\n",
    .run = run,
};
