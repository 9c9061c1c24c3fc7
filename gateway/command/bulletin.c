#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/document.h"
#include "gateway/command/report.h"
#include "gateway/command/subcommands.h"
#include "gateway/report/board.h"

static const char *const kinds[] = { "show", "report", "evaluate" };

struct options {
    const char *date, *unit, *format, *language;
};

static int print_bulletin(void *mem, const struct config *config, const struct options *options,
                          struct bulletin_query *wish, enum document_format format)
{
    struct store *store = command_store(mem, config, false);
    const char *name = board_name(wish->kind);
    struct json_object *board;

    if (!store || !report_unit(mem, store, options->unit, &wish->unit))
        return EXIT_FAILURE;
    wish->has_rows = format != DOCUMENT_TEXT;
    wish->has_flags = format != DOCUMENT_JSON;
    board = board_json(mem, store, config, wish);
    if (!board)
        return command_failed("%s", store_error(store));
    return document_print(mem, config, options->language, format, name, name, board);
}

static bool parse_kind(int argc, char **argv, enum bulletin_kind *kind)
{
    for (int i = 0; argc == 2 && i < 3; i++)
        if (strcmp(argv[1], kinds[i]) == 0) {
            *kind = (enum bulletin_kind)i;
            return true;
        }
    return command_wrong_use("missing bulletin: show (亮), report (晒) or evaluate (评)"), false;
}

static bool parse_date(const char *text, int64_t now, struct date *date)
{
    *date = date_of(now);
    return !text || date_parse(text, date) ||
           (command_wrong_use("--date: invalid date '%s' (expected 2026-12-01)", text), false);
}

static int make(void *mem, int argc, char **argv)
{
    struct bulletin_query wish = { .now = clock_now() };
    struct options options = { 0 };
    const struct option_spec specs[] = { { "--date", NULL, &options.date },
                                         { "--unit", NULL, &options.unit },
                                         { "--format", NULL, &options.format },
                                         { "--language", NULL, &options.language },
                                         { "--words", &wish.has_texts, NULL } };
    const struct config *config;
    enum document_format format;

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs) ||
        !parse_kind(argc, argv, &wish.kind))
        return EXIT_WRONG_USE;
    config = command_config(mem); /* sets the zone that dates are in */
    if (!config || !parse_date(options.date, wish.now, &wish.date) ||
        !document_format(options.format, &format))
        return EXIT_WRONG_USE;
    return print_bulletin(mem, config, &options, &wish, format);
}

static int run(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    int status = make(mem, argc, argv);

    talloc_free(mem);
    return status;
}

const struct command command_bulletin = {
    .name = "bulletin",
    .summary = "prints the boards: 亮, 晒, 评",
    .usage = "usage: xiangyin bulletin show|report|evaluate [--date DATE] "
             "[--unit UNIT] [--format FORM] [-c FILE]\n\n"
             "    show 亮        the board of the 1st: cases received in the month before\n"
             "    report 晒      the results at a quarter's end, with a table of the units\n"
             "    evaluate 评    the yearly evaluation of the units: "
             "three rates, each with its denominator\n\n"
             "Contains nobody's name or number. Leaves out cases that accuse an "
             "official and cases withheld from the board (不亮).\n"
             "A case's words are shown only for shared needs (民生), with numbers "
             "and the reporter's name removed. A month without\n"
             "cases gives a bulletin that says so.\n\n"
             "    --date DATE        the last month's, quarter's or year's end before DATE (today)\n"
             "    --unit UNIT        a village, township or office by name or code (the county)\n"
             "    --format FORM      text: one SMS; html: a page of A4; csv; json\n"
             "    --language NAME    zh or en\n"
             "    --words            for show: includes the words of 民生 "
             "cases that do not reveal the reporter\n",
    .run = run,
};
