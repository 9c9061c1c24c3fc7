#include "gateway/conversation/filed.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/joined.h"
#include "gateway/conversation/danger.h"
#include "gateway/conversation/open_case.h"
#include "gateway/conversation/place.h"
#include "gateway/conversation/sender.h"
#include "store/steps.h"

bool filed_is(const struct event *event)
{
    return event->kind == EVENT_TEXT && strncmp(event->line, EVENT_LINE_FORMS, strlen(EVENT_LINE_FORMS)) == 0;
}

static bool is_a_villager(struct turn *turn, const char *phone, bool *is_so)
{
    struct person *person;

    *is_so = false;
    if (sender_is_automatic(phone) || sender_is_ours(turn->config, phone))
        return true;
    if (!store_person(turn->store, turn->mem, phone, &person))
        return false;
    *is_so = !person || !person->roles;
    return true;
}

/* What was chosen counts before what the words say; a place of a shared name is none. */
static bool weigh(struct talk *talk, const struct form_facts *form, struct understood *understood)
{
    if (form && form->topic)
        understood->topic = form->topic;
    if (form && form->place)
        understood->place = (struct place_found){ .unit = form->place, .confidence = 100 };
    return place_settle_of(talk->turn, talk->event->from, understood);
}

/* Nobody can be asked. */
static bool open_silently(struct talk *talk)
{
    struct opening opening = { .event = talk->event, .understood = talk->understood };
    struct case_ *case_;

    return cases_open(talk->turn, &opening, &case_) && talk_done(talk, OUTCOME_CASE, case_, NULL);
}

static bool note_place_asked(struct talk *talk)
{
    const struct form_facts *form = talk->event->form;
    struct case_ *case_;
    struct step step = { .case_id = talk->event->case_id,
                         .at = talk->turn->now,
                         .actor = "system",
                         .line = talk->event->line,
                         .kind = "place asked",
                         .words = form && form->point ? form->point : "",
                         .event_id = talk->event->id };

    if (!store_case(talk->turn->store, talk->turn->mem, talk->event->case_id, &case_))
        return false;
    return !case_ || case_->place || store_add_step(talk->turn->store, &step);
}

static bool open_one(struct talk *talk)
{
    struct understood *understood = talloc(talk->turn->mem, struct understood);
    bool has_phone;

    *understood = *talk->understood;
    talk->understood = understood;
    if (!weigh(talk, talk->event->form, understood) ||
        !is_a_villager(talk->turn, talk->event->from, &has_phone))
        return false;
    if (!has_phone) {
        talk->event->from = FILED_WITHHELD;
        return open_silently(talk) && note_place_asked(talk);
    }
    return talk_meet(talk) && open_case(talk, NULL, 0, false) && note_place_asked(talk) &&
           danger_answer(talk);
}

/* In the name of the case's reporter, so that the words pass the gate of art. 30 as theirs do. What cannot be
 * added any more is a case of its own. */
static bool add_to(struct talk *talk, struct case_ *case_)
{
    struct person reporter = {
        .phone = case_->reporter, .name = "", .title = "", .language = "", .line = ""
    };
    struct action action = { .case_ = case_,
                             .by = &reporter,
                             .words = talk->event->text,
                             .line = talk->event->line,
                             .event_id = talk->event->id,
                             .sent_at = talk->event->at,
                             .understood = talk->understood };

    if (!joined_root(talk->turn, action.case_, &action.case_))
        return false;
    action.act = case_state_is_open(action.case_->state) ? ACT_ADD : ACT_COMPLAIN;
    if (!cases_take(talk->turn, &action))
        return false;
    return action.refusal && !action.is_repeat ? open_one(talk)
                                               : talk_done(talk, OUTCOME_ADDED, action.case_, NULL);
}

bool filed_take(struct turn *turn, struct event *event, const struct understood *understood)
{
    struct talk talk = { .turn = turn, .event = event, .understood = understood };
    struct case_ *case_ = NULL;

    if (event->to && *event->to && !store_case_by_number(turn->store, turn->mem, event->to, &case_))
        return false;
    return case_ ? add_to(&talk, case_) : open_one(&talk);
}
