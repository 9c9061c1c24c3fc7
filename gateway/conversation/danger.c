#include "gateway/conversation/danger.h"

#include <string.h>

#include "gateway/case/responsible.h"
#include "gateway/conversation/open_case.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "store/notices.h"
#include "store/questions.h"

static const char answer[] = "danger";

enum { CLIP_TOLD = 8 /* UTF-16 units */ };

bool danger_is_told(const struct talk *talk)
{
    return talk->understood && talk->understood->danger.kind != DANGER_NONE && !talk->is_work;
}

bool danger_holds(const struct talk *talk, const char *name)
{
    return danger_is_told(talk) && strcmp(name, answer) != 0;
}

/* Whether the case holds the words, or those behind the command. */
static bool holds_words(const struct talk *talk, const struct case_ *case_)
{
    const char *rest = talk->match.rest;

    return strstr(case_->text, talk->event->text) || (rest && *rest && strstr(case_->text, rest));
}

/* The open case that holds the words; a new one where none does. */
static bool find_case(struct talk *talk, struct case_ **case_)
{
    struct turn *turn = talk->turn;
    struct event *event = talk->event;

    *case_ = NULL;
    if (event->case_id && !store_case(turn->store, turn->mem, event->case_id, case_))
        return false;
    if (*case_ && case_state_is_open((*case_)->state) && holds_words(talk, *case_))
        return true;
    talk->command = NULL;
    return open_case(talk, NULL, *case_ ? (*case_)->place : 0, talk->hides) &&
           store_case(turn->store, turn->mem, event->case_id, case_);
}

/* Says who was rung, if anybody was: the office of the first. */
static bool add_told(struct talk *talk, const struct case_ *case_, struct json_object *facts)
{
    struct turn *turn = talk->turn;
    const struct unit *unit = NULL;
    struct person *people;
    size_t n, n_first;
    int64_t rung;

    if (!store_count_notices_of_case(turn->store, case_->id, "", "alarm", 0, &rung))
        return false;
    if (rung == 0)
        return true;
    facts_flag(facts, "told", true);
    if (case_->is_guarded) /* nothing about who knows */
        return true;
    if (!responsible_in_danger(turn, case_, &people, &n, &n_first) ||
        (n > 0 && people[0].unit && !cache_unit(turn, people[0].unit, &unit)))
        return false;
    if (unit)
        facts_text(facts, "office", unit->name, CLIP_TOLD);
    return true;
}

bool danger_answer(struct talk *talk)
{
    const struct danger_found *danger = &talk->understood->danger;
    struct json_object *facts;
    struct case_ *case_;
    bool asks;

    if (!danger_is_told(talk))
        return true;
    if (!find_case(talk, &case_))
        return false;
    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    asks = !case_->place && understanding_knows_villages(talk->turn->understanding);
    facts_choice(facts, "danger", danger_name(danger->kind));
    facts_flag(facts, "hurt", danger->is_hurt);
    facts_flag(facts, "which_village", asks);
    if (!add_told(talk, case_, facts)) {
        json_object_put(facts);
        return false;
    }
    talk->is_muted = false;
    return talk_answer(talk, answer, facts, case_) &&
           (!asks || talk_ask(talk->turn, talk->event->from, QUESTION_PLACE, case_->id, ""));
}
