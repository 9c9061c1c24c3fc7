#include "gateway/conversation/copied.h"

#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/conversation/talk.h"
#include "store/county/transfers.h"
#include "store/steps.h"

/* The other county's class and topic count, for people may have corrected them there. */
static void weigh(struct turn *turn, const struct copied *copied, struct understood *understood)
{
    struct place_found found = { .how = PLACE_NONE };

    if (case_category_parse(copied->category, &understood->category))
        understood->category_confidence = 100;
    if (*copied->topic)
        understood->topic = copied->topic;
    if (*copied->place)
        understanding_find_unit(turn->understanding, turn->mem, copied->place, &found);
    if (found.how == PLACE_NAMED || found.how == PLACE_ALIAS)
        understood->place = found;
}

/* Says in the case where it came from, and lets the other county know its number here. */
static bool link_both(struct turn *turn, const struct event *event, const struct case_ *case_)
{
    const struct copied *copied = event->copied;
    struct step step = { .case_id = case_->id,
                         .at = turn->now,
                         .actor = "system",
                         .line = event->line,
                         .kind = "copied",
                         .words = talloc_asprintf(turn->mem, "%s %s", copied->name, copied->number),
                         .event_id = event->id };

    return store_add_step(turn->store, &step) &&
           store_put_transfer(turn->store, &(struct transfer){ .direction = TRANSFER_IN,
                                                               .state = TRANSFER_LINKED,
                                                               .number = case_->number,
                                                               .county = copied->county,
                                                               .name = copied->name,
                                                               .their_number = copied->number,
                                                               .copy = "",
                                                               .why = "",
                                                               .asked_at = turn->now,
                                                               .answered_at = turn->now });
}

bool copied_take(struct turn *turn, struct event *event, const struct understood *understood)
{
    const struct copied *copied = event->copied;
    struct understood weighed = *understood;
    struct opening opening = { .event = event,
                               .understood = &weighed,
                               .reporter = copied->reporter,
                               .is_anonymous = copied->is_anonymous };
    struct talk talk = { .turn = turn, .event = event, .understood = &weighed };
    struct transfer *before;
    struct case_ *case_;

    if (!store_transfer_in(turn->store, turn->mem, copied->county, copied->number, &before))
        return false;
    if (before && before->state == TRANSFER_LINKED)
        return talk_done(&talk, OUTCOME_IGNORED, NULL, "copied before");
    weigh(turn, copied, &weighed);
    return cases_open(turn, &opening, &case_) && link_both(turn, event, case_) &&
           talk_done(&talk, OUTCOME_CASE, case_, NULL);
}
