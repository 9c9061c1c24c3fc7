#include "gateway/conversation/choice.h"

#include <string.h>
#include <talloc.h>

enum { SHORT_CHOICE = 30 /* octets */ };

static bool begins(const char *text, const char *words)
{
    return strncmp(text, words, strlen(words)) == 0;
}

static bool ends(const char *text, size_t length, const char *words)
{
    size_t n = strlen(words);

    return length >= n && strcmp(text + length - n, words) == 0;
}

/* 第二个, 第2件: the number in it; 0 none, as in 第二组的路灯坏了. */
static int ordinal(const char *text)
{
    static const char *const numerals[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    static const char *const counted[] = { "", "个", "件", "条", "个吧", "件吧" };

    if (!begins(text, "第"))
        return 0;
    text += strlen("第");
    for (int i = 0; i < 9; i++) {
        const char *rest = begins(text, numerals[i]) ? text + strlen(numerals[i])
                           : *text == '1' + i        ? text + 1
                                                     : NULL;

        for (size_t j = 0; rest && j < sizeof counted / sizeof *counted; j++)
            if (strcmp(rest, counted[j]) == 0)
                return i + 1;
    }
    return 0;
}

/* 水的那个, 仁彰村的: words that point at one thing of several. */
static bool points(const char *text, size_t length)
{
    static const char *const endings[] = { "的", "那个", "那件", "那条", "那事", "的事" };

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends(text, length, endings[i]))
            return true;
    return false;
}

/* Whether it has the place the text names or, where it names none, its topic. */
static bool is_meant(const struct understood *understood, const struct case_ *case_)
{
    if (understood->place.unit)
        return case_->place == understood->place.unit;
    return strcmp(understood->topic, "other") != 0 && strcmp(case_->topic, understood->topic) == 0;
}

/* The only line that is meant. */
static bool find_meant(struct talk *talk, const char *numbers, int *choice)
{
    char *rest = talloc_strdup(talk->turn->mem, numbers), *number;
    int found = 0;

    for (int line = 1; (number = strsep(&rest, ",")); line++) {
        struct case_ *case_;

        if (!store_case_by_number(talk->turn->store, talk->turn->mem, number, &case_))
            return false;
        if (!case_ || !is_meant(talk->understood, case_))
            continue;
        found++;
        *choice = line;
    }
    if (found != 1)
        *choice = 0;
    return true;
}

bool choice_read(struct talk *talk, const char *numbers, int *choice)
{
    const struct normal *normal = &talk->understood->normal;

    *choice = talk->understood->choice;
    if (*choice || !numbers || normal->length > SHORT_CHOICE)
        return true;
    *choice = ordinal(normal->text);
    if (*choice || !talk->understood->topic || !points(normal->text, normal->length))
        return true;
    return find_meant(talk, numbers, choice);
}
