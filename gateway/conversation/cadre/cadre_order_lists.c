#include "gateway/conversation/cadre/cadre_order_lists.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/standing.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/confirm.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/leave.h"
#include "gateway/turn/unit_name.h"
#include "gateway/understand/text/staff_order.h"

enum { SHORT = 20 /* characters */, MOST_ON_DUTY = 6, UNDO_SECONDS = 600 };

/* As it is dialled within the country. */
static const char *national(const char *phone)
{
    return strncmp(phone, "+86", 3) == 0 ? phone + 3 : phone;
}

/* Whether somebody is on duty there whom the person would ask: in their unit, above it or below it. */
static bool add_on_duty(struct talk *talk, const struct unit *unit, struct json_object *list)
{
    struct turn *turn = talk->turn;
    bool is_above, is_below;
    struct person *person;
    struct json_object *one;
    const char *phone;

    if (!store_on_duty(turn->store, turn->mem, unit->id, &phone))
        return false;
    if (!phone || json_object_array_length(list) >= MOST_ON_DUTY)
        return true;
    if (!standing_is_above(turn, unit->id, talk->person->unit, &is_above) ||
        !standing_is_above(turn, talk->person->unit, unit->id, &is_below) ||
        !store_person(turn->store, turn->mem, phone, &person))
        return false;
    if (!person || (talk->person->unit && !is_above && !is_below))
        return true;
    one = facts_text(NULL, "unit", unit_name_short(turn->mem, unit->name), CLIP_HINT);
    facts_text(one, "name", person->name, CLIP_HINT);
    json_object_array_add(list, facts_text(one, "phone", national(person->phone), 0));
    return true;
}

static bool answer_on_duty(struct talk *talk)
{
    struct json_object *list = json_object_new_array(), *facts = json_object_new_object();
    struct unit *units;
    size_t n;
    bool is_done = store_units(talk->turn->store, talk->turn->mem, &units, &n);

    for (size_t i = 0; is_done && i < n; i++)
        is_done = add_on_duty(talk, &units[i], list);
    facts_flag(facts, "none", json_object_array_length(list) == 0);
    json_object_object_add(facts, "people", list);
    if (!is_done) {
        json_object_put(facts);
        return false;
    }
    return talk_answer(talk, "who-on-duty", facts, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL);
}

static bool run(struct talk *talk, const char *word)
{
    talk->is_work = true;
    talk->command = talk_command_of(cadre_commands, word);
    talk->match = (struct keyword_match){ .rest = "", .rest_normal = "" };
    return cadre_run(talk, word);
}

bool cadre_order_mistake(struct talk *talk, bool *is_handled)
{
    struct undo *undos;
    size_t n;

    if (!store_undos(talk->turn->store, talk->turn->mem, talk->event->from, &undos, &n))
        return false;
    *is_handled = n > 0 && talk->turn->now - undos[0].at <= UNDO_SECONDS;
    return !*is_handled || (talk_answer(talk, "to-undo", NULL, NULL) &&
                            talk_done(talk, OUTCOME_ANSWERED, NULL, "taken for a mistake"));
}

/* Of another day than today. */
static bool is_later(const struct talk *talk)
{
    static const char *const words[] = { "明天", "后天", "昨天", "下周", "周一", "周二", "周三",
                                         "周四", "周五", "周六", "周日", "那天", "号" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(talk->understood->normal.text, words[i]))
            return true;
    return false;
}

static bool is_on_leave(struct talk *talk, bool *is_so)
{
    const char *acts;

    if (!leave_stand_in(talk->turn, talk->event->from, &acts))
        return false;
    *is_so = strcmp(acts, talk->event->from) != 0;
    return true;
}

/* 替刘大爷报一下: begins with who it is said for. */
static bool is_for_somebody(const struct talk *talk)
{
    static const char *const words[] = { "替", "代", "帮" };
    const struct normal *normal = &talk->understood->normal;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(normal->text + normal->body, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

/* Sets the command whose form answers words that lack its phone. */
static bool answers_form(struct talk *talk, unsigned says, bool *is_handled)
{
    bool is_above = talk->person->roles & (ROLE_LEADER | ROLE_OPERATOR);
    const char *word = NULL;

    if (says & SAYS(ORDER_FILE_FOR) && is_for_somebody(talk))
        word = "代";
    else if (says & SAYS(ORDER_NEW_NUMBER) && is_above)
        word = "换号";
    else if (says & SAYS(ORDER_HAND_OVER) && is_above)
        word = "交接";
    *is_handled = word != NULL;
    if (word) {
        talk->command = talk_command_of(cadre_commands, word);
        talk->is_meant = true;
    }
    return word != NULL;
}

bool cadre_order_lists(struct talk *talk, unsigned says, const struct figure_question *question,
                       bool *is_handled)
{
    bool asks = question->asks || question->lists, is_short = talk->understood->normal.n_symbols <= SHORT,
         is_above = talk->person->roles & (ROLE_LEADER | ROLE_SUPERVISOR),
         is_narrow = talk->understood->place.unit || question->units || question->ranks ||
                     (question->counts && is_above) || question->span;
    const char *word = NULL;

    if (!is_short)
        return true;
    if (says & SAYS(ORDER_CODE) && asks)
        return confirm_asked_for(talk, is_handled);
    if (says & SAYS(ORDER_UNDO))
        return cadre_order_mistake(talk, is_handled);
    if (says & SAYS(ORDER_ON_DUTY)) {
        *is_handled = true;
        return answer_on_duty(talk);
    }
    if (says & (SAYS(ORDER_DUTY_HOW) | SAYS(ORDER_DUTY_WORD)) ||
        (says & SAYS(ORDER_DUTY) && is_later(talk))) {
        *is_handled = talk->is_meant = true;
        return talk_answer(talk, "form-duty", NULL, NULL) &&
               talk_done(talk, OUTCOME_ANSWERED, NULL, "taken for a question about duty");
    }
    if (says & SAYS(ORDER_BACK)) {
        if (!is_on_leave(talk, is_handled))
            return false;
        if (*is_handled)
            return run(talk, "销假");
    }
    if (answers_form(talk, says, is_handled))
        return talk_answer_form(talk, NULL) &&
               talk_done(talk, OUTCOME_ANSWERED, NULL, "taken for a command without its words");
    if (says & SAYS(ORDER_WAITING) && asks && !is_narrow)
        word = "待领";
    else if (says & SAYS(ORDER_OVERDUE) && asks && !is_narrow)
        word = "超期";
    else if (says & SAYS(ORDER_MINE) && !question->counts)
        word = "我的";
    else if (says & SAYS(ORDER_DUTY) && !is_later(talk) && !asks)
        word = "值班";
    else if (says & SAYS(ORDER_OFF_DUTY) && !is_later(talk) && !asks)
        word = "下班";
    *is_handled = word != NULL;
    return !word || run(talk, word);
}
