#include "gateway/conversation/cadre/cadre_case.h"

#include <string.h>
#include <talloc.h>

const char *cadre_number(const struct talk *talk)
{
    return talk->match.number_kind == NUMBER_RIGHT ? talk->match.number : NULL;
}

bool cadre_case(struct talk *talk, struct case_ **case_)
{
    struct case_filter mine = { .handler = talk->event->from, .states = 1u << CASE_IN_HAND };

    return talk_case(talk, &mine, case_);
}

bool cadre_take(struct talk *talk, enum act act, const char *done)
{
    struct action action = { .act = act, .words = talk->match.rest };

    if (!cadre_case(talk, &action.case_))
        return false;
    return !action.case_ || talk_take(talk, &action, done);
}

bool cadre_take_with_words(struct talk *talk, enum act act, const char *done)
{
    return *talk->match.rest ? cadre_take(talk, act, done) : talk_answer_form(talk, cadre_number(talk));
}

const char *cadre_phone(void *mem, const char *phone)
{
    if (*phone == '+')
        return phone;
    if (strlen(phone) == 11 && phone[0] == '1' && phone[1] >= '3')
        return talloc_asprintf(mem, "+86%s", phone);
    return NULL;
}
