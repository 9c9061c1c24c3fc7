#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/understand/text/figure_question.h"

static int make_words(void **state)
{
    const char *error;

    *state = figure_words_new(talloc_new(NULL), NULL, &error);
    return *state ? 0 : -1;
}

static int free_words(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static struct figure_question read_question(const struct figure_words *words, const char *text)
{
    void *mem = talloc_new(NULL);
    const char *error;
    struct figure_question question;
    struct normal normal;

    normalise(normaliser_new(mem, &error), mem, text, &normal);
    figure_question_read(words, &normal, &question);
    talloc_free(mem);
    return question;
}

static void who_asks_how_many_is_understood_in_many_words(void **state)
{
    static const struct {
        const char *text;
        enum figure_measure measure;
        enum figure_span span;
    } texts[] = {
        { "上个月办了多少件", MEASURE_ENDED, SPAN_LAST_MONTH },
        { "这个月收了多少", MEASURE_RECEIVED, SPAN_MONTH },
        { "还有多少没办", MEASURE_OPEN, SPAN_NONE },
        { "满意率多少", MEASURE_SATISFACTION, SPAN_NONE },
        { "解决率呢", MEASURE_SOLUTION, SPAN_NONE },
        { "张三手里几件", MEASURE_OPEN, SPAN_NONE },
        { "昨天来了几件", MEASURE_RECEIVED, SPAN_YESTERDAY },
        { "去年逾期的有多少", MEASURE_OVERDUE, SPAN_LAST_YEAR },
        { "上周接到多少诉求", MEASURE_RECEIVED, SPAN_LAST_WEEK },
        { "上季度办结多少件", MEASURE_ENDED, SPAN_LAST_QUARTER },
        { "還剩幾件沒辦", MEASURE_OPEN, SPAN_NONE },
        { "三季度办了多少", MEASURE_ENDED, SPAN_NAMED_QUARTER },
        { "11月20日收了几件", MEASURE_RECEIVED, SPAN_NAMED_DAY },
        { "近三天收了几件", MEASURE_RECEIVED, SPAN_RECENT },
        { "上半年多少件", MEASURE_NONE, SPAN_NAMED_HALF },
        { "十一月份办了多少", MEASURE_ENDED, SPAN_NAMED_MONTH },
        { "how many cases closed last month", MEASURE_ENDED, SPAN_LAST_MONTH },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct figure_question question = read_question(*state, texts[i].text);

        if (!question.counts || question.measure != texts[i].measure || question.span != texts[i].span)
            fail_msg("%s: counts %d, measure %d, span %d", texts[i].text, question.counts,
                     (int)question.measure, (int)question.span);
    }
    assert_int_equal(read_question(*state, "10月办了多少").month, 10);
    assert_int_equal(read_question(*state, "1月收了多少").month, 1);
    assert_int_equal(read_question(*state, "12月3日收了几件").day, 3);
    assert_int_equal(read_question(*state, "最近一周收了几件").month, 7);
}

static void what_is_compared_is_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum figure_units units;
        enum figure_measure measure;
        bool is_least;
    } texts[] = {
        { "哪个镇超期最多", UNITS_TOWNSHIPS, MEASURE_OVERDUE, false },
        { "满意率最低的是哪个镇", UNITS_TOWNSHIPS, MEASURE_SATISFACTION, true },
        { "哪个单位办得最差", UNITS_ALL, MEASURE_SOLUTION, true },
        { "哪个村反映的最多", UNITS_VILLAGES, MEASURE_NONE, false },
        { "哪个局没办的最多", UNITS_OFFICES, MEASURE_OPEN, false },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct figure_question question = read_question(*state, texts[i].text);

        if (!question.ranks || question.units != texts[i].units || question.measure != texts[i].measure ||
            question.is_least != texts[i].is_least)
            fail_msg("%s: ranks %d, units %d, measure %d, least %d", texts[i].text, question.ranks,
                     (int)question.units, (int)question.measure, question.is_least);
    }
}

static void what_tells_of_a_matter_asks_for_no_figure(void **state)
{
    static const char *const texts[] = { "收了我多少钱",
                                         "停水多少天了没人管",
                                         "证件办了没有",
                                         "已派人去修了",
                                         "明天就通水",
                                         "交了多少钱的电费",
                                         "还差几个零件没到",
                                         "12月3日到货",
                                         "复查的有几件",
                                         "督办件有多少",
                                         NULL };

    for (size_t i = 0; texts[i]; i++)
        if (read_question(*state, texts[i]).counts)
            fail_msg("%s counts", texts[i]);
    assert_true(read_question(*state, "我家低保有几件没办").is_own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_how_many_is_understood_in_many_words),
        cmocka_unit_test(what_is_compared_is_told_apart),
        cmocka_unit_test(what_tells_of_a_matter_asks_for_no_figure),
    };

    return cmocka_run_group_tests(tests, make_words, free_words);
}
