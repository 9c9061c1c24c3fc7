#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistr.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "gateway/provider/fields.h"
#include "gateway/provider/provider.h"
#include "gateway/turn/notify.h"
#include "modem/pdu/segment.h"

enum { BATCH = 1000 }; /* texts a transaction */

struct sending {
    const struct config *config;
    struct store *store;
    const char *line;
    int64_t at; /* 0: now */
    enum notice_priority priority;
    bool is_json;
    size_t n_queued, n_bad;
};

struct text {
    const char *to, *words;
    int64_t id;
};

struct batch {
    void *mem;
    struct text texts[BATCH];
    size_t n;
};

/* Fills in `to` in E.164. NULL, or what is wrong. */
static const char *check_text(struct sending *sending, void *mem, const char *number, const char *words,
                              struct text *text)
{
    text->to = argument_e164(mem, number);
    text->words = words;
    text->to = text->to ? provider_addressee(mem, text->to) : NULL;
    if (!text->to)
        return talloc_asprintf(mem, "\"%s\" is not a phone number", number);
    if (u8_check((const uint8_t *)words, strlen(words)))
        return "the text is not UTF-8";
    if (words[strspn(words, " \t\r\n")] == '\0')
        return "the text is empty";
    if (segment_count(talloc_asprintf(mem, "%s%s", sending->config->signature, words), NULL) > 255)
        return "the text is longer than 255 parts";
    return NULL;
}

static bool queue_texts(struct turn *turn, const struct sending *sending, struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        const struct notify what = { .to = batch->texts[i].to,
                                     .name = "send",
                                     .priority = sending->priority,
                                     .line = sending->line,
                                     .not_before = sending->at,
                                     .is_operators = true };

        if (!notify_words(turn, &what, batch->texts[i].words, &batch->texts[i].id))
            return false;
    }
    return true;
}

static void print_text(const struct sending *sending, const struct text *text)
{
    json_object *object;

    if (!sending->is_json) {
        printf("%lld\n", (long long)text->id);
        return;
    }
    object = json_object_new_object();
    json_add(object, "id", json_object_new_int64(text->id));
    json_add(object, "to", json_text(text->to));
    json_print(stdout, object);
}

/* Queues the batch in one transaction and knocks at the gateway. False after printing why. */
static bool queue_batch(struct sending *sending, struct batch *batch)
{
    struct turn turn = {
        .mem = batch->mem, .store = sending->store, .config = sending->config, .now = clock_now()
    };

    if (batch->n == 0)
        return true;
    if (!command_begin(sending->store))
        return false;
    if (!queue_texts(&turn, sending, batch) || !store_commit(sending->store)) {
        command_failed("%s", turn_error(&turn));
        store_rollback(sending->store);
        return false;
    }
    command_knock(sending->config);
    for (size_t i = 0; i < batch->n; i++)
        print_text(sending, &batch->texts[i]);
    sending->n_queued += batch->n;
    return true;
}

/* Reads NUMBER TAB TEXT into the batch; a bad line is printed and counted. */
static void take_line(struct sending *sending, struct batch *batch, char *line, size_t number)
{
    struct text *text = &batch->texts[batch->n];
    char *tab = strchr(line, '\t');
    const char *wrong = "there is no tab between number and text";

    if (tab) {
        *tab = '\0';
        wrong = check_text(sending, batch->mem, line, tab + 1, text);
    }
    if (!wrong) {
        batch->n++;
        return;
    }
    command_failed("line %zu: %s", number, wrong);
    sending->n_bad++;
}

static int send_lines(struct sending *sending)
{
    struct batch *batch = talloc_zero(NULL, struct batch);
    bool is_good = true;
    char *line;

    batch->mem = talloc_new(batch);
    for (size_t number = 1; is_good && (line = command_read_line(batch->mem, stdin)); number++) {
        if (*line)
            take_line(sending, batch, line, number);
        if (batch->n == BATCH) {
            is_good = queue_batch(sending, batch);
            talloc_free_children(batch->mem);
            batch->n = 0;
        }
    }
    is_good = is_good && queue_batch(sending, batch);
    talloc_free(batch);
    return is_good && sending->n_bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int send_one(void *mem, struct sending *sending, const char *number, const char *words)
{
    struct batch *batch = talloc_zero(mem, struct batch);
    const char *wrong;

    batch->mem = mem;
    wrong = check_text(sending, mem, number, words, &batch->texts[0]);
    if (wrong)
        return command_wrong_use("%s", wrong);
    batch->n = 1;
    return queue_batch(sending, batch) ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* All of standard input. */
static const char *read_input(void *mem)
{
    char *all = talloc_strdup(mem, ""), *line;

    while ((line = command_read_line(mem, stdin)))
        all = talloc_asprintf_append(all, "%s%s", *all ? "\n" : "", line);
    return all;
}

static bool check_line(const struct config *config, const char *name)
{
    bool is_there = false, sends = false;

    for (size_t i = 0; i < config->n_modems; i++)
        if (strcmp(config->modems[i].name, name) == 0)
            is_there = true, sends = config->modems[i].sends;
    for (size_t i = 0; i < config->n_providers; i++)
        if (strcmp(config->providers[i].name, name) == 0)
            is_there = true, sends = provider_sends(&config->providers[i]);
    if (!sends)
        command_wrong_use(is_there ? "the line %s does not send" : "there is no line %s", name);
    return sends;
}

static int send_wanted(void *mem, struct sending *sending, const char *at, int argc, char **argv)
{
    bool is_list = argc == 2;

    sending->config = command_config(mem);
    if (!sending->config)
        return EXIT_WRONG_USE;
    if (at && !argument_time(at, &sending->at))
        return command_wrong_use("--at: invalid time '%s' (expected 2026-12-01 or \"2026-12-01 09:00\")", at);
    if (sending->line && !check_line(sending->config, sending->line))
        return EXIT_WRONG_USE;
    sending->priority = is_list ? PRIORITY_BULK : PRIORITY_NOTICE;
    sending->store = command_store(mem, sending->config, true);
    if (!sending->store)
        return EXIT_FAILURE;
    if (is_list)
        return send_lines(sending);
    return send_one(mem, sending, argv[1], strcmp(argv[2], "-") == 0 ? read_input(mem) : argv[2]);
}

static int run(int argc, char **argv)
{
    struct sending sending = { 0 };
    const char *at = NULL;
    const struct option_spec specs[] = { { "--json", &sending.is_json, NULL },
                                         { "--line", NULL, &sending.line },
                                         { "--at", NULL, &at } };
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 3))
        return EXIT_WRONG_USE;
    if (argc != 3 && !(argc == 2 && strcmp(argv[1], "-") == 0))
        return command_wrong_use("send takes a number and a text, or -");
    mem = talloc_new(NULL);
    status = send_wanted(mem, &sending, at, argc, argv);
    talloc_free(mem);
    return status;
}

const struct command command_send = {
    .name = "send",
    .summary = "queues texts to phones",
    .usage = "usage: xiangyin send NUMBER TEXT [-c FILE] [--line NAME] [--at TIME] [--json]\n"
             "       xiangyin send - [the same]\n\n"
             "Queues a text and prints the notice's id. A running gateway sends it at once, also in quiet "
             "hours, with the signature\n"
             "in front. - reads lines of NUMBER TAB TEXT: a bad line is named on standard error and the "
             "others are queued, a\n"
             "thousand a transaction; the exit code is 1 if a line was bad. These texts go out after all "
             "others that wait.\n\n"
             "    --line NAME    sends by this line\n"
             "    --at TIME      not before TIME: 2026-12-01 or \"2026-12-01 09:00\"\n"
             "    --json         prints {\"id\", \"to\"}, one object a line\n",
    .run = run,
};
