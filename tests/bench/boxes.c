#include "tests/bench/boxes.h"

#include <gnutls/crypto.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>

#include "gateway/centre/wire.h"
#include "store/sql/transaction.h"
#include "tests/bench/measure.h"
#include "tests/support/certificate.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

enum { ROWS_OF_APPEAL = 10, BATCH_ROWS = WIRE_ROWS_MOST, PATIENCE_MS = 60000, HANDSHAKES = 50 };

static void give_up(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static size_t take_answer(char *data, size_t size, size_t n, void *arg)
{
    struct request *request = arg;

    request->answer = realloc(request->answer, request->length + size * n + 1);
    memcpy(request->answer + request->length, data, size * n);
    request->length += size * n;
    request->answer[request->length] = '\0';
    return size * n;
}

static void open_request(struct world *world, struct box *box, struct request *request)
{
    char line[128];

    request->curl = curl_easy_init();
    snprintf(line, sizeof line, "Authorization: Bearer %s", box->token);
    request->headers = curl_slist_append(NULL, line);
    request->headers = curl_slist_append(request->headers, "Expect:");
    curl_easy_setopt(request->curl, CURLOPT_HTTPHEADER, request->headers);
    curl_easy_setopt(request->curl, CURLOPT_CAINFO, world->authority);
    curl_easy_setopt(request->curl, CURLOPT_CAPATH, NULL); /* else each connection reads all of the system */
    curl_easy_setopt(request->curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(request->curl, CURLOPT_WRITEDATA, request);
    curl_easy_setopt(request->curl, CURLOPT_PRIVATE, box);
    curl_easy_setopt(request->curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
}

static void send_off(struct world *world, struct request *request, const char *url, const char *body,
                     size_t length)
{
    curl_easy_setopt(request->curl, CURLOPT_URL, url);
    if (body) {
        curl_easy_setopt(request->curl, CURLOPT_POSTFIELDSIZE, (long)length);
        curl_easy_setopt(request->curl, CURLOPT_COPYPOSTFIELDS, body);
    }
    request->length = 0;
    request->is_busy = true;
    curl_multi_add_handle(world->curl, request->curl);
}

static void poll_centre(struct world *world, struct box *box)
{
    char url[256];

    snprintf(url, sizeof url, "%s/centre/v1/wait?epoch=1&session=%s&after=0%s", world->url,
             box->session ? box->session : "", box->session ? "" : "&first=1");
    send_off(world, &box->poll, url, NULL, 0);
}

/* The next row of the chain; its texts are from mem. */
static void next_row(void *mem, struct box *box, struct journal_row *row)
{
    static const char body[] =
        "{\"id\":812,\"case_id\":211,\"at\":1796000000,\"kind\":\"progress\",\"actor\":\"+8613934567001\","
        "\"line\":\"village\",\"words\":\"配件已到，明天上午更换水管，下午恢复供水\",\"event_id\":955}";
    char body_hash[JOURNAL_HASH_SIZE];

    *row = (struct journal_row){ .seq = box->last.seq + 1,
                                 .at = 1796000000 + box->last.seq,
                                 .kind = "steps",
                                 .entity = talloc_asprintf(mem, "%lld", (long long)box->last.seq),
                                 .body = body,
                                 .salt = "00112233445566778899aabbccddeeff" };
    journal_body_hash(row->salt, row->body, body_hash);
    row->body_hash = talloc_strdup(mem, body_hash);
    journal_chain_hash(box->hash, row, box->hash);
    row->hash = talloc_strdup(mem, box->hash);
    box->last.seq = row->seq;
}

void boxes_send(struct world *world, struct box *box)
{
    void *mem = talloc_new(NULL);
    struct wire_text text = { 0 };
    struct wire_head head = { .epoch = 1, .session = box->session, .recovery_key = "", .operator_phone = "" };
    size_t length, n = box->n_waiting < BATCH_ROWS ? box->n_waiting : BATCH_ROWS;
    const char *body;

    if (box->catch_up > 0)
        n = box->catch_up < BATCH_ROWS ? (size_t)box->catch_up : BATCH_ROWS;
    for (size_t i = 0; i < n; i++) {
        struct journal_row row;

        next_row(mem, box, &row);
        if (!wire_add(mem, &text, &row))
            give_up("a batch is too long");
    }
    box->n_sent = n;
    body = wire_end(mem, &text, head, &length);
    send_off(world, &box->rows, talloc_asprintf(mem, "%s/centre/v1/rows", world->url), body, length);
    talloc_free(mem);
}

static void acknowledge(struct world *world, struct box *box)
{
    struct json_object *answer = json_tokener_parse(box->rows.answer);
    double now = measure_now();

    if (wire_number(answer, "have") != box->last.seq)
        give_up(box->rows.answer);
    box->rests_until = now + (double)wire_number(answer, "rest_ms") / 1e3;
    json_object_put(answer);
    world->acknowledged += (int64_t)box->n_sent;
    if (box->catch_up > 0) {
        box->catch_up -= (int64_t)box->n_sent;
        box->caught_up_at = now;
        return;
    }
    for (size_t i = 0; world->is_measuring && i < box->n_sent; i++) {
        if (world->n_waits == world->room) {
            world->room = world->room ? 2 * world->room : 65536;
            world->waits = realloc(world->waits, world->room * sizeof *world->waits);
        }
        world->waits[world->n_waits++] = now - box->arrived[i];
    }
    box->n_waiting -= box->n_sent;
    memmove(box->arrived, box->arrived + box->n_sent, box->n_waiting * sizeof *box->arrived);
}

static void take_session(struct box *box)
{
    struct json_object *answer = json_tokener_parse(box->poll.answer);

    if (!box->session) {
        box->session = strdup(wire_string(answer, "session"));
        if (!*box->session)
            give_up(box->poll.answer);
    }
    json_object_put(answer);
}

/* Sends the next rows at once; the box that catches up, in a later turn if the centre asked for a rest. */
static void resume(struct world *world, struct box *box)
{
    if (box->catch_up > 0 && box->rests_until > measure_now())
        world->resting = box;
    else
        boxes_send(world, box);
}

static void finish(struct world *world, CURLMsg *message)
{
    struct box *box;
    struct request *request;
    CURLcode code = message->data.result;
    CURL *curl = message->easy_handle;
    long status = 0;

    curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&box);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    request = curl == box->poll.curl ? &box->poll : &box->rows;
    curl_multi_remove_handle(world->curl, curl);
    /* the centre has closed a connection that stood idle: asks again, as a gateway does */
    if (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING) {
        world->repeated++;
        request->length = 0;
        curl_multi_add_handle(world->curl, curl);
        return;
    }
    if (code == CURLE_OK && status == 503) {
        request->again_at = measure_now() + 1;
        world->refused++;
        world->n_refused++;
        return;
    }
    request->is_busy = false;
    if (code != CURLE_OK || status != 200) {
        fprintf(stderr, "%s: %s, %ld: %s\n", box->gateway, curl_easy_strerror(code), status,
                request->length ? request->answer : "");
        exit(1);
    }
    if (request == &box->poll) {
        take_session(box);
        poll_centre(world, box);
    } else {
        acknowledge(world, box);
        if (box->n_waiting > 0 || box->catch_up > 0)
            resume(world, box);
    }
}

/* Those for which the centre had no room a second ago. */
static void send_again(struct world *world)
{
    double now = measure_now();

    for (int i = 0; world->n_refused > 0 && i < 2 * world->n; i++) {
        struct box *box = &world->boxes[i / 2];
        struct request *request = i % 2 ? &box->poll : &box->rows;

        if (request->again_at == 0 || request->again_at > now)
            continue;
        request->again_at = 0;
        request->length = 0;
        world->n_refused--;
        curl_multi_add_handle(world->curl, request->curl);
    }
}

static void turn(struct world *world, int wait_ms)
{
    CURLMsg *message;
    int n;

    if (world->resting && world->resting->rests_until <= measure_now()) {
        boxes_send(world, world->resting);
        world->resting = NULL;
    }
    send_again(world);
    curl_multi_poll(world->curl, NULL, 0, world->resting ? 1 : wait_ms, NULL);
    curl_multi_perform(world->curl, &n);
    while ((message = curl_multi_info_read(world->curl, &n)))
        if (message->msg == CURLMSG_DONE)
            finish(world, message);
}

static void arrive(struct world *world, struct box *box, double at)
{
    if (box->n_waiting + ROWS_OF_APPEAL > box->room) {
        box->room = 2 * (box->n_waiting + ROWS_OF_APPEAL);
        box->arrived = realloc(box->arrived, box->room * sizeof *box->arrived);
    }
    for (int i = 0; i < ROWS_OF_APPEAL; i++)
        box->arrived[box->n_waiting++] = at;
    if (!box->rows.is_busy)
        boxes_send(world, box);
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

void boxes_play(struct world *world, int rows_per_second, double seconds, int first_box)
{
    double begin = measure_now(), per_second = (double)rows_per_second / ROWS_OF_APPEAL;
    long appeals = 0, all = (long)(seconds * per_second);

    world->n_waits = 0;
    world->is_measuring = true;
    while (appeals < all) {
        double now = measure_now();

        for (; appeals < all && begin + (double)appeals / per_second <= now; appeals++)
            arrive(world, &world->boxes[first_box + rand() % (world->n - first_box)],
                   begin + (double)appeals / per_second);
        turn(world, 1);
    }
    for (int i = 0; i < world->n; i++)
        while (world->boxes[i].rows.is_busy || world->boxes[i].catch_up > 0)
            turn(world, 10);
    world->is_measuring = false;
    qsort(world->waits, world->n_waits, sizeof *world->waits, by_size);
}

double boxes_part(const struct world *world, double part)
{
    return world->n_waits ? world->waits[(size_t)((double)(world->n_waits - 1) * part)] * 1e3 : 0;
}

struct comparison {
    struct box made; /* the rows as they were sent */
    void *mem;
    int64_t rows;
};

static bool is_as_sent(const struct journal_row *row, void *arg)
{
    struct comparison *comparison = arg;
    struct journal_row sent;

    next_row(comparison->mem, &comparison->made, &sent);
    comparison->rows++;
    bool is_same = row->seq == sent.seq && row->at == sent.at && strcmp(row->kind, sent.kind) == 0 &&
                   strcmp(row->entity, sent.entity) == 0 && strcmp(row->body, sent.body) == 0 &&
                   strcmp(row->salt, sent.salt) == 0 && strcmp(row->hash, sent.hash) == 0;

    talloc_free_children(comparison->mem);
    return is_same;
}

static void compare_box(struct store *store, const struct box *box)
{
    struct comparison comparison = { .mem = talloc_new(NULL) };
    struct feed *feed;

    if (!centre_feed(store, comparison.mem, box->gateway, &feed) || feed->seq != box->last.seq ||
        !centre_each_row(store, box->gateway, 0, INT_MAX, is_as_sent, &comparison) ||
        comparison.rows != box->last.seq)
        give_up("the centre has other rows than those that were sent");
    talloc_free(comparison.mem);
}

void boxes_compare(struct world *world, struct province *province)
{
    struct store *store = province_store(world->mem, province);
    int64_t rows = 0, sent = 0;

    for (int i = 0; i < world->n; i++) {
        compare_box(store, &world->boxes[i]);
        sent += world->boxes[i].last.seq;
    }
    if (!sql_number(store, "SELECT count(*) FROM journal", NO_VALUES, &rows) || rows != sent)
        give_up("the centre has rows that nobody sent");
    talloc_free(store);
}

static bool put_feeds(struct store *store, void *arg)
{
    struct world *world = arg;

    for (int i = 0; i < world->n; i++) {
        struct box *box = &world->boxes[i];
        unsigned char digest[32];
        char hash[65];
        bool is_new;

        gnutls_hash_fast(GNUTLS_DIG_SHA256, box->token, strlen(box->token), digest);
        for (size_t j = 0; j < sizeof digest; j++)
            snprintf(hash + 2 * j, 3, "%02x", digest[j]);
        if (!centre_put_feed(store,
                             &(struct feed){ .gateway = box->gateway,
                                             .name = box->gateway,
                                             .token_hash = hash,
                                             .epoch = 1,
                                             .operator_phone = "" },
                             &is_new))
            return false;
    }
    return true;
}

static void write_configuration(struct world *world, struct province *province)
{
    gnutls_datum_t certificate, key;
    const char *chain = talloc_asprintf(world->mem, "%s/tls.crt", province->folder);
    const char *secret = talloc_asprintf(world->mem, "%s/tls.key", province->folder);

    certificate_make("127.0.0.1", time(NULL) - 86400, time(NULL) + 86400 * 30, &certificate, &key);
    certificate_append(chain, &certificate);
    certificate_append(secret, &key);
    chmod(secret, 0600);
    world->authority = chain;
    world->url = talloc_asprintf(world->mem, "https://127.0.0.1:%d", province->port);
    province->file = write_file(province, province->folder, "tls.conf",
                                talloc_asprintf(province,
                                                "store { url = \"%s\" }\nhttp { listen = \"127.0.0.1:%d\"\n"
                                                "certificate = \"%s\"\nkey = \"%s\" }\n",
                                                province->config.store_url, province->port, chain, secret));
}

/* All polls stand, a few handshakes at a time. */
static void connect_all(struct world *world)
{
    int next = 0, standing = 0;

    while (standing < world->n) {
        while (next < world->n && next - standing < HANDSHAKES)
            poll_centre(world, &world->boxes[next++]);
        turn(world, 10);
        standing = 0;
        for (int i = 0; i < next; i++)
            standing += world->boxes[i].session != NULL;
    }
}

struct province *boxes_begin(struct world *world, const char *url, int n)
{
    struct province *province;
    struct store *store;

    *world = (struct world){ .mem = talloc_new(NULL), .curl = curl_multi_init(), .n = n };
    curl_multi_setopt(world->curl, CURLMOPT_MAXCONNECTS, (long)(2 * n + 10));
    world->boxes = talloc_zero_array(world->mem, struct box, (size_t)n);
    province = province_new(world->mem, url);
    write_configuration(world, province);
    for (int i = 0; i < n; i++) {
        world->boxes[i].gateway = talloc_asprintf(world->mem, "%06d", 100000 + i);
        world->boxes[i].token = talloc_asprintf(world->mem, "xy_%060d", i);
        open_request(world, &world->boxes[i], &world->boxes[i].poll);
        open_request(world, &world->boxes[i], &world->boxes[i].rows);
    }
    store = province_store(world->mem, province);
    if (transaction_run(store, PATIENCE_MS, put_feeds, world) != FATE_COMMITTED)
        give_up(store_error(store));
    talloc_free(store);
    province_spawn(province);
    measure_sleep(1);
    connect_all(world);
    return province;
}

void boxes_end(struct world *world, struct province *province)
{
    for (int i = 0; i < world->n; i++) {
        struct request *requests[] = { &world->boxes[i].poll, &world->boxes[i].rows };

        for (int j = 0; j < 2; j++) {
            curl_multi_remove_handle(world->curl, requests[j]->curl);
            curl_easy_cleanup(requests[j]->curl);
            curl_slist_free_all(requests[j]->headers);
            free(requests[j]->answer);
        }
        free((void *)world->boxes[i].session);
        free(world->boxes[i].arrived);
    }
    curl_multi_cleanup(world->curl);
    province_kill(province);
    free(world->waits);
    talloc_free(world->mem);
}
