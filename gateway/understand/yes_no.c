#include "gateway/understand/yes_no.h"

#include <string.h>

/* The longest that a text begins with counts, in whatever order they stand. */
static const char *const yes_words[] = {
    "是我本人的", "是本人的", "是我自己的", "是我的", "是我",   "是自己的", "是本人", "是这样",   "是的",
    "是呀",       "是啊",     "是嘞",       "是哩",   "是滴",   "是",       "没错",   "没问题",   "没意见",
    "没毛病",     "对着哩",   "对着",       "对头",   "对的",   "对",       "正确",   "不错",     "嗯",
    "恩",         "噢",       "哦",         "好嘞",   "好咧",   "好滴",     "好的",   "好着",     "好",
    "行嘞",       "行的",     "行",         "能行",   "能",     "中",       "成",     "得行",     "可以",
    "要得",       "要的",     "要发",       "要",     "发出去", "发送",     "发给他", "发给群众", "发给她",
    "发",         "确认",     "确定",       "同意",   "就是的", "就是",     "就这样", "就这么发", "当然",
    "照办",       "yes",      "yeah",       "yep",    "y",      "okay",     "ok",     "sure",     "send it",
    "send",       "right",    "correct",    "👌",      "👍",
};
static const char *const no_words[] = {
    "不是我本人的", "不是本人的", "不是我的", "不是我", "不是的", "不是",   "不用发了", "不用发",
    "不用了",       "不用",       "不要发",   "不要了", "不要",   "不发了", "不发",     "不行",
    "不中",         "不对",       "不可以",   "不能",   "不成",   "不必了", "不必",     "不同意",
    "不确认",       "不了",       "不",       "否",     "没有",   "甭发",   "甭",       "别发了",
    "别发",         "别了",       "别",       "算了",   "免了",   "先不发", "暂不发",   "先不",
    "暂不",         "not mine",   "nope",     "nah",    "not",    "no",     "n",        "don't",
};
/* What goes with either and says nothing. */
static const char *const others[] = {
    "谢谢", "谢了", "多谢", "麻烦", "辛苦", "劳驾", "领导",   "同志",      "您",     "你", "请",
    "了",   "的",   "吧",   "呀",   "啊",   "嘛",   "哈",     "呗",        "那",     "哩", "嘞",
    "咧",   "哟",   "啦",   "先",   "就",   "它",   "thanks", "thank you", "please", "it",
};

static size_t longest_of(const char *text, const char *const *words, size_t n)
{
    size_t longest = 0;

    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(words[i]);

        if (length > longest && strncmp(text, words[i], length) == 0)
            longest = length;
    }
    return longest;
}

#define LONGEST_OF(text, words) longest_of(text, words, sizeof(words) / sizeof *(words))

static bool is_latin(char c)
{
    return (c >= 'a' && c <= 'z') || c == '\'';
}

/* Latin words are whole. */
static bool is_cut(const char *text, size_t length)
{
    return length > 0 && is_latin(text[length - 1]) && is_latin(text[length]);
}

enum yes_no yes_no_read(const struct normal *normal)
{
    enum yes_no said = NEITHER;
    size_t at = 0;

    while (at < normal->length) {
        const char *text = normal->text + at;
        size_t yes = LONGEST_OF(text, yes_words), no = LONGEST_OF(text, no_words);
        size_t other = LONGEST_OF(text, others), longest = yes > no ? yes : no;
        enum yes_no now = yes > no ? SAYS_YES : SAYS_NO;

        if (other > longest)
            longest = other;
        else if (longest > 0 && said != NEITHER && said != now)
            return NEITHER;
        else if (longest > 0)
            said = now;
        if (longest == 0) /* 👍 is a mark, and a yes */
            longest = skip_separators(normal->text, at, normal->length) - at;
        if (longest == 0 || is_cut(text, longest))
            return NEITHER;
        at += longest;
    }
    return said;
}
