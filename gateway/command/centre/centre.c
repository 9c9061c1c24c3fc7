#include "gateway/centre/server.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/command/centre/centre_command.h"
#include "gateway/command/subcommands.h"
#include "gateway/log.h"
#include "gateway/service.h"
#include "store/sql/transaction.h"

enum { DEADLINE_MS = 30000, PATIENCE_MS = 60000 };

struct store *centre_command_store(void *mem, const struct config **config)
{
    const char *error = "";
    struct store *store;

    *config = command_config(mem);
    if (!*config)
        return NULL;
    store = sql_open(mem, (*config)->store_url, &centre_schema, DEADLINE_MS, &error);
    if (!store)
        command_failed("%s", error);
    return store;
}

bool centre_command_do(struct store *store, bool (*work)(struct store *store, void *arg), void *arg)
{
    return transaction_run(store, PATIENCE_MS, work, arg) == FATE_COMMITTED ||
           (command_failed("%s", store_error(store)), false);
}

struct feed *centre_command_feed(void *mem, struct store *store, const char *gateway)
{
    struct feed *feed = NULL;

    if (!centre_feed(store, mem, gateway, &feed))
        command_failed("%s", store_error(store));
    else if (!feed)
        command_failed("there is no county %s: xiangyin centre add", gateway);
    return feed;
}

bool centre_command_key(void *mem, const char *file, const char **key)
{
    FILE *in;
    char *line;

    *key = NULL;
    if (!file)
        return true;
    in = strcmp(file, "-") == 0 ? stdin : fopen(file, "r");
    line = in ? command_read_line(mem, in) : NULL;
    if (in && in != stdin)
        fclose(in);
    if (!line)
        return command_failed("%s: no key can be read", file), false;
    line[strcspn(line, " \t\r")] = '\0';
    *key = line;
    return true;
}

static void wait_for_signal(void)
{
    sigset_t signals;
    int which;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigwait(&signals, &which);
    log_info("stopping (%s)", strsignal(which));
}

static void block_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static int serve(void *mem, int argc, char **argv)
{
    const struct config *config;
    const char *error = "";
    struct centre *centre;

    if (argc > 1)
        return command_wrong_use("unexpected argument %s", argv[1]);
    block_signals();
    config = command_config(mem);
    if (!config)
        return EXIT_WRONG_USE;
    centre = centre_start(mem, config, &error);
    if (!centre)
        return command_failed("%s", error);
    log_info("ready: the centre takes rows at port %d of %s", centre_port(centre), config->http_listen);
    service_tell("READY=1");
    wait_for_signal();
    service_tell("STOPPING=1");
    centre_stop(centre);
    log_info("stopped");
    return EXIT_SUCCESS;
}

static const struct verb verbs[] = {
    { "run", serve },
    { "add", centre_add },
    { "list", centre_list },
    { "order", centre_order },
    { "orders", centre_list_orders },
    { "report", centre_report },
    { "reader", centre_reader },
    { "backup", centre_back_up },
    { "epoch", centre_epoch },
    { "adopt", centre_adopt },
    { "blank", centre_blank },
    { "takeover", centre_take_over },
    { "key", centre_key },
    { "counties", centre_list_counties },
    { "trust", centre_trust },
};

static int run(int argc, char **argv)
{
    return command_verb(argc, argv, verbs, sizeof verbs / sizeof *verbs);
}

const struct command command_centre = {
    .name = "centre",
    .summary = "a province: all its counties in one store; and a county's key for it",
    .usage = "usage: xiangyin centre run [-c FILE]\n"
             "       xiangyin centre add CODE NAME [--operator PHONE] [--neighbour] [-c FILE]\n"
             "       xiangyin centre list [-c FILE]\n"
             "       xiangyin centre report [--from DATE] [--to DATE] [--json|--html] [-c FILE]\n"
             "       xiangyin centre reader [-c FILE]\n"
             "       xiangyin centre order CODE KIND JSON [-c FILE]\n"
             "       xiangyin centre orders [CODE] [-c FILE]\n"
             "       xiangyin centre backup COMMAND [ARGUMENT...] [-c FILE]\n"
             "       xiangyin centre takeover CODE IMAGE [--key FILE] [-c FILE]\n"
             "       xiangyin centre epoch CODE EPOCH [-c FILE]\n"
             "       xiangyin centre adopt CODE STORE [-c FILE]\n"
             "       xiangyin centre blank CODE [-c FILE]\n"
             "       xiangyin centre key [-c FILE]\n"
             "       xiangyin centre counties [-c FILE]\n"
             "       xiangyin centre trust CODE [-c FILE]\n\n"
             "run takes the journals of counties until SIGTERM, at http { listen "
             "certificate key }, into store { url }, which is\n"
             "postgresql://HOST/DATABASE or, for a prefecture, sqlite:PATH.\n"
             "add makes a county known by the code of its division and prints the "
             "token for its centre { url token }; again for a\n"
             "new token. --operator hears when the county is silent; --neighbour: "
             "this county's lines may carry texts about others.\n"
             "report counts cases by county; restricted cases are in no figure. --html: a board to hang up.\n"
             "reader prints a token that reads the same figures and nothing else, at "
             "the centre's address: the page / (the token is\n"
             "the password of any user), /centre/v1/report and /metrics. Again for a new token.\n"
             "order lets a county do something: event {\"from\",\"text\"}, as if a "
             "person there had texted it; send {\"to\",\"text\"};\n"
             "unit {\"code\",\"name\",\"level\",\"parent\",\"duty\"}; person "
             "{\"phone\",\"name\",\"title\",\"roles\",\"unit\"}; template "
             "{\"language\",\"name\",\"text\"}, the words of\n"
             "a text; model, as xiangyin model print prints it. JSON -: read from standard input.\n"
             "orders lists the last 100 orders and what became of them: a county that refuses one says why.\n"
             "backup runs COMMAND, such as pg_dump; if it succeeds, counties "
             "may delete the rows that were here before.\n"
             "takeover writes the store of a new box for the county, up to the last "
             "row that came; from then on the old box stands\n"
             "still. Texts without an outcome are UNKNOWN there and never sent. --key: "
             "the county's recovery key; without it restricted\n"
             "cases are left out and counted. adopt takes what the old box did after that from its store.\n"
             "epoch tells a centre that was restored from a backup older than a "
             "take-over in which epoch the box is; until then its rows\n"
             "are refused.\n"
             "blank makes unreadable what the county sent before it last began its "
             "journal anew, as it does when it goes over to\n"
             "bodies = sealed.\n"
             "key, at the county, makes the recovery key and prints its private half, "
             "once: the discipline office keeps it on paper.\n"
             "counties, at the county, lists the others with the fingerprints of their "
             "keys; trust makes hold what the centre lists for\n"
             "one of them now, after its operator was asked by telephone.\n",
    .run = run,
};
