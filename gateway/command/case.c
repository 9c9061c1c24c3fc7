#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/arguments.h"
#include "gateway/command/print/advice.h"
#include "gateway/command/case_similar.h"
#include "gateway/command/case_view.h"
#include "gateway/command/command_store.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/command/voice/case_hear.h"
#include "gateway/command/words.h"
#include "gateway/understand/understand.h"
#include "store/search/search.h"

static const struct column columns[] = {
    { "NUMBER", 10, false },  { "STATE", 12, true },     { "CATEGORY", 8, true },
    { "TOPIC", 8, true },     { "PLACE", 18, false },    { "REPORTER", 14, false },
    { "HANDLER", 14, false }, { "RECEIVED", 16, false }, { "TEXT", 50, false },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

struct listing {
    struct store *store;
    struct unit_names *units;
    const int64_t *places; /* wanted, each with every place in it; NULL: everywhere */
    size_t n_places;
    bool is_json, is_unsure, is_failed;
    int left; /* of the limit; -1 none */
};

static void print_case(const struct listing *listing, const struct case_ *case_)
{
    void *mem = talloc_new(NULL);
    const char *cells[COLUMNS] = { case_->number,
                                   case_state_name(case_->state),
                                   case_category_name(case_->category),
                                   case_->topic,
                                   unit_names_place(listing->units, case_->place),
                                   case_->reporter,
                                   case_->handler,
                                   table_time(mem, case_->received_at),
                                   case_->voice == VOICE_NONE || *case_->text
                                       ? case_->text
                                       : words("a recording, to hear") };

    table_row(stdout, columns, cells, COLUMNS);
    talloc_free(mem);
}

static bool is_wanted(const struct listing *listing, const struct case_ *case_)
{
    for (size_t i = 0; i < listing->n_places; i++)
        if (unit_names_is_in(listing->units, case_->place, listing->places[i]))
            return true;
    return !listing->places;
}

/* With what a language model suggests, where one was asked. */
static bool list_unsure(struct listing *listing, const struct case_ *case_)
{
    void *mem = talloc_new(NULL);
    struct case_advice *advice;
    bool is_done = store_advice(listing->store, mem, case_->id, &advice);
    json_object *object;

    if (is_done && listing->is_json) {
        object = case_json(listing->units, case_);
        json_add(object, "advice", advice ? advice_json(advice) : NULL);
        json_print(stdout, object);
    } else if (is_done) {
        print_case(listing, case_);
        if (advice)
            printf("           %s: %s\n", words("suggests"), advice_line(mem, advice));
    }
    listing->is_failed = !is_done;
    talloc_free(mem);
    return is_done;
}

static bool list_case(const struct case_ *case_, void *arg)
{
    struct listing *listing = arg;

    if (!is_wanted(listing, case_))
        return true;
    if (listing->is_unsure) {
        if (!list_unsure(listing, case_))
            return false;
    } else if (listing->is_json) {
        json_print(stdout, case_json(listing->units, case_));
    } else {
        print_case(listing, case_);
    }
    return listing->left < 0 || --listing->left > 0;
}

/* The options of list; NULL where one is not given. */
struct wishes {
    const char *state, *category, *topic, *place, *reporter, *handler, *since, *until, *limit, *search;
    bool is_json, newest_first, is_unsure, is_to_hear, is_place_asked;
};

/* "new" or "new,in_hand" or 待受理; "open" is both. */
static bool parse_states(void *mem, const char *text, unsigned *states)
{
    char *words = talloc_strdup(mem, text), *rest = words;
    const char *word;

    while ((word = strsep(&rest, ","))) {
        enum case_state state;

        if (strcmp(word, "open") == 0)
            *states |= 1U << CASE_NEW | 1U << CASE_IN_HAND;
        else if (argument_state(word, &state))
            *states |= 1U << state;
        else
            return command_wrong_use(
                       "invalid state '%s' (expected open, new, in hand, closed, rated, explained, "
                       "out of scope, merged, withdrawn, no complaint, or 待受理 办理中 已办结 已评价 已答复 "
                       "不受理 已合并 已撤回 非诉求)",
                       word),
                   false;
    }
    return true;
}

/* Everything but the place, which needs the store. False after saying what is wrong. */
static bool make_filter(void *mem, const struct wishes *wishes, struct case_filter *filter)
{
    *filter = (struct case_filter){ .newest_first = wishes->newest_first };
    filter->is_place_asked = wishes->is_place_asked;
    if (wishes->is_place_asked)
        filter->states = OPEN_STATES;
    if (wishes->is_unsure) {
        filter->unsure_below = UNSURE_BELOW;
        filter->states = OPEN_STATES;
    }
    if (wishes->state && !parse_states(mem, wishes->state, &filter->states))
        return false;
    if (!argument_category(wishes->category, &filter->category) ||
        !argument_topic(wishes->topic, &filter->topic))
        return false;
    if (wishes->reporter)
        filter->reporter = argument_e164(mem, wishes->reporter);
    if (wishes->handler)
        filter->handler = argument_e164(mem, wishes->handler);
    return argument_span(wishes->since, wishes->until, &filter->since, &filter->until) &&
           argument_limit(wishes->limit, &filter->limit);
}

static bool find_places(void *mem, struct listing *listing, const char *name)
{
    int64_t *ids;

    unit_names_find(listing->units, mem, name, &ids, &listing->n_places);
    if (listing->n_places == 0)
        command_failed("there is no place %s", name);
    listing->places = ids;
    return listing->n_places > 0;
}

static bool list_cases(void *mem, struct listing *listing, const struct wishes *wishes,
                       const struct case_filter *filter)
{
    const struct search search = { .words = wishes->search, .with_guarded = true, .with_reporters = true };
    int64_t *ids;
    size_t n;

    if (!wishes->search)
        return store_each_case(listing->store, filter, list_case, listing);
    return store_search(listing->store, mem, &search, &ids, &n) &&
           store_each_found(listing->store, ids, n, filter, list_case, listing);
}

static int list_wanted(void *mem, const struct config *config, const struct wishes *wishes,
                       struct case_filter *filter)
{
    struct listing listing = { .is_json = wishes->is_json, .is_unsure = wishes->is_unsure, .left = -1 };

    listing.store = command_store(mem, config, false);
    if (!listing.store)
        return EXIT_FAILURE;
    listing.units = unit_names_open(mem, listing.store);
    if (wishes->place) {
        if (!find_places(mem, &listing, wishes->place))
            return EXIT_FAILURE;
        listing.left = filter->limit > 0 ? filter->limit : -1;
        filter->limit = 0;
    }
    if (!listing.is_json)
        table_heading(stdout, columns, COLUMNS);
    if (!list_cases(mem, &listing, wishes, filter) || listing.is_failed)
        return command_failed("%s", store_error(listing.store));
    return EXIT_SUCCESS;
}

static int list(void *mem, int argc, char **argv)
{
    struct wishes wishes = { 0 };
    const struct option_spec specs[] = {
        { "--json", &wishes.is_json, NULL },
        { "--newest", &wishes.newest_first, NULL },
        { "--state", NULL, &wishes.state },
        { "--category", NULL, &wishes.category },
        { "--topic", NULL, &wishes.topic },
        { "--place", NULL, &wishes.place },
        { "--reporter", NULL, &wishes.reporter },
        { "--handler", NULL, &wishes.handler },
        { "--since", NULL, &wishes.since },
        { "--until", NULL, &wishes.until },
        { "--limit", NULL, &wishes.limit },
        { "--unsure", &wishes.is_unsure, NULL },
        { "--to-hear", &wishes.is_to_hear, NULL },
        { "--search", NULL, &wishes.search },
        { "--place-asked", &wishes.is_place_asked, NULL },
    };
    const struct config *config;
    struct case_filter filter;

    if (!command_options(&argc, argv, specs, sizeof specs / sizeof *specs))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("list takes no argument %s", argv[1]);
    config = command_config(mem); /* sets the zone that times are read in */
    if (!config || !make_filter(mem, &wishes, &filter))
        return EXIT_WRONG_USE;
    if (wishes.is_to_hear)
        return case_list_to_hear(mem, config, wishes.is_json);
    return list_wanted(mem, config, &wishes, &filter);
}

static const struct verb verbs[] = {
    { "list", list }, { "show", case_show }, { "similar", case_similar }, { "play", case_play }
};

static int run(int argc, char **argv)
{
    return command_verb(argc, argv, verbs, sizeof verbs / sizeof *verbs);
}

const struct command command_case = {
    .name = "case",
    .summary = "lists cases, shows one with all its steps",
    .usage = "usage: xiangyin case list [-c FILE] [--json] [OPTION ...]\n"
             "       xiangyin case show NUMBER [-c FILE] [--json] [--explain]\n"
             "       xiangyin case similar NUMBER [-c FILE] [--json]\n"
             "       xiangyin case play NUMBER [-c FILE] [--by PHONE] "
             "[--copy] [--player COMMAND | --stdout]\n\n"
             "list prints every case, the oldest first; with --json one object a line:\n"
             "{number, reporter, state, category, topic, place, handler, "
             "received_at, text}, null where a value is missing.\n"
             "show prints one case with its steps and the texts that were sent. "
             "Looking at a case is recorded as a step of it.\n"
             "--explain adds the words and rules by which its text is understood, with their weight.\n"
             "similar prints the five open cases most similar by place, topic and "
             "text; to merge two of them, text 并 NUMBER NUMBER.\n"
             "play prints the path of the case's recording: the first that "
             "nobody has written down, else the last one, or\n"
             "--recording ID. --stdout writes the recording out, --player COMMAND "
             "runs COMMAND with it, --copy takes the smaller\n"
             "copy. Each hearing is a step of the case, in the name of --by, a "
             "registered phone, or of the operator. What nobody has\n"
             "written down is for the county's clerks and duty officer; what a "
             "caller who pressed 9 said is for the discipline\n"
             "office alone. Write it down by text: 听写 NUMBER words; if "
             "it accuses an official: 举报 NUMBER.\n\n"
             "    --state NAMES      new, in hand, closed, rated, explained, "
             "out of scope, merged, withdrawn, separated\n"
             "                       by commas; in_hand and 办理中 work too; open: new and in hand\n"
             "    --category NAME    民生 民困 民访, or livelihood hardship petition\n"
             "    --topic NAME       water 供水, road 道路, power 供电 ...\n"
             "    --place NAME       a village, township or county by "
             "name, alias or code, with every place in it\n"
             "    --reporter NUMBER  --handler NUMBER\n"
             "    --since TIME       received at TIME or later: 2026-12-01 or \"2026-12-01 09:00\"\n"
             "    --until TIME       received before TIME\n"
             "    --newest           the newest first\n"
             "    --search WORDS     found in texts, steps, names or numbers, "
             "the newest first; WORDS parted by spaces must\n"
             "                       all be there\n"
             "    --unsure           open cases whose class the gateway is least "
             "sure of, the last tenth, until somebody sets\n"
             "                       it: 改类 NUMBER CLASS, or 改类 NUMBER 对 where it is right\n"
             "    --place-asked      open cases filed by other programs of which "
             "nobody knows the place; their point is in a step\n"
             "                       \"place asked\" (改地 NUMBER VILLAGE)\n"
             "    --to-hear          recordings that nobody has written down, the "
             "oldest first: {number, recording, received_at,\n"
             "                       minutes, ms, caller, is_sealed, heard_at, heard_by, transcript}\n"
             "    --limit N          at most N\n",
    .run = run,
};
