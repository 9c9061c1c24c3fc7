#include "gateway/understand/keyword.h"

#include "gateway/understand/keyword_arguments.h"
#include "gateway/understand/text/peek.h"
#include "gateway/understand/text/rating.h"

#include <string.h>
#include <talloc.h>

/* Words that may stand in front of a keyword which is followed by the end or a number: requests, assent, and
 * our own 请回“领 26004173”, sent back. */
static const char *const request_words[] = { "给我", "给俺", "帮俺", "替我", "帮忙",   "俺要", "俺想", "请",
                                             "麻烦", "我要", "我想", "帮我", "回复",   "回个", "回",   "好的",
                                             "好",   "行",   "嗯",   "收到", "please", "pls",  "reply" };

enum { TYPO_LEAST = 4, TYPO_MOST = 24 };

/* What may follow a keyword: the end, a number or a separator; where a rating is awaited, that too. */
static bool may_follow(unsigned takes, const struct normal *normal, size_t at)
{
    size_t end;

    if (peek_is_mark(normal, at) || peek_is_digit(normal->text[at]))
        return true;
    if ((takes & TAKES_RATING) && rating_at(normal, at, &end) > 0)
        return true;
    if (takes & (TAKES_NUMBER | TAKES_NUMBERS)) {
        char number[CASE_NUMBER_SIZE];

        if (keyword_take_number(normal, &at, false, number) != NUMBER_NONE)
            return true; /* 查编号26004173 */
    }
    return peek_skip_polite(normal, at) >= normal->length && normal->length > at;
}

/* Steps through the words of "a|b|c": *word becomes the next one, whose length is returned; 0 at the end. */
static size_t next_word(const char **word, const char *previous)
{
    if (previous)
        *word = previous[strcspn(previous, "|")] ? previous + strcspn(previous, "|") + 1 : "";
    return strcspn(*word, "|");
}

/* The octets of the longest of the keyword's words that begins here; 0: none does. */
static size_t word_at(const struct keyword *keyword, const struct normal *normal, size_t at)
{
    const char *word = keyword->words;
    size_t longest = 0;

    for (size_t length = next_word(&word, NULL); length > 0; length = next_word(&word, word))
        if (length > longest && peek_begins_with(normal, at, word, length))
            longest = length;
    return longest;
}

/* 查查, 领领 26004173, 查 查 进度: the word said again is the word. But not where more follows: 补 补的桥面.
 */
static size_t behind_repeats(const struct keyword *keyword, const struct normal *normal, size_t at)
{
    size_t behind = at, begin, length;

    while ((begin = peek_skip_marks(normal, behind)) < normal->length &&
           (length = word_at(keyword, normal, begin)) > 0)
        behind = begin + length;
    return may_follow(keyword->takes, normal, behind) ? behind : at;
}

static bool match_exactly(const struct keyword *table, void *mem, const struct normal *normal, size_t at,
                          bool accepts_lack, struct keyword_match *match)
{
    size_t longest = 0;

    for (const struct keyword *keyword = table; keyword->words; keyword++) {
        const char *word = keyword->words;

        for (size_t length = next_word(&word, NULL); length > 0; length = next_word(&word, word)) {
            struct keyword_match candidate;
            size_t behind;

            if (length <= longest || !peek_begins_with(normal, at, word, length))
                continue;
            behind = behind_repeats(keyword, normal, at + length);
            if (!may_follow(keyword->takes, normal, behind) ||
                !keyword_read_arguments(keyword, mem, normal, behind, accepts_lack, &candidate))
                continue;
            *match = candidate;
            longest = length;
        }
    }
    return longest > 0;
}

/* Whether one letter is wrong, missing or added, or two neighbours are swapped. */
static bool is_one_off(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t front = 0, back = 0, least = a_length < b_length ? a_length : b_length;

    while (front < least && a[front] == b[front])
        front++;
    while (back < least - front && a[a_length - 1 - back] == b[b_length - 1 - back])
        back++;
    a_length -= front + back;
    b_length -= front + back;
    if (a_length <= 1 && b_length <= 1)
        return true;
    return a_length == 2 && b_length == 2 && a[front] == b[front + 1] && a[front + 1] == b[front];
}

/* "stauts 26004173": only when nothing or a number follows, for "shop" is not "stop". */
static bool match_nearly(const struct keyword *table, void *mem, const struct normal *normal, size_t at,
                         struct keyword_match *match)
{
    size_t length = 0;
    bool is_found = false;

    while (at + length < normal->length && peek_is_letter(normal->text[at + length]))
        length++;
    if (length + 1 < TYPO_LEAST || length > TYPO_MOST ||
        !(peek_is_mark(normal, at + length) || peek_is_digit(normal->text[at + length])))
        return false;
    for (const struct keyword *keyword = table; keyword->words; keyword++) {
        const char *word = keyword->words;

        for (size_t n = next_word(&word, NULL); n > 0; n = next_word(&word, word)) {
            struct keyword_match candidate;

            if (n < TYPO_LEAST || !peek_is_letter(word[0]) || !peek_is_letter(word[n - 1]) ||
                !is_one_off(normal->text + at, length, word, n))
                continue;
            if (!keyword_read_arguments(keyword, mem, normal, at + length, false, &candidate))
                continue;
            if (candidate.number_kind == NUMBER_NONE && !candidate.phone[0] && candidate.rest[0])
                continue;
            if (is_found && match->keyword != keyword)
                return false; /* one letter away from two commands: neither */
            is_found = true;
            *match = candidate;
            match->is_corrected = true;
        }
    }
    return is_found;
}

/* "请查询 26004173": words of request in front; only a number may follow the keyword. */
static bool match_request(const struct keyword *table, void *mem, const struct normal *normal, size_t at,
                          struct keyword_match *match)
{
    size_t begin = at, taken;

    while (begin < normal->length && (taken = PEEK_LISTED(normal, begin, request_words)) > 0)
        begin = peek_skip_marks(normal, begin + taken);
    return begin > at && match_exactly(table, mem, normal, begin, false, match) &&
           (match->number_kind != NUMBER_NONE || !match->rest[0]);
}

static size_t first_word(const struct normal *normal)
{
    /* a text that is courtesy and nothing else may be an answer: 好, 行, 嗯 */
    size_t at = normal->body < normal->length ? normal->body : 0;

    /* Separators in front are skipped, but a question mark is a keyword itself. */
    while (at < normal->length && normal->text[at] != '?') {
        size_t next = at;

        if (!is_separator(next_character(normal->text, &next)))
            break;
        at = next;
    }
    return at;
}

bool keyword_match(const struct keyword *table, void *mem, const struct normal *normal,
                   struct keyword_match *match)
{
    size_t at = first_word(normal);

    if (at >= normal->length)
        return false;
    return match_exactly(table, mem, normal, at, false, match) ||
           match_nearly(table, mem, normal, at, match) || match_request(table, mem, normal, at, match);
}

bool keyword_match_lacking(const struct keyword *table, void *mem, const struct normal *normal,
                           struct keyword_match *match)
{
    size_t at = first_word(normal);

    return at < normal->length && match_exactly(table, mem, normal, at, true, match) && match->lacks_number;
}

bool keyword_is_number(const struct normal *normal, struct keyword_match *match)
{
    size_t at = normal->body;

    *match = (struct keyword_match){ .rest = "", .rest_normal = "" };
    match->number_kind = keyword_take_number(normal, &at, false, match->number);
    return match->number_kind != NUMBER_NONE && peek_skip_polite(normal, at) >= normal->length;
}

bool keyword_begins_with_number(const struct normal *normal, void *mem, struct keyword_match *match)
{
    size_t at = normal->body;

    *match = (struct keyword_match){ .rest = "", .rest_normal = "" };
    match->number_kind = keyword_take_number(normal, &at, false, match->number);
    at = peek_skip_marks(normal, at);
    match->rest_normal =
        talloc_strndup(mem, normal->text + at, trim_separators(normal->text, at, normal->length) - at);
    return match->number_kind != NUMBER_NONE;
}
