#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/understand/place/place_spans.h"
#include "gateway/understand/understand.h"

/* The names in a text, with a comma behind each; from mem. */
static const char *names_in(void *mem, const struct normaliser *normaliser, const char *text)
{
    struct place_spans spans = { .n = 0 };
    struct normal normal;
    char *all = talloc_strdup(mem, "");

    normalise(normaliser, mem, text, &normal);
    place_spans_find(&spans, &normal);
    for (size_t i = 0; i < spans.n; i++)
        all = talloc_asprintf_append(all, "%.*s,",
                                     (int)(normal.where[spans.list[i].to] - normal.where[spans.list[i].from]),
                                     normal.text + normal.where[spans.list[i].from]);
    return all;
}

static void names_of_villages_and_rivers_are_found_where_names_stand(void **state)
{
    static const char *const texts[][2] = {
        { "响水河那边路断了", "响水河," },
        { "我们石桥村的灯不亮，铁路村停电", "石桥村,铁路村," },
        { "在清水沟两边种地", "清水沟," },
        { "修路村里没钱", "" },
        { "停水村民都去挑", "" },
        { "污水河那边臭", "" },
        { "村里的路断了", "" },
        { "自来水停了", "" },
    };
    void *mem = talloc_new(NULL);
    const char *error;
    struct normaliser *normaliser = normaliser_new(mem, &error);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(names_in(mem, normaliser, texts[i][0]), texts[i][1]);
    talloc_free(mem);
}

static void what_a_place_is_called_tells_no_topic(void **state)
{
    static const char *const texts[][2] = {
        { "响水河那边路断了", "road" },
        { "铁路村停电了", "power" },
        { "水磨村没有信号", "power" },
        { "响水河的水浑得不能喝", "water" },
    };
    void *mem = talloc_new(NULL);
    const char *error;
    struct understanding_source source = { .names = NULL };
    struct understanding *understanding = understanding_new(mem, &source, &error);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct understood out;

        understand(understanding, mem, texts[i][0], &out);
        assert_string_equal(out.topic, texts[i][1]);
    }
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_villages_and_rivers_are_found_where_names_stand),
        cmocka_unit_test(what_a_place_is_called_tells_no_topic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
