#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/facts.h"
#include "templates/words.h"
#include "tests/support/world.h"

static int make_world(void **state)
{
    *state = world_new(talloc_new(NULL));
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

/* A case of which there is everything to say. */
static const struct case_ whole = {
    .number = "26000010",
    .state = CASE_CLOSED,
    .reporter = "+8613934567001",
    .is_anonymous = true,
    .category = CATEGORY_HARDSHIP,
    .topic = "medical",
    .urgency = URGENCY_URGENT,
    .handler = "+8613900000001",
    .is_guarded = true,
    .text = "看病报销的钱没有下来",
    .received_at = 1767225600,
    .accepted_at = 1767312000,
    .finish_by = 1772323200,
    .closed_at = 1769904000,
    .rating = 4,
    .accept_by = 1767830400,
    .reviews = 2,
    .review_by = 1772409600,
    .reviewed_at = 1770076800,
    .public_works_year = 2026,
    .households = 12,
    .residents = 40,
    .take_by = 1767916800,
    .tell_by = 1767998200,
    .urgency_class = "three days",
    .voice = VOICE_UNHEARD,
};

static char *render(struct turn *turn, const char *language, const char *name, struct json_object *facts)
{
    const char *error = NULL;
    char *words = words_render(turn->mem, turn->words, language, name, facts, &error);

    assert_null(error);
    json_object_put(facts);
    return words;
}

static bool compare_all(struct turn *turn, void *arg)
{
    for (const char *const *language = words_languages(turn->words); *language; language++)
        for (const char **name = words_names(turn->mem, turn->words, *language); *name; name++) {
            struct json_object *all, *used;

            assert_true(facts_of_case(turn, &whole, &all));
            assert_true(facts_for_text(turn, *name, &whole, &used));
            assert_string_equal(render(turn, *language, *name, used), render(turn, *language, *name, all));
            ++*(int *)arg;
        }
    return true;
}

static void a_text_says_the_same_with_the_facts_it_uses_as_with_all(void **state)
{
    int n = 0;

    world_do(*state, compare_all, &n, true);
    assert_true(n > 200);
}

static bool compare_kept(struct turn *turn, void *arg)
{
    const struct words_text texts[] = { { "zh/received", "{{number}}{{> about}}{{#urgent}}！{{/urgent}}" },
                                        { "en/received", "{{number}}{{> about}}{{#urgent}}!{{/urgent}}" } };
    const char *wrong;

    turn->words = words_over(turn->mem, turn->words, texts, 2, &wrong);
    assert_null(wrong);
    return compare_all(turn, arg);
}

static void so_does_a_text_that_the_operator_keeps(void **state)
{
    int n = 0;

    world_do(*state, compare_kept, &n, true);
    assert_true(n > 200);
}

static bool look_for_words(struct turn *turn, void *arg)
{
    struct json_object *facts;

    (void)arg;
    assert_true(facts_for_text(turn, "received", &whole, &facts));
    assert_non_null(json_object_object_get(facts, "number"));
    assert_non_null(json_object_object_get(facts, "topic")); /* stands in the text "about" */
    assert_null(json_object_object_get(facts, "text"));
    json_object_put(facts);
    return true;
}

static void a_text_is_not_given_what_it_never_uses(void **state)
{
    world_do(*state, look_for_words, NULL, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_text_says_the_same_with_the_facts_it_uses_as_with_all, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(so_does_a_text_that_the_operator_keeps, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_text_is_not_given_what_it_never_uses, make_world, end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
