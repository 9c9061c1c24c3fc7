#include "gateway/conversation/cadre/cadre_order.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/cadre/cadre_order_lists.h"
#include "gateway/conversation/cadre/cadre_words.h"
#include "gateway/conversation/cadre/unit_named.h"
#include "gateway/conversation/danger.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/understand/identifiers.h"
#include "gateway/understand/text/figure_question.h"
#include "gateway/understand/text/staff_order.h"

enum { LONGEST = 45 /* characters */, SHORT = 20, MOST_NUMBERS = 8 };

/* What the text may mean, and of which case. */
struct order {
    struct talk *talk;
    unsigned says;
    struct case_ *case_;
    bool is_numbered; /* its number stands in the text */
    bool asks;
};

static bool says(const struct order *order, enum staff_order what)
{
    return order->says & SAYS(what);
}

/* The word of a command as the person types it: 转, and FORWARD who is answered in English. */
static const char *word_of(struct talk *talk, const char *word)
{
    const struct keyword_command *command = talk_command_of(cadre_commands, word);
    const char *last = command ? strrchr(command->words, '|') : NULL;

    if (strcmp(talk->person->language, "en") != 0)
        return word;
    if (!last || (unsigned char)last[1] >= 0x80)
        return strcmp(word, "进度") == 0 ? "PROGRESS" : word;
    char *upper = talloc_strdup(talk->turn->mem, last + 1);
    for (char *at = upper; *at; at++)
        *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
    return upper;
}

bool cadre_order_ask(struct talk *talk, const struct case_ *case_, const char *word, const char *arguments)
{
    const char *command = talloc_asprintf(talk->turn->mem, "%s %s", word_of(talk, word), arguments);
    struct question question = {
        .phone = talk->event->from,
        .kind = QUESTION_COMMAND,
        .case_id = case_ ? case_->id : 0,
        .data = talloc_asprintf(talk->turn->mem, "%s\t%s", command, talk->event->text),
        .asked_at = talk->turn->now,
        .expires_at = talk->turn->now + DAY_SECONDS,
    };
    struct json_object *facts = NULL;

    if (!talk_mute_repeated(talk, DAY_SECONDS) || !store_ask(talk->turn->store, &question) ||
        (case_ && !facts_of_case(talk->turn, case_, &facts)))
        return false;
    facts = facts_text(facts, "text", command, CLIP_CALENDAR);
    return talk_answer(talk, "ask-command", facts, case_) &&
           talk_done(talk, OUTCOME_WAITING, NULL, "taken for a command in their own words");
}

/* The command as if it had come. */
static bool run(struct talk *talk, const char *command)
{
    struct understood *understood = talloc(talk->turn->mem, struct understood);

    understand(talk->turn->understanding, talk->turn->mem, command, understood);
    talk->understood = understood;
    talk->command_text = command;
    talk->is_work = true;
    return talk_find_command(talk, cadre_commands)
               ? cadre_run(talk, command)
               : talk_answer(talk, "not-done", NULL, NULL) && talk_done(talk, OUTCOME_ANSWERED, NULL, NULL);
}

bool cadre_order_answer(struct talk *talk, bool *is_handled)
{
    char *own = talloc_strdup(talk->turn->mem, talk->question->data), *command = strsep(&own, "\t");
    bool is_yes;

    return cadre_words_settle(talk, own, "not-done", &is_yes, is_handled) && (!is_yes || run(talk, command));
}

/* Whether the person could take the step; words are not looked at. */
static bool may(const struct order *order, enum act act, bool *is_so)
{
    struct action action = { .act = act, .case_ = order->case_, .by = order->talk->person, .words = "." };

    if (!cases_may_take(order->talk->turn, &action))
        return false;
    *is_so = !action.refusal;
    return true;
}

static bool ask(const struct order *order, const char *word, const char *words)
{
    return cadre_order_ask(
        order->talk, order->case_, word,
        talloc_asprintf(order->talk->turn->mem, "%s%s%s", order->case_->number, *words ? " " : "", words));
}

static bool answer_form(const struct order *order, const char *word)
{
    order->talk->command = talk_command_of(cadre_commands, word);
    order->talk->is_meant = true;
    return talk_answer_form(order->talk, order->case_->number) &&
           talk_done(order->talk, OUTCOME_ANSWERED, NULL, "taken for a command without its words");
}

/* Whether a name may begin here: behind a word that may stand before one, a number, or a gap. */
static bool may_begin(const char *text, const char *at)
{
    static const char *const before[] = { "转", "给", "到", "交", "派", "归", "是", "由", "让", "于",
                                          "送", "找", "去", "请", "该", "往", "成", "为", "在", "叫" };

    if (at == text || (unsigned char)at[-1] < 0x80)
        return true;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (at - text >= (ptrdiff_t)strlen(before[i]) &&
            strncmp(at - strlen(before[i]), before[i], strlen(before[i])) == 0)
            return true;
    return false;
}

/* The unit that the words name: an office, a place, or what begins anywhere in them; NULL: none. */
static bool find_unit(const struct order *order, const struct unit **unit)
{
    struct talk *talk = order->talk;
    const char *text = talk->understood->normal.text;

    *unit = NULL;
    if (says(order, ORDER_PLACE)) {
        struct units_named named;

        if (!unit_named_find(talk->turn, text, &named))
            return false;
        if (named.n == 1)
            *unit = named.units[0];
        if (named.n == 1 || talk->understood->place.unit)
            return *unit || cache_unit(talk->turn, talk->understood->place.unit, unit);
    }
    if (!unit_named_within(talk->turn, text, unit))
        return false;
    for (const char *at = text; *at && !*unit; at++) {
        struct units_named named = { .n = 0 };
        const char *rest;

        if (((unsigned char)*at & 0xC0) != 0xC0 || !may_begin(text, at))
            continue;
        if (!unit_named_begin(talk->turn, at, &named, &rest))
            return false;
        if (named.n == 1)
            *unit = named.units[0];
    }
    return *unit || !talk->understood->place.unit ||
           cache_unit(talk->turn, talk->understood->place.unit, unit);
}

/* A village is where it happened, unless it is said to be sent there. */
static bool is_place(const struct order *order, const struct unit *unit)
{
    return (unit->level == UNIT_VILLAGE || unit->level == UNIT_TOWNSHIP) && !says(order, ORDER_FORWARD) &&
           (says(order, ORDER_PLACE) || (unit->level == UNIT_VILLAGE && !order->case_->place));
}

static bool try_form(const struct order *order, enum staff_order what, enum act act, const char *word,
                     bool *is_handled)
{
    bool is_so;

    if (*is_handled || !says(order, what))
        return true;
    if (!may(order, act, &is_so))
        return false;
    *is_handled = is_so;
    return !is_so || answer_form(order, word);
}

/* 转到水利局, 这是人社局的事, 是北王镇高村. */
static bool try_unit(const struct order *order, bool *is_handled)
{
    struct talk *talk = order->talk;
    const struct unit *unit;
    const char *name;
    bool is_so;

    if (!says(order, ORDER_FORWARD) && !says(order, ORDER_PLACE) &&
        (order->case_->state != CASE_NEW || !(says(order, ORDER_CALLED) || order->is_numbered)))
        return true;
    if (!find_unit(order, &unit))
        return false;
    if (!unit && says(order, ORDER_FORWARD))
        return try_form(order, ORDER_FORWARD, ACT_FORWARD, "转", is_handled);
    if (!unit || unit->level == UNIT_COUNTY || unit->id == talk->person->unit ||
        (unit->id == order->case_->unit && !is_place(order, unit)))
        return true;
    name = unit_named_text(talk->turn, unit);
    if (!name || !may(order, is_place(order, unit) ? ACT_PLACE : ACT_FORWARD, &is_so))
        return false;
    *is_handled = is_so;
    return !is_so || ask(order, is_place(order, unit) ? "改地" : "转", name);
}

/* A command that needs no words. at_once: it is carried out, or asks for a code by itself. */
static bool try_command(const struct order *order, enum staff_order what, enum act act, const char *word,
                        bool at_once, bool *is_handled)
{
    struct talk *talk = order->talk;
    bool is_so;

    if (*is_handled || !says(order, what))
        return true;
    if (!may(order, act, &is_so))
        return false;
    *is_handled = is_so;
    if (!is_so)
        return true;
    return at_once ? run(talk, talloc_asprintf(talk->turn->mem, "%s %s", word, order->case_->number))
                   : ask(order, word, "");
}

/* 26000029应该是供电的: of a case that nobody has yet. */
static bool names_another_topic(const struct order *order)
{
    const struct understood *understood = order->talk->understood;

    return order->is_numbered && order->case_->state == CASE_NEW &&
           understood->normal.n_symbols <= SHORT + 5 && understood->topic_confidence >= SURE_TOPIC &&
           strcmp(understood->topic, "other") != 0 && strcmp(understood->topic, order->case_->topic) != 0;
}

/* What the words want done with the case. Views and urging need its number: they are no matter of guessing.
 */
static bool try_case(struct order *order, bool *is_handled)
{
    bool is_short = order->talk->understood->normal.n_symbols <= SHORT + (order->is_numbered ? 10 : 0);

    if (order->case_->alarm_at && says(order, ORDER_TAKE) && is_short) {
        *is_handled = true;
        return ask(order, "领", "");
    }

    if (!try_form(order, ORDER_EXTEND, ACT_EXTEND, "延期", is_handled) ||
        (!*is_handled && !try_unit(order, is_handled)) ||
        (is_short && !try_form(order, ORDER_RETURN, ACT_RETURN, "退", is_handled)) ||
        !try_form(order, ORDER_RECUSE, ACT_RECUSE, "回避", is_handled) ||
        !try_form(order, ORDER_RECLASS, ACT_RECLASS, "改类", is_handled) ||
        (names_another_topic(order) && !try_form(order, ORDER_CALLED, ACT_RECLASS, "改类", is_handled)) ||
        (order->case_->state == CASE_NEW && is_short &&
         !try_command(order, ORDER_TAKE, ACT_ACCEPT, "领", false, is_handled)))
        return false;
    if (!order->is_numbered)
        return order->case_->state != CASE_IN_HAND || !is_short || !order->asks ||
               try_command(order, ORDER_VIEW, ACT_VIEW, "看", true, is_handled);
    return try_form(order, ORDER_URGENCY, ACT_URGENCY_CLASS, "定级", is_handled) &&
           try_command(order, ORDER_MERGE, ACT_VIEW, "似", true, is_handled) &&
           try_command(order, ORDER_ADOPT, ACT_ADOPT, "包案", true, is_handled) &&
           try_command(order, ORDER_NUDGE, ACT_NUDGE, "催", true, is_handled) &&
           (!is_short || try_command(order, ORDER_VIEW, ACT_VIEW, "看", true, is_handled));
}

/* 26000010和26000029是一码事 */
static bool try_merge(const struct order *order, const struct number_found *found, size_t n, bool *is_handled)
{
    struct talk *talk = order->talk;
    struct order one = *order;
    bool is_so;

    if (n != 2 || !says(order, ORDER_MERGE) || strcmp(found[0].number, found[1].number) == 0)
        return true;
    if (!store_case_by_number(talk->turn->store, talk->turn->mem, found[0].number, &one.case_) ||
        (one.case_ && !may(&one, ACT_MERGE, &is_so)))
        return false;
    *is_handled = one.case_ && is_so;
    return !*is_handled || ask(&one, "并", found[1].number);
}

/* The case whose number stands in the text; without one the newest that they were told of. */
static bool find_case(struct order *order, const struct number_found *found, size_t n)
{
    struct talk *talk = order->talk;
    struct case_ *waiting;

    order->is_numbered = n > 0;
    if (n > 0)
        return store_case_by_number(talk->turn->store, talk->turn->mem, found[0].number, &order->case_);
    if (says(order, ORDER_TAKE) && !cadre_words_alarm(talk, &order->case_))
        return false;
    if (order->case_)
        return true;
    if (!cadre_words_told(talk, &order->case_, &waiting))
        return false;
    if (waiting && (!order->case_ || says(order, ORDER_TAKE)))
        order->case_ = waiting;
    return true;
}

static bool act_for_staff(struct talk *talk, bool *is_handled)
{
    const struct understood *understood = talk->understood;
    struct order order = { .talk = talk,
                           .says = understanding_staff_order(talk->turn->understanding, understood) };
    struct number_found found[MOST_NUMBERS];
    struct figure_question question;
    size_t n = identifiers_case_numbers(&understood->normal, found, MOST_NUMBERS);

    understanding_figure_question(talk->turn->understanding, understood, &question);
    order.asks = question.asks;
    if (understood->is_guarded && n == 0) /* 撤回刚才的, 老张调走了: what it may accuse is no command */
        order.says &= SAYS(ORDER_UNDO) | SAYS(ORDER_HAND_OVER) | SAYS(ORDER_NEW_NUMBER) | SAYS(ORDER_MINE) |
                      SAYS(ORDER_DUTY_HOW);
    if ((!order.says && n == 0) || understood->normal.n_symbols > LONGEST || question.is_own ||
        danger_is_told(talk) || (understood->is_guarded && n == 0 && understood->normal.n_symbols > SHORT))
        return true;
    if (n == 0 && !cadre_order_lists(talk, order.says, &question, is_handled))
        return false;
    if (*is_handled || understood->kind != TEXT_CASE || (understood->is_guarded && n == 0))
        return true;
    if (!try_merge(&order, found, n, is_handled) || *is_handled || n > 1)
        return n > 1 || *is_handled;
    if (says(&order, ORDER_UNDO) && !cadre_order_mistake(talk, is_handled))
        return false;
    if (*is_handled)
        return true;
    if (!find_case(&order, found, n))
        return false;
    if (!order.case_ || strcmp(order.case_->reporter, talk->event->from) == 0)
        return true;
    return try_case(&order, is_handled);
}

bool cadre_order_act(struct talk *talk, bool *is_handled)
{
    return !talk->person->roles || act_for_staff(talk, is_handled);
}
