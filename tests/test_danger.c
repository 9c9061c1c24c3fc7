#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/understand/danger.h"
#include "gateway/understand/text/wordfile.h"

static struct normaliser *normaliser;
static struct danger_words *words;

static struct danger_found found_in(const char *text)
{
    void *mem = talloc_new(NULL);
    struct danger_found found;
    struct normal normal;

    normalise(normaliser, mem, text, &normal);
    danger_read(words, mem, &normal, &found);
    talloc_free(mem);
    return found;
}

static void each_danger_has_its_kind(void **state)
{
    static const struct {
        const char *text;
        enum danger kind;
        bool is_hurt;
    } texts[] = {
        { "喝农药了", DANGER_POISON, false },
        { "我想死", DANGER_SELF_HARM, false },
        { "再不给我就不活了", DANGER_SELF_HARM, false },
        { "没人管我我就去跳水库", DANGER_SELF_HARM, false },
        { "不如死了算了", DANGER_SELF_HARM, false },
        { "有人掉水库里了", DANGER_DROWNING, false },
        { "心口疼喘不上气 电话打不通", DANGER_ILLNESS, true },
        { "我今年10岁我爸爸打我妈妈", DANGER_CHILDREN, false },
        { "我被爸爸打 我10岁", DANGER_CHILDREN, false },
        { "老师摸我", DANGER_CHILDREN, false },
        { "丈夫打我 头打破了", DANGER_HOME, true },
        { "老公打我", DANGER_HOME, false },
        { "我被人强奸了", DANGER_VIOLENCE, false },
        { "有人拿刀砍人", DANGER_VIOLENCE, false },
        { "我要杀了村长", DANGER_THREAT, false },
        { "着火了 辛庄村东头 快来人", DANGER_FIRE, false },
        { "着火了，有人受伤", DANGER_FIRE, true },
        { "煤气泄漏，快来", DANGER_GAS, false },
        { "房子塌了压住人了", DANGER_COLLAPSE, false },
        { "孩子掉井里了", DANGER_TRAPPED, false },
        { "误喝了半碗农药", DANGER_POISON, false },
        { "我妈不见了", DANGER_MISSING, false },
        { "腿上直流血，快来人", DANGER_INJURY, true },
        { "触电了", DANGER_HAZARD, false },
        { "三天没吃的了，我瘫着，求求给口吃的", DANGER_NEED, false },
        { "煤氣洩漏", DANGER_GAS, false },
        { "gas leak at school", DANGER_GAS, false },
        { "打了我 报警没人来", DANGER_VIOLENCE, false },
        { "俺孙女三天没回来了 手机关机", DANGER_MISSING, false },
        { "打过来了 救命", DANGER_NEED, false },
        { "洪水冲过来了", DANGER_HAZARD, false },
        { "火石村着火了", DANGER_FIRE, false },
        { "山火过了防火道 往村里来", DANGER_FIRE, false },
        { "I want to die", DANGER_SELF_HARM, false },
        { "今早窑顶又掉了一大块，差点砸着她", DANGER_COLLAPSE, false },
        { "水库水快跟坝一样平了", DANGER_HAZARD, false },
        { "村头变电箱门开着，小孩在那玩", DANGER_HAZARD, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct danger_found found = found_in(texts[i].text);

        if (found.kind != texts[i].kind || found.is_hurt != texts[i].is_hurt)
            fail_msg("%s is taken for %s", texts[i].text, danger_name(found.kind));
    }
}

static void what_was_is_feared_denied_or_talked_about_is_no_danger(void **state)
{
    static const char *const texts[] = {
        "煤气中毒过，现在头疼",
        "井里淹死过人 该盖盖子",
        "洪水桥的路灯不亮",
        "泥石流沟村的班车停了",
        "梦见房塌了 心里不踏实",
        "希望别再出人命 装个红绿灯",
        "去年着火烧了房子，补助没给",
        "前年修的桥塌了没人管",
        "去年我爸煤气中毒住院报销不了",
        "房子是去年着火烧的",
        "怕着火，电线太乱",
        "担心房子塌了",
        "没着火，就是冒了点烟",
        "没有人受伤",
        "孩子没丢，就是学校太远",
        "村里消防演练啥时候搞",
        "防火通道被堵了",
        "火灾保险怎么赔",
        "上次走丢的老人找到了，谢谢",
        "门前的路灯不亮，晚上怕摔着老人",
        "没水吃",
        "警察来了，把打人的带走了",
        "出水了出水了 麦子浇上了",
        "喝了口水就走了",
        "我家水管坏了三天没人修",
        "急死人了，路灯还不修",
        "fire drill at school",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (found_in(texts[i]).kind)
            fail_msg("%s is taken for %s", texts[i], danger_name(found_in(texts[i]).kind));
    assert_int_equal(found_in("去年着火的事还没赔，现在又着火了").kind, DANGER_FIRE);
}

static void what_is_over_is_no_danger_but_what_comes_after_is(void **state)
{
    static const struct {
        const char *text;
        enum danger kind;
    } texts[] = {
        { "刚才着火了，扑灭了", DANGER_NONE },
        { "刚才着火了，还没扑灭", DANGER_FIRE },
        { "老人走丢了，找到了，谢谢", DANGER_NONE },
        { "还没找到孩子", DANGER_MISSING },
        { "我妈已经送到医院了 现在没事了 想问报销", DANGER_NONE },
        { "火灭了，我爹喘不上气了", DANGER_ILLNESS },
        { "昨天着火，扑灭了，今天又着火了", DANGER_FIRE },
        { "老人摔了一跤 上个月的事 现在好了 想装个扶手", DANGER_NONE },
        { "虚惊一场 没有人落水", DANGER_NONE },
        { "我妈喝农药了快派车谢谢", DANGER_POISON },
        { "谢谢你们上次救火", DANGER_NONE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (found_in(texts[i].text).kind != texts[i].kind)
            fail_msg("%s is taken for %s", texts[i].text, danger_name(found_in(texts[i].text).kind));
}

static void what_befalls_an_animal_or_a_thing_is_no_danger(void **state)
{
    static const char *const texts[] = { "羊掉沟里摔死了 有没有赔偿", "手机掉井里了 能捞不",
                                         "牛圈塌了 压死两头牛 有补助没", "牲口中毒死了 谁管" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(found_in(texts[i]).kind, DANGER_NONE);
        assert_true(found_in(texts[i]).is_dismissed);
    }
    assert_int_equal(found_in("放羊的掉沟里了").kind, DANGER_TRAPPED);
    assert_int_equal(found_in("牛圈着火了").kind, DANGER_FIRE);
    assert_int_equal(found_in("有人往井里倒药了 羊喝了就死").kind, DANGER_POISON);
}

/* Only hinted, beside what is denied; and in a petition a page long. */
static void a_hint_is_not_enough_beside_a_denial_or_in_a_long_text(void **state)
{
    static const char petition[] =
        "我村二十年前修的水渠早已失修，沿渠三百亩地浇不上水，群众多次向镇里和县里反映"
        "，一直没有结果，前后来了三拨人测量，图也画了，款却不见下来，望能安排专项资金。"
        "渠边的老房也有一面墙塌了";

    (void)state;
    assert_int_equal(found_in("没着火 就是烧秸秆冒烟 呛得慌 能不能管管").kind, DANGER_NONE);
    assert_int_equal(found_in("冒烟 呛得慌").kind, DANGER_FIRE);
    assert_int_equal(found_in(petition).kind, DANGER_NONE);
    assert_int_equal(found_in("渠边的老房有一面墙塌了").kind, DANGER_COLLAPSE);
}

/* Every word of danger of the table, with a plea and said now; and the same in what was. */
static bool try_row(const struct word_row *row, void *arg)
{
    static const char *const helpers[] = { "hurt",  "plea", "now", "frail", "calm", "past", "fear",
                                           "about", "over", "not", "hide",  "one",  "beast" };
    char text[512];
    int *tried = arg;

    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++)
        if (strcmp(helpers[i], row->kind) == 0)
            return true;
    snprintf(text, sizeof text, row->word[0] & 0x80 ? "快来人，%s" : "%s", row->word);
    if (!found_in(text).kind)
        fail_msg("%s is no danger", text);
    snprintf(text, sizeof text, "去年%s", row->word);
    if (found_in(text).kind)
        fail_msg("%s is danger", text);
    ++*tried;
    return true;
}

static void each_row_of_the_table_is_danger_now_and_none_last_year(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error = NULL;
    int tried = 0;

    (void)state;
    assert_true(wordfile_each(mem, NULL, "danger.txt", try_row, &tried, &error));
    assert_true(tried > 500);
    talloc_free(mem);
}

/* ../shared/data/texts-train.tsv: category, topic, urgent, accuses, text. */
static void urgent_texts_are_found_and_others_are_not(void **state)
{
    FILE *file = fopen("../shared/data/texts-train.tsv", "r");
    int n[2] = { 0 }, found[2] = { 0 };
    char line[8192], urgent, accuses;
    int at;

    (void)state;
    if (!file) {
        printf("# left out: ../shared/data/texts-train.tsv\n");
        return;
    }
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "%*[^\t]\t%*[^\t]\t%c\t%c\t%n", &urgent, &accuses, &at) == 2) {
            n[urgent == '1']++;
            found[urgent == '1'] += found_in(line + at).kind != DANGER_NONE;
        }
    fclose(file);
    printf("# danger: %d of %d urgent texts, %d of %d others\n", found[1], n[1], found[0], n[0]);
    assert_int_equal(n[1], 97);
    assert_true(found[1] * 100 >= n[1] * 90);
    assert_true(found[0] * 100 <= n[0] * 5);
}

static int set_up(void **state)
{
    const char *error;

    *state = talloc_new(NULL);
    normaliser = normaliser_new(*state, &error);
    words = danger_words_new(*state, NULL, &error);
    return words ? 0 : -1;
}

static int tear_down(void **state)
{
    talloc_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_danger_has_its_kind),
        cmocka_unit_test(what_was_is_feared_denied_or_talked_about_is_no_danger),
        cmocka_unit_test(what_is_over_is_no_danger_but_what_comes_after_is),
        cmocka_unit_test(what_befalls_an_animal_or_a_thing_is_no_danger),
        cmocka_unit_test(a_hint_is_not_enough_beside_a_denial_or_in_a_long_text),
        cmocka_unit_test(each_row_of_the_table_is_danger_now_and_none_last_year),
        cmocka_unit_test(urgent_texts_are_found_and_others_are_not),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
