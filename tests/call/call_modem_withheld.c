/* A modem has one call: who withholds the number keys it, and who asks for somebody is recorded and called
 * back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>

#include "tests/call/call_bench.h"
#include "tests/support/modem_caller.h"

static struct modem_caller *withheld, *asking;

static int begin(void **state)
{
    (void)state;
    withheld = modem_caller_begin("Quectel", "EC25");
    asking = modem_caller_begin("Quectel", "EC25");
    modem_caller_call(withheld, "",
                      ",\"says_after_ms\":3000,\"keys\":[[1000,\"1\"],[8000,\"#\"],[10000,\"1\"],"
                      "[12000,\"1\"],[12400,\"3\"],[12800,\"8\"],[13200,\"3\"],[13600,\"4\"],[14000,\"5\"],"
                      "[14400,\"0\"],[14800,\"0\"],[15200,\"0\"],[15600,\"0\"],[16000,\"7\"],[18000,\"1\"]],"
                      "\"hang_up_ms\":30000");
    modem_caller_call(asking, "+8613834500001",
                      ",\"says_after_ms\":6500,\"keys\":[[1000,\"0\"],[12000,\"#\"],[14000,\"1\"]],"
                      "\"hang_up_ms\":20000");
    return 0;
}

static int end(void **state)
{
    (void)state;
    modem_caller_end(withheld);
    modem_caller_end(asking);
    return 0;
}

static void who_asks_for_somebody_is_recorded_and_to_be_called_back(void **state)
{
    size_t n, at;

    (void)state;
    assert_true(gateway_wait(asking->gateway, "SELECT count(*) FROM notices WHERE text LIKE '%要回电%'", 1,
                             PATIENCE_MS));
    const int16_t *recorded = modem_caller_recording(asking, &n);

    assert_true(call_bench_correlation(recorded, n, asking->voice, 3 * 8000, &at) >= 0.99);
}

static void who_withholds_the_number_keys_it(void **state)
{
    (void)state;
    assert_true(gateway_wait(withheld->gateway,
                             "SELECT count(*) FROM cases WHERE reporter = '+8613834500007'", 1, PATIENCE_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_for_somebody_is_recorded_and_to_be_called_back),
        cmocka_unit_test(who_withholds_the_number_keys_it),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
