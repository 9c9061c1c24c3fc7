#include "gateway/centre/link.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/orders.h"
#include "gateway/centre/wire.h"
#include "gateway/clock.h"
#include "gateway/desk/alert.h"
#include "gateway/line/web.h"
#include "gateway/log.h"
#include "gateway/turn/sanitise.h"
#include "gateway/turn/transfer.h"
#include "store/journal/seal.h"

/*
 * WHOLE_SECONDS: time limit of one request, longer than the centre holds a wait. LOOK_MS: how often to look
 * for rows that subcommands wrote, of which the desk tells nothing. PRUNE_ROWS: rows deleted in one
 * transaction; few, so that the desk's other work waits little.
 */
enum {
    WHOLE_SECONDS = 75,
    LOOK_MS = 1000,
    FIRST_PAUSE_MS = 500,
    LONGEST_PAUSE_MS = 15000,
    LONGEST_REST_MS = 1000, /* that a centre may ask for between two batches */
    REFUSED_PAUSE_MS = 60000,
    PRUNE_ROWS = 500
};

/* One kind of request; at most one of each kind is under way. */
struct lane {
    bool is_busy;
    int pause_ms;       /* after the last failure */
    int64_t not_before; /* ticks, ms */
};

struct link {
    const struct config *config;
    struct desk *desk;
    struct store *store; /* a reader; NULL while it cannot be opened */
    struct web *web;
    pthread_t thread;
    atomic_bool is_stopping;
    struct lane rows, wait;
    bool has_hello; /* the centre has said which rows it has */
    const char *session, *recovery_key, *transfer_key, *counties;
    int64_t epoch, orders, sent_to;
    bool has_gap, is_alerted;
    const char *last_trouble;
    pthread_mutex_t lock; /* guards state */
    struct link_state state;
};

static void note(struct link *link, int64_t have, const char *trouble)
{
    bool is_news = strcmp(link->last_trouble, trouble) != 0;

    if (is_news && *trouble)
        log_warning("centre: %s; rows are kept and will be sent", trouble);
    else if (is_news)
        log_info("centre: reached");
    if (is_news)
        link->last_trouble = talloc_strdup(link, trouble);
    pthread_mutex_lock(&link->lock);
    link->state.trouble = link->last_trouble;
    if (!*trouble)
        link->state.heard_at = clock_now();
    if (have >= 0)
        link->state.have = have;
    pthread_mutex_unlock(&link->lock);
}

static int64_t have(struct link *link)
{
    return link_state(link).have;
}

/* Varies the pause by a fifth, so that a province's counties do not all reconnect at once. */
static void back_off(struct lane *lane, int least_ms)
{
    int pause_ms;

    lane->pause_ms = lane->pause_ms ? 2 * lane->pause_ms : FIRST_PAUSE_MS;
    if (lane->pause_ms > LONGEST_PAUSE_MS)
        lane->pause_ms = LONGEST_PAUSE_MS;
    pause_ms = lane->pause_ms > least_ms ? lane->pause_ms : least_ms;
    lane->not_before = clock_ticks_ms() + pause_ms + pause_ms * (random() % 41 - 20) / 100;
}

static bool start(struct link *link, struct lane *lane, const char *method, const char *url, const char *body,
                  size_t length)
{
    void *mem = talloc_new(NULL);
    struct pair headers[] = { { "Authorization",
                                talloc_asprintf(mem, "Bearer %s", link->config->centre_token) },
                              { "Content-Type", "application/x-ndjson" } };
    struct web_request request = {
        .method = method, .url = url, .headers = headers, .n_headers = 2, .body = body, .length = length
    };

    lane->is_busy = web_start(link->web, &request, lane);
    if (!lane->is_busy)
        back_off(lane, 0);
    talloc_free(mem);
    return lane->is_busy;
}

struct filling {
    void *mem;
    struct wire_text text;
};

static bool fill(const struct journal_row *row, void *arg)
{
    struct filling *filling = arg;

    return wire_add(filling->mem, &filling->text, row);
}

static void start_rows(struct link *link, void *mem)
{
    struct filling filling = { .mem = mem };
    struct wire_head head = { .epoch = link->epoch,
                              .session = link->session,
                              .recovery_key = link->recovery_key,
                              .operator_phone = "",
                              .has_gap = link->has_gap };
    struct journal_point end;
    const char *body;
    size_t length;

    if (!store_journal_end(link->store, &end))
        return;
    pthread_mutex_lock(&link->lock);
    link->state.end = end.seq;
    pthread_mutex_unlock(&link->lock);
    if (end.seq <= have(link) || !store_each_journal_row(link->store, have(link), fill, &filling))
        return;
    if (filling.text.n == 0 && !link->has_gap)
        return;
    body = wire_end(mem, &filling.text, head, &length);
    link->sent_to = filling.text.last;
    start(link, &link->rows, "POST", talloc_asprintf(mem, "%s/centre/v1/rows", link->config->centre_url),
          body, length);
}

static void start_wait(struct link *link, void *mem)
{
    const char *url = talloc_asprintf(mem, "%s/centre/v1/wait?epoch=%lld&session=%s&after=%lld&counties=%s",
                                      link->config->centre_url, (long long)link->epoch, link->session,
                                      (long long)link->orders, *link->counties ? link->counties : "none");

    if (!link->has_hello)
        url = talloc_asprintf(mem, "%s&first=1&key=%s", url, link->transfer_key);
    start(link, &link->wait, "GET", url, NULL, 0);
}

static bool freeze(struct turn *turn, void *arg)
{
    return store_freeze(turn->store, arg);
}

/* Alerts the operator while the store still takes notices, then stops the intake for good. */
static void stop_box(struct link *link, const char *why)
{
    log_error("centre: %s: this box takes nothing more in", why);
    if (!link->is_alerted)
        alert_post(link->desk, "alert-centre-stopped", "", 0, why);
    link->is_alerted = true;
    if (desk_do(link->desk, freeze, talloc_asprintf(link, "this box stands still: %s", why)))
        atomic_store(&link->is_stopping, true);
}

static bool keep_session(struct turn *turn, void *arg)
{
    return store_set(turn->store, "centre session", arg);
}

struct pruning {
    int64_t until;
    int n;
};

static bool prune(struct turn *turn, void *arg)
{
    struct pruning *pruning = arg;

    return store_prune_journal(turn->store, pruning->until, PRUNE_ROWS, &pruning->n);
}

static void prune_safe(struct link *link, int64_t safe)
{
    struct pruning pruning = { .until = safe };
    struct journal_size size;

    if (safe <= 0 || !store_journal_size(link->store, &size) || size.rows == 0 || size.first > safe)
        return;
    desk_do(link->desk, prune, &pruning);
}

/* Checks that our row of that number is the centre's. If not, the histories differ and this box stops. */
static void compare(struct link *link, int64_t seq, const char *hash)
{
    struct journal_point point, end;

    if (!store_journal_end(link->store, &end) || !store_journal_point(link->store, seq, &point))
        return;
    if (seq > end.seq)
        stop_box(link, "the centre has rows that this store lacks: it was put back to an older state");
    else if (seq > 0 && point.seq == seq && strcmp(point.hash, hash) != 0)
        stop_box(link, "the centre's rows are not this store's");
    link->has_gap = point.seq == 0 && seq > 0;
}

static void take_hello(struct link *link, struct json_object *answer)
{
    const char *session = wire_string(answer, "session");

    if (link->has_hello || !*session)
        return;
    compare(link, wire_number(answer, "have"), wire_string(answer, "hash"));
    if (atomic_load(&link->is_stopping) || !desk_do(link->desk, keep_session, (void *)session))
        return;
    link->session = talloc_strdup(link, session);
    link->has_hello = true;
}

static bool do_orders(struct link *link, struct json_object *answer)
{
    struct json_object *orders = NULL;
    size_t n = json_object_object_get_ex(answer, "orders", &orders) ? json_object_array_length(orders) : 0;

    for (size_t i = 0; i < n; i++) {
        struct json_object *order = json_object_array_get_idx(orders, i);

        if (!orders_do(link->desk, order))
            return false;
        link->orders = wire_number(order, "id");
    }
    return true;
}

struct listing {
    struct json_object *list;
    const char *version;
    int changed; /* counties whose new name or key must be confirmed */
};

static bool keep_counties(struct turn *turn, void *arg)
{
    struct listing *listing = arg;
    const char *first;
    size_t n = json_object_array_length(listing->list);
    struct county *counties = talloc_zero_array(turn->mem, struct county, n);

    for (size_t i = 0; i < n; i++) {
        struct json_object *one = json_object_array_get_idx(listing->list, i);

        const char *key = wire_string(one, "key");

        counties[i] = (struct county){ .code = sanitise_text(turn->mem, wire_string(one, "code"), false),
                                       .name = sanitise_text(turn->mem, wire_string(one, "name"), false),
                                       .key = seal_is_key(key) ? key : "" };
    }
    return store_set_counties(turn->store, turn->mem, counties, n, listing->version, &listing->changed,
                              &first) &&
           (listing->changed == 0 || alert_tell(turn, "alert-county-changed", "", listing->changed, first));
}

/* Called before the orders: one of them may ask to seal a copy again to a key from this list. */
static bool take_counties(struct link *link, struct json_object *answer)
{
    struct listing listing = { .version = wire_string(answer, "counties_version") };

    if (!json_object_object_get_ex(answer, "counties", &listing.list) ||
        !json_object_is_type(listing.list, json_type_array) || !*listing.version)
        return true;
    if (!desk_do(link->desk, keep_counties, &listing))
        return false;
    if (listing.changed > 0)
        log_warning("centre: it lists another name or key for %d counties: xiangyin centre counties",
                    listing.changed);
    link->counties = talloc_strdup(link, listing.version);
    return true;
}

/* Ticks, ms: when the centre wants the next batch at the earliest; 0: at once. */
static int64_t rested(struct json_object *answer)
{
    int64_t rest_ms = wire_number(answer, "rest_ms");

    return rest_ms <= 0 ? 0 : clock_ticks_ms() + (rest_ms < LONGEST_REST_MS ? rest_ms : LONGEST_REST_MS);
}

static void take_answer(struct link *link, struct lane *lane, struct json_object *answer)
{
    struct json_object *state = NULL;
    int64_t had = have(link);

    lane->pause_ms = 0;
    lane->not_before = rested(answer);
    link->is_alerted = false;
    if (json_object_object_get_ex(answer, "have", &state))
        note(link, json_object_get_int64(state), "");
    else
        note(link, -1, "");
    if (lane == &link->wait) {
        take_hello(link, answer);
        if (!take_counties(link, answer) || !do_orders(link, answer))
            back_off(lane, 0);
    } else if (have(link) <= had && link->sent_to > had) {
        back_off(lane, 0);
    }
    prune_safe(link, wire_number(answer, "safe"));
}

static void take_end(struct link *link, void *mem, const struct web_end *end)
{
    struct lane *lane = end->tag;
    struct json_object *answer = end->fate == WEB_ANSWERED ? json_tokener_parse(end->answer.body) : NULL;
    int status = end->fate == WEB_ANSWERED ? end->answer.status : 0;
    const char *why = answer ? wire_string(answer, "error") : "";

    lane->is_busy = false;
    if (status == 200 && json_object_is_type(answer, json_type_object)) {
        take_answer(link, lane, answer);
    } else if (status == 410) {
        stop_box(link, why);
    } else {
        back_off(lane, status == 409 || status == 401 ? REFUSED_PAUSE_MS : 0);
        note(link, -1, *why ? why : status ? talloc_asprintf(mem, "status %d", status) : end->why);
        if (status == 409 && !link->is_alerted) {
            link->is_alerted = true;
            alert_post(link->desk, "alert-centre-stopped", "", 0, why);
        }
    }
    json_object_put(answer);
}

static bool may_start(const struct lane *lane)
{
    return !lane->is_busy && clock_ticks_ms() >= lane->not_before;
}

static void open_reader(struct link *link, void *mem)
{
    const char *error = "";

    if (!link->store)
        link->store = talloc_steal(link, store_open_reader(mem, link->config->store_url, &error));
    if (!link->store)
        note(link, -1, error);
}

/* The next batch is sent as soon as the last one is answered. */
static bool has_new_rows(struct link *link)
{
    struct link_state state = link_state(link);

    return link->has_hello && state.end > state.have;
}

/* Milliseconds until the thread has something to do without being woken. */
static int patience(struct link *link)
{
    int64_t now = clock_ticks_ms(), wait = link->wait.is_busy ? LOOK_MS : link->wait.not_before - now;

    if (!link->rows.is_busy && has_new_rows(link) && link->rows.not_before - now < wait)
        wait = link->rows.not_before - now;
    return wait < 1 ? 1 : wait > LOOK_MS ? LOOK_MS : (int)wait;
}

static void *run(void *arg)
{
    struct link *link = arg;

    while (!atomic_load(&link->is_stopping)) {
        void *mem = talloc_new(NULL);
        struct web_end end;

        open_reader(link, mem);
        if (link->store && may_start(&link->wait))
            start_wait(link, mem);
        if (link->store && link->has_hello && may_start(&link->rows))
            start_rows(link, mem);
        while (!atomic_load(&link->is_stopping) && web_next(link->web, mem, &end))
            take_end(link, mem, &end);
        if (!atomic_load(&link->is_stopping) && !(has_new_rows(link) && may_start(&link->rows)))
            web_wait(link->web, patience(link));
        talloc_free(mem);
    }
    return NULL;
}

static int64_t number_in(struct store *store, void *mem, const char *name, int64_t preset)
{
    const char *text = NULL;

    return store_get(store, mem, name, &text) && text ? strtoll(text, NULL, 10) : preset;
}

static bool make_transfer_key(struct turn *turn, void *arg)
{
    struct link *link = arg;

    return transfer_make_key(turn->store, link, &link->transfer_key);
}

bool link_prepare(void *mem, const struct config *config, const char **error)
{
    bool is_sealed = config->centre_bodies && strcmp(config->centre_bodies, "sealed") == 0, is_done;
    struct store *store;

    if (!config->database)
        return true;
    store = store_open(mem, config->store_url, error);
    if (!store)
        return false;
    is_done = config->centre_url ? store_journal_start(store, is_sealed ? SEAL_PERSONAL : SEAL_RESTRICTED)
                                 : store_journal_stop(store);
    if (!is_done)
        *error = talloc_strdup(mem, store_error(store));
    talloc_free(store);
    return is_done;
}

struct link *link_start(void *mem, const struct config *config, struct desk *desk, const char **error)
{
    struct link *link = talloc_zero(mem, struct link);
    const char *session = NULL;

    *link = (struct link){ .config = config, .desk = desk, .last_trouble = "", .state.trouble = "" };
    pthread_mutex_init(&link->lock, NULL);
    link->store = store_open_reader(link, config->store_url, error);
    if (!link->store)
        return NULL;
    link->epoch = number_in(link->store, link, "centre epoch", 1);
    link->orders = number_in(link->store, link, ORDERS_DONE, 0);
    if (!store_get(link->store, link, "centre session", &session) ||
        !store_recovery_key(link->store, link, &link->recovery_key) ||
        !store_counties_version(link->store, link, &link->counties)) {
        *error = talloc_strdup(mem, store_error(link->store));
        return NULL;
    }
    if (!store_get(link->store, link, TRANSFER_PUBLIC_KEY, &link->transfer_key) ||
        (!link->transfer_key && !desk_do(desk, make_transfer_key, link)))
        log_warning("centre: other counties cannot forward cases here: no key for their copies can be kept");
    if (!link->transfer_key)
        link->transfer_key = "";
    link->session = session ? session : "";
    link->web = web_new(link, 2, WHOLE_SECONDS, config->centre_authority);
    if (pthread_create(&link->thread, NULL, run, link) == 0)
        return link;
    *error = "cannot start the thread of the link to the centre";
    return NULL;
}

void link_wake(struct link *link)
{
    if (link)
        web_wake(link->web);
}

void link_stop(struct link *link)
{
    if (!link)
        return;
    atomic_store(&link->is_stopping, true);
    web_wake(link->web);
    pthread_join(link->thread, NULL);
    talloc_free(link);
}

struct link_state link_state(struct link *link)
{
    struct link_state state;

    pthread_mutex_lock(&link->lock);
    state = link->state;
    pthread_mutex_unlock(&link->lock);
    return state;
}

void link_write_metrics(FILE *out, struct link *link)
{
    struct link_state state = link_state(link);

    fprintf(out,
            "# HELP xiangyin_centre_rows_waiting Journal rows that the centre has not confirmed.\n"
            "# TYPE xiangyin_centre_rows_waiting gauge\n"
            "xiangyin_centre_rows_waiting %lld\n"
            "# HELP xiangyin_centre_heard_seconds When the centre answered last, in unix seconds.\n"
            "# TYPE xiangyin_centre_heard_seconds gauge\n"
            "xiangyin_centre_heard_seconds %lld\n",
            (long long)(state.end > state.have ? state.end - state.have : 0), (long long)state.heard_at);
}
