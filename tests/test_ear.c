/* The demonstration's ear: it knows prompts by their sound alone, as they come over a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <spandsp.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/demo/ear.h"

struct listening {
    void *mem;
    struct ear *ear;
    struct prompts *prompts;
    struct player player;
};

static int begin(void **state)
{
    struct listening *listening = talloc_zero(NULL, struct listening);

    listening->mem = listening;
    listening->prompts = prompts_open(listening, &(struct prompts_from){ NULL, NULL, NULL });
    listening->ear = ear_new(listening, listening->prompts, "zh");
    *state = listening;
    return 0;
}

static int end(void **state)
{
    talloc_free(*state);
    return 0;
}

static void say(struct listening *listening, const char *id)
{
    player_add(&listening->player, prompts_find(listening->prompts, "zh", id));
}

/* So many frames of what is being said, in A-law. */
static void hear(struct listening *listening, int frames)
{
    int16_t samples[FRAME_SAMPLES];

    while (frames-- > 0) {
        player_fill(&listening->player, samples);
        for (int i = 0; i < FRAME_SAMPLES; i++)
            samples[i] = alaw_to_linear(linear_to_alaw(samples[i]));
        ear_hear(listening->ear, samples);
    }
}

static void what_is_said_without_a_pause_is_heard_as_one(void **state)
{
    struct listening *listening = *state;

    say(listening, "received");
    say(listening, "2");
    say(listening, "0");
    say(listening, "7");
    player_add(&listening->player, player_pause(400));
    say(listening, "again");
    say(listening, "1");
    hear(listening, 100);
    assert_null(ear_take(listening->ear, listening));
    while (!player_is_done(&listening->player)) {
        char *said = ear_take(listening->ear, listening);

        if (said)
            assert_string_equal(said, "收到了。您的编号是：207");
        hear(listening, 1);
    }
    hear(listening, 20);
    assert_string_equal(ear_take(listening->ear, listening), "再说一遍，编号是：1");
    assert_null(ear_take(listening->ear, listening));
}

static void a_key_ends_what_is_being_said(void **state)
{
    struct listening *listening = *state;

    hear(listening, 7);
    say(listening, "greeting");
    hear(listening, 30);
    player_stop(&listening->player);
    ear_cut(listening->ear);
    assert_string_equal(ear_take(listening->ear, listening),
                        "有生命危险打119、120。通话会录音。嘀声后请说话。按2查办理，按9只给纪委听。");
    player_add(&listening->player, player_tone());
    hear(listening, 40);
    assert_string_equal(ear_take(listening->ear, listening), "嘀");
}

static void a_voice_is_no_prompt(void **state)
{
    struct listening *listening = *state;
    static int16_t voice[8000];

    for (int i = 0; i < 8000; i++)
        voice[i] = (int16_t)(i % 73 * 100 - 3600);
    player_add(&listening->player, (struct clip){ voice, 8000 });
    hear(listening, 80);
    assert_null(ear_take(listening->ear, listening));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_said_without_a_pause_is_heard_as_one, begin, end),
        cmocka_unit_test_setup_teardown(a_key_ends_what_is_being_said, begin, end),
        cmocka_unit_test_setup_teardown(a_voice_is_no_prompt, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
