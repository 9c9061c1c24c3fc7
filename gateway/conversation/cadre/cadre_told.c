#include <string.h>

#include "gateway/case/cases.h"
#include "gateway/conversation/cadre/cadre_words.h"
#include "gateway/turn/dates.h"
#include "store/notices.h"

enum { REPLY_DAYS = 3, LOOKED_AT = 20 };

/* How much of what the words name the case has: its place counts more than its topic. */
static int likeness(const struct understood *understood, const struct case_ *case_)
{
    bool names_topic = understood->topic_confidence >= SURE_TOPIC && strcmp(understood->topic, "other") != 0;

    return (understood->place.unit && understood->place.unit == case_->place ? 2 : 0) +
           (names_topic && strcmp(understood->topic, case_->topic) == 0 ? 1 : 0);
}

bool cadre_words_may_report(struct talk *talk, struct case_ *case_, enum refusal *refusal)
{
    struct action progress = { .act = ACT_PROGRESS, .case_ = case_, .by = talk->person, .words = "." };

    if (!cases_may_take(talk->turn, &progress))
        return false;
    *refusal = progress.refusal;
    return true;
}

/* The only case they have in hand; NULL: they have none, or several. */
static bool find_only(struct talk *talk, struct case_ **case_)
{
    struct case_filter mine = { .handler = talk->event->from, .states = 1u << CASE_IN_HAND, .limit = 2 };
    enum refusal refusal = NOT_REFUSED;
    struct case_ *cases;
    size_t n;

    if (!store_cases(talk->turn->store, talk->turn->mem, &mine, &cases, &n) ||
        (n == 1 && !cadre_words_may_report(talk, cases, &refusal)))
        return false;
    *case_ = n == 1 && refusal == NOT_REFUSED ? cases : NULL;
    return true;
}

/* In place of the case that they were told of: the only one in hand that is more like what the words name. */
static bool find_named(struct talk *talk, struct case_ **case_)
{
    struct case_filter mine = {
        .handler = talk->event->from, .states = 1u << CASE_IN_HAND, .newest_first = true, .limit = LOOKED_AT
    };
    int most = *case_ ? likeness(talk->understood, *case_) : 0;
    enum refusal refusal = NOT_REFUSED;
    struct case_ *cases, *best = NULL;
    bool is_alone = true;
    size_t n;

    if (!store_cases(talk->turn->store, talk->turn->mem, &mine, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        int like = likeness(talk->understood, &cases[i]);

        if (like < most || like == 0 || (like == most && !best))
            continue;
        is_alone = like > most;
        best = &cases[i];
        most = like;
    }
    if (!best || !is_alone)
        return true;
    if (!cadre_words_may_report(talk, best, &refusal))
        return false;
    if (refusal == NOT_REFUSED)
        *case_ = best;
    return true;
}

/* The first that they have in hand, and of those that wait the one most like what the words name. */
static bool find_told(struct talk *talk, struct case_ **case_, struct case_ **waiting)
{
    struct turn *turn = talk->turn;
    struct told_cases told;

    *case_ = *waiting = NULL;
    if (!store_told_cases(turn->store, talk->event->from, turn->now - REPLY_DAYS * (int64_t)DAY_SECONDS,
                          &told))
        return false;
    for (size_t i = 0; i < told.n; i++) {
        struct case_ *one;
        enum refusal refusal;

        if (!store_case(turn->store, turn->mem, told.ids[i], &one) ||
            (one && !cadre_words_may_report(talk, one, &refusal)))
            return false;
        if (one && refusal == NOT_REFUSED && !*case_)
            *case_ = one;
        if (one && refusal == REFUSED_ACCEPT_FIRST && strcmp(one->reporter, talk->event->from) != 0 &&
            (*waiting ? likeness(talk->understood, one) > likeness(talk->understood, *waiting)
                      : !*case_ || cadre_words_name(talk, one)))
            *waiting = one;
    }
    return *case_ || find_only(talk, case_);
}

bool cadre_words_name(const struct talk *talk, const struct case_ *case_)
{
    return likeness(talk->understood, case_) > 0;
}

bool cadre_words_told(struct talk *talk, struct case_ **case_, struct case_ **waiting)
{
    if (!find_told(talk, case_, waiting) || !find_named(talk, case_))
        return false;
    if (*case_ && *waiting && likeness(talk->understood, *waiting) > likeness(talk->understood, *case_))
        *case_ = NULL;
    return true;
}

bool cadre_words_alarm(struct talk *talk, struct case_ **case_)
{
    struct turn *turn = talk->turn;
    struct told_cases told;

    *case_ = NULL;
    if (!store_told_cases(turn->store, talk->event->from, turn->now - DAY_SECONDS, &told))
        return false;
    for (size_t i = 0; i < told.n && !(*case_ && (*case_)->alarm_at); i++)
        if (!store_case(turn->store, turn->mem, told.ids[i], case_))
            return false;
    if (*case_ && (!(*case_)->alarm_at || strcmp((*case_)->reporter, talk->event->from) == 0))
        *case_ = NULL;
    return true;
}
