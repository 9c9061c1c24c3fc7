#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/calling.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/notify.h"
#include "tests/support/world.h"

static struct config config(void)
{
    return (struct config){ .voice_trunk = "192.0.2.1:5060",
                            .voice_area = "0357",
                            .voice_prefix = "",
                            .call_from = 9 * 60,
                            .call_until = 20 * 60 };
}

static void mobiles_and_the_countys_landlines_are_called_and_nothing_dear(void **state)
{
    static const struct {
        const char *phone;
        bool may;
    } cases[] = {
        { "+8613834500001", true },
        { "+8619912345678", true },
        { "+863578123456", true }, /* in the area */
        { "+863518123456", false },
        { "+861068123456", false }, /* elsewhere */
        { "+863571681234", false },
        { "+863579512345", false }, /* services behind an area code */
        { "+8613491234567", false },
        { "+8617401234567", false }, /* satellite phones */
        { "+864001234567", false },
        { "+8616812345", false },
        { "+8612345", false },
        { "+85291234567", false },
        { "+881612345678", false }, /* other countries, satellites */
        { "+16505551234", false },
        { "+12345678901234", false },
        { "10086", false },
        { "withheld", false },
        { "", false },
        { "+86138345000012", false },
        { "+861383450000", false },
    };
    struct config configured = config();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (calling_may(&configured, cases[i].phone) != cases[i].may)
            fail_msg("%s", cases[i].phone);
}

static void the_configuration_says_whom_else_and_without_a_trunk_nobody(void **state)
{
    const char *taiyuan[] = { "0351", "mobile" };
    struct config configured = config();

    (void)state;
    configured.voice_call = taiyuan;
    configured.n_voice_call = 1;
    assert_true(calling_may(&configured, "+863518123456"));
    assert_false(calling_may(&configured, "+863578123456"));
    assert_false(calling_may(&configured, "+8613834500001"));
    configured.voice_trunk = NULL;
    assert_false(calling_may(&configured, "+863518123456"));
}

static void a_number_is_dialled_as_at_home_behind_the_prefix(void **state)
{
    struct config configured = config();
    void *mem = talloc_new(NULL);

    (void)state;
    configured.voice_prefix = "9";
    assert_string_equal(calling_dialled(mem, &configured, "+8613834500001"), "913834500001");
    assert_string_equal(calling_dialled(mem, &configured, "+863578123456"), "903578123456");
    talloc_free(mem);
}

static void nobody_is_called_at_night(void **state)
{
    struct config configured = config();
    struct date today = { 2026, 12, 1 }, tomorrow = { 2026, 12, 2 };

    (void)state;
    assert_int_equal(calling_after(&configured, date_moment(today, 12 * 60)), date_moment(today, 12 * 60));
    assert_int_equal(calling_after(&configured, date_moment(today, 6 * 60)), date_moment(today, 9 * 60));
    assert_int_equal(calling_after(&configured, date_moment(today, 20 * 60)), date_moment(tomorrow, 9 * 60));
    /* a noon's rest */
    configured.quiet_from = 12 * 60;
    configured.quiet_until = 14 * 60;
    assert_int_equal(calling_after(&configured, date_moment(today, 13 * 60)), date_moment(today, 14 * 60));
}

struct telling {
    struct notify what;
    int64_t id;
};

static bool tell(struct turn *turn, void *arg)
{
    struct telling *telling = arg;

    return notify_words(turn, &telling->what, "news", &telling->id);
}

/* The line it goes by; NULL: nobody is told. */
static const char *line_of(struct world *world, struct notify what)
{
    struct telling telling = { what, 0 };
    struct notice *notice;

    telling.what.name = "progress";
    world_do(world, tell, &telling, false);
    if (!telling.id)
        return NULL;
    assert_true(store_notice(world->store, world, telling.id, &notice));
    return notice->line;
}

/* One gate: news of their own case, and nothing else. */
static void who_does_not_read_is_called_with_news_and_texted_answers(void **state)
{
    struct world *world = world_new(talloc_new(NULL));
    struct case_ case_ = { .received_at = 1 };
    struct notify news = { .to = "+863578123456", .priority = PRIORITY_NOTICE, .own_case = &case_ };
    struct person reader = { .phone = "+8613834500001", .line = "" }, other = reader;

    (void)state;
    assert_null(line_of(world, news)); /* no calls go out */
    world->config->voice_trunk = "192.0.2.1:5060";
    world->config->voice_area = "0357";
    world->config->call_until = 24 * 60;
    assert_string_equal(line_of(world, news), CALLING_LINE);
    news.to = reader.phone;
    news.person = &reader;
    assert_string_not_equal(line_of(world, news), CALLING_LINE);
    other.is_called = true;
    news.person = &other;
    assert_string_equal(line_of(world, news), CALLING_LINE);
    news.priority = PRIORITY_ANSWER;
    assert_string_not_equal(line_of(world, news), CALLING_LINE);
    news.priority = PRIORITY_NOTICE;
    news.own_case = NULL;
    assert_string_not_equal(line_of(world, news), CALLING_LINE);
    talloc_free(talloc_parent(world));
}

static bool is_called(struct world *world, const char *phone)
{
    struct person *person;

    assert_true(store_person(world->store, world, phone, &person));
    return person->is_called;
}

static void a_cadre_says_who_does_not_read(void **state)
{
    void *mem = talloc_new(NULL);
    struct world *world = world_new(mem);

    (void)state;
    world_unit(world, "141027,浮山县,county,,");
    world_unit(world, "141027101,响水河镇,township,141027,");
    world_unit(world, "141027101201,东陈村,village,141027101,");
    world_unit(world, "141027102,张庄镇,township,141027,");
    world_person(world, "+8613900000010,甲例一,干部,cadre,141027101,zh");
    world_person(world, "+8613900000012,丙例三,干部,cadre,141027102,zh");
    world_text(mem, world, "13834500001", "响水河镇东陈村的自来水停了三天了");
    world_text(mem, world, "13900000010", "不识字 26000010");
    assert_false(is_called(world, "+8613834500001")); /* no calls go out */
    world->config->voice_trunk = "192.0.2.1:5060";
    world_text(mem, world, "13900000012", "不识字 26000010"); /* it is not theirs */
    assert_false(is_called(world, "+8613834500001"));
    world_text(mem, world, "13900000010", "不识字 26000010");
    assert_true(is_called(world, "+8613834500001"));
    world_text(mem, world, "13900000010", "识字 26000010");
    assert_false(is_called(world, "+8613834500001"));
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mobiles_and_the_countys_landlines_are_called_and_nothing_dear),
        cmocka_unit_test(the_configuration_says_whom_else_and_without_a_trunk_nobody),
        cmocka_unit_test(a_number_is_dialled_as_at_home_behind_the_prefix),
        cmocka_unit_test(nobody_is_called_at_night),
        cmocka_unit_test(a_cadre_says_who_does_not_read),
        cmocka_unit_test(who_does_not_read_is_called_with_news_and_texted_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
