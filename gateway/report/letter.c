#include "gateway/report/letter.h"

#include <string.h>
#include <talloc.h>

#include "gateway/log.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/jurisdiction.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/sanitise.h"
#include "store/steps.h"

struct letter {
    const struct case_ *case_;
    const struct step *answer; /* NULL: 受理告知 */
};

bool letter_parse(const char *word, enum letter_kind *kind)
{
    *kind = strcmp(word, "answer") == 0 ? LETTER_ANSWER : LETTER_ACCEPT;
    return *kind == LETTER_ANSWER || strcmp(word, "accept") == 0;
}

const char *letter_name(enum letter_kind kind)
{
    return kind == LETTER_ANSWER ? "letter-answer" : "letter-accept";
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
    struct jurisdiction *units = jurisdiction_new(mem, store, 0);
    const struct unit *unit = units ? jurisdiction_unit(units, case_->unit) : NULL, *above = NULL;
    struct person *handler = NULL;

    if (!units)
        return false;
    if (unit && unit->parent)
        above = jurisdiction_unit(units, unit->parent);
    facts_text(data, "place", jurisdiction_name(units, mem, case_->place), 0);
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

enum letter_outcome letter_json(void *mem, struct store *store, const struct config *config,
                                const struct case_ *case_, enum letter_kind kind, struct json_object **data)
{
    struct letter letter = { .case_ = case_ };
    struct step *answer = NULL;

    *data = NULL;
    if (kind == LETTER_ACCEPT ? !case_->accepted_at : !case_state_answer(case_->state))
        return LETTER_NOT_YET;
    if (kind == LETTER_ANSWER &&
        !store_last_step(store, mem, case_->id, case_state_answer(case_->state), &answer))
        return LETTER_FAILED;
    if (kind == LETTER_ANSWER && !answer)
        return LETTER_NOT_YET;
    letter.answer = answer;
    *data = letter_data(mem, store, config, &letter);
    return *data ? LETTER_MADE : LETTER_FAILED;
}
