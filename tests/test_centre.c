#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/centre/centre_private.h"
#include "gateway/centre/take.h"
#include "gateway/centre/wire.h"
#include "store/people.h"
#include "store/upkeep/erase.h"
#include "store/upkeep/image.h"
#include "tests/support/batches.h"
#include "tests/support/on_both.h"
#include "tests/support/program.h"
#include "tests/support/province.h"
#include "tests/support/same_store.h"
#include "tests/support/support.h"

#define PHONE "+8613934567001"
#define DIGITS "13934567001"

struct world {
    struct province *province;
    struct member *county;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->province = province_new(world, on_both_url(*state));
    world->county =
        member_new(world, world->province, province_add(world->province, "141027", "+8613800000027", false));
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    member_end(world->county);
    province_stop(world->province);
    province_kill(world->province);
    talloc_free(world);
    return 0;
}

static void settle(struct world *world)
{
    member_settle(world->county, world->province, "141027");
}

static void a_county_arrives_row_for_row(void **state)
{
    struct world *world = *state;

    member_text(world->county, PHONE, "响水河镇东陈村的自来水停了三天了");
    province_start(world->province);
    member_link(world->county);
    settle(world);
    member_text(world->county, "+8613934567002", "村支书贪污低保款，我要举报");
    settle(world);
    assert_true(province_count(world->province, "SELECT count(*) FROM journal WHERE kind = 'sealed'") > 1);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM heads"), 1);
}

static void what_happens_while_the_link_is_down_arrives_later(void **state)
{
    struct world *world = *state;

    member_link(world->county);
    for (int i = 0; i < 5; i++)
        member_text(world->county, PHONE, "路灯坏了");
    for (int i = 0; i < 3; i++) {
        province_start(world->province);
        settle(world);
        province_stop(world->province);
        member_text(world->county, "+8613934567003", "井水浑了");
    }
    province_start(world->province);
    settle(world);
}

/* Milliseconds that the centre asks the county to rest after its rows after that one, most of them at once.
 */
static int64_t rest_after(struct world *world, int64_t after, int64_t most)
{
    void *mem = talloc_new(NULL);
    const char *error = "", *batch;
    struct store *ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    size_t length;
    struct json_object *answer;
    int64_t rest_ms;

    batch = batch_cut(mem, ours, after, most, &length);
    answer = json_tokener_parse(batch_ask(mem, province_store(mem, world->province), batch, length).answer);
    assert_int_equal(wire_number(answer, "have"), after + most);
    rest_ms = wire_number(answer, "rest_ms");
    json_object_put(answer);
    talloc_free(mem);
    return rest_ms;
}

/* Of one with all that fits. */
static int64_t rows_of_a_batch(struct world *world)
{
    void *mem = talloc_new(NULL);
    const char *error = "", *batch;
    struct store *ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    struct wire_batch *read;
    size_t length;
    int64_t n;

    batch = batch_cut(mem, ours, 0, INT64_MAX, &length);
    read = wire_read(mem, batch, length, &error);
    n = read ? (int64_t)read->n : 0;
    talloc_free(mem);
    return n;
}

static void a_county_that_catches_up_leaves_the_others_their_turn(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < 30; i++)
        member_text(world->county, PHONE, "路灯坏了");
    assert_int_equal(rest_after(world, 0, 50), 0);
    assert_int_equal(rest_after(world, 50, 51), 5);
    assert_int_equal(rest_after(world, 101, 12), 0);
    assert_int_equal(rows_of_a_batch(world), WIRE_ROWS_MOST);
}

static void batches_that_come_again_and_in_any_order_count_once(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct store *centre = province_store(mem, world->province), *ours;
    const char *error = "", *batches[64];
    size_t lengths[64], n = 0;

    for (int i = 0; i < 4; i++)
        member_text(world->county, PHONE, "路灯坏了");
    ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    while (n < 64 && (batches[n] = batch_cut(mem, ours, (int64_t)n * 12, 12, &lengths[n])))
        n++;
    assert_in_range(n, 5, 63);
    srandom(7);
    for (int left = 2000; left > 0; left--) {
        size_t i = (size_t)random() % n;

        assert_int_equal(batch_post(mem, centre, batches[i], lengths[i]), 200);
    }
    settle(world);
    talloc_free(mem);
}

static void a_batch_cut_at_any_octet_does_nothing(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct store *centre = province_store(mem, world->province), *ours;
    const char *error = "", *batch;
    size_t length;

    member_text(world->county, PHONE, "路灯坏了");
    ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    batch = batch_cut(mem, ours, 0, 4, &length);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(batch_post(mem, centre, batch, i), 400);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM journal"), 0);
    assert_int_equal(batch_post(mem, centre, batch, length), 200);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM journal"), 4);
    talloc_free(mem);
}

static void another_past_stops_the_feed_and_is_told(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct store *centre = province_store(mem, world->province), *ours;
    const char *error = "", *batch;
    size_t length;

    member_text(world->county, PHONE, "路灯坏了");
    ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    batch = batch_cut(mem, ours, 0, 4, &length);
    assert_int_equal(batch_post(mem, centre, batch, length), 200);
    assert_true(sql_run(centre, "UPDATE feeds SET hash = $1", VALUES(as_text("another"))));
    batch = batch_cut(mem, ours, 4, 4, &length);
    assert_int_equal(batch_post(mem, centre, batch, length), 409);
    assert_int_equal(batch_post(mem, centre, batch, length), 409);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM feeds WHERE stopped <> ''"), 1);
    talloc_free(mem);
}

static void a_county_erases_at_the_centre_too(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    const char *error = "", *wish = NULL;
    struct erased erased;
    struct store *store;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "查");
    settle(world);
    assert_true(
        province_count(world->province, "SELECT count(*) FROM journal WHERE body LIKE '%" DIGITS "%'") > 0);
    store = store_open(mem, world->county->office->config.store_url, &error);
    assert_true(store_erase(store, PHONE, 1, &erased));
    assert_true(erased.was_known && erased.open == 0);
    talloc_free(mem);
    settle(world);
    assert_int_equal(
        province_count(world->province, "SELECT count(*) FROM journal WHERE body LIKE '%" DIGITS "%'"), 0);
    member_unlink(world->county);
    province_stop(world->province);
    store = province_store(world, world->province);
    assert_true(centre_shred(store));
    assert_true(store_get(store, world, "to shred", &wish));
    assert_null(wish); /* it is done once */
    talloc_free(store);
    if (world->province->config.store_url[0] == 's')
        assert_false(file_holds(world->province->path, DIGITS));
}

static void part(struct world *world, int sequence, const char *words)
{
    struct event event = office_text(world, talloc_asprintf(world, "part %d", sequence), PHONE, words);

    event.kind = EVENT_PART;
    event.reference = 7;
    event.total = 2;
    event.sequence = sequence;
    event.raw = "0791 26000010 4687";
    assert_true(desk_submit(world->county->office->desk, &event, 1));
}

static void assert_gone(struct world *world, const char *words)
{
    struct store *store;

    member_unlink(world->county);
    province_stop(world->province);
    store = province_store(world, world->province);
    assert_true(centre_shred(store));
    talloc_free(store);
    if (world->province->config.store_url[0] == 's')
        assert_false(file_holds(world->province->path, words));
    office_close(world->county->office);
    assert_false(file_holds(world->county->office->path, words));
}

/* The part was kept, and sent to the centre, before the other one told that it holds a code. */
static void a_code_in_a_part_of_a_text_is_in_no_earlier_row(void **state)
{
    static const char coded[] =
        "SELECT count(*) FROM journal WHERE kind = 'events' AND body LIKE '%26000010 4687%'";
    struct world *world = *state;

    province_start(world->province);
    member_link(world->county);
    part(world, 1, "查 26000010 4687");
    settle(world);
    assert_true(province_count(world->province, coded) > 0);
    part(world, 2, " 谢谢");
    assert_int_equal(office_count(world->county->office, "SELECT count(*) FROM events WHERE text = '******'"),
                     3);
    settle(world);
    assert_int_equal(province_count(world->province, coded), 0);
    assert_gone(world, "26000010 4687");
}

/* Lets the centre say that its backup has all rows, so that they go at the county. */
static void prune(struct world *world)
{
    struct store *store = province_store(world, world->province);
    int64_t seq = office_count(world->county->office, "SELECT max(last_seq) FROM journal_runs");

    assert_true(store_begin(store, 1000) && centre_set_safe(store, "141027", seq) && store_commit(store));
    talloc_free(store);
    for (int i = 0; i < 600; i++) {
        member_text(world->county, "+8613934567003", "查");
        if (office_count(world->county->office, "SELECT min(first_seq) FROM journal_runs") > seq)
            break;
        usleep(10000);
    }
    settle(world);
}

static struct store *county_store(struct world *world)
{
    const char *error = "";
    struct store *store = store_open(world, world->county->office->config.store_url, &error);

    assert_non_null(store);
    return store;
}

static void run(struct world *world, const char *sql)
{
    struct store *store = county_store(world);

    assert_true(store_begin(store, 10000) && sql_run(store, sql, NO_VALUES) && store_commit(store));
    talloc_free(store);
}

/* Somebody was on duty, and is no more; the centre alone has the row that says so. */
static void what_was_pruned_here_is_erased_at_the_centre_too(void **state)
{
    static const char traces[] =
        "SELECT count(*) FROM journal WHERE kind = 'units' AND body LIKE '%" DIGITS "%'";
    struct world *world = *state;
    struct store *store;
    struct erased erased;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "查");
    run(world,
        "INSERT INTO units (code, name, level, on_duty) VALUES ('1', '天坛镇', 'township', '" PHONE "')");
    run(world, "UPDATE units SET on_duty = NULL");
    settle(world);
    assert_int_equal(province_count(world->province, traces), 1);
    prune(world);
    store = county_store(world);
    assert_true(store_erase(store, PHONE, 1, &erased) && erased.was_known && erased.open == 0);
    talloc_free(store);
    settle(world);
    assert_int_equal(province_count(world->province, traces), 0);
    assert_true(province_count(world->province, "SELECT count(*) FROM journal WHERE kind = 'units' AND body"
                                                " IS NOT NULL AND adopted_at = 0") > 0);
    assert_gone(world, DIGITS);
}

/* A case becomes restricted; of a question about it, answered long ago, nothing may be read any more. */
static void restrict_case(struct world *world, bool is_pruned)
{
    static const char questions[] =
        "SELECT count(*) FROM journal WHERE kind = 'questions' AND body LIKE '%" DIGITS "%'";
    static const char others[] =
        "SELECT count(*) FROM journal WHERE kind = 'questions' AND body LIKE '%4567002%'";
    struct store *store;
    struct case_ *case_;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "自来水停了三天了");
    member_text(world->county, "+8613934567002", "路灯坏了");
    run(world, "DELETE FROM questions");
    run(world, "INSERT INTO questions (phone, kind, case_id, data, asked_at, expires_at)"
               " VALUES ('" PHONE "', 'place', 1, '', 1, 2), ('+8613934567002', 'place', 2, '', 1, 2)");
    run(world, "DELETE FROM questions");
    settle(world);
    assert_true(province_count(world->province, questions) > 0);
    if (is_pruned)
        prune(world);
    store = county_store(world);
    assert_true(store_case(store, store, 1, &case_));
    case_->is_guarded = true;
    assert_true(store_begin(store, 10000) && store_update_case(store, case_) && store_commit(store));
    talloc_free(store);
    settle(world);
    assert_int_equal(province_count(world->province, questions), 0);
    assert_true(province_count(world->province, others) > 0);
}

static void what_a_restricted_case_had_is_no_longer_read_at_the_centre(void **state)
{
    restrict_case(*state, false);
}

static void nor_what_was_pruned_here_of_a_restricted_case(void **state)
{
    restrict_case(*state, true);
}

static void order(struct world *world, const char *kind, const char *body)
{
    struct store *store = province_store(world, world->province);
    struct order order = { .gateway = "141027", .kind = kind, .body = body, .made_at = time(NULL) };

    assert_true(store_begin(store, 1000) && centre_add_order(store, &order) && store_commit(store));
    talloc_free(store);
}

static void wait_for(struct world *world, const char *sql)
{
    for (int i = 0; i < 6000 && office_count(world->county->office, sql) < 1; i++)
        usleep(10000);
    assert_true(office_count(world->county->office, sql) >= 1);
}

static void the_centre_gives_orders_and_each_is_carried_out_once(void **state)
{
    struct world *world = *state;

    province_start(world->province);
    member_link(world->county);
    order(world, "unit", "{\"code\":\"141027\",\"name\":\"浮山县\",\"level\":\"county\"}");
    order(world, "person",
          "{\"phone\":\"+8613800000055\",\"name\":\"值班\",\"roles\":\"cadre\",\"unit\":\"141027\"}");
    order(world, "event", "{\"from\":\"+8613800000055\",\"text\":\"待领\"}");
    wait_for(world, "SELECT count(*) FROM events WHERE line = 'centre' AND outcome = 'command'");
    assert_int_equal(office_count(world->county->office, "SELECT count(*) FROM people WHERE roles = 1"), 1);
    member_unlink(world->county);
    office_run(world->county->office, "DELETE FROM settings WHERE name = 'centre orders'");
    member_link(world->county);
    order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"请看\"}");
    wait_for(world, "SELECT count(*) FROM notices WHERE name = 'send'");
    assert_int_equal(office_count(world->county->office, "SELECT count(*) FROM events WHERE line = 'centre'"),
                     1);
    settle(world);
}

static void a_text_from_the_centre_is_checked_before_it_counts(void **state)
{
    struct world *world = *state;
    static const char last[] = "SELECT count(*) FROM settings WHERE name = 'centre orders' AND"
                               " CAST(value AS INTEGER) >= 3";

    province_start(world->province);
    member_link(world->county);
    order(world, "template", "{\"language\":\"zh\",\"name\":\"no-open-case\",\"text\":\"{{#open}}没有\"}");
    order(world, "template", "{\"language\":\"zh\",\"name\":\"no-such-text-at-all\",\"text\":\"没有\"}");
    order(world, "template",
          "{\"language\":\"zh\",\"name\":\"no-open-case\",\"text\":\"省里说：没有在办的事。\"}");
    wait_for(world, last);
    assert_int_equal(office_count(world->county->office, "SELECT count(*) FROM keepings"), 1);
    wait_for(world, "SELECT count(*) FROM keepings WHERE kind = 'text' AND key = 'zh/no-open-case'"
                    " AND actor = 'centre'");
    member_text(world->county, PHONE, "查");
    wait_for(world, "SELECT count(*) FROM notices WHERE text LIKE '%省里说：没有在办的事%'");
}

static const char orders_done[] = "SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'centre orders'";

static void wait_for_order(struct member *county, long id)
{
    for (int i = 0; i < 6000 && office_count(county->office, orders_done) < id; i++)
        usleep(10000);
    assert_true(office_count(county->office, orders_done) >= id);
}

/* Whoever gave an order sees why it was not carried out; what came after it was. */
static void what_a_county_refuses_is_seen_at_the_centre(void **state)
{
    struct world *world = *state;
    struct outcome outcome;

    province_start(world->province);
    member_link(world->county);
    order(world, "unit", "{\"code\":\"1\",\"name\":\"水利局\",\"level\":\"department\",\"parent\":\"9\"}");
    order(world, "unit", "{\"code\":\"1\",\"name\":\"水利局\",\"level\":\"planet\"}");
    order(world, "template", "{\"language\":\"zh\",\"name\":\"no-open-case\",\"text\":\"{{#open}}没有\"}");
    order(world, "model", "{\"sha256\":\"00\",\"octets\":\"00\"}");
    order(world, "dance", "{}");
    order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"请看\"}");
    wait_for(world, "SELECT count(*) FROM notices WHERE name = 'send'");
    settle(world);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM orders WHERE refused <> ''"), 5);
    assert_int_equal(province_count(world->province,
                                    "SELECT count(*) FROM orders WHERE kind = 'unit' AND id = 1"
                                    " AND refused = 'there is no such unit'"),
                     1);
    setenv("LC_ALL", "C.UTF-8", 1);
    outcome = RUN(world, world->county->office->folder, NULL, "centre", "orders", "141027", "-c",
                  world->province->file);
    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "the model has another hash"));
    assert_non_null(strstr(outcome.out, "this program does not know such an order"));
    assert_non_null(strstr(outcome.out, "text zh/no-open-case: "));
    assert_non_null(strstr(outcome.out, "carried out"));
}

/* A centre that was restored from an older backup begins to number its orders below what the county did. */
static void orders_of_a_centre_that_was_restored_are_carried_out(void **state)
{
    struct world *world = *state;
    static const char texts[] = "SELECT count(*) FROM notices WHERE name = 'send'";
    const char *file = world->province->path, *old = talloc_asprintf(world, "%s.old", file);
    char command[512];

    province_start(world->province);
    member_link(world->county);
    settle(world);
    province_stop(world->province);
    snprintf(command, sizeof command, "cp %s %s", file, old);
    assert_int_equal(system(command), 0);
    province_start(world->province);
    for (int i = 0; i < 5; i++)
        order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"请看\"}");
    wait_for(world, "SELECT count(*) FROM settings WHERE name = 'centre orders' AND value = '5'");
    member_unlink(world->county);
    province_stop(world->province);
    snprintf(command, sizeof command, "rm -f %s-wal %s-shm && cp %s %s", file, file, old, file);
    assert_int_equal(system(command), 0);
    province_start(world->province);
    order(world, "send", "{\"to\":\"+8613800000056\",\"text\":\"请看\"}"); /* numbered 1 */
    member_link(world->county);
    wait_for(world, "SELECT count(*) FROM notices WHERE recipient = '+8613800000056'");
    order(world, "send", "{\"to\":\"+8613800000057\",\"text\":\"请看\"}");
    wait_for(world, "SELECT count(*) FROM notices WHERE recipient = '+8613800000057'");
    assert_int_equal(office_count(world->county->office, texts), 7);
}

static void copy_file(const char *from, const char *to)
{
    char command[512];

    snprintf(command, sizeof command, "cp %s %s", from, to);
    assert_int_equal(system(command), 0);
}

static void a_box_put_back_to_an_older_state_stands_still(void **state)
{
    struct world *world = *state;
    const char *old = talloc_asprintf(world, "%s/old.db", world->county->office->folder);
    struct event event;

    member_text(world->county, PHONE, "路灯坏了");
    office_close(world->county->office);
    copy_file(world->county->office->path, old);
    office_restart(world->county->office);
    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "井水浑了");
    settle(world);
    member_unlink(world->county);
    office_close(world->county->office);
    copy_file(old, world->county->office->path);
    office_restart(world->county->office);
    member_link(world->county);
    wait_for(world, "SELECT count(*) FROM settings WHERE name = 'centre stopped'");
    event = office_text(world, "after", PHONE, "还没人来");
    assert_false(desk_submit(world->county->office->desk, &event, 1));
}

/* The box that takes the place of the county's, not linked yet. */
static struct member *replace(struct world *world)
{
    return member_replace(world, world->county, world->province, "141027", "next.db");
}

static void the_old_box_stands_still_once_another_has_its_place(void **state)
{
    struct world *world = *state;
    struct member *next;
    struct event event;
    const char *old = world->county->office->path;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    settle(world);
    next = replace(world);
    same_store_but_notices(old, next->office->path);
    member_link(next);
    member_text(next, "+8613934567005", "桥断了");
    member_settle(next, world->province, "141027");
    wait_for(world, "SELECT count(*) FROM settings WHERE name = 'centre stopped'");
    event = office_text(world, "after", PHONE, "还没人来");
    assert_false(desk_submit(world->county->office->desk, &event, 1));
    member_text(next, "+8613934567005", "桥断了，快来人");
    member_settle(next, world->province, "141027");
    member_end(next);
}

static struct take claim(struct world *world, void *mem, int64_t epoch, int64_t now)
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
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct outcome outcome;
    long ended;

    world->county->office->config.operator_phone = "+8613800000077";
    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    settle(world);
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
    wait_for(world, "SELECT count(*) FROM notices WHERE name = 'alert-centre-stopped'");
    assert_int_equal(province_count(world->province, epoch), 1);
    member_unlink(world->county);
    outcome = RUN(world, world->county->office->folder, NULL, "centre", "epoch", "141027", "2", "-c",
                  world->province->file);
    assert_int_equal(outcome.status, 0);
    outcome = RUN(world, world->county->office->folder, NULL, "centre", "epoch", "141027", "1", "-c",
                  world->province->file);
    assert_int_equal(outcome.status, 1);
    member_link(world->county);
    settle(world);
    talloc_free(mem);
}

static void give(struct world *world, const char *sql)
{
    struct store *store = province_store(world, world->province);

    assert_true(store_begin(store, 10000) && sql_run(store, sql, NO_VALUES) && store_commit(store));
    talloc_free(store);
}

static const char *setting(struct member *county, const char *name)
{
    const char *error = "", *value = NULL;
    struct store *store = store_open_reader(county, county->office->config.store_url, &error);

    assert_non_null(store);
    assert_true(store_get(store, county, name, &value));
    assert_non_null(value);
    talloc_free(store);
    return value;
}

/* The orders of the box before it are not carried out once more, and what that may have sent is not sent. */
static void a_new_box_sends_no_text_of_an_order_again(void **state)
{
    struct world *world = *state;
    const char *key;
    struct member *next;

    province_start(world->province);
    member_link(world->county);
    order(world, "unit", "{\"code\":\"141027\",\"name\":\"浮山县\",\"level\":\"county\"}");
    order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"请看\"}");
    wait_for(world, "SELECT count(*) FROM notices WHERE name = 'send'");
    settle(world);
    member_unlink(world->county);
    /* given to the old box, of which no row tells whether it was carried out */
    order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"快看\"}");
    order(world, "unit", "{\"code\":\"141027\",\"name\":\"浮山\",\"level\":\"county\"}");
    give(world, "UPDATE feeds SET orders_given = 4");
    give(world,
         "UPDATE orders SET kind = 'model' WHERE id = 1"); /* as if that had been taken: no journal has it */
    order(world, "send", "{\"to\":\"+8613800000056\",\"text\":\"到了吗\"}"); /* was never given */
    next = replace(world);
    member_link(next);
    wait_for_order(next, 5);
    member_settle(next, world->province, "141027");
    assert_int_equal(office_count(next->office, "SELECT count(*) FROM notices WHERE name = 'send'"
                                                " AND recipient = '+8613800000055'"),
                     1);
    assert_int_equal(office_count(next->office, "SELECT count(*) FROM notices WHERE text = '快看'"), 0);
    assert_int_equal(office_count(next->office, "SELECT count(*) FROM notices WHERE name = 'send'"
                                                " AND recipient = '+8613800000056'"),
                     1);
    assert_int_equal(office_count(next->office, "SELECT count(*) FROM units WHERE name = '浮山'"), 1);
    assert_int_equal(
        province_count(world->province, "SELECT sum(id) FROM orders WHERE refused LIKE 'the box %'"), 3);
    assert_int_equal(
        province_count(world->province, "SELECT count(*) FROM orders WHERE kind = 'model' AND id > 5"), 1);
    /* other counties know it by the same key */
    key = setting(world->county, TRANSFER_PRIVATE_KEY);
    assert_int_equal(strlen(key), SEAL_KEY_SIZE - 1);
    assert_string_equal(setting(next, TRANSFER_PRIVATE_KEY), key);
    assert_string_equal(setting(next, TRANSFER_PUBLIC_KEY), setting(world->county, TRANSFER_PUBLIC_KEY));
    member_end(next);
}

static void rows_go_at_the_county_once_a_backup_of_the_centre_has_them(void **state)
{
    struct world *world = *state;
    int64_t seq;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    settle(world);
    seq = office_count(world->county->office, "SELECT max(last_seq) FROM journal_runs");
    prune(world);
    assert_int_equal(office_count(world->county->office, "SELECT min(first_seq) FROM journal_runs"), seq + 1);
}

/* Kills the centre while a county writes. */
static void a_centre_that_is_killed_lacks_nothing(void **state)
{
    struct world *world = *state;
    int kills = getenv("XIANGYIN_FAULT") ? 1000 : 20;

    member_link(world->county);
    srandom(11);
    for (int i = 0; i < kills; i++) {
        province_spawn(world->province);
        for (int n = (int)(random() % 6); n >= 0; n--) {
            member_text(world->county, "+8613934567003", "井水浑了");
            usleep((useconds_t)(random() % 12000));
        }
        province_kill(world->province);
    }
    province_spawn(world->province);
    settle(world);
}

/* The database's server is killed, and frozen; the gateway goes on, and in the end everything is there. */
static void a_server_that_is_killed_or_frozen_loses_nothing(void **state)
{
    struct world *world = *state;
    int freeze_s = getenv("XIANGYIN_FAULT") ? 120 : 5;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    settle(world);
    postgres_kill(on_both_server());
    for (int i = 0; i < 20; i++)
        member_text(world->county, "+8613934567003", "井水浑了");
    postgres_run(on_both_server());
    settle(world);
    postgres_freeze(on_both_server());
    for (int i = 0; i < 20; i++)
        member_text(world->county, "+8613934567004", "桥断了");
    sleep((unsigned)freeze_s);
    postgres_thaw(on_both_server());
    settle(world);
}

/* What the new box gives out is behind all that the old one may have given. */
static void forbid_numbers_twice(const struct office *old, const struct office *next)
{
    struct event event = office_text((void *)next, "number", "+8613934599999", "电线断了");

    assert_true(desk_submit(next->desk, &event, 1));
    assert_true(office_count(next, "SELECT CAST(max(number) AS INTEGER) FROM cases") >
                office_count(old, "SELECT CAST(max(number) AS INTEGER) FROM cases"));
}

/*
 * The box dies at a moment nobody chose, and another takes its place: what the centre had is there, no text
 * that had no outcome is sent, and no number comes twice.
 */
static void another_box_takes_over_at_any_moment(void **state)
{
    struct world *world = *state;
    int times = getenv("XIANGYIN_FAULT") ? 200 : 4;
    struct member *now = world->county;

    srandom(3);
    province_start(world->province);
    /* before the centre has the store's whole beginning, a take-over is refused */
    member_link(now);
    settle(world);
    member_unlink(now);
    for (int i = 0; i < times; i++) {
        struct member *next;

        member_link(now);
        for (int n = (int)(random() % 5) + 1; n > 0; n--) {
            member_text(now, talloc_asprintf(world, "+86139345%05d", i * 10 + n), "路灯坏了");
            usleep((useconds_t)(random() % 15000));
        }
        member_end(now);
        next = member_replace(world, now, world->province, "141027", talloc_asprintf(world, "box%d.db", i));
        forbid_numbers_twice(now->office, next->office);
        now = next;
    }
    world->county = now;
    member_link(now);
    member_text(now, PHONE, "井水浑了");
    settle(world);
}

/* Of two boxes with the same store one goes on, and the other stands still. */
static void of_a_box_and_its_copy_one_stands_still(void **state)
{
    struct world *world = *state;
    struct member *copy = talloc_memdup(world, world->county, sizeof *copy);
    struct office *office = talloc_memdup(copy, world->county->office, sizeof *office);
    static const char frozen[] = "SELECT count(*) FROM settings WHERE name = 'centre stopped'";

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    settle(world);
    member_unlink(world->county);
    office_close(world->county->office);
    office->path = talloc_asprintf(copy, "%s/copy.db", office->folder);
    copy_file(world->county->office->path, office->path);
    office->config.store_url = talloc_asprintf(copy, "sqlite:%s", office->path);
    office->config.database = office->path;
    office->desk = NULL;
    copy->office = office;
    copy->link = NULL;
    office_restart(office);
    office_restart(world->county->office);
    member_link(copy);
    member_text(copy, PHONE, "桥断了");
    member_settle(copy, world->province, "141027");
    member_link(world->county);
    wait_for(world, frozen);
    assert_int_equal(office_count(office, frozen), 0);
    member_text(copy, PHONE, "井水浑了");
    member_settle(copy, world->province, "141027");
    member_end(copy);
}

static void what_is_sealed_still_counts_in_figures(void **state)
{
    struct world *world = *state;
    struct centre_figures *figures;
    const char *error = "";
    struct store *store;
    size_t n;

    office_close(world->county->office);
    world->county->office->config.centre_bodies = "sealed";
    assert_true(link_prepare(world, &world->county->office->config, &error));
    office_restart(world->county->office);
    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "响水河镇东陈村的自来水停了三天了");
    member_text(world->county, "+8613934567002", "村支书贪污低保款，我要举报");
    settle(world);
    store = province_store(world, world->province);
    assert_int_equal(
        province_count(world->province, "SELECT count(*) FROM journal WHERE body LIKE '%" DIGITS "%'"), 0);
    assert_int_equal(
        province_count(world->province, "SELECT count(*) FROM journal WHERE body LIKE '%自来水%'"), 0);
    assert_true(centre_figures(store, world, 0, INT64_MAX, time(NULL), &figures, &n));
    assert_int_equal(n, 1);
    assert_int_equal(figures[0].cases, 1);
    assert_int_equal(figures[0].open, 1);
    province_take_over(world->province, "141027", world->county,
                       talloc_asprintf(world, "%s/next.db", world->county->office->folder));
    same_store_but_notices(world->county->office->path,
                           talloc_asprintf(world, "%s/next.db", world->county->office->folder));
}

/* From plain to sealed: what was sent before is blanked, and a box can still be built. */
static void what_was_sent_before_it_was_sealed_can_be_blanked(void **state)
{
    static const char plain[] = "SELECT count(*) FROM journal WHERE body LIKE '%" DIGITS "%'";
    struct world *world = *state;
    const char *next = talloc_asprintf(world, "%s/next.db", world->county->office->folder), *error = "";
    int64_t n = 0;
    struct store *store;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "响水河镇东陈村的自来水停了三天了");
    settle(world);
    member_unlink(world->county);
    office_close(world->county->office);
    world->county->office->config.centre_bodies = "sealed";
    assert_true(link_prepare(world, &world->county->office->config, &error));
    office_restart(world->county->office);
    member_link(world->county);
    settle(world);
    assert_true(province_count(world->province, plain) > 0);
    store = province_store(world, world->province);
    assert_true(store_begin(store, 10000) && centre_blank_old_rows(store, "141027", &n) &&
                store_commit(store));
    talloc_free(store);
    assert_true(n > 0);
    assert_int_equal(province_count(world->province, plain), 0);
    province_take_over(world->province, "141027", world->county, next);
    same_store_but_notices(world->county->office->path, next);
}

static bool hear(struct store *store, const char *gateway, int64_t at)
{
    return store_begin(store, 1000) && centre_hear(store, gateway, at) && store_commit(store);
}

static void look(struct store *store, struct centre *centre, int64_t now)
{
    void *mem = talloc_new(NULL);

    centre->store = store;
    assert_true(store_begin(store, 1000) && centre_watch(centre, mem, now) && store_commit(store));
    talloc_free(mem);
}

static void silence_is_told_once_and_an_outage_of_the_province_once(void **state)
{
    static const char alerts[] =
        "SELECT count(*) FROM orders WHERE gateway = '141001' AND body LIKE '%silent%'";
    static const char backs[] = "SELECT count(*) FROM orders WHERE body LIKE '%county-back%'";
    static const char outages[] = "SELECT count(*) FROM orders WHERE body LIKE '%province-%'";
    struct world *world = *state;
    struct province *province = world->province;
    struct store *store = province_store(world, province);
    struct centre centre = { .config = &province->config, .started_at = 0 };
    const int64_t day = 86400, hour = 3600;

    province_add(province, "141001", "", true);
    province_add(province, "141002", "", false);
    province_add(province, "141003", "", false);
    assert_true(hear(store, "141001", day + hour) && hear(store, "141002", day + hour) &&
                hear(store, "141003", day + hour) && hear(store, "141027", day));
    look(store, &centre, day + hour + 10);
    look(store, &centre, day + hour + 40);
    assert_int_equal(province_count(province, alerts), 2); /* its operator's, and the province's */
    assert_true(hear(store, "141027", day + hour + 50));
    look(store, &centre, day + hour + 70);
    look(store, &centre, day + hour + 100);
    assert_int_equal(province_count(province, backs), 2);
    look(store, &centre, day + 3 * hour);
    look(store, &centre, day + 3 * hour + 30);
    assert_int_equal(province_count(province, alerts), 2);
    assert_true(centre.is_outage);
    assert_true(hear(store, "141001", day + 4 * hour) && hear(store, "141002", day + 4 * hour) &&
                hear(store, "141003", day + 4 * hour) && hear(store, "141027", day + 4 * hour));
    look(store, &centre, day + 4 * hour + 30);
    assert_int_equal(province_count(province, outages), 1);
    assert_int_equal(province_count(province, backs), 2);
}

/* What an operator of the province and one of a county type, with the real program. */
/* What the old box wrote after its last row at the centre comes once, and nothing from another county's box.
 */
static void adopt(struct world *world)
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
    struct world *world = *state;
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
    settle(world);
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
    wait_for(world, "SELECT count(*) FROM settings WHERE name = 'centre stopped'");
    member_end(world->county);
    adopt(world);
}

#define ON_BOTH(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_county_arrives_row_for_row),
        ON_SQLITE(what_happens_while_the_link_is_down_arrives_later, open_world, close_world),
        ON_BOTH(batches_that_come_again_and_in_any_order_count_once),
        ON_BOTH(a_batch_cut_at_any_octet_does_nothing),
        ON_BOTH(another_past_stops_the_feed_and_is_told),
        ON_BOTH(a_county_erases_at_the_centre_too),
        ON_BOTH(an_epoch_that_the_centre_has_not_given_is_refused_at_both_ends),
        ON_BOTH(what_was_pruned_here_is_erased_at_the_centre_too),
        ON_BOTH(what_a_restricted_case_had_is_no_longer_read_at_the_centre),
        ON_BOTH(nor_what_was_pruned_here_of_a_restricted_case),
        ON_BOTH(a_code_in_a_part_of_a_text_is_in_no_earlier_row),
        ON_BOTH(the_centre_gives_orders_and_each_is_carried_out_once),
        ON_BOTH(what_a_county_refuses_is_seen_at_the_centre),
        ON_BOTH(a_new_box_sends_no_text_of_an_order_again),
        ON_SQLITE(a_text_from_the_centre_is_checked_before_it_counts, open_world, close_world),
        ON_SQLITE(orders_of_a_centre_that_was_restored_are_carried_out, open_world, close_world),
        ON_SQLITE(a_box_put_back_to_an_older_state_stands_still, open_world, close_world),
        ON_BOTH(the_old_box_stands_still_once_another_has_its_place),
        ON_SQLITE(rows_go_at_the_county_once_a_backup_of_the_centre_has_them, open_world, close_world),
        ON_SQLITE(a_centre_that_is_killed_lacks_nothing, open_world, close_world),
        ON_SQLITE(a_county_that_catches_up_leaves_the_others_their_turn, open_world, close_world),
        ON_SQLITE(another_box_takes_over_at_any_moment, open_world, close_world),
        ON_SQLITE(of_a_box_and_its_copy_one_stands_still, open_world, close_world),
        ON_SQLITE(a_province_is_run_by_commands, open_world, close_world),
        ON_BOTH(what_is_sealed_still_counts_in_figures),
        ON_BOTH(what_was_sent_before_it_was_sealed_can_be_blanked),
        ON_BOTH(silence_is_told_once_and_an_outage_of_the_province_once),
        ON_POSTGRES(a_server_that_is_killed_or_frozen_loses_nothing, open_world, close_world),
    };

    return on_both_run("centre", tests, sizeof tests / sizeof tests[0]);
}
