/* Any octets as a form or query of any row of the page: each is answered, and no word of it becomes a script.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/page/visit.h"
#include "gateway/provider/fields.h"
#include "store/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char cadre[] = "+8613900000010";

/* What may not be seen is answered after a pause, which nothing is gained by here. */
int usleep(useconds_t microseconds)
{
    (void)microseconds;
    return 0;
}

struct world {
    struct page *page;
    struct store *store;
    struct session session;
    struct person *person;
    struct http_server *server;
};

static bool put_people(struct turn *turn, void *arg)
{
    struct unit county = { .code = "141027", .name = "浮山县", .level = UNIT_COUNTY, .duty = "" };
    struct person person = { .phone = cadre, .name = "甲例一", .title = "", .roles = 0x1f, .language = "zh" };

    (void)arg;
    turn->has_new_names = true;
    if (!store_put_unit(turn->store, &county))
        return false;
    person.unit = county.id;
    return store_put_person(turn->store, &person) &&
           store_add_session(
               turn->store,
               &(struct session){
                   .hash = "hash", .phone = cadre, .csrf = "csrf", .address = "", .language = "" },
               0);
}

static struct world *open_world(void)
{
    struct world *world = talloc_zero(NULL, struct world);
    char folder[] = "/dev/shm/xiangyin-fuzz-XXXXXX";
    const char *error = "no folder";
    struct config_problem *problems;
    struct event event = { .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = "1",
                           .from = "+8613934567001",
                           .text = "东陈村的自来水停了三天了<script>" };
    size_t n;
    char *text = talloc_asprintf(
        world, "store { url = \"sqlite:%s/x.db\" }\nhttp { listen = \"127.0.0.1:0\" }\npage { }\n",
        mkdtemp(folder));
    struct config *config = config_read_text(world, "fuzz.conf", text, strlen(text), &problems, &n);
    struct words *words = words_open_texts(world, NULL, &error);
    struct desk *desk = desk_start(world, config, words, &error);

    log_quiet(true);
    event.at = event.received_at = clock_now();
    world->server = desk ? http_server_start(world, config, desk, &error) : NULL;
    world->page = world->server ? page_start(world, config, desk, words, world->server, &error) : NULL;
    if (!world->page || !desk_do(desk, put_people, NULL) || !desk_submit(desk, &event, 1)) {
        fprintf(stderr, "%s\n", error);
        abort();
    }
    world->store = store_open_reader(world, config->store_url, &error);
    world->session =
        (struct session){ .hash = "hash", .phone = cadre, .csrf = "csrf", .address = "", .language = "" };
    assert(store_person(world->store, world, cadre, &world->person) && world->person);
    return world;
}

static size_t count_rows(void)
{
    size_t n = 0;

    while (visit_rows[n].method)
        n++;
    return n;
}

/* Streams would have to be read by a client. */
static bool is_left_out(const struct visit_row *row)
{
    return strcmp(row->path, "live") == 0;
}

static void run_row(struct world *world, const struct visit_row *row, const char *rest, const char *body,
                    size_t length)
{
    struct exchange *exchange = talloc_zero(NULL, struct exchange);
    struct visit *visit = talloc_zero(exchange, struct visit);
    struct sockaddr_in *client = (struct sockaddr_in *)&exchange->client;
    bool is_post = strcmp(row->method, "POST") == 0;
    const char *main_part;

    exchange->server = world->server;
    exchange->method = row->method;
    exchange->uri = talloc_asprintf(exchange, "/page/%s%s?%s", row->path, rest, is_post ? "" : body);
    exchange->path = exchange->rest = rest;
    exchange->now = clock_now();
    exchange->store = world->store;
    client->sin_family = AF_INET;
    client->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *visit = (struct visit){ .page = world->page,
                             .looks = looks_hold(world->page),
                             .exchange = exchange,
                             .row = row,
                             .rest = rest,
                             .session = talloc_memdup(visit, &world->session, sizeof world->session),
                             .person = world->person,
                             .language = "zh",
                             .address = "127.0.0.1",
                             .data = json_object_new_object(),
                             .cases = talloc_strdup(exchange, "") };
    visit->session->code_at = exchange->now;
    visit->turn = (struct turn){ .mem = exchange,
                                 .store = world->store,
                                 .config = world->page->config,
                                 .words = world->page->words,
                                 .understanding = desk_hold(world->page->desk),
                                 .now = exchange->now };
    if (exchange_query(exchange, &visit->query, &visit->n_query) &&
        form_parse(exchange, is_post ? body : "", is_post ? length : 0, &visit->form, &visit->n_form)) {
        row->run(visit);
        assert(exchange->status >= 200 && exchange->status < 600 && exchange->status != 500);
        main_part =
            exchange->answer && exchange->content_type && strncmp(exchange->content_type, "text/html", 9) == 0
                ? strstr(exchange->answer, "<main")
                : NULL;
        assert(!main_part || !strstr(main_part, "<script"));
    }
    looks_release(world->page, visit->looks);
    desk_release(world->page->desk, visit->turn.understanding);
    json_object_put(visit->data);
    talloc_free(exchange);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world *world;
    const struct visit_row *row;
    const char *rest, *body;
    char *text;

    if (!world)
        world = open_world();
    if (size < 2)
        return 0;
    row = &visit_rows[data[0] % count_rows()];
    if (is_left_out(row))
        return 0;
    text = calloc(1, size + 1);
    memcpy(text, data + 1, size - 1);
    rest = text;
    body = memchr(text, '\n', size - 1);
    body = body ? body + 1 : text + size - 1;
    if (body > text && body[-1] == '\n')
        text[body - text - 1] = '\0';
    run_row(world, row, rest, body, size - 1 - (size_t)(body - text));
    free(text);
    return 0;
}
