#include "gateway/understand/text/rating.h"

#include "gateway/understand/text/peek.h"

#include <string.h>

static const struct rating_word {
    const char *word;
    int rating;
    bool is_weak; /* an ordinary word too: counts only when at most marks and polite words follow */
} rating_words[] = {
    { "没解决", 4, false },
    { "没有解决", 4, false },
    { "未解决", 4, false },
    { "没得到解决", 4, false },
    { "没有得到解决", 4, false },
    { "还没解决", 4, false },
    { "还没有解决", 4, false },
    { "问题没解决", 4, false },
    { "没修好", 4, false },
    { "没办好", 4, false },
    { "没弄好", 4, false },
    { "没处理", 4, false },
    { "没落实", 4, false },
    { "不解决", 4, false },
    { "not solved", 4, false },
    { "unsolved", 4, false },
    { "not fixed", 4, false },
    { "unresolved", 4, false },
    { "not resolved", 4, false },
    { "不满意", 3, false },
    { "很不满意", 3, false },
    { "非常不满意", 3, false },
    { "不太满意", 3, false },
    { "不是很满意", 3, false },
    { "不怎么满意", 3, false },
    { "不够满意", 3, false },
    { "不满", 3, true },
    { "not satisfied", 3, false },
    { "unsatisfied", 3, false },
    { "dissatisfied", 3, false },
    { "基本满意", 2, false },
    { "比较满意", 2, false },
    { "还算满意", 2, false },
    { "基本上满意", 2, false },
    { "mostly satisfied", 2, false },
    { "fairly satisfied", 2, false },
    { "mostly", 2, true },
    { "还行", 2, true },
    { "一般", 2, true },
    { "满意", 1, false },
    { "很满意", 1, false },
    { "非常满意", 1, false },
    { "十分满意", 1, false },
    { "挺满意", 1, false },
    { "太满意", 1, false },
    { "特别满意", 1, false },
    { "satisfied", 1, false },
    { "very satisfied", 1, false },
    { "happy", 1, true },
};

enum { REMARK_OCTETS = 60 };

/* "1", "1 满意" and "1, thanks" rate; "1. 没水 2. 没路" is a list, and "1个月" a text. */
static int digit_rating(const struct normal *normal, size_t at, size_t *end)
{
    const char *text = normal->text + at;
    int rating = peek_is_digit(text[0]) ? text[0] - '0' : peek_chinese_digit(text);
    size_t behind = at + (peek_is_digit(text[0]) ? 1 : 3);

    if (rating < 1 || rating > 4 || !peek_is_mark(normal, behind) || normal->length - behind > REMARK_OCTETS)
        return 0;
    for (size_t i = behind; i < normal->length; i++)
        if (peek_is_digit(normal->text[i]))
            return 0;
    *end = behind;
    return rating;
}

static int word_rating(const struct normal *normal, size_t at, size_t *end)
{
    const struct rating_word *best = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < sizeof rating_words / sizeof *rating_words; i++) {
        const char *word = rating_words[i].word;
        size_t length;

        if (word[0] != normal->text[at] || word[1] != normal->text[at + 1])
            continue;
        length = strlen(word);
        if (length <= longest || !peek_begins_with(normal, at, word, length))
            continue;
        if (rating_words[i].is_weak && peek_skip_polite(normal, at + length) < normal->length)
            continue;
        best = &rating_words[i];
        longest = length;
    }
    /* 满意度 is the language of surveys, not a rating. */
    if (!best || strncmp(normal->text + at + longest, "度", 3) == 0)
        return 0;
    *end = at + longest;
    return best->rating;
}

/* Skips the 了 or 啦 of 满意了，满意啦, so that the remark begins behind it; but not the 了 of 了解. */
static size_t skip_particles(const struct normal *normal, size_t at)
{
    static const char *const particles[] = { "了", "啦", "呀", "吧", "啊", "哦", "呢", "嘛", "哈" };
    size_t begin;

    do {
        begin = at;
        for (size_t i = 0; i < sizeof particles / sizeof *particles; i++)
            if (peek_begins_with(normal, at, particles[i], strlen(particles[i])) &&
                !peek_begins_with(normal, at, "了解", strlen("了解")))
                at += strlen(particles[i]);
    } while (at > begin);
    return at;
}

int rating_at(const struct normal *normal, size_t at, size_t *end)
{
    size_t next;
    int rating, word;

    at = peek_skip_marks(normal, at);
    if (at >= normal->length)
        return 0;
    rating = word_rating(normal, at, end);
    if (rating) {
        *end = skip_particles(normal, *end);
        return rating;
    }
    rating = digit_rating(normal, at, end);
    /* People may copy a whole line of the question: "1 满意", "3不满意". */
    next = at + (peek_is_digit(normal->text[at]) ? 1 : 3);
    if (next < normal->length && (peek_is_digit(normal->text[at]) || peek_chinese_digit(normal->text + at))) {
        word = word_rating(normal, peek_skip_marks(normal, next), &next);
        if (word) {
            *end = next;
            return word;
        }
    }
    return rating;
}
