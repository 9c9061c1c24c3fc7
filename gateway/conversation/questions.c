#include "gateway/conversation/questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/cadre/cadre_words.h"
#include "gateway/conversation/meaning.h"
#include "gateway/conversation/open_case.h"
#include "gateway/conversation/villager.h"
#include "store/questions.h"

/* The data of a list: the command's word, rating, count, numbers, words, with tabs between (talk_case.c). */
static bool run_chosen(struct talk *talk, bool *is_handled)
{
    char *rest = talloc_strdup(talk->turn->mem, talk->question->data), *field[5], *number = NULL;
    struct keyword_match *match = &talk->match;
    bool is_cadres;

    for (int i = 0; i < 5; i++)
        field[i] = i < 4 ? strsep(&rest, "\t") : rest;
    if (!field[3])
        return true;
    for (int i = 0; i < talk->understood->choice; i++)
        number = field[3] ? strsep(&field[3], ",") : NULL;
    talk->command = talk->person->roles ? talk_command_of(cadre_commands, field[0]) : NULL;
    is_cadres = talk->command != NULL;
    if (!is_cadres)
        talk->command = talk_command_of(villager_commands, field[0]);
    if (!number || !talk->command || strlen(number) >= sizeof match->number)
        return true;
    *match = (struct keyword_match){ .number_kind = NUMBER_RIGHT,
                                     .rating = atoi(field[1]),
                                     .count = atoi(field[2]),
                                     .rest = field[4] ? field[4] : "" };
    match->rest_normal = match->rest;
    snprintf(match->number, sizeof match->number, "%s", number);
    *is_handled = true;
    if (!store_answer_question(talk->turn->store, talk->event->from))
        return false;
    return is_cadres
               ? cadre_run(talk, talloc_asprintf(talk->turn->mem, "%s %s %s", field[0], number, match->rest))
               : talk->command->run(talk);
}

static bool answer_appeal(struct talk *talk, bool *is_handled)
{
    static const struct keyword words[] = { { "是|是的|对|对的|新|yes|y|new", 1, 0 },
                                            { "否|不|不是|no|n", 2, 0 },
                                            { 0 } };
    struct keyword_match match;
    int answer = talk->understood->choice;

    if (keyword_match(words, talk->turn->mem, &talk->understood->normal, &match))
        answer = match.keyword->id;
    if (answer != 1 && answer != 2)
        return true;
    *is_handled = true;
    if (!store_answer_question(talk->turn->store, talk->event->from))
        return false;
    if (answer == 1)
        return open_case(talk, talk->question->data, 0, false);
    return talk_answer(talk, "not-filed", NULL, NULL) && talk_done(talk, OUTCOME_ANSWERED, NULL, NULL);
}

bool questions_answer(struct talk *talk, bool *is_handled)
{
    if (!talk->question)
        return true;
    switch (talk->question->kind) {
    case QUESTION_RATING:
        return meaning_rate(talk, is_handled);
    case QUESTION_LIST:
        return !talk->understood->choice || run_chosen(talk, is_handled);
    case QUESTION_APPEAL:
        return answer_appeal(talk, is_handled);
    case QUESTION_PROGRESS:
        return cadre_words_answer(talk, is_handled);
    case QUESTION_PLACE: /* follow_up_place: commands come first */
    case QUESTION_OWNER: /* answered by the command 恢复 */
        break;
    }
    return true;
}
