#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/command/command_store.h"
#include "gateway/command/print/document.h"
#include "gateway/command/print/unit_names.h"
#include "gateway/command/print/viewed.h"
#include "gateway/command/subcommands.h"
#include "gateway/log.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/sanitise.h"
#include "store/cases.h"
#include "store/steps.h"

struct letter {
    const char *name; /* of the template */
    const struct case_ *case_;
    const struct step *answer; /* NULL: 受理告知 */
};

static const char *answer_kind(enum case_state state)
{
    switch (state) {
    case CASE_CLOSED:
    case CASE_RATED:
        return "closed";
    case CASE_EXPLAINED:
        return "explained";
    case CASE_OUT_OF_SCOPE:
        return "out of scope";
    default:
        return NULL;
    }
}

/* Leaves out name and number of a reporter who wants to stay anonymous. */
static bool add_reporter(void *mem, struct store *store, const struct case_ *case_, struct json_object *data)
{
    struct person *person = NULL;
    bool is_chinese = strncmp(case_->reporter, "+86", strlen("+86")) == 0;
    char masked[24];

    facts_flag(data, "anonymous", case_->is_anonymous);
    if (case_->is_anonymous || !*case_->reporter)
        return true;
    if (!store_person(store, mem, case_->reporter, &person))
        return false;
    facts_text(data, "name", person ? person->name : "", 0);
    facts_text(data, "phone", log_number(case_->reporter, masked) + (is_chinese ? strlen("+86") : 0), 0);
    return true;
}

/* Adds the unit, its handler, and the unit one level above, which reviews. */
static bool add_unit(void *mem, struct store *store, const struct case_ *case_, struct json_object *data)
{
    struct unit_names *units = unit_names_open(mem, store);
    const struct unit *unit = unit_names_by_id(units, case_->unit), *above = NULL;
    struct person *handler = NULL;

    if (unit && unit->parent)
        above = unit_names_by_id(units, unit->parent);
    facts_text(data, "place", unit_names_place(units, case_->place), 0);
    facts_text(data, "unit", unit ? unit->name : "", 0);
    facts_text(data, "above", above ? above->name : "", 0);
    facts_flag(data, "above_is_county", above && above->level == UNIT_COUNTY);
    if (case_->is_guarded || !*case_->handler)
        return true;
    if (!store_person(store, mem, case_->handler, &handler))
        return false;
    facts_text(data, "handler", handler ? handler->name : "", 0);
    return true;
}

static struct json_object *letter_data(void *mem, struct store *store, const struct config *config,
                                       const struct letter *letter)
{
    const struct case_ *case_ = letter->case_;
    bool is_urgent = case_->urgency == URGENCY_URGENT;
    struct json_object *data = facts_text(NULL, "number", case_->number, 0);

    facts_text(data, "county", config->county, 0);
    facts_choice(data, "topic", case_->topic);
    facts_choice(data, "state", case_state_name(case_->state));
    facts_text(data, "text",
               sanitise_text(mem, redact_for_handlers(mem, case_->is_anonymous, case_->text), true), 0);
    facts_date(data, "received", case_->received_at);
    facts_date(data, "accepted", case_->accepted_at);
    facts_date(data, "finish_by", case_->finish_by);
    facts_number(data, "extension_days",
                 is_urgent && config->urgent_extension_days ? config->urgent_extension_days
                                                            : config->extension_days);
    if (letter->answer) {
        facts_text(data, "answer", sanitise_text(mem, letter->answer->words, true), 0);
        facts_date(data, "answered", letter->answer->at);
    }
    if (add_reporter(mem, store, case_, data) && add_unit(mem, store, case_, data))
        return data;
    json_object_put(data);
    return NULL;
}

/* Finds the letter's case and answer; false after printing why there is no letter. */
static bool find(void *mem, struct store *store, const char *number, bool with_guarded, bool is_answer,
                 struct letter *letter)
{
    struct case_ *case_;
    struct step *answer = NULL;
    const char *kind;

    if (!store_case_by_number(store, mem, number, &case_))
        return command_failed("%s", store_error(store)), false;
    /* the message must not reveal that a guarded case exists */
    if (!case_ || (case_->is_guarded && !with_guarded))
        return command_failed("there is no case %s", number), false;
    letter->case_ = case_;
    if (!is_answer)
        return case_->accepted_at || (command_failed("%s has not been accepted", number), false);
    kind = answer_kind(case_->state);
    if (!kind)
        return command_failed("%s has no answer yet", number), false;
    if (!store_last_step(store, mem, case_->id, kind, &answer))
        return command_failed("%s", store_error(store)), false;
    letter->answer = answer;
    return answer || (command_failed("%s has no answer yet", number), false);
}

static int print_letter(void *mem, const char *kind, const char *number, const char *language,
                        bool with_guarded)
{
    bool is_answer = strcmp(kind, "answer") == 0;
    struct letter letter = { .name = is_answer ? "letter-answer" : "letter-accept" };
    const struct config *config = command_config(mem);
    struct json_object *data;
    struct store *store;

    if (!config)
        return EXIT_WRONG_USE;
    store = command_store(mem, config, true);
    if (!store || !find(mem, store, number, with_guarded, is_answer, &letter))
        return EXIT_FAILURE;
    data = letter_data(mem, store, config, &letter);
    if (!data || !viewed_case(store, letter.case_->id, is_answer ? "letter answer" : "letter accept"))
        return command_failed("%s", store_error(store));
    return document_print(mem, config, language, DOCUMENT_HTML, letter.name, NULL, data);
}

static int run(int argc, char **argv)
{
    bool with_guarded = false;
    const char *language = NULL;
    const struct option_spec specs[] = { { "--guarded", &with_guarded, NULL },
                                         { "--language", NULL, &language } };
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 2))
        return EXIT_WRONG_USE;
    if (argc != 3 || (strcmp(argv[1], "accept") != 0 && strcmp(argv[1], "answer") != 0))
        return command_wrong_use("letter takes accept or answer, and the number of a case");
    mem = talloc_new(NULL);
    status = print_letter(mem, argv[1], argv[2], language, with_guarded);
    talloc_free(mem);
    return status;
}

const struct command command_letter = {
    .name = "letter",
    .summary = "prints letters to reporters: 受理告知, 答复",
    .usage = "usage: xiangyin letter accept|answer NUMBER [-c FILE] [--language NAME] [--guarded]\n\n"
             "Prints an HTML page for A4: the notice that a case was accepted, with its time limit; or the "
             "answer to it, with the\n"
             "right to a review (复查, 复核) within 30 days (Regulation on petitions, art. 23, 34 to 36). An "
             "answer by SMS may not\n"
             "count as a written one.\n\n"
             "    --language NAME    zh or en\n"
             "    --guarded          also for a case that accuses an official; its handler is not named\n",
    .run = run,
};
