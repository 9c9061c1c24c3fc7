/*
 * One box has the county's place: copies, older states and boxes that were replaced stand still.
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
#include <unistd.h>

#include "gateway/centre/take.h"
#include "tests/support/batches.h"
#include "tests/support/on_both.h"
#include "tests/support/one_county.h"
#include "tests/support/program.h"
#include "tests/support/same_store.h"
#include "tests/support/support.h"

static void copy_file(const char *from, const char *to)
{
    char command[512];

    snprintf(command, sizeof command, "cp %s %s", from, to);
    assert_int_equal(system(command), 0);
}

static void a_box_put_back_to_an_older_state_stands_still(void **state)
{
    struct one_county *world = *state;
    const char *old = talloc_asprintf(world, "%s/old.db", world->county->office->folder);
    struct event event;

    member_text(world->county, PHONE, "路灯坏了");
    office_close(world->county->office);
    copy_file(world->county->office->path, old);
    office_restart(world->county->office);
    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "井水浑了");
    one_county_settle(world);
    member_unlink(world->county);
    office_close(world->county->office);
    copy_file(old, world->county->office->path);
    office_restart(world->county->office);
    member_link(world->county);
    member_wait_for(world->county, "SELECT count(*) FROM settings WHERE name = 'centre stopped'");
    event = office_text(world, "after", PHONE, "还没人来");
    assert_false(desk_submit(world->county->office->desk, &event, 1));
}

/* The box that takes the place of the county's, not linked yet. */
static struct member *replace(struct one_county *world)
{
    return member_replace(world, world->county, world->province, "141027", "next.db");
}

static void the_old_box_stands_still_once_another_has_its_place(void **state)
{
    struct one_county *world = *state;
    struct member *next;
    struct event event;
    const char *old = world->county->office->path;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    one_county_settle(world);
    next = replace(world);
    same_store_but_notices(old, next->office->path);
    member_link(next);
    member_text(next, "+8613934567005", "桥断了");
    member_settle(next, world->province, "141027");
    member_wait_for(world->county, "SELECT count(*) FROM settings WHERE name = 'centre stopped'");
    event = office_text(world, "after", PHONE, "还没人来");
    assert_false(desk_submit(world->county->office->desk, &event, 1));
    member_text(next, "+8613934567005", "桥断了，快来人");
    member_settle(next, world->province, "141027");
    member_end(next);
}

static struct take claim(struct one_county *world, void *mem, int64_t epoch, int64_t now)
{
    struct store *store = province_store(mem, world->province);
    struct take request = { .kind = TAKE_WAIT,
                            .token_hash = batch_token_hash(mem, store),
                            .now = now,
                            .epoch = epoch,
                            .session = "",
                            .transfer_key = "",
                            .counties = "" };

    assert_true(store_begin(store, 10000) && take(store, mem, &request) && store_commit(store));
    return request;
}

/* Only a take-over begins an epoch; of a centre that was restored the operator says in which one the box is.
 */
static void an_epoch_that_the_centre_has_not_given_is_refused_at_both_ends(void **state)
{
    static const char epoch[] = "SELECT epoch FROM feeds",
                      sessions[] = "SELECT count(*) FROM former_sessions";
    struct one_county *world = *state;
    void *mem = talloc_new(NULL);
    struct outcome outcome;
    long ended;

    world->county->office->config.operator_phone = "+8613800000077";
    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    one_county_settle(world);
    member_unlink(world->county);
    ended = province_count(world->province, sessions);
    assert_int_equal(claim(world, mem, 7, 1000).status, 409);
    assert_null(claim(world, mem, 8, 1001).alert);
    assert_non_null(claim(world, mem, 9, 1000 + 86400).alert);
    assert_int_equal(province_count(world->province, epoch), 1);
    assert_int_equal(province_count(world->province, sessions), ended);
    office_run(world->county->office, "INSERT INTO settings (name, value) VALUES ('centre epoch', '2')"
                                      " ON CONFLICT (name) DO UPDATE SET value = '2'");
    member_link(world->county);
    member_text(world->county, PHONE, "井水浑了");
    member_wait_for(world->county, "SELECT count(*) FROM notices WHERE name = 'alert-centre-stopped'");
    assert_int_equal(province_count(world->province, epoch), 1);
    member_unlink(world->county);
    outcome = RUN(world, world->county->office->folder, NULL, "centre", "epoch", "141027", "2", "-c",
                  world->province->file);
    assert_int_equal(outcome.status, 0);
    outcome = RUN(world, world->county->office->folder, NULL, "centre", "epoch", "141027", "1", "-c",
                  world->province->file);
    assert_int_equal(outcome.status, 1);
    member_link(world->county);
    one_county_settle(world);
    talloc_free(mem);
}

/* What the new box gives out is behind all that the old one may have given. */
static void forbid_numbers_twice(const struct office *old, const struct office *next, int round)
{
    struct event event = office_text((void *)next, talloc_asprintf(next, "number %d", round),
                                     talloc_asprintf(next, "+86139345%05d", 99999 - round), "电线断了");

    assert_true(desk_submit(next->desk, &event, 1));
    assert_true(office_count(next, "SELECT max(CAST(number AS INTEGER)) FROM cases") >
                office_count(old, "SELECT max(CAST(number AS INTEGER)) FROM cases"));
}

/*
 * The box dies at a moment nobody chose, and another takes its place: what the centre had is there, no text
 * that had no outcome is sent, and no number comes twice.
 */
static void another_box_takes_over_at_any_moment(void **state)
{
    struct one_county *world = *state;
    int times = getenv("XIANGYIN_FAULT") ? 200 : 4;
    struct member *now = world->county;

    srandom(3);
    province_start(world->province);
    /* before the centre has the store's whole beginning, a take-over is refused */
    member_link(now);
    one_county_settle(world);
    member_unlink(now);
    for (int i = 0; i < times; i++) {
        struct member *next;

        member_link(now);
        for (int n = (int)(random() % 5) + 1; n > 0; n--) {
            member_text(now, talloc_asprintf(world, "+86139345%05d", i * 10 + n), "路灯坏了");
            usleep((useconds_t)(random() % (random() % 2 ? 15000 : 150000)));
        }
        member_end(now);
        next = member_replace(world, now, world->province, "141027", talloc_asprintf(world, "box%d.db", i));
        forbid_numbers_twice(now->office, next->office, i);
        now = next;
    }
    world->county = now;
    member_link(now);
    member_text(now, PHONE, "井水浑了");
    one_county_settle(world);
}

/* Of two boxes with the same store one goes on, and the other stands still. */
static void of_a_box_and_its_copy_one_stands_still(void **state)
{
    struct one_county *world = *state;
    const char *path = talloc_asprintf(world, "%s/copy.db", world->county->office->folder);
    struct member *copy = member_beside(world, world->county, path);
    static const char frozen[] = "SELECT count(*) FROM settings WHERE name = 'centre stopped'";

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    one_county_settle(world);
    member_unlink(world->county);
    office_close(world->county->office);
    copy_file(world->county->office->path, path);
    office_restart(copy->office);
    office_restart(world->county->office);
    member_link(copy);
    member_text(copy, PHONE, "桥断了");
    member_settle(copy, world->province, "141027");
    member_link(world->county);
    member_wait_for(world->county, frozen);
    assert_int_equal(office_count(copy->office, frozen), 0);
    member_text(copy, PHONE, "井水浑了");
    member_settle(copy, world->province, "141027");
    member_end(copy);
}

/* What an operator of the province and one of a county type, with the real program. */
/* What the old box wrote after its last row at the centre comes once, and nothing from another county's box.
 */
static void adopt(struct one_county *world)
{
    struct province *province = world->province;
    const char *folder = world->county->office->folder, *old = world->county->office->path;
    struct member *other = member_new(world, province, province_add(province, "141001", "", false));
    struct outcome outcome;

    for (int i = 0; i < 40; i++)
        member_text(other, PHONE, "井水浑了");
    member_end(other);
    outcome =
        RUN(world, folder, NULL, "centre", "adopt", "141027", other->office->path, "-c", province->file);
    assert_int_equal(outcome.status, 1);
    assert_non_null(strstr(outcome.err, "not those that this county sent"));
    assert_int_equal(province_count(province, "SELECT count(*) FROM journal WHERE adopted_at > 0"), 0);
    outcome = RUN(world, folder, NULL, "centre", "adopt", "141027", old, "-c", province->file);
    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "rows of epoch 1 adopted"));
    assert_true(atoi(outcome.out) > 0);
    outcome = RUN(world, folder, NULL, "centre", "adopt", "141027", old, "-c", province->file);
    assert_int_equal(outcome.status, 0);
    assert_int_equal(atoi(outcome.out), 0);
}

static void a_province_is_run_by_commands(void **state)
{
    struct one_county *world = *state;
    struct province *province = world->province;
    const char *file = province->file, *folder = world->county->office->folder;
    const char *image = talloc_asprintf(world, "%s/image.db", folder);
    const char *key = write_file(world, folder, "key", world->county->private_key);
    struct outcome outcome;

    assert_int_equal(RUN(world, folder, NULL, "centre", "takeover", "141027", image, "-c", file).status, 1);
    province_spawn(province);
    member_link(world->county);
    member_text(world->county, PHONE, "响水河镇东陈村的自来水停了三天了");
    member_text(world->county, "+8613934567002", "村支书贪污低保款，我要举报");
    one_county_settle(world);
    outcome = RUN(world, folder, NULL, "centre", "report", "--json", "-c", file);
    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "\"cases\":1,\"open\":1"));
    outcome = RUN(world, folder, NULL, "centre", "report", "--html", "-c", file);
    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "<td>合计</td><td class=\"figure\">1</td>"));
    outcome = RUN(world, folder, NULL, "centre", "reader", "-c", file);
    assert_int_equal(outcome.status, 0);
    assert_int_equal(strlen(outcome.out), strlen(province_add(province, "141001", "", false)) + 1);
    assert_int_equal(RUN(world, folder, NULL, "centre", "order", "141099", "send", "{}", "-c", file).status,
                     1);
    assert_int_equal(RUN(world, folder, NULL, "centre", "backup", "false", "-c", file).status, 1);
    assert_int_equal(province_count(province, "SELECT count(*) FROM feeds WHERE safe_seq > 0"), 0);
    assert_int_equal(RUN(world, folder, NULL, "centre", "backup", "true", "-c", file).status, 0);
    assert_int_equal(province_count(province, "SELECT count(*) FROM feeds WHERE safe_seq > 0"), 1);
    outcome = RUN(world, folder, NULL, "centre", "adopt", "141027", world->county->office->path, "-c", file);
    assert_int_equal(outcome.status, 1); /* its box goes on, and sends its rows itself */
    member_unlink(world->county);        /* else its box may hear of it, and take nothing more in */
    outcome = RUN(world, folder, NULL, "centre", "takeover", "141027", image, "-c", file);
    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "sealed rows are left out"));
    assert_false(file_holds(image, "贪污低保款"));
    assert_int_equal(unlink(image), 0);
    member_text(world->county, "+8613934567003", "井水浑了");
    outcome = RUN(world, folder, NULL, "centre", "takeover", "141027", image, "--key", key, "-c", file);
    assert_int_equal(outcome.status, 0);
    assert_null(strstr(outcome.out, "sealed rows"));
    assert_true(file_holds(image, "贪污低保款"));
    member_link(world->county);
    member_wait_for(world->county, "SELECT count(*) FROM settings WHERE name = 'centre stopped'");
    member_end(world->county);
    adopt(world);
}

#define ON_BOTH(test) cmocka_unit_test_setup_teardown(test, one_county_open, one_county_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(an_epoch_that_the_centre_has_not_given_is_refused_at_both_ends),
        ON_SQLITE(a_box_put_back_to_an_older_state_stands_still, one_county_open, one_county_close),
        ON_BOTH(the_old_box_stands_still_once_another_has_its_place),
        ON_SQLITE(another_box_takes_over_at_any_moment, one_county_open, one_county_close),
        ON_SQLITE(of_a_box_and_its_copy_one_stands_still, one_county_open, one_county_close),
        ON_SQLITE(a_province_is_run_by_commands, one_county_open, one_county_close),
    };

    return on_both_run("centre_boxes", tests, sizeof tests / sizeof tests[0]);
}
