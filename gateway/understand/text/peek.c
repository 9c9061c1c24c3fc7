#include "gateway/understand/text/peek.h"

#include <string.h>

/* Polite words: a keyword followed by nothing but these still stands alone. */
static const char *const polite_words[] = { "谢谢", "一下", "please", "thank", "thanks", "you",
                                            "thx",  "pls",  "吧",     "您",    "你",     "了" };

bool peek_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool peek_is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

bool peek_is_mark(const struct normal *normal, size_t at)
{
    return at >= normal->length || is_separator(next_character(normal->text, &at));
}

bool peek_begins_with(const struct normal *normal, size_t at, const char *word, size_t length)
{
    if (normal->length - at < length || memcmp(normal->text + at, word, length) != 0)
        return false;
    return !peek_is_letter(word[length - 1]) || !peek_is_letter(normal->text[at + length]);
}

size_t peek_listed(const struct normal *normal, size_t at, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (peek_begins_with(normal, at, words[i], strlen(words[i])))
            return strlen(words[i]);
    return 0;
}

size_t peek_skip_marks(const struct normal *normal, size_t at)
{
    return skip_separators(normal->text, at, normal->length);
}

size_t peek_skip_polite(const struct normal *normal, size_t at)
{
    size_t taken;

    at = peek_skip_marks(normal, at);
    while (at < normal->length && (taken = PEEK_LISTED(normal, at, polite_words)) > 0)
        at = peek_skip_marks(normal, at + taken);
    return at;
}

size_t peek_digits(const struct normal *normal, size_t at)
{
    size_t n = 0;

    while (peek_is_digit(normal->text[at + n]))
        n++;
    return n;
}

int peek_chinese_digit(const char *text)
{
    static const char *const digits[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" };

    for (int i = 0; i < 10; i++)
        if (strncmp(text, digits[i], 3) == 0)
            return i + 1;
    return 0;
}
