#include "gateway/conversation/cadre/cadre.h"

#include <string.h>

#include "gateway/case/cases.h"
#include "gateway/case/review.h"
#include "gateway/case/undo.h"
#include "gateway/conversation/cadre/cadre_call.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/conversation/cadre/cadre_corrections.h"
#include "gateway/conversation/cadre/cadre_duty.h"
#include "gateway/conversation/cadre/cadre_figures.h"
#include "gateway/conversation/cadre/cadre_file.h"
#include "gateway/conversation/cadre/cadre_hear.h"
#include "gateway/conversation/cadre/cadre_keep.h"
#include "gateway/conversation/cadre/cadre_leave.h"
#include "gateway/conversation/cadre/cadre_lists.h"
#include "gateway/conversation/cadre/cadre_similar.h"
#include "gateway/conversation/cadre/cadre_people.h"
#include "gateway/conversation/cadre/cadre_texts.h"
#include "gateway/conversation/several.h"
#include "gateway/conversation/cadre/cadre_transfers.h"
#include "gateway/conversation/confirm.h"
#include "gateway/conversation/sender.h"
#include "gateway/turn/facts.h"

bool cadre_answer_lacking(struct talk *talk)
{
    struct case_filter mine = {
        .handler = talk->event->from, .states = 1u << CASE_IN_HAND, .newest_first = true, .limit = 1
    };
    struct case_ *cases;
    size_t n;

    return store_cases(talk->turn->store, talk->turn->mem, &mine, &cases, &n) &&
           talk_answer_form(talk, n ? cases[0].number : NULL);
}

/* The form with the number of the text, else of a case they have in hand. */
static bool answer_form(struct talk *talk)
{
    const char *number = cadre_number(talk);

    return number ? talk_answer_form(talk, number) : cadre_answer_lacking(talk);
}

static bool ask_code(struct talk *talk, enum act act, bool needs_words)
{
    struct case_ *case_;

    if (needs_words && !*talk->match.rest)
        return answer_form(talk);
    if (talk->match.n_more)
        return several_ask(talk, act);
    if (!cadre_case(talk, &case_))
        return false;
    return !case_ || confirm_ask(talk, case_, act, talk->match.count, talk->match.rest);
}

/* Whoever was rung about danger ends the ringing, also where the case is somebody's or not theirs to handle.
 */
static bool answer_alarm(struct talk *talk, struct case_ *case_)
{
    struct action accept = { .act = ACT_ACCEPT, .case_ = case_, .by = talk->person };

    if (!cases_may_take(talk->turn, &accept))
        return false;
    if (!accept.refusal && !accept.is_repeat)
        return talk_take(talk, &(struct action){ .act = ACT_ACCEPT, .case_ = case_ }, "accepted-done");
    return talk_take(talk, &(struct action){ .act = ACT_ANSWER_ALARM, .case_ = case_ }, "alarm-answered");
}

static bool accept_case(struct talk *talk)
{
    struct case_filter waiting = { .states = 1u << CASE_NEW, .jurisdiction = talk->person->unit };
    struct case_ *case_;
    int64_t n = 1;

    if (talk->match.number_kind == NUMBER_NONE && !store_count_cases(talk->turn->store, &waiting, &n))
        return false;
    if (n == 0)
        return cadre_waiting(talk);
    if (!talk_case(talk, &waiting, &case_))
        return false;
    if (case_ && case_->alarm_at)
        return answer_alarm(talk, case_);
    return !case_ || talk_take(talk, &(struct action){ .act = ACT_ACCEPT, .case_ = case_ }, "accepted-done");
}

static bool tell_progress(struct talk *talk)
{
    if (!*talk->match.rest && cadre_number(talk))
        return cadre_view(talk);
    return cadre_take_with_words(talk, ACT_PROGRESS, "progress-done");
}

static bool close_case(struct talk *talk)
{
    return ask_code(talk, ACT_CLOSE, true);
}

static bool explain(struct talk *talk)
{
    return ask_code(talk, ACT_EXPLAIN, true);
}

static bool refuse(struct talk *talk)
{
    return ask_code(talk, ACT_REFUSE, true);
}

static bool extend(struct talk *talk)
{
    return talk->match.count ? ask_code(talk, ACT_EXTEND, true) : answer_form(talk);
}

static bool adopt(struct talk *talk)
{
    return ask_code(talk, ACT_ADOPT, false);
}

static bool clear(struct talk *talk)
{
    return ask_code(talk, ACT_CLEAR, true);
}

/* Who has the case is not who answers its review. */
static bool refuse_review(struct talk *talk, struct case_ *case_)
{
    struct json_object *facts;

    if (!talk_case_facts(talk, case_, "", &facts))
        return false;
    return talk_answer(talk, refusal_name(REFUSED_MAY_NOT), facts_flag(facts, "review", true), case_) &&
           talk_done(talk, OUTCOME_COMMAND, case_, refusal_name(REFUSED_MAY_NOT));
}

bool cadre_review_command(struct talk *talk)
{
    static const struct keyword words[] = { { "复查|复核", 1, TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER },
                                            { 0 } };
    struct keyword_match match;
    struct reviewer reviewer;
    struct case_ *case_;

    if (!talk->person->roles || !keyword_match(words, talk->turn->mem, &talk->understood->normal, &match) ||
        match.number_kind != NUMBER_RIGHT ||
        !store_case_by_number(talk->turn->store, talk->turn->mem, match.number, &case_) || !case_ ||
        !case_->review_by || strcmp(case_->reporter, talk->event->from) == 0 ||
        !review_find(talk->turn, case_, case_->reviews, &reviewer) || !review_is_by(&reviewer, talk->person))
        return false;
    talk->match = match;
    talk->command = talk_command_of(cadre_commands, "复查答复");
    return true;
}

/* The answer to 复查 or 复核, by somebody above the handler. */
static bool review(struct talk *talk)
{
    struct reviewer reviewer;
    struct case_ *case_;

    if (!*talk->match.rest)
        return answer_form(talk);
    if (!cadre_case(talk, &case_))
        return false;
    if (case_ && !case_->review_by)
        return talk_refuse(talk, REFUSED_NO_REVIEW, case_);
    if (case_ && !review_find(talk->turn, case_, case_->reviews, &reviewer))
        return false;
    if (case_ && !review_is_by(&reviewer, talk->person))
        return refuse_review(talk, case_);
    return !case_ || confirm_ask(talk, case_, ACT_REVIEW, 0, talk->match.rest);
}

static bool show(struct talk *talk)
{
    return cadre_take(talk, ACT_SHOW_NOW, "shown-done");
}

static bool hold(struct talk *talk)
{
    return cadre_take_with_words(talk, ACT_HOLD, "held-done");
}

static bool no_complaint(struct talk *talk)
{
    return talk->match.number_kind == NUMBER_NONE ? talk_answer_form(talk, NULL)
                                                  : cadre_take(talk, ACT_NO_COMPLAINT, "no-complaint-done");
}

static bool nudge(struct talk *talk)
{
    return cadre_take(talk, ACT_NUDGE, "nudged-done");
}

/* A command on several cases is undone in each where nothing has happened since. */
static bool answer_undone(struct talk *talk, const struct undone *undone)
{
    struct json_object *facts = facts_number(NULL, "count", (int64_t)undone->n);
    struct json_object *list = json_object_new_array();

    for (size_t i = undone->n; i-- > 0;)
        json_object_array_add(list, facts_text(NULL, "number", undone->cases[i]->number, 0));
    json_object_object_add(facts, "cases", list);
    if (undone->left > 0)
        facts_number(facts, "left", (int64_t)undone->left);
    return talk_answer(talk, "several-undone", facts, undone->cases[0]) &&
           talk_done(talk, OUTCOME_COMMAND, undone->cases[0], undone->left ? "not of all cases" : NULL);
}

static bool undo(struct talk *talk)
{
    struct undone undone;
    bool is_handled;

    if (!cadre_keep_undo(talk, &is_handled))
        return false;
    if (is_handled)
        return true;
    if (!undo_last(talk->turn, talk->person, talk->event, &undone))
        return false;
    if (undone.hand_over.is_done)
        return cadre_undone(talk, &undone.hand_over);
    if (undone.n == 0)
        return talk_answer(talk, "nothing-to-undo", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "nothing to undo");
    if (undone.n + undone.left > 1)
        return answer_undone(talk, &undone);
    return talk_answer_case(talk, "undone", undone.cases[0], "") &&
           talk_done(talk, OUTCOME_COMMAND, undone.cases[0], NULL);
}

static bool help(struct talk *talk)
{
    const char *name = talk->person->roles == ROLE_CLERK      ? "help-clerk"
                       : talk->person->roles == ROLE_OPERATOR ? "help-operator"
                                                              : "help-cadre";

    return talk_answer(talk, name, NULL, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

#define NUMBERS (TAKES_NUMBER | TAKES_SEVERAL)
/* A number, then words. */
#define NUMBER_AND_WORDS (TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER)
/* The same for each of several cases. */
#define NUMBERS_AND_WORDS (NUMBER_AND_WORDS | TAKES_SEVERAL)

const struct keyword_command cadre_commands[] = {
    { "领|领办|领了|领取|认领|领件|接件|领一件|我要领件|我来领|我领|接|接办|签收|accept", NUMBERS,
      accept_case, "form-accept", NEEDS_PROOF },
    { "进度|报进度|汇报|最新进展|报一下进度", NUMBERS | TAKES_TEXT, tell_progress, "form-progress",
      NEEDS_PROOF },
    { "progress", NUMBERS_AND_WORDS, tell_progress, "form-progress", NEEDS_PROOF },
    { "办结|结案|结|close", NUMBERS_AND_WORDS, close_case, "form-close", ASKS_CODE },
    { "解释|explain", NUMBERS_AND_WORDS, explain, "form-explain", ASKS_CODE },
    { "不受理|out of scope|refuse", NUMBERS_AND_WORDS, refuse, "form-refuse", ASKS_CODE },
    { "退|退回|退件|return", NUMBERS_AND_WORDS, cadre_return, "form-return", NEEDS_PROOF },
    { "回避|recuse", NUMBERS_AND_WORDS, cadre_recuse, "form-recuse", NEEDS_PROOF },
    { "转|转给|转交|转办|分给|派给|交给|forward", NUMBERS_AND_WORDS, cadre_forward, "form-forward",
      NEEDS_PROOF },
    { "拆|split", NUMBER_AND_WORDS, cadre_split, "form-split", NEEDS_PROOF },
    { "并|merge", TAKES_NUMBERS, cadre_merge, "form-merge", NEEDS_PROOF },
    { "改类|reclass", NUMBERS_AND_WORDS, cadre_reclass, "form-reclass", NEEDS_PROOF },
    { "改地|改到|place", NUMBERS_AND_WORDS, cadre_place, "form-place", NEEDS_PROOF },
    { "改号|new number", NUMBER_AND_WORDS, cadre_renumber, "form-renumber", ASKS_CODE },
    { "移|move", TAKES_NUMBERS | TAKES_COUNT, cadre_move, "form-move", NEEDS_PROOF },
    { "非诉求|不是诉求|no complaint|not a complaint", NUMBERS, no_complaint, "form-no-complaint",
      NEEDS_PROOF },
    { "定级|grade", NUMBERS_AND_WORDS, cadre_urgency_class, "form-urgency-class", NEEDS_PROOF },
    { "延期|延|extend", NUMBERS_AND_WORDS | TAKES_COUNT, extend, "form-extend", ASKS_CODE },
    { "亮|show", NUMBERS, show, "form-view", NEEDS_PROOF },
    { "不亮|hold", NUMBERS_AND_WORDS, hold, "form-hold", NEEDS_PROOF },
    { "包案|adopt", NUMBERS, adopt, "form-view", ASKS_CODE },
    { "催|催办|nudge", NUMBERS, nudge, "form-view", NEEDS_PROOF },
    { "无涉|clear", NUMBERS_AND_WORDS, clear, "form-clear", ASKS_CODE },
    { "代|代报|代登记|替|file for", TAKES_PHONE | TAKES_TEXT | NEEDS_NUMBER, cadre_file_for, "form-file-for",
      NEEDS_PROOF },
    { "交接|hand over", TAKES_PHONE | TAKES_TEXT | NEEDS_NUMBER, cadre_hand_over, "form-hand-over",
      ASKS_CODE },
    { "换号|new number", TAKES_PHONE | TAKES_TEXT | NEEDS_NUMBER, cadre_new_number, "form-new-number",
      ASKS_CODE },
    { "听写|write down", NUMBER_AND_WORDS, cadre_write_down, "form-write-down", NEEDS_PROOF },
    { "举报|send up", TAKES_NUMBER, cadre_send_up, "form-write-down", NEEDS_PROOF },
    { "不识字|call", TAKES_NUMBER, cadre_call, "form-call", NEEDS_PROOF },
    { "识字|text", TAKES_NUMBER, cadre_call_no_more, "form-call", NEEDS_PROOF },
    { "待听|to hear", 0, cadre_to_hear, "help-cadre", NEEDS_PROOF },
    { "看|看看|查看|view", NUMBERS, cadre_view, "form-view", NEEDS_PROOF_TO_READ },
    { "似|相似|like|similar", TAKES_NUMBER, cadre_similar, "form-similar", NEEDS_PROOF },
    { "我的|我手上的|我手上还有啥|我手上有啥|mine", TAKES_COUNT, cadre_mine, "help-cadre", NEEDS_PROOF },
    { "待领|有新的吗|有新的没|有没有新的|今天有啥事|有啥新的|没人领的|没人接的|有没有要领的|有几件要领|"
      "有几件要分|有没有要分的|open",
      TAKES_COUNT, cadre_waiting, "help-cadre", NEEDS_PROOF },
    { "超期|超期的|有超期的吗|有哪些超期的|哪些超期了|overdue", TAKES_COUNT, cadre_overdue, "help-cadre",
      NEEDS_PROOF },
    { "统计|汇总|figures", TAKES_TEXT, cadre_figures, "what-to-ask", NEEDS_PROOF },
    { "更多|下一页|下页|more", 0, cadre_more, "help-cadre", NEEDS_PROOF },
    { "值班|on duty|duty", TAKES_TEXT, cadre_duty, "help-cadre", NEEDS_PROOF },
    { "下班|off duty", 0, cadre_off_duty, "help-cadre", NEEDS_PROOF },
    { "请假|leave|on leave", TAKES_TEXT, cadre_leave, "form-leave", NEEDS_PROOF },
    { "销假|back", 0, cadre_back, "form-leave", NEEDS_PROOF },
    { "大事|年初大事|works", NUMBER_AND_WORDS, cadre_public_works, "form-public-works", NEEDS_PROOF },
    { "复查答复|复核答复|review", NUMBER_AND_WORDS, review, "form-review", ASKS_CODE },
    { "短信重发|resend text", TAKES_TEXT, cadre_text_again, "form-text", NEEDS_PROOF },
    { "短信作罢|give up text", TAKES_TEXT, cadre_text_given_up, "form-text", NEEDS_PROOF },
    { "短信已到|text arrived", TAKES_TEXT, cadre_text_arrived, "form-text", NEEDS_PROOF },
    { "登记|keep", TAKES_TEXT, cadre_keep, "form-keep", NEEDS_PROOF },
    { "删去|keep no more", TAKES_TEXT, cadre_keep_no_more, "form-keep", NEEDS_PROOF },
    { "错|撤销|发错了|我发错了|错了|undo", 0, undo, "help-cadre", NEEDS_PROOF },
    { "帮助|?|help", 0, help, "help-cadre", NEEDS_NO_PROOF },
    { 0 },
};

/* Whether their words were meant so: who gives another command instead did not mean them, whatever 好
 * follows. */
static bool drop_question(struct talk *talk)
{
    const struct question *question = talk->question;

    return !question || (question->kind != QUESTION_PROGRESS && question->kind != QUESTION_COMMAND) ||
           store_answer_question(talk->turn->store, talk->event->from);
}

bool cadre_run(struct talk *talk, const char *command)
{
    bool is_proven = true;

    if (!drop_question(talk))
        return false;
    if (talk->command->proof <= NEEDS_PROOF_TO_READ && !sender_is_proven(talk, &is_proven))
        return false;
    return is_proven ? several_run(talk) : confirm_sender(talk, command);
}
