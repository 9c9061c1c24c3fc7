#include "gateway/centre/take.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/figures.h"

enum { ORDERS_AT_ONCE = 50, ORDER_OCTETS_AT_ONCE = 256 * 1024, ROWS_AT_ONCE = 300, RANDOM_OCTETS = 16 };

enum { CLAIM_SECONDS = 24 * 3600 /* of one refused epoch the operators hear so often */ };

/* A county that catches up rests a little after each batch, so that the other counties' rows go between. */
enum { SMALL_BATCH = 50, ROWS_A_MS = 10 };

static bool answer(void *mem, struct take *take, int status, struct json_object *object)
{
    take->status = status;
    take->answer = talloc_strdup(
        mem, json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(object);
    return true;
}

static bool refuse(void *mem, struct take *take, int status, const char *why)
{
    struct json_object *object = json_object_new_object();

    json_object_object_add(object, "error", json_object_new_string(why));
    return answer(mem, take, status, object);
}

static struct json_object *state_of(const struct feed *feed)
{
    struct json_object *object = json_object_new_object();

    json_object_object_add(object, "gateway", json_object_new_string(feed->gateway));
    json_object_object_add(object, "epoch", json_object_new_int64(feed->epoch));
    json_object_object_add(object, "have", json_object_new_int64(feed->seq));
    json_object_object_add(object, "hash", json_object_new_string(feed->hash));
    json_object_object_add(object, "safe", json_object_new_int64(feed->safe_seq));
    return object;
}

/* Answers 410: this box is no longer the county's. The answer has the current epoch and the reason. */
static bool refuse_box(void *mem, struct take *take, const struct feed *feed, const char *why)
{
    struct json_object *object = state_of(feed);

    json_object_object_add(object, "error", json_object_new_string(why));
    return answer(mem, take, 410, object);
}

/* Answers 409: the feed is stopped until an operator has looked at it. */
static bool refuse_feed(void *mem, struct take *take, const struct feed *feed)
{
    struct json_object *object = state_of(feed);

    json_object_object_add(object, "error", json_object_new_string(feed->stopped));
    return answer(mem, take, 409, object);
}

static bool stop(struct store *store, void *mem, struct take *take, struct feed *feed, const char *why)
{
    feed->stopped = why;
    take->alert = why;
    return centre_stop_feed(store, feed->gateway, why) && refuse_feed(mem, take, feed);
}

static bool begin_session(struct store *store, struct feed *feed, const char *session)
{
    if (*feed->session && !centre_end_session(store, feed->session))
        return false;
    feed->session = session;
    feed->next_session = "";
    return centre_set_sessions(store, feed->gateway, session, "");
}

/*
 * The session tells apart two boxes with the same store. The first use of a new session ends the one before
 * it, so that only one of the boxes goes on. A session unknown here was given out after the backup from which
 * this centre was restored.
 */
static bool check_session(struct store *store, struct feed *feed, const char *session, bool *is_current)
{
    bool has_ended;

    *is_current = strcmp(session, feed->session) == 0;
    if (*is_current || !*session)
        return true;
    if (!centre_has_ended(store, session, &has_ended))
        return false;
    *is_current = !has_ended;
    return has_ended || begin_session(store, feed, session);
}

/*
 * The centre alone begins an epoch. Whoever claims a later one has a token and no more: nothing is taken, and
 * the box that has the place keeps it. Both ends hear of it, the operators once a day, since a stranger may
 * ask all day. A centre that was restored from a backup older than a take-over is told the epoch: centre
 * epoch.
 */
static bool refuse_claim(struct store *store, void *mem, struct take *take, struct feed *feed)
{
    const char *name = talloc_asprintf(mem, "epoch claim %s", feed->gateway), *told_at;

    if (!store_get(store, mem, name, &told_at))
        return false;
    feed->stopped = "a box claims an epoch that the centre has not given: xiangyin centre epoch, if it may";
    if (told_at && take->now < strtoll(told_at, NULL, 10) + CLAIM_SECONDS)
        return refuse_feed(mem, take, feed);
    take->alert = feed->stopped;
    return store_set(store, name, talloc_asprintf(mem, "%lld", (long long)take->now)) &&
           refuse_feed(mem, take, feed);
}

/* Whether the box may send the county's rows; if not, the take is answered. */
static bool check_box(struct store *store, void *mem, struct take *take, struct feed *feed, int64_t epoch,
                      const char *session, bool *may_speak)
{
    bool is_current = false;

    *may_speak = false;
    if (epoch < feed->epoch)
        return refuse_box(mem, take, feed, "another box has taken this one's place");
    if (epoch > feed->epoch)
        return refuse_claim(store, mem, take, feed);
    if (!check_session(store, feed, session, &is_current))
        return false;
    if (!is_current) {
        take->alert = "a copy of this county's box is running beside it";
        return refuse_box(mem, take, feed, "another box goes on with a copy of this store");
    }
    *may_speak = true;
    return true;
}

/* Rows that are here already must have the same hashes. *next: the first row that is not here. */
static bool skip_known(struct store *store, void *mem, const struct feed *feed,
                       const struct wire_batch *batch, size_t *next, bool *is_same)
{
    const char *hash = "";

    *is_same = true;
    for (*next = 0; *next < batch->n && batch->rows[*next].seq <= feed->seq; ++*next)
        ;
    if (*next == 0)
        return true;
    if (!centre_hash_at(store, mem, feed->gateway, batch->rows[*next - 1].seq, &hash))
        return false;
    *is_same = strcmp(hash, batch->rows[*next - 1].hash) == 0;
    return true;
}

/* The last row of a whole transaction, with this batch. */
static int64_t whole_with(const struct feed *feed, const struct wire_batch *batch)
{
    int64_t last = batch->n > 0 ? batch->rows[batch->n - 1].seq : 0;
    int64_t whole = batch->head.whole < last ? batch->head.whole : last;

    return whole > feed->whole_seq ? whole : feed->whole_seq;
}

/* What the rows ask for waits until their transaction is whole: a box that takes the county's place before
 * that knows nothing of it. */
static bool act_on_whole(struct store *store, const struct take *take, const struct feed *feed, size_t next,
                         int64_t whole)
{
    const struct wire_batch *batch = take->batch;

    if (whole == feed->whole_seq)
        return true;
    if (!centre_act_on_rows(store, feed->gateway, feed->whole_seq + 1, feed->seq))
        return false;
    for (size_t i = next; i < batch->n && batch->rows[i].seq <= whole; i++)
        if (!centre_act_on(store, feed->gateway, &batch->rows[i]))
            return false;
    return true;
}

static bool add_rows(struct store *store, void *mem, struct take *take, struct feed *feed, size_t next)
{
    const struct wire_batch *batch = take->batch;
    struct journal_point end = { .seq = feed->seq };
    int64_t whole = whole_with(feed, batch);
    struct json_object *state;
    bool is_moved;

    snprintf(end.hash, sizeof end.hash, "%s", feed->hash);
    for (size_t i = next; i < batch->n; i++)
        if (!centre_add_row(store, feed->gateway, feed->epoch, &batch->rows[i]))
            return false;
    if (batch->n > next) {
        end.seq = batch->rows[batch->n - 1].seq;
        snprintf(end.hash, sizeof end.hash, "%s", batch->rows[batch->n - 1].hash);
    }
    if (!centre_move_end(store, feed->gateway, feed->epoch, &end, whole, take->now, &is_moved))
        return false;
    if (!is_moved)
        return sql_fail(store, "%s was taken over meanwhile", feed->gateway);
    if (!act_on_whole(store, take, feed, next, whole))
        return false;
    feed->whole_seq = whole;
    feed->seq = end.seq;
    feed->hash = talloc_strdup(mem, end.hash);
    state = state_of(feed);
    if (take->batch->n > SMALL_BATCH)
        json_object_object_add(state, "rest_ms", json_object_new_int64((int64_t)take->batch->n / ROWS_A_MS));
    return answer(mem, take, 200, state);
}

static bool take_rows(struct store *store, void *mem, struct take *take, struct feed *feed)
{
    const struct wire_batch *batch = take->batch;
    const struct journal_row *first;
    bool may_speak, is_same;
    size_t next;

    if (!check_box(store, mem, take, feed, batch->head.epoch, batch->head.session, &may_speak))
        return false;
    if (!may_speak)
        return true;
    if (*feed->stopped)
        return refuse_feed(mem, take, feed);
    if (batch->head.has_gap)
        return stop(store, mem, take, feed, "the box no longer has the rows that are missing here");
    if (*batch->head.recovery_key && strcmp(batch->head.recovery_key, feed->recovery_key) != 0 &&
        !centre_set_recovery_key(store, feed->gateway, batch->head.recovery_key))
        return false;
    if (!skip_known(store, mem, feed, batch, &next, &is_same))
        return false;
    first = &batch->rows[next];
    if (!is_same || (next < batch->n && first->seq == feed->seq + 1 && !wire_follows(feed->hash, first)))
        return stop(store, mem, take, feed, "the box's rows are not those that it sent before");
    if (next < batch->n && first->seq != feed->seq + 1)
        return answer(mem, take, 200, state_of(feed));
    return add_rows(store, mem, take, feed, next);
}

static struct json_object *list_orders(const struct order *orders, size_t n)
{
    struct json_object *list = json_object_new_array();
    size_t octets = 0;

    for (size_t i = 0; i < n && (i == 0 || octets + strlen(orders[i].body) <= ORDER_OCTETS_AT_ONCE); i++) {
        struct json_object *order = json_object_new_object();

        json_object_object_add(order, "id", json_object_new_int64(orders[i].id));
        json_object_object_add(order, "at", json_object_new_int64(orders[i].made_at));
        json_object_object_add(order, "kind", json_object_new_string(orders[i].kind));
        json_object_object_add(order, "body", json_object_new_string(orders[i].body));
        json_object_array_add(list, order);
        octets += strlen(orders[i].body);
    }
    return list;
}

/* A random name, in hex. */
static void draw(char text[2 * RANDOM_OCTETS + 1])
{
    unsigned char octets[RANDOM_OCTETS];

    gnutls_rnd(GNUTLS_RND_KEY, octets, sizeof octets);
    for (size_t i = 0; i < sizeof octets; i++)
        snprintf(text + 2 * i, 3, "%02x", octets[i]);
}

bool take_renew_counties(struct store *store)
{
    char version[2 * RANDOM_OCTETS + 1];

    draw(version);
    return centre_renew_counties(store, version);
}

/* Other counties get the key with the list in their next wait. */
static bool keep_transfer_key(struct store *store, struct feed *feed, const char *key)
{
    if (!*key || strcmp(key, feed->transfer_key) == 0)
        return true;
    return centre_set_transfer_key(store, feed->gateway, key) && take_renew_counties(store);
}

/* *list is NULL if the box has the newest list. */
static bool list_counties(struct store *store, void *mem, const struct take *take, const struct feed *feed,
                          struct json_object **list, const char **version)
{
    struct feed *feeds;
    size_t n;

    *list = NULL;
    if (!*take->counties)
        return true;
    if (!centre_counties_version(store, mem, version))
        return false;
    if (strcmp(take->counties, *version) == 0)
        return true;
    if (!centre_feeds(store, mem, &feeds, &n))
        return false;
    *list = json_object_new_array();
    for (size_t i = 0; i < n; i++) {
        struct json_object *county;

        if (strcmp(feeds[i].gateway, feed->gateway) == 0)
            continue;
        county = json_object_new_object();
        json_object_object_add(county, "code", json_object_new_string(feeds[i].gateway));
        json_object_object_add(county, "name", json_object_new_string(feeds[i].name));
        json_object_object_add(county, "key", json_object_new_string(feeds[i].transfer_key));
        json_object_array_add(*list, county);
    }
    return true;
}

static bool give_session(struct store *store, struct feed *feed, struct json_object *object)
{
    char session[2 * RANDOM_OCTETS + 1];

    draw(session);
    json_object_object_add(object, "session", json_object_new_string(session));
    return centre_set_sessions(store, feed->gateway, feed->session, session);
}

/* If a county has carried out an order that this centre never gave, the centre was restored from a backup. */
static bool note_orders(struct store *store, const struct take *take, const struct feed *feed)
{
    if (take->after > feed->orders_given && take->after > feed->orders_done &&
        !centre_number_anew(store, feed->gateway, take->orders_at_start, take->after))
        return false;
    if (take->after <= feed->orders_done)
        return true;
    return centre_note_orders(store, feed->gateway, take->after) &&
           centre_forget_copies(store, feed->gateway);
}

static bool take_wait(struct store *store, void *mem, struct take *take, struct feed *feed)
{
    struct order *orders;
    struct json_object *object, *counties;
    const char *version;
    bool may_speak;
    size_t n;

    if (!check_box(store, mem, take, feed, take->epoch, take->session, &may_speak))
        return false;
    if (!may_speak)
        return true;
    if (!centre_hear(store, feed->gateway, take->now) || !note_orders(store, take, feed) ||
        !keep_transfer_key(store, feed, take->transfer_key) ||
        !centre_orders(store, mem, feed->gateway, take->after, ORDERS_AT_ONCE, &orders, &n) ||
        !list_counties(store, mem, take, feed, &counties, &version))
        return false;
    if (n > 0 && !centre_note_given(store, feed->gateway, orders[n - 1].id))
        return false;
    take->status = 200;
    take->answer = NULL;
    if (n == 0 && !take->is_first && !counties)
        return true;
    object = state_of(feed);
    json_object_object_add(object, "orders", list_orders(orders, n));
    if (counties) {
        json_object_object_add(object, "counties", counties);
        json_object_object_add(object, "counties_version", json_object_new_string(version));
    }
    if (take->is_first && !give_session(store, feed, object)) {
        json_object_put(object);
        return false;
    }
    return answer(mem, take, 200, object);
}

struct collecting {
    void *mem;
    struct wire_text text;
};

static bool collect(const struct journal_row *row, void *arg)
{
    struct collecting *collecting = arg;

    return wire_add(collecting->mem, &collecting->text, row);
}

/* Sends rows back to a county that restores its store. */
static bool take_read(struct store *store, void *mem, struct take *take, struct feed *feed)
{
    struct collecting collecting = { .mem = mem };
    struct wire_head head = {
        .epoch = feed->epoch, .session = "", .recovery_key = feed->recovery_key, .operator_phone = ""
    };
    size_t length;

    if (!centre_each_row(store, feed->gateway, take->after, ROWS_AT_ONCE, collect, &collecting))
        return false;
    take->status = 200;
    take->answer = wire_end(mem, &collecting.text, head, &length);
    return true;
}

static bool take_over(struct store *store, void *mem, struct take *take, struct feed *feed)
{
    if (!centre_raise_epoch(store, feed->gateway, take->now, &feed->epoch))
        return false;
    take->alert = "another box takes this county's place";
    return answer(mem, take, 200, state_of(feed));
}

/* TAKE_PAGE has the same answer as TAKE_REPORT; work.c fills it into the page. */
static bool read_figures(struct store *store, void *mem, struct take *take)
{
    struct json_object *figures = figures_read(store, mem, take->since, take->until, take->now);

    return figures && answer(mem, take, 200, figures);
}

static bool read_metrics(struct store *store, void *mem, struct take *take)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    bool is_done = out && figures_write_metrics(store, mem, take->now, out);

    if (out)
        fclose(out);
    take->status = 200;
    take->answer = is_done ? talloc_strdup(mem, text) : NULL;
    free(text);
    return is_done;
}

static bool take_reading(struct store *store, void *mem, struct take *take)
{
    const char *hash = NULL;

    if (!store_get(store, mem, READER_TOKEN, &hash))
        return false;
    if (!hash || strcmp(hash, take->token_hash) != 0)
        return refuse(mem, take, 401, "unknown token");
    return take->kind == TAKE_METRICS ? read_metrics(store, mem, take) : read_figures(store, mem, take);
}

bool take(struct store *store, void *mem, struct take *take)
{
    static bool (*const kinds[])(struct store *, void *, struct take *, struct feed *) = {
        [TAKE_ROWS] = take_rows, [TAKE_WAIT] = take_wait, [TAKE_READ] = take_read, [TAKE_OVER] = take_over
    };
    struct feed *feed;

    take->alert = NULL;
    if (take->kind >= TAKE_REPORT)
        return take_reading(store, mem, take);
    if (!centre_feed_by_token(store, mem, take->token_hash, &feed))
        return false;
    if (!feed)
        return refuse(mem, take, 401, "unknown token");
    take->gateway = feed->gateway;
    return kinds[take->kind](store, mem, take, feed);
}
