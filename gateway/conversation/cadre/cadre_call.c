#include "gateway/conversation/cadre/cadre_call.h"

#include "gateway/case/standing.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/turn/calling.h"
#include "gateway/turn/facts.h"

static bool answer(struct talk *talk, const struct case_ *case_, const char *state)
{
    struct json_object *facts;

    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_flag(facts, state, true);
    return talk_answer(talk, "news-by-call-done", facts, NULL) &&
           talk_done(talk, OUTCOME_COMMAND, case_, NULL);
}

/* Who may see the case may say it: it tells nothing of its words, nor of its reporter. */
static bool set(struct talk *talk, bool is_called)
{
    struct turn *turn = talk->turn;
    struct case_ *case_;
    unsigned standing;

    if (talk->match.number_kind == NUMBER_NONE)
        return talk_answer_form(talk, NULL);
    if (!cadre_case(talk, &case_))
        return false;
    if (!case_)
        return true;
    if (!standing_of(turn, case_, talk->person, &standing))
        return false;
    if (!(standing & (BY_HANDLER | BY_UNIT | BY_LEADER | BY_SUPERVISOR)))
        return talk_refuse(talk, REFUSED_MAY_NOT, case_);
    if (is_called && !calling_may(turn->config, case_->reporter))
        return answer(talk, case_, "cannot");
    return store_set_called(turn->store, case_->reporter, is_called) &&
           answer(talk, case_, is_called ? "calls" : "texts");
}

bool cadre_call(struct talk *talk)
{
    return set(talk, true);
}

bool cadre_call_no_more(struct talk *talk)
{
    return set(talk, false);
}
