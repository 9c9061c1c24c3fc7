#include "gateway/command/arguments.h"

#include <string.h>
#include <strings.h>

/* As people write them on forms, and as texts say them. */
static const struct {
    const char *word;
    enum case_state state;
} state_words[] = {
    { "待受理", CASE_NEW },
    { "未受理", CASE_NEW },
    { "在办", CASE_IN_HAND },
    { "办理中", CASE_IN_HAND },
    { "已受理", CASE_IN_HAND },
    { "办结", CASE_CLOSED },
    { "已办结", CASE_CLOSED },
    { "已解决", CASE_CLOSED },
    { "已评价", CASE_RATED },
    { "解释", CASE_EXPLAINED },
    { "已答复", CASE_EXPLAINED },
    { "解释答复", CASE_EXPLAINED },
    { "不受理", CASE_OUT_OF_SCOPE },
    { "不予受理", CASE_OUT_OF_SCOPE },
    { "撤回", CASE_WITHDRAWN },
    { "已撤回", CASE_WITHDRAWN },
    { "非诉求", CASE_NO_COMPLAINT },
    { "已评", CASE_RATED },
    { "新", CASE_NEW },
    { "不属受理范围", CASE_OUT_OF_SCOPE },
    { "合并", CASE_MERGED },
    { "已合并", CASE_MERGED },
};

/* in_hand and IN-HAND are in hand. */
static bool is_same(const char *typed, const char *name)
{
    for (; *typed && *name; typed++, name++) {
        char c = *typed == '_' || *typed == '-' ? ' ' : *typed;

        if (strncasecmp(&c, name, 1) != 0)
            return false;
    }
    return *typed == *name;
}

bool argument_state(const char *text, enum case_state *state)
{
    for (enum case_state known = CASE_NEW; known < CASE_STATES; known++)
        if (is_same(text, case_state_name(known))) {
            *state = known;
            return true;
        }
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++)
        if (strcmp(state_words[i].word, text) == 0) {
            *state = state_words[i].state;
            return true;
        }
    return false;
}
