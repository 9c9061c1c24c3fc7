/*
 * Random people send random texts. Whatever they send, a case changes state only as the table of transitions
 * says, every change leaves a step, and nobody hears of a case that they may not know of.
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

#include "gateway/calendar/calendar.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/villager.h"
#include "gateway/understand/keyword.h"
#include "store/steps.h"
#include "tests/support/world.h"

enum { TEXTS = 2000, MOST_CASES = 800, VILLAGERS = 6, CADRES = 8, SEEDS = 3 };

static const char *const villagers[VILLAGERS] = { "13934567001", "13934567002", "13934567003",
                                                  "13934567004", "13934567005", "13934567006" };
/* The first two may be accused by name. */
static const char *const cadres[CADRES] = { "13800000001", "13800000002", "13800000003", "13800000004",
                                            "13800000005", "13800000006", "13800000007", "13800000008" };
static const char *const people_lines[CADRES] = {
    "13800000001,李有田,村主任,cadre,141027100212",    "13800000002,赵长河,镇长,cadre leader,141027100",
    "13800000003,钱守信,接访员,cadre,office-petition", "13800000004,孙清正,纪检干事,cadre,office-discipline",
    "13800000005,周明远,县长,leader,141027",           "13800000006,吴督察,督查员,supervisor,141027",
    "13800000007,郑水生,科员,cadre,office-water",      "13800000008,林听雨,接听员,clerk,141027",
};

static const char *const complaints[] = {
    "聚粮村自来水停了三天了", "诸葛村的路坏了没人修", "邻居占了我家宅基地", "家里老人生病没钱看病",
    "李有田贪了低保钱",       "赵长河收了人家的钱",   "聚粮村的路灯坏了",   "学校围墙要倒了",
};

struct play {
    struct world *world;
    void *mem; /* of one text */
    unsigned seed;
    enum case_state states[MOST_CASES]; /* by id, as last seen */
    int64_t last_step, last_notice;
    char code[8]; /* the last one that was heard */
    const char *code_phone;
};

static unsigned draw(struct play *play, unsigned below)
{
    play->seed = play->seed * 1103515245u + 12345u;
    return (play->seed >> 16) % below;
}

static void make_county(struct world *world)
{
    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_unit(world, "141027100217,诸葛村委会,village,141027100");
    world_unit(world, "office-petition,信访接待中心,office,141027,petition");
    world_unit(world, "office-discipline,县纪委监委,department,141027,discipline");
    world_unit(world, "office-water,县水利局,department,141027");
    for (int i = 0; i < CADRES; i++)
        world_person(world, people_lines[i]);
}

static const char *some_number(struct play *play)
{
    struct case_ *case_ = NULL;

    assert_true(store_case(play->world->store, play->mem, 1 + draw(play, 16), &case_));
    return case_ ? case_->number : "26000010";
}

/* Replaces each # with the number of some case. */
static const char *filled(struct play *play, const char *form)
{
    char *text = talloc_strdup(play->mem, "");

    for (; *form; form++)
        text = *form == '#' ? talloc_strdup_append(text, some_number(play))
                            : talloc_strndup_append(text, form, 1);
    return text;
}

/* Words to follow a command, whether they suit it or not. */
static const char *some_words(struct play *play)
{
    static const char *const words[] = { "修好了",
                                         "it works again",
                                         "10天 等料",
                                         "5 days, parts are missing",
                                         "县水利局",
                                         "天坛镇",
                                         "民困 供水",
                                         "310户 1300人",
                                         "急",
                                         "3",
                                         "满意",
                                         "聚粮村井盖丢了",
                                         "12-01 12-07 13800000007",
                                         "3天",
                                         "下班",
                                         "李有田收了钱",
                                         "" };

    return words[draw(play, sizeof words / sizeof *words)];
}

/* Any command, by any of its words, with or without a number and words. */
static const char *any_command(struct play *play, const struct keyword_command *commands)
{
    const struct keyword_command *command = commands;
    size_t n = 0, spellings = 1;
    char *word;

    while (commands[n].words)
        n++;
    command = &commands[draw(play, (unsigned)n)];
    for (const char *at = command->words; *at; at++)
        spellings += *at == '|';
    word = talloc_strdup(play->mem, command->words);
    for (unsigned left = draw(play, (unsigned)spellings); left > 0; left--)
        strsep(&word, "|");
    word = strsep(&word, "|");
    if (command->takes & TAKES_NUMBERS)
        return filled(play, talloc_asprintf(play->mem, "%s # #", word));
    if (command->takes & TAKES_NUMBER && draw(play, 8) > 0)
        word = talloc_asprintf(play->mem, "%s #", word);
    if (command->takes & TAKES_PHONE)
        word = talloc_asprintf(play->mem, "%s %s", word, villagers[draw(play, VILLAGERS)]);
    if (command->takes & TAKES_RATING)
        return filled(play, talloc_asprintf(play->mem, "%s %u", word, 1 + draw(play, 4)));
    return filled(play, command->takes & TAKES_TEXT || draw(play, 8) == 0
                            ? talloc_asprintf(play->mem, "%s %s", word, some_words(play))
                            : word);
}

static const char *villager_text(struct play *play)
{
    static const char *const forms[] = { "查",     "查 #",   "补 # 还没好", "评 # 1",    "评 # 4 没修好",
                                         "重办 #", "复查 #", "撤 #",        "匿名 #",    "满意",
                                         "没解决", "谢谢",   "新",          "1",         "2",
                                         "退订",   "恢复",   "帮助",        "补 又坏了", "评 3" };

    if (draw(play, 3) == 0)
        return any_command(play, villager_commands);
    if (draw(play, 12) == 0)
        return talloc_asprintf(play->mem, "%s，第%u次", complaints[draw(play, 8)], draw(play, 1000));
    return filled(play, forms[draw(play, sizeof forms / sizeof *forms)]);
}

static const char *cadre_text(struct play *play)
{
    static const char *const forms[] = { "领 #",
                                         "领 #",
                                         "领 #",
                                         "领 #",
                                         "领 #",
                                         "领",
                                         "办结 # 修好了",
                                         "办结 # 已通水",
                                         "进度 # 明天修",
                                         "办结 已修好",
                                         "领 #",
                                         "进度 # 已派人",
                                         "办结 # 修好了",
                                         "解释 # 按规定办",
                                         "不受理 # 找法院",
                                         "退 # 不归我们",
                                         "回避 # 亲属",
                                         "转 # 县水利局",
                                         "转 # 天坛镇",
                                         "拆 # 路灯也坏了",
                                         "并 # #",
                                         "改类 # 民困",
                                         "延期 # 10天 等料",
                                         "定级 # 紧急",
                                         "定级 # 普通",
                                         "亮 #",
                                         "不亮 # 隐私",
                                         "包案 #",
                                         "催 #",
                                         "无涉 # 没有指控",
                                         "看 #",
                                         "我的",
                                         "待领",
                                         "超期",
                                         "值班",
                                         "撤销",
                                         "非诉求 #",
                                         "更多",
                                         "查 #",
                                         "代 13934567002 聚粮村井盖丢了" };

    if (draw(play, 3) == 0)
        return any_command(play, cadre_commands);
    return filled(play, forms[draw(play, sizeof forms / sizeof *forms)]);
}

/* Merged and ended cases also go back: an undone step restores the state before it, and an accusation makes
 * an ended case new again. */
static bool may_become(enum case_state from, enum case_state to)
{
#define TO(state) (1u << (state))
    static const unsigned next[] = {
        [CASE_NEW] = TO(CASE_IN_HAND) | TO(CASE_OUT_OF_SCOPE) | TO(CASE_MERGED) | TO(CASE_WITHDRAWN) |
                     TO(CASE_NO_COMPLAINT),
        [CASE_IN_HAND] = TO(CASE_NEW) | TO(CASE_CLOSED) | TO(CASE_EXPLAINED) | TO(CASE_OUT_OF_SCOPE) |
                         TO(CASE_MERGED) | TO(CASE_WITHDRAWN) | TO(CASE_NO_COMPLAINT),
        [CASE_CLOSED] = TO(CASE_RATED) | TO(CASE_IN_HAND) | TO(CASE_NEW),
        [CASE_RATED] = TO(CASE_IN_HAND) | TO(CASE_NEW),
        [CASE_EXPLAINED] = TO(CASE_IN_HAND) | TO(CASE_NEW),
        [CASE_OUT_OF_SCOPE] = TO(CASE_IN_HAND) | TO(CASE_NEW),
        [CASE_MERGED] = TO(CASE_IN_HAND) | TO(CASE_NEW) | TO(CASE_WITHDRAWN),
        [CASE_WITHDRAWN] = 0,
        [CASE_NO_COMPLAINT] = TO(CASE_NEW) | TO(CASE_IN_HAND),
    };

    return from == to || next[from] & TO(to);
}

static bool check_case(const struct case_ *case_, void *arg)
{
    struct play *play = arg;
    enum case_state *seen = &play->states[case_->id];

    assert_in_range(case_->id, 1, MOST_CASES - 1);
    if (!may_become(*seen, case_->state))
        fail_msg("%s went from %s to %s", case_->number, case_state_name(*seen),
                 case_state_name(case_->state));
    *seen = case_->state;
    if (case_->state == CASE_IN_HAND && !*case_->handler)
        fail_msg("%s is in hand without a handler", case_->number);
    if (case_->state == CASE_NEW && *case_->handler)
        fail_msg("%s is new although %s has it", case_->number, case_->handler);
    if (*case_->handler && !*case_->first_handler)
        fail_msg("%s lost its first handler", case_->number);
    if ((case_->state == CASE_MERGED) != (case_->merged_into != 0))
        fail_msg("%s: its state and merged_into disagree", case_->number);
    return true;
}

static bool is_villager(const char *phone)
{
    return strncmp(phone, "+861393456700", 13) == 0;
}

/* The case that this one was merged into, directly or through others; itself when it was not. */
static int64_t matter_of(struct play *play, const struct case_ *case_)
{
    int64_t id = case_->merged_into ? case_->merged_into : case_->id;
    struct case_ *next;

    for (int hops = 0; hops < 16; hops++) {
        assert_true(store_case(play->world->store, play->mem, id, &next));
        if (!next->merged_into)
            break;
        id = next->merged_into;
    }
    return id;
}

/* Whether this person has stepped back from the case. */
static bool has_recused(struct play *play, const struct case_ *case_, const char *phone)
{
    struct step *steps;
    size_t n;

    assert_true(store_steps(play->world->store, play->mem, case_->id, &steps, &n));
    for (size_t i = 0; i < n; i++)
        if (strcmp(steps[i].kind, "recused") == 0 && strstr(steps[i].actor, phone))
            return true;
    return false;
}

/* A case that accuses is known to the discipline office and the supervisor; to the county's leader once both
 * have stepped back. */
static bool may_know_accusation(struct play *play, const struct case_ *case_, const char *phone)
{
    return strstr(phone, cadres[3]) || strstr(phone, cadres[5]) ||
           (strstr(phone, cadres[4]) && has_recused(play, case_, cadres[3]) &&
            has_recused(play, case_, cadres[5]));
}

static bool may_know(struct play *play, const struct case_ *case_, const char *phone)
{
    struct case_filter filter = { .reporter = phone };
    struct case_ *own;
    size_t n;

    if (strcmp(case_->reporter, phone) == 0)
        return true;
    if (!is_villager(phone))
        return !case_->is_guarded || may_know_accusation(play, case_, phone);
    assert_true(store_cases(play->world->store, play->mem, &filter, &own, &n));
    for (size_t i = 0; i < n; i++)
        if (matter_of(play, &own[i]) == matter_of(play, case_))
            return true;
    return false;
}

static bool check_notice(const struct notice *notice, void *arg)
{
    struct play *play = arg;
    bool has_code = strcmp(notice->name, "confirm") == 0;
    bool is_about_known = strcmp(notice->name, "no-such-case") != 0 &&
                          strcmp(notice->name, "wrong-number") != 0 &&
                          strcmp(notice->name, "own-appeal") != 0 && strncmp(notice->name, "form-", 5) != 0 &&
                          strncmp(notice->name, "help", 4) != 0 &&
                          strcmp(notice->name, "carried-on") != 0 &&   /* theirs was merged into it before */
                          strcmp(notice->name, "split-done") != 0 &&   /* they filed it themselves */
                          strcmp(notice->name, "sent-up-done") != 0 && /* they took it away from themselves */
                          strncmp(notice->name, "help", 4) != 0 &&     /* its examples have a number */
                          strcmp(notice->name, "filed-done") != 0;

    play->last_notice = notice->id;
    for (const char *at = notice->text; has_code && *at;) {
        size_t digits = strspn(at, "0123456789");

        if (digits == 6) {
            snprintf(play->code, sizeof play->code, "%.6s", at);
            play->code_phone = talloc_strdup(play->world, notice->to + 3);
        }
        at += digits ? digits : 1;
    }
    for (const char *at = strstr(notice->text, "26"); at && is_about_known; at = strstr(at + 1, "26")) {
        struct case_ *case_ = NULL;

        if (strspn(at, "0123456789") != 8)
            continue;
        assert_true(
            store_case_by_number(play->world->store, play->mem, talloc_strndup(play->mem, at, 8), &case_));
        if (case_ && !may_know(play, case_, notice->to))
            fail_msg("%s hears of %s: %s", notice->to, case_->number, notice->text);
        if (case_ && case_->is_anonymous && !is_villager(notice->to) &&
            strstr(notice->text, case_->reporter + 3))
            fail_msg("%s learns who %s is from", notice->to, case_->number);
    }
    for (int i = 0; i < VILLAGERS; i++)
        if (is_villager(notice->to) && strstr(notice->text, villagers[i]))
            fail_msg("%s learns a number: %s", notice->to, notice->text);
    return true;
}

static void check_all(struct play *play)
{
    struct case_filter every_case = { .states = (1u << CASE_STATES) - 1 };
    struct notice_filter new_notices = { .after_id = play->last_notice };

    assert_true(store_each_case(play->world->store, &every_case, check_case, play));
    assert_true(store_each_notice(play->world->store, &new_notices, check_notice, play));
}

/* The network delivers the text once more, which must do nothing. */
static void bring_again(struct play *play, const struct event *event)
{
    struct event again = *event;

    assert_true(store_begin(play->world->store, 1000));
    again.id = 0;
    assert_true(store_add_event(play->world->store, &again));
    assert_int_equal(again.id, 0);
    assert_true(store_commit(play->world->store));
}

static void say(struct play *play, const char *phone, const char *text)
{
    struct event *event = world_text(play->mem, play->world, phone, text);

    if (draw(play, 20) == 0)
        bring_again(play, event);
}

static void say_something(struct play *play)
{
    if (*play->code && draw(play, 8) > 0) {
        say(play, play->code_phone, play->code);
        *play->code = '\0';
    } else if (draw(play, 3) == 0) {
        say(play, villagers[draw(play, VILLAGERS)], villager_text(play));
    } else {
        say(play, cadres[draw(play, CADRES)], cadre_text(play));
    }
}

static void pass_time(struct play *play)
{
    struct due due = { .is_confirmed = true };

    play->world->now += draw(play, 8) == 0 ? 86400 * draw(play, 2) : 60 * draw(play, 12);
    if (draw(play, 40) == 0) {
        due.at = play->world->now;
        world_do(play->world, calendar_due, &due, false);
    }
}

static void play_seed(unsigned seed)
{
    void *mem = talloc_new(NULL);
    struct play play = { .world = world_new(mem), .seed = seed };

    make_county(play.world);
    world_time(play.world, "2026-01-05 09:00");
    for (int i = 0; i < TEXTS; i++) {
        /* numbers of one year only, so that they can be told by their first digits */
        if (play.world->now > 1798700000)
            break;
        play.mem = talloc_new(mem);
        say_something(&play);
        check_all(&play);
        pass_time(&play);
        talloc_free(play.mem);
    }
    talloc_free(mem);
}

/* XIANGYIN_SEED is the first seed, XIANGYIN_SEEDS how many. */
static void whatever_is_said_a_case_keeps_to_its_life(void **state)
{
    const char *first = getenv("XIANGYIN_SEED"), *seeds = getenv("XIANGYIN_SEEDS");
    unsigned seed = first ? (unsigned)strtoul(first, NULL, 10) : 1;

    (void)state;
    for (long left = seeds ? atol(seeds) : SEEDS; left > 0; left--)
        play_seed(seed++);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(whatever_is_said_a_case_keeps_to_its_life) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
