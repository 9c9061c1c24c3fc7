#include "gateway/conversation/villager.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/joined.h"
#include "gateway/case/review.h"
#include "gateway/case/standing.h"
#include "gateway/conversation/confirm.h"
#include "gateway/conversation/follow_up.h"
#include "gateway/conversation/meaning.h"
#include "gateway/conversation/open_case.h"
#include "gateway/conversation/rest.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/inquiry.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/transfer.h"
#include "store/questions.h"
#include "store/steps.h"

enum { SPLIT_HOURS = 72 };

static struct case_filter own(const struct talk *talk, unsigned states)
{
    return (struct case_filter){ .reporter = talk->event->from, .states = states, .since = talk->since };
}

/* The answer to words that were kept. */
static const char *kept_text(const struct action *action)
{
    return action->is_restricted ? "restricted" : action->act == ACT_ADD ? "added" : "passed-up";
}

/* The step whose words say what became of the case; while it is open, the latest progress. */
static const char *telling_step(const struct case_ *case_)
{
    const char *answer = case_state_answer(case_->state);

    return answer ? answer : "progress";
}

static bool tell_standing(struct talk *talk, const struct case_ *case_)
{
    struct json_object *facts;
    struct step *said;

    if (!store_last_step(talk->turn->store, talk->turn->mem, case_->id, telling_step(case_), &said) ||
        !facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_flag(facts, "ended", !case_state_is_open(case_->state));
    facts_text(facts, "words", said ? said->words : "", CLIP_CALENDAR);
    facts_date(facts, "said", said ? said->at : 0);
    if (!transfer_add_facts(talk->turn, case_, facts)) {
        json_object_put(facts);
        return false;
    }
    return talk_answer(talk, "status", facts, case_);
}

static bool answer_status(struct talk *talk, struct case_ *case_)
{
    struct action view = { .act = ACT_VIEW, .case_ = case_ }, added;
    bool is_kept;

    if (talk->person->roles && strcmp(case_->reporter, talk->event->from) != 0 && !talk_step(talk, &view))
        return false; /* a cadre looks at it */
    if (strcmp(case_->reporter, talk->event->from) == 0 && owner_is_past(talk->person, case_->received_at))
        return talk_answer(talk, "status-brief", facts_in_brief(case_), case_) &&
               talk_done(talk, OUTCOME_COMMAND, case_, NULL);
    if (case_->state == CASE_NO_COMPLAINT && strcmp(case_->reporter, talk->event->from) == 0)
        return talk_answer_case(talk, "not-registered", case_, "") &&
               talk_done(talk, OUTCOME_COMMAND, case_, NULL);
    if (!rest_keep(talk, case_, &added, &is_kept))
        return false;
    if (is_kept && added.is_restricted)
        return talk_answer_case(talk, "restricted", case_, "") &&
               talk_done(talk, OUTCOME_COMMAND, case_, NULL);
    return tell_standing(talk, case_) && talk_done(talk, OUTCOME_COMMAND, case_, NULL);
}

/* Takes the code behind a number out of the text and of all that is kept of it. */
static bool take_code(struct talk *talk, const char **code)
{
    *code = inquiry_code_in(talk->turn->mem, talk->match.rest_normal ? talk->match.rest_normal : "");
    if (!*code)
        return true;
    talk->match.rest = talk->match.rest_normal = "";
    return store_blank_event(talk->turn->store, talk->event->id);
}

static bool answer_by_code(struct talk *talk, const struct case_ *case_, bool is_too_often)
{
    if (is_too_often)
        return talk_answer(talk, "inquiry-too-often", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "too many wrong codes");
    return store_blank_event(talk->turn->store, talk->event->id) &&
           talk_answer(talk, "status-by-code", facts_in_brief(case_), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

/* Who sees the case anyway is told in full. The event stays without the case, which their phone has nothing
 * to do with. */
bool villager_tell_by_code(struct talk *talk, bool *is_told)
{
    struct inquiry inquiry = { .phone = talk->event->from, .line = talk->event->line };
    struct turn *turn = talk->turn;
    unsigned standing = 0;
    struct case_ *case_;
    bool is_plain;

    *is_told = false;
    if (!take_code(talk, &inquiry.code))
        return false;
    is_plain = inquiry.code != NULL;
    if (!is_plain && talk->match.rest_normal)
        inquiry.code = inquiry_code_among(turn->mem, talk->match.rest_normal);
    if (!inquiry.code || talk->match.number_kind != NUMBER_RIGHT)
        return true;
    if (!store_case_by_number(turn->store, turn->mem, talk->match.number, &case_) ||
        (case_ && !standing_of(turn, case_, talk->person, &standing)))
        return false;
    if (standing)
        return true;
    if (!inquiry_try(turn, case_, &inquiry))
        return false;
    *is_told = inquiry.is_right || (is_plain && inquiry.is_too_often);
    return !*is_told || answer_by_code(talk, case_, inquiry.is_too_often);
}

/* With no open case, the status of the latest one. */
static bool tell_status(struct talk *talk)
{
    struct case_filter open = own(talk, OPEN_STATES), any = { .reporter = talk->event->from };
    struct case_ *case_ = NULL;
    int64_t n = 1;
    bool is_told;

    if (!villager_tell_by_code(talk, &is_told))
        return false;
    if (is_told)
        return true;
    if (talk->match.number_kind == NUMBER_NONE && !store_count_cases(talk->turn->store, &open, &n))
        return false;
    if (n == 0) {
        struct case_ *cases;
        size_t found;

        any.newest_first = true;
        any.limit = 1;
        if (!store_cases(talk->turn->store, talk->turn->mem, &any, &cases, &found))
            return false;
        if (found && owner_is_past(talk->person, cases[0].received_at))
            return answer_status(talk, &cases[0]);
        if (found)
            return joined_root(talk->turn, &cases[0], &case_) && answer_status(talk, case_);
    }
    if (!talk_case(talk, &open, &case_))
        return false;
    return !case_ || answer_status(talk, case_);
}

/* Adds the words behind the command to the case. */
static bool add(struct talk *talk, struct case_ *case_, const struct understood *understood)
{
    return talk_take(
        talk,
        &(struct action){
            .act = ACT_ADD, .case_ = case_, .words = talk->match.rest, .understood = understood },
        "added");
}

/* 补 alone means the last text, where we asked what it meant. */
static bool mean_last(struct talk *talk)
{
    struct event *last;

    if (!talk_last_text(talk, &last))
        return false;
    if (last && last->outcome && meaning_was_taken(last) &&
        strcmp(last->outcome, event_outcome_name(OUTCOME_WAITING)) == 0 &&
        talk->turn->now - last->received_at <= SPLIT_HOURS * (int64_t)3600)
        talk->match.rest = last->text;
    return true;
}

/* Whether a case can be meant: one by number, or any that the filter finds. Words that can mean none are a
 * complaint. */
static bool has_case(struct talk *talk, const struct case_filter *filter, bool *is_any)
{
    int64_t n = 1;

    if (talk->match.number_kind == NUMBER_NONE && !store_count_cases(talk->turn->store, filter, &n))
        return false;
    *is_any = n > 0;
    return true;
}

static bool add_words(struct talk *talk)
{
    struct case_filter open = own(talk, OPEN_STATES);
    struct understood understood;
    struct case_ *case_;
    bool is_any;

    if (!*talk->match.rest && !mean_last(talk))
        return false;
    if (!*talk->match.rest)
        return talk_answer_form(talk, talk->match.number_kind == NUMBER_RIGHT ? talk->match.number : NULL);
    if (!has_case(talk, &open, &is_any))
        return false;
    if (!is_any)
        return open_case(talk, NULL, 0, false);
    talk->is_meant = talk->match.number_kind != NUMBER_NONE; /* of another's number the answer says 新 */
    if (!talk_case(talk, &open, &case_))
        return false;
    if (!case_)
        return !talk->is_meant || meaning_note(talk, "words for a case that is not theirs");
    talk->is_meant = false;
    understand(talk->turn->understanding, talk->turn->mem, talk->match.rest, &understood);
    return add(talk, case_, &understood);
}

bool villager_rate(struct talk *talk, struct case_ *case_, int rating, const char *comment)
{
    struct turn *turn = talk->turn;
    bool is_recent = turn->now - case_->closed_at <= REOPEN_SECONDS;
    struct action action = { .act = ACT_RATE, .case_ = case_, .rating = rating, .is_silent = rating == 4 };

    action.words = talloc_asprintf(turn->mem, "%d %s", rating, comment);
    if (!store_answer_question(turn->store, talk->event->from))
        return false;
    if (rating < 4)
        return talk_take(talk, &action, "thanks-for-rating");
    if (!talk_step(talk, &action))
        return false;
    if (action.refusal)
        return talk_refuse(talk, action.refusal, case_);
    if (action.is_restricted)
        return talk_answer_case(talk, "restricted", case_, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, case_, NULL);
    return talk_take(
        talk,
        &(struct action){ .act = is_recent ? ACT_REOPEN : ACT_COMPLAIN, .case_ = case_, .words = comment },
        is_recent ? "reopened" : "passed-up");
}

/* Keeps words that stand in place of the rating if they are long, accuse or tell of danger; otherwise answers
 * with the form. */
static bool answer_no_rating(struct talk *talk)
{
    const char *number = talk->match.number_kind == NUMBER_RIGHT ? talk->match.number : NULL;
    struct case_filter closed = own(talk, ENDED_STATES);
    struct case_ *case_ = NULL;
    struct action kept;
    bool is_kept = false, is_any;

    if (!has_case(talk, &closed, &is_any))
        return false;
    if (!is_any && !*talk->match.rest) /* nothing to rate yet */
        return talk_case(talk, &closed, &case_);

    if (number && !store_case_by_number(talk->turn->store, talk->turn->mem, number, &case_))
        return false;
    if (case_ && !rest_keep(talk, case_, &kept, &is_kept))
        return false;
    return is_kept ? talk_answer_case(talk, kept_text(&kept), case_, "") &&
                         talk_done(talk, OUTCOME_COMMAND, case_, NULL)
                   : talk_answer_form(talk, number);
}

static bool rate(struct talk *talk)
{
    struct case_filter closed = own(talk, ENDED_STATES);
    struct understood remark;
    struct case_ *case_;
    bool is_any;

    if (!talk->match.rating)
        return answer_no_rating(talk);
    if (!has_case(talk, &closed, &is_any))
        return false;
    understand(talk->turn->understanding, talk->turn->mem, talk->match.rest, &remark);
    if (!is_any && remark.kind == TEXT_CASE)
        return open_case(talk, NULL, 0, false); /* 评 3 王庄村的路没修: there is nothing to rate */
    if (!talk_case(talk, &closed, &case_))
        return false;
    return !case_ || villager_rate(talk, case_, talk->match.rating, talk->match.rest);
}

static bool help(struct talk *talk)
{
    return talk_answer(talk, "help", NULL, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

static bool stop(struct talk *talk)
{
    return store_set_stopped(talk->turn->store, talk->event->from, true) &&
           talk_answer(talk, "stopped", facts_flag(NULL, "cadre", talk->person->roles), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

/* 恢复 also takes back what was taken for words of a new owner. */
static bool take_back_owner(struct talk *talk)
{
    const struct question *question = talk->question;

    if (!question || question->kind != QUESTION_OWNER)
        return true;
    return store_answer_question(talk->turn->store, talk->event->from) &&
           talk_set_owner(talk, strtoll(question->data, NULL, 10));
}

static bool start(struct talk *talk)
{
    return take_back_owner(talk) && store_set_stopped(talk->turn->store, talk->event->from, false) &&
           talk_answer(talk, "started", NULL, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

/* Words that were added to a case unasked leave it and become one of their own; so does a text that was taken
 * for something else than a complaint. */
static bool split_off(struct talk *talk)
{
    struct event *last;
    struct case_ *case_ = NULL;
    struct action action = { .act = ACT_SPLIT_OFF };

    if (!talk_last_text(talk, &last))
        return false;
    if (!last || !last->outcome || talk->turn->now - last->received_at > SPLIT_HOURS * (int64_t)3600)
        return talk_answer_form(talk, NULL);
    if (meaning_was_taken(last))
        return open_case(talk, last->text, 0, false);
    if (strcmp(last->outcome, event_outcome_name(OUTCOME_ADDED)) != 0)
        return talk_answer_form(talk, NULL);
    if (!store_case(talk->turn->store, talk->turn->mem, last->case_id, &case_))
        return false;
    if (!case_)
        return talk_answer_form(talk, NULL);
    action.case_ = case_;
    action.words = last->text;
    return talk_step(talk, &action) && open_case(talk, last->text, case_->place, case_->is_anonymous);
}

/* Without words, splits off what was added; with words, opens a new case, however soon after another. */
static bool begin_another(struct talk *talk)
{
    const char *words = talk->match.rest;
    bool is_handled = false;

    if (!*words)
        return split_off(talk);
    /* in "New pipes leak" the command is an ordinary word: keep the text whole */
    if (talk->understood->normal.text[talk->understood->normal.body] == 'n')
        words = talk->event->text;
    if (!follow_up_whose_appeal(talk, &is_handled) ||
        (!is_handled && !follow_up_same(talk, words, &is_handled)))
        return false;
    return is_handled || open_case(talk, words, 0, false);
}

/* A case that has an answer: by its number, or the only one. */
static bool answered_case(struct talk *talk, struct case_ **case_)
{
    struct case_filter answered = own(talk, ANSWERED_STATES);

    return talk_case(talk, &answered, case_);
}

static bool reopen(struct talk *talk)
{
    struct case_ *case_;

    if (!answered_case(talk, &case_))
        return false;
    return !case_ ||
           talk_take(talk, &(struct action){ .act = ACT_REOPEN, .case_ = case_, .words = talk->match.rest },
                     "reopened");
}

static bool appeal(struct talk *talk)
{
    struct case_ *case_;

    struct reviewer reviewer;

    if (!answered_case(talk, &case_))
        return false;
    if (!case_)
        return true;
    if (!review_find(talk->turn, case_, case_->reviews + 1, &reviewer))
        return false;
    return reviewer.is_outside
               ? talk_take(
                     talk,
                     &(struct action){ .act = ACT_APPEAL_OUTSIDE, .case_ = case_, .words = talk->match.rest },
                     "appealed-outside")
               : talk_take(talk,
                           &(struct action){ .act = ACT_APPEAL, .case_ = case_, .words = talk->match.rest },
                           "appealed");
}

bool villager_means_answered(struct talk *talk, bool *is_so)
{
    struct case_filter answered = own(talk, ANSWERED_STATES);
    int64_t n = 0;

    *is_so = false;
    if (!talk_find_lacking(talk, villager_commands) ||
        (talk->command->run != reopen && talk->command->run != appeal))
        return true;
    if (!store_count_cases(talk->turn->store, &answered, &n))
        return false;
    *is_so = n > 0;
    return true;
}

/* Their own case, which may be one that was merged into the case they mean. */
static bool find_own(struct talk *talk, struct case_ **case_)
{
    const struct case_ *own;

    return joined_own(talk->turn, *case_, talk->event->from, &own) &&
           (!own || own->id == (*case_)->id ||
            store_case(talk->turn->store, talk->turn->mem, own->id, case_));
}

/* 找着了，没事了: those who were rung hear it at once, not after the code has come back. */
static bool tell_rung(struct talk *talk, struct case_ *case_)
{
    struct action action = { .act = ACT_ADD, .case_ = case_, .words = talk->event->text };

    return !case_->alarm_at || talk_step(talk, &action);
}

static bool withdraw(struct talk *talk)
{
    struct case_filter open = own(talk, OPEN_STATES);
    struct understood understood;
    struct case_ *case_;

    if (!talk_case(talk, &open, &case_))
        return false;
    if (!case_)
        return true;
    understand(talk->turn->understanding, talk->turn->mem, talk->match.rest, &understood);
    if (understood.is_guarded) /* a forced withdrawal is reported at once, and the case stays */
        return add(talk, case_, &understood);
    return find_own(talk, &case_) && tell_rung(talk, case_) &&
           confirm_ask(talk, case_, ACT_WITHDRAW, 0, talk->match.rest);
}

/* With words: a new case that hides the number; without, or with a case's number: that case. */
static bool hide(struct talk *talk)
{
    struct case_filter open = own(talk, OPEN_STATES);
    struct action action = { .act = ACT_HIDE }, kept;
    struct case_ *root;
    bool is_kept;

    if (*talk->match.rest && talk->match.number_kind == NUMBER_NONE)
        return open_case(talk, talk->match.rest, 0, true);
    if (!talk_case(talk, &open, &action.case_) || (action.case_ && !find_own(talk, &action.case_)))
        return false;
    if (!action.case_)
        return true;
    if (!talk_take(talk, &action, "hidden"))
        return false;
    return action.refusal ||
           (joined_root(talk->turn, action.case_, &root) && rest_keep(talk, root, &kept, &is_kept));
}

const struct keyword_command villager_commands[] = {
    { "查|查询|进度|查进度|查询进度|status", TAKES_NUMBER, tell_status, "form-status", NEEDS_NO_PROOF },
    { "补|补充|add", TAKES_NUMBER | TAKES_TEXT, add_words, "form-add", NEEDS_NO_PROOF },
    { "评|评价|rate", TAKES_NUMBER | TAKES_RATING, rate, "form-rate", NEEDS_NO_PROOF },
    { "重办|reopen", TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER, reopen, "form-status", NEEDS_NO_PROOF },
    { "复查|复核|appeal", TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER, appeal, "form-status", NEEDS_NO_PROOF },
    { "撤|撤回|withdraw", TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER, withdraw, "form-status", NEEDS_NO_PROOF },
    { "匿名|保密|anon|anonymous", TAKES_NUMBER | TAKES_TEXT, hide, "help", NEEDS_NO_PROOF },
    { "帮助|?|help", 0, help, "help", NEEDS_NO_PROOF },
    { "退订|td|t|r|stop", 0, stop, "help", NEEDS_NO_PROOF },
    { "恢复|start|unstop", 0, start, "help", NEEDS_NO_PROOF },
    { "新|new", TAKES_TEXT, begin_another, "form-new", NEEDS_NO_PROOF },
    { 0 },
};
