#include "gateway/conversation/talk.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/joined.h"
#include "gateway/case/lifecycle.h"
#include "gateway/case/restriction.h"
#include "gateway/case/standing.h"
#include "gateway/conversation/open_case.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/time_limits.h"
#include "store/county/transfers.h"
#include "store/questions.h"

enum { LISTED = 3, LOOKED_AT = 12 /* several may have been merged into one, or not be theirs to see */ };

/* Somebody's own case that was merged is dealt with in its root. */
static bool follow_mergers(struct talk *talk, struct case_ **case_)
{
    if (!*case_ || strcmp((*case_)->reporter, talk->event->from) != 0 ||
        owner_is_past(talk->person, (*case_)->received_at))
        return true;
    return joined_root(talk->turn, *case_, case_);
}

/*
 * The person's own case, or one they work on, whose copy has this number in another county, or which is such
 * a copy. The answer names the county: two counties may give the same number.
 */
static bool answer_elsewhere(struct talk *talk, const char *number, bool *is_answered)
{
    struct transfer *transfers;
    size_t n;

    *is_answered = false;
    if (!store_transfers_by_their_number(talk->turn->store, talk->turn->mem, number, &transfers, &n))
        return false;
    for (size_t i = 0; i < n && !*is_answered; i++) {
        unsigned standing = 0;
        struct json_object *facts;
        struct case_ *case_;

        if (!store_case_by_number(talk->turn->store, talk->turn->mem, transfers[i].number, &case_) ||
            (case_ && !standing_of(talk->turn, case_, talk->person, &standing)))
            return false;
        if (!standing)
            continue;
        *is_answered = true;
        facts = facts_text(NULL, "county", transfers[i].name, CLIP_HINT);
        facts_text(facts, "their_number", number, 0);
        facts_text(facts, "number", case_->number, 0);
        if (!talk_answer(talk, "number-elsewhere", facts, case_) ||
            !talk_done(talk, OUTCOME_COMMAND, case_, "another county's number"))
            return false;
    }
    return true;
}

bool talk_numbered_case(struct talk *talk, enum number_kind kind, const char *number, struct case_ **case_)
{
    unsigned standing = 0;
    bool is_answered;

    *case_ = NULL;
    if (kind == NUMBER_WRONG)
        return talk_answer(talk, "wrong-number", facts_text(NULL, "number", number, 0), NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "wrong number");
    if (!store_case_by_number(talk->turn->store, talk->turn->mem, number, case_))
        return false;
    if (*case_ && !standing_of(talk->turn, *case_, talk->person, &standing))
        return false;
    if (standing)
        return follow_mergers(talk, case_);
    *case_ = NULL;
    if (!answer_elsewhere(talk, number, &is_answered))
        return false;
    if (is_answered)
        return true;
    return talk_answer(talk, "no-such-case", facts_text(NULL, "number", number, 0), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "no such case");
}

static int count_numbers(const char *listed)
{
    int n = 1;

    for (; *listed; listed++)
        n += *listed == ',';
    return n;
}

/* The command as it was, for when a line of the list is chosen: its word, rating, count and rest. */
static bool ask_which(struct talk *talk, const struct case_ *cases, size_t n)
{
    int index = talk->listed ? count_numbers(talk->listed) : 0;
    char *data = talloc_asprintf(talk->turn->mem, "%.*s\t%d\t%d", (int)strcspn(talk->command->words, "|"),
                                 talk->command->words, talk->match.rating, talk->match.count);
    struct json_object *list = json_object_new_array(), *facts = json_object_new_object();

    data = talloc_asprintf_append(data, "\t%s", talk->listed ? talk->listed : "");
    for (size_t i = 0; i < n && i < LISTED; i++) {
        struct json_object *one;

        if (!facts_of_listed(talk->turn, &cases[i], &one)) {
            json_object_put(list);
            json_object_put(facts);
            return false;
        }
        facts_number(one, "index", index + (int64_t)i + 1);
        facts_text(one, "text", cases[i].text, 6);
        json_object_array_add(list, one);
        data = talloc_asprintf_append(data, "%s%s", i || talk->listed ? "," : "", cases[i].number);
    }
    data = talloc_asprintf_append(data, "\t%s", talk->match.rest ? talk->match.rest : "");
    json_object_object_add(facts, "cases", list);
    facts_flag(facts, "more", n > LISTED);
    facts_flag(facts, "asks_state", strncmp(talk->command->words, "查|", strlen("查|")) == 0);
    if (!talk_ask(talk->turn, talk->event->from, QUESTION_LIST, 0, data)) {
        json_object_put(facts);
        return false;
    }
    return talk_answer(talk, "which-case", facts, NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "asked which case");
}

static bool is_among(const struct case_ *cases, size_t n, const struct case_ *case_)
{
    for (size_t i = 0; i < n; i++)
        if (cases[i].id == case_->id)
            return true;
    return false;
}

/* Keeps the cases they may see, LISTED and one more at most, which tells that there are more; in place of one
 * that was merged, its root if that is in these states. */
static bool keep_visible(struct talk *talk, unsigned states, struct case_ *cases, size_t *n)
{
    size_t kept = 0;

    for (size_t i = 0; i < *n && kept <= LISTED; i++) {
        struct case_ *case_ = &cases[i];
        unsigned standing;

        if (!standing_of(talk->turn, case_, talk->person, &standing) || !follow_mergers(talk, &case_))
            return false;
        if (standing && (!states || states >> case_->state & 1) && !is_among(cases, kept, case_))
            cases[kept++] = *case_;
    }
    *n = kept;
    return true;
}

/* Tells a reporter that what they ask for has to wait until their open case is closed. */
static enum refusal why_not(const struct talk *talk, const struct case_ *case_, enum refusal refusal)
{
    bool is_open = case_state_is_open(case_->state);
    bool is_theirs = !talk->person->roles || strcmp(case_->reporter, talk->event->from) == 0;

    return is_open && is_theirs && refusal == REFUSED_NOT_NOW ? REFUSED_NOT_YET : refusal;
}

/* A reporter is told of their latest case, and why it cannot be this one. */
static bool answer_none(struct talk *talk)
{
    int64_t half_a_year_ago = talk->turn->now - SILENT_SECONDS;
    struct case_filter filter = { .reporter = talk->event->from,
                                  .since = talk->since > half_a_year_ago ? talk->since : half_a_year_ago,
                                  .newest_first = true,
                                  .limit = 1 };
    struct case_ *latest;
    size_t n;

    if (!store_cases(talk->turn->store, talk->turn->mem, &filter, &latest, &n))
        return false;
    if (n == 0 || talk->person->roles)
        return talk_answer(talk, "no-open-case", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "no open case");
    return talk_answer_case(talk, refusal_name(why_not(talk, latest, REFUSED_NOT_NOW)), latest, "") &&
           talk_done(talk, OUTCOME_COMMAND, latest, "no open case");
}

static bool answer_no_more(struct talk *talk)
{
    return talk_answer(talk, "no-more", NULL, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, "no more");
}

static bool find_last_listed(struct talk *talk, int64_t *id)
{
    const char *last = strrchr(talk->listed, ',');
    struct case_ *case_;

    if (!store_case_by_number(talk->turn->store, talk->turn->mem, last ? last + 1 : talk->listed, &case_))
        return false;
    *id = case_ ? case_->id : 0;
    return true;
}

bool talk_case(struct talk *talk, const struct case_filter *filter, struct case_ **case_)
{
    struct case_filter newest = *filter;
    struct case_ *cases;
    size_t n;

    *case_ = NULL;
    if (talk->match.number_kind != NUMBER_NONE)
        return talk_numbered_case(talk, talk->match.number_kind, talk->match.number, case_);
    newest.newest_first = true;
    newest.limit = LOOKED_AT;
    if (talk->listed && !find_last_listed(talk, &newest.after_id))
        return false;
    if (filter->reporter && filter->states)
        newest.states |= 1u << CASE_MERGED;
    if (!store_cases(talk->turn->store, talk->turn->mem, &newest, &cases, &n) ||
        !keep_visible(talk, filter->states, cases, &n))
        return false;
    if (n == 0)
        return talk->listed ? answer_no_more(talk) : answer_none(talk);
    if (n > 1 || talk->listed)
        return ask_which(talk, cases, n);
    *case_ = &cases[0];
    return true;
}

bool talk_step(struct talk *talk, struct action *action)
{
    action->by = talk->person;
    action->line = talk->event->line;
    action->event_id = talk->event->id;
    action->sent_at = talk->event->at;
    return cases_take(talk->turn, action);
}

bool talk_refuse(struct talk *talk, enum refusal refusal, const struct case_ *case_)
{
    return talk_answer_case(talk, refusal_name(refusal), case_, "") &&
           talk_done(talk, OUTCOME_COMMAND, case_, refusal_name(refusal));
}

/* Whether a reporter accuses an official in a step that could not be taken. */
static bool is_unheard(struct talk *talk, const struct action *action, bool *is_so)
{
    const struct transition *transition = lifecycle_transition(action->act, action->case_->state);

    *is_so = false;
    return !action->refusal || restriction_accuses(talk->turn, action, transition, is_so);
}

/* 催 and 包案, say, which nobody who works on a case may do. */
static bool is_for_those_above(const struct action *action)
{
    const struct transition *transition = lifecycle_transition(action->act, action->case_->state);

    return !(transition->by & (BY_REPORTER | BY_HANDLER | BY_UNIT));
}

/* The rating is the one just given: the case keeps the worst of several reporters'. */
static bool answer_taken(struct talk *talk, const char *name, const struct action *action)
{
    struct json_object *facts;

    if (!talk_case_facts(talk, action->case_, action->words, &facts))
        return false;
    facts_rating(facts, action->rating);
    facts_flag(facts, "above", is_for_those_above(action));
    if (action->refusal == REFUSED_TOO_LONG)
        facts_date(facts, "extend_by", time_limit_longest(talk->turn->config, action->case_));
    facts_flag(facts, "can_reopen", talk->turn->now - action->case_->closed_at <= REOPEN_SECONDS);
    return talk_answer(talk, name, facts, action->case_);
}

bool talk_refuse_step(struct talk *talk, const struct action *action)
{
    return answer_taken(talk, refusal_name(action->refusal), action) &&
           talk_done(talk, OUTCOME_COMMAND, action->case_, refusal_name(action->refusal));
}

bool talk_take(struct talk *talk, struct action *action, const char *name)
{
    bool is_lost;

    if (!talk_step(talk, action) || !is_unheard(talk, action, &is_lost))
        return false;
    if (is_lost) /* of a case that is withdrawn, say: a new one */
        return open_case(talk, action->words, 0, action->case_->is_anonymous);
    if (action->refusal)
        name = refusal_name(why_not(talk, action->case_, action->refusal));
    else if (action->is_restricted)
        name = "restricted";
    return answer_taken(talk, name, action) &&
           talk_done(talk, OUTCOME_COMMAND, action->case_, refusal_name(action->refusal));
}
