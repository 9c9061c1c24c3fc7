/*
 * Answers to what we asked a person last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/conversation/talk.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"

static bool run_chosen(struct talk *talk, bool *is_handled)
{
    char *rest = talloc_strdup(talk->turn->mem, talk->question->data), *field[5], *number = NULL;
    struct keyword_match *match = &talk->match;

    for (int i = 0; i < 5; i++)
        field[i] = i < 4 ? strsep(&rest, "\t") : rest;
    if (!field[3])
        return true;
    for (int i = 0; i < talk->understood->choice; i++)
        number = field[3] ? strsep(&field[3], ",") : NULL;
    talk->command = talk->person->roles ? talk_command_of(cadre_commands, field[0]) : NULL;
    if (!talk->command)
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
    return store_answer_question(talk->turn->store, talk->event->from) && talk->command->run(talk);
}

static bool answer_appeal(struct talk *talk, bool *is_handled)
{
    static const struct keyword words[] = { { "是|是的|对|对的|yes|y", 1, 0 },
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
        return talk_open_case(talk, talk->question->data, 0, false);
    return talk_answer(talk, "not-filed", NULL, NULL) && talk_done(talk, "answered", NULL, NULL);
}

static bool answer_rating(struct talk *talk, bool *is_handled)
{
    struct case_ *case_;

    if (!talk->understood->rating)
        return true;
    if (!store_case(talk->turn->store, talk->turn->mem, talk->question->case_id, &case_))
        return false;
    *is_handled = case_ != NULL;
    return !case_ || villager_rate(talk, case_, talk->understood->rating, talk->understood->rating_comment);
}

bool questions_answer(struct talk *talk, bool *is_handled)
{
    if (!talk->question)
        return true;
    if (strcmp(talk->question->kind, "rating") == 0)
        return answer_rating(talk, is_handled);
    if (strcmp(talk->question->kind, "list") == 0 && talk->understood->choice)
        return run_chosen(talk, is_handled);
    return strcmp(talk->question->kind, "appeal") != 0 || answer_appeal(talk, is_handled);
}

/* Registered people are asked whether it is their own appeal; what they add soon after is put to it. */
bool follow_up_whose_appeal(struct talk *talk, bool *is_handled)
{
    struct turn *turn = talk->turn;
    bool is_asked = talk->question && strcmp(talk->question->kind, "appeal") == 0;
    bool goes_on =
        is_asked && turn->now - talk->question->asked_at <= (int64_t)turn->config->join_minutes * 60;
    const char *words = talk->event->text;

    if (!talk->person->roles)
        return true;
    *is_handled = true;
    if (is_asked)
        words = talloc_asprintf(turn->mem, "%s\n%s", talk->question->data, words);
    if (!words || !talk_mute_repeated(talk, DAY_SECONDS) ||
        !talk_ask(turn, talk->event->from, "appeal", 0, words))
        return false;
    if (goes_on)
        return talk_done(talk, "waiting", NULL, "asked whether it is their own");
    return talk_answer(talk, "own-appeal", facts_text(NULL, "text", words, CLIP_TEXT), NULL) &&
           talk_done(talk, "waiting", NULL, "asked whether it is their own");
}
