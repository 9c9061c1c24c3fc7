#include "gateway/conversation/cadre/cadre_corrections.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/corrections.h"
#include "gateway/case/joined.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/conversation/confirm.h"
#include "gateway/conversation/sender.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/owner.h"

enum { PHONE_SIZE = 20 };

/* The digits of a phone with spaces and hyphens between them, in E.164; NULL: these words are none. */
static const char *read_phone(void *mem, const char *words)
{
    char digits[PHONE_SIZE];
    size_t n = 0;

    for (; *words; words++)
        if (*words >= '0' && *words <= '9' && n < sizeof digits - 1)
            digits[n++] = *words;
        else if (!strchr(" -+", *words))
            return NULL;
    digits[n] = '\0';
    if (n == 13 && strncmp(digits, "86", 2) == 0)
        memmove(digits, digits + 2, n - 1);
    return cadre_phone(mem, digits);
}

/*
 * Not a number of ours or of staff, who would see their own case; nor one with another owner since the case
 * was received, whoever confirms it: to that owner nothing older is told or shown, so nobody would hear of
 * the case.
 */
static bool may_report(struct talk *talk, const struct case_ *case_, const char *phone, bool *may)
{
    struct person *person;

    *may = !sender_is_ours(talk->turn->config, phone);
    if (!store_person(talk->turn->store, talk->turn->mem, phone, &person))
        return false;
    *may = *may && (!person || (!person->roles && !owner_is_past(person, case_->received_at)));
    return true;
}

bool cadre_renumber(struct talk *talk)
{
    const char *phone = read_phone(talk->turn->mem, talk->match.rest_normal);
    struct case_ *case_;
    bool may;

    if (!phone)
        return talk_answer_form(talk, cadre_number(talk));
    if (!cadre_case(talk, &case_))
        return false;
    if (!case_)
        return true;
    if (!may_report(talk, case_, phone, &may))
        return false;
    return may ? confirm_ask(talk, case_, ACT_RENUMBER, 0, phone)
               : talk_answer_case(talk, "number-unfit", case_, "") &&
                     talk_done(talk, OUTCOME_COMMAND, case_, "a number that may report nothing");
}

/* Both sides or neither: the words leave one case only where the other takes them. */
static bool move(struct talk *talk, struct case_ *from, struct case_ *to, const struct step *added)
{
    struct understood understood;
    struct action out = { .act = ACT_MOVE_OUT, .case_ = from, .words = added->words };
    struct action in = { .act = ACT_MOVE_IN, .case_ = to, .words = added->words, .understood = &understood };

    understand(talk->turn->understanding, talk->turn->mem, added->words, &understood);
    out.by = in.by = talk->person;
    if (!cases_may_take(talk->turn, &out) || !cases_may_take(talk->turn, &in))
        return false;
    if (out.refusal || in.refusal)
        return talk_refuse(talk, out.refusal ? out.refusal : in.refusal, out.refusal ? from : to);
    return talk_step(talk, &out) && talk_step(talk, &in) && talk_answer_case(talk, "moved-done", to, "") &&
           talk_done(talk, OUTCOME_COMMAND, to, refusal_name(in.refusal));
}

static bool is_of_the_same(struct turn *turn, const struct step *added, const struct case_ *to, bool *is_so)
{
    const struct case_ *own;

    if (!joined_own(turn, to, added->actor, &own))
        return false;
    *is_so = own != NULL;
    return true;
}

bool cadre_move(struct talk *talk)
{
    struct keyword_match *match = &talk->match;
    struct case_ *from, *to;
    const struct step *added;
    bool is_same = false;

    if (match->number_kind == NUMBER_NONE || match->second_kind == NUMBER_NONE ||
        strcmp(match->number, match->second) == 0)
        return talk_answer_form(talk, cadre_number(talk));
    if (!talk_numbered_case(talk, match->number_kind, match->number, &from))
        return false;
    if (!from)
        return true;
    if (!talk_numbered_case(talk, match->second_kind, match->second, &to))
        return false;
    if (!to)
        return true;
    if (!correction_addition(talk->turn, from, match->count, &added) ||
        (added && !is_of_the_same(talk->turn, added, to, &is_same)))
        return false;
    if (!added || !is_same)
        return talk_answer_case(talk, added ? "not-the-same" : "nothing-to-move", from, "") &&
               talk_done(talk, OUTCOME_COMMAND, from, added ? "not the same reporter" : "nothing to move");
    return move(talk, from, to, added);
}
