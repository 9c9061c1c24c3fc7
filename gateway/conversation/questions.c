#include "gateway/conversation/questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/cadre/cadre_order.h"
#include "gateway/conversation/cadre/cadre_words.h"
#include "gateway/conversation/choice.h"
#include "gateway/conversation/meaning.h"
#include "gateway/conversation/open_case.h"
#include "gateway/conversation/villager.h"
#include "gateway/understand/yes_no.h"
#include "store/questions.h"

/* A command that waits for one of several cases; its data in the question: see talk_case.c. */
struct choosing {
    const char *word;
    char *numbers;
    bool is_cadres;
};

/* The command's word, rating, count, numbers, words, with tabs between. False: it is no command of theirs. */
static bool read_list(struct talk *talk, struct choosing *choosing)
{
    char *rest = talloc_strdup(talk->turn->mem, talk->question->data), *field[5];

    for (int i = 0; i < 5; i++)
        field[i] = i < 4 ? strsep(&rest, "\t") : rest;
    if (!field[3])
        return false;
    *choosing = (struct choosing){ .word = field[0], .numbers = field[3] };
    talk->command = talk->person->roles ? talk_command_of(cadre_commands, field[0]) : NULL;
    choosing->is_cadres = talk->command != NULL;
    if (!talk->command)
        talk->command = talk_command_of(villager_commands, field[0]);
    talk->match = (struct keyword_match){ .rating = atoi(field[1]),
                                          .count = atoi(field[2]),
                                          .rest = field[4] ? field[4] : "" };
    talk->match.rest_normal = talk->match.rest;
    return talk->command != NULL;
}

/* The number in the list of that line, or the number that the text is; NULL: none. */
static const char *find_chosen(const struct talk *talk, int choice, char *numbers)
{
    struct keyword_match bare;
    const char *number = NULL;
    bool is_found = false;

    if (choice == 0 && !keyword_is_number(&talk->understood->normal, &bare))
        return NULL;
    for (int i = 1; numbers && !is_found; i++) {
        number = strsep(&numbers, ",");
        is_found = choice ? i == choice : strcmp(number, bare.number) == 0;
    }
    return is_found ? number : NULL;
}

static bool run_chosen(struct talk *talk, int choice, bool *is_handled)
{
    struct keyword_match *match = &talk->match;
    struct choosing choosing;
    const char *number;

    if (!read_list(talk, &choosing))
        return true;
    number = find_chosen(talk, choice, choosing.numbers);
    if (!number || strlen(number) >= sizeof match->number)
        return true;
    match->number_kind = NUMBER_RIGHT;
    snprintf(match->number, sizeof match->number, "%s", number);
    *is_handled = true;
    if (!store_answer_question(talk->turn->store, talk->event->from))
        return false;
    return choosing.is_cadres ? cadre_run(talk, talloc_asprintf(talk->turn->mem, "%s %s %s", choosing.word,
                                                                number, match->rest))
                              : talk->command->run(talk);
}

/* Leaves the command alone where the text chooses nothing. */
static bool choose(struct talk *talk, bool *is_handled)
{
    char *rest = talloc_strdup(talk->turn->mem, talk->question->data), *numbers = NULL;
    struct keyword_match bare;
    int choice;

    for (int i = 0; i < 4; i++)
        numbers = strsep(&rest, "\t");
    if (!choice_read(talk, numbers, &choice))
        return false;
    return (choice == 0 && !keyword_is_number(&talk->understood->normal, &bare)) ||
           run_chosen(talk, choice, is_handled);
}

/* 更多: the cases behind those that were listed, unless another list was read since. */
static bool list_more(struct talk *talk, bool *is_handled)
{
    static const struct keyword words[] = { { "更多|下一页|下页|more", 1, 0 }, { 0 } };
    struct keyword_match match;
    struct choosing choosing;
    struct list_page *page;

    if (!keyword_match(words, talk->turn->mem, &talk->understood->normal, &match))
        return true;
    if (!store_list_page(talk->turn->store, talk->turn->mem, talk->event->from, talk->question->asked_at + 1,
                         &page))
        return false;
    if (page || !read_list(talk, &choosing))
        return true;
    *is_handled = true;
    talk->listed = choosing.numbers;
    return talk->command->run(talk);
}

/* 好的，辛苦 thanks for what was said, and does not say that the words are one's own. */
static bool only_thanks(const struct talk *talk)
{
    static const char *const yes[] = { "是", "对", "嗯", "没错", "y" };
    const struct normal *normal = &talk->understood->normal;

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strncmp(normal->text + normal->body, yes[i], strlen(yes[i])) == 0)
            return false;
    return talk->understood->kind == TEXT_THANKS;
}

static bool answer_appeal(struct talk *talk, bool *is_handled)
{
    static const struct keyword words[] = { { "新|new", 1, 0 }, { 0 } };
    struct keyword_match match;
    enum yes_no answer = yes_no_read(&talk->understood->normal);

    if (answer == SAYS_YES && only_thanks(talk))
        return true;
    if (talk->understood->choice == 1 ||
        keyword_match(words, talk->turn->mem, &talk->understood->normal, &match))
        answer = SAYS_YES;
    else if (talk->understood->choice == 2)
        answer = SAYS_NO;
    if (answer == NEITHER)
        return true;
    *is_handled = true;
    if (!store_answer_question(talk->turn->store, talk->event->from))
        return false;
    if (answer == SAYS_YES)
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
        return choose(talk, is_handled) && (*is_handled || list_more(talk, is_handled));
    case QUESTION_APPEAL:
        return answer_appeal(talk, is_handled);
    case QUESTION_PROGRESS:
        return cadre_words_answer(talk, is_handled);
    case QUESTION_COMMAND:
        return cadre_order_answer(talk, is_handled);
    case QUESTION_PLACE: /* follow_up_place: commands come first */
    case QUESTION_OWNER: /* answered by the command 恢复 */
        break;
    }
    return true;
}
