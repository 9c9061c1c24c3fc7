/*
 * Feeds complaints to the desk in each situation of their sender, and finds each one in a case, whole; or,
 * where it was taken for something else or asked about, the sender's 新 makes a case of it. Takes a sample;
 * ALL=1 takes every one.
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

#include "gateway/understand/intent.h"
#include "store/events.h"
#include "store/questions.h"
#include "tests/support/world.h"

#define CADRE "13800000001"
#define RATER "13934560000"

enum { SAMPLE = 24 };

struct feed {
    struct world *world;
    enum situation situation;
    int64_t rated_case;
    int fed, asked, taken; /* taken for something else than a complaint */
    int phone;
};

static int make_world(void **state)
{
    struct world *world = world_new(talloc_new(NULL));

    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_person(world, CADRE ",李有田,村主任,cadre,141027100212");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

struct asking {
    int64_t case_id;
    int64_t now;
};

static bool ask_for_rating(struct turn *turn, void *arg)
{
    const struct asking *asking = arg;

    return store_ask(turn->store, &(struct question){ .phone = "+86" RATER,
                                                      .kind = QUESTION_RATING,
                                                      .case_id = asking->case_id,
                                                      .data = "",
                                                      .asked_at = asking->now,
                                                      .expires_at = asking->now + 86400 });
}

/* A case that was closed: the code is the only number of six digits that its cadre hears. */
static void close_a_case(struct feed *feed)
{
    struct world *world = feed->world;
    void *mem = talloc_new(NULL);
    const char *number, *heard;
    char code[7] = "";

    world_text(mem, world, RATER, "聚粮村的路灯坏了");
    feed->rated_case = world_case(mem, world)->id;
    number = world_case(mem, world)->number;
    world_text(mem, world, CADRE, talloc_asprintf(mem, "领 %s", number));
    world_text(mem, world, CADRE, talloc_asprintf(mem, "办结 %s 换好了", number));
    while ((heard = world_hear(mem, world, CADRE)))
        if (strstr(heard, "请回") && strspn(strstr(heard, "请回") + strlen("请回"), "0123456789") == 6)
            memcpy(code, strstr(heard, "请回") + strlen("请回"), 6);
    world_text(mem, world, CADRE, code);
    talloc_free(mem);
}

/* Brings the sender, whose phone is returned, into the situation. */
static const char *prepare(void *mem, struct feed *feed)
{
    struct asking asking = { feed->rated_case, feed->world->now };
    const char *phone = talloc_asprintf(mem, "139%08d", ++feed->phone);

    if (feed->situation == SITUATION_OPEN)
        world_text(mem, feed->world, phone, "聚粮村的路灯坏了");
    else if (feed->situation == SITUATION_PLACE)
        world_text(mem, feed->world, phone, "路灯坏了三天了");
    world_time(feed->world, "+1h");
    if (feed->situation != SITUATION_RATING)
        return phone;
    asking.now = feed->world->now;
    world_do(feed->world, ask_for_rating, &asking, false);
    return RATER;
}

static bool is_in_case(void *mem, struct world *world, const struct event *event, const char *text)
{
    struct case_ *case_ = NULL;

    assert_true(store_case(world->store, mem, event->case_id, &case_));
    return case_ && strstr(case_->text, text);
}

static void feed_one(struct feed *feed, const char *text)
{
    void *mem = talloc_new(NULL);
    const char *phone = prepare(mem, feed);
    struct event *event = world_text(mem, feed->world, phone, text);

    feed->fed++;
    if (!event->case_id || !is_in_case(mem, feed->world, event, text)) {
        const char *taken = event->why;

        feed->taken += strcmp(event->outcome, "waiting") != 0;
        feed->asked += strcmp(event->outcome, "waiting") == 0;
        world_time(feed->world, "+1m");
        event = world_text(mem, feed->world, phone, "新");
        if (!event->case_id || !is_in_case(mem, feed->world, event, text))
            fail_msg("lost in situation %d (%s): %s", feed->situation, taken, text);
        else if (getenv("ALL"))
            print_message("%d, %s: %s\n", feed->situation, taken, text);
    }
    talloc_free(mem);
}

/* The last column of each line of the file, of every n-th line. False: there is no such file. */
static bool feed_file(struct feed *feed, const char *path, int every, size_t least)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;

    for (int n = 0; file && getline(&line, &size, file) > 0; n++) {
        char *text = strrchr(line, '\t');

        text = text ? text + 1 : line;
        text[strcspn(text, "\r\n")] = '\0';
        if (n % every == 0 && strlen(text) > least)
            feed_one(feed, text);
    }
    free(line);
    return file && fclose(file) == 0;
}

/* percent: of the complaints that may be asked about; one in fifty may be taken for something else unasked.
 */
static void no_complaint_is_lost(struct world *world, enum situation situation, int percent)
{
    struct feed feed = { .world = world, .situation = situation };
    int every = getenv("ALL") ? 1 : SAMPLE;
    bool is_there;

    close_a_case(&feed);
    is_there = feed_file(&feed, "../shared/data/texts-train.tsv", every, 0);
    /* a petition is a long text: an SMS in parts */
    is_there &= feed_file(&feed, "../shared/data/petitions-train.tsv", every * 4, 210);
    if (!is_there)
        print_message("left out: ../shared/data is not there\n");
    print_message("%d fed, %d asked about, %d taken for something else\n", feed.fed, feed.asked, feed.taken);
    assert_true(feed.asked * 100 <= feed.fed * percent);
    assert_true(feed.taken * 50 <= feed.fed);
}

static void no_complaint_of_a_stranger_is_lost(void **state)
{
    no_complaint_is_lost(*state, SITUATION_NONE, 3);
}

static void no_complaint_is_lost_beside_an_open_case(void **state)
{
    no_complaint_is_lost(*state, SITUATION_OPEN, 12);
}

static void no_complaint_is_lost_in_place_of_a_rating(void **state)
{
    no_complaint_is_lost(*state, SITUATION_RATING, 18);
}

static void no_complaint_is_lost_in_place_of_a_village(void **state)
{
    no_complaint_is_lost(*state, SITUATION_PLACE, 10);
}

/* Those that look like something else, here for where the large files are not. */
static void what_looks_like_a_command_is_not_lost(void **state)
{
    static const char *const texts[] = {
        "1 村里路坏了没人修",
        "没修好 王庄村的桥",
        "查一查我们村的账",
        "补助款半年没发",
        "撤我低保了",
        "评 3 聚粮村的路没修",
        "停水停电没人管，别发通知骗人了",
        "催了三回也没人修井",
        "满意 但是水没来",
        "取消低保也不通知一声",
    };

    for (enum situation situation = SITUATION_NONE; situation <= SITUATION_PLACE; situation++) {
        struct feed feed = { .world = *state, .situation = situation, .phone = 1000 * (int)situation };

        if (situation == SITUATION_NONE)
            close_a_case(&feed);
        if (situation == SITUATION_RATING)
            continue;
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            feed_one(&feed, texts[i]);
    }
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(no_complaint_of_a_stranger_is_lost),
        IN_A_WORLD(no_complaint_is_lost_beside_an_open_case),
        IN_A_WORLD(no_complaint_is_lost_in_place_of_a_rating),
        IN_A_WORLD(no_complaint_is_lost_in_place_of_a_village),
        IN_A_WORLD(what_looks_like_a_command_is_not_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
