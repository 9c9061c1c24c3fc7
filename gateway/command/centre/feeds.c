#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/figures.h"
#include "gateway/centre/take.h"
#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/centre/centre_command.h"
#include "gateway/command/command.h"
#include "gateway/command/print/document.h"
#include "gateway/command/print/table.h"
#include "gateway/command/words.h"
#include "gateway/http/token.h"

struct adding {
    struct feed feed;
    bool is_new;
};

static bool put_feed(struct store *store, void *arg)
{
    struct adding *adding = arg;

    return centre_put_feed(store, &adding->feed, &adding->is_new) && take_renew_counties(store);
}

int centre_add(void *mem, int argc, char **argv)
{
    const char *phone = NULL, *token, *hash;
    struct adding adding = { 0 };
    const struct option_spec specs[] = { { "--operator", NULL, &phone },
                                         { "--neighbour", &adding.feed.is_neighbour, NULL } };
    const struct config *config;
    struct store *store;

    if (!command_options(&argc, argv, specs, 2))
        return EXIT_WRONG_USE;
    if (argc != 3)
        return command_wrong_use("add takes the county's code and its name");
    store = centre_command_store(mem, &config);
    if (!store)
        return EXIT_FAILURE;
    token = token_new(mem, &hash);
    if (!token)
        return command_failed("cannot get random octets");
    adding.feed.gateway = argv[1];
    adding.feed.name = argv[2];
    adding.feed.token_hash = hash;
    adding.feed.epoch = 1;
    adding.feed.operator_phone = phone ? argument_e164(mem, phone) : "";
    if (!centre_command_do(store, put_feed, &adding))
        return EXIT_FAILURE;
    return command_show_token(token);
}

int centre_list(void *mem, int argc, char **argv)
{
    static const struct column columns[] = { { "CODE", 8, false },  { "NAME", 16, false },
                                             { "EPOCH", 6, true },  { "ROWS", 12, true },
                                             { "SAFE", 12, true },  { "HEARD", 17, false },
                                             { "STATE", 40, false } };
    const struct config *config;
    struct store *store;
    struct feed *feeds;
    size_t n;

    if (argc > 1)
        return command_wrong_use("list takes no argument %s", argv[1]);
    store = centre_command_store(mem, &config);
    if (!store)
        return EXIT_FAILURE;
    if (!centre_feeds(store, mem, &feeds, &n))
        return command_failed("%s", store_error(store));
    table_heading(stdout, columns, 7);
    for (size_t i = 0; i < n; i++) {
        const char *cells[] = { feeds[i].gateway,
                                feeds[i].name,
                                talloc_asprintf(mem, "%lld", (long long)feeds[i].epoch),
                                talloc_asprintf(mem, "%lld", (long long)feeds[i].seq),
                                talloc_asprintf(mem, "%lld", (long long)feeds[i].safe_seq),
                                table_time(mem, feeds[i].heard_at),
                                *feeds[i].stopped    ? feeds[i].stopped
                                : feeds[i].silent_at ? words("silent")
                                                     : "" };

        table_row(stdout, columns, cells, 7);
    }
    return EXIT_SUCCESS;
}

/* A part and its whole, such as "12/40". */
static const char *of(void *mem, int64_t part, int64_t all)
{
    return talloc_asprintf(mem, "%lld/%lld", (long long)part, (long long)all);
}

static void print_row(void *mem, const struct column *columns, const struct centre_figures *figures)
{
    const char *cells[] = { figures->gateway,
                            figures->name,
                            talloc_asprintf(mem, "%lld", (long long)figures->cases),
                            of(mem, figures->open, figures->cases),
                            of(mem, figures->overdue, figures->open),
                            of(mem, figures->closed, figures->cases),
                            of(mem, figures->content, figures->rated),
                            of(mem, figures->explained, figures->cases),
                            of(mem, figures->out_of_scope, figures->cases) };

    table_row(stdout, columns, cells, 9);
}

static void add_up(struct centre_figures *sum, const struct centre_figures *figures)
{
    sum->cases += figures->cases;
    sum->open += figures->open;
    sum->overdue += figures->overdue;
    sum->closed += figures->closed;
    sum->rated += figures->rated;
    sum->content += figures->content;
    sum->explained += figures->explained;
    sum->out_of_scope += figures->out_of_scope;
}

/* The board to hang up. */
static int print_board(void *mem, const struct config *config, struct store *store, int64_t since,
                       int64_t until)
{
    struct json_object *figures = figures_read(store, mem, since, until, clock_now());

    return figures ? document_print(mem, config, NULL, DOCUMENT_HTML, "province", NULL, figures)
                   : command_failed("%s", store_error(store));
}

int centre_report(void *mem, int argc, char **argv)
{
    static const struct column columns[] = { { "CODE", 8, false },        { "NAME", 16, false },
                                             { "CASES", 9, true },        { "OPEN", 12, true },
                                             { "OVERDUE", 12, true },     { "SOLVED", 12, true },
                                             { "CONTENT", 12, true },     { "EXPLAINED", 12, true },
                                             { "OUT OF SCOPE", 12, true } };
    const char *from = NULL, *to = NULL;
    bool is_json = false, is_html = false;
    const struct option_spec specs[] = { { "--from", NULL, &from },
                                         { "--to", NULL, &to },
                                         { "--json", &is_json, NULL },
                                         { "--html", &is_html, NULL } };
    struct centre_figures *figures, sum = { .gateway = "", .name = words("together") };
    const struct config *config;
    int64_t since, until;
    struct store *store;
    size_t n;

    if (!command_options(&argc, argv, specs, 4))
        return EXIT_WRONG_USE;
    store = centre_command_store(mem, &config);
    if (!store)
        return EXIT_FAILURE;
    if (!argument_span(from, to, &since, &until))
        return EXIT_WRONG_USE;
    if (is_html)
        return print_board(mem, config, store, since, until ? until : INT64_MAX);
    if (!centre_figures(store, mem, since, until ? until : INT64_MAX, clock_now(), &figures, &n))
        return command_failed("%s", store_error(store));
    if (!is_json)
        table_heading(stdout, columns, 9);
    for (size_t i = 0; i < n; i++) {
        add_up(&sum, &figures[i]);
        if (is_json)
            json_print(stdout, figures_of_county(&figures[i]));
        else
            print_row(mem, columns, &figures[i]);
    }
    if (!is_json)
        print_row(mem, columns, &sum);
    return EXIT_SUCCESS;
}

static bool set_reader(struct store *store, void *arg)
{
    return store_set(store, READER_TOKEN, arg);
}

int centre_reader(void *mem, int argc, char **argv)
{
    const struct config *config;
    const char *token, *hash;
    struct store *store;

    if (argc > 1)
        return command_wrong_use("reader takes no argument %s", argv[1]);
    store = centre_command_store(mem, &config);
    if (!store)
        return EXIT_FAILURE;
    token = token_new(mem, &hash);
    if (!token)
        return command_failed("cannot get random octets");
    if (!centre_command_do(store, set_reader, (void *)hash))
        return EXIT_FAILURE;
    return command_show_token(token);
}
