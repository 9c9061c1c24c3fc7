/* What each code of a +CMS ERROR means: both ends of each row of the table, and their neighbours. */
#include "gateway/line/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct {
    int code;
    enum refusal refusal;
} codes[] = {
    { -1, REFUSAL_PASSING },  { 0, REFUSAL_PASSING },   { 1, REFUSAL_FINAL },     { 2, REFUSAL_PASSING },
    { 7, REFUSAL_PASSING },   { 8, REFUSAL_OF_SIM },    { 10, REFUSAL_OF_SIM },   { 11, REFUSAL_PASSING },
    { 21, REFUSAL_PASSING },  { 27, REFUSAL_PASSING },  { 28, REFUSAL_FINAL },    { 30, REFUSAL_FINAL },
    { 31, REFUSAL_PASSING },  { 38, REFUSAL_PASSING },  { 41, REFUSAL_PASSING },  { 42, REFUSAL_PASSING },
    { 47, REFUSAL_PASSING },  { 49, REFUSAL_PASSING },  { 50, REFUSAL_OF_SIM },   { 69, REFUSAL_OF_SIM },
    { 70, REFUSAL_PASSING },  { 80, REFUSAL_PASSING },  { 81, REFUSAL_FINAL },    { 111, REFUSAL_FINAL },
    { 112, REFUSAL_PASSING }, { 127, REFUSAL_PASSING }, { 128, REFUSAL_FINAL },   { 143, REFUSAL_FINAL },
    { 144, REFUSAL_FINAL },   { 159, REFUSAL_FINAL },   { 160, REFUSAL_FINAL },   { 191, REFUSAL_FINAL },
    { 192, REFUSAL_PASSING }, { 193, REFUSAL_OF_SIM },  { 194, REFUSAL_PASSING }, { 195, REFUSAL_FINAL },
    { 199, REFUSAL_FINAL },   { 200, REFUSAL_PASSING }, { 208, REFUSAL_PASSING }, { 255, REFUSAL_PASSING },
    { 300, REFUSAL_PASSING }, { 304, REFUSAL_PASSING }, { 305, REFUSAL_FINAL },   { 306, REFUSAL_PASSING },
    { 309, REFUSAL_PASSING }, { 310, REFUSAL_OF_LINE }, { 318, REFUSAL_OF_LINE }, { 319, REFUSAL_PASSING },
    { 320, REFUSAL_PASSING }, { 321, REFUSAL_PASSING }, { 322, REFUSAL_PASSING }, { 329, REFUSAL_PASSING },
    { 330, REFUSAL_OF_LINE }, { 331, REFUSAL_OF_LINE }, { 332, REFUSAL_PASSING }, { 500, REFUSAL_PASSING },
    { 512, REFUSAL_PASSING },
};

static void every_code_is_told_apart_from_its_neighbours(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (refusal_of(codes[i].code) != codes[i].refusal)
            fail_msg("%d: %d", codes[i].code, refusal_of(codes[i].code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_is_told_apart_from_its_neighbours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
