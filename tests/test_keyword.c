#include "gateway/conversation/cadre/cadre_transfers.h"
#include "gateway/understand/keyword.h"
#include "gateway/understand/text/rating.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

enum { VILLAGER = 'v', CADRE = 'c' };

static const char *const names[] = {
    "STATUS", "ADD",      "RATE",    "REOPEN", "APPEAL",  "WITHDRAW", "ANON",       "HELP",    "STOP",
    "START",  "NEW",      "ACCEPT",  "RETURN", "FORWARD", "SPLIT",    "MERGE",      "ADOPT",   "SHOW",
    "HOLD",   "PROGRESS", "EXTEND",  "NUDGE",  "CLOSE",   "EXPLAIN",  "OUTOFSCOPE", "RECLASS", "FILEFOR",
    "MINE",   "OPEN",     "OVERDUE", "VIEW",   "DUTY",    "UNDO",
};

enum {
    STATUS,
    ADD,
    RATE,
    REOPEN,
    APPEAL,
    WITHDRAW,
    ANON,
    HELP,
    STOP,
    START,
    NEW,
    ACCEPT,
    RETURN,
    FORWARD,
    SPLIT,
    MERGE,
    ADOPT,
    SHOW,
    HOLD,
    PROGRESS,
    EXTEND,
    NUDGE,
    CLOSE,
    EXPLAIN,
    OUTOFSCOPE,
    RECLASS,
    FILEFOR,
    MINE,
    OPEN,
    OVERDUE,
    VIEW,
    DUTY,
    UNDO
};

static const struct keyword villager[] = {
    { "新|new", NEW, 0 },
    { "查|查询|进度|status", STATUS, TAKES_NUMBER },
    { "补|补充|add", ADD, TAKES_NUMBER | TAKES_TEXT },
    { "评|评价|rate", RATE, TAKES_NUMBER | TAKES_RATING },
    { "重办|reopen", REOPEN, TAKES_NUMBER },
    { "复查|appeal", APPEAL, TAKES_NUMBER },
    { "撤|撤回|withdraw", WITHDRAW, TAKES_NUMBER },
    { "匿名|保密|anon|anonymous", ANON, TAKES_TEXT },
    { "帮助|?|help", HELP, 0 },
    { "退订|td|t|r|stop", STOP, 0 },
    { "恢复|start", START, 0 },
    { 0 },
};

static const struct keyword cadre[] = {
    { "领|领办|accept", ACCEPT, TAKES_NUMBER },
    { "退|退回|return", RETURN, TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER },
    { "转|forward", FORWARD, TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER },
    { "拆|split", SPLIT, TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER },
    { "并|merge", MERGE, TAKES_NUMBERS },
    { "包案|adopt", ADOPT, TAKES_NUMBER },
    { "亮|show", SHOW, TAKES_NUMBER },
    { "不亮|hold", HOLD, TAKES_NUMBER | TAKES_TEXT },
    { "进度", PROGRESS, TAKES_NUMBER | TAKES_TEXT },
    { "progress", PROGRESS, TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER },
    { "延期|extend", EXTEND, TAKES_NUMBER | TAKES_COUNT | TAKES_TEXT },
    { "催|nudge", NUDGE, TAKES_NUMBER },
    { "办结|close", CLOSE, TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER },
    { "解释|explain", EXPLAIN, TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER },
    { "不受理", OUTOFSCOPE, TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER },
    { "改类|reclass", RECLASS, TAKES_NUMBER | TAKES_TEXT | NEEDS_NUMBER },
    { "代|for", FILEFOR, TAKES_PHONE | TAKES_TEXT | NEEDS_NUMBER },
    { "我的|mine", MINE, 0 },
    { "待领|open", OPEN, 0 },
    { "超期|overdue", OVERDUE, 0 },
    { "看|view", VIEW, TAKES_NUMBER },
    { "值班|duty", DUTY, TAKES_TEXT },
    { "错|撤销|undo", UNDO, 0 },
    { "帮助|?|help", HELP, 0 },
    { 0 },
};

static struct normaliser *normaliser;

static int make_tables(void **state)
{
    const char *error;

    (void)state;
    normaliser = normaliser_new(NULL, &error);
    return normaliser ? 0 : -1;
}

static int free_tables(void **state)
{
    (void)state;
    talloc_free(normaliser);
    return 0;
}

static void write_number(FILE *out, const char *name, enum number_kind kind, const char *number)
{
    if (kind != NUMBER_NONE)
        fprintf(out, " %s=%s%s", name, kind == NUMBER_WRONG ? "!" : "", number);
}

/* What the grammar makes of a text, in the corpus's own words. */
static char *described(void *mem, const struct keyword *table, const char *text)
{
    struct normal normal;
    struct keyword_match match;
    char *buffer, *words;
    size_t size;
    FILE *out = open_memstream(&buffer, &size);

    normalise(normaliser, mem, text, &normal);
    if (!keyword_match(table, mem, &normal, &match)) {
        fputc('-', out);
    } else {
        fputs(names[match.keyword->id], out);
        write_number(out, "number", match.number_kind, match.number);
        write_number(out, "second", match.second_kind, match.second);
        if (match.rating)
            fprintf(out, " rating=%d", match.rating);
        if (match.count)
            fprintf(out, " count=%d", match.count);
        if (match.phone[0])
            fprintf(out, " phone=%s", match.phone);
        if (match.is_corrected)
            fputs(" ~", out);
        if (match.rest[0])
            fprintf(out, " rest=%s", match.rest);
    }
    fclose(out);
    words = talloc_strdup(mem, buffer);
    free(buffer);
    return words;
}

static void every_line_of_the_corpus_is_read_as_it_says(void **state)
{
    FILE *corpus = fopen("tests/corpus/keyword.tsv", "r");
    char *line = NULL;
    size_t size = 0;
    int lines = 0, wrong = 0;

    (void)state;
    assert_non_null(corpus);
    while (getline(&line, &size, corpus) > 0) {
        void *mem = talloc_new(NULL);
        char *rest = line, *who = strsep(&rest, "\t"), *text = strsep(&rest, "\t"), *got;

        if (line[0] != '#' && rest) {
            rest[strcspn(rest, "\n")] = '\0';
            got = described(mem, who[0] == CADRE ? cadre : villager, text);
            lines++;
            if (strcmp(got, rest) != 0) {
                printf("# %s\n#   expected %s\n#   got      %s\n", text, rest, got);
                wrong++;
            }
        }
        talloc_free(mem);
    }
    free(line);
    fclose(corpus);
    assert_true(lines > 100);
    assert_int_equal(wrong, 0);
}

static int rating_of(const char *text)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    size_t end = 0;
    int rating;

    normalise(normaliser, mem, text, &normal);
    rating = rating_at(&normal, 0, &end);
    assert_true(end <= normal.length);
    talloc_free(mem);
    return rating;
}

static void a_bare_digit_in_any_writing_is_a_rating(void **state)
{
    (void)state;
    assert_int_equal(rating_of("1"), 1);
    assert_int_equal(rating_of("２"), 2);
    assert_int_equal(rating_of("③"), 3);
    assert_int_equal(rating_of("四"), 4);
    assert_int_equal(rating_of(" 1。 "), 1);
    assert_int_equal(rating_of("1 谢谢"), 1);
    assert_int_equal(rating_of("5"), 0);
    assert_int_equal(rating_of("12"), 0);
}

static void a_rating_word_leads_the_text(void **state)
{
    (void)state;
    assert_int_equal(rating_of("满意了谢谢"), 1);
    assert_int_equal(rating_of("滿意"), 1);
    assert_int_equal(rating_of("基本满意"), 2);
    assert_int_equal(rating_of("不满意，水还是浑的"), 3);
    assert_int_equal(rating_of("没解决"), 4);
    assert_int_equal(rating_of("還沒有解決"), 4);
    assert_int_equal(rating_of("3不满意"), 3);
    assert_int_equal(rating_of("1. 满意"), 1);
    assert_int_equal(rating_of("Not satisfied"), 3);
    assert_int_equal(rating_of("一般"), 2);
}

/* Every word that rates, with something behind it as people write it. */
static const struct {
    const char *word;
    int rating;
    bool is_weak; /* an ordinary word too: rates only alone, or with thanks */
} ratings[] = {
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

static void every_word_that_rates_is_read_in_each_of_its_spellings(void **state)
{
    static const struct {
        const char *before, *behind;
        bool is_more; /* than the rating and thanks */
    } ways[] = {
        { "", "", false },
        { " ", "。", false },
        { "", "！谢谢", false },
        { "", "，水还是浑的", true },
        { "", ", the water is muddy", true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof ratings / sizeof *ratings; i++)
        for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
            char text[200];
            int wanted = ratings[i].is_weak && ways[way].is_more ? 0 : ratings[i].rating;

            snprintf(text, sizeof text, "%s%s%s", ways[way].before, ratings[i].word, ways[way].behind);
            if (rating_of(text) != wanted)
                fail_msg("%s rates %d", text, rating_of(text));
        }
}

/* The longer word wins: what stands behind 不太, 不是很 or not would say the opposite. */
static void the_whole_word_is_the_rating_and_nothing_of_it_is_left_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ratings / sizeof *ratings; i++) {
        void *mem = talloc_new(NULL);
        struct normal normal;
        size_t end = 0;

        normalise(normaliser, mem, ratings[i].word, &normal);
        assert_int_equal(rating_at(&normal, 0, &end), ratings[i].rating);
        if (end != normal.length)
            fail_msg("%s: only %zu of %zu octets", ratings[i].word, end, normal.length);
        talloc_free(mem);
    }
}

static void a_list_or_a_measure_is_no_rating(void **state)
{
    (void)state;
    assert_int_equal(rating_of("1. 村里没水 2. 路坏了"), 0);
    assert_int_equal(rating_of("1个月没水了"), 0);
    assert_int_equal(rating_of("一个月没水了"), 0);
    assert_int_equal(rating_of("满意度调查怎么填"), 0);
    assert_int_equal(rating_of("一般农户有没有补贴"), 0);
    assert_int_equal(rating_of("我对处理结果不满意"), 0);
    assert_int_equal(rating_of(""), 0);
    assert_int_equal(rating_of("一"), 1);
}

static void the_rest_for_matching_is_normalised(void **state)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    struct keyword_match match;

    (void)state;
    normalise(normaliser, mem, "改類 26004173 民困，醫療。", &normal);
    assert_true(keyword_match(cadre, mem, &normal, &match));
    assert_string_equal(match.rest, "民困，醫療。");
    assert_string_equal(match.rest_normal, "民困,医疗");
    talloc_free(mem);
}

static bool lacks_number(const struct keyword *table, const char *text)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    struct keyword_match match;
    bool is_so;

    normalise(normaliser, mem, text, &normal);
    is_so = keyword_match_lacking(table, mem, &normal, &match);
    assert_false(is_so && keyword_match(table, mem, &normal, &match));
    talloc_free(mem);
    return is_so;
}

static void words_in_place_of_the_number_are_told_from_a_text(void **state)
{
    (void)state;
    assert_true(lacks_number(cadre, "办结 水管已换好"));
    assert_true(lacks_number(cadre, "代 老人房顶漏雨"));
    assert_true(lacks_number(cadre, "退，不归我们管"));
    assert_false(lacks_number(villager, "复查低保名单不公"));
    assert_false(lacks_number(cadre, "办结 26004173 修好了"));
    assert_false(lacks_number(villager, "补 又停水了"));
}

static void words_say_that_there_is_no_phone(void **state)
{
    void *mem = talloc_new(NULL);
    struct keyword_match match;
    struct normal normal;

    (void)state;
    normalise(normaliser, mem, "代 无号 老人房顶漏雨", &normal);
    assert_true(keyword_match(cadre, mem, &normal, &match));
    assert_string_equal(match.phone, KEYWORD_NO_PHONE);
    assert_string_equal(match.rest, "老人房顶漏雨");
    assert_true(lacks_number(cadre, "代 无号码的三轮车撞了人")); /* 无号 is the beginning of another word */
    talloc_free(mem);
}

static void a_keyword_is_looked_for_behind_the_greeting(void **state)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    struct keyword_match match;

    (void)state;
    normalise(normaliser, mem, "您好，查26004173", &normal);
    normal.body = strlen("您好,");
    assert_true(keyword_match(villager, mem, &normal, &match));
    assert_string_equal(match.number, "26004173");
    talloc_free(mem);
}

/* What a cadre types behind 改类, and the English word for it. */
static void each_word_for_a_topic_means_it(void **state)
{
    static const char *const words[][2] = {
        { "供水", "water" },      { "水", "water" },      { "道路", "road" },       { "路", "road" },
        { "供电", "power" },      { "电", "power" },      { "住房", "housing" },    { "房", "housing" },
        { "土地", "land" },       { "地", "land" },       { "农业", "farm" },       { "医疗", "medical" },
        { "教育", "school" },     { "低保", "welfare" },  { "救助", "welfare" },    { "低保救助", "welfare" },
        { "养老", "care" },       { "养老照护", "care" }, { "社保", "social" },     { "民政", "civil" },
        { "就业", "jobs" },       { "环境", "env" },      { "治安", "order" },      { "干部", "cadre" },
        { "政策", "policy" },     { "其他", "other" },    { "water", "water" },     { "road", "road" },
        { "power", "power" },     { "land", "land" },     { "housing", "housing" }, { "farm", "farm" },
        { "medical", "medical" }, { "school", "school" }, { "welfare", "welfare" }, { "care", "care" },
        { "social", "social" },   { "civil", "civil" },   { "jobs", "jobs" },       { "env", "env" },
        { "order", "order" },     { "cadre", "cadre" },   { "policy", "policy" },   { "other", "other" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *topic = cadre_topic(words[i][0]);

        if (!topic || strcmp(topic, words[i][1]) != 0)
            fail_msg("%s is %s", words[i][0], topic ? topic : "unknown");
    }
    assert_null(cadre_topic("天气"));
    assert_null(cadre_topic(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word_for_a_topic_means_it),
        cmocka_unit_test(every_line_of_the_corpus_is_read_as_it_says),
        cmocka_unit_test(a_bare_digit_in_any_writing_is_a_rating),
        cmocka_unit_test(a_rating_word_leads_the_text),
        cmocka_unit_test(every_word_that_rates_is_read_in_each_of_its_spellings),
        cmocka_unit_test(the_whole_word_is_the_rating_and_nothing_of_it_is_left_over),
        cmocka_unit_test(a_list_or_a_measure_is_no_rating),
        cmocka_unit_test(the_rest_for_matching_is_normalised),
        cmocka_unit_test(a_keyword_is_looked_for_behind_the_greeting),
        cmocka_unit_test(words_in_place_of_the_number_are_told_from_a_text),
        cmocka_unit_test(words_say_that_there_is_no_phone),
    };

    return cmocka_run_group_tests(tests, make_tables, free_tables);
}
