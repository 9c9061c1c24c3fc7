#include "gateway/conversation/cadre/cadre_texts.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/case/standing.h"
#include "gateway/turn/facts.h"
#include "store/notices.h"
#include "store/steps.h"

enum { DIGITS_MOST = 18 };

struct decision {
    const char *name, *step; /* fact of the answer; kind of the step */
    enum notice_state state; /* NOTICE_READY: it is sent again */
};

static bool answer_none(struct talk *talk, int64_t id)
{
    return talk_answer(talk, "no-such-text", facts_number(NULL, "text_id", id), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "no such text");
}

static bool find(struct talk *talk, int64_t id, struct notice **notice, struct case_ **case_, bool *may)
{
    unsigned standing = 0;
    bool sorts;

    *case_ = NULL;
    *may = false;
    if (!store_notice(talk->turn->store, talk->turn->mem, id, notice) ||
        (*notice && (*notice)->case_id &&
         !store_case(talk->turn->store, talk->turn->mem, (*notice)->case_id, case_)))
        return false;
    if ((*case_ && !standing_of(talk->turn, *case_, talk->person, &standing)) ||
        !standing_is_sorter(talk->turn, talk->person, &sorts))
        return false;
    *may = *notice && (standing & (BY_HANDLER | BY_UNIT | BY_LEADER | BY_SUPERVISOR) ||
                       ((sorts || talk->person->roles & ROLE_OPERATOR) && !(*notice)->is_withheld));
    return true;
}

static bool carry_out(struct talk *talk, const struct notice *notice, const struct decision *decision,
                      bool *is_done)
{
    *is_done = notice->state == NOTICE_FAILED || notice->state == NOTICE_UNKNOWN;
    if (!*is_done)
        return true;
    if (decision->state != NOTICE_READY)
        return store_settle_notice(talk->turn->store, notice->id, decision->state, decision->step,
                                   talk->turn->now);
    *is_done = !notice_is_secret(notice->name); /* a code is asked for anew */
    talk->turn->has_notices |= *is_done;
    return !*is_done || store_resend_notice(talk->turn->store, notice->id, talk->turn->now, is_done);
}

static bool note_step(struct talk *talk, const struct notice *notice, const struct decision *decision)
{
    struct step step = { .case_id = notice->case_id,
                         .at = talk->turn->now,
                         .actor = talk->event->from,
                         .line = talk->event->line,
                         .kind = decision->step,
                         .words = notice_is_secret(notice->name) ? "" : notice->text,
                         .event_id = talk->event->id };

    return !notice->case_id || store_add_step(talk->turn->store, &step);
}

static bool decide(struct talk *talk, const struct decision *decision)
{
    const char *digits = talk->match.rest_normal ? talk->match.rest_normal : "";
    int64_t id = atoll(digits);
    struct notice *notice;
    struct case_ *case_;
    bool is_done;

    if (!*digits || strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > DIGITS_MOST)
        return talk_answer_form(talk, NULL);
    if (!find(talk, id, &notice, &case_, &is_done) ||
        (is_done && !carry_out(talk, notice, decision, &is_done)))
        return false;
    if (!is_done)
        return answer_none(talk, id);
    return note_step(talk, notice, decision) &&
           talk_answer(talk, "text-decided",
                       facts_flag(facts_number(NULL, "text_id", id), decision->name, true), case_) &&
           talk_done(talk, OUTCOME_COMMAND, case_, NULL);
}

bool cadre_text_again(struct talk *talk)
{
    static const struct decision again = { "again", "notice sent again", NOTICE_READY };

    return decide(talk, &again);
}

bool cadre_text_given_up(struct talk *talk)
{
    static const struct decision given_up = { "given_up", "notice given up", NOTICE_CANCELLED };

    return decide(talk, &given_up);
}

bool cadre_text_arrived(struct talk *talk)
{
    static const struct decision arrived = { "arrived", "notice arrived", NOTICE_DELIVERED };

    return decide(talk, &arrived);
}
