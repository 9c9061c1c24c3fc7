/* Art. 30: which texts accuse an official or a public body, and whom they mean. */
#include "gateway/understand/accused.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/support.h"

#include <cmocka.h>

static const struct person village_head = { .name = "李有田", .title = "村主任" };
static const struct person secretary = { .name = "陈大山", .title = "支部书记" };
static const struct person supervisor = { .name = "吴督察", .title = "督查室主任" };
static const struct unit discipline = {
    .id = 9, .name = "县纪委监委", .level = UNIT_DEPARTMENT, .duty = "discipline"
};
static const struct unit township = { .id = 2, .name = "天坛镇", .level = UNIT_TOWNSHIP, .duty = "" };

static int set_up(void **state)
{
    static const char *const cadres[] = { "李有田", "陈大山", "吴督察" };
    const struct understanding_source source = { .cadres = cadres, .n_cadres = 3 };
    const char *error;

    *state = understanding_new(NULL, &source, &error);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    talloc_free(*state);
    return 0;
}

static bool accuses(void *understanding, const char *text)
{
    void *mem = talloc_new(NULL);
    struct understood understood;
    bool is_so;

    understand(understanding, mem, text, &understood);
    is_so = understood.is_guarded;
    talloc_free(mem);
    return is_so;
}

static void whoever_accuses_is_heard_in_nine_of_ten_texts(void **state)
{
    FILE *corpus = fopen("tests/corpus/accusations.tsv", "r");
    char *line = NULL;
    size_t size = 0, n[2] = { 0 }, restricted[2] = { 0 };

    assert_non_null(corpus);
    while (getline(&line, &size, corpus) > 0) {
        int label = *line - '0';

        if (*line == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        n[label]++;
        restricted[label] += accuses(*state, line + 2);
    }
    fclose(corpus);
    free(line);
    print_message("# recall %zu of %zu, others restricted %zu of %zu\n", restricted[1], n[1], restricted[0],
                  n[0]);
    assert_true(n[1] > 200 && n[0] > 1000);
    assert_true(restricted[1] * 100 >= n[1] * 90);
    assert_true(restricted[0] * 100 <= n[0] * 10);
}

static void an_accusation_is_heard_however_it_is_worded(void **state)
{
    static const char *const texts[] = {
        "聚粮村李有田把低保给了自己亲戚", /* registered name */
        "聚粮村李友田收钱才办低保",       /* a homophone */
        "李有畋贪污低保款",               /* another character of the same sound */
        "李 有 田贪污低保款",             /* spaces */
        "李右天贪污低保款",               /* homophones but for one */
        "聚粮村liyoutian欺负人",          /* in Latin letters */
        "聚粮村li you tian 欺负人",
        "聚粮村LYT吃了我们的占地款", /* initials */
        "聚粮村L有田吃低保",
        "聚粮村cun zhang 不给开证明",     /* a title in Latin letters */
        "聚粮村土皇上，谁不听话断谁的水", /* no name at all */
        "Li Youtian took my land subsidy, Juliang village",
        "警察来了也不管，就在一边看着",
        "咱村那个管事的把救灾面卖了",
        "管章的不给盖章，要两瓶酒",
        "镇上那个胖子拿了砖厂的钱",
        "东陈村大山叔把救灾款分给他家亲戚了",   /* a nickname */
        "聚粮村李主任收了我的钱",               /* surname and office */
        "聚粮村李主人欺负人，占我家宅基地",     /* an office as it sounds */
        "聚粮村黎主任打了我",                   /* a surname as it sounds */
        "有田那小子拿了维修款，分给他亲戚",     /* a given name alone */
        "聚粮村村委会把扶贫款私分了",           /* a body */
        "天坛镇政府的人收了开发商的钱强拆我家", /* people of a body */
        "县纪委监委的领导收了李家的钱，压案不查",
        "派出所的人打人",
        "大队里的人打了我 说我乱告状",
        "响水河镇政府不作为 推来推去",
        "俺家那口子让打了 派出所不立案",
        "报了三回警 民警不出警",
        "东陈村村里人收钱才给办低保 不给钱就不给报", /* no name at all */
        "现在村里不给我家放水 说谁告状就断谁的水 他们是打击报复",
        "没解决，李有田收了我两千块钱才肯来",
        "李有田威胁我不许再告",
        "尊敬的领导您好，我们村主任贪污修路款", /* greeted first */
        "感谢李主任修路，可他贪污了修路款",     /* thanked first */
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!accuses(*state, texts[i]))
            fail_msg("does not accuse: %s", texts[i]);
}

static void courtesy_thanks_and_plain_needs_accuse_nobody(void **state)
{
    static const char *const texts[] = {
        "尊敬的李有田主任您好，聚粮村自来水停了三天了",
        "李有田主任您好，谢谢您昨天来看，水管还是漏",
        "谢谢李有田主任昨天来看，水管还是漏",
        "感谢诸葛村书记帮我家修了房",
        "我家有田三亩，水渠堵了浇不上",
        "村里路灯不亮了，麻烦修一下",
        "自来水停了三天了，镇上能不能送点水",
        "孩子上学路远，学校能不能派车",
        "我家低保怎么办理，要去哪个窗口",
        "警察来了，把偷羊的带走了",
        "查一下我的事",
        "撤了吧",
        "谢谢领导",
        "找了三天没个管事的，路还是不通",
        "范家坡的",
        "There is a leak in the daily trip bus",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (accuses(*state, texts[i]))
            fail_msg("accuses nobody: %s", texts[i]);
}

static bool means(void *understanding, const char *text, const struct person *person)
{
    void *mem = talloc_new(NULL);
    bool is_so = accused_person(accused_read(understanding, mem, text), person);

    talloc_free(mem);
    return is_so;
}

static void a_person_is_meant_by_name_sound_nickname_and_title(void **state)
{
    assert_true(means(*state, "李有田收钱", &village_head));
    assert_true(means(*state, "李友田收钱", &village_head));
    assert_true(means(*state, "李 有 田收钱", &village_head));
    assert_true(means(*state, "liyoutian收钱", &village_head));
    assert_true(means(*state, "Li You Tian收钱", &village_head));
    assert_true(means(*state, "李youtian收钱", &village_head));
    assert_true(means(*state, "LYT收钱", &village_head));
    assert_true(means(*state, "L有田收钱", &village_head));
    assert_true(means(*state, "li zhuren收钱", &village_head));
    assert_false(means(*state, "wang zhuren收钱", &village_head));
    assert_false(means(*state, "the daily trip", &village_head));
    assert_false(means(*state, "LYTX收钱", &village_head));
    assert_true(means(*state, "有田叔收钱", &village_head));
    assert_true(means(*state, "有田那小子收钱", &village_head));
    assert_true(means(*state, "李主任收钱", &village_head));
    assert_true(means(*state, "李主人收钱", &village_head));
    assert_true(means(*state, "我要反映\n大山叔分了救灾款", &secretary));
    assert_true(means(*state, "县督查室主任收了开发商的钱", &supervisor));
    assert_false(means(*state, "尊敬的李有田主任您好，王大明收钱", &village_head));
    assert_false(means(*state, "王主任收钱", &village_head));
    assert_false(means(*state, "自来水停了", &supervisor));
}

static bool means_unit(void *understanding, const char *text, const struct unit *unit)
{
    void *mem = talloc_new(NULL);
    bool is_so = accused_unit(accused_read(understanding, mem, text), unit);

    talloc_free(mem);
    return is_so;
}

static void a_body_is_meant_unless_it_is_asked_to_act(void **state)
{
    assert_true(means_unit(*state, "县纪委监委的领导收了李家的钱", &discipline));
    assert_true(means_unit(*state, "纪委的人压案不查", &discipline));
    assert_true(means_unit(*state, "天坛镇的人收了钱", &township));
    assert_false(means_unit(*state, "村主任贪污，请纪委来查", &discipline));
    assert_true(means_unit(*state, "请纪委来查，可纪委的人收了钱", &discipline));
    assert_false(means_unit(*state, "村主任贪污", &discipline));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_accuses_is_heard_in_nine_of_ten_texts),
        cmocka_unit_test(an_accusation_is_heard_however_it_is_worded),
        cmocka_unit_test(courtesy_thanks_and_plain_needs_accuse_nobody),
        cmocka_unit_test(a_person_is_meant_by_name_sound_nickname_and_title),
        cmocka_unit_test(a_body_is_meant_unless_it_is_asked_to_act),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
