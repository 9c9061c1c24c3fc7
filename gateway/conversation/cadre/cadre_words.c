#include "gateway/conversation/cadre/cadre_words.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/standing.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/cadre/cadre_order.h"
#include "gateway/conversation/cadre/unit_named.h"
#include "gateway/conversation/danger.h"
#include "gateway/conversation/open_case.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/jurisdiction.h"
#include "gateway/understand/identifiers.h"
#include "gateway/understand/intent.h"
#include "gateway/understand/keyword_arguments.h"
#include "gateway/understand/text/figure_question.h"
#include "gateway/understand/text/staff_order.h"
#include "gateway/understand/yes_no.h"
#include "store/questions.h"

enum {
    MOST_NUMBERS = 8,
    CLIP_SENT = 40 /* UTF-16 units */,
    SHORT_ANSWER = 120,  /* octets */
    SHORT_QUESTION = 45, /* octets */
    SHORT_REMARK = 9     /* characters */
};

/* The numbers at the beginning of the text; returns what stands behind them, NULL: no number does. */
static const char *take_numbers(const struct talk *talk, struct keyword_match *match)
{
    const struct normal *normal = &talk->understood->normal;
    size_t at = normal->body;

    match->number_kind = keyword_take_number(normal, &at, false, match->number);
    if (match->number_kind != NUMBER_RIGHT)
        return NULL;
    keyword_take_more(normal, &at, match);
    return normal_original(talk->turn->mem, normal, at, normal->length);
}

/* 26000010转水利局: the command whose words begin with the unit, without a space between them. */
static bool is_forwarded(struct talk *talk, const char *rest)
{
    static const char *const words[] = { "转给", "转交", "转办", "转到", "分给", "派给", "交给", "转" };
    struct units_named named = { .n = 0 };
    const char *behind, *tail = NULL;

    for (size_t i = 0; i < sizeof words / sizeof *words && !tail; i++)
        if (strncmp(rest, words[i], strlen(words[i])) == 0)
            tail = rest + strlen(words[i]);
    if (!tail || !unit_named_begin(talk->turn, tail, &named, &behind) || named.n == 0)
        return false;
    talk->command = talk_command_of(cadre_commands, "转");
    talk->match = (struct keyword_match){ .rest = tail, .rest_normal = tail };
    return true;
}

bool cadre_words_command(struct talk *talk)
{
    const struct understood *whole = talk->understood;
    struct keyword_match numbers = { .n_more = 0 };
    const char *rest = take_numbers(talk, &numbers);
    struct understood *behind;

    if (!rest)
        return false;
    behind = talloc(talk->turn->mem, struct understood);
    understand(talk->turn->understanding, talk->turn->mem, rest, behind);
    talk->understood = behind;
    if ((talk_find_command(talk, cadre_commands) || talk_find_lacking(talk, cadre_commands) ||
         is_forwarded(talk, rest)) &&
        talk->command->takes & TAKES_NUMBER && talk->match.number_kind == NUMBER_NONE &&
        (numbers.n_more == 0 || talk->command->takes & TAKES_SEVERAL)) {
        keyword_copy_numbers(&talk->match, &numbers);
        return true;
    }
    talk->understood = whole;
    return false;
}

/* Where digits begin that end the text and are too few for a case's number; its length: none do. */
static size_t find_short_number(const struct normal *normal)
{
    size_t begin = normal->length;

    while (begin > normal->body && normal->text[begin - 1] >= '0' && normal->text[begin - 1] <= '9')
        begin--;
    return normal->length - begin < CASE_NUMBER_LEAST ? begin : normal->length;
}

bool cadre_words_short_number(struct talk *talk, bool *is_handled)
{
    const struct understood *whole = talk->understood;
    struct understood *before = talloc(talk->turn->mem, struct understood);
    const struct normal *normal = &whole->normal;
    size_t begin = find_short_number(normal);
    struct json_object *facts;

    if (begin == normal->length)
        return true;
    understand(talk->turn->understanding, talk->turn->mem,
               normal_original(talk->turn->mem, normal, normal->body, begin), before);
    talk->understood = before;
    *is_handled = (talk_find_command(talk, cadre_commands) || talk_find_lacking(talk, cadre_commands)) &&
                  talk->command->takes & TAKES_NUMBER && talk->match.number_kind == NUMBER_NONE &&
                  !*talk->match.rest;
    talk->understood = whole;
    if (!*is_handled)
        return true;
    facts = facts_flag(facts_text(NULL, "number", normal->text + begin, 0), "short", true);
    return talk_answer(talk, "wrong-number", facts, NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "wrong number");
}

/* The words without a number at their beginning or end. */
static const char *progress_words(struct talk *talk, const char *text)
{
    struct number_found found[MOST_NUMBERS];
    struct normal normal = talk->understood->normal;
    struct understood again;
    size_t n;

    if (text != talk->event->text) {
        understand(talk->turn->understanding, talk->turn->mem, text, &again);
        normal = again.normal;
    }
    n = identifiers_case_numbers(&normal, found, MOST_NUMBERS);
    if (n == 1 && skip_separators(normal.text, 0, found[0].from) == found[0].from)
        return normal_original(talk->turn->mem, &normal, found[0].to, normal.length);
    if (n == 1 && skip_separators(normal.text, found[0].to, normal.length) == normal.length)
        return normal_original(talk->turn->mem, &normal, 0, found[0].from);
    return text;
}

/* 停电了办不成, 在学校开会: words about one's work that name no place, though a model finds a topic in them.
 */
static bool is_remark(const struct understood *understood)
{
    return !understood->place.unit && understood->normal.n_symbols <= SHORT_REMARK &&
           !strstr(understood->normal.text, "没人");
}

/* A place or a topic that is not the case's, in words that tell of a matter; or words that accuse somebody,
 * or tell of one's own home. */
static bool is_another_matter(struct talk *talk, const struct case_ *case_)
{
    const struct understood *understood = talk->understood;
    struct figure_question question;
    struct intent intent;

    understanding_figure_question(talk->turn->understanding, understood, &question);
    if (understood->is_guarded || question.is_own)
        return true;
    if (is_remark(understood))
        return false;
    intent_read(talk->turn->understanding, talk->turn->mem, understood, SITUATION_OPEN, &intent);
    if (intent.kind != INTENT_COMPLAINT || intent.asks)
        return false;
    return (understood->place.unit && understood->place.unit != case_->place) ||
           (understood->topic_confidence >= SURE_TOPIC && strcmp(understood->topic, case_->topic) != 0);
}

/* 收到，师傅下午到: an answer to the notice of a new case, which tells of no matter of their own. */
static bool is_answer(struct talk *talk, const struct case_ *case_)
{
    struct intent intent;

    if (is_another_matter(talk, case_))
        return false;
    intent_read(talk->turn->understanding, talk->turn->mem, talk->understood, SITUATION_OPEN, &intent);
    return (intent.kind == INTENT_THANKS || ((intent.kind != INTENT_COMPLAINT || intent.asks) &&
                                             !(talk->person->roles & (ROLE_LEADER | ROLE_SUPERVISOR)))) &&
           talk->understood->normal.length <= SHORT_ANSWER;
}

/* Progress leaves the case open, so who says that it is done is told how to close it. */
static bool says_closed(const struct talk *talk)
{
    unsigned says = understanding_staff_order(talk->turn->understanding, talk->understood);

    return says & SAYS(ORDER_DONE) && !(says & SAYS(ORDER_LATER));
}

/* 为啥转不了: words that may ask us, not tell the reporter. */
static bool asks_us(const struct talk *talk)
{
    struct figure_question question;

    understanding_figure_question(talk->turn->understanding, talk->understood, &question);
    return question.asks && talk->understood->normal.length <= SHORT_QUESTION;
}

/* 不对，是等三天: what the words should have been that we just asked about. */
static const char *corrected(struct talk *talk)
{
    static const char *const words[] = { "不对", "错了", "不是", "说错了", "应该是", "应是", "改成", "是" };
    enum { BY_ITSELF = 4 /* so many say so alone, the others behind one of these */ };
    const struct normal *normal = &talk->understood->normal;
    size_t at = normal->body;
    bool is_found = false;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((i < BY_ITSELF || is_found) && strncmp(normal->text + at, words[i], strlen(words[i])) == 0) {
            at = skip_separators(normal->text, at + strlen(words[i]), normal->length);
            is_found = true;
        }
    return is_found && at < normal->length && talk->question && talk->question->kind == QUESTION_PROGRESS
               ? normal_original(talk->turn->mem, normal, at, normal->length)
               : talk->event->text;
}

static bool ask(struct talk *talk, const struct case_ *case_)
{
    const char *words = corrected(talk);
    struct question question = { .phone = talk->event->from,
                                 .kind = QUESTION_PROGRESS,
                                 .case_id = case_->id,
                                 .data = words,
                                 .asked_at = talk->turn->now,
                                 .expires_at = talk->turn->now + DAY_SECONDS };
    struct json_object *facts;

    if (!talk_mute_repeated(talk, DAY_SECONDS) || !store_ask(talk->turn->store, &question) ||
        !facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_text(facts, "words", progress_words(talk, words), CLIP_SENT);
    facts_flag(facts, "closes", says_closed(talk));
    facts_flag(facts, "asks", asks_us(talk));
    return talk_answer(talk, "ask-progress", facts, case_) &&
           talk_done(talk, OUTCOME_WAITING, NULL, "taken for progress");
}

/* The command with the case's number and these words, as if it had come. */
static bool run_on(struct talk *talk, const char *word, const struct case_ *case_, const char *words)
{
    struct keyword_match *match = &talk->match;

    talk->is_work = true;
    talk->command = talk_command_of(cadre_commands, word);
    *match = (struct keyword_match){ .number_kind = NUMBER_RIGHT, .rest = words, .rest_normal = words };
    snprintf(match->number, sizeof match->number, "%s", case_->number);
    return cadre_run(talk, talloc_asprintf(talk->turn->mem, "%s %s %s", word, case_->number, words));
}

/* 26000010谁在办, 26000010抓紧: what somebody above means who asks about a case or wants it done; NULL: it is
 * not clear. */
static const char *meant_above(const struct talk *talk)
{
    struct figure_question question;

    understanding_figure_question(talk->turn->understanding, talk->understood, &question);
    if (question.orders)
        return "催";
    return question.asks ? "看" : NULL;
}

/* Nobody has it yet: they may take it on or, where it is theirs to sort, pass it on. */
static bool answer_accept_first(struct talk *talk, struct case_ *case_)
{
    struct action forward = { .act = ACT_FORWARD, .case_ = case_, .by = talk->person };
    const struct unit *unit = NULL;
    struct json_object *facts;

    if (talk->person->unit && !cache_unit(talk->turn, talk->person->unit, &unit))
        return false;
    if (!cases_may_take(talk->turn, &forward) || !talk_case_facts(talk, case_, "", &facts))
        return false;
    facts_flag(facts, "sorts", !forward.refusal && !case_->is_guarded && unit && jurisdiction_sorts(unit));
    return talk_answer(talk, refusal_name(REFUSED_ACCEPT_FIRST), facts, case_) &&
           talk_done(talk, OUTCOME_WAITING, NULL, "taken for words about a case that nobody has");
}

/* What the person can do with a case that they do not report on. */
static bool refuse(struct talk *talk, struct case_ *case_, enum refusal refusal)
{
    struct action nudge = { .act = ACT_NUDGE, .case_ = case_, .by = talk->person };
    const char *meant = meant_above(talk);

    if (!cases_may_take(talk->turn, &nudge))
        return false;
    if (meant && (!nudge.refusal || (strcmp(meant, "看") == 0 && refusal == REFUSED_MAY_NOT)))
        return run_on(talk, meant, case_, "");
    if (nudge.refusal && refusal == REFUSED_ACCEPT_FIRST)
        return answer_accept_first(talk, case_);
    return talk_answer_case(talk, nudge.refusal ? refusal_name(refusal) : "may-nudge", case_, "") &&
           talk_done(talk, OUTCOME_WAITING, NULL, "taken for words about a case of others");
}

/* Whether there is no such case, or none that they may know of, they hear the same. */
static bool answer_no_case(struct talk *talk, const char *number, bool *is_handled)
{
    *is_handled = talk->is_meant = true;
    return talk_answer(talk, refusal_name(REFUSED_NO_SUCH_CASE), facts_text(NULL, "number", number, 0),
                       NULL) &&
           talk_done(talk, OUTCOME_WAITING, NULL, "taken for words about a case that is not theirs to know");
}

/* Of the case whose number stands in the text. */
static bool act_on_number(struct talk *talk, const char *number, bool *is_handled)
{
    struct case_ *case_;
    enum refusal refusal;

    if (!store_case_by_number(talk->turn->store, talk->turn->mem, number, &case_))
        return false;
    if (!case_)
        return answer_no_case(talk, number, is_handled);
    if (strcmp(case_->reporter, talk->event->from) == 0)
        return true;
    if (!cadre_words_may_report(talk, case_, &refusal))
        return false;
    if (refusal == REFUSED_NO_SUCH_CASE)
        return answer_no_case(talk, number, is_handled);
    *is_handled = true;
    return refusal ? refuse(talk, case_, refusal) : ask(talk, case_);
}

static bool are_several(const struct number_found *found, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (strcmp(found[i].number, found[0].number) != 0)
            return true;
    return false;
}

/* 26000010和26000029都在修了: the numbers, then the words behind them; NULL: other words stand before or
 * between them. */
static const char *behind_several(struct talk *talk, const struct number_found *found, size_t n)
{
    static const char *const and[] = { "和", "跟", "与", "及", "还有", "," };
    const struct normal *normal = &talk->understood->normal;
    char *all = talloc_strdup(talk->turn->mem, "");
    size_t at = skip_separators(normal->text, normal->body, normal->length);

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; i > 0 && k < sizeof and / sizeof *and; k++)
            if (strncmp(normal->text + at, and[k], strlen(and[k])) == 0)
                at = skip_separators(normal->text, at + strlen(and[k]), normal->length);
        if (at != found[i].from)
            return NULL;
        all = talloc_asprintf_append(all, "%s ", found[i].number);
        at = skip_separators(normal->text, found[i].to, normal->length);
    }
    return at < normal->length ? talloc_asprintf(talk->turn->mem, "%s%s", all,
                                                 normal_original(talk->turn->mem, normal, at, normal->length))
                               : NULL;
}

bool cadre_words_act(struct talk *talk, bool *is_handled)
{
    struct number_found found[MOST_NUMBERS];
    struct case_ *case_, *waiting;
    size_t n;

    if (!talk->person->roles || talk->understood->kind != TEXT_CASE || danger_is_told(talk))
        return true;
    n = identifiers_case_numbers(&talk->understood->normal, found, MOST_NUMBERS);
    if (are_several(found, n)) {
        const char *words = behind_several(talk, found, n);

        *is_handled = true;
        if (words && *words)
            return cadre_order_ask(talk, NULL, "进度", words);
        return talk_answer(talk, "one-at-a-time", facts_text(NULL, "number", found[0].number, 0), NULL) &&
               talk_done(talk, OUTCOME_WAITING, NULL, "taken for progress of several cases");
    }
    if (n > 0)
        return act_on_number(talk, found[0].number, is_handled);
    if (!cadre_words_told(talk, &case_, &waiting))
        return false;
    if (!case_ && waiting &&
        (is_answer(talk, waiting) ||
         (cadre_words_name(talk, waiting) && !is_another_matter(talk, waiting)))) {
        *is_handled = talk->is_meant = true;
        return refuse(talk, waiting, REFUSED_ACCEPT_FIRST);
    }
    if (!case_ || is_another_matter(talk, case_))
        return true;
    *is_handled = true;
    return ask(talk, case_);
}

/* Sends the words as the command would; where the line proves nobody, a code is asked for as there. */
static bool report(struct talk *talk)
{
    struct case_ *case_;

    if (!store_case(talk->turn->store, talk->turn->mem, talk->question->case_id, &case_))
        return false;
    if (!case_)
        return talk_answer(talk, "not-sent", NULL, NULL) && talk_done(talk, OUTCOME_ANSWERED, NULL, NULL);
    return run_on(talk, "进度", case_, progress_words(talk, talk->question->data));
}

bool cadre_words_settle(struct talk *talk, const char *own, const char *dropped, bool *is_yes,
                        bool *is_handled)
{
    static const struct keyword words[] = { { "新|new", 1, 0 }, { 0 } };
    struct keyword_match match;
    bool is_new = keyword_match(words, talk->turn->mem, &talk->understood->normal, &match);
    enum yes_no answer = talk->understood->choice == 1 ? SAYS_YES : yes_no_read(&talk->understood->normal);

    *is_yes = false;
    if (!is_new && answer == NEITHER)
        return true;
    *is_handled = true;
    if (!store_answer_question(talk->turn->store, talk->event->from))
        return false;
    if (is_new)
        return open_case(talk, own, 0, false);
    *is_yes = answer == SAYS_YES;
    return *is_yes ||
           (talk_answer(talk, dropped, NULL, NULL) && talk_done(talk, OUTCOME_ANSWERED, NULL, NULL));
}

bool cadre_words_answer(struct talk *talk, bool *is_handled)
{
    bool is_yes;

    return cadre_words_settle(talk, talk->question->data, "not-sent", &is_yes, is_handled) &&
           (!is_yes || report(talk));
}
