/*
 * What the words of registered people do.
 */
#include <string.h>
#include <talloc.h>

#include "gateway/desk/facts.h"
#include "gateway/desk/talk.h"

enum { LISTED_MINE = 7, CLIP_LISTED = 6, CLIP_VIEWED = 140 };

static struct case_filter in_hand(const struct talk *talk)
{
    return (struct case_filter){ .handler = talk->event->from, .states = 1u << CASE_IN_HAND };
}

static const char *number_given(const struct talk *talk)
{
    return talk->match.number_kind == NUMBER_RIGHT ? talk->match.number : NULL;
}

static bool accept_case(struct talk *talk)
{
    struct case_filter waiting = { .states = 1u << CASE_NEW, .unit = talk->person->unit };
    struct case_ *case_;

    if (!talk_case(talk, &waiting, &case_))
        return false;
    return !case_ || talk_take(talk, &(struct taking){ .act = ACT_ACCEPT, .case_ = case_ }, "accepted-done");
}

static bool view(struct talk *talk)
{
    struct case_filter mine = in_hand(talk);
    struct json_object *facts;
    struct case_ *case_;
    struct taking taking = { .act = ACT_VIEW };

    if (!talk_case(talk, &mine, &case_))
        return false;
    if (!case_)
        return true;
    taking.case_ = case_;
    if (!talk_step(talk, &taking) || !facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_text(facts, "text", case_->text, CLIP_VIEWED);
    facts_text(facts, "reporter", case_->is_anonymous ? "" : case_->reporter, 0);
    return talk_answer(talk, "view", facts, case_) && talk_done(talk, "command", case_, NULL);
}

static bool tell_progress(struct talk *talk)
{
    struct case_filter mine = in_hand(talk);
    struct case_ *case_;

    if (!*talk->match.rest)
        return number_given(talk) ? view(talk) : talk_answer_form(talk, NULL);
    if (!talk_case(talk, &mine, &case_))
        return false;
    return !case_ ||
           talk_take(talk, &(struct taking){ .act = ACT_PROGRESS, .case_ = case_, .words = talk->match.rest },
                     "progress-done");
}

static bool close_case(struct talk *talk)
{
    struct case_filter mine = in_hand(talk);
    struct case_ *case_;

    if (!*talk->match.rest)
        return talk_answer_form(talk, number_given(talk));
    if (!talk_case(talk, &mine, &case_))
        return false;
    return !case_ || confirm_ask(talk, case_, "close", talk->match.rest);
}

static bool list_mine(struct talk *talk)
{
    struct case_filter mine = in_hand(talk);
    struct json_object *facts = json_object_new_object(), *list = json_object_new_array();
    struct case_ *cases;
    int64_t count;
    size_t n;

    json_object_object_add(facts, "cases", list);
    mine.limit = LISTED_MINE;
    if (!store_cases(talk->turn->store, talk->turn->mem, &mine, &cases, &n) ||
        !store_count_cases(talk->turn->store, &mine, &count)) {
        json_object_put(facts);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        struct json_object *one = facts_in_brief(&cases[i]);

        facts_text(one, "text", cases[i].text, CLIP_LISTED);
        json_object_array_add(list, one);
    }
    facts_number(facts, "count", count);
    return talk_answer(talk, "mine", facts, NULL) && talk_done(talk, "command", NULL, NULL);
}

static bool help(struct talk *talk)
{
    return talk_answer(talk, "help-cadre", NULL, NULL) && talk_done(talk, "command", NULL, NULL);
}

const struct command cadre_commands[] = {
    { "领|领办|accept", TAKES_NUMBER, accept_case, "form-accept" },
    { "进度", TAKES_NUMBER | TAKES_TEXT, tell_progress, "form-progress" },
    { "progress", TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER, tell_progress, "form-progress" },
    { "办结|close", TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER, close_case, "form-close" },
    { "看|view", TAKES_NUMBER, view, "form-view" },
    { "我的|mine", 0, list_mine, "help-cadre" },
    { "帮助|?|help", 0, help, "help-cadre" },
    { 0 },
};
