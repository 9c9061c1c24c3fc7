/* Pictures show what the tables beside them say, of nobody who may be known by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <json-c/json.h>
#include <string.h>
#include <talloc.h>

#include "gateway/report/pictures_kept.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "store/cases.h"
#include "store/people.h"
#include "store/sql.h"
#include "templates/words.h"
#include "tests/support/placed.h"
#include "tests/support/support.h"

#define DAY INT64_C(86400)

struct world {
    struct store *store;
    int64_t north, south, village, begin;
    int n;
};

static int64_t add_unit(struct world *world, const char *code, const char *name, enum unit_level level,
                        int64_t parent, int64_t latitude)
{
    struct unit unit = { .code = code, .name = name, .level = level, .parent = parent, .latitude = latitude };

    assert_true(store_put_unit(world->store, &unit));
    return unit.id;
}

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *error = "";
    int64_t county;

    world->store = store_open(world, "sqlite::memory:", &error);
    assert_non_null(world->store);
    county = add_unit(world, "1", "浮山县", UNIT_COUNTY, 0, 0);
    world->south = add_unit(world, "101", "南镇", UNIT_TOWNSHIP, county, 35000000);
    world->north = add_unit(world, "102", "北镇", UNIT_TOWNSHIP, county, 36000000);
    world->village = add_unit(world, "102201", "高村", UNIT_VILLAGE, world->north, 0);
    world->begin = date_moment((struct date){ 2026, 1, 1 }, 0);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

static void add(struct world *world, struct case_ case_)
{
    case_.number = talloc_asprintf(world, "26%06d", world->n++);
    case_.reporter = "+8613934567001";
    case_.line = "";
    case_.topic = case_.topic ? case_.topic : "water";
    case_.received_at += world->begin;
    case_.accepted_at += case_.accepted_at ? world->begin : 0;
    case_.closed_at += case_.closed_at ? world->begin : 0;
    place_case(world->store, &case_);
}

static struct json_object *draw(struct world *world, int64_t fewest)
{
    struct json_object *pictures = pictures_json(world, world->store,
                                                 &(struct pictures_query){ .since = world->begin,
                                                                           .until = world->begin + 365 * DAY,
                                                                           .now = world->begin + 365 * DAY,
                                                                           .fewest = fewest });

    assert_non_null(pictures);
    return pictures;
}

static struct json_object *row_of(struct json_object *pictures, const char *name, size_t i)
{
    struct json_object *picture = json_object_object_get(pictures, name);

    return picture ? json_object_array_get_idx(json_object_object_get(picture, "rows"), i) : NULL;
}

static int64_t number(struct json_object *row, const char *name)
{
    assert_non_null(row);
    return json_object_get_int64(json_object_object_get(row, name));
}

static void bars_are_as_long_as_their_numbers(void **state)
{
    struct world *world = *state;
    struct json_object *pictures;

    for (int i = 0; i < 4; i++)
        add(world, (struct case_){ .received_at = DAY, .place = world->village });
    for (int i = 0; i < 2; i++)
        add(world, (struct case_){ .received_at = 40 * DAY,
                                   .accepted_at = 40 * DAY + 2 * DAY,
                                   .closed_at = 60 * DAY,
                                   .topic = "road",
                                   .state = CASE_CLOSED,
                                   .place = world->south });
    pictures = draw(world, 0);
    assert_int_equal(number(row_of(pictures, "trend", 0), "received"), 4);
    assert_int_equal(number(row_of(pictures, "trend", 1), "ended"), 2);
    assert_int_equal(number(row_of(pictures, "trend", 0), "received_height"),
                     2 * number(row_of(pictures, "trend", 1), "received_height"));
    assert_int_equal(number(row_of(pictures, "topics", 0), "bar"),
                     2 * number(row_of(pictures, "topics", 1), "bar"));
    assert_int_equal(number(row_of(pictures, "accept_times", 1), "count"), 2); /* in 1 to 3 days */
    assert_int_equal(number(row_of(pictures, "finish_times", 2), "count"), 2); /* in 15 to 30 */
    json_object_put(pictures);
}

/* Of how many cases the pictures of the year tell. */
static int64_t told(struct world *world, struct pictures_kept *kept, int64_t unit)
{
    struct json_object *pictures =
        pictures_kept_find(kept, world, world->store,
                           &(struct pictures_query){ .since = world->begin,
                                                     .until = world->begin + 365 * DAY,
                                                     .now = world->begin + 365 * DAY,
                                                     .unit = unit });
    int64_t received = number(row_of(pictures, "trend", 0), "received");

    json_object_put(pictures);
    return received;
}

static void what_took_long_to_draw_is_shown_again_for_a_minute(void **state)
{
    struct world *world = *state;
    struct pictures_kept *kept = pictures_kept_new(world, 0), *quick = pictures_kept_new(world, 60000000);

    add(world, (struct case_){ .received_at = DAY, .place = world->village });
    assert_int_equal(told(world, kept, 0), 1);
    assert_int_equal(told(world, quick, 0), 1);
    add(world, (struct case_){ .received_at = DAY, .place = world->village });
    assert_int_equal(told(world, kept, 0), 1);
    assert_int_equal(told(world, quick, 0), 2);
    assert_int_equal(told(world, kept, world->north), 2); /* another unit's were not drawn yet */
    for (int64_t i = 0; i < 16; i++)
        json_object_put(
            pictures_kept_find(kept, world, world->store, &(struct pictures_query){ .since = i }));
    assert_int_equal(told(world, kept, 0), 2); /* others have taken its place */
}

static void the_map_lies_north_up_and_counts_villages_with_their_township(void **state)
{
    struct world *world = *state;
    struct json_object *pictures, *first;

    add(world, (struct case_){ .received_at = DAY, .place = world->village });
    add(world, (struct case_){ .received_at = DAY, .place = world->north });
    pictures = draw(world, 0);
    first = row_of(pictures, "map", 0); /* one row: both have no longitude, so by code */
    assert_string_equal(json_object_get_string(json_object_object_get(first, "name")), "南镇");
    assert_int_equal(number(first, "received"), 0);
    assert_int_equal(number(row_of(pictures, "map", 1), "received"), 2);
    assert_int_equal(number(row_of(pictures, "map", 1), "open"), 2);
    json_object_put(pictures);
}

static void restricted_cases_are_in_no_picture(void **state)
{
    struct world *world = *state;
    struct json_object *pictures;

    for (int i = 0; i < 6; i++)
        add(world, (struct case_){ .received_at = DAY,
                                   .accepted_at = 2 * DAY,
                                   .closed_at = 3 * DAY,
                                   .state = CASE_CLOSED,
                                   .is_guarded = true,
                                   .topic = "cadre",
                                   .place = world->village });
    pictures = draw(world, 0);
    assert_null(row_of(pictures, "trend", 0));
    assert_null(row_of(pictures, "topics", 0));
    assert_null(row_of(pictures, "accept_times", 0));
    assert_int_equal(number(row_of(pictures, "map", 1), "received"), 0);
    json_object_put(pictures);
}

static void rates_of_few_and_rare_topics_are_left_out(void **state)
{
    struct world *world = *state;
    struct json_object *pictures, *response;

    for (int i = 0; i < 19; i++)
        add(world, (struct case_){ .received_at = DAY, .unit = world->north });
    add(world, (struct case_){ .received_at = DAY, .unit = world->south, .topic = "welfare" });
    pictures = draw(world, 5);
    response = json_object_object_get(row_of(pictures, "rates", 0), "response");
    assert_true(json_object_get_boolean(json_object_object_get(response, "few")));
    assert_non_null(row_of(pictures, "topics", 0));
    assert_null(row_of(pictures, "topics", 1));
    json_object_put(pictures);
}

/* A unit's name is data: it stands in a picture as in any page. */
static void names_cannot_break_out_of_a_picture(void **state)
{
    struct world *world = *state;
    const char *error = "";
    struct words *words = words_open(world, NULL, &error);
    struct json_object *data = json_object_new_object();
    const char *html;

    add_unit(world, "103", "</text><script>alert(1)</script>", UNIT_TOWNSHIP, 1, 0);
    add(world, (struct case_){ .received_at = DAY, .place = world->village });
    json_object_object_add(data, "pictures", draw(world, 0));
    html = words_render(world, words, "zh", "report-pictures.html", data, &error);
    assert_non_null(html);
    assert_non_null(strstr(html, "&lt;script&gt;"));
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "style=\""));
    json_object_put(data);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(bars_are_as_long_as_their_numbers),
        TEST(what_took_long_to_draw_is_shown_again_for_a_minute),
        TEST(the_map_lies_north_up_and_counts_villages_with_their_township),
        TEST(restricted_cases_are_in_no_picture),
        TEST(rates_of_few_and_rare_topics_are_left_out),
        TEST(names_cannot_break_out_of_a_picture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
