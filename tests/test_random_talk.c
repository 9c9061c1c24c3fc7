/*
 * Random conversations: whatever villagers and cadres text, in whatever situation, no text of a person is
 * left without a case, an answer or a reason in its event, and danger never without a case and a number to
 * call. XIANGYIN_SEED plays others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/events.h"
#include "tests/support/world.h"

#define CADRE "13800000001"
#define LEADER "13800000002"

enum { CONVERSATIONS = 300, TEXTS = 12, NEIGHBOURS = 2, COMPLAINTS = 9 };

enum text { ANYTHING, COMPLAINT, DANGER };

/* COMPLAINTS first. */
static const char *const villagers[] = {
    "聚粮村自来水停了三天了",
    "村里路坏了没人修",
    "我家低保被取消了，不知道为啥",
    "聚粮村李有田把救灾款分给他亲戚了",
    "天坛镇政府不作为，推来推去",
    "1 村里路坏了没人修",
    "满意 但是水没来",
    "前天下雨把我家后墙",
    "给冲塌了 一家五口没地方住 求政府帮帮我们",
    "1",
    "2",
    "3",
    "4",
    "0",
    "12345",
    "123456",
    "满意",
    "不满意",
    "满意个屁",
    "基本满意，谢谢",
    "没修好，还是不行",
    "修好了 灯亮了",
    "根本没人来",
    "好的",
    "嗯",
    "收到",
    "谢谢",
    "谢谢领导",
    "您好",
    "在吗",
    "你是谁啊咋有我号码",
    "打错了",
    "妈我到了",
    "好人一生平安",
    "哈哈哈",
    "？？",
    "。",
    "👍",
    "abc",
    "ok",
    "查",
    "查 {n}",
    "我那事咋样了",
    "催一下",
    "补 一共三十户",
    "补 {n} 一共三十户",
    "撤",
    "撤 {n}",
    "不用管了 自己解决了",
    "重办",
    "复查",
    "评 3",
    "评 {n} 1",
    "匿名",
    "别说是我说的",
    "新",
    "新 小学围墙倒了",
    "帮助",
    "？",
    "退订",
    "恢复",
    "别再发短信了",
    "聚粮村",
    "天坛镇",
    "不是聚粮村，是仁彰村",
    "{code}",
    "不是",
    "是",
    "stop",
    "The water has been cut off for three days",
    "办结 {n} 修好了",
    "领 {n}",
};

static const char *const cadres[] = {
    "领 {n}",
    "领",
    "进度 {n} 已派人去修",
    "办结 {n} 修好了",
    "{code}",
    "退 {n} 不归我管",
    "已派人去修",
    "我的",
    "待领",
    "超期",
    "更多",
    "是",
    "不是",
    "1",
    "值班",
    "值班 下班",
    "错",
    "统计",
    "看 {n}",
    "好的",
    "收到",
    "转 {n} 天坛镇",
    "延期 {n} 10 等配件",
    "不受理 {n} 归电力公司",
    "催 {n}",
    "包案 {n}",
    "改类 {n} 民困",
    "{n} 已联系水利局",
    "结案 {n} 已修好",
    "批示 {n} 请抓紧",
    "谢谢",
    "非诉求 {n}",
    "亮 {n}",
    "不亮 {n} 涉及隐私",
    "代 13934569999 聚粮村路灯坏了",
    "请假",
    "123456",
    "聚粮村的路坏了",
    "改地 {n} 聚粮村",
    "解释 {n} 政策规定如此",
};

static const char *const dangers[] = { "喝农药了",     "着火了 快来人",     "我不想活了",
                                       "孩子掉井里了", "老公打我 头打破了", "煤烟中毒了 叫不醒",
                                       "1 家里着火了" };

struct play {
    struct world *world;
    uint64_t random;
    char code[7]; /* the last that a cadre or villager heard */
    int told, kept;
};

static unsigned draw(struct play *play, size_t below)
{
    play->random = play->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((play->random >> 33) % below);
}

/* Whether the phone hears anything; a code in it is kept. *number: something to call stands in it. */
static bool hears(void *mem, struct play *play, const char *phone, bool *number)
{
    const char *heard, *code;
    bool is_told = false;

    *number = false;
    while ((heard = world_hear(mem, play->world, phone))) {
        is_told = true;
        *number |= strstr(heard, "110") || strstr(heard, "119") || strstr(heard, "120");
        code = strstr(heard, "请回");
        if (code && strspn(code + strlen("请回"), "0123456789") == 6)
            memcpy(play->code, code + strlen("请回"), 6);
    }
    return is_told;
}

/* The text with {n} and {code} filled in. */
static const char *filled(void *mem, struct play *play, const char *text)
{
    struct case_ *newest = world_case(mem, play->world);
    const char *hole = strchr(text, '{');
    const char *word = hole && hole[1] == 'n' ? (newest ? newest->number : "26000010") : play->code;

    return hole ? talloc_asprintf(mem, "%.*s%s%s", (int)(hole - text), text, word, strchr(hole, '}') + 1)
                : text;
}

static void say(struct play *play, const char *phone, const char *words, enum text kind)
{
    void *mem = talloc_new(NULL);
    const char *text = filled(mem, play, words);
    bool names_number, is_told;
    struct event *event;

    hears(mem, play, phone, &names_number);
    event = world_text(mem, play->world, phone, text);
    is_told = hears(mem, play, phone, &names_number);
    play->told += is_told;
    play->kept += !is_told && !event->case_id;
    if (strcmp(event->outcome, "failed") == 0)
        fail_msg("%s failed: %s", text, event->why);
    if (!is_told && !event->case_id && !(event->why && *event->why))
        fail_msg("%s: no case, no answer and no reason (%s)", text, event->outcome);
    if (kind == COMPLAINT && !is_told && !event->case_id)
        fail_msg("%s: a complaint without a case or an answer (%s)", text, event->why);
    if (kind == DANGER && !(event->case_id && names_number))
        fail_msg("%s: danger without %s", text, event->case_id ? "a number to call" : "a case");
    talloc_free(mem);
}

static void say_any(struct play *play, const char *phone)
{
    unsigned i = draw(play, sizeof villagers / sizeof *villagers);

    say(play, phone, villagers[i], i < COMPLAINTS ? COMPLAINT : ANYTHING);
}

static void converse(struct play *play, int conversation)
{
    static const char *const pauses[] = { "+30s", "+2m", "+20m", "+3h", "+1d", "+4d" };

    for (int i = 0; i < TEXTS; i++) {
        char phone[16];
        unsigned who = draw(play, 10);

        snprintf(phone, sizeof phone, "139%08d", conversation * NEIGHBOURS + (int)draw(play, NEIGHBOURS));
        if (who == 0)
            say(play, phone, dangers[draw(play, sizeof dangers / sizeof *dangers)], DANGER);
        else if (who < 7)
            say_any(play, phone);
        else
            say(play, who == 9 ? LEADER : CADRE, cadres[draw(play, sizeof cadres / sizeof *cadres)],
                ANYTHING);
        world_time(play->world, pauses[draw(play, sizeof pauses / sizeof *pauses)]);
    }
}

static void no_text_is_left_without_a_case_an_answer_or_a_reason(void **state)
{
    const char *seed = getenv("XIANGYIN_SEED");
    struct play play = { .world = *state, .random = seed ? strtoull(seed, NULL, 10) : 1, .code = "505843" };

    for (int i = 0; i < CONVERSATIONS; i++)
        converse(&play, i);
    print_message("# %d of %d texts answered at once, %d kept for a reason\n", play.told,
                  CONVERSATIONS * TEXTS, play.kept);
}

static int make_world(void **state)
{
    struct world *world = world_new(talloc_new(NULL));

    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_person(world, CADRE ",李有田,村主任,cadre,141027100212");
    world_person(world, LEADER ",赵长河,镇长,cadre leader,141027100");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(
        no_text_is_left_without_a_case_an_answer_or_a_reason, make_world, end_world) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
