/* A centre whose PostgreSQL server is switched over to its standby, or restored from an older backup, while a
 * county writes: in the end the centre has every row again. XIANGYIN_FAULT=1: many times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "tests/support/postgres.h"
#include "tests/support/province.h"

#define CODE "141027"

static int rounds(int few, int many)
{
    return getenv("XIANGYIN_FAULT") ? many : few;
}

static void write_some(struct member *county, int n)
{
    for (int i = 0; i < n; i++) {
        member_text(county, talloc_asprintf(county, "+86139345%05d", rand() % 100000), "井水浑了，没人管");
        usleep((useconds_t)(rand() % 3000));
    }
}

static struct member *begin(struct province *province)
{
    struct member *county = member_new(province, province, province_add(province, CODE, "", false));

    province_start(province);
    member_link(county);
    write_some(county, 3);
    member_settle(county, province, CODE);
    return county;
}

/* In every second round the old server is only frozen: it goes on once it is replaced, and no longer counts.
 */
static void a_server_that_is_switched_over_lacks_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < rounds(1, 20); i++) {
        void *mem = talloc_new(NULL);
        struct postgres *primary = postgres_start(mem, "");
        struct postgres *standby = postgres_start_standby(mem, primary);
        struct province *province =
            province_new(mem, talloc_asprintf(mem, "postgresql:host=%s,%s user=xiangyin dbname=postgres",
                                              primary->folder, standby->folder));
        struct member *county = begin(province);

        write_some(county, 5);
        if (i % 2)
            postgres_freeze(primary);
        else
            postgres_kill(primary);
        write_some(county, 10);
        postgres_promote(standby);
        if (i % 2)
            postgres_thaw(primary);
        write_some(county, 5);
        province->config.store_url = standby->url;
        member_settle(county, province, CODE);
        member_end(county);
        province_stop(province);
        talloc_free(mem);
    }
}

/* Rows that the centre had acknowledged are asked for again: the county keeps them until a backup has them.
 */
static void a_server_restored_from_an_older_backup_gets_the_rows_again(void **state)
{
    void *mem = talloc_new(NULL);
    struct postgres *server = postgres_start(mem, "");
    struct province *province = province_new(mem, server->url);
    struct member *county = begin(province);

    (void)state;
    for (int i = 0; i < rounds(1, 20); i++) {
        postgres_back_up(server);
        write_some(county, 10);
        member_settle(county, province, CODE);
        postgres_restore(server);
        write_some(county, 3);
        member_settle(county, province, CODE);
    }
    member_end(county);
    province_stop(province);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_is_switched_over_lacks_nothing),
        cmocka_unit_test(a_server_restored_from_an_older_backup_gets_the_rows_again),
    };

    return postgres_is_there() ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
