#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/desk/intake.h"
#include "store/cases.h"
#include "store/events.h"

static const struct column columns[] = {
    { "ID", 8, false },    { "AT", 16, false },    { "LINE", 10, false }, { "KIND", 8, true },
    { "FROM", 16, false }, { "OUTCOME", 9, true }, { "TEXT", 50, false },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static json_object *event_json(const struct event *event)
{
    json_object *object = json_object_new_object();

    json_add(object, "id", json_object_new_int64(event->id));
    json_add(object, "line", json_text(event->line));
    json_add(object, "external_id", json_text(event->external_id));
    json_add(object, "kind", json_text(event_kind_name(event->kind)));
    json_add(object, "from", json_text(event->from));
    json_add(object, "at", json_time(event->at));
    json_add(object, "text", json_text(event->text));
    json_add(object, "outcome", json_text(event->outcome));
    return object;
}

struct listing {
    bool is_json;
    int64_t until; /* received_at; 0 none */
    int left;      /* of the limit; -1 none */
};

/* A word whose Chinese, as a value, is another than as the heading that it is too. */
static const char *said(const char *word, const char *ambiguous, const char *key)
{
    const char *value = words(key);

    return word && strcmp(word, ambiguous) == 0 && strcmp(value, key) != 0 ? value : word;
}

static void print_event(const struct event *event)
{
    void *mem = talloc_new(NULL);
    const char *const cells[COLUMNS] = { talloc_asprintf(mem, "%lld", (long long)event->id),
                                         table_time(mem, event->at),
                                         event->line,
                                         said(event_kind_name(event->kind), "text", "a text"),
                                         event->from,
                                         said(event->outcome, "case", "a new case"),
                                         event->text ? event->text : "" };

    table_row(stdout, columns, cells, COLUMNS);
    talloc_free(mem);
}

static bool list_event(const struct event *event, void *arg)
{
    struct listing *listing = arg;

    if (listing->until && event->received_at >= listing->until)
        return true;
    if (listing->is_json)
        json_print(stdout, event_json(event));
    else
        print_event(event);
    return listing->left < 0 || --listing->left > 0;
}

static int list(void *mem, int argc, char **argv)
{
    struct listing listing = { .left = -1 };
    struct event_filter filter = { 0 };
    const char *from = NULL, *since = NULL, *until = NULL, *after = NULL, *limit = NULL;
    const struct option_spec specs[] = {
        { "--json", &listing.is_json, NULL },
        { "--from", NULL, &from },
        { "--outcome", NULL, &filter.outcome },
        { "--line", NULL, &filter.line },
        { "--since", NULL, &since },
        { "--until", NULL, &until },
        { "--after", NULL, &after },
        { "--limit", NULL, &limit },
    };
    const struct config *config;
    struct store *store;
    int most;

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("list takes no argument %s", argv[1]);
    config = command_config(mem);
    if (!config || !argument_span(since, until, &filter.since, &listing.until) ||
        !argument_limit(limit, &most) || (after && !argument_id(after, &filter.after_id)))
        return EXIT_WRONG_USE;
    store = command_store(mem, config, false);
    if (!store)
        return EXIT_FAILURE;
    filter.from = from ? argument_e164(mem, from) : NULL;
    listing.left = most > 0 ? most : -1;
    if (!listing.is_json)
        table_heading(stdout, columns, COLUMNS);
    if (!store_each_event(store, &filter, list_event, &listing))
        return command_failed("%s", store_error(store));
    return EXIT_SUCCESS;
}

struct showing {
    void *mem;
    struct store *store;
    int64_t id;
    bool is_json, is_found, has_failed;
};

static void print_facts(void *mem, const struct event *event, const char *number)
{
    static const struct column facts[] = { { "", 12, true }, { "", 4096, false } };
    const char *const rows[][2] = {
        { "id", talloc_asprintf(mem, "%lld", (long long)event->id) },
        { "kind", words(event_kind_name(event->kind)) },
        { "line", event->line },
        { "external id", event->external_id },
        { "from", event->from },
        { "to", event->to },
        { "at", table_time(mem, event->at) },
        { "received", table_time(mem, event->received_at) },
        { "outcome", words(event->outcome) },
        { "why", event->why },
        { "case", number },
        { "part", event->total > 1 ? talloc_asprintf(mem, "%d of %d", event->sequence, event->total) : "" },
        { "text", event->text },
        { "raw", event->raw },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i][1] && *rows[i][1])
            table_row(stdout, facts, rows[i], 2);
}

static bool show_event(const struct event *event, void *arg)
{
    struct showing *showing = arg;
    struct case_ *case_ = NULL;
    const char *number;

    if (event->id != showing->id)
        return false;
    showing->is_found = true;
    if (event->case_id && !store_case(showing->store, showing->mem, event->case_id, &case_)) {
        showing->has_failed = true;
        return false;
    }
    number = case_ ? case_->number : "";
    if (showing->is_json) {
        json_object *object = event_json(event);

        json_add(object, "to", json_text(event->to));
        json_add(object, "received_at", json_time(event->received_at));
        json_add(object, "why", json_text(event->why));
        json_add(object, "case", json_text(number));
        json_add(object, "raw", json_text(event->raw));
        json_print(stdout, object);
    } else {
        print_facts(showing->mem, event, number);
    }
    return false;
}

static int show(void *mem, int argc, char **argv)
{
    struct showing showing = { .mem = mem };
    const struct option_spec specs[] = { { "--json", &showing.is_json, NULL } };
    const struct config *config;
    int status;

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("show takes the id of one event");
    if (!argument_id(argv[1], &showing.id))
        return EXIT_WRONG_USE;
    status = command_open(mem, false, &config, &showing.store);
    if (status != EXIT_SUCCESS)
        return status;

    const struct event_filter filter = { .after_id = showing.id - 1, .limit = 1 };
    if (!store_each_event(showing.store, &filter, show_event, &showing) || showing.has_failed)
        return command_failed("%s", store_error(showing.store));
    return showing.is_found ? EXIT_SUCCESS : command_failed("there is no event %lld", (long long)showing.id);
}

static int redo(void *mem, int argc, char **argv)
{
    struct intake_redo redo = { 0 };
    const struct config *config;
    const char *error = "";
    struct store *store;
    int status;

    if (!command_options(&argc, argv, NULL, 0))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("redo takes the id of one event");
    if (!argument_id(argv[1], &redo.id))
        return EXIT_WRONG_USE;
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!turn_once(mem, store, config, clock_now(), false, intake_redo, &redo, &error))
        return command_failed("event %lld failed again, and stays as it is: %s", (long long)redo.id, error);
    if (!redo.event)
        return command_failed("there is no event %lld", (long long)redo.id);
    if (!redo.was_failed)
        return command_failed("event %lld did not fail: %s", (long long)redo.id, redo.event->outcome);
    command_knock(config);
    printf(words("event %lld: %s\n"), (long long)redo.id, words(redo.event->outcome));
    return EXIT_SUCCESS;
}

static const struct verb verbs[] = { { "list", list }, { "show", show }, { "redo", redo } };

static int run(int argc, char **argv)
{
    return command_verb(argc, argv, verbs, sizeof verbs / sizeof *verbs);
}

const struct command command_event = {
    .name = "event",
    .summary = "lists what reached us and what became of it",
    .usage = "usage: xiangyin event list [-c FILE] [--json] [OPTION ...]\n"
             "       xiangyin event show ID [--json]\n"
             "       xiangyin event redo ID\n\n"
             "list prints every event in order of arrival; with --json one object a line:\n"
             "{id, line, external_id, kind, from, at, text, outcome}, null where a value is missing.\n\n"
             "    --from NUMBER     --line NAME\n"
             "    --outcome WORD    case, added, command, answered, ignored, waiting, joined, failed\n"
             "    --since TIME      arrived at TIME or later: 2026-12-01 or \"2026-12-01 09:00\"\n"
             "    --until TIME      arrived before TIME\n"
             "    --after ID        only greater ids\n"
             "    --limit N         at most N\n\n"
             "redo handles a failed event again, once the cause of its failure "
             "is mended. It counts as received now, and its\n"
             "sender is answered.\n",
    .run = run,
};
