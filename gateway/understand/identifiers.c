#include "gateway/understand/identifiers.h"

#include "gateway/understand/case_number.h"
#include "gateway/understand/text/peek.h"

#include <string.h>
#include <talloc.h>

/* GB 11643: the weighted sum of the first 17 digits, modulo 11, gives the last character. */
static bool is_identity_number(const char *text)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;

    for (size_t i = 0; i < 17; i++) {
        if (!peek_is_digit(text[i]))
            return false;
        sum += (text[i] - '0') * weights[i];
    }
    return text[17] == "10x98765432"[sum % 11];
}

/* A mobile number, or a landline with its area code: 0, an area code of 2 or 3 digits, 7 or 8 digits. */
static bool is_phone(const char *digits, size_t n)
{
    if (n == 11 && digits[0] == '1')
        return digits[1] >= '3';
    return digits[0] == '0' && digits[1] != '0' && n >= 10 && n <= 12;
}

enum { RUN_MOST = 24 };

static const char digits[] = "0123456789";

/* Reads digits with single spaces or hyphens between them; returns the octet behind. */
static size_t read_run(const struct normal *normal, size_t at, char run[RUN_MOST], size_t *n)
{
    *n = 0;
    while (at < normal->length) {
        char c = normal->text[at];

        if (peek_is_digit(c) && *n < RUN_MOST - 1)
            run[(*n)++] = c;
        else if (peek_is_digit(c) || (c != '-' && c != ' ') || !peek_is_digit(normal->text[at + 1]))
            break;
        at++;
    }
    run[*n] = '\0';
    return at;
}

/* Octets of the run's first digits if they are a case number, and no telephone or identity number; 0. */
static size_t case_number_in(const struct normal *normal, size_t at, const char *run, size_t n)
{
    size_t unbroken = strspn(normal->text + at, digits);

    if (n == 13 && strncmp(run, "86", 2) == 0)
        run += 2, n -= 2;
    if (unbroken >= 17 && unbroken <= 18 && is_identity_number(normal->text + at))
        return 0;
    return !is_phone(run, n) && case_number_check(normal->text + at, unbroken) ? unbroken : 0;
}

/* The next valid case number at or behind octet `at`. */
static bool next_case_number(const struct normal *normal, size_t at, struct number_found *found)
{
    while (at += strcspn(normal->text + at, digits), at < normal->length) {
        char run[RUN_MOST];
        size_t n, end = read_run(normal, at, run, &n), length;

        length = case_number_in(normal, at, run, n);
        if (length > 0) {
            *found = (struct number_found){ .from = at, .to = at + length };
            memcpy(found->number, normal->text + at, length);
            return true;
        }
        at = end;
    }
    return false;
}

const char *identifiers_case_number(void *mem, const struct normal *normal)
{
    struct number_found found;

    return next_case_number(normal, 0, &found) ? talloc_strdup(mem, found.number) : NULL;
}

size_t identifiers_case_numbers(const struct normal *normal, struct number_found *found, size_t most)
{
    size_t n = 0;

    while (n < most && next_case_number(normal, n ? found[n - 1].to : 0, &found[n]))
        n++;
    return n;
}

bool identifiers_number_joined(const struct normal *normal, size_t more, struct number_found *found)
{
    size_t n = 0;

    for (size_t at = strcspn(normal->text, digits); at < normal->length;
         at += strcspn(normal->text + at, digits)) {
        n = strspn(normal->text + at, digits);
        if (n > more && case_number_check(normal->text + at, n - more)) {
            *found = (struct number_found){ .from = at, .to = at + n - more };
            memcpy(found->number, normal->text + at, n - more);
            return true;
        }
        at += n;
    }
    return false;
}

/* What may stand around a code. */
static const char *const code_words[] = {
    "10分钟内有效", "验证码", "确认码", "确认",    "口令",  "号码",   "数字", "请回",  "回复", "回",    "码",
    "号",           "是",     "好的",   "好",      "对",    "嗯",     "行",   "请",    "我",   "的",    "发",
    "收到",         "领导",   "谢谢",   "感谢",    "您",    "你",     "吧",   "了",    "the",  "my",    "is",
    "ok",           "yes",    "code",   "confirm", "reply", "thanks", "thx",  "thank", "you",  "please"
};

/* The octet behind marks and words that may stand around a code. */
static size_t skip_code_words(const struct normal *normal, size_t at)
{
    size_t taken;

    at = peek_skip_marks(normal, at);
    while (at < normal->length && (taken = PEEK_LISTED(normal, at, code_words)) > 0)
        at = peek_skip_marks(normal, at + taken);
    return at;
}

/* Our own words sent back with what stood before them: 将办结26000010：修好了。确认请回505843，10分钟内有效。
 */
static size_t find_asked(const struct normal *normal)
{
    static const char asked[] = "确认请回";
    const char *at = strstr(normal->text, asked);

    return at ? (size_t)(at - normal->text) + strlen(asked) : 0;
}

const char *identifiers_code(void *mem, const struct normal *normal)
{
    size_t at, n;
    char run[RUN_MOST];

    if (!strpbrk(normal->text, digits))
        return NULL;
    at = skip_code_words(normal, find_asked(normal));
    at = read_run(normal, at, run, &n);
    return n == 6 && skip_code_words(normal, at) == normal->length ? talloc_strdup(mem, run) : NULL;
}
