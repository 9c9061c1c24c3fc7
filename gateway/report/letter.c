#include "gateway/report/letter.h"

#include <string.h>
#include <talloc.h>

#include "gateway/log.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/jurisdiction.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/sanitise.h"
#include "store/kept/case_codes.h"
#include "store/steps.h"

struct letter {
    const struct case_ *case_;
    const struct step *answer; /* NULL: not 答复 */
    const char *text;          /* what was reported */
};

static const char *const kinds[] = {
    [LETTER_RECEIPT] = "letter-receipt", [LETTER_ACCEPT] = "letter-accept", [LETTER_ANSWER] = "letter-answer"
};

bool letter_parse(const char *word, enum letter_kind *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i] + strlen("letter-"), word) == 0) {
            *kind = (enum letter_kind)i;
            return true;
        }
    return false;
}

const char *letter_name(enum letter_kind kind)
{
    return kinds[kind];
}

/* Leaves out name and number of a reporter who wants to stay anonymous, or whose number another has now. */
static bool add_reporter(void *mem, struct store *store, const struct case_ *case_, struct json_object *data)
{
    struct person *person = NULL;
    bool is_chinese = strncmp(case_->reporter, "+86", strlen("+86")) == 0;
    char masked[24];

    facts_flag(data, "anonymous", case_->is_anonymous);
    if (case_->is_anonymous || *case_->reporter != '+')
        return true;
    if (!store_person(store, mem, case_->reporter, &person))
        return false;
    if (person && owner_is_past(person, case_->received_at))
        return true;
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
               sanitise_text(mem, redact_for_handlers(mem, case_->is_anonymous, letter->text), true), 0);
    facts_date(data, "received", case_->received_at);
    facts_date(data, "accepted", case_->accepted_at);
    facts_date(data, "accept_by", case_->accept_by);
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

/* Finds the step that the letter is about; *said NULL: there is none yet, or the letter needs none. */
static bool find_step(void *mem, struct store *store, const struct case_ *case_, enum letter_kind kind,
                      struct step **said)
{
    const char *name = kind == LETTER_RECEIPT  ? "received"
                       : kind == LETTER_ANSWER ? case_state_answer(case_->state)
                                               : NULL;

    *said = NULL;
    return !name || store_last_step(store, mem, case_->id, name, said);
}

enum letter_outcome letter_json(void *mem, struct store *store, const struct config *config,
                                const struct case_ *case_, enum letter_kind kind, struct json_object **data)
{
    struct letter letter = { .case_ = case_, .text = case_->text };
    struct step *said;

    *data = NULL;
    if (!find_step(mem, store, case_, kind, &said))
        return LETTER_FAILED;
    if (kind == LETTER_ACCEPT ? !case_->accepted_at : !said)
        return LETTER_NOT_YET;
    if (kind == LETTER_RECEIPT)
        letter.text = said->words;
    if (kind == LETTER_ANSWER)
        letter.answer = said;
    *data = letter_data(mem, store, config, &letter);
    return *data ? LETTER_MADE : LETTER_FAILED;
}

bool letter_is_filer(void *mem, struct store *store, const struct case_ *case_, const char *phone,
                     bool *is_so)
{
    struct step *received;
    bool is_done = store_last_step(store, mem, case_->id, "received", &received);

    *is_so = received && strcmp(received->actor, phone) == 0 && strcmp(case_->reporter, phone) != 0;
    return is_done;
}

bool letter_add_code(void *mem, struct store *store, const struct case_ *case_, struct json_object *data)
{
    struct case_code *code;

    if (!store_case_code(store, mem, case_->id, &code))
        return false;
    facts_text(data, "code", code ? code->code : "", 0);
    return true;
}
