#include "gateway/conversation/cadre/cadre_help.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/unanswered.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/danger.h"
#include "gateway/understand/intent.h"
#include "gateway/understand/text/figure_question.h"

enum { LONGEST = 16 /* characters */ };

static const char taken[] = TAKEN_FOR "a question about the commands";

/* Whether one of the words stands in the text. */
static bool holds(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strstr(text, *words))
            return true;
    return false;
}

/* The longest word of a command that the text begins with. */
static const struct keyword_command *begins_with(const char *text)
{
    const struct keyword_command *found = NULL;
    size_t longest = 0;

    for (const struct keyword_command *command = cadre_commands; command->words; command++)
        for (const char *word = command->words; *word; word += strspn(word, "|")) {
            size_t length = strcspn(word, "|");

            if (length > longest && strncmp(text, word, length) == 0) {
                found = command;
                longest = length;
            }
            word += length;
        }
    return found;
}

/* The command that stands directly behind a word that asks how: 怎么退, 咋转给水利局. */
static const struct keyword_command *asked_how(const char *text)
{
    static const char *const how[] = { "怎么才能", "怎么去", "怎么", "怎样", "如何", "咋", NULL };
    const struct keyword_command *command = NULL;

    for (size_t i = 0; how[i] && !command; i++) {
        const char *at = strstr(text, how[i]);

        command = at ? begins_with(at + strlen(how[i])) : NULL;
    }
    return command;
}

/* 系统怎么用: all commands; 请假三天: it lacks what the form says. NULL: nothing of that is asked. */
static const struct keyword_command *asked(const char *text)
{
    static const char *const use[] = { "怎么用",   "咋用",     "怎么操作", "咋操作", "怎么发短信",
                                       "使用说明", "能干什么", "能干啥",   NULL };
    static const char *const bare[] = { "请假", "延期", NULL };

    if (holds(text, use))
        return talk_command_of(cadre_commands, "帮助");
    for (size_t i = 0; bare[i]; i++)
        if (strstr(text, bare[i]))
            return talk_command_of(cadre_commands, bare[i]);
    return asked_how(text);
}

/* Who only listens, or only keeps, has few commands, and is told all of them. */
static bool has_few_and_asks(const struct talk *talk)
{
    struct figure_question question;

    understanding_figure_question(talk->turn->understanding, talk->understood, &question);
    return (talk->person->roles == ROLE_CLERK || talk->person->roles == ROLE_OPERATOR) && question.asks &&
           !question.is_own;
}

static bool answer_form(struct talk *talk)
{
    bool is_help = strcmp(talk->command->form, "help-cadre") == 0;

    return (is_help ? talk_command_of(cadre_commands, "帮助")->run(talk) : cadre_answer_lacking(talk)) &&
           talk_done(talk, OUTCOME_ANSWERED, NULL, taken);
}

/* 你们是哪个单位. */
static bool asks_who(const struct talk *talk)
{
    struct intent intent;

    intent_read(talk->turn->understanding, talk->turn->mem, talk->understood, SITUATION_NONE, &intent);
    return intent.kind == INTENT_WHO && !intent.asks;
}

bool cadre_help_asked(struct talk *talk, bool *is_handled)
{
    const struct understood *understood = talk->understood;

    if (!talk->person->roles || understood->kind != TEXT_CASE || understood->mentions ||
        understood->is_guarded || understood->place.unit || understood->normal.n_symbols > LONGEST ||
        danger_is_told(talk))
        return true;
    talk->command =
        has_few_and_asks(talk) ? talk_command_of(cadre_commands, "帮助") : asked(understood->normal.text);
    *is_handled = talk->command != NULL;
    talk->is_meant |= *is_handled && talk->person->roles == ROLE_OPERATOR;
    if (*is_handled)
        return talk_mute_repeated(talk, 3600) && answer_form(talk);
    if (!asks_who(talk))
        return true;
    *is_handled = talk->is_meant = true;
    return talk_mute_repeated(talk, 3600) && talk_answer(talk, "who-we-are", NULL, NULL) &&
           talk_done(talk, OUTCOME_ANSWERED, NULL, taken);
}
