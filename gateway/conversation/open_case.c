#include "gateway/conversation/open_case.h"

#include <string.h>

#include "gateway/case/cases.h"
#include "gateway/case/responsible.h"
#include "gateway/conversation/place.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "store/questions.h"

/* People are assumed to read the language they complain in. */
static bool keep_language(struct talk *talk, const char *language)
{
    bool has_chosen = *talk->person->language;

    if (!language || talk->person->roles ||
        strcmp(language, has_chosen ? talk->person->language : talk->turn->config->language) == 0)
        return true;
    talk->person->language = language;
    return store_set_language(talk->turn->store, talk->event->from, language);
}

bool open_case_add_told(struct talk *talk, const struct case_ *case_, struct json_object *facts)
{
    const struct unit *unit = NULL;
    struct person *people;
    size_t n;

    if (!responsible_people(talk->turn, case_, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (people[i].unit == case_->unit)
            return true;
    facts_flag(facts, "untold", n == 0);
    if (n > 0 && people[0].unit && !cache_unit(talk->turn, people[0].unit, &unit))
        return false;
    facts_text(facts, "unit", unit ? unit->name : "", CLIP_HINT);
    return true;
}

/* is_shared: the place it names may be in several townships. */
static bool answer_receipt(struct talk *talk, struct case_ *case_, bool is_shared)
{
    bool is_first = !talk->person->is_greeted;
    bool asks = !case_->place && !talk->question && understanding_knows_villages(talk->turn->understanding);
    struct json_object *facts;

    if (!facts_for_text(talk->turn, "received", case_, &facts))
        return false;
    if (!open_case_add_told(talk, case_, facts)) {
        json_object_put(facts);
        return false;
    }
    facts_flag(facts, "first", is_first);
    facts_flag(facts, "which_village", asks && !is_shared);
    facts_flag(facts, "which_township", asks && is_shared);
    return talk_answer(talk, "received", facts, case_) &&
           (!asks || talk_ask(talk->turn, talk->event->from, QUESTION_PLACE, case_->id, "")) &&
           (!is_first || store_set_greeted(talk->turn->store, talk->event->from));
}

bool open_case(struct talk *talk, const char *words, int64_t place, bool is_anonymous)
{
    struct understood understood = *talk->understood;
    struct opening opening = {
        .event = talk->event, .understood = &understood, .text = words, .is_anonymous = is_anonymous
    };
    struct case_ *case_;

    bool is_shared;

    if (words)
        understand(talk->turn->understanding, talk->turn->mem, words, &understood);
    if (!place_settle(talk, &understood) || !place_is_shared(talk->turn, &understood.place, &is_shared))
        return false;
    if (is_shared)
        understood.place.unit = 0;
    if (!understood.place.unit)
        understood.place.unit = place;
    return keep_language(talk, understood.language) && cases_open(talk->turn, &opening, &case_) &&
           answer_receipt(talk, case_, is_shared) && talk_done(talk, OUTCOME_CASE, case_, NULL);
}
