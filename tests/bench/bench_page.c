/*
 * How long each page takes each role to be answered, at a million cases: the first visit of somebody and the
 * next one, alone and beside a thousand texts a second through the desk; and what visitors cost the intake.
 * XIANGYIN_BENCH_CASES sets another number of cases; XIANGYIN_BENCH_STORE a directory whose x.db is used, and
 * made where it is not there, in place of one that goes afterwards; XIANGYIN_BENCH_VISITS how many visit
 * each page, XIANGYIN_BENCH_PAGE the beginning of the only ones asked for.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/http/token.h"
#include "store/page/sessions.h"
#include "tests/bench/measure.h"
#include "tests/support/large_store.h"
#include "tests/support/page_world.h"
#include "tests/support/support.h"

enum {
    CASES = 1000000,
    VISITS = 20,
    MOST_VISITS = LARGE_PEOPLE,
    WRITERS = 16,
    PACED = 1000,
    FULL_SECONDS = 5
};

#define OF(kind) (1u << LARGE_##kind)
#define COUNTY (OF(LEADER) | OF(SUPERVISOR))
#define ABOVE (OF(TOWNSHIP_LEADER) | COUNTY)
#define SORTS (OF(CADRE) | ABOVE | OF(CLERK))
#define ALL (SORTS | OF(OPERATOR))

static const char *const kinds[] = {
    "cadre", "township leader", "leader", "supervisor", "clerk", "operator"
};

/* "case/" is followed by the number of one that the visitor may know of. */
static const struct {
    const char *path;
    unsigned kinds;
} pages[] = {
    { "home", ALL },
    { "leader", ABOVE },
    { "list/overdue", SORTS },
    { "list/due", SORTS },
    { "list/mine", OF(CADRE) },
    { "list/waiting", OF(CADRE) | ABOVE },
    { "list/urgent", OF(CADRE) | ABOVE },
    { "list/unsure", SORTS },
    { "list/place", SORTS },
    { "list/returned", SORTS },
    { "list/alike", SORTS },
    { "list/to-hear", ALL },
    { "list/unsent", ALL },
    { "list/hasty", ABOVE },
    { "list/bad", ABOVE },
    { "list/restricted", OF(SUPERVISOR) },
    { "case/", OF(CADRE) | ABOVE | OF(CLERK) },
    { "search?q=%E6%B0%B4%E7%AE%A1", ALL },
    { "search?state=open", ALL },
    { "search?q=12345", ALL },
    { "search?q=2345", ALL },
    { "search?q=%E6%B0%B4", OF(LEADER) | OF(CADRE) },
    { "lines", COUNTY | OF(CLERK) | OF(OPERATOR) },
    { "audit", OF(SUPERVISOR) },
    { "audit?case=24000015", OF(SUPERVISOR) },
    { "pictures", OF(LEADER) },
    { "keep", OF(OPERATOR) },
    { "me", ALL },
    { "changes", ALL },
};

struct bench {
    struct page_world world;
    int visits;
    const char *numbers[LARGE_KINDS][LARGE_PEOPLE];
    struct browser *browsers[LARGE_KINDS][LARGE_PEOPLE];
    atomic_bool is_writing;
    atomic_int written, next;
    int pace;           /* texts a second of all writers; 0: as many as they can */
    double times[4096]; /* how long the last texts waited for their commit */
};

static void give_up(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

/* Each text is another, and from another phone. */
static void write_one(struct bench *bench, int n)
{
    static const char *const texts[] = { "自来水停了三天了，老人没有水喝，请派人来看看",
                                         "路灯坏了半个月，晚上没法走", "低保的钱两个月没有发下来",
                                         "修路的土堆在我家门口，下雨进水" };
    char from[32], id[48], text[256];
    double began = measure_now();
    struct event event = { .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = id,
                           .from = from,
                           .at = clock_now(),
                           .received_at = clock_now(),
                           .text = text };

    snprintf(from, sizeof from, "+86136%08d", n % 100000000);
    snprintf(id, sizeof id, "page-%d-%d", (int)getpid(), n);
    snprintf(text, sizeof text, "响水镇东陈村%s，已经%d天了", texts[n % 4], n % 97);
    if (!desk_submit(bench->world.http->desk, &event, 1))
        give_up("a text was refused");
    bench->times[n % 4096] = measure_now() - began;
    bench->written++;
}

static void *write_texts(void *arg)
{
    struct bench *bench = arg;
    double due = measure_now();

    while (bench->is_writing) {
        write_one(bench, bench->next++);
        due += bench->pace ? (double)WRITERS / bench->pace : 0;
        if (bench->pace && due > measure_now())
            measure_sleep(due - measure_now());
    }
    return NULL;
}

struct intake {
    struct bench *bench;
    pthread_t threads[WRITERS];
    double began;
    int before;
};

static void start_intake(struct intake *intake, struct bench *bench, int pace)
{
    *intake = (struct intake){ .bench = bench, .began = measure_now(), .before = bench->written };
    bench->pace = pace;
    bench->is_writing = true;
    for (int i = 0; i < WRITERS; i++)
        pthread_create(&intake->threads[i], NULL, write_texts, bench);
}

static void say_intake(struct intake *intake, const char *beside)
{
    struct bench *bench = intake->bench;
    double rate = (bench->written - intake->before) / (measure_now() - intake->began);
    size_t n = bench->written < 4096 ? (size_t)bench->written : 4096;
    double median;

    bench->is_writing = false;
    for (int i = 0; i < WRITERS; i++)
        pthread_join(intake->threads[i], NULL);
    median = measure_median(bench->times, n);
    printf("intake %s: %.0f texts/s, committed after %.1f ms (p95 %.1f ms)\n", beside, rate, median * 1e3,
           bench->times[n * 95 / 100] * 1e3);
    fflush(stdout);
}

static double processor_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Milliseconds. */
static double visit(struct browser *browser, const char *path)
{
    double began = measure_now();
    int status = browser_get(browser, path);

    began = measure_now() - began;
    if (status != 200)
        give_up(talloc_asprintf(NULL, "%s: %d", path, status));
    talloc_free_children(browser);
    browser->reply = (struct reply){ 0 };
    return began * 1e3;
}

struct visits {
    double first[MOST_VISITS], next[MOST_VISITS];           /* milliseconds */
    double first_work[MOST_VISITS], next_work[MOST_VISITS]; /* the same of the processor, of all threads */
};

static void say(const char *path, const char *kind, struct visits *visits, size_t n, const char *beside)
{
    double first = measure_median(visits->first, n), next = measure_median(visits->next, n);

    printf("page, %-33s %-15s %-6s first %6.1f ms (p95 %6.1f), next %6.1f ms (p95 %6.1f)", path, kind, beside,
           first, visits->first[n * 95 / 100], next, visits->next[n * 95 / 100]);
    if (strcmp(beside, "alone") == 0)
        printf(", processor %6.1f ms, %6.1f ms", measure_median(visits->first_work, n),
               measure_median(visits->next_work, n));
    printf("\n");
    fflush(stdout);
}

/* Each of a kind visits once, and then again. */
static void visit_page(struct bench *bench, int kind, const char *page, const char *beside)
{
    struct visits visits;

    for (int i = 0; i < bench->visits; i++) {
        const char *path =
            talloc_asprintf(bench, "%s%s", page, strcmp(page, "case/") == 0 ? bench->numbers[kind][i] : "");
        double worked = processor_now();

        visits.first[i] = visit(bench->browsers[kind][i], path);
        visits.first_work[i] = (processor_now() - worked) * 1e3;
        worked = processor_now();
        visits.next[i] = visit(bench->browsers[kind][i], path);
        visits.next_work[i] = (processor_now() - worked) * 1e3;
    }
    say(page, kinds[kind], &visits, (size_t)bench->visits, beside);
}

static void visit_all(struct bench *bench, const char *beside)
{
    const char *only = getenv("XIANGYIN_BENCH_PAGE");

    for (size_t p = 0; p < sizeof pages / sizeof *pages; p++)
        for (int kind = 0; kind < LARGE_KINDS; kind++)
            if (pages[p].kinds >> kind & 1 && (!only || strncmp(only, pages[p].path, strlen(only)) == 0))
                visit_page(bench, kind, pages[p].path, beside);
}

/* A few who look at their lists all the time, as fast as they are answered. */
struct visitor {
    struct bench *bench;
    pthread_t thread;
    int kind, visits;
};

static void *visit_on(void *arg)
{
    static const char *const paths[] = { "home", "list/overdue", "list/unsure", "home", "search?state=open" };
    struct visitor *visitor = arg;

    for (; visitor->bench->is_writing; visitor->visits++)
        visit(visitor->bench->browsers[visitor->kind][LARGE_PEOPLE - 1], paths[visitor->visits % 5]);
    return NULL;
}

/* How many texts a second the desk takes, as fast as it can: alone, and beside visitors. */
static void measure_intake(struct bench *bench)
{
    for (int with = 0; with < 2; with++) {
        struct visitor visitors[2] = { { .bench = bench, .kind = LARGE_LEADER },
                                       { .bench = bench, .kind = LARGE_CLERK } };
        struct intake intake;

        start_intake(&intake, bench, 0);
        for (int i = 0; with && i < 2; i++)
            pthread_create(&visitors[i].thread, NULL, visit_on, &visitors[i]);
        measure_sleep(FULL_SECONDS);
        say_intake(&intake, with ? "at its most, beside two visitors" : "at its most");
        for (int i = 0; with && i < 2; i++)
            pthread_join(visitors[i].thread, NULL);
    }
}

static bool add_session(struct turn *turn, void *arg)
{
    return store_add_session(turn->store, arg, 0);
}

/* Whose token is a session from now on. */
static struct browser *sign_in(struct bench *bench, enum large_kind kind, int nth)
{
    struct browser *browser = browser_new(&bench->world, NULL);
    struct session session = { .phone = large_phone(browser, kind, nth),
                               .csrf = "csrf",
                               .address = "127.0.0.1",
                               .language = "zh",
                               .created_at = clock_now(),
                               .seen_at = clock_now(),
                               .code_at = clock_now() };
    const char *token = token_new(browser, &session.hash);

    if (!token || !desk_do(bench->world.http->desk, add_session, &session))
        give_up("no session");
    browser->cookie = talloc_asprintf(bench->world.http, "xy=%s", token);
    browser->origin = NULL;
    return browser;
}

/* The number of a case that this visitor may know of. */
static const char *number_for(struct bench *bench, int kind, int nth)
{
    const struct case_filter some = { .states = 1u << (kind == LARGE_CLERK ? CASE_NEW : CASE_CLOSED),
                                      .jurisdiction = 2 + nth % LARGE_TOWNSHIPS,
                                      .not_guarded = true,
                                      .limit = 1 };
    struct case_ *case_;
    size_t n;

    if (!store_cases(bench->world.http->store, bench->world.http, &some, &case_, &n) || n == 0)
        give_up("no case");
    return case_->number;
}

static void sign_all_in(struct bench *bench)
{
    for (int kind = 0; kind < LARGE_KINDS; kind++)
        for (int i = 0; i < LARGE_PEOPLE; i++) {
            bench->browsers[kind][i] = sign_in(bench, (enum large_kind)kind, i);
            bench->numbers[kind][i] =
                i < LARGE_TOWNSHIPS ? number_for(bench, kind, i) : bench->numbers[kind][i - LARGE_TOWNSHIPS];
        }
}

static void open_bench(struct bench *bench, void *mem)
{
    const char *directory = getenv("XIANGYIN_BENCH_STORE"), *path, *error = "";
    const char *cases = getenv("XIANGYIN_BENCH_CASES"), *visits = getenv("XIANGYIN_BENCH_VISITS");
    bool is_made;

    if (!directory)
        directory = temporary_directory(mem);
    path = talloc_asprintf(mem, "%s/x.db", directory);
    is_made = access(path, F_OK) == 0;
    bench->world.http = http_world_open_in(directory, "county = \"浮山县\"\npage { }");
    bench->visits = visits ? atoi(visits) : VISITS;
    if (bench->visits > MOST_VISITS)
        bench->visits = MOST_VISITS;
    if (!is_made) {
        double began = measure_now();

        large_store_fill(path, cases ? atoll(cases) : CASES, clock_now());
        printf("page, a store of %s cases: made in %.0f s\n", cases ? cases : "a million",
               measure_now() - began);
        http_world_restart(bench->world.http);
    }
    bench->world.page = page_start(bench->world.http, bench->world.http->config, bench->world.http->desk,
                                   bench->world.http->words, bench->world.http->server, &error);
    if (!bench->world.page)
        give_up(error);
}

int main(void)
{
    void *mem = talloc_new(NULL);
    struct bench *bench = talloc_zero(mem, struct bench);
    struct intake intake;

    open_bench(bench, mem);
    sign_all_in(bench);
    visit_all(bench, "alone");
    start_intake(&intake, bench, PACED);
    measure_sleep(1);
    visit_all(bench, "beside");
    say_intake(&intake, "of a thousand a second, beside the pages above");
    measure_intake(bench);
    page_stop(bench->world.page);
    http_world_close(bench->world.http);
    talloc_free(mem);
    return 0;
}
