#include "gateway/understand/understand.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/support/support.h"

#include <cmocka.h>

#define VILLAGE(n, unit_name, above)                                             \
    {                                                                            \
        .id = (n), .name = (unit_name), .level = UNIT_VILLAGE, .parent = (above) \
    }
#define TOWNSHIP(n, unit_name)                                              \
    {                                                                       \
        .id = (n), .name = (unit_name), .level = UNIT_TOWNSHIP, .parent = 1 \
    }

static const struct unit units[] = {
    { .id = 1, .name = "浮山县", .level = UNIT_COUNTY },
    TOWNSHIP(10, "天坛镇"),
    TOWNSHIP(11, "张庄镇"),
    TOWNSHIP(12, "北王镇"),
    TOWNSHIP(13, "槐埝乡"),
    TOWNSHIP(14, "寨圪塔乡"),
    VILLAGE(100, "东街社区居民委员会", 10),
    VILLAGE(101, "文昌社区居民委员会", 10),
    VILLAGE(102, "十里垣村委会", 10),
    VILLAGE(103, "柏村村委会", 10),
    VILLAGE(104, "诸葛村委会", 10),
    VILLAGE(110, "史演河村委会", 11),
    VILLAGE(111, "英雄圪塔村委会", 11),
    VILLAGE(112, "米家垣村委会", 11),
    VILLAGE(113, "西佐村委会", 11),
    VILLAGE(114, "杨村村委会", 11),
    VILLAGE(120, "高村村委会", 12),
    VILLAGE(121, "南庄村委会", 12),
    VILLAGE(130, "高村村委会", 13),
    VILLAGE(131, "南庄村委会", 13),
    VILLAGE(132, "槐埝村委会", 13),
    VILLAGE(140, "寨圪塔村委会", 14),
    VILLAGE(141, "卫村村委会", 14),
    { .id = 200, .name = "浮山县水务局", .level = UNIT_DEPARTMENT, .parent = 1 },
};

/* The names the corpus uses for them. */
static const struct {
    const char *name;
    int64_t unit;
} places[] = {
    { "高村1", 120 },    { "高村2", 130 },  { "南庄2", 131 },  { "柏村", 103 },
    { "十里垣", 102 },   { "诸葛", 104 },   { "史演河", 110 }, { "文昌", 101 },
    { "英雄圪塔", 111 }, { "米家垣", 112 }, { "西佐", 113 },   { "东街", 100 },
    { "阳村", 114 },     { "卫村", 141 },   { "=寨圪塔", 14 }, { "=槐埝", 13 },
};

static const char *const cadres[] = { "王建国" };
static struct understanding *understanding;

static struct understanding *make_understanding(const char *lexicons, const char **error)
{
    const struct understanding_source source = { .units = units,
                                                 .n_units = sizeof units / sizeof *units,
                                                 .cadres = cadres,
                                                 .n_cadres = 1,
                                                 .lexicons = lexicons };

    return understanding_new(NULL, &source, error);
}

static int make_tables(void **state)
{
    const char *error;

    (void)state;
    understanding = make_understanding(NULL, &error);
    if (!understanding)
        printf("# %s\n", error);
    return understanding ? 0 : -1;
}

static int free_tables(void **state)
{
    (void)state;
    talloc_free(understanding);
    return 0;
}

static const char *const kinds[] = { [TEXT_CASE] = "case",
                                     [TEXT_EMPTY] = "empty",
                                     [TEXT_THANKS] = "thanks",
                                     [TEXT_GREETING] = "greeting",
                                     [TEXT_MARKS] = "marks" };

/* How many lines of the corpus were read as a careful reader reads them. */
struct tally {
    int texts, cases, kind, place, topic, category, marks;
};

static bool is_place(const struct place_found *found, const char *expected)
{
    if (expected[0] == '-')
        return found->how == PLACE_NONE;
    if (expected[0] == '?')
        return found->how == PLACE_AMBIGUOUS && found->n_candidates > 1;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(places[i].name, expected) == 0)
            return found->unit == places[i].unit && found->how != PLACE_AMBIGUOUS;
    return false;
}

static void differs(const char *text, const char *what, const char *expected, const char *got)
{
    printf("# %s: %s is %s, not %s\n", text, what, expected, got);
}

static void judge(struct tally *tally, char *columns[6])
{
    void *mem = talloc_new(NULL);
    struct understood out;
    char category[2] = { 0 }, marks[3] = { 0 };

    understand(understanding, mem, columns[5], &out);
    tally->texts++;
    if (strcmp(kinds[out.kind], columns[0]) == 0)
        tally->kind++;
    else
        differs(columns[5], "kind", columns[0], kinds[out.kind]);
    if (strcmp(columns[0], "case") == 0) {
        category[0] = "LHP"[out.category];
        strcat(strcat(marks, out.is_guarded ? "g" : ""), out.urgency == URGENCY_URGENT ? "u" : "");
        tally->cases++;
        if (is_place(&out.place, columns[1]))
            tally->place++;
        else
            differs(columns[5], "place", columns[1], "so");
        if (strcmp(out.topic, columns[2]) == 0)
            tally->topic++;
        else
            differs(columns[5], "topic", columns[2], out.topic);
        if (category[0] == columns[3][0])
            tally->category++;
        else
            differs(columns[5], "class", columns[3], category);
        if (strcmp(marks[0] ? marks : "-", columns[4]) == 0)
            tally->marks++;
        else
            differs(columns[5], "marks", columns[4], marks);
    }
    talloc_free(mem);
}

static void texts_of_villagers_are_understood(void **state)
{
    FILE *corpus = fopen("tests/corpus/understand.tsv", "r");
    struct tally tally = { 0 };
    char *line = NULL;
    size_t size = 0;

    (void)state;
    assert_non_null(corpus);
    while (getline(&line, &size, corpus) > 0) {
        char *rest = line, *columns[6];

        if (line[0] == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        for (int i = 0; i < 6; i++)
            columns[i] = strsep(&rest, "\t");
        assert_non_null(columns[5]);
        judge(&tally, columns);
    }
    free(line);
    fclose(corpus);
    printf("# of %d cases: place %d, topic %d, class %d, guarded and urgent %d\n", tally.cases, tally.place,
           tally.topic, tally.category, tally.marks);
    assert_true(tally.cases >= 60);
    assert_int_equal(tally.kind, tally.texts);
    assert_int_equal(tally.place, tally.cases);
    assert_int_equal(tally.marks, tally.cases);
    assert_true(tally.topic * 100 >= tally.cases * 90);
    assert_true(tally.category * 100 >= tally.cases * 85);
}

static void understood_as(const char *text, struct understood *out, void *mem)
{
    understand(understanding, mem, text, out);
}

static void a_title_in_the_greeting_alone_guards_nothing(void **state)
{
    static const struct {
        const char *text;
        bool is_guarded;
    } texts[] = {
        { "王书记您好，村里没水了", false },
        { "尊敬的浮山县王书记：村里没水了", false },
        { "尊敬的县政府王县长：您好！村里没水了", false },
        { "镇长你好，村里没水了", false },
        { "各位领导，您好。村里没水了", false },
        { "王书记：我们村里没水了", false },
        { "县长大人你好，村里没水了", false },
        { "村民委员会不开门", false },
        { "村主任：贪污低保款", true },
        { "王书记，村里没水了", true }, /* may be a greeting, may be not: it fails closed */
        { "王书记贪污", true },
        { "尊敬的李主任贪污低保款", true },
        { "尊敬的领导我要举报王主任，他贪污", true },
        { "您好，王书记贪污", true },
        { "Dear leaders, the village head took the money", true },
        { "村里的事王建国最清楚", true }, /* a registered cadre's name */
        { "村長把錢拿走了", true },
        { "任村长期间卖地", true },
        { "本村长期没有自来水", false },
        { "去省长途汽车站的班车停了", false },
        { "班主任病了一个月没人代课", false },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct understood out;

        understood_as(texts[i].text, &out, mem);
        if (out.is_guarded != texts[i].is_guarded)
            fail_msg("%s", texts[i].text);
    }
    talloc_free(mem);
}

static void the_body_begins_behind_brackets_and_greetings(void **state)
{
    static const char *const pairs[][2] = {
        { "【浮山】尊敬的领导：您好！村里没水", "村里没水" },
        { "您好，查26004173", "查26004173" },
        { "领导好，我们村没水", "我们村没水" },
        { "你好不容易修的路又坏了", "你好不容易修的路又坏了" },
        { "好几天没水了", "好几天没水了" },
        { "喂猪的水都没有了", "喂猪的水都没有了" },
        { "good morning, no water", "no water" },
        { "?", "?" },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct understood out;

        understood_as(pairs[i][0], &out, mem);
        assert_string_equal(out.normal.text + out.normal.body, pairs[i][1]);
    }
    talloc_free(mem);
}

static void six_digits_alone_are_a_code_and_one_or_two_a_choice(void **state)
{
    void *mem = talloc_new(NULL);
    struct understood out;

    (void)state;
    understood_as(" 123 456 ", &out, mem);
    assert_string_equal(out.code, "123456");
    understood_as("０２５９１８。", &out, mem);
    assert_string_equal(out.code, "025918");
    assert_int_equal(out.choice, 0);
    understood_as("3", &out, mem);
    assert_null(out.code);
    assert_int_equal(out.choice, 3);
    assert_int_equal(out.rating, 3);
    understood_as("12", &out, mem);
    assert_int_equal(out.choice, 12);
    assert_int_equal(out.rating, 0);
    understood_as("1234567", &out, mem);
    assert_null(out.code);
    talloc_free(mem);
}

static void a_code_counts_with_polite_words_around_it(void **state)
{
    static const char *const codes[] = {
        "123456 码",
        "验证码123456",
        "验证码是：１２３４５６",
        "123456谢谢",
        "回123456",
        "确认123456",
        "请回 123-456。",
        "好的，123456，谢谢领导",
        "“123456”",
        "是，123456",
        "确认码123456了",
        "my code is 123456.",
        "Yes 123456, thank you",
        "【浮山亮晒评】将办结26000010：修好了。确认请回123456，10分钟内有效。",
    };
    static const char *const others[] = {
        "赔了123456元",
        "123456户",
        "1234567谢谢",
        "验证码123456 789012",
        "办结 26000010 123456",
        "房子123456",
        "邮编123456",
        "确认请回123456，不然我家水停了",
        "12345谢谢",
        "谢谢",
    };
    void *mem = talloc_new(NULL);
    struct understood out;

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        understood_as(codes[i], &out, mem);
        if (!out.code || strcmp(out.code, "123456") != 0)
            fail_msg("%s is no code", codes[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        understood_as(others[i], &out, mem);
        if (out.code)
            fail_msg("%s is a code", others[i]);
    }
    talloc_free(mem);
}

static void a_rating_keeps_its_remark_as_written(void **state)
{
    void *mem = talloc_new(NULL);
    struct understood out;

    (void)state;
    understood_as("滿意了，謝謝你們", &out, mem);
    assert_int_equal(out.rating, 1);
    assert_string_equal(out.rating_comment, "謝謝你們");
    understood_as("没解决！井还是干的。", &out, mem);
    assert_int_equal(out.rating, 4);
    assert_string_equal(out.rating_comment, "井还是干的。");
    understood_as("2。", &out, mem);
    assert_int_equal(out.rating, 2);
    assert_string_equal(out.rating_comment, "");
    talloc_free(mem);
}

/* 反映问题 alone says nothing of what about; 还没有解决吗 does, though it is made of small words. */
static void asking_to_be_heard_is_told_from_small_words_that_say_more(void **state)
{
    static const struct {
        const char *text;
        enum text_kind kind;
    } texts[] = {
        { "反映问题", TEXT_GREETING },   { "您好，我要投诉", TEXT_GREETING },
        { "转人工", TEXT_GREETING },     { "还没有解决吗", TEXT_CASE },
        { "怎么还不来", TEXT_CASE },     { "可是什么时候能好呢", TEXT_CASE },
        { "反映问题，没水", TEXT_CASE },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct understood out;

        understood_as(texts[i].text, &out, mem);
        if (out.kind != texts[i].kind)
            fail_msg("%s: %d", texts[i].text, out.kind);
    }
    talloc_free(mem);
}

static void a_case_number_is_told_from_phones_and_identity_numbers(void **state)
{
    void *mem = talloc_new(NULL);
    struct understood out;

    (void)state;
    understood_as("我的电话138-0000-0000或0357-8121234，身份证11010519491231002X，案件26004173还没办", &out,
                  mem);
    assert_string_equal(out.mentions, "26004173");
    understood_as("2026年6月1日停水，310户，11010519491231002Y", &out, mem);
    assert_null(out.mentions);
    talloc_free(mem);
}

static void the_language_is_that_of_the_letters(void **state)
{
    static const char *const untold[] = {
        "TD",
        "1",
        "STOP",
        "ok",
        "ང་ཚོའི་གྲོང་ཚོར་ཆུ་མེད།",                  /* Tibetan */
        "كەنتىمىزدە ئۈچ كۈندىن بېرى سۇ يوق", /* Uyghur */
        "kentimizde üch kündin béri su yoq",
        "ᠮᠠᠨᠤ ᠠᠶᠢᠯ ᠳᠤ ᠤᠰᠤ ᠦᠭᠡᠢ", /* Mongolian */
        "манай тосгонд ус алга",
        "ꀊꂿꇁ ꋌꀋꐥ ꀉꃀ ꑌꌠ", /* Yi */
        "women cun meiyou shui le, you ren guan ma",
        "das Wasser fehlt seit drei Tagen",
    };
    void *mem = talloc_new(NULL);
    struct understood out;

    (void)state;
    understood_as("村里没水了 help", &out, mem);
    assert_string_equal(out.language, "zh");
    understood_as("no water since Monday", &out, mem);
    assert_string_equal(out.language, "en");
    understood_as("New pipes in 聚粮村 leak", &out, mem);
    assert_string_equal(out.language, "en");
    for (size_t i = 0; i < sizeof untold / sizeof *untold; i++) {
        understood_as(untold[i], &out, mem);
        if (out.language)
            fail_msg("%s is %s", untold[i], out.language);
    }
    talloc_free(mem);
}

static void machines_are_told_from_people_by_their_numbers(void **state)
{
    static const char *const machines[] = { "10086", "106575020123", "+86106575020123",
                                            "95588", "12306",        "China Mobile",
                                            "CMCC",  "110",          "1069012345678",
                                            "" };
    static const char *const people[] = { "+8613800000000", "13800000000",    "8613800000000",
                                          "+12065550100",   "03578121234",    "+8603578121234",
                                          "8121234",        "008613800000000" };

    (void)state;
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        assert_true(sender_is_automatic(machines[i]));
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        assert_false(sender_is_automatic(people[i]));
}

static void a_topics_word_of_weight_nine_decides_against_the_model(void **state)
{
    void *mem = talloc_new(NULL);
    const char *directory = temporary_directory(mem), *error;
    struct understanding *other;
    struct understood out;
    FILE *file = fopen(talloc_asprintf(mem, "%s/topics.txt", directory), "w");

    (void)state;
    fputs("power\t9\t光伏水泵\nroad\t4\t路\n", file);
    fclose(file);
    other = make_understanding(directory, &error);
    assert_non_null(other);
    understand(other, mem, "我们村的光伏水泵坏了，自来水停了三天，吃水要到沟里挑", &out);
    assert_string_equal(out.topic, "power");
    understand(other, mem, "我们村的水泵坏了，自来水停了三天，吃水要到沟里挑", &out);
    assert_string_equal(out.topic, "water");
    talloc_free(other);
    talloc_free(mem);
}

static bool is_urgent(void *mem, const char *text)
{
    struct understood out;

    understood_as(text, &out, mem);
    return out.urgency == URGENCY_URGENT;
}

/* The table of danger alone hears all of these. */
static void words_of_danger_that_mean_none_ring_nobody_but_who_may_die_is_heard(void **state)
{
    static const char *const harmless[] = { "体育老师叫娃们跑得要断气才让歇，能不能按年龄来",
                                            "那座救命桥盼了三年还没修好，啥时候能通车",
                                            "卫生院的急救药柜锁着没人管，平时要买点药都不方便" };
    static const char *const heard[] = { "看病花得我要上吊了，异地报销到底啥时候能到账",
                                         "厨房着火了烟大得很，我娘还在里屋出不来" };
    void *mem = talloc_new(NULL);

    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (is_urgent(mem, harmless[i]))
            fail_msg("urgent: %s", harmless[i]);
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
        if (!is_urgent(mem, heard[i]))
            fail_msg("not urgent: %s", heard[i]);
    (void)state;
    talloc_free(mem);
}

static void a_directory_replaces_single_word_files(void **state)
{
    void *mem = talloc_new(NULL);
    const char *directory = temporary_directory(mem), *path, *error;
    struct understanding *other;
    struct understood out;
    FILE *file;

    (void)state;
    path = talloc_asprintf(mem, "%s/danger.txt", directory);
    file = fopen(path, "w");
    fputs("hazard\t10\t狼来了\n", file);
    fclose(file);
    fclose(fopen(talloc_asprintf(mem, "%s/subject.model", directory), "w")); /* the words alone */
    other = make_understanding(directory, &error);
    assert_non_null(other);
    understand(other, mem, "狼來了", &out);
    assert_int_equal(out.urgency, URGENCY_URGENT);
    understand(other, mem, "着火了", &out);
    assert_int_equal(out.urgency, URGENCY_NORMAL);
    talloc_free(other);

    file = fopen(path, "w");
    fputs("# danger\nfire\tmuch\t着火\n", file);
    fclose(file);
    assert_null(make_understanding(directory, &error));
    assert_string_equal(error, "danger.txt:2: not \"kind TAB weight TAB words\"");
    talloc_free((void *)error);
    talloc_free(mem);
}

static void a_unit_is_found_by_any_name_it_goes_by(void **state)
{
    static const struct {
        const char *name;
        int64_t unit;
    } names[] = { { "水务局", 200 }, { "浮山县水务局", 200 }, { "天坛", 10 },   { "天壇鎮", 10 },
                  { "槐埝乡", 13 },  { "槐埝村", 132 },       { "怀念乡", 13 }, { "北王镇。", 12 } };
    void *mem = talloc_new(NULL);
    struct place_found found;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        understanding_find_unit(understanding, mem, names[i].name, &found);
        assert_int_equal(found.unit, names[i].unit);
    }
    understanding_find_unit(understanding, mem, "高村", &found);
    assert_int_equal(found.how, PLACE_AMBIGUOUS);
    assert_int_equal(found.n_candidates, 2);
    understanding_find_unit(understanding, mem, "北王镇高村", &found);
    assert_int_equal(found.how, PLACE_NAMED);
    assert_int_equal(found.n_candidates, 0);
    understanding_find_unit(understanding, mem, "北王镇高村的水站", &found);
    assert_int_equal(found.how, PLACE_NONE);
    understanding_find_unit(understanding, mem, "教育局", &found);
    assert_int_equal(found.how, PLACE_NONE);
    understanding_find_unit(understanding, mem, "", &found);
    assert_int_equal(found.how, PLACE_NONE);
    talloc_free(mem);
}

static void *understand_often(void *arg)
{
    for (int i = 0; i < 50; i++) {
        void *mem = talloc_new(NULL);
        struct understood out;

        understand(understanding, mem, "怀念乡高村的水管爆了，電話13800000000", &out);
        if (out.place.unit != 130)
            *(bool *)arg = false;
        talloc_free(mem);
    }
    return NULL;
}

static void threads_share_one_understanding(void **state)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    bool is_right[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++) {
        is_right[i] = true;
        assert_int_equal(pthread_create(&threads[i], NULL, understand_often, &is_right[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(is_right[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_villagers_are_understood),
        cmocka_unit_test(a_title_in_the_greeting_alone_guards_nothing),
        cmocka_unit_test(the_body_begins_behind_brackets_and_greetings),
        cmocka_unit_test(six_digits_alone_are_a_code_and_one_or_two_a_choice),
        cmocka_unit_test(a_code_counts_with_polite_words_around_it),
        cmocka_unit_test(a_rating_keeps_its_remark_as_written),
        cmocka_unit_test(asking_to_be_heard_is_told_from_small_words_that_say_more),
        cmocka_unit_test(a_case_number_is_told_from_phones_and_identity_numbers),
        cmocka_unit_test(the_language_is_that_of_the_letters),
        cmocka_unit_test(machines_are_told_from_people_by_their_numbers),
        cmocka_unit_test(a_topics_word_of_weight_nine_decides_against_the_model),
        cmocka_unit_test(words_of_danger_that_mean_none_ring_nobody_but_who_may_die_is_heard),
        cmocka_unit_test(a_directory_replaces_single_word_files),
        cmocka_unit_test(a_unit_is_found_by_any_name_it_goes_by),
        cmocka_unit_test(threads_share_one_understanding),
    };

    return cmocka_run_group_tests(tests, make_tables, free_tables);
}
