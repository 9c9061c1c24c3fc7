#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/understand/yes_no.h"

static void assert_all_say(enum yes_no wanted, const char *const *texts)
{
    void *mem = talloc_new(NULL);
    const char *error;
    struct normaliser *normaliser = normaliser_new(mem, &error);

    for (; *texts; texts++) {
        struct normal normal;
        enum yes_no said;

        normalise(normaliser, mem, *texts, &normal);
        said = yes_no_read(&normal);
        if (said != wanted)
            fail_msg("%s is %d, not %d", *texts, (int)said, (int)wanted);
    }
    talloc_free(mem);
}

static void yes_is_heard_in_many_words(void **state)
{
    static const char *const texts[] = { "是",       "行",       "嗯",       "好",         "嗯嗯",
                                         "好的好的", "行吧",     "中",       "可以，谢谢", "嗯 发吧",
                                         "沒問題",   "OK!",      "好嘞领导", "是我的",     "對頭。",
                                         "那中",     "是的是的", "没错 发",  "得行",       "要得",
                                         "👌",        NULL };

    (void)state;
    assert_all_say(SAYS_YES, texts);
}

static void no_is_heard_in_many_words(void **state)
{
    static const char *const texts[] = { "不",     "不是",     "不用了谢谢", "不是的",     "算了吧", "甭发",
                                         "先不发", "不是我的", "别发了",     "No, thanks", "否",     NULL };

    (void)state;
    assert_all_say(SAYS_NO, texts);
}

static void what_says_more_or_both_is_neither(void **state)
{
    static const char *const texts[] = {
        "是不是",  "行不行",    "好了没", "可能",   "好人一生平安", "",     "不错的水管",
        "发水了",  "中午来",    "要钱",   "对不起", "没有水",       "是谁", "行 东陈村的水还停着",
        "not yet", "yesterday", "谢谢",   NULL
    };

    (void)state;
    assert_all_say(NEITHER, texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yes_is_heard_in_many_words),
        cmocka_unit_test(no_is_heard_in_many_words),
        cmocka_unit_test(what_says_more_or_both_is_neither),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
