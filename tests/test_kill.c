/*
 * kill -9 at random moments while texts come in, notices go out and reports settle them: nothing is lost,
 * nothing is doubled, and the network's book and the store's agree. XIANGYIN_FAULT=1: 1,000 times instead
 * of 30.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/support/gateway_books.h"

enum { KILLS = 30, TEXTS = 250, NOTICES = 150, LONG = 30, LIVES_LONG = 33 };

static const char long_words[] =
    "明天上午九点在村委会开村民会，商量东头那段路怎么修、钱从哪里出、谁家出工，请每户来一个人，能拿主意的来。"
    "会后登记低保和养老的事，带上身份证和户口本，行动不便的打村委会电话，有人上门登记，不用家里人请假陪着来"
    "。";

struct killed {
    int kills, texts;
    struct books books;
};

static void add_books(struct books *sum, const struct books *books)
{
    sum->notices += books->notices;
    sum->sent += books->sent;
    sum->delivered += books->delivered;
    sum->unknown += books->unknown;
}

/* A start takes up to a tenth of a second, all the work a few seconds; so each moment has its turn. */
static void be_killed(struct gateway_process *gateway, int kills)
{
    for (int i = 0; i < kills; i++) {
        gateway_spawn(gateway);
        sleep_ms(20 + random() % (i % 3 ? 120 : 400));
        gateway_kill(gateway);
    }
}

static void live_through(struct killed *killed, int kills)
{
    struct gateway_process *gateway = gateway_begin(&(struct emulator_options){ .delivery_ms = 8 }, "");
    struct books books;

    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"delivered\",\"delay_ms\":100}");
    books_queue(gateway, "+86139004", NOTICES, "明天上午九点开村民会");
    books_queue(gateway, "+86139006", LONG, long_words);
    books_flood(gateway, TEXTS);
    be_killed(gateway, kills);
    gateway_run(gateway);
    assert_true(books_wait(gateway, TEXTS, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);

    books_received(gateway, TEXTS);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM cases"), TEXTS);
    assert_int_equal(gateway_count(gateway, "SELECT count(DISTINCT number) FROM cases"), TEXTS);
    assert_int_equal(
        gateway_count(gateway, "SELECT count(*) FROM cases WHERE id NOT IN (SELECT case_id FROM steps)"), 0);
    books = books_agree(gateway, NULL);
    assert_int_equal(books.notices, TEXTS + NOTICES + LONG);
    assert_int_equal(books.failed, 0);
    assert_int_equal(books.waiting, 0);
    assert_true(books.unknown <= kills);
    add_books(&killed->books, &books);
    killed->kills += kills;
    killed->texts += TEXTS;
    gateway_end(gateway);
}

static void killed_at_random_moments_it_loses_nothing_and_doubles_nothing(void **state)
{
    struct killed killed = { 0 };
    int lives = getenv("XIANGYIN_FAULT") ? LIVES_LONG : 1;

    (void)state;
    srandom(20261001);
    for (int i = 0; i < lives; i++)
        live_through(&killed, KILLS + (lives > 1 && i < 1000 % LIVES_LONG));
    print_message(
        "# killed %d times: %d texts received once each; of %d notices none sent twice, %d delivered, "
        "%d sent, %d unknown\n",
        killed.kills, killed.texts, killed.books.notices, killed.books.delivered, killed.books.sent,
        killed.books.unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_random_moments_it_loses_nothing_and_doubles_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
