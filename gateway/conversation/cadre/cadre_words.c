#include "gateway/conversation/cadre/cadre_words.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/standing.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/cadre/unit_named.h"
#include "gateway/conversation/danger.h"
#include "gateway/conversation/open_case.h"
#include "gateway/turn/facts.h"
#include "gateway/understand/identifiers.h"
#include "gateway/understand/intent.h"
#include "gateway/understand/keyword_arguments.h"
#include "gateway/understand/text/figure_question.h"
#include "gateway/understand/yes_no.h"
#include "store/notices.h"
#include "store/questions.h"

enum {
    REPLY_DAYS = 3,
    MOST_NUMBERS = 8,
    SURE_TOPIC = 60 /* percent */,
    CLIP_SENT = 40 /* UTF-16 units */,
    SHORT_ANSWER = 120, /* octets */
    SHORT_QUESTION = 45 /* octets */
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

static bool may_report(struct talk *talk, struct case_ *case_, enum refusal *refusal)
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
        (n == 1 && !may_report(talk, cases, &refusal)))
        return false;
    *case_ = n == 1 && refusal == NOT_REFUSED ? cases : NULL;
    return true;
}

/* The case they have in hand that the newest notice to them was about, else the only one; NULL none. waiting:
 * the newest that they could take on, if there is none in hand; NULL. */
static bool find_told(struct talk *talk, struct case_ **case_, struct case_ **waiting)
{
    struct turn *turn = talk->turn;
    struct told_cases told;

    *case_ = *waiting = NULL;
    if (!store_told_cases(turn->store, talk->event->from, turn->now - REPLY_DAYS * (int64_t)DAY_SECONDS,
                          &told))
        return false;
    for (size_t i = 0; i < told.n; i++) {
        enum refusal refusal;

        if (!store_case(turn->store, turn->mem, told.ids[i], case_) ||
            (*case_ && !may_report(talk, *case_, &refusal)))
            return false;
        if (*case_ && refusal == NOT_REFUSED)
            return true;
        if (*case_ && refusal == REFUSED_ACCEPT_FIRST && !*waiting &&
            strcmp((*case_)->reporter, talk->event->from) != 0)
            *waiting = *case_;
    }
    return find_only(talk, case_);
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
    static const char *const words[] = { "办结", "结案", "closed" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(talk->understood->normal.text, words[i]))
            return true;
    return false;
}

/* 为啥转不了: words that may ask us, not tell the reporter. */
static bool asks_us(const struct talk *talk)
{
    struct figure_question question;

    understanding_figure_question(talk->turn->understanding, talk->understood, &question);
    return question.asks && talk->understood->normal.length <= SHORT_QUESTION;
}

static bool ask(struct talk *talk, const struct case_ *case_)
{
    struct question question = { .phone = talk->event->from,
                                 .kind = QUESTION_PROGRESS,
                                 .case_id = case_->id,
                                 .data = talk->event->text,
                                 .asked_at = talk->turn->now,
                                 .expires_at = talk->turn->now + DAY_SECONDS };
    struct json_object *facts;

    if (!talk_mute_repeated(talk, DAY_SECONDS) || !store_ask(talk->turn->store, &question) ||
        !facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_text(facts, "words", progress_words(talk, talk->event->text), CLIP_SENT);
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

/* What the person can do with a case that they do not report on. */
static bool refuse(struct talk *talk, struct case_ *case_, enum refusal refusal)
{
    struct action nudge = { .act = ACT_NUDGE, .case_ = case_, .by = talk->person };
    const char *meant = meant_above(talk);

    if (!cases_may_take(talk->turn, &nudge))
        return false;
    if (!nudge.refusal && meant)
        return run_on(talk, meant, case_, "");
    return talk_answer_case(talk, nudge.refusal ? refusal_name(refusal) : "may-nudge", case_, "") &&
           talk_done(talk, OUTCOME_WAITING, NULL, "taken for words about a case of others");
}

/* Of the case whose number stands in the text. */
static bool act_on_number(struct talk *talk, const char *number, bool *is_handled)
{
    struct case_ *case_;
    enum refusal refusal;

    if (!store_case_by_number(talk->turn->store, talk->turn->mem, number, &case_))
        return false;
    if (!case_ || strcmp(case_->reporter, talk->event->from) == 0)
        return true;
    if (!may_report(talk, case_, &refusal))
        return false;
    if (refusal == REFUSED_NO_SUCH_CASE)
        return true;
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

bool cadre_words_act(struct talk *talk, bool *is_handled)
{
    struct number_found found[MOST_NUMBERS];
    struct case_ *case_, *waiting;
    size_t n;

    if (!talk->person->roles || talk->understood->kind != TEXT_CASE || danger_is_told(talk))
        return true;
    n = identifiers_case_numbers(&talk->understood->normal, found, MOST_NUMBERS);
    if (are_several(found, n)) {
        *is_handled = true;
        return talk_answer(talk, "one-at-a-time", facts_text(NULL, "number", found[0].number, 0), NULL) &&
               talk_done(talk, OUTCOME_WAITING, NULL, "taken for progress of several cases");
    }
    if (n > 0)
        return act_on_number(talk, found[0].number, is_handled);
    if (!find_told(talk, &case_, &waiting))
        return false;
    if (!case_ && waiting && is_answer(talk, waiting)) {
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

bool cadre_words_answer(struct talk *talk, bool *is_handled)
{
    static const struct keyword words[] = { { "新|new", 1, 0 }, { 0 } };
    struct keyword_match match;
    bool is_new = keyword_match(words, talk->turn->mem, &talk->understood->normal, &match);
    enum yes_no answer = talk->understood->choice == 1 ? SAYS_YES : yes_no_read(&talk->understood->normal);

    if (!is_new && answer == NEITHER)
        return true;
    *is_handled = true;
    if (!store_answer_question(talk->turn->store, talk->event->from))
        return false;
    if (is_new)
        return open_case(talk, talk->question->data, 0, false);
    if (answer == SAYS_YES)
        return report(talk);
    return talk_answer(talk, "not-sent", NULL, NULL) && talk_done(talk, OUTCOME_ANSWERED, NULL, NULL);
}
