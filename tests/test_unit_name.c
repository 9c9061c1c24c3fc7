#include "gateway/turn/unit_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>

static void a_name_is_shown_without_what_every_committee_is_called(void **state)
{
    static const struct {
        const char *name, *shown;
    } names[] = {
        { "聚粮村民委员会", "聚粮村" },
        { "聚粮村村民委员会", "聚粮村" },
        { "聚粮村委会", "聚粮村" },
        { "聚粮村村委会", "聚粮村" },
        { "北关居民委员会", "北关" },
        { "北关居委会", "北关" },
        { "村委会", "村委会" },
        { "居委会", "居委会" },
        { "村民委员会", "村民委员会" },
        { "居民委员会", "居民委员会" },
        { "天坛镇", "天坛镇" },
        { "", "" },
        { "委会", "委会" },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(unit_name_short(mem, names[i].name), names[i].shown);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_shown_without_what_every_committee_is_called),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
