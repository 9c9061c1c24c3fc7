#include "gateway/conversation/conversation.h"

#include <string.h>

#include "gateway/conversation/talk.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"

enum { SHORT_REMARK = 24 /* octets */ };

static bool do_cadre_command(struct talk *talk, bool *is_handled)
{
    if (!talk->person->roles)
        return true;
    if (talk_find_command(talk, cadre_commands)) {
        *is_handled = true;
        return talk->command->run(talk);
    }
    if (!talk_find_lacking(talk, cadre_commands))
        return true;
    *is_handled = true;
    return cadre_answer_lacking(talk);
}

static bool do_villager_command(struct talk *talk, bool *is_handled)
{
    bool is_found = talk_find_command(talk, villager_commands);

    if (!is_found && !villager_means_answered(talk, &is_found))
        return false;
    if (!is_found)
        return true;
    *is_handled = true;
    talk_follow_language(talk);
    return talk_mute_repeated(talk, 3600) && talk->command->run(talk);
}

/* "满意" when no question is open any more is still no complaint. */
static bool take_late_rating(struct talk *talk, bool *is_handled)
{
    if (talk->understood->what != WHAT_CASE || !talk->understood->rating ||
        strlen(talk->understood->rating_comment) > SHORT_REMARK)
        return true;
    *is_handled = true;
    talk->command = talk_command_of(villager_commands, "评");
    talk->match = (struct keyword_match){ .rating = talk->understood->rating,
                                          .rest = talk->understood->rating_comment,
                                          .rest_normal = "" };
    return talk_mute_repeated(talk, DAY_SECONDS) && talk->command->run(talk);
}

static bool pass_what_is_no_case(struct talk *talk, bool *is_handled)
{
    static const char *const names[] = { [WHAT_EMPTY] = "empty",
                                         [WHAT_THANKS] = "thanks",
                                         [WHAT_GREETING] = "greeting",
                                         [WHAT_MARKS] = "marks alone" };
    enum what what = talk->understood->what;
    const char *help = talk->person->roles ? "help-cadre" : "help";

    if (what == WHAT_CASE)
        return true;
    *is_handled = true;
    if (what == WHAT_THANKS)
        return talk_done(talk, "ignored", NULL, names[what]);
    return talk_mute_repeated(talk, DAY_SECONDS) && talk_answer_once_a_day(talk, help, names[what]);
}

/* The language somebody complains in is the one they read. */
static bool keep_language(struct talk *talk, const char *language)
{
    bool has_chosen = *talk->person->language;

    if (!language || talk->person->roles ||
        strcmp(language, has_chosen ? talk->person->language : talk->turn->config->language) == 0)
        return true;
    talk->person->language = language;
    return store_set_language(talk->turn->store, talk->event->from, language);
}

static bool answer_receipt(struct talk *talk, struct case_ *case_)
{
    bool is_first = !talk->person->is_greeted;
    bool asks = !case_->place && !talk->question && understanding_knows_villages(talk->turn->understanding);
    struct json_object *facts;

    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_flag(facts, "first", is_first);
    facts_flag(facts, "which_village", asks);
    return talk_answer(talk, "received", facts, case_) &&
           (!asks || talk_ask(talk->turn, talk->event->from, "place", case_->id, "")) &&
           (!is_first || store_set_greeted(talk->turn->store, talk->event->from));
}

bool talk_open_case(struct talk *talk, const char *words, int64_t place, bool is_anonymous)
{
    struct understood understood = *talk->understood;
    struct opening opening = {
        .event = talk->event, .understood = &understood, .text = words, .is_anonymous = is_anonymous
    };
    struct case_ *case_;

    if (words)
        understand(talk->turn->understanding, talk->turn->mem, words, &understood);
    if (!understood.place.unit)
        understood.place.unit = place;
    return keep_language(talk, understood.language) && cases_open(talk->turn, &opening, &case_) &&
           answer_receipt(talk, case_) && talk_done(talk, "case", case_, NULL);
}

static bool open_case(struct talk *talk, bool *is_handled)
{
    *is_handled = true;
    return talk_open_case(talk, NULL, 0, false);
}

/* In this order; the last one always handles it. */
static text_handler *const ways[] = {
    confirm_code,      questions_answer,     do_cadre_command, do_villager_command,
    take_late_rating,  pass_what_is_no_case, follow_up_place,  follow_up_whose_appeal,
    follow_up_repeats, follow_up_join,       open_case,
};

bool conversation_text(struct turn *turn, struct event *event, const struct understood *understood)
{
    struct talk talk = { .turn = turn, .event = event, .understood = understood };
    bool is_handled = false;

    if (sender_is_automatic(event->from))
        return talk_done(&talk, "ignored", NULL, "automatic sender");
    if (!event->text)
        return talk_done(&talk, "ignored", NULL, "no words");
    if (!talk_meet(&talk))
        return false;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && !is_handled; i++)
        if (!ways[i](&talk, &is_handled))
            return false;
    return true;
}
