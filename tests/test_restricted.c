/*
 * What may not be known is in no output. A county is told secrets by every way there is; then every output of
 * the program, for every role and token, is searched for the numbers, names and words that must not stand
 * there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/page/tools/public.h"
#include "gateway/voice/told/case_words.h"
#include "tests/support/page_world.h"
#include "tests/support/program.h"
#include "tests/support/secrets.h"
#include "tests/support/support.h"

/* 2026-11-18 19:06 in Shanghai, and when everything that was accepted then is overdue. */
enum { NOW = 1795000000, LATE = NOW + 100 * 86400 };

/* Another program that is told of each step, without the right to restricted cases. */
struct receiver {
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock;
    char *heard;
    bool is_refusing; /* keeps nothing, and is told again later */
};

struct world {
    struct receiver receiver;
    struct secrets *secrets;
    const char *log, *clock;
    int old_stderr; /* while what is logged goes to a file; 0 */
};

static enum MHD_Result hear(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                            const char *version, const char *data, size_t *size, void **state)
{
    struct receiver *receiver = arg;
    struct MHD_Response *response;
    enum MHD_Result result;
    bool is_refusing;

    (void)url, (void)method, (void)version;
    pthread_mutex_lock(&receiver->lock);
    is_refusing = receiver->is_refusing;
    if (!is_refusing)
        receiver->heard = talloc_strndup_append(receiver->heard, data ? data : "", *size);
    pthread_mutex_unlock(&receiver->lock);
    if (!*state || *size > 0) {
        *state = receiver;
        *size = 0;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    result = MHD_queue_response(connection, is_refusing ? 503 : 204, response);
    MHD_destroy_response(response);
    return result;
}

static int start_receiver(struct receiver *receiver)
{
    pthread_mutex_init(&receiver->lock, NULL);
    receiver->heard = talloc_strdup(NULL, "");
    receiver->daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, hear, receiver, MHD_OPTION_END);
    assert_non_null(receiver->daemon);
    return MHD_get_daemon_info(receiver->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/* Meanwhile the other program was down: it is told when much of what it missed has become restricted. */
static void tell_webhooks(struct world *world)
{
    const char *left = "SELECT count(*) FROM webhook_deliveries WHERE settled_at IS NULL";

    pthread_mutex_lock(&world->receiver.lock);
    world->receiver.is_refusing = false;
    pthread_mutex_unlock(&world->receiver.lock);
    for (int i = 1; i < 600 && strcmp(secrets_ask(world->secrets, left), "0") != 0; i++) {
        clock_set(world->clock, NOW + i * 60); /* until the next try */
        nanosleep(&(struct timespec){ .tv_nsec = 50 * 1000 * 1000 }, NULL);
    }
    assert_string_equal(secrets_ask(world->secrets, left), "0");
    assert_true(clock_set(world->clock, NOW));
}

/* From here on what the program logs goes to a file. */
static void begin_log(struct world *world)
{
    int file;

    world->log = talloc_asprintf(world, "%s/log", world->secrets->http->directory);
    file = open(world->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    world->old_stderr = dup(STDERR_FILENO);
    assert_true(file >= 0 && dup2(file, STDERR_FILENO) >= 0);
    close(file);
    log_quiet(false);
}

static void end_log(struct world *world)
{
    if (!world->old_stderr)
        return;
    log_quiet(true);
    dup2(world->old_stderr, STDERR_FILENO);
    close(world->old_stderr);
    world->old_stderr = 0;
}

static const char *run(struct world *world, const char *const *arguments)
{
    struct outcome outcome = program_run(world->secrets, world->secrets->http->directory, NULL, arguments);

    if (outcome.status != 0)
        fail_msg("%s %s: %s", arguments[0], arguments[1], outcome.err);
    return talloc_asprintf(world->secrets, "%s%s", outcome.out, outcome.err);
}

#define XIANGYIN(world, ...) \
    run(world, (const char *const[]){ __VA_ARGS__, "-c", (world)->secrets->config, NULL })

/* The 1st of a month, a quarter's end and a year's end pass. */
static void let_time_pass(struct world *world)
{
    static const char *const days[] = { "2026-12-01", "2026-12-08", "2026-12-24",
                                        "2026-12-31", "2027-01-01", "2027-02-01" };

    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        XIANGYIN(world, "due", "--at", days[i], "--confirm");
}

static int begin(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->clock = talloc_asprintf(world, "%s/clock", temporary_directory(world));
    setenv("TZ", "Asia/Shanghai", 1);
    setenv("XIANGYIN_CLOCK", world->clock, 1);
    assert_true(clock_set(world->clock, NOW));
    world->secrets =
        secrets_open(talloc_asprintf(world,
                                     "page { public_listen = \"127.0.0.1:0\" }\nwebhook plain { url = "
                                     "\"http://127.0.0.1:%d/\" secret = \"env:SECRETS_KEY\" }\n",
                                     start_receiver(&world->receiver)));
    *state = world;
    begin_log(world);
    world->receiver.is_refusing = true;
    secrets_say(world->secrets);
    tell_webhooks(world);
    end_log(world);
    let_time_pass(world);
    assert_string_not_equal(
        secrets_ask(world->secrets, "SELECT count(*) FROM notices WHERE name = 'calendar'"), "0");
    return 0;
}

static const char *file_text(struct world *world, const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    const char *copy;
    size_t size = 0;
    bool is_read = file && getdelim(&text, &size, '\0', file) >= 0;

    assert_non_null(file);
    fclose(file);
    copy = is_read ? talloc_strdup(world, text) : "";
    free(text);
    return copy;
}

static int end(void **state)
{
    struct world *world = *state;

    if (world->old_stderr) { /* something failed meanwhile: it stands in the log */
        end_log(world);
        fputs(file_text(world, world->log), stderr);
    }
    secrets_close(world->secrets);
    MHD_stop_daemon(world->receiver.daemon);
    talloc_free(world->receiver.heard);
    talloc_free(world);
    return 0;
}

static void no_report_board_or_letter_holds_a_secret(void **state)
{
    static const char *const ways[] = { "unit", "place", "category", "topic", "month" };
    static const char *const boards[] = { "show", "report", "evaluate" };
    static const char *const formats[] = { "text", "csv", "json", "html" };
    static const char *const places[] = { "浮山县", "天坛镇", "聚粮村", "信访接待中心", "县纪委监委" };
    struct world *world = *state;
    const struct secrets *secrets = world->secrets;

    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 5; j++)
            secrets_search(secrets, "report --by", NULL,
                           XIANGYIN(world, "report", "--by", ways[j], "--format", formats[i]));
        secrets_search(secrets, "report", NULL, XIANGYIN(world, "report", "--format", formats[i]));
        secrets_search(secrets, "report needs", NULL,
                       XIANGYIN(world, "report", "needs", "--format", formats[i], "--from", "2026-01-01",
                                "--to", "2027-12-31"));
        for (size_t j = 0; j < 3; j++)
            for (size_t k = 0; k < 5; k++) {
                secrets_search(secrets, boards[j], NULL,
                               XIANGYIN(world, "bulletin", boards[j], "--date", "2027-01-02", "--format",
                                        formats[i], "--unit", places[k]));
                secrets_search(secrets, boards[j], NULL,
                               XIANGYIN(world, "bulletin", boards[j], "--date", "2026-12-02", "--format",
                                        formats[i], "--unit", places[k], "--words"));
            }
    }
    for (size_t i = 0; i < secrets->n; i++) {
        const char *number = secrets->all[i].number;

        for (int j = 0; number && j < 2; j++) {
            struct outcome letter = RUN(world, secrets->http->directory, NULL, "letter",
                                        j ? "accept" : "answer", number, "-c", secrets->config);

            assert_string_equal(letter.out, "");
        }
    }
}

static void search_folder(struct world *world, const char *where, const char *folder)
{
    static const char *const tables[] = { "units",  "people",  "cases",       "events",
                                          "steps",  "notices", "sent_parts",  "questions",
                                          "leaves", "routes",  "place_names", "calendar_dates" };

    int found = 0;

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (int csv = 0; csv < 2; csv++) {
            const char *path = talloc_asprintf(world, "%s/%s.%s", folder, tables[i], csv ? "csv" : "jsonl");

            if (access(path, R_OK) != 0)
                continue;
            found++;
            secrets_search(world->secrets, talloc_asprintf(world, "%s, %s", where, tables[i]), NULL,
                           file_text(world, path));
        }
    assert_true(found >= 9);
}

static void no_export_holds_a_secret(void **state)
{
    struct world *world = *state;
    const char *folder = world->secrets->http->directory;

    XIANGYIN(world, "export", "out-plain");
    XIANGYIN(world, "export", "out-csv", "--format", "csv");
    XIANGYIN(world, "export", "out-people", "--people");
    XIANGYIN(world, "export", "out-people-csv", "--people", "--format", "csv");
    search_folder(world, "export", talloc_asprintf(world, "%s/out-plain", folder));
    search_folder(world, "export --format csv", talloc_asprintf(world, "%s/out-csv", folder));
    search_folder(world, "export --people", talloc_asprintf(world, "%s/out-people", folder));
    search_folder(world, "export --people --format csv", talloc_asprintf(world, "%s/out-people-csv", folder));
    for (int i = 1; i <= 6; i++) {
        const char *phone = talloc_asprintf(world, "1380000000%d", i);
        const char *own = talloc_asprintf(world, "+86%s", phone);

        secrets_search(world->secrets, "export --person", phone, XIANGYIN(world, "export", "--person", own));
    }
    assert_string_not_equal(file_text(world, talloc_asprintf(world, "%s/out-plain/cases.jsonl", folder)), "");
}

static void search_api(struct world *world, const char *scopes)
{
    static const char *const paths[] = {
        "/api/v1/cases?limit=500",
        "/api/v1/cases?state=new&limit=500",
        "/api/v1/events?limit=500",
        "/api/v1/notices?limit=500",
        "/api/v1/notices?state=CANCELLED&limit=500",
        "/api/v1/report",
        "/api/v1/openapi.json",
        "/open311/v2/requests.json",
        "/open311/v2/requests.xml",
        "/open311/v2/servicerequestupdates.json",
    };
    struct secrets *secrets = world->secrets;
    const char *headers = scopes ? talloc_asprintf(world, "Authorization: Bearer %s\r\n",
                                                   http_token(secrets->http, world, scopes))
                                 : NULL;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        secrets_search(secrets, talloc_asprintf(world, "%s with %s", paths[i], scopes ? scopes : "no token"),
                       NULL, http_ask(secrets->http, world, "GET", paths[i], headers, NULL).body);
    for (size_t i = 0; i < secrets->n; i++) {
        const struct secret *secret = &secrets->all[i];
        const char *const asked[] = {
            talloc_asprintf(world, "/api/v1/cases/%s", secret->number ? secret->number : "0"),
            talloc_asprintf(world, "/api/v1/notices?case=%s", secret->number ? secret->number : "0"),
            talloc_asprintf(world, "/api/v1/events?from=%%2B86%s", secret->phone),
            talloc_asprintf(world, "/open311/v2/requests/%s.xml", secret->number ? secret->number : "0"),
        };

        for (size_t j = 0; j < 4; j++)
            secrets_search(secrets,
                           talloc_asprintf(world, "%s with %s", asked[j], scopes ? scopes : "no token"), NULL,
                           http_ask(secrets->http, world, "GET", asked[j], headers, NULL).body);
    }
}

static void no_token_without_the_right_reads_a_secret(void **state)
{
    static const char *const scopes[] = {
        "cases",   "events", "notices", "report", "send", "file", "cases events notices report send file",
        "open311", NULL /* anybody */
    };
    struct world *world = *state;
    long last = atol(secrets_ask(world->secrets, "SELECT max(id) FROM notices"));
    const char *headers = talloc_asprintf(world, "Authorization: Bearer %s\r\n",
                                          http_token(world->secrets->http, world, "notices cases"));

    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
        search_api(world, scopes[i]);
    for (long id = 1; id <= last; id++)
        secrets_search(world->secrets, "/api/v1/notices/ID", NULL,
                       http_ask(world->secrets->http, world, "GET",
                                talloc_asprintf(world, "/api/v1/notices/%ld", id), headers, NULL)
                           .body);
}

/* The guarded scope shows restricted cases, but never who asked not to be named. */
static void not_even_the_guarded_scope_reads_the_number_of_who_hides(void **state)
{
    struct world *world = *state;
    const struct secrets *secrets = world->secrets;
    const char *headers =
        talloc_asprintf(world, "Authorization: Bearer %s\r\n",
                        http_token(secrets->http, world, "cases events notices report guarded"));
    const char *hidden = secrets->all[secrets->n - 1].phone;
    const char *const paths[] = { "/api/v1/cases?limit=500", "/api/v1/events?limit=500",
                                  "/api/v1/notices?limit=500",
                                  talloc_asprintf(world, "/api/v1/events?from=%%2B86%s", hidden) };

    assert_non_null(
        strstr(http_ask(secrets->http, world, "GET", paths[0], headers, NULL).body, secrets->all[0].number));
    for (size_t i = 0; i < 4; i++) {
        const char *body = http_ask(secrets->http, world, "GET", paths[i], headers, NULL).body;
        const char *found = strstr(body, hidden);

        if (found)
            fail_msg("%s: %.300s", paths[i], found - body > 150 ? found - 150 : body);
    }
}

static long figure(const char *text, const char *name)
{
    const char *at = strstr(text, name);

    return at ? atol(at + strlen(name) + strcspn(at + strlen(name), "0123456789")) : 0;
}

static void the_figures_of_metrics_and_report_do_not_differ_by_the_restricted(void **state)
{
    static const char *const states[] = { "new",       "in_hand",      "closed", "rated",
                                          "explained", "out_of_scope", "merged", "withdrawn" };
    struct world *world = *state;
    const char *metrics = http_ask(world->secrets->http, world, "GET", "/metrics", NULL, NULL).body;
    const char *report = XIANGYIN(world, "report", "--format", "json");
    long sum = 0;

    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        sum += figure(metrics, talloc_asprintf(world, "xiangyin_cases{state=\"%s\"}", states[i]));
    assert_int_equal(sum,
                     atol(secrets_ask(world->secrets, "SELECT count(*) FROM cases WHERE is_guarded = 0")));
    assert_int_equal(figure(report, "\"received\""), sum);
    secrets_search(world->secrets, "/metrics", NULL, metrics);
    assert_true(clock_set(world->clock, LATE));
    metrics = http_ask(world->secrets->http, world, "GET", "/metrics", NULL, NULL).body;
    assert_true(clock_set(world->clock, NOW));
    assert_string_equal(
        secrets_ask(world->secrets, "SELECT count(*) FROM cases WHERE is_guarded = 1 AND finish_by > 0"),
        "1");
    assert_int_equal(figure(metrics, "\nxiangyin_cases_overdue "), 0);
}

static void no_webhook_log_or_name_of_a_backup_holds_a_secret(void **state)
{
    struct world *world = *state;

    assert_non_null(strstr(world->receiver.heard, "accepted"));
    secrets_search(world->secrets, "a webhook", NULL, world->receiver.heard);
    secrets_search(world->secrets, "the log", NULL, file_text(world, world->log));
    secrets_search(world->secrets, "backup", NULL, XIANGYIN(world, "backup", "copy.db"));
}

/* Every text that went or may still go to somebody, in its order. */
static void no_phone_is_told_a_secret_that_is_not_its_own(void **state)
{
    struct world *world = *state;
    const struct secrets *secrets = world->secrets;

    for (size_t i = 0; i < secrets->n; i++) {
        const struct secret *secret = &secrets->all[i];
        const char *parts[] = { secret->marker, secret->number, secret->phone };

        for (size_t j = 0; j < 3; j++) {
            const char *told;

            if (!parts[j] || strcmp(parts[j], RECEPTION) == 0)
                continue;
            told = secrets_ask(
                secrets,
                talloc_asprintf(
                    world,
                    "SELECT recipient || ' hears ' || name || ': ' || text FROM notices WHERE id > %ld AND"
                    " state <> 'CANCELLED' AND instr(text || data, '%s') > 0 AND name <> 'no-such-case'"
                    " AND recipient NOT IN ('+86" FORMER "', '+86%s', '+86%s', '+86%s', '+86%s')",
                    secret->since, parts[j], secret->phone, secret->marker ? secret->may[0] : "",
                    secret->marker && secret->may[1] ? secret->may[1] : "",
                    secret->marker && secret->may[2] ? secret->may[2] : ""));
            if (*told)
                fail_msg("of what came by \"%s\": %s", secret->way, told);
        }
    }
}

enum { PAGES_MOST = 1000 };

/* Everything that one person can reach on the page by its links and the addresses we know. */
struct crawl {
    struct world *world;
    struct browser *browser;
    const char *phone;
    const char *paths[PAGES_MOST];
    size_t n;
};

static void add_path(struct crawl *crawl, const char *path)
{
    static const char *const left_out[] = { "static/", "live", "sign-", NULL };

    for (const char *const *word = left_out; *word; word++)
        if (strncmp(path, *word, strlen(*word)) == 0)
            return;
    for (size_t i = 0; i < crawl->n; i++)
        if (strcmp(crawl->paths[i], path) == 0)
            return;
    assert_true(crawl->n < PAGES_MOST);
    crawl->paths[crawl->n++] = path;
}

static void add_links(struct crawl *crawl, const char *page)
{
    static const char link[] = "href=\"/page/";

    while ((page = strstr(page, link))) {
        char *path, *entity;

        page += strlen(link);
        path = talloc_strndup(crawl, page, strcspn(page, "\"#"));
        while ((entity = strstr(path, "&amp;")))
            memmove(entity + 1, entity + 5, strlen(entity + 5) + 1);
        add_path(crawl, path);
    }
}

static void add_known_paths(struct crawl *crawl)
{
    static const char *const pages[] = { "home",        "leader",       "round",         "audit",
                                         "pictures",    "lines",        "keep",          "new",
                                         "me",          "search",       "export",        "changes",
                                         "list/mine",   "list/waiting", "list/urgent",   "list/unsure",
                                         "list/place",  "list/alike",   "list/returned", "list/to-hear",
                                         "list/unsent", "list/code",    "list/drafts",   "list/hasty",
                                         "list/bad",    "list/due",     "list/overdue",  "list/restricted" };
    /* words of the restricted texts that stand in others, too, for the page shows what was searched for */
    static const char *const words[] = { "李有田", "收了", "自来水", "贪污", "修水管", "低保", "督查室" };
    struct secrets *secrets = crawl->world->secrets;

    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        add_path(crawl, pages[i]);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        add_path(crawl, talloc_asprintf(crawl, "search?q=%s", browser_encoded(crawl->browser, words[i])));
        add_path(crawl, talloc_asprintf(crawl, "export?q=%s", browser_encoded(crawl->browser, words[i])));
    }
    for (size_t i = 0; i < secrets->n; i++)
        for (size_t j = 0; secrets->all[i].number && j < 4; j++) {
            static const char *const forms[] = { "case/%s", "letter/receipt/%s", "letter/answer/%s",
                                                 "letter/accept/%s" };
            const char *at = strstr(forms[j], "%s");

            add_path(crawl, talloc_asprintf(crawl, "%.*s%s", (int)(at - forms[j]), forms[j],
                                            secrets->all[i].number));
        }
}

static void search_page_of(struct world *world, struct page_world *page, const char *phone)
{
    struct crawl *crawl = talloc_zero(world, struct crawl);

    *crawl = (struct crawl){ .world = world, .phone = phone };
    crawl->browser = browser_signed_in(page, talloc_asprintf(crawl, "+86%s", phone));
    add_known_paths(crawl);
    for (size_t i = 0; i < crawl->n; i++) {
        int status = browser_get(crawl->browser, crawl->paths[i]);

        if (status != 200 && status != 404 && status != 303 && status != 409)
            fail_msg("%s of %s: %d", crawl->paths[i], phone, status);
        secrets_search(world->secrets, talloc_asprintf(crawl, "/page/%s", crawl->paths[i]), phone,
                       crawl->browser->reply.body);
        add_links(crawl, crawl->browser->reply.body);
    }
    assert_true(crawl->n > 100);
    talloc_free(crawl);
}

/* Not even a count tells of them: what is overdue is counted by queries of its own. */
static void assert_overdue_without_restricted(struct world *world, struct page_world *page)
{
    static const char count[] = "<small>超期</small><b";
    const char *wanted = secrets_ask(
        world->secrets,
        talloc_asprintf(
            world,
            "SELECT count(*) FROM cases WHERE is_guarded = 0 AND ((state = 'new' AND accept_by < %d)"
            " OR (state = 'in hand' AND finish_by < %d))",
            LATE, LATE));
    struct browser *browser;
    const char *shown;

    assert_true(clock_set(world->clock, LATE));
    browser = browser_signed_in(page, "+86" COUNTY);
    assert_int_equal(browser_get(browser, "leader"), 200);
    assert_true(clock_set(world->clock, NOW));
    shown = strstr(browser->reply.body, count);
    assert_non_null(shown);
    shown = strchr(shown + strlen(count), '>') + 1;
    assert_string_equal(talloc_strndup(world, shown, strspn(shown, "0123456789")), wanted);
}

/* Lists, cases, searches, the CSV, the round, letters, boards of pictures, drafts, the audit's list. */
static void no_page_shows_a_secret_to_whom_it_is_none_of(void **state)
{
    static const char *const staff[] = { HEAD, TOWNSHIP, RECEPTION, DISCIPLINE, COUNTY, SUPERVISOR };
    struct world *world = *state;
    struct page_world *page = talloc_zero(world, struct page_world);
    const char *error = "";

    page->http = world->secrets->http;
    page->page =
        page_start(page, page->http->config, page->http->desk, page->http->words, page->http->server, &error);
    if (!page->page)
        fail_msg("%s", error);
    for (size_t i = 0; i < 6; i++)
        search_page_of(world, page, staff[i]);
    assert_overdue_without_restricted(world, page);
    page_stop(page->page);
}

static void no_board_on_the_web_holds_a_secret(void **state)
{
    static const char *const paths[] = { "/", "/show", "/report", "/evaluate", "/page/home" };
    struct world *world = *state;
    struct http_world boards = *world->secrets->http;
    const char *error = "";
    struct public *public = public_start(world, boards.config, &error);

    if (!public)
        fail_msg("%s", error);
    boards.port = public_port(public);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct reply reply = http_ask(&boards, world, "GET", paths[i], NULL, NULL);

        assert_int_equal(reply.status, i < 4 ? 200 : 404);
        secrets_search(world->secrets, paths[i], NULL, reply.body);
    }
    public_stop(public);
}

/* By whatever number somebody calls, and whichever case's number they key. */
static void no_call_is_told_a_secret(void **state)
{
    static const char *const callers[] = {
        "",           "+86" HEAD,       "+86" TOWNSHIP,  "+86" RECEPTION, "+86" DISCIPLINE,
        "+86" COUNTY, "+86" SUPERVISOR, "+8613999999999"
    };
    struct world *world = *state;
    const struct secrets *secrets = world->secrets;
    struct case_told told;

    for (size_t i = 0; i < sizeof callers / sizeof *callers; i++) {
        const char *phone = *callers[i] ? callers[i] + 3 : NULL;

        if (case_words_open(world, secrets->http->desk, callers[i], &told))
            secrets_search(secrets, "a call", phone, told.words);
        for (size_t j = 0; j < secrets->n; j++) {
            struct case_asked asked = { callers[i], "voice", secrets->all[j].number };

            if (!secrets->all[j].number || (phone && strcmp(phone, secrets->all[j].phone) == 0))
                continue;
            assert_false(case_words_status(world, secrets->http->desk, &asked, &told));
            assert_string_equal(told.words, "code"); /* as for any number that is not the caller's */
        }
    }
}

static void assert_does_not_exist(struct world *world, const char *phone, const struct secret *secret)
{
    static const char *const commands[] = {
        "看 %s",         "查 %s",          "领 %s",        "进度 %s 好",     "办结 %s 好",
        "解释 %s 规定",  "不受理 %s 别处", "退 %s 不归我", "回避 %s 亲戚",   "转 %s 天坛镇",
        "拆 %s 又一件",  "改类 %s 民生",   "定级 %s 紧急", "延期 %s 5天 等", "亮 %s",
        "不亮 %s 不宜",  "包案 %s",        "催 %s",        "无涉 %s 没有",   "大事 %s 310户1300人",
        "复查答复 %s 好"
    };

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *at = strstr(commands[i], "%s");
        const char *answer;

        secrets_text(
            world->secrets, phone,
            talloc_asprintf(world, "%.*s%s%s", (int)(at - commands[i]), commands[i], secret->number, at + 2));
        answer =
            secrets_ask(world->secrets, talloc_asprintf(world,
                                                        "SELECT name FROM notices WHERE recipient = '+86%s'"
                                                        " ORDER BY id DESC LIMIT 1",
                                                        phone));
        if (strcmp(answer, "no-such-case") != 0)
            fail_msg("%s of %s, which came by \"%s\", is answered %s", commands[i], phone, secret->way,
                     answer);
    }
}

static bool is_one_of(const char *phone, const struct secret *secret)
{
    for (int i = 0; i < 3; i++)
        if (secret->may[i] && strcmp(secret->may[i], phone) == 0)
            return true;
    return strcmp(secret->phone, phone) == 0;
}

static void whoever_may_not_know_of_a_case_finds_it_by_no_command_and_in_no_list(void **state)
{
    static const char *const staff[] = { HEAD, TOWNSHIP, RECEPTION, DISCIPLINE, COUNTY, SUPERVISOR };
    static const char *const lists[] = { "我的", "待领", "超期", "领", "办结", "催" };
    struct world *world = *state;
    const struct secrets *secrets = world->secrets;

    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < sizeof lists / sizeof *lists; j++) {
            secrets_text(world->secrets, staff[i], lists[j]);
            secrets_search(secrets, lists[j], staff[i],
                           secrets_ask(secrets, talloc_asprintf(world,
                                                                "SELECT text FROM notices WHERE recipient = "
                                                                "'+86%s' ORDER BY id DESC LIMIT 1",
                                                                staff[i])));
        }
        for (size_t j = 0; j < secrets->n; j++)
            if (secrets->all[j].marker && secrets->all[j].number && !is_one_of(staff[i], &secrets->all[j]))
                assert_does_not_exist(world, staff[i], &secrets->all[j]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_phone_is_told_a_secret_that_is_not_its_own),
        cmocka_unit_test(no_report_board_or_letter_holds_a_secret),
        cmocka_unit_test(no_export_holds_a_secret),
        cmocka_unit_test(no_token_without_the_right_reads_a_secret),
        cmocka_unit_test(not_even_the_guarded_scope_reads_the_number_of_who_hides),
        cmocka_unit_test(the_figures_of_metrics_and_report_do_not_differ_by_the_restricted),
        cmocka_unit_test(no_webhook_log_or_name_of_a_backup_holds_a_secret),
        cmocka_unit_test(no_board_on_the_web_holds_a_secret),
        cmocka_unit_test(no_call_is_told_a_secret),
        cmocka_unit_test(no_page_shows_a_secret_to_whom_it_is_none_of),
        cmocka_unit_test(whoever_may_not_know_of_a_case_finds_it_by_no_command_and_in_no_list),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
