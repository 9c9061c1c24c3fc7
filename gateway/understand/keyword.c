#include "gateway/understand/keyword.h"

#include <string.h>
#include <talloc.h>

/* Words that may stand between a keyword and its number, and behind the number. */
static const char *const number_words[] = { "案件编号", "案件", "编号", "单号", "number",
                                            "case",     "no",   "第",   "号" };

/* Polite words: a keyword followed by nothing but these still stands alone. */
static const char *const polite_words[] = { "谢谢", "一下", "please", "thank", "thanks", "you",
                                            "thx",  "pls",  "吧",     "您",    "你",     "了" };

/* Words that may stand in front of a keyword which is followed by the end or a number. */
static const char *const request_words[] = { "请", "麻烦", "我要", "我想", "帮我", "please", "pls" };

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

enum { REMARK_OCTETS = 60, TYPO_LEAST = 4, TYPO_MOST = 24 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_mark_at(const struct normal *normal, size_t at)
{
    return at >= normal->length || is_separator(next_character(normal->text, &at));
}

/* A word in Latin letters must end here: "no" does not begin "note". */
static bool begins_with(const struct normal *normal, size_t at, const char *word, size_t length)
{
    if (normal->length - at < length || memcmp(normal->text + at, word, length) != 0)
        return false;
    return !is_letter(word[length - 1]) || !is_letter(normal->text[at + length]);
}

/* The octets of the first listed word that stands at `at`; 0 when none does. */
static size_t listed_word(const struct normal *normal, size_t at, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (begins_with(normal, at, words[i], strlen(words[i])))
            return strlen(words[i]);
    return 0;
}

#define LISTED_WORD(normal, at, words) listed_word(normal, at, words, sizeof(words) / sizeof *(words))

static size_t skip_marks(const struct normal *normal, size_t at)
{
    return skip_separators(normal->text, at, normal->length);
}

static size_t skip_polite_words(const struct normal *normal, size_t at)
{
    size_t taken;

    at = skip_marks(normal, at);
    while (at < normal->length && (taken = LISTED_WORD(normal, at, polite_words)) > 0)
        at = skip_marks(normal, at + taken);
    return at;
}

static size_t digits_at(const struct normal *normal, size_t at)
{
    size_t n = 0;

    while (is_digit(normal->text[at + n]))
        n++;
    return n;
}

/* 一 to 十 as 1 to 10; 0 for anything else. */
static int chinese_digit(const char *text)
{
    static const char *const digits[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" };

    for (int i = 0; i < 10; i++)
        if (strncmp(text, digits[i], 3) == 0)
            return i + 1;
    return 0;
}

/* "1", "1 满意" and "1, thanks" rate; "1. 没水 2. 没路" is a list, and "1个月" a text. */
static int digit_rating(const struct normal *normal, size_t at, size_t *end)
{
    const char *text = normal->text + at;
    int rating = is_digit(text[0]) ? text[0] - '0' : chinese_digit(text);
    size_t behind = at + (is_digit(text[0]) ? 1 : 3);

    if (rating < 1 || rating > 4 || !is_mark_at(normal, behind) || normal->length - behind > REMARK_OCTETS)
        return 0;
    for (size_t i = behind; i < normal->length; i++)
        if (is_digit(normal->text[i]))
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
        size_t length = strlen(word);

        if (length <= longest || !begins_with(normal, at, word, length))
            continue;
        if (rating_words[i].is_weak && skip_polite_words(normal, at + length) < normal->length)
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
            if (begins_with(normal, at, particles[i], strlen(particles[i])) &&
                !begins_with(normal, at, "了解", strlen("了解")))
                at += strlen(particles[i]);
    } while (at > begin);
    return at;
}

int keyword_rating(const struct normal *normal, size_t at, size_t *end)
{
    size_t next;
    int rating, word;

    at = skip_marks(normal, at);
    if (at >= normal->length)
        return 0;
    rating = word_rating(normal, at, end);
    if (rating) {
        *end = skip_particles(normal, *end);
        return rating;
    }
    rating = digit_rating(normal, at, end);
    /* People may copy a whole line of the question: "1 满意", "3不满意". */
    next = at + (is_digit(normal->text[at]) ? 1 : 3);
    if (next < normal->length && (is_digit(normal->text[at]) || chinese_digit(normal->text + at))) {
        word = word_rating(normal, skip_marks(normal, next), &next);
        if (word) {
            *end = next;
            return word;
        }
    }
    return rating;
}

/* A digit was left out (2600001) or added; but 2600000元 is an amount. */
static bool is_a_digit_off(const struct normal *normal, size_t at, size_t n)
{
    char digits[CASE_NUMBER_SIZE] = "";

    if ((n != CASE_NUMBER_LEAST - 1 && n != CASE_NUMBER_MOST + 1) || !is_mark_at(normal, at + n))
        return false;
    memcpy(digits, normal->text + at, n);
    digits[CASE_NUMBER_LEAST - 1] = '0';
    return case_number_is_plausible(digits, CASE_NUMBER_LEAST);
}

/* Reads a case number at *at, with the words that announce it, and moves *at behind it. */
static enum number_kind take_number(const struct normal *normal, size_t *at, bool takes_rating,
                                    char number[CASE_NUMBER_SIZE])
{
    size_t begin = skip_marks(normal, *at), taken, n;
    enum number_kind kind = NUMBER_NONE;

    while (begin < normal->length && (taken = LISTED_WORD(normal, begin, number_words)) > 0)
        begin = skip_marks(normal, begin + taken);
    n = digits_at(normal, begin);
    if (case_number_check(normal->text + begin, n))
        kind = NUMBER_RIGHT;
    else if (takes_rating && n > 1 && case_number_check(normal->text + begin, n - 1))
        n--, kind = NUMBER_RIGHT; /* the rating follows without a gap: 评260041731 */
    else if (case_number_is_plausible(normal->text + begin, n) || is_a_digit_off(normal, begin, n))
        kind = NUMBER_WRONG;
    if (kind == NUMBER_NONE)
        return kind;
    memcpy(number, normal->text + begin, n);
    number[n] = '\0';
    *at = begin + n;
    if (strncmp(normal->text + *at, "号", 3) == 0)
        *at += 3;
    return kind;
}

/* +86 138 0000 0000, 0357-8121234: 7 to 15 digits with spaces and hyphens between them. */
static bool take_phone(const struct normal *normal, size_t *at, char *phone, size_t size)
{
    size_t i = skip_marks(normal, *at), n = 0, digits = 0, end = 0;

    if (i > 0 && normal->text[i - 1] == '+')
        phone[n++] = '+';
    for (; i < normal->length && n + 1 < size; i++) {
        char c = normal->text[i];

        if (is_digit(c)) {
            phone[n++] = c;
            digits++;
            end = i + 1;
        } else if ((c != ' ' && c != '-') || digits >= 11) {
            break;
        }
    }
    phone[n] = '\0';
    if (digits < 7 || digits > 15) {
        phone[0] = '\0';
        return false;
    }
    *at = end;
    return true;
}

/* 15, 十 or 二十五, with 天 or days behind it or without. */
static int take_count(const struct normal *normal, size_t *at)
{
    static const char *const day_words[] = { "个工作日", "工作日", "天", "日", "working", "days", "day" };
    size_t begin = skip_marks(normal, *at), n = digits_at(normal, begin), taken;
    int count = 0, digit;

    if (n > 3)
        return 0;
    for (size_t i = 0; i < n; i++)
        count = count * 10 + (normal->text[begin + i] - '0');
    begin += n;
    while (n == 0 && (digit = chinese_digit(normal->text + begin)) > 0) {
        if (digit == 10)
            count = count ? count * 10 : 10;
        else
            count += digit;
        begin += 3;
        if (count > 99)
            return 0;
    }
    if (count == 0)
        return 0;
    for (size_t next = skip_marks(normal, begin);
         next < normal->length && (taken = LISTED_WORD(normal, next, day_words)) > 0;
         next = skip_marks(normal, begin))
        begin = next + taken;
    *at = begin;
    return count;
}

static void take_numbers(unsigned takes, const struct normal *normal, size_t *at, struct keyword_match *match)
{
    if (takes & (TAKES_NUMBER | TAKES_NUMBERS))
        match->number_kind = take_number(normal, at, takes & TAKES_RATING, match->number);
    if ((takes & TAKES_NUMBERS) && match->number_kind != NUMBER_NONE)
        match->second_kind = take_number(normal, at, false, match->second);
}

/* "1 26004173": the rating stands before the number. */
static int rating_before_number(const struct normal *normal, size_t *at, struct keyword_match *match)
{
    size_t begin = skip_marks(normal, *at), behind;
    int rating =
        is_digit(normal->text[begin]) ? normal->text[begin] - '0' : chinese_digit(normal->text + begin);

    behind = begin + (is_digit(normal->text[begin]) ? 1 : 3);
    if (rating < 1 || rating > 4 || !is_mark_at(normal, behind))
        return 0;
    match->number_kind = take_number(normal, &behind, false, match->number);
    if (match->number_kind == NUMBER_NONE)
        return 0;
    *at = behind;
    return rating;
}

/* 评 5: a number that is no rating. */
static bool is_no_rating(unsigned takes, const struct normal *normal, size_t at)
{
    at = skip_marks(normal, at);
    return (takes & TAKES_RATING) && skip_marks(normal, at + digits_at(normal, at)) == normal->length;
}

/* Reads what follows the keyword; false when that makes the text no command after all. */
static bool read_arguments(const struct keyword *keyword, void *mem, const struct normal *normal, size_t at,
                           bool accepts_lack, struct keyword_match *match)
{
    unsigned takes = keyword->takes;
    size_t end;

    *match = (struct keyword_match){ .keyword = keyword };
    if (takes & TAKES_PHONE)
        take_phone(normal, &at, match->phone, sizeof match->phone);
    take_numbers(takes, normal, &at, match);
    if (takes & TAKES_COUNT)
        match->count = take_count(normal, &at);
    if ((takes & TAKES_RATING) && match->number_kind == NUMBER_NONE)
        match->rating = rating_before_number(normal, &at, match);
    if ((takes & TAKES_RATING) && match->rating == 0 &&
        (match->rating = keyword_rating(normal, at, &end)) > 0) {
        at = end;
        if (match->number_kind == NUMBER_NONE)
            take_numbers(takes, normal, &at, match);
    }
    if (skip_polite_words(normal, at) < normal->length) {
        bool has_number = match->number_kind != NUMBER_NONE || match->phone[0];

        match->lacks_number = !has_number && (takes & NEEDS_NUMBER);
        if (match->lacks_number && !accepts_lack)
            return false;
        if (!has_number && !(takes & TAKES_TEXT || match->rating || is_no_rating(takes, normal, at)))
            return false;
    }
    if (skip_marks(normal, at) == normal->length)
        at = normal->length;
    match->rest = normal_original(mem, normal, at, normal->length);
    at = skip_marks(normal, at);
    match->rest_normal =
        talloc_strndup(mem, normal->text + at, trim_separators(normal->text, at, normal->length) - at);
    return match->rest && match->rest_normal;
}

/* What may follow a keyword: the end, a number or a separator; where a rating is awaited, that too. */
static bool may_follow(unsigned takes, const struct normal *normal, size_t at)
{
    size_t end;

    if (is_mark_at(normal, at) || is_digit(normal->text[at]))
        return true;
    if ((takes & TAKES_RATING) && keyword_rating(normal, at, &end) > 0)
        return true;
    if (takes & (TAKES_NUMBER | TAKES_NUMBERS)) {
        char number[CASE_NUMBER_SIZE];

        if (take_number(normal, &at, false, number) != NUMBER_NONE)
            return true; /* 查编号26004173 */
    }
    return skip_polite_words(normal, at) >= normal->length && normal->length > at;
}

/* Steps through the words of "a|b|c": *word becomes the next one, whose length is returned; 0 at the end. */
static size_t next_word(const char **word, const char *previous)
{
    if (previous)
        *word = previous[strcspn(previous, "|")] ? previous + strcspn(previous, "|") + 1 : "";
    return strcspn(*word, "|");
}

static bool match_exactly(const struct keyword *table, void *mem, const struct normal *normal, size_t at,
                          bool accepts_lack, struct keyword_match *match)
{
    size_t longest = 0;

    for (const struct keyword *keyword = table; keyword->words; keyword++) {
        const char *word = keyword->words;

        for (size_t length = next_word(&word, NULL); length > 0; length = next_word(&word, word)) {
            struct keyword_match candidate;

            if (length <= longest || !begins_with(normal, at, word, length) ||
                !may_follow(keyword->takes, normal, at + length))
                continue;
            if (!read_arguments(keyword, mem, normal, at + length, accepts_lack, &candidate))
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

    while (at + length < normal->length && is_letter(normal->text[at + length]))
        length++;
    if (length + 1 < TYPO_LEAST || length > TYPO_MOST ||
        !(is_mark_at(normal, at + length) || is_digit(normal->text[at + length])))
        return false;
    for (const struct keyword *keyword = table; keyword->words; keyword++) {
        const char *word = keyword->words;

        for (size_t n = next_word(&word, NULL); n > 0; n = next_word(&word, word)) {
            struct keyword_match candidate;

            if (n < TYPO_LEAST || !is_letter(word[0]) || !is_letter(word[n - 1]) ||
                !is_one_off(normal->text + at, length, word, n))
                continue;
            if (!read_arguments(keyword, mem, normal, at + length, false, &candidate))
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

    while (begin < normal->length && (taken = LISTED_WORD(normal, begin, request_words)) > 0)
        begin = skip_marks(normal, begin + taken);
    return begin > at && match_exactly(table, mem, normal, begin, false, match) &&
           (match->number_kind != NUMBER_NONE || !match->rest[0]);
}

static size_t first_word(const struct normal *normal)
{
    size_t at = normal->body;

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
