#include "gateway/conversation/conversation.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/unanswered.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/cadre/cadre_figures.h"
#include "gateway/conversation/cadre/cadre_help.h"
#include "gateway/conversation/cadre/cadre_order.h"
#include "gateway/conversation/cadre/cadre_people.h"
#include "gateway/conversation/cadre/cadre_words.h"
#include "gateway/conversation/confirm.h"
#include "gateway/conversation/danger.h"
#include "gateway/conversation/copied.h"
#include "gateway/conversation/filed.h"
#include "gateway/conversation/follow_up.h"
#include "gateway/conversation/meaning.h"
#include "gateway/conversation/open_case.h"
#include "gateway/conversation/place.h"
#include "gateway/conversation/questions.h"
#include "gateway/conversation/sender.h"
#include "gateway/conversation/stray.h"
#include "gateway/conversation/villager.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/inquiry.h"
#include "gateway/turn/own_text.h"
#include "gateway/understand/identifiers.h"
#include "gateway/understand/intent.h"

/* A number that was a cadre's may have another owner: what is a villager's command, or none, is theirs. */
static bool answer_retired(struct talk *talk, bool *is_handled)
{
    if (!talk->person->retired_at || talk_find_command(talk, villager_commands) ||
        !talk_find_command(talk, cadre_commands))
        return true;
    *is_handled = true;
    return cadre_retired(talk);
}

static bool do_cadre_command(struct talk *talk, bool *is_handled)
{
    if (!talk->person->roles)
        return answer_retired(talk, is_handled);
    if (talk_find_command(talk, cadre_commands) || cadre_words_command(talk) || cadre_review_command(talk)) {
        *is_handled = talk->is_work = true;
        return cadre_run(talk, talk->event->text);
    }
    if (!talk_find_lacking(talk, cadre_commands))
        return cadre_words_short_number(talk, is_handled);
    *is_handled = talk->is_work = true;
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

/* Asks after the case whose number was read. */
static bool ask_after_number(struct talk *talk, bool is_cadre, bool *is_handled)
{
    *is_handled = true;
    talk->command =
        is_cadre ? talk_command_of(cadre_commands, "看") : talk_command_of(villager_commands, "查");
    if (is_cadre)
        return cadre_run(talk, talloc_asprintf(talk->turn->mem, "看 %s", talk->match.number));
    talk_follow_language(talk);
    return talk_mute_repeated(talk, 3600) && talk->command->run(talk);
}

static bool is_number_with_code(struct talk *talk)
{
    void *mem = talk->turn->mem;

    return keyword_begins_with_number(&talk->understood->normal, mem, &talk->match) &&
           inquiry_code_in(mem, talk->match.rest_normal) != NULL;
}

/* A case's number and nothing else, or the code that goes with it, asks after the case. */
static bool take_bare_number(struct talk *talk, bool *is_handled)
{
    bool has_code = is_number_with_code(talk);

    if (!has_code && !keyword_is_number(&talk->understood->normal, &talk->match))
        return true;
    return ask_after_number(talk, talk->person->roles && !has_code, is_handled);
}

/* The text is about this number; words: what stands around it, normalised. */
static void set_number(struct talk *talk, const struct number_found *found, const char *words)
{
    talk->match = (struct keyword_match){ .number_kind = NUMBER_RIGHT, .rest = "", .rest_normal = words };
    memcpy(talk->match.number, found->number, sizeof found->number);
}

static const char *around(struct talk *talk, const struct number_found *found)
{
    const struct normal *normal = &talk->understood->normal;

    return talloc_asprintf(talk->turn->mem, "%.*s %s", (int)found->from, normal->text,
                           normal->text + found->to);
}

/* A case's number and its code with nothing but words of asking, also in one piece: "看260000104711". The
 * code goes before anything else is made of the text. */
static bool take_number_and_code(struct talk *talk, bool *is_handled)
{
    const struct normal *normal = &talk->understood->normal;
    struct number_found found;
    const char *words;

    if (!identifiers_number_joined(normal, INQUIRY_DIGITS, &found) &&
        identifiers_case_numbers(normal, &found, 1) == 0)
        return true;
    words = around(talk, &found);
    if (!inquiry_code_in(talk->turn->mem, words))
        return true;
    set_number(talk, &found, words);
    talk_follow_language(talk);
    if (!villager_tell_by_code(talk, is_handled))
        return false;
    return *is_handled || ask_after_number(talk, talk->person->roles, is_handled);
}

/* "请问26000010，4711，办到哪了": other words stand there, too. */
static bool take_number_and_code_among_words(struct talk *talk, bool *is_handled)
{
    struct number_found found;

    if (identifiers_case_numbers(&talk->understood->normal, &found, 1) == 0)
        return true;
    set_number(talk, &found, around(talk, &found));
    if (!villager_tell_by_code(talk, is_handled))
        return false;
    if (!*is_handled)
        talk->match = (struct keyword_match){ .rest = "", .rest_normal = "" };
    return true;
}

/* "满意，谢谢" is not a complaint, even when no question is open any more; but "没修好 王庄村的桥" is one. */
static bool take_late_rating(struct talk *talk, bool *is_handled)
{
    struct understood *remark;
    struct intent intent;

    if (talk->understood->kind != TEXT_CASE || !talk->understood->rating)
        return true;
    intent_read(talk->turn->understanding, talk->turn->mem, talk->understood, SITUATION_RATING, &intent);
    if (intent.kind != INTENT_RATE || intent.asks)
        return true;
    remark = talloc(talk->turn->mem, struct understood);
    understand(talk->turn->understanding, remark, talk->understood->rating_comment, remark);
    if (remark->kind == TEXT_CASE)
        return true;
    *is_handled = true;
    talk->command = talk_command_of(villager_commands, "评");
    talk->match = (struct keyword_match){ .rating = intent.rating,
                                          .rest = talk->understood->rating_comment,
                                          .rest_normal = "" };
    return talk_mute_repeated(talk, DAY_SECONDS) && talk->command->run(talk);
}

static bool answer_what_is_no_case(struct talk *talk, bool *is_handled)
{
    static const char *const names[] = { [TEXT_EMPTY] = "empty",
                                         [TEXT_THANKS] = "thanks",
                                         [TEXT_GREETING] = "greeting",
                                         [TEXT_MARKS] = "marks alone",
                                         [TEXT_MACHINE] = "an automatic reply",
                                         [TEXT_RECEIPT] = "another gateway's receipt" };
    enum text_kind kind = talk->understood->kind;
    const char *help = talk->person->roles ? "help-cadre" : "help";

    if (kind == TEXT_CASE)
        return true;
    *is_handled = true;
    if (talk->understood->thanks_for_something && !talk->person->roles)
        return meaning_thanks(talk);
    if (kind == TEXT_THANKS || kind == TEXT_MACHINE || kind == TEXT_RECEIPT)
        return talk_done(talk, OUTCOME_IGNORED, NULL, names[kind]);
    return talk_mute_repeated(talk, DAY_SECONDS) && talk_answer_once_a_day(talk, help, names[kind]);
}

/* From here on the text is what they say themselves; the event keeps the whole. */
static void hear(struct talk *talk, const char *words)
{
    struct understood *understood = talloc_zero(talk->turn->mem, struct understood);

    understand(talk->turn->understanding, talk->turn->mem, words, understood);
    talk->event->text = words;
    talk->understood = understood;
}

/* Leaves texts of machines unanswered: two machines would never stop. */
static bool leave_machines_alone(struct talk *talk, bool *is_handled)
{
    const char *words;

    if (!own_text_beside(talk->turn, talk->event->from, talk->event->text, &words))
        return false;
    if (words && *words)
        hear(talk, words);
    *is_handled = words && !*words;
    if (*is_handled)
        return talk_done(talk, OUTCOME_IGNORED, NULL, "our own text");
    return (talk->understood->kind != TEXT_MACHINE && talk->understood->kind != TEXT_RECEIPT) ||
           answer_what_is_no_case(talk, is_handled);
}

/* 啥时候发养老钱, which was not clear, then 东陈村的: the one text with the other. */
static bool open_new_case(struct talk *talk, bool *is_handled)
{
    struct turn *turn = talk->turn;
    const char *words = NULL;
    struct event *last;

    *is_handled = true;
    if (!talk_last_text(talk, &last))
        return false;
    if (last && last->why && strncmp(last->why, ASKED_MEANING, strlen(ASKED_MEANING)) == 0 &&
        talk->event->received_at - last->received_at <= (int64_t)turn->config->join_minutes * 60)
        words = talloc_asprintf(turn->mem, "%s\n%s", last->text, talk->event->text);
    return open_case(talk, words, 0, talk->hides);
}

/* Tried in this order; the last one always handles the text. */
static text_handler *const handlers[] = {
    leave_machines_alone,
    confirm_code,
    confirm_yes,
    take_number_and_code,
    questions_answer,
    do_cadre_command,
    do_villager_command,
    take_bare_number,
    take_number_and_code_among_words,
    cadre_help_asked,
    cadre_order_act,
    cadre_figures_asked,
    take_late_rating,
    answer_what_is_no_case,
    place_answers,
    cadre_words_act,
    follow_up_whose_appeal,
    follow_up_repeats,
    place_corrects,
    meaning_act,
    stray_ask,
    follow_up_join,
    open_new_case,
};

static bool take(struct talk *talk)
{
    bool is_handled = false;

    if (!talk_meet(talk))
        return false;
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers && !is_handled; i++)
        if (!handlers[i](talk, &is_handled))
            return false;
    return danger_answer(talk);
}

bool conversation_text(struct turn *turn, struct event *event, const struct understood *understood)
{
    struct talk talk = { .turn = turn, .event = event, .understood = understood, .staff = cadre_commands };
    const char *whole = event->text;
    bool is_done;

    talk.is_confirmed = event->is_confirmed;
    if (event->copied)
        return copied_take(turn, event, understood);
    if (filed_is(event))
        return filed_take(turn, event, understood);
    if (sender_is_automatic(event->from))
        return talk_done(&talk, OUTCOME_IGNORED, NULL, "automatic sender");
    if (sender_is_ours(turn->config, event->from))
        return talk_done(&talk, OUTCOME_IGNORED, NULL, "our own number");
    if (!whole)
        return talk_done(&talk, OUTCOME_IGNORED, NULL, "no words");
    is_done = take(&talk);
    event->text = whole;
    return is_done;
}
