#include "gateway/command/notice.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/turn/notify.h"
#include "store/cases.h"
#include "store/steps.h"

static const struct column columns[] = {
    { "ID", 8, false },    { "STATE", 10, true }, { "TO", 16, false },   { "TRIES", 5, false },
    { "CASE", 10, false }, { "DUE", 16, false },  { "TEXT", 50, false },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

json_object *notice_json(const struct notice *notice, const char *case_number)
{
    json_object *object = json_object_new_object();

    json_add(object, "id", json_object_new_int64(notice->id));
    json_add(object, "to", json_text(notice->to));
    json_add(object, "text", json_text(notice->text));
    json_add(object, "state", json_text(notice_state_name(notice->state)));
    json_add(object, "attempts", json_object_new_int(notice->attempts));
    json_add(object, "reference", notice->reference >= 0 ? json_object_new_int(notice->reference) : NULL);
    json_add(object, "case", json_text(case_number));
    return object;
}

struct listing {
    struct store *store;
    bool is_json;
    bool has_failed;
};

static const char *case_number(struct store *store, void *mem, int64_t case_id)
{
    struct case_ *case_ = NULL;

    return case_id && store_case(store, mem, case_id, &case_) && case_ ? case_->number : "";
}

static bool list_notice(const struct notice *notice, void *arg)
{
    const struct listing *listing = arg;
    void *mem = talloc_new(NULL);
    const char *number = case_number(listing->store, mem, notice->case_id);

    if (listing->is_json) {
        json_print(stdout, notice_json(notice, number));
    } else {
        const char *const cells[COLUMNS] = { talloc_asprintf(mem, "%lld", (long long)notice->id),
                                             notice_state_name(notice->state),
                                             notice->to,
                                             talloc_asprintf(mem, "%d", notice->attempts),
                                             number,
                                             table_time(mem, notice->due_at),
                                             notice->text };

        table_row(stdout, columns, cells, COLUMNS);
    }
    talloc_free(mem);
    return true;
}

/* By its English or Chinese name. */
static bool is_state(const char *word, const char *name)
{
    const char *chinese = words_chinese(name);

    return strcasecmp(name, word) == 0 || (chinese && strcmp(chinese, word) == 0);
}

/* "READY,UNKNOWN" in any case; "open" is all that may still go out. */
static bool parse_states(void *mem, const char *text, unsigned *states)
{
    char *rest = talloc_strdup(mem, text);
    const char *word;

    while ((word = strsep(&rest, ","))) {
        int state = NOTICE_READY;

        while (state <= NOTICE_CANCELLED && !is_state(word, notice_state_name((enum notice_state)state)))
            state++;
        if (strcmp(word, "open") == 0)
            *states |= 1U << NOTICE_READY | 1U << NOTICE_CLAIMED | 1U << NOTICE_ARMED;
        else if (state <= NOTICE_CANCELLED)
            *states |= 1U << state;
        else
            return command_wrong_use(
                       "invalid state '%s' (expected open, READY, CLAIMED, ARMED, SENT, DELIVERED, "
                       "FAILED, UNKNOWN, CANCELLED)",
                       word),
                   false;
    }
    return true;
}

static int list(void *mem, int argc, char **argv)
{
    struct listing listing = { 0 };
    struct notice_filter filter = { 0 };
    const char *state = NULL, *to = NULL, *number = NULL, *after = NULL, *limit = NULL;
    const struct option_spec specs[] = {
        { "--json", &listing.is_json, NULL }, { "--state", NULL, &state }, { "--to", NULL, &to },
        { "--case", NULL, &number },          { "--after", NULL, &after }, { "--limit", NULL, &limit }
    };
    const struct config *config;
    struct case_ *case_ = NULL;
    int status;

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("list takes no argument %s", argv[1]);
    if ((state && !parse_states(mem, state, &filter.states)) ||
        (after && !argument_id(after, &filter.after_id)) || !argument_limit(limit, &filter.limit))
        return EXIT_WRONG_USE;
    status = command_open(mem, false, &config, &listing.store);
    if (status != EXIT_SUCCESS)
        return status;
    if (number && !store_case_by_number(listing.store, mem, number, &case_))
        return command_failed("%s", store_error(listing.store));
    if (number && !case_)
        return command_failed("there is no case %s", number);
    filter.case_id = case_ ? case_->id : 0;
    filter.to = to ? argument_e164(mem, to) : NULL;
    if (!listing.is_json)
        table_heading(stdout, columns, COLUMNS);
    if (!store_each_notice(listing.store, &filter, list_notice, &listing))
        return command_failed("%s", store_error(listing.store));
    return EXIT_SUCCESS;
}

/* The notice of this id; NULL after saying why there is none. */
static struct notice *find(struct store *store, void *mem, int64_t id)
{
    struct notice *notice = NULL;

    if (!store_notice(store, mem, id, &notice))
        command_failed("%s", store_error(store));
    else if (!notice)
        command_failed("there is no notice %lld", (long long)id);
    return notice;
}

static void print_notice(void *mem, const struct notice *notice, const char *number)
{
    static const struct column facts[] = { { "", 10, true }, { "", 4096, false } };
    const char *const rows[][2] = {
        { "id", talloc_asprintf(mem, "%lld", (long long)notice->id) },
        { "state", words(notice_state_name(notice->state)) },
        { "why", notice->why },
        { "to", notice->to },
        { "case", number },
        { "template", notice->name },
        { "line", notice->line },
        { "attempts", talloc_asprintf(mem, "%d", notice->attempts) },
        { "reference", notice->reference >= 0 ? talloc_asprintf(mem, "%d", notice->reference) : "" },
        { "created", table_time(mem, notice->created_at) },
        { "due", table_time(mem, notice->due_at) },
        { "sent", table_time(mem, notice->sent_at) },
        { "settled", table_time(mem, notice->settled_at) },
        { "text", notice->text },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i][1] && *rows[i][1])
            table_row(stdout, facts, rows[i], 2);
}

static int show(void *mem, int argc, char **argv)
{
    bool is_json = false;
    const struct option_spec specs[] = { { "--json", &is_json, NULL } };
    const struct config *config;
    const struct notice *notice;
    struct store *store;
    int64_t id;
    int status;

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("show takes the id of one notice");
    if (!argument_id(argv[1], &id))
        return EXIT_WRONG_USE;
    status = command_open(mem, false, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    notice = find(store, mem, id);
    if (!notice)
        return EXIT_FAILURE;
    if (is_json)
        json_print(stdout, notice_json(notice, case_number(store, mem, notice->case_id)));
    else
        print_notice(mem, notice, case_number(store, mem, notice->case_id));
    return EXIT_SUCCESS;
}

/* An operator's decision about a notice: the states that allow it and what it does in the store. */
struct decision {
    const char *step; /* kind of the step it adds to the notice's case */
    unsigned states;
    const char *refused;
    bool sends;
    bool (*decide)(struct store *store, int64_t id, int64_t now, bool *is_done);
};

/* Records it as a step of the case; words holds no one-time code. */
static bool note_step(struct store *store, const struct notice *notice, const struct decision *decision,
                      const char *words, int64_t now)
{
    struct step step = { .case_id = notice->case_id,
                         .at = now,
                         .actor = "operator",
                         .line = "",
                         .kind = decision->step,
                         .words = words };

    return !notice->case_id || store_add_step(store, &step);
}

static bool carry_out(struct store *store, void *mem, const struct notice *notice,
                      const struct decision *decision)
{
    const char *kept = notify_kept_words(mem, notice);
    int64_t now = clock_now();
    bool is_done = false;

    return decision->decide(store, notice->id, now, &is_done) && is_done &&
           (!kept || store_blank_notice(store, notice->id, kept)) &&
           note_step(store, notice, decision, kept ? kept : notice->text, now) && store_commit(store);
}

/* Why the decision is not allowed; NULL when it is. */
static const char *refusal(void *mem, const struct notice *notice, const struct decision *decision)
{
    if (!(decision->states & 1U << notice->state))
        return decision->refused;
    if (decision->sends && notify_kept_words(mem, notice))
        return "a one-time code is not sent again: ask for the action again to get a new one";
    return NULL;
}

static int decide(struct store *store, void *mem, int64_t id, const struct decision *decision)
{
    const struct notice *notice;
    const char *refused;
    bool is_done = false;

    if (!command_begin(store))
        return EXIT_FAILURE;
    notice = find(store, mem, id);
    refused = notice ? refusal(mem, notice, decision) : NULL;
    if (refused)
        command_failed("notice %lld is %s: %s", (long long)id, notice_state_name(notice->state), refused);
    else if (notice && !(is_done = carry_out(store, mem, notice, decision)))
        command_failed("%s", store_error(store));
    if (!is_done) {
        store_rollback(store);
        return EXIT_FAILURE;
    }
    printf(words("notice %lld: %s\n"), (long long)id, words(decision->step));
    return EXIT_SUCCESS;
}

static int decide_all(void *mem, int argc, char **argv, const struct decision *decision)
{
    const struct config *config;
    struct store *store;
    int64_t id;
    int status;

    if (argc < 2)
        return command_wrong_use("%s takes the ids of notices", argv[0]);
    for (int i = 1; i < argc; i++)
        if (!argument_id(argv[i], &id))
            return EXIT_WRONG_USE;
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    for (int i = 1; i < argc; i++)
        if (!argument_id(argv[i], &id) || decide(store, mem, id, decision) != EXIT_SUCCESS)
            status = EXIT_FAILURE;
    command_knock(config);
    return status;
}

static int cancel(void *mem, int argc, char **argv)
{
    static const struct decision decision = { .step = "notice cancelled",
                                              .states = 1U << NOTICE_READY | 1U << NOTICE_CLAIMED,
                                              .refused = "only what is not yet on its way can be cancelled",
                                              .decide = store_recall_notice };

    if (!command_options(&argc, argv, NULL, 0))
        return EXIT_WRONG_USE;
    return decide_all(mem, argc, argv, &decision);
}

static int retry(void *mem, int argc, char **argv)
{
    static const struct decision decision = { .step = "notice sent again",
                                              .states = 1U << NOTICE_UNKNOWN | 1U << NOTICE_FAILED,
                                              .refused = "only UNKNOWN and FAILED ones can be sent again",
                                              .sends = true,
                                              .decide = store_resend_notice };
    bool is_sure = false;
    const struct option_spec specs[] = { { "--yes", &is_sure, NULL } };

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc > 1 && !is_sure)
        return command_wrong_use("an UNKNOWN notice may have arrived already and would then arrive twice; "
                                 "add --yes to send it again");
    return decide_all(mem, argc, argv, &decision);
}

static const struct verb verbs[] = {
    { "list", list }, { "show", show }, { "cancel", cancel }, { "retry", retry }
};

static int run(int argc, char **argv)
{
    return command_verb(argc, argv, verbs, sizeof verbs / sizeof *verbs);
}

const struct command command_notice = {
    .name = "notice",
    .summary = "lists texts that go out, cancels one, sends one again",
    .usage = "usage: xiangyin notice list [-c FILE] [--json] [OPTION ...]\n"
             "       xiangyin notice show ID [--json]\n"
             "       xiangyin notice cancel ID ...\n"
             "       xiangyin notice retry ID ... --yes\n\n"
             "list prints every notice in order of id; with --json one object a line:\n"
             "{id, to, text, state, attempts, reference, case}, null where a value is missing.\n"
             "cancel withdraws notices that have not been sent yet. retry queues UNKNOWN or FAILED notices "
             "again; an UNKNOWN one\n"
             "may have arrived already, so --yes is required.\n\n"
             "    --state NAMES   READY, CLAIMED, ARMED, SENT, DELIVERED, FAILED, UNKNOWN, CANCELLED, "
             "separated by commas;\n"
             "                    open: all that may still be sent\n"
             "    --to NUMBER\n"
             "    --case NUMBER\n"
             "    --after ID      only greater ids\n"
             "    --limit N       at most N\n",
    .run = run,
};
