/*
 * Art. 30, act by act: whatever a reporter may do to a case, in each of its states, an accusation in the
 * words takes it from the accused, who neither hears of it nor finds it again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/lifecycle.h"
#include "gateway/case/standing.h"
#include "tests/support/world.h"

#define VILLAGER "13934567001"
#define ACCUSED "13800000001"
#define TOWNSHIP "13800000002"
#define DISCIPLINE "13800000004"
#define SUPERVISOR "13800000006"
#define NUMBER "26000010"

/* Danger too, which is told at once to whoever should act, and a place, which may choose other people. */
static const struct accusation {
    const char *words;
    const char *barred[4]; /* phones of who must not know */
    const char *above;     /* of who must */
} accusations[] = {
    { "聚粮村着火了，李有田收了两千块钱不管", { ACCUSED, TOWNSHIP }, DISCIPLINE },
    { "聚粮村着火了，督查室的吴督察收了两千块钱不管", { ACCUSED, TOWNSHIP, SUPERVISOR }, DISCIPLINE },
    { "聚粮村着火了，督查室主任收了两千块钱不管", { ACCUSED, TOWNSHIP, SUPERVISOR }, DISCIPLINE },
    { "聚粮村着火了，县纪委的人收了两千块钱不管", { ACCUSED, TOWNSHIP, DISCIPLINE }, SUPERVISOR },
};

static struct world *make_world(void)
{
    struct world *world = world_new(talloc_new(NULL));

    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_unit(world, "fushan-discipline,县纪委监委,department,141027,discipline");
    world_person(world, ACCUSED ",李有田,村主任,cadre,141027100212");
    world_person(world, TOWNSHIP ",赵长河,镇长,cadre leader,141027100");
    world_person(world, DISCIPLINE ",孙清正,纪检干事,cadre,fushan-discipline");
    world_person(world, SUPERVISOR ",吴督察,督查室主任,supervisor,141027");
    return world;
}

/* One step by somebody, with words. */
struct taking {
    enum act act;
    const char *phone, *words;
    struct action action;
};

static bool take(struct turn *turn, void *arg)
{
    struct taking *taking = arg;
    struct action *action = &taking->action;
    struct understood *understood = talloc(turn->mem, struct understood);
    struct person *by;

    if (!store_person(turn->store, turn->mem, taking->phone, &by) ||
        !store_case_by_number(turn->store, turn->mem, NUMBER, &action->case_))
        return false;
    understand(turn->understanding, turn->mem, taking->words, understood);
    action->act = taking->act;
    action->by = by;
    action->words = taking->words;
    action->line = "village";
    action->rating = 3;
    action->understood = understood;
    return cases_take(turn, action);
}

static enum refusal act(struct world *world, enum act act, const char *phone, const char *words)
{
    struct taking taking = { .act = act, .phone = phone, .words = words };

    world_do(world, take, &taking, false);
    return taking.action.refusal;
}

static bool merge(struct turn *turn, void *arg)
{
    struct action *action = arg;
    struct case_ *other;
    struct person *by;

    if (!store_person(turn->store, turn->mem, "+86" ACCUSED, &by) ||
        !store_case_by_number(turn->store, turn->mem, NUMBER, &action->case_) ||
        !store_case_by_number(turn->store, turn->mem, "26000029", &other))
        return false;
    action->act = ACT_MERGE;
    action->by = by;
    action->other = other;
    return cases_take(turn, action);
}

/* A case about water in the village whose head is accused later, brought to a state by him. */
static void bring_to(struct world *world, enum case_state state)
{
    struct action merging = { 0 };

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, "13934567002", "聚粮村的水也停了三天了");
    world_time(world, "+1h");
    if (state != CASE_NEW && state != CASE_WITHDRAWN)
        act(world, ACT_ACCEPT, "+86" ACCUSED, "");
    if (state == CASE_CLOSED || state == CASE_RATED)
        act(world, ACT_CLOSE, "+86" ACCUSED, "修好了");
    if (state == CASE_RATED)
        act(world, ACT_RATE, "+86" VILLAGER, "3");
    if (state == CASE_EXPLAINED)
        act(world, ACT_EXPLAIN, "+86" ACCUSED, "按规定");
    if (state == CASE_OUT_OF_SCOPE)
        act(world, ACT_REFUSE, "+86" ACCUSED, "归水利局");
    if (state == CASE_WITHDRAWN)
        act(world, ACT_WITHDRAW, "+86" VILLAGER, "");
    if (state == CASE_NO_COMPLAINT)
        act(world, ACT_NO_COMPLAINT, "+86" ACCUSED, "");
    if (state == CASE_MERGED)
        world_do(world, merge, &merging, false);
    world_time(world, "+1h");
}

static struct case_ *the_case(struct world *world)
{
    struct case_ *case_;

    assert_true(store_case_by_number(world->store, world, NUMBER, &case_));
    assert_non_null(case_);
    return case_;
}

static void hear_all(struct world *world, const char *phone)
{
    while (world_hear(world, world, phone))
        ;
}

/* Whether anything that this phone still hears holds one of these words. */
static const char *heard_with(struct world *world, const char *phone, const char *const *words)
{
    const char *text;

    world_time(world, "2026-12-01 12:00"); /* past the quiet hours */
    while ((text = world_hear(world, world, phone)))
        for (const char *const *word = words; *word; word++)
            if (strstr(text, *word))
                return text;
    return NULL;
}

static void assert_nobody_hears(struct world *world, const char *kind, const struct accusation *accusation)
{
    static const char *const secrets[] = { NUMBER, "两千", "着火", VILLAGER, NULL };

    for (const char *const *phone = accusation->barred; *phone; phone++) {
        const char *text = heard_with(world, *phone, secrets);

        if (text)
            fail_msg("%s: %s hears %s", kind, *phone, text);
    }
}

static const char *answer_to(struct world *world, const char *phone, const char *words)
{
    const char *last = "", *text;

    hear_all(world, phone);
    world_text(world, world, phone, words);
    while ((text = world_hear(world, world, phone)))
        last = text;
    return last;
}

static void assert_does_not_find(struct world *world, const char *kind, const char *phone)
{
    static const char *const lists[] = { "我的", "待领", "超期", "领" };
    static const char *const commands[] = {
        "看 " NUMBER,           "领 " NUMBER, "进度 " NUMBER " 明天修", "办结 " NUMBER " 好了",
        "转 " NUMBER " 天坛镇", "催 " NUMBER, "并 " NUMBER " 26000029", "无涉 " NUMBER " 没有"
    };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strstr(answer_to(world, phone, lists[i]), NUMBER))
            fail_msg("%s: %s finds it with %s", kind, phone, lists[i]);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *answer = answer_to(world, phone, commands[i]);

        if (strncmp(answer, "没有您可查看的", strlen("没有您可查看的")) != 0)
            fail_msg("%s: to %s of %s is answered %s", kind, commands[i], phone, answer);
    }
}

/* Otherwise nobody would ever read the accusation. */
static void assert_somebody_above_knows(struct world *world, const char *kind, const char *above)
{
    static const char *const number[] = { NUMBER, NULL };

    if (!heard_with(world, above, number))
        fail_msg("%s: nobody above hears of it", kind);
    if (!strstr(answer_to(world, above, "看 " NUMBER), "两千"))
        fail_msg("%s: the words cannot be read", kind);
}

/* Who accuses must not read that the accused has the case, or reads the words. */
static void assert_the_accuser_is_not_frightened(struct world *world, const char *kind)
{
    const char *answer = answer_to(world, VILLAGER, "查 " NUMBER);

    if (strstr(answer, "李有田") || strstr(answer, "吴督察") || strstr(answer, "会看到"))
        fail_msg("%s: who accuses reads %s", kind, answer);
}

static void accuse(const struct transition *transition, enum case_state state,
                   const struct accusation *accusation)
{
    struct world *world = make_world();
    const char *const phones[] = { ACCUSED, TOWNSHIP, DISCIPLINE, SUPERVISOR };
    enum refusal refusal;

    bring_to(world, state);
    assert_int_equal(the_case(world)->state, state);
    for (size_t i = 0; i < 4; i++)
        hear_all(world, phones[i]);
    refusal = act(world, transition->act, "+86" VILLAGER, accusation->words);
    if (refusal)
        fail_msg("%s is refused: %s", transition->kind, refusal_name(refusal));
    if (!the_case(world)->is_guarded)
        fail_msg("%s in state %s leaves it open to all", transition->kind, case_state_name(state));
    assert_nobody_hears(world, transition->kind, accusation);
    assert_somebody_above_knows(world, transition->kind, accusation->above);
    for (const char *const *phone = accusation->barred; *phone; phone++)
        assert_does_not_find(world, transition->kind, *phone);
    assert_the_accuser_is_not_frightened(world, transition->kind);
    talloc_free(talloc_parent(world));
}

static int accuse_everywhere(const struct accusation *accusation)
{
    size_t n;
    const struct transition *all = lifecycle_transitions(&n);
    int tried = 0;

    for (const struct transition *transition = all; transition < all + n; transition++)
        for (enum case_state from = CASE_NEW; from < CASE_STATES; from++)
            if (transition->whose == REPORTERS && transition->act != ACT_HIDE &&
                transition->by & BY_REPORTER && transition->from & IN(from)) {
                accuse(transition, from, accusation);
                tried++;
            }
    return tried;
}

static void an_accusation_in_any_act_in_any_state_takes_the_case_from_the_accused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accusations / sizeof *accusations; i++)
        assert_int_equal(accuse_everywhere(&accusations[i]), 42);
}

/* Every act of a reporter stands in the table as theirs: a new one that is not would pass unheard. */
static void every_act_with_words_of_the_reporter_is_heard(void **state)
{
    size_t n;
    const struct transition *all = lifecycle_transitions(&n);

    (void)state;
    for (const struct transition *transition = all; transition < all + n; transition++)
        if (transition->by & BY_REPORTER && transition->act != ACT_VIEW && transition->act != ACT_SPLIT_OFF)
            assert_int_equal(transition->whose, REPORTERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_accusation_in_any_act_in_any_state_takes_the_case_from_the_accused),
        cmocka_unit_test(every_act_with_words_of_the_reporter_is_heard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
