#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/calendar/calendar.h"
#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"

/* Seconds after midnight when the calendar does its work. */
enum { OFFICE_OPENS = 9 * 3600 };

static const struct column columns[] = {
    { "DATE", 10, false }, { "WHAT", 24, true }, { "CASE", 12, false }, { "TO", 20, false }
};

static void print_line(const struct due_line *line, bool is_json)
{
    const char *const cells[] = { line->date, line->kind, line->number, line->to };
    json_object *object;

    if (!is_json) {
        table_row(stdout, columns, cells, 4);
        return;
    }
    object = json_object_new_object();
    json_add(object, "kind", json_text(line->kind));
    json_add(object, "date", json_text(line->date));
    json_add(object, "number", json_text(line->number));
    json_add(object, "to", json_text(line->to));
    json_print(stdout, object);
}

static int do_due(void *mem, const char *at, bool is_confirmed, bool is_rehearsal, bool is_json)
{
    int64_t now = clock_now();
    struct due due = { .at = now, .clock = now, .is_confirmed = is_confirmed };
    const struct config *config = command_config(mem);
    struct store *store;
    const char *error = "";

    if (!config)
        return EXIT_WRONG_USE;
    if (at && !argument_time(at, &due.at))
        return command_wrong_use("--at: invalid time '%s' (expected 2026-12-01 or \"2026-12-01 09:00\")", at);
    if (at && strlen(at) == strlen("2026-12-01"))
        due.at += OFFICE_OPENS; /* a day alone means its office hours */
    store = command_store(mem, config, true);
    if (!store)
        return EXIT_FAILURE;
    if (!turn_once(mem, store, config, due.at, is_rehearsal, calendar_due, &due, &error))
        return command_failed("%s", error);
    if (due.doubt != CLOCK_BELIEVED)
        return command_failed("nothing was done: %s%s", words(clock_doubt_text(due.doubt)),
                              due.doubt == CLOCK_TOO_EARLY ? "" : words("; if it is right, add --confirm"));
    if (!is_rehearsal)
        command_knock(config);
    if (due.n_repaired > 0)
        fprintf(stderr, words("xiangyin: repaired %lld rows that a wrong clock had left for days to come\n"),
                (long long)due.n_repaired);
    if (!is_json && due.n > 0)
        table_heading(stdout, columns, 4);
    for (size_t i = 0; i < due.n; i++)
        print_line(&due.lines[i], is_json);
    if (!is_json)
        printf(is_rehearsal ? words("%zu would be done\n") : words("%zu done\n"), due.n);
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    bool is_rehearsal = false, is_json = false, is_confirmed = false;
    const char *at = NULL;
    const struct option_spec specs[] = { { "--at", NULL, &at },
                                         { "--confirm", &is_confirmed, NULL },
                                         { "--dry-run", &is_rehearsal, NULL },
                                         { "--json", &is_json, NULL } };
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 4))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("due takes no argument %s", argv[1]);
    mem = talloc_new(NULL);
    status = do_due(mem, at, is_confirmed, is_rehearsal, is_json);
    talloc_free(mem);
    return status;
}

const struct command command_due = {
    .name = "due",
    .summary = "does what the calendar asks for at a moment",
    .usage = "usage: xiangyin due [--at TIME] [--confirm] [--dry-run] [--json] [-c FILE]\n\n"
             "Does the calendar's work: shows cases on the 1st (亮), reports on a "
             "quarter's last day (晒), asks for ratings, and\n"
             "catches up on dates that were missed. A running gateway does this by "
             "itself. Prints a line for each case and person\n"
             "told.\n\n"
             "The calendar stops when the clock has moved more than three days "
             "since it last ran, unless the network's stamp on a\n"
             "received text agrees with the clock.\n\n"
             "    --at TIME    as if it were TIME: \"2026-12-01 09:00\"; a day alone means 09:00\n"
             "    --confirm    the clock is right although it moved that far; with "
             "--at, TIME is meant although it is that far ahead.\n"
             "                 Without --at it also takes back such a TIME given by "
             "mistake: its dates will be done on their days\n"
             "    --dry-run    only prints what would be done\n"
             "    --json       prints {kind, date, number, to}, one object a line\n",
    .run = run,
};
