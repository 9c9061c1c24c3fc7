/*
 * Two people press their buttons at the very same time: one step counts, and the words of the other one stay.
 * PAGE_ROUNDS sets how often, in place of 40 times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/page_world.h"

enum { WRITERS = 2, ROUNDS = 40, ROUNDS_OF_A_CASE = 20 };

struct writer {
    struct browser *browser;
    pthread_t thread;
    pthread_barrier_t *together;
    const char *number;
    int nth, rounds, first;           /* rounds are counted on from first */
    int won, lost, wrong;             /* posts that were answered 303, 409, and what was not as it must be */
    char words[48], others_words[48]; /* of the last round */
    bool has_lost;
};

/* Who lost finds both texts: the other's step, and the own words in the form. */
static void look(struct writer *writer, int round)
{
    int status = browser_get(writer->browser, talloc_asprintf(writer->browser, "case/%s", writer->number));

    writer->wrong += status != 200;
    if (round > writer->first && writer->has_lost)
        writer->wrong += !browser_shows(writer->browser, writer->words) ||
                         !browser_shows(writer->browser, writer->others_words);
}

static void *write_on(void *arg)
{
    struct writer *writer = arg;
    struct browser *browser = writer->browser;

    for (int round = writer->first; round < writer->first + writer->rounds; round++) {
        int status;

        look(writer, round);
        snprintf(writer->words, sizeof writer->words, "words of %d in round %d", writer->nth, round);
        snprintf(writer->others_words, sizeof writer->others_words, "words of %d in round %d", !writer->nth,
                 round);
        pthread_barrier_wait(writer->together);
        status = browser_do(browser, talloc_asprintf(browser, "case/%s/do", writer->number),
                            talloc_asprintf(browser, "command=progress&sure=1&words=%s",
                                            browser_encoded(browser, writer->words)));
        writer->has_lost = status == 409;
        writer->won += status == 303;
        writer->lost += status == 409;
        writer->wrong += writer->has_lost && !browser_shows(browser, writer->words);
        pthread_barrier_wait(writer->together);
    }
    look(writer, writer->first + writer->rounds);
    return NULL;
}

/* A case in hand of who is signed in there; the number. */
static const char *take_case(struct page_world *world, struct browser *browser, int nth)
{
    const char *number =
        page_world_text(world, talloc_asprintf(world, "+861393456%04d", nth), "东陈村的自来水停了三天了");

    browser_get(browser, talloc_asprintf(browser, "case/%s", number));
    assert_int_equal(
        browser_do(browser, talloc_asprintf(browser, "case/%s/do", number), "command=accept&sure=1"), 303);
    return number;
}

static void of_two_steps_at_once_one_counts_and_no_word_is_lost(void **state)
{
    struct page_world *world = *state;
    int rounds = getenv("PAGE_ROUNDS") ? atoi(getenv("PAGE_ROUNDS")) : ROUNDS;
    struct writer writers[WRITERS] = { { .nth = 0 }, { .nth = 1 } };
    pthread_barrier_t together;

    pthread_barrier_init(&together, NULL, WRITERS);
    for (int i = 0; i < WRITERS; i++) {
        writers[i].browser = browser_signed_in(world, PAGE_CADRE);
        writers[i].together = &together;
    }
    for (int done = 0; done < rounds; done += ROUNDS_OF_A_CASE) {
        const char *number = take_case(world, writers[0].browser, done);

        for (int i = 0; i < WRITERS; i++) {
            writers[i].number = number;
            writers[i].first = done;
            writers[i].rounds = rounds - done < ROUNDS_OF_A_CASE ? rounds - done : ROUNDS_OF_A_CASE;
            pthread_create(&writers[i].thread, NULL, write_on, &writers[i]);
        }
        for (int i = 0; i < WRITERS; i++)
            pthread_join(writers[i].thread, NULL);
    }
    pthread_barrier_destroy(&together);
    assert_int_equal(writers[0].wrong + writers[1].wrong, 0);
    assert_int_equal(writers[0].won + writers[1].won, rounds);
    assert_int_equal(writers[0].lost + writers[1].lost, rounds);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'progress'"), rounds);
    if (rounds > ROUNDS)
        print_message("%d rounds: one was first in %d, the other in %d\n", rounds, writers[0].won,
                      writers[1].won);
}

static void a_button_pressed_twice_is_answered_as_once(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    const char *number = take_case(world, browser, 1), *path = talloc_asprintf(world, "case/%s/do", number),
               *fields;

    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    fields = talloc_asprintf(world, "csrf=%s&seen=%s&nonce=%s&command=progress&words=x&sure=1",
                             browser_hidden(browser, "csrf"), browser_hidden(browser, "seen"),
                             browser_hidden(browser, "nonce"));
    assert_int_equal(browser_post(browser, path, fields), 303);
    assert_int_equal(browser_post(browser, path, fields), 303);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'progress'"), 1);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM page_drafts"), 0);
}

/* Forms and addresses tell nothing of how much happens elsewhere. */
static void no_form_tells_how_many_steps_there_are(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    const char *number = take_case(world, browser, 1), *location;

    location = reply_header(world, &browser->reply, "Location");
    assert_int_equal(strlen(strstr(location, "done=")), strlen("done=") + 64);
    browser_get(browser, location + strlen("/page/"));
    assert_true(browser_shows(browser, "由您办理"));
    assert_int_equal(strlen(browser_hidden(browser, "seen")), 16);
    browser_get(browser, talloc_asprintf(world, "home?done=%s",
                                         page_world_value(world, "SELECT max(id) FROM events")));
    assert_false(browser_shows(browser, "由您办理"));
    (void)number;
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, page_world_setup, page_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(of_two_steps_at_once_one_counts_and_no_word_is_lost),
        TEST(a_button_pressed_twice_is_answered_as_once),
        TEST(no_form_tells_how_many_steps_there_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
