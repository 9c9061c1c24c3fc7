#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/support/one_county.h"
#include "tests/support/on_both.h"

int one_county_open(void **state)
{
    struct one_county *world = talloc_zero(NULL, struct one_county);

    world->province = province_new(world, on_both_url(*state));
    world->county =
        member_new(world, world->province, province_add(world->province, "141027", "+8613800000027", false));
    *state = world;
    return 0;
}

int one_county_close(void **state)
{
    struct one_county *world = *state;

    member_end(world->county);
    province_stop(world->province);
    province_kill(world->province);
    talloc_free(world);
    return 0;
}

void one_county_settle(struct one_county *world)
{
    member_settle(world->county, world->province, "141027");
}

/* Lets the centre say that its backup has all rows, so that they go at the county. */
void one_county_prune(struct one_county *world)
{
    struct store *store = province_store(world, world->province);
    int64_t seq = office_count(world->county->office, "SELECT max(last_seq) FROM journal_runs");

    assert_true(store_begin(store, 1000) && centre_set_safe(store, "141027", seq) && store_commit(store));
    talloc_free(store);
    for (int i = 0; i < 600; i++) {
        member_text(world->county, "+8613934567003", "查");
        if (office_count(world->county->office, "SELECT min(first_seq) FROM journal_runs") > seq)
            break;
        usleep(10000);
    }
    one_county_settle(world);
}
