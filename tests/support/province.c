#include "tests/support/province.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/centre/take.h"
#include "gateway/http/token.h"
#include "gateway/log.h"
#include "store/upkeep/image.h"
#include "store/sql/transaction.h"
#include "tests/support/ports.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

enum { PATIENCE_MS = 60000, LONG_MS = 120000 /* for what passes through a centre and another county */ };

struct province *province_new(void *mem, const char *url)
{
    struct province *province = talloc_zero(mem, struct province);

    province->folder = temporary_directory(province);
    province->path = talloc_asprintf(province, "%s/centre.db", province->folder);
    province->port = ports_reserve(1);
    province->config = (struct config){
        .store_url = url ? url : talloc_asprintf(province, "sqlite:%s", province->path),
        .http_listen = talloc_asprintf(province, "127.0.0.1:%d", province->port),
        .operator_phone = "+8613800000099",
    };
    province->file = write_file(province, province->folder, "centre.conf",
                                talloc_asprintf(province,
                                                "store { url = \"%s\" }\nhttp { listen = \"%s\" }\n"
                                                "operator = \"+8613800000099\"\n",
                                                province->config.store_url, province->config.http_listen));
    return province;
}

struct store *province_store(void *mem, struct province *province)
{
    const char *error = "";
    struct store *store = sql_open(mem, province->config.store_url, &centre_schema, 10000, &error);

    if (!store)
        fail_msg("%s", error);
    return store;
}

long province_count(struct province *province, const char *sql)
{
    struct store *store = province_store(province, province);
    int64_t n = -1;

    if (!sql_number(store, sql, NO_VALUES, &n))
        fail_msg("%s: %s", sql, store_error(store));
    talloc_free(store);
    return (long)n;
}

static bool put(struct store *store, void *arg)
{
    bool is_new;

    return centre_put_feed(store, arg, &is_new) && take_renew_counties(store);
}

const char *province_add(struct province *province, const char *code, const char *operator_phone,
                         bool is_neighbour)
{
    struct store *store = province_store(province, province);
    const char *hash, *token = token_new(province, &hash);
    struct feed feed = { .gateway = code,
                         .name = code,
                         .token_hash = hash,
                         .epoch = 1,
                         .operator_phone = operator_phone,
                         .is_neighbour = is_neighbour };

    assert_int_equal(transaction_run(store, PATIENCE_MS, put, &feed), FATE_COMMITTED);
    talloc_free(store);
    return token;
}

void province_start(struct province *province)
{
    const char *error = "";

    province->centre = centre_start(province, &province->config, &error);
    if (!province->centre)
        fail_msg("%s", error);
}

void province_stop(struct province *province)
{
    if (province->centre)
        centre_stop(province->centre);
    province->centre = NULL;
}

void province_spawn(struct province *province)
{
    const char *program = getenv("XIANGYIN") ? getenv("XIANGYIN") : "build/xiangyin";
    int log =
        open(talloc_asprintf(province, "%s/log", province->folder), O_CREAT | O_APPEND | O_WRONLY, 0600);

    province->pid = fork();
    if (province->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
        dup2(log, 2);
        execl(program, program, "centre", "run", "-c", province->file, NULL);
        _exit(127);
    }
    close(log);
}

void province_kill(struct province *province)
{
    if (province->pid == 0)
        return;
    kill(province->pid, SIGKILL);
    waitpid(province->pid, NULL, 0);
    province->pid = 0;
}

static void prepare(struct member *county)
{
    const char *error = "";
    struct store *store = store_open(county, county->office->config.store_url, &error);

    if (!store)
        fail_msg("%s", error);
    assert_true(store_set_recovery_key(store, county->public_key));
    talloc_free(store);
    if (!link_prepare(county, &county->office->config, &error))
        fail_msg("%s", error);
}

struct member *member_new(void *mem, struct province *province, const char *token)
{
    struct member *county = talloc_zero(mem, struct member);

    log_quiet(getenv("LOUD") == NULL);
    county->office = office_open(county);
    county->office->config.centre_url = talloc_asprintf(
        county, "%s://127.0.0.1:%d", province->config.http_certificate ? "https" : "http", province->port);
    county->office->config.centre_token = token;
    county->office->config.centre_bodies = "plain";
    seal_new_key(county->public_key, county->private_key);
    office_close(county->office);
    prepare(county);
    office_restart(county->office);
    return county;
}

static void wake(int changes, void *arg)
{
    (void)changes;
    link_wake(((struct member *)arg)->link);
}

void member_link(struct member *county)
{
    const char *error = "";

    county->link = link_start(county, &county->office->config, county->office->desk, &error);
    if (!county->link)
        fail_msg("%s", error);
    desk_on_change(county->office->desk, wake, county);
}

void member_unlink(struct member *county)
{
    if (!county->link)
        return;
    desk_on_change(county->office->desk, NULL, NULL);
    link_stop(county->link);
    county->link = NULL;
}

void member_text(struct member *county, const char *from, const char *words)
{
    static int n;
    void *mem = talloc_new(county);
    struct event event = office_text(mem, talloc_asprintf(mem, "c%d", n++), from, words);

    assert_true(desk_submit(county->office->desk, &event, 1));
    talloc_free(mem);
}

struct comparing {
    struct store *store;
    const char *code;
    void *mem;
    long n;
};

static bool same(const struct journal_row *row, void *arg);

struct finding {
    const struct journal_row *row;
    bool is_same;
};

static bool is_equal(const char *a, const char *b)
{
    return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

static bool find(const struct journal_row *row, void *arg)
{
    struct finding *finding = arg;
    const struct journal_row *ours = finding->row;

    finding->is_same = row->seq == ours->seq && row->at == ours->at && is_equal(row->kind, ours->kind) &&
                       is_equal(row->entity, ours->entity) && is_equal(row->body, ours->body) &&
                       is_equal(row->salt, ours->salt) && is_equal(row->body_hash, ours->body_hash) &&
                       is_equal(row->hash, ours->hash);
    return false;
}

static bool same(const struct journal_row *row, void *arg)
{
    struct comparing *comparing = arg;
    struct finding finding = { .row = row };

    assert_true(centre_each_row(comparing->store, comparing->code, row->seq - 1, 1, find, &finding));
    if (!finding.is_same)
        fail_msg("row %lld (%s) is not the same at the centre", (long long)row->seq, row->kind);
    comparing->n++;
    return true;
}

void member_wait_for(struct member *county, const char *sql)
{
    for (int i = 0; i < LONG_MS / 10 && office_count(county->office, sql) < 1; i++)
        usleep(10000);
    if (office_count(county->office, sql) < 1)
        fail_msg("it never came: %s", sql);
}

void member_settle(struct member *county, struct province *province, const char *code)
{
    void *mem = talloc_new(county);
    const char *error = "";
    struct store *ours = store_open_reader(mem, county->office->config.store_url, &error);
    struct comparing comparing = { .store = province_store(mem, province), .code = code };
    struct journal_point end;
    struct feed *feed = NULL;

    assert_non_null(ours);
    for (int waited = 0; waited < PATIENCE_MS; waited += 10) {
        assert_true(store_journal_end(ours, &end));
        assert_true(centre_feed(comparing.store, mem, code, &feed));
        if (feed && feed->seq == end.seq)
            break;
        usleep(10000);
    }
    assert_non_null(feed);
    if (feed->seq != end.seq)
        fail_msg("the centre has %lld of %lld rows; %s; %s", (long long)feed->seq, (long long)end.seq,
                 feed->stopped, county->link ? link_state(county->link).trouble : "no link");
    assert_string_equal(feed->hash, end.hash);
    assert_true(store_each_journal_row(ours, 0, same, &comparing));
    talloc_free(mem);
}

void member_end(struct member *county)
{
    member_unlink(county);
    office_close(county->office);
}

struct filling {
    struct image *image;
    struct image_takeover *takeover;
};

static bool fill(const struct journal_row *row, void *arg)
{
    struct filling *filling = arg;
    const char *error = "";

    filling->takeover->end.seq = row->seq;
    snprintf(filling->takeover->end.hash, JOURNAL_HASH_SIZE, "%s", row->hash);
    if (!image_add(filling->image, row, &error))
        fail_msg("%s", error);
    return true;
}

void province_take_over(struct province *province, const char *code, const struct member *county,
                        const char *path)
{
    void *mem = talloc_new(NULL);
    struct store *store = province_store(mem, province);
    struct image_takeover takeover = { .recovery_key = county->public_key, .now = time(NULL) };
    struct filling filling = { .takeover = &takeover };
    struct image_result result;
    const char *error = "";

    filling.image = image_begin(mem, path, county->private_key, &error);
    assert_non_null(filling.image);
    assert_true(store_begin(store, 10000) && centre_raise_epoch(store, code, takeover.now, &takeover.epoch) &&
                store_commit(store));
    assert_true(centre_each_row(store, code, 0, 1000000, fill, &filling));
    if (!image_finish(filling.image, &takeover, &result, &error))
        fail_msg("%s", error);
    talloc_free(mem);
}

struct member *member_beside(void *mem, const struct member *county, const char *path)
{
    struct member *next = talloc_memdup(mem, county, sizeof *next);
    struct office *office = talloc_memdup(mem, county->office, sizeof *office);

    office->path = talloc_strdup(mem, path);
    office->config.store_url = talloc_asprintf(mem, "sqlite:%s", path);
    office->config.database = office->path;
    office->desk = NULL;
    next->office = office;
    next->link = NULL;
    return next;
}

struct member *member_replace(void *mem, const struct member *county, struct province *province,
                              const char *code, const char *file)
{
    const char *path = talloc_asprintf(mem, "%s/%s", county->office->folder, file);
    struct member *next = member_beside(mem, county, path);

    province_take_over(province, code, county, path);
    assert_int_equal(office_count(next->office,
                                  "SELECT count(*) FROM notices WHERE state IN ('READY', 'CLAIMED',"
                                  " 'ARMED')"),
                     0);
    office_restart(next->office);
    return next;
}
