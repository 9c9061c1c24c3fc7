#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/provider/fields.h"
#include "store/cases.h"
#include "store/sql.h"
#include "store/steps.h"
#include "store/webhooks.h"
#include "tests/support/certificate.h"
#include "tests/support/http_support.h"
#include "tests/support/logged.h"
#include "tests/support/openapi_check.h"
#include "tests/support/placed.h"
#include "tests/support/support.h"

enum { TOLD_MOST = 64, WAIT_MS = 60000 };

/* Another program: keeps what it is told, and can be made to refuse it. */
struct receiver {
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock;
    int n, refuse_next;
    int refuse_with;
    const char *refuse_word; /* only bodies that hold it */
    const char *retry_after; /* what a refusal asks for; NULL: nothing */
    struct told {
        char *body, *time, *signature, *delivery;
        int status;
    } told[TOLD_MOST];
};

struct world {
    struct receiver receiver;
    int dead; /* a socket that nobody accepts from */
    struct http_world *http;
    const char *clock; /* whose time the gateway has; NULL: that of the machine */
};

static char *header(struct MHD_Connection *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

    return strdup(value ? value : "");
}

static int take(struct receiver *receiver, struct MHD_Connection *connection, const char *body)
{
    struct told *told = &receiver->told[receiver->n];
    bool is_meant = !receiver->refuse_word || strstr(body, receiver->refuse_word);

    if (receiver->n == TOLD_MOST)
        return 500;
    receiver->n++;
    *told = (struct told){ .body = strdup(body),
                           .time = header(connection, "X-Xiangyin-Timestamp"),
                           .signature = header(connection, "X-Xiangyin-Signature"),
                           .delivery = header(connection, "X-Xiangyin-Delivery"),
                           .status = 204 };
    if (is_meant && receiver->refuse_next > 0) {
        receiver->refuse_next--;
        told->status = receiver->refuse_with;
    }
    return told->status;
}

static enum MHD_Result hear(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                            const char *version, const char *data, size_t *size, void **state)
{
    struct receiver *receiver = arg;
    struct MHD_Response *response;
    enum MHD_Result result;
    char *body = *state;
    int status;

    (void)url, (void)method, (void)version;
    if (!body) {
        *state = talloc_strdup(NULL, "");
        return MHD_YES;
    }
    if (*size > 0) {
        *state = talloc_strndup_append(body, data, *size);
        *size = 0;
        return MHD_YES;
    }
    pthread_mutex_lock(&receiver->lock);
    status = take(receiver, connection, body);
    pthread_mutex_unlock(&receiver->lock);
    talloc_free(body);
    *state = NULL;
    response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (status >= 400 && receiver->retry_after)
        MHD_add_response_header(response, "Retry-After", receiver->retry_after);
    result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

/* With a certificate that it signed itself, in this file as well, by TLS; NULL: plain. */
static int start_receiver(struct receiver *receiver, const char *file)
{
    gnutls_datum_t certificate = { 0 }, key = { 0 };

    pthread_mutex_init(&receiver->lock, NULL);
    if (file) {
        certificate_make("127.0.0.1", time(NULL) - 86400, time(NULL) + 86400, &certificate, &key);
        certificate_append(file, &certificate);
    }
    receiver->daemon = file ? MHD_start_daemon(MHD_USE_TLS | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
                                               hear, receiver, MHD_OPTION_HTTPS_MEM_CERT, certificate.data,
                                               MHD_OPTION_HTTPS_MEM_KEY, key.data, MHD_OPTION_END)
                            : MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, hear, receiver,
                                               MHD_OPTION_END);
    gnutls_free(certificate.data);
    gnutls_free(key.data);
    assert_non_null(receiver->daemon);
    return MHD_get_daemon_info(receiver->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void stop_receiver(struct receiver *receiver)
{
    MHD_stop_daemon(receiver->daemon);
    for (int i = 0; i < receiver->n; i++) {
        free(receiver->told[i].body);
        free(receiver->told[i].time);
        free(receiver->told[i].signature);
        free(receiver->told[i].delivery);
    }
    pthread_mutex_destroy(&receiver->lock);
}

/* Until so many were told with this status, at most a minute. */
static int wait_for(struct world *world, int status, int wanted)
{
    int n = 0;

    for (int i = 0; i < 6000 && n < wanted; i++) {
        n = 0;
        pthread_mutex_lock(&world->receiver.lock);
        for (int t = 0; t < world->receiver.n; t++)
            n += world->receiver.told[t].status == status;
        pthread_mutex_unlock(&world->receiver.lock);
        nanosleep(&(struct timespec){ .tv_nsec = n < wanted ? 10000000 : 0 }, NULL);
    }
    return n;
}

/* What happens from the start on is told, to a webhook that is new, too. */
static void assert_each_has_begun(struct http_world *http)
{
    for (size_t i = 0; i < http->config->n_webhooks; i++) {
        bool has_new = true;

        assert_true(store_has_new_steps(http->store, http, http->config->webhooks[i].name, &has_new));
        assert_false(has_new);
    }
}

static void open_at(void **state, struct world *world, const char *url, const char *options)
{
    setenv("TEST_SECRET", "open-sesame-1234", 1);
    world->http = http_world_open(
        "",
        talloc_asprintf(world, "webhook w { url = \"%s\" secret = \"env:TEST_SECRET\" %s }\n", url, options));
    assert_each_has_begun(world->http);
    *state = world;
}

static int open_with(void **state, const char *options)
{
    struct world *world = talloc_zero(NULL, struct world);
    int port = start_receiver(&world->receiver, NULL);

    open_at(state, world, talloc_asprintf(world, "http://127.0.0.1:%d/told", port), options);
    return 0;
}

/* The other program has a certificate of the house; a second webhook does not know it. */
static int open_tls_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *file = talloc_asprintf(world, "%s/house.pem", temporary_directory(world));
    const char *url =
        talloc_asprintf(world, "https://127.0.0.1:%d/told", start_receiver(&world->receiver, file));

    open_at(state, world, url,
            talloc_asprintf(
                world, "authority = \"%s\" }\nwebhook strange { url = \"%s\" secret = \"env:TEST_SECRET\"",
                file, url));
    return 0;
}

static int open_world(void **state)
{
    return open_with(state, "");
}

/* With another program that is reached and never answers. */
static int open_world_beside_the_dead(void **state)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    int dead = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char options[200];

    assert_int_equal(bind(dead, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(dead, 16), 0);
    assert_int_equal(getsockname(dead, (struct sockaddr *)&address, &length), 0);
    snprintf(options, sizeof options,
             "}\nwebhook dead { url = \"http://127.0.0.1:%d/\" secret = \"env:TEST_SECRET\"",
             ntohs(address.sin_port));
    open_with(state, options);
    ((struct world *)*state)->dead = dead;
    return 0;
}

static int open_choosy_world(void **state)
{
    return open_with(state, "steps = { closed }");
}

/* The clock is set before any thread reads it. */
static int open_clocked_world(void **state)
{
    const char *folder = temporary_directory(NULL);
    char *clock = talloc_asprintf(folder, "%s/clock", folder);

    assert_true(clock_set(clock, time(NULL)));
    setenv("XIANGYIN_CLOCK", clock, 1);
    open_with(state, "");
    ((struct world *)*state)->clock = clock;
    talloc_steal(*state, folder);
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    http_world_close(world->http);
    if (world->clock)
        unsetenv("XIANGYIN_CLOCK");
    stop_receiver(&world->receiver);
    if (world->dead)
        close(world->dead);
    talloc_free(world);
    return 0;
}

struct happening {
    const char *number, *kind;
    bool is_guarded;
};

static bool add_step(struct turn *turn, void *arg)
{
    const struct happening *happening = arg;
    struct case_ *case_, fresh = { .number = happening->number,
                                   .reporter = "+8613800138000",
                                   .line = "x",
                                   .topic = "water",
                                   .text = "水",
                                   .received_at = turn->now,
                                   .is_guarded = happening->is_guarded,
                                   .touched_at = turn->now };
    struct step step = {
        .at = turn->now, .actor = "system", .line = "", .kind = happening->kind, .words = ""
    };

    if (!store_case_by_number(turn->store, turn->mem, happening->number, &case_))
        return false;
    if (!case_ && !store_open_case(turn->store, &fresh))
        return false;
    step.case_id = case_ ? case_->id : fresh.id;
    place_kinds(turn->store, happening->kind);
    return store_add_step(turn->store, &step);
}

static void happens(struct world *world, const char *number, const char *kind)
{
    struct happening happening = { number, kind, false };

    assert_true(desk_do(world->http->desk, add_step, &happening));
}

static const char *field(struct world *world, int which, const char *pointer)
{
    const char *body = world->receiver.told[which].body;
    const char *text = json_field(world, json_parse(world, body, strlen(body)), pointer);

    return text ? text : "";
}

static int open_files(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int n = 0;

    assert_non_null(directory);
    while (readdir(directory))
        n++;
    closedir(directory);
    return n;
}

/* One after the other. A transfer that is not ended keeps some 10,000 octets; what is kept here of each is
 * one. */
static void telling_leaves_no_connection_and_no_memory_behind(void **state)
{
    struct world *world = *state;
    size_t memory = 0;
    int before = 0;

    for (int i = 1; i <= 40; i++) {
        happens(world, talloc_asprintf(world, "260001%02d", i), "received");
        assert_int_equal(wait_for(world, 204, i), i);
        if (i == 10) {
            before = open_files();
            memory = mallinfo2().uordblks;
        }
    }
    assert_in_range(open_files(), 0, before + 8);
    assert_in_range(mallinfo2().uordblks, 0, memory + 30 * 4000);
}

static void a_step_is_told_with_its_case_and_signed(void **state)
{
    struct world *world = *state;
    struct told *told = &world->receiver.told[0];
    const char *data;

    happens(world, "26000013", "received");
    assert_int_equal(wait_for(world, 204, 1), 1);
    assert_string_equal(field(world, 0, "webhook"), "w");
    assert_string_equal(field(world, 0, "/step/kind"), "received");
    assert_string_equal(field(world, 0, "/case/number"), "26000013");
    data = talloc_asprintf(world, "%s.%s", told->time, told->body);
    assert_string_equal(told->signature,
                        talloc_asprintf(world, "sha256=%s",
                                        hmac_hex(world, "sha256", "open-sesame-1234", data, strlen(data))));
    assert_string_not_equal(told->delivery, "");
}

static void what_is_told_is_as_described(void **state)
{
    struct world *world = *state;
    struct reply reply = http_ask(world->http, world, "GET", "/api/v1/openapi.json", NULL, NULL);
    struct json_object *description = json_parse(world, reply.body, strlen(reply.body)), *paths, *hooks;
    struct json_object *answer = json_tokener_parse(
        "{\"post\":{\"responses\":{\"200\":{\"content\":{\"application/json\":{\"schema\":{\"$ref\":"
        "\"#/components/schemas/Delivery\"}}}}}}}");

    assert_non_null(json_at(description, "/webhooks/step/post"));
    hooks = json_at(description, "/webhooks/step/post/requestBody/content/application~1json/schema");
    assert_string_equal(json_field(world, hooks, "$ref"), "#/components/schemas/Delivery");
    paths = json_at(description, "paths");
    json_object_object_add(paths, "/told", answer);
    happens(world, "26000013", "received");
    assert_int_equal(wait_for(world, 204, 1), 1);
    const char *wrong = openapi_check(world, description, "POST", "/told", 200, world->receiver.told[0].body);
    if (wrong)
        fail_msg("%s", wrong);
}

static void what_is_refused_is_told_again_in_the_order_of_the_case(void **state)
{
    struct world *world = *state;

    world->receiver.refuse_next = 2;
    world->receiver.refuse_with = 500;
    world->receiver.refuse_word = "26000013";
    happens(world, "26000013", "received");
    happens(world, "26000013", "accepted");
    happens(world, "26000024", "received");
    happens(world, "26000013", "closed");
    assert_int_equal(wait_for(world, 204, 4), 4);
    char *order = talloc_strdup(world, "");
    for (int i = 0; i < world->receiver.n; i++)
        if (world->receiver.told[i].status == 204 && strcmp(field(world, i, "/case/number"), "26000013") == 0)
            order = talloc_asprintf_append(order, "%s ", field(world, i, "/step/kind"));
    assert_string_equal(order, "received accepted closed ");
    /* the other case did not wait */
    assert_string_equal(field(world, 0, "/step/kind"), "received");
    for (int i = 0; i < world->receiver.n; i++)
        if (strcmp(field(world, i, "/case/number"), "26000024") == 0)
            assert_true(i < 2);
    /* said again, it has the same key */
    for (int i = 0; i < world->receiver.n; i++)
        for (int k = 0; k < i; k++)
            assert_int_equal(strcmp(world->receiver.told[i].delivery, world->receiver.told[k].delivery) == 0,
                             strcmp(field(world, i, "/step/id"), field(world, k, "/step/id")) == 0);
}

/* The first that is not settled, NULL: none. */
static struct webhook_delivery *unsettled(struct world *world, const char *hook)
{
    struct webhook_delivery *due = NULL;
    int64_t next_due;
    size_t n = 0;

    assert_true(
        store_due_webhook_deliveries(world->http->store, world, hook, INT64_MAX, 10, &due, &n, &next_due));
    return n > 0 ? due : NULL;
}

static bool waits(struct world *world, const char *hook)
{
    return unsettled(world, hook) != NULL;
}

static void wait_settled(struct world *world, const char *hook)
{
    for (int i = 0; i < WAIT_MS && waits(world, hook); i++)
        usleep(1000);
    assert_false(waits(world, hook));
}

/* The hook's first delivery that waits, when so many tries of it are in the store. */
static struct webhook_delivery *wait_tried(struct world *world, const char *hook, int attempts)
{
    struct webhook_delivery *delivery = NULL;

    for (int i = 0; i < WAIT_MS && !(delivery && delivery->attempts >= attempts); i++) {
        usleep(1000);
        delivery = unsettled(world, hook);
    }
    assert_true(delivery && delivery->attempts >= attempts);
    return delivery;
}

/* One line when it begins to fail and one when it works again; none of each telling. */
static void trouble_is_logged_when_it_begins_and_when_it_ends(void **state)
{
    struct world *world = *state;
    struct logged logged = logged_begin(world);

    for (int i = 1; i <= 3; i++) {
        happens(world, talloc_asprintf(world, "2600001%d", i), "received");
        assert_int_equal(wait_for(world, 204, i), i);
    }
    assert_int_equal(logged_count(&logged, "works again"), 0);
    world->receiver.refuse_next = 2;
    world->receiver.refuse_with = 500;
    for (int i = 4; i <= 6; i++)
        happens(world, talloc_asprintf(world, "2600001%d", i), "received");
    assert_int_equal(wait_for(world, 204, 6), 6);
    happens(world, "26000017", "received");
    assert_int_equal(wait_for(world, 204, 7), 7);
    wait_settled(world, "w");
    logged_end(&logged);
    assert_int_equal(logged_count(&logged, "will retry"), 1);
    assert_int_equal(logged_count(&logged, "works again"), 1);
    assert_int_equal(logged_count(&logged, "gave up"), 0);
}

/* By a connection of its own, which does not ask whether a row is still referred to. */
static void change_store(struct world *world, const char *statement)
{
    const char *error;
    struct store *store = store_open(world, world->http->config->store_url, &error);

    assert_non_null(store);
    assert_true(sql_run(store, "PRAGMA foreign_keys = OFF", NO_VALUES));
    assert_true(sql_run(store, statement, NO_VALUES));
    talloc_free(store);
}

static void a_step_that_is_gone_is_given_up_and_the_next_is_told(void **state)
{
    struct world *world = *state;
    struct logged logged = logged_begin(world);

    world->receiver.refuse_next = 1;
    world->receiver.refuse_with = 503;
    happens(world, "26000013", "received");
    assert_int_equal(wait_for(world, 503, 1), 1);
    happens(world, "26000013", "accepted");
    change_store(world, "DELETE FROM steps WHERE kind = 'received'");
    assert_int_equal(wait_for(world, 204, 1), 1);
    assert_string_equal(field(world, 1, "/step/kind"), "accepted");
    wait_settled(world, "w");
    logged_end(&logged);
    assert_int_equal(logged_count(&logged, "gave up on a step: the step is gone"), 1);
}

static void wait_logged(const struct logged *logged, const char *words)
{
    for (int i = 0; i < WAIT_MS && logged_count(logged, words) == 0; i++)
        usleep(1000);
    assert_int_equal(logged_count(logged, words), 1);
}

/* It is looked for twice a second. */
static void a_store_that_cannot_be_read_is_logged_once_and_tried_again(void **state)
{
    struct world *world = *state;
    struct logged logged = logged_begin(world);

    happens(world, "26000013", "received");
    assert_int_equal(wait_for(world, 204, 1), 1);
    wait_settled(world, "w");
    change_store(world, "ALTER TABLE cases RENAME TO cases_away");
    change_store(world, "UPDATE webhook_deliveries SET settled_at = NULL, due_at = 0 WHERE hook = 'w'");
    wait_logged(&logged, "no such table");
    usleep(1600000);
    assert_int_equal(logged_count(&logged, "no such table"), 1);
    change_store(world, "ALTER TABLE cases_away RENAME TO cases");
    assert_int_equal(wait_for(world, 204, 2), 2);
    wait_settled(world, "w");
    logged_end(&logged);
}

/* The last try is when the step is three days old; a try a second later gives up. */
static void a_step_is_told_until_it_is_three_days_old(void **state)
{
    struct world *world = *state;
    int64_t begun = clock_now();

    world->receiver.refuse_next = 1000;
    world->receiver.refuse_with = 500;
    happens(world, "26000013", "received");
    assert_int_equal(wait_for(world, 500, 1), 1);
    wait_tried(world, "w", 1);
    assert_true(clock_set(world->clock, begun + 3 * 24 * 3600));
    assert_int_equal(wait_for(world, 500, 2), 2);
    wait_tried(world, "w", 2);
    assert_true(clock_set(world->clock, begun + 3 * 24 * 3600 + 3600));
    assert_int_equal(wait_for(world, 500, 3), 3);
    wait_settled(world, "w");
}

static void whoever_asks_for_time_gets_it_up_to_an_hour(void **state)
{
    static const struct {
        const char *asked;
        int64_t least, most;
    } times[] = { { "60", 60, 120 }, { "99999999", 3600, 3700 } };
    struct world *world = *state;

    world->receiver.refuse_with = 503;
    for (int i = 0; i < 2; i++) {
        struct webhook_delivery *delivery;
        int64_t now = time(NULL);

        world->receiver.retry_after = times[i].asked;
        world->receiver.refuse_next = 1;
        happens(world, i ? "26000024" : "26000013", "received");
        assert_int_equal(wait_for(world, 503, i + 1), i + 1);
        delivery = wait_tried(world, "w", 1);
        assert_in_range(delivery->due_at, now + times[i].least, now + times[i].most + 60);
        change_store(world, "UPDATE webhook_deliveries SET settled_at = 1");
    }
}

static void who_never_answers_holds_up_nobody_else(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < 3; i++) {
        happens(world, "26000013", i ? "accepted" : "received");
        assert_int_equal(wait_for(world, 204, i + 1), i + 1);
    }
    assert_true(waits(world, "dead"));
}

static void a_certificate_of_the_house_is_trusted_where_it_is_named_alone(void **state)
{
    struct world *world = *state;

    happens(world, "26000013", "received");
    assert_int_equal(wait_for(world, 204, 1), 1);
    wait_tried(world, "strange", 1);
    assert_int_equal(world->receiver.n, 1);
    wait_settled(world, "w");
}

static void what_happened_meanwhile_is_told_after_a_restart(void **state)
{
    struct world *world = *state;

    world->receiver.refuse_next = 1;
    world->receiver.refuse_with = 503;
    happens(world, "26000013", "received");
    assert_int_equal(wait_for(world, 503, 1), 1);
    http_world_restart(world->http);
    happens(world, "26000013", "accepted");
    assert_int_equal(wait_for(world, 204, 2), 2);
    assert_string_equal(field(world, 1, "/step/kind"), "received");
    assert_string_equal(field(world, 2, "/step/kind"), "accepted");
}

static void cases_against_officials_are_not_told_unless_asked_for(void **state)
{
    struct world *world = *state;
    struct happening guarded = { "26000013", "received", true };

    assert_true(desk_do(world->http->desk, add_step, &guarded));
    happens(world, "26000024", "received");
    assert_int_equal(wait_for(world, 204, 1), 1);
    assert_string_equal(field(world, 0, "/case/number"), "26000024");
}

static bool restrict_case(struct turn *turn, void *arg)
{
    struct case_ *case_;

    if (!store_case_by_number(turn->store, turn->mem, arg, &case_) || !case_)
        return false;
    case_->is_guarded = true;
    return store_update_case(turn->store, case_);
}

static void a_step_that_waits_is_not_told_once_its_case_is_restricted(void **state)
{
    struct world *world = *state;

    world->receiver.refuse_next = 1;
    world->receiver.refuse_with = 503;
    happens(world, "26000013", "received");
    assert_int_equal(wait_for(world, 503, 1), 1);
    assert_true(desk_do(world->http->desk, restrict_case, (void *)(uintptr_t) "26000013"));
    http_world_restart(world->http); /* it is due at once */
    happens(world, "26000024", "received");
    assert_int_equal(wait_for(world, 204, 1), 1);
    for (int i = 0; i < 100 && waits(world, "w"); i++)
        nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
    assert_false(waits(world, "w"));
    for (int i = 0; i < world->receiver.n; i++)
        if (world->receiver.told[i].status == 204)
            assert_string_equal(field(world, i, "/case/number"), "26000024");
}

static void only_the_steps_asked_for_are_told(void **state)
{
    struct world *world = *state;

    happens(world, "26000013", "received");
    happens(world, "26000013", "closed");
    assert_int_equal(wait_for(world, 204, 1), 1);
    assert_string_equal(field(world, 0, "/step/kind"), "closed");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_step_is_told_with_its_case_and_signed),
        TEST(telling_leaves_no_connection_and_no_memory_behind),
        TEST(what_is_told_is_as_described),
        TEST(what_is_refused_is_told_again_in_the_order_of_the_case),
        TEST(trouble_is_logged_when_it_begins_and_when_it_ends),
        TEST(a_step_that_is_gone_is_given_up_and_the_next_is_told),
        TEST(a_store_that_cannot_be_read_is_logged_once_and_tried_again),
        cmocka_unit_test_setup_teardown(a_step_is_told_until_it_is_three_days_old, open_clocked_world,
                                        close_world),
        TEST(whoever_asks_for_time_gets_it_up_to_an_hour),
        cmocka_unit_test_setup_teardown(who_never_answers_holds_up_nobody_else, open_world_beside_the_dead,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_certificate_of_the_house_is_trusted_where_it_is_named_alone,
                                        open_tls_world, close_world),
        TEST(what_happened_meanwhile_is_told_after_a_restart),
        TEST(cases_against_officials_are_not_told_unless_asked_for),
        TEST(a_step_that_waits_is_not_told_once_its_case_is_restricted),
        cmocka_unit_test_setup_teardown(only_the_steps_asked_for_are_told, open_choosy_world, close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
