/*
 * Two months of a county, played through a real desk. `make bench` plays two years; another XIANGYIN_SEED is
 * another county.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <talloc.h>

#include "tests/county/county.h"

enum { APPEALS = 400, UNSOLVED = 24, MONTHS = 2 };

static void everybody_is_told_of_every_step_and_nobody_of_what_is_not_theirs(void **state)
{
    void *mem = talloc_new(NULL);
    const struct county_options wish = {
        .seed = county_seed(1), .appeals = APPEALS, .unsolved = UNSOLVED, .months = MONTHS
    };
    struct county *county = county_new(mem, &wish);
    struct county_sum sum;

    (void)state;
    county_play(county);
    county_check_reports(county);
    sum = county_sum(county);
    print_message("# %ld texts, %ld steps, %ld notices, %ld days, %ld guarded\n", sum.texts, sum.steps,
                  sum.notices, sum.days, sum.guarded);
    assert_int_equal(sum.appeals, APPEALS);
    assert_int_equal(sum.solved, APPEALS - UNSOLVED);
    assert_int_equal(sum.broken, 0);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_told_of_every_step_and_nobody_of_what_is_not_theirs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
