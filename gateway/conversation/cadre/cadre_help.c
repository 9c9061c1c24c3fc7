#include "gateway/conversation/cadre/cadre_help.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/unanswered.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/danger.h"
#include "gateway/understand/intent.h"

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

/* The longest first word of a command in the text, of at least so many octets. */
static const struct keyword_command *named(const char *text, size_t least)
{
    const struct keyword_command *found = NULL;
    size_t longest = least - 1;

    for (const struct keyword_command *command = cadre_commands; command->words; command++) {
        size_t length = strcspn(command->words, "|");

        if (length > longest && memmem(text, strlen(text), command->words, length)) {
            found = command;
            longest = length;
        }
    }
    return found;
}

/* 怎么退: the command that is asked about; 系统怎么用: all of them. NULL: neither is asked. */
static const struct keyword_command *asked(const char *text)
{
    static const char *const how[] = { "怎么", "怎样", "如何", "咋", "请问", NULL };
    static const char *const use[] = {
        "怎么用", "咋用", "怎么操作", "咋操作", "怎么发", "咋发", "使用", NULL
    };
    static const char *const bare[] = { "请假", "值班", "延期",
                                        NULL }; /* 请假三天 lacks what the form says */
    const struct keyword_command *command = named(text, strlen("领"));

    if (holds(text, use))
        return talk_command_of(cadre_commands, "帮助");
    if (holds(text, how))
        return command;
    return holds(text, bare) ? command : NULL;
}

static bool answer_form(struct talk *talk)
{
    return cadre_answer_lacking(talk) && talk_done(talk, OUTCOME_ANSWERED, NULL, taken);
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
    talk->command = asked(understood->normal.text);
    *is_handled = talk->command != NULL;
    if (*is_handled)
        return talk_mute_repeated(talk, 3600) && answer_form(talk);
    if (!asks_who(talk))
        return true;
    *is_handled = talk->is_meant = true;
    return talk_mute_repeated(talk, 3600) && talk_answer(talk, "who-we-are", NULL, NULL) &&
           talk_done(talk, OUTCOME_ANSWERED, NULL, taken);
}
