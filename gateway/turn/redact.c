#include "gateway/turn/redact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "gateway/turn/sanitise.h"

enum {
    OWN_NAME_CHARACTERS = 3,
    PROGRAM_DIGITS_LEAST = 3,
    DIGITS_LEAST = 5,
    PHONE_LEAST = 7,
    NAME_LEAST = 6 /* octets: two characters */
};

/* Words with which reporters say who they are. */
static const char *const identifying[] = { "我叫",    "我是", "我名", "本人",    "姓名", "名叫", "身份证",
                                           "住址",    "家住", "我家", "联系",    "电话", "手机", "微信",
                                           "my name", "i am", "i'm",  "call me", NULL };

/* A surname, a given name and one of the callings together look like a person. */
static const char surnames[] =
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文卫";
static const char *const callings[] = { "家",   "同志", "先生", "女士", "老师", "医生", "师傅", "大爷",
                                        "大娘", "大叔", "大婶", "大妈", "大哥", "大嫂", "婶",   "嫂",
                                        "说",   "等人", "本人", "夫妇", "一家", "户主", NULL };

static bool is_digit(ucs4_t c)
{
    static const char numerals[] = "零〇一二三四五六七八九幺";
    uint8_t octets[8] = { 0 };

    if (uc_decimal_value(c) >= 0)
        return true;
    u8_uctomb(octets, c, sizeof octets - 1);
    return c > 0x7f && strstr(numerals, (const char *)octets);
}

/* What people put between the digits of a number. */
static bool is_between(ucs4_t c)
{
    return c == ' ' || c == '-' || c == '.' || c == 0x2014 || c == 0x3000 || c == 0xb7 || c == '/';
}

/* The octets and digits of the number that begins here. */
static size_t number_length(const uint8_t *text, size_t left, int *digits)
{
    size_t at = 0, end = 0;
    ucs4_t c;

    *digits = 0;
    while (at < left) {
        at += (size_t)u8_mbtouc(&c, text + at, left - at);
        if (is_digit(c)) {
            ++*digits;
            end = at;
        } else if (!is_between(c)) {
            break;
        }
    }
    return end;
}

static const char *without_numbers(void *mem, const char *text, int digits_least)
{
    static const char stars[] = "*****";
    const uint8_t *at = (const uint8_t *)text;
    size_t left = strlen(text);
    char *out = talloc_array(mem, char, sizeof stars *left + 1), *to = out;

    while (left > 0) {
        int digits;
        ucs4_t c;
        size_t length = number_length(at, left, &digits);

        if (digits >= digits_least) {
            to = stpcpy(to, stars);
        } else {
            length = (size_t)u8_mbtouc(&c, at, left);
            to = mempcpy(to, at, length);
        }
        at += length, left -= length;
    }
    *to = '\0';
    return out;
}

/* Whether the name stands there in another form: with spaces, or in full-width characters. In doubt yes. */
static bool may_hold(const char *text, const char *name)
{
    size_t length = 0, kept = 0;
    uint8_t *form = u8_normalize(UNINORM_NFKC, (const uint8_t *)text, strlen(text) + 1, NULL, &length);
    bool holds;

    for (size_t i = 0; form && i < length; i++)
        if (form[i] != ' ')
            form[kept++] = form[i];
    holds = !form || strstr((const char *)form, name);
    free(form);
    return holds;
}

static bool is_surname(const char *at)
{
    char one[4] = { 0 };

    if ((unsigned char)at[0] < 0xe0 || !at[1] || !at[2])
        return false;
    memcpy(one, at, 3);
    return strstr(surnames, one);
}

static bool begins_with_calling(const char *at)
{
    for (size_t i = 0; callings[i]; i++)
        if (strncmp(at, callings[i], strlen(callings[i])) == 0)
            return true;
    return false;
}

/* The octets of a surname with one or two characters, or of 老 or 小 with a surname, if a calling follows:
 * 李二狗家, 老李说. 0: no name here. */
static size_t called_name_length(const char *at)
{
    bool is_short = strncmp(at, "老", 3) == 0 || strncmp(at, "小", 3) == 0;
    const char *end = at + 3;

    if (is_short)
        return is_surname(at + 3) && begins_with_calling(at + 6) ? 6 : 0;
    for (int i = 0; is_surname(at) && i < 2 && (unsigned char)*end >= 0xe3 && end[1] && end[2]; i++) {
        end += 3;
        if (begins_with_calling(end))
            return (size_t)(end - at);
    }
    return 0;
}

/* Replaces what looks like other people's names; losing a word that is no name does no harm. */
static const char *without_people(void *mem, const char *text)
{
    static const char someone[] = "某某";
    char *out = talloc_array(mem, char, strlen(text) + sizeof someone), *to = out;

    while (*text) {
        size_t length = called_name_length(text); /* no shorter than someone */

        if (length > 0) {
            to = stpcpy(to, someone);
        } else {
            ucs4_t c;

            length = (size_t)u8_mbtouc(&c, (const uint8_t *)text, strlen(text));
            to = mempcpy(to, text, length);
        }
        text += length;
    }
    *to = '\0';
    return out;
}

/* NULL: the name may still stand there in another form. */
static const char *without_name(void *mem, const char *text, const char *name)
{
    char *out = talloc_strdup(mem, "");
    const char *found;

    if (strlen(name) < NAME_LEAST)
        return text;
    for (; (found = strstr(text, name)); text = found + strlen(name))
        out = talloc_asprintf_append(out, "%.*s某某", (int)(found - text), text);
    out = talloc_strdup_append(out, text);
    return !may_hold(out, name) ? out : NULL;
}

/* In doubt "": a board must not tell who somebody is. */
static const char *redacted(void *mem, const struct board_case *case_, const char *words, size_t units)
{
    const char *text;

    if (!*words || case_->category != CATEGORY_LIVELIHOOD || case_->is_anonymous)
        return "";
    text = without_numbers(mem, sanitise_text(mem, words, false), DIGITS_LEAST);
    text = without_name(mem, text, case_->reporter_name);
    return text ? sanitise_clip(mem, without_people(mem, text), units) : "";
}

const char *redact_progress(void *mem, const struct board_case *case_, size_t units)
{
    return redacted(mem, case_, case_->progress, units);
}

const char *redact_result(void *mem, const struct board_case *case_, size_t units)
{
    return redacted(mem, case_, case_->result, units);
}

const char *redact_text(void *mem, const struct board_case *case_, size_t units)
{
    for (size_t i = 0; identifying[i]; i++)
        if (strcasestr(case_->text, identifying[i]))
            return "";
    return redacted(mem, case_, case_->text, units);
}

/* The octets of 我叫 and its like; 0: they do not stand here. */
static size_t naming_length(const char *text)
{
    static const char *const openings[] = { "我叫", "我名叫", "名叫", "姓名", "名字是", "名字叫" };

    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        if (strncmp(text, openings[i], strlen(openings[i])) == 0)
            return strlen(openings[i]);
    return 0;
}

/* 我叫王小明: whoever says their name says it there. */
static const char *without_own_name(void *mem, const char *text)
{
    char *out = talloc_strdup(mem, "");

    while (*text) {
        size_t naming = naming_length(text);
        ucs4_t c;

        if (naming == 0) {
            size_t length = (size_t)u8_mbtouc(&c, (const uint8_t *)text, strlen(text));

            out = talloc_strndup_append(out, text, length);
            text += length;
            continue;
        }
        out = talloc_strdup_append(talloc_strndup_append(out, text, naming), "某某");
        text += naming;
        for (int i = 0; i < OWN_NAME_CHARACTERS && *text; i++)
            text += u8_mbtouc(&c, (const uint8_t *)text, strlen(text));
    }
    return out;
}

const char *redact_for_programs(void *mem, const char *name, const char *words)
{
    const char *text = without_numbers(mem, sanitise_text(mem, words, false), PROGRAM_DIGITS_LEAST);

    text = without_name(mem, text, name);
    return text ? without_people(mem, without_own_name(mem, text)) : NULL;
}

const char *redact_for_handlers(void *mem, bool is_anonymous, const char *words)
{
    return is_anonymous ? without_numbers(mem, words, PHONE_LEAST) : words;
}
