#include "gateway/conversation/cadre/cadre_hear.h"

#include <string.h>

#include "gateway/case/hearing.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/conversation/place.h"
#include "gateway/turn/facts.h"

enum { LISTED = 6 };

/* Takes the step; answers with one text, or with another where the words accuse an official. */
static bool take(struct talk *talk, enum act act, const char *name, const char *restricted)
{
    struct action action = { .act = act, .words = talk->match.rest };
    struct understood understood;

    if (!cadre_case(talk, &action.case_))
        return false;
    if (!action.case_)
        return true;
    understand(talk->turn->understanding, talk->turn->mem, action.words, &understood);
    if (!place_settle_of(talk->turn, action.case_->reporter, &understood))
        return false;
    action.understood = &understood;
    if (!talk_step(talk, &action))
        return false;
    if (action.refusal)
        return talk_refuse(talk, action.refusal, action.case_);
    return talk_answer_case(talk, action.is_restricted ? restricted : name, action.case_, "") &&
           talk_done(talk, OUTCOME_COMMAND, action.case_, NULL);
}

bool cadre_write_down(struct talk *talk)
{
    if (!*talk->match.rest)
        return talk_answer_form(talk, cadre_number(talk));
    return take(talk, ACT_WRITE_DOWN, "written-down-done", "sent-up-done");
}

bool cadre_send_up(struct talk *talk)
{
    if (talk->match.number_kind == NUMBER_NONE) /* never the only case they have in hand */
        return talk_answer_form(talk, NULL);
    return take(talk, ACT_SEND_UP, "sent-up-done", "sent-up-done");
}

struct listing {
    struct json_object *list;
    int64_t count;
};

static bool list_one(struct talk *talk, const struct recording *recording, struct listing *listing)
{
    struct turn *turn = talk->turn;
    struct json_object *one;
    struct case_ *case_;
    bool may;

    if (!store_case(turn->store, turn->mem, recording->case_id, &case_))
        return false;
    if (!case_)
        return true;
    if (!hearing_may(turn, case_, recording, talk->person, &may))
        return false;
    if (!may || listing->count++ >= LISTED)
        return true;
    if (!facts_of_listed(turn, case_, &one))
        return false;
    facts_number(one, "minutes", hearing_minutes(turn->now, recording));
    json_object_array_add(listing->list, one);
    return true;
}

bool cadre_to_hear(struct talk *talk)
{
    const struct recording_filter unwritten = { .is_unwritten = true };
    struct listing listing = { .list = json_object_new_array() };
    struct json_object *facts = json_object_new_object();
    struct recording *recordings;
    size_t n;
    bool is_done = store_recordings(talk->turn->store, talk->turn->mem, &unwritten, &recordings, &n);

    json_object_object_add(facts, "cases", listing.list);
    for (size_t i = 0; i < n && is_done; i++)
        is_done = list_one(talk, &recordings[i], &listing);
    if (!is_done) {
        json_object_put(facts);
        return false;
    }
    facts_number(facts, "count", listing.count);
    facts_flag(facts, "none", listing.count == 0);
    return talk_answer(talk, "unheard", facts, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

bool cadre_add_transcript(struct talk *talk, const struct case_ *case_, struct json_object *facts)
{
    const struct recording_filter unwritten = { .case_id = case_->id, .is_unwritten = true };
    struct recording *recordings;
    bool may = false;
    size_t n;

    if (!store_recordings(talk->turn->store, talk->turn->mem, &unwritten, &recordings, &n))
        return false;
    for (size_t i = 0; i < n && !may; i++) {
        if (recordings[i].transcript != TRANSCRIPT_DONE)
            continue;
        if (!hearing_may(talk->turn, case_, &recordings[i], talk->person, &may))
            return false;
        if (may)
            facts_text(facts, "transcript", recordings[i].transcript_text, CLIP_CALENDAR);
    }
    return true;
}
