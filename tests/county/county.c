#include "tests/county/county_seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/workdays.h"
#include "store/notices.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

/* Texts within a window are handed in together; what somebody says to an answer comes after it. */
enum {
    LONG_OUTAGE_MONTHS = 8,
    KILLS = 3,
    WINDOW = 200,
    BATCH = 48,
    PRINTED = 20,
    NINE = 9 * HOUR,
    HURRY_SECONDS = 30
};

static const struct date first_day = { 2021, 7, 1 };

static const char *const holidays[] = { "2021-09-20", "2021-09-21", "2021-10-01", "2021-10-04", "2021-10-05",
                                        "2021-10-06", "2021-10-07", "2022-01-03", "2022-01-31", "2022-02-01",
                                        "2022-02-02", "2022-02-03", "2022-02-04", "2022-05-02", "2022-05-03",
                                        "2022-10-03", "2022-10-04", "2022-10-05", "2022-10-06", "2022-10-07",
                                        "2023-01-23", "2023-01-24", "2023-01-25", "2023-01-26", "2023-01-27",
                                        "2023-05-01", "2023-05-02", "2023-05-03" };
static const char *const workdays[] = { "2021-09-18", "2021-09-26", "2021-10-09", "2022-01-29", "2022-01-30",
                                        "2022-04-24", "2022-05-07", "2022-10-08", "2022-10-09", "2023-01-28",
                                        "2023-01-29", "2023-04-23", "2023-05-06" };

enum { HOLIDAYS = sizeof holidays / sizeof *holidays, WORKDAYS = sizeof workdays / sizeof *workdays };

/* The calendar looks at what is urgent every hour: an item of its own. */
static const struct action hour_turn = { .name = "hour" };

unsigned county_draw(struct county *county, unsigned below)
{
    county->random = county->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((county->random >> 33) % below);
}

bool county_chance(struct county *county, unsigned per_mille)
{
    return county_draw(county, 1000) < per_mille;
}

static const char *clock_text(void *mem, int64_t at)
{
    return talloc_asprintf(mem, "%s %02d:%02d", date_text(mem, date_of(at)), date_minutes(at) / 60,
                           date_minutes(at) % 60);
}

void county_broken(struct county *county, const struct appeal *appeal, const char *format, ...)
{
    va_list arguments;

    if (county->sum.broken++ >= PRINTED)
        return;
    printf("# broken, seed %u, %s, appeal %d %s: ", county->wish.seed,
           clock_text(county->mem ? county->mem : county, county->now), appeal ? appeal->index : NONE,
           appeal ? appeal->number : "");
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    fflush(stdout);
}

/* The queue is a heap: the earliest on top, in order of planning at the same second. */
static bool is_before(const struct item *a, const struct item *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void put(struct county *county, const struct item *item)
{
    size_t at = county->n_queue++;

    if (county->n_queue > county->room) {
        county->room = 2 * county->room + 1024;
        county->queue = talloc_realloc(county, county->queue, struct item, county->room);
    }
    while (at > 0 && is_before(item, &county->queue[(at - 1) / 2])) {
        county->queue[at] = county->queue[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    county->queue[at] = *item;
}

static struct item take(struct county *county)
{
    struct item first = county->queue[0], last = county->queue[--county->n_queue];
    size_t at = 0, child;

    while ((child = 2 * at + 1) < county->n_queue) {
        if (child + 1 < county->n_queue && is_before(&county->queue[child + 1], &county->queue[child]))
            child++;
        if (!is_before(&county->queue[child], &last))
            break;
        county->queue[at] = county->queue[child];
        at = child;
    }
    county->queue[at] = last;
    return first;
}

void county_add(struct county *county, int64_t at, const struct action *action, struct appeal *appeal,
                struct who *by)
{
    put(county, &(struct item){ .at = at,
                                .sent_at = at,
                                .order = county->order++,
                                .action = action,
                                .appeal = appeal,
                                .by = by,
                                .own = by,
                                .age = appeal ? appeal->age : 0 });
}

int64_t county_soon(struct county *county)
{
    return county->now + WINDOW + 10 + county_draw(county, 30);
}

static int64_t on_day(struct date date, int minutes, unsigned seconds)
{
    return date_moment(date, minutes) + seconds;
}

int64_t county_office_hour(struct county *county, int64_t after, int days_least, int days_most)
{
    static const int sessions[] = { 520, 590, 650, 880, 950, 1030 };
    int days = days_least + (int)county_draw(county, (unsigned)(days_most - days_least + 1));
    struct date date = date_plus(date_of(after), days);
    int64_t at;

    do {
        while (!is_workday(&county->config, date))
            date = date_plus(date, 1);
        at = on_day(date, sessions[county_draw(county, 6)], county_draw(county, 170));
        date = date_plus(date, 1);
    } while (at < after + WINDOW + 10);
    return at;
}

int64_t county_free_hour(struct county *county, int64_t after, int days_least, int days_most)
{
    static const int windows[] = { 390, 490, 560, 690, 740, 790, 990, 1100, 1150, 1220, 1300, 1390 };
    int days = days_least + (int)county_draw(county, (unsigned)(days_most - days_least + 1));
    struct date date = date_plus(date_of(after), days);
    int64_t at;

    do {
        at = on_day(date, windows[county_draw(county, 12)], county_draw(county, 170));
        date = date_plus(date, 1);
    } while (at < after + WINDOW + 10);
    return at;
}

static const char *list_of(void *mem, const char *const *dates, size_t n)
{
    char *all = talloc_strdup(mem, "");

    for (size_t i = 0; i < n; i++)
        all = talloc_asprintf_append(all, "%s\"%s\"", i ? ", " : "", dates[i]);
    return all;
}

/* What the program's own configuration says, for the parts it plays. */
static void write_config(struct county *county)
{
    const char *text = talloc_asprintf(
        county,
        "timezone = \"Asia/Shanghai\"\ncounty = \"浮山县\"\n"
        "signature = \"【浮山亮晒评】\"\nquiet_hours = \"21:00-08:00\"\n"
        "holidays = { %s }\nworkdays = { %s }\n"
        "store { url = \"%s\" }\nmodem \"village\" { device = \"/dev/null\" }\n",
        list_of(county, holidays, HOLIDAYS), list_of(county, workdays, WORKDAYS), county->config.store_url);

    county->config_path = write_file(county, county->folder, "xiangyin.conf", text);
}

static void configure(struct county *county)
{
    county->config = (struct config){ .timezone = "Asia/Shanghai",
                                      .store_url = talloc_asprintf(county, "sqlite:%s", county->path),
                                      .database = county->path,
                                      .signature = "【浮山亮晒评】",
                                      .language = "zh",
                                      .county = "浮山县",
                                      .number_prefix = "",
                                      .quiet_from = 21 * 60,
                                      .quiet_until = 8 * 60,
                                      .part_timeout = 600,
                                      .join_minutes = 10,
                                      .accept_days = 15,
                                      .finish_days = 60,
                                      .urgent_accept_hours = 24,
                                      .urgent_finish_days = 7,
                                      .return_days = 5,
                                      .urgent_return_days = 2,
                                      .extension_days = 30,
                                      .urgent_extension_days = 10,
                                      .review_days = 30,
                                      .holidays = (const char **)holidays,
                                      .n_holidays = HOLIDAYS,
                                      .workdays = (const char **)workdays,
                                      .n_workdays = WORKDAYS,
                                      .n_modems = 1,
                                      .modems = talloc_zero(county, struct modem_config) };
    county->config.modems[0] =
        (struct modem_config){ .name = "village", .sends = true, .receives = true, .missed_call = "text" };
    write_config(county);
}

/* Days on which the gateway is off: it goes down in the evening and is back in a morning. */
static void plan_outages(struct county *county)
{
    int most = 1 + county->wish.months / 3;

    for (int i = 0; i < most && i < 8; i++) {
        int day = (i * county->wish.months * 30 + (int)county_draw(county, 60)) / most + 10;
        struct date date = date_plus(first_day, day);
        county->outages[i][0] = date_moment(date, 23 * 60 + 30);
        county->outages[i][1] = date_moment(date_plus(date, 1 + (int)county_draw(county, 6)), 7 * 60);
        county->n_outages++;
    }
    if (county->wish.months >=
        LONG_OUTAGE_MONTHS) { /* and once for weeks, over a month's first and a quarter's end */
        struct date date = date_plus(first_day, 176 + (int)county_draw(county, 4));
        county->outages[county->n_outages][0] = date_moment(date, 23 * 60 + 30);
        county->outages[county->n_outages++][1] = date_moment(date_plus(date, 19), 7 * 60);
    }
}

struct county *county_new(void *mem, const struct county_options *wish)
{
    struct county *county = talloc_zero(mem, struct county);
    const char *error = "";

    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    if (access("/dev/shm", W_OK) == 0) /* it is the desk that plays, not the disk */
        setenv("TMPDIR", "/dev/shm", 0);
    county->wish = *wish;
    county->random = wish->seed * 2654435761u + 1;
    county->folder = temporary_directory(county);
    county->path = talloc_asprintf(county, "%s/county.db", county->folder);
    county->start = county->now = date_moment(first_day, 0);
    configure(county);
    county_settle(county);
    county->words = words_open(county, NULL, &error);
    county->desk = county->words ? desk_start(county, &county->config, county->words, &error) : NULL;
    if (!county->desk)
        fail_msg("%s", error);
    assert_int_equal(sqlite3_open(county->path, &county->db), SQLITE_OK);
    sqlite3_busy_timeout(county->db, 10000);
    plan_outages(county);
    county_plan(county);
    county_add(county, county->start + NINE, NULL, NULL, NULL);
    return county;
}

/* What is due goes out: the network takes it, and the next thing said is said to somebody who has it. */
enum { SENT_MOST = 512 };

struct sending {
    int64_t until;
    int64_t ids[SENT_MOST];
    size_t n;
};

static bool send_all(struct turn *turn, void *arg)
{
    const struct sending *sending = arg;

    for (size_t i = 0; i < sending->n; i++)
        if (!store_settle_notice(turn->store, sending->ids[i], NOTICE_SENT, "", sending->until))
            return false;
    return true;
}

static void send_until(struct county *county, int64_t until)
{
    struct sending sending = { .until = until };

    do {
        sqlite3_stmt *row = county_ask(county, "SELECT id FROM notices INDEXED BY notices_ready WHERE state ="
                                               " 'READY' AND due_at <= ?1");

        sqlite3_bind_int64(row, 1, until);
        for (sending.n = 0; sending.n < SENT_MOST && sqlite3_step(row) == SQLITE_ROW;)
            sending.ids[sending.n++] = sqlite3_column_int64(row, 0);
        sqlite3_reset(row);
        if (sending.n > 0)
            assert_true(desk_do(county->desk, send_all, &sending));
    } while (sending.n == SENT_MOST);
}

static bool is_calendar_date(struct date date)
{
    return date.day == 1 || date_compare(date, date_quarter_end(date)) == 0 ||
           date_compare(date_plus(date, 7), date_quarter_end(date)) == 0;
}

static size_t read_lines(void *mem, const char *text, struct due_line **lines)
{
    char *rest = talloc_strdup(mem, text), *line;
    size_t n = 0;

    *lines = NULL;
    while ((line = strsep(&rest, "\n"))) {
        struct json_object *object = *line ? json_tokener_parse(line) : NULL;
        if (!object)
            continue;
#define TEXT(key) talloc_strdup(mem, json_object_get_string(json_object_object_get(object, key)))
        *lines = talloc_realloc(mem, *lines, struct due_line, n + 1);
        (*lines)[n++] =
            (struct due_line){ TEXT("kind"), TEXT("date"), TEXT("number"), TEXT("to") ? TEXT("to") : "" };
#undef TEXT
        json_object_put(object);
    }
    return n;
}

/* The desk does the day; its lines are kept. */
struct day {
    struct due due;
    void *mem;
    struct due_line *lines;
};

static bool do_day(struct turn *turn, void *arg)
{
    struct day *day = arg;

    if (!calendar_due(turn, &day->due))
        return false;
    day->lines = talloc_array(day->mem, struct due_line, day->due.n + 1);
    for (size_t i = 0; i < day->due.n; i++) {
        const struct due_line *line = &day->due.lines[i];
        day->lines[i] =
            (struct due_line){ line->kind, talloc_strdup(day->mem, line->date),
                               talloc_strdup(day->mem, line->number), talloc_strdup(day->mem, line->to) };
    }
    return true;
}

/* The day at nine: by the real program where it has one of the calendar's dates to do, else by the desk. */
static void play_day(struct county *county, int64_t at)
{
    struct day day = { .due = { .at = at, .clock = clock_now() }, .mem = county->mem };

    county->now = at;
    county->sum.days++;
    send_until(county, at);
    if (county->wish.program && is_calendar_date(date_of(at))) {
        struct outcome outcome = RUN(county->mem, county->folder, NULL, "due", "--at",
                                     clock_text(county->mem, at), "--json", "-c", county->config_path);
        if (outcome.status != 0)
            county_broken(county, NULL, "xiangyin due: %s", outcome.err);
        day.due.n = read_lines(county->mem, outcome.out, &day.lines);
    } else if (!desk_do(county->desk, do_day, &day)) {
        county_broken(county, NULL, "the calendar failed");
    }
    county_watch_day(county, day.lines, day.due.n);
}

/* An hour of the calendar, while something urgent is open. */
static void play_hour(struct county *county, int64_t at)
{
    struct day day = { .due = { .at = at, .clock = clock_now() }, .mem = county->mem };

    county->now = at;
    county->sum.hours++;
    send_until(county, at);
    if (!desk_do(county->desk, do_day, &day))
        county_broken(county, NULL, "the calendar failed");
    county_watch_hour(county, day.lines, day.due.n);
}

static int64_t next_hour(int64_t at)
{
    return date_moment(date_of(at), (date_minutes(at) / 60 + 1) * 60);
}

void county_watch_by_the_hour(struct county *county)
{
    if (!county->is_hourly)
        county_add(county, next_hour(county->now), &hour_turn, NULL, NULL);
    county->is_hourly = true;
}

/* The end of the outage this moment lies in; 0: the gateway runs. */
static int64_t outage_end(const struct county *county, int64_t at)
{
    for (int i = 0; i < county->n_outages; i++)
        if (at >= county->outages[i][0] && at < county->outages[i][1])
            return county->outages[i][1];
    return 0;
}

static bool is_in(struct item *const *items, size_t n, const struct who *by)
{
    for (size_t i = 0; i < n; i++)
        if (items[i]->by == by)
            return true;
    return false;
}

static bool is_about(struct item *const *items, size_t n, const struct appeal *appeal)
{
    for (size_t i = 0; i < n; i++)
        if (items[i]->appeal == appeal)
            return true;
    return false;
}

/* Later, when somebody is not free to say it now. True: it is put back. */
static bool put_off(struct county *county, struct item *item, struct item *const *items, size_t n)
{
    int64_t end = outage_end(county, item->at);

    if (end)
        item->at = end + county_draw(county, 30 * MINUTE);
    else if (item->by && item->by->busy_until > item->at && !item->action->ignores_busy)
        item->at = item->by->busy_until + county_draw(county, MINUTE);
    else if (n > 0 && !item->action->ignores_busy && /* a code lives ten minutes */
             (is_in(items, n, item->by) || is_about(items, n, item->appeal)))
        item->at = items[0]->at + WINDOW + 10 + county_draw(county, MINUTE);
    else
        return false;
    put(county, item);
    return true;
}

/* What a stand-in does for who is on leave; a code is for who asked, and nobody stands in before what is
 * guarded. */
static bool is_work(const struct item *item)
{
    static const char *const own[] = { "undo", "leave", "peek", "peek at lists", "birth" };

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i], item->action->name) == 0)
            return false;
    return item->by->roles && !item->action->ignores_busy;
}

/* Those of the next window who have something to say. 0: the calendar comes first. */
static size_t gather(struct county *county, struct item **items)
{
    size_t n = 0;

    while (n < BATCH && county->n_queue > 0 && county->queue[0].action &&
           county->queue[0].action != &hour_turn && (n == 0 || county->queue[0].at < items[0]->at + WINDOW)) {
        struct item item = take(county);
        county->now = item.at;
        if (item.by && is_work(&item))
            item.by = county_acting(county, item.appeal, item.own);
        if (item.age != item.appeal->age || put_off(county, &item, items, n))
            continue;
        county->now = item.at;
        item.step = item.action->step;
        if (!item.action->say(county, &item))
            continue;
        items[n] = talloc_memdup(county->mem, &item, sizeof item);
        n++;
    }
    return n;
}

/* After half a year without a text the number may have a new owner. */
static void be_heard(struct who *who, int64_t at)
{
    if (who->heard_at && at - who->heard_at > SILENT_SECONDS)
        who->owner_since = at - SILENT_SECONDS;
    who->heard_at = at;
}

/* Hands them to the desk as a line would, now and then one of them twice. */
static void play_texts(struct county *county, struct item **items, size_t n)
{
    struct event *events = talloc_zero_array(county->mem, struct event, n + 1);
    size_t handed = n;

    for (size_t i = 0; i < n; i++) {
        be_heard(items[i]->by, items[i]->at);
        events[i] = (struct event){ .kind = EVENT_TEXT,
                                    .line = "village",
                                    .external_id =
                                        talloc_asprintf(events, "%lld", (long long)++county->last_event_key),
                                    .from = items[i]->by->phone,
                                    .at = items[i]->sent_at,
                                    .received_at = items[i]->at,
                                    .text = county_in_english(county, items[i]->by, items[i]->text) };
    }
    if (county_chance(county, 20)) { /* the network delivers again */
        events[n] = events[n - 1];
        handed++;
        county->sum.duplicates++;
    }
    send_until(county, items[0]->at);
    if (!desk_submit(county->desk, events, handed))
        county_broken(county, NULL, "the desk refused a batch");
    if (handed > n && events[n].id != 0)
        county_broken(county, NULL, "an event that came twice was kept twice");
    county->sum.texts += (long)n;
    for (size_t i = 0; i < n; i++)
        items[i]->event_id = events[i].id;
    county_watch_texts(county, items, events, n);
    for (size_t i = 0; i < n; i++) {
        county->now = items[i]->at;
        if (items[i]->action->then)
            items[i]->action->then(county, items[i]);
    }
}

static bool is_all_over(const struct county *county)
{
    return county->n_queue == 0;
}

/* A month after the last word, so that the calendar has nothing left to say. */
static void plan_next_day(struct county *county, int64_t at)
{
    int64_t next = date_moment(date_plus(date_of(at), 1), 9 * 60);

    if (!is_all_over(county))
        county->last_day_run = at;
    if (!is_all_over(county) || at < county->last_day_run + 30 * (int64_t)DAY)
        county_add(county, next, NULL, NULL, NULL);
}

static void turn_hour(struct county *county, int64_t at)
{
    int64_t end = outage_end(county, at);

    county->is_hourly = false;
    if (end) {
        county->now = end - 1;
        county_watch_by_the_hour(county);
        return;
    }
    if (date_minutes(at) != NINE / MINUTE) /* then the day does it */
        play_hour(county, at);
    county->now = at;
    if (county_number(county,
                      "SELECT count(*) FROM cases WHERE state IN ('new', 'in hand') AND urgency ="
                      " 'urgent'",
                      0))
        county_watch_by_the_hour(county);
}

/*
 * As if the power had gone: the files as they lie there, the log not yet written back, are what the next desk
 * finds. The one that ran keeps the old ones to itself.
 */
static void kill_and_start(struct county *county)
{
    const char *old = county->path, *error = "";
    char *copy;

    if (++county->kills > KILLS)
        return;
    county->path = talloc_asprintf(county, "%s/county%d.db", county->folder, county->kills);
    copy = talloc_asprintf(county->mem, "cp %s %s && cp %s-wal %s-wal", old, county->path, old, county->path);
    assert_int_equal(system(copy), 0);
    county_forget_statements(county);
    desk_stop(county->desk);
    talloc_free(county->desk);
    unlink(old);
    county->config.database = county->path;
    county->config.store_url = talloc_asprintf(county, "sqlite:%s", county->path);
    write_config(county);
    county->desk = desk_start(county, &county->config, county->words, &error);
    if (!county->desk)
        fail_msg("%s", error);
    assert_int_equal(sqlite3_open(county->path, &county->db), SQLITE_OK);
    sqlite3_busy_timeout(county->db, 10000);
    county->sum.kills++;
}

void county_play(struct county *county)
{
    while (county->n_queue > 0) {
        struct item *items[BATCH];
        size_t n;

        county->mem = talloc_new(county);
        if (county->queue[0].action == &hour_turn) {
            turn_hour(county, take(county).at);
        } else if (!county->queue[0].action) {
            struct item day = take(county);
            plan_next_day(county, day.at);
            if (county->sum.days == (county->kills + 1) * (long)county->wish.months * 30 / (KILLS + 1))
                kill_and_start(county);
            if (outage_end(county, day.at))
                county->sum.outages++;
            else
                play_day(county, day.at);
        } else if ((n = gather(county, items)) > 0) {
            play_texts(county, items, n);
        }
        TALLOC_FREE(county->mem);
    }
    county->mem = talloc_new(county);
    send_until(county, county->now + DAY);
    county_watch_end(county);
    TALLOC_FREE(county->mem);
    desk_stop(county->desk);
    TALLOC_FREE(county->desk);
}

struct county_sum county_sum(const struct county *county)
{
    return county->sum;
}

const char *county_next_day(void *mem, const struct county *county)
{
    return clock_text(mem, date_moment(date_plus(date_of(county->now), 1), NINE / MINUTE));
}

const char *county_database(const struct county *county)
{
    return county->path;
}

const char *county_config(const struct county *county)
{
    return county->config_path;
}

unsigned county_seed(unsigned usual)
{
    const char *seed = getenv("XIANGYIN_SEED");

    return seed ? (unsigned)strtoul(seed, NULL, 10) : usual;
}
