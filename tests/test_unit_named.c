/* Which unit a cadre means who writes its name in short. */
#include "gateway/conversation/cadre/unit_named.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/world.h"

static int make_world(void **state)
{
    void *mem = talloc_new(NULL);
    struct world *world = world_new(mem);

    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027103,北王镇,township,141027");
    world_unit(world, "141027202,槐埝乡,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_unit(world, "141027103207,高村村委会,village,141027103");
    world_unit(world, "141027202204,高村村委会,village,141027202");
    world_unit(world, "water,浮山县水利局,department,141027");
    world_unit(world, "road,县交通运输局,department,141027");
    world_unit(world, "social,人力资源和社会保障局,department,141027");
    world_unit(world, "health,卫生健康局,department,141027");
    world_unit(world, "guard,卫生监督局,department,141027");
    world_unit(world, "service,便民服务中心,office,141027");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

/* What was meant: the units' names with a space between, and what stands behind the name. */
struct meant {
    const char *words, *units, *rest;
};

static bool check(struct turn *turn, void *arg)
{
    const struct meant *meant = arg;
    struct units_named named;
    const char *rest;
    char *units = talloc_strdup(turn->mem, "");

    if (!unit_named_begin(turn, meant->words, &named, &rest))
        return false;
    for (size_t i = 0; i < named.n; i++)
        units = talloc_asprintf_append(units, "%s%s", i ? " " : "", unit_named_text(turn, named.units[i]));
    if (strcmp(units, meant->units) != 0)
        fail_msg("%s means %s, not %s", meant->words, units, meant->units);
    if ((rest == NULL) != (meant->rest == NULL) || (rest && strcmp(rest, meant->rest) != 0))
        fail_msg("%s: behind it stands %s", meant->words, rest ? rest : "nothing");
    return true;
}

static void offices_and_villages_are_known_by_short_names(void **state)
{
    static struct meant meant[] = {
        { "浮山县水利局", "浮山县水利局", NULL },
        { "县水利局", "浮山县水利局", NULL },
        { "水利局", "浮山县水利局", NULL },
        { "水利", "浮山县水利局", NULL },
        { "给水利局", "浮山县水利局", NULL },
        { "交通局", "县交通运输局", NULL },
        { "县交通局，路政的事", "县交通运输局", "路政的事" },
        { "人社局 归他们发", "人力资源和社会保障局", "归他们发" },
        { "便民中心", "便民服务中心", NULL },
        { "聚粮村委", "天坛镇聚粮村", NULL },
        { "聚粮村两委", "天坛镇聚粮村", NULL },
        { "天坛镇政府 村里没钱", "天坛镇", "村里没钱" },
        { "天坛镇人民政府", "天坛镇", NULL },
        { "高村", "北王镇高村 槐埝乡高村", NULL },
        { "槐埝乡高村", "槐埝乡高村", NULL },
        { "卫生局", "卫生监督局 卫生健康局", NULL },
        { "卫健局", "卫生健康局", NULL },
    };

    for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
        world_do(*state, check, &meant[i], true);
}

static bool check_none(struct turn *turn, void *arg)
{
    const struct meant *meant = arg;
    struct units_named named;

    if (!unit_named_find(turn, meant->words, &named))
        return false;
    if (named.n > 0)
        fail_msg("%s means %s", meant->words, named.units[0]->name);
    return true;
}

static void what_is_no_unit_is_none(void **state)
{
    static struct meant names[] = { { "天文局", "", NULL },   { "局", "", NULL },
                                    { "县", "", NULL },       { "", "", NULL },
                                    { "水局水利", "", NULL }, { "社会保障和人力", "", NULL },
                                    { "利水局", "", NULL } };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        world_do(*state, check_none, &names[i], true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(offices_and_villages_are_known_by_short_names, make_world, end_world),
        cmocka_unit_test_setup_teardown(what_is_no_unit_is_none, make_world, end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
