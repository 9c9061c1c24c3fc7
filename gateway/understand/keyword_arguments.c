#include "gateway/understand/keyword_arguments.h"

#include "gateway/understand/text/peek.h"
#include "gateway/understand/text/rating.h"

#include <string.h>
#include <talloc.h>

/* Words that may stand between a keyword and its number, and behind the number. */
static const char *const number_words[] = { "案件编号", "案件", "编号", "单号", "number", "case",
                                            "no",       "第",   "号",   "一下", "下" };

/* A digit was left out (2600001) or added; but 2600000元 is an amount. */
static bool is_a_digit_off(const struct normal *normal, size_t at, size_t n)
{
    char digits[CASE_NUMBER_SIZE] = "";

    if ((n != CASE_NUMBER_LEAST - 1 && n != CASE_NUMBER_MOST + 1) || !peek_is_mark(normal, at + n))
        return false;
    memcpy(digits, normal->text + at, n);
    digits[CASE_NUMBER_LEAST - 1] = '0';
    return case_number_is_plausible(digits, CASE_NUMBER_LEAST);
}

/* 2600 0010: a right number in groups, with one blank or hyphen between them. *end: behind it. */
static bool take_groups(const struct normal *normal, size_t at, size_t *end, char number[CASE_NUMBER_SIZE])
{
    char all[CASE_NUMBER_SIZE];
    size_t n = 0, groups = 0;

    for (size_t digits; (digits = peek_digits(normal, at)) > 1 && n + digits < sizeof all; at++) {
        memcpy(all + n, normal->text + at, digits);
        n += digits;
        at += digits;
        if (++groups > 1 && peek_is_mark(normal, at) && case_number_check(all, n)) {
            memcpy(number, all, n);
            number[n] = '\0';
            *end = at;
            return true;
        }
        if (normal->text[at] != ' ' && normal->text[at] != '-')
            return false;
    }
    return false;
}

enum number_kind keyword_take_number(const struct normal *normal, size_t *at, bool takes_rating,
                                     char number[CASE_NUMBER_SIZE])
{
    size_t begin = peek_skip_marks(normal, *at), taken, n;
    enum number_kind kind = NUMBER_NONE;

    while (begin < normal->length && (taken = PEEK_LISTED(normal, begin, number_words)) > 0)
        begin = peek_skip_marks(normal, begin + taken);
    n = peek_digits(normal, begin);
    if (case_number_check(normal->text + begin, n))
        kind = NUMBER_RIGHT;
    else if (takes_rating && n > 1 && case_number_check(normal->text + begin, n - 1))
        n--, kind = NUMBER_RIGHT; /* the rating follows without a gap: 评260041731 */
    else if (case_number_is_plausible(normal->text + begin, n) || is_a_digit_off(normal, begin, n))
        kind = NUMBER_WRONG;
    if (kind == NUMBER_NONE && take_groups(normal, begin, at, number))
        return NUMBER_RIGHT;
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
    size_t i = peek_skip_marks(normal, *at), n = 0, digits = 0, end = 0;

    if (i > 0 && normal->text[i - 1] == '+')
        phone[n++] = '+';
    for (; i < normal->length && n + 1 < size; i++) {
        char c = normal->text[i];

        if (peek_is_digit(c)) {
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

/* 无号: somebody has no phone. */
static bool take_no_phone(const struct normal *normal, size_t *at, char *phone)
{
    static const char *const words[] = { "无手机号", "无手机", "无电话", "无号", "no number", "no phone" };
    size_t begin = peek_skip_marks(normal, *at), taken = PEEK_LISTED(normal, begin, words);

    if (!taken || !peek_is_mark(normal, begin + taken))
        return false;
    memcpy(phone, KEYWORD_NO_PHONE, sizeof KEYWORD_NO_PHONE);
    *at = begin + taken;
    return true;
}

/* 15, 十 or 二十五, with 天 or days behind it or without. */
static int take_count(const struct normal *normal, size_t *at)
{
    static const char *const day_words[] = { "个工作日", "工作日", "天", "日", "working", "days", "day" };
    size_t begin = peek_skip_marks(normal, *at), n = peek_digits(normal, begin), taken;
    int count = 0, digit;

    if (n > 3)
        return 0;
    for (size_t i = 0; i < n; i++)
        count = count * 10 + (normal->text[begin + i] - '0');
    begin += n;
    while (n == 0 && (digit = peek_chinese_digit(normal->text + begin)) > 0) {
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
    for (size_t next = peek_skip_marks(normal, begin);
         next < normal->length && (taken = PEEK_LISTED(normal, next, day_words)) > 0;
         next = peek_skip_marks(normal, begin))
        begin = next + taken;
    *at = begin;
    return count;
}

/* Whether the number is the first or one of those behind it. */
static bool has_number(const struct keyword_match *match, const char *number)
{
    if (strcmp(match->number, number) == 0)
        return true;
    for (size_t i = 0; i < match->n_more; i++)
        if (strcmp(match->more[i].number, number) == 0)
            return true;
    return false;
}

void keyword_copy_numbers(struct keyword_match *to, const struct keyword_match *from)
{
    to->number_kind = from->number_kind;
    memcpy(to->number, from->number, sizeof to->number);
    memcpy(to->more, from->more, sizeof to->more);
    to->n_more = from->n_more;
}

/* The octet behind marks and words that join two numbers. */
static size_t skip_joint(const struct normal *normal, size_t at)
{
    static const char *const joints[] = { "还有", "以及", "和", "与", "及", "跟", "and" };
    size_t next = peek_skip_marks(normal, at), taken = PEEK_LISTED(normal, next, joints);

    return taken ? peek_skip_marks(normal, next + taken) : next;
}

/* 26000029的管子 goes on with words: the number is one of them. */
static bool ends_a_list(const struct normal *normal, size_t at)
{
    return peek_is_mark(normal, at) || skip_joint(normal, at) > at ||
           peek_skip_polite(normal, at) == normal->length;
}

void keyword_take_more(const struct normal *normal, size_t *at, struct keyword_match *match)
{
    while (match->n_more < MORE_NUMBERS) {
        struct number_read *read = &match->more[match->n_more];
        size_t next = skip_joint(normal, *at);

        read->kind = keyword_take_number(normal, &next, false, read->number);
        if (read->kind == NUMBER_NONE || !ends_a_list(normal, next))
            return;
        *at = next;
        if (!has_number(match, read->number))
            match->n_more++;
    }
}

static void take_numbers(unsigned takes, const struct normal *normal, size_t *at, struct keyword_match *match)
{
    if (takes & (TAKES_NUMBER | TAKES_NUMBERS))
        match->number_kind = keyword_take_number(normal, at, takes & TAKES_RATING, match->number);
    if ((takes & TAKES_SEVERAL) && match->number_kind != NUMBER_NONE)
        keyword_take_more(normal, at, match);
    if ((takes & TAKES_NUMBERS) && match->number_kind != NUMBER_NONE)
        match->second_kind = keyword_take_number(normal, at, false, match->second);
}

/* "1 26004173": the rating stands before the number. */
static int rating_before_number(const struct normal *normal, size_t *at, struct keyword_match *match)
{
    size_t begin = peek_skip_marks(normal, *at), behind;
    int rating = peek_is_digit(normal->text[begin]) ? normal->text[begin] - '0'
                                                    : peek_chinese_digit(normal->text + begin);

    behind = begin + (peek_is_digit(normal->text[begin]) ? 1 : 3);
    if (rating < 1 || rating > 4 || !peek_is_mark(normal, behind))
        return 0;
    match->number_kind = keyword_take_number(normal, &behind, false, match->number);
    if (match->number_kind == NUMBER_NONE)
        return 0;
    *at = behind;
    return rating;
}

/* 评 5: a number that is no rating. */
static bool is_no_rating(unsigned takes, const struct normal *normal, size_t at)
{
    at = peek_skip_marks(normal, at);
    return (takes & TAKES_RATING) && peek_skip_marks(normal, at + peek_digits(normal, at)) == normal->length;
}

/* 办结了, 查一下: nothing but polite words, and no gap before them. */
static bool is_only_particle(const struct normal *normal, size_t at)
{
    return !peek_is_mark(normal, at) && peek_skip_polite(normal, at) == normal->length;
}

bool keyword_read_arguments(const struct keyword *keyword, void *mem, const struct normal *normal, size_t at,
                            bool accepts_lack, struct keyword_match *match)
{
    unsigned takes = keyword->takes;
    size_t begin = at, end;

    *match = (struct keyword_match){ .keyword = keyword };
    if ((takes & TAKES_PHONE) && !take_phone(normal, &at, match->phone, sizeof match->phone))
        take_no_phone(normal, &at, match->phone);
    take_numbers(takes, normal, &at, match);
    if (takes & TAKES_COUNT)
        match->count = take_count(normal, &at);
    if ((takes & TAKES_RATING) && match->number_kind == NUMBER_NONE)
        match->rating = rating_before_number(normal, &at, match);
    if ((takes & TAKES_RATING) && match->rating == 0 && (match->rating = rating_at(normal, at, &end)) > 0) {
        at = end;
        if (match->number_kind == NUMBER_NONE)
            take_numbers(takes, normal, &at, match);
    }
    if (peek_skip_polite(normal, at) < normal->length) {
        bool has_number = match->number_kind != NUMBER_NONE || match->phone[0];

        match->lacks_number = !has_number && (takes & NEEDS_NUMBER);
        if (match->lacks_number && !accepts_lack)
            return false;
        if (!has_number && !(takes & TAKES_TEXT || match->rating || is_no_rating(takes, normal, at)))
            return false;
    }
    if (peek_skip_marks(normal, at) == normal->length || is_only_particle(normal, begin))
        at = normal->length;
    match->rest = normal_original(mem, normal, at, normal->length);
    at = peek_skip_marks(normal, at);
    match->rest_normal =
        talloc_strndup(mem, normal->text + at, trim_separators(normal->text, at, normal->length) - at);
    return match->rest && match->rest_normal;
}
