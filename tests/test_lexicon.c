#include "gateway/understand/lexicon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

static struct normaliser *normaliser;
static struct lexicon *lexicon;

static int make_tables(void **state)
{
    static const char *const cadres[] = { "張建國", "李" };
    const char *error;

    (void)state;
    normaliser = normaliser_new(NULL, &error);
    lexicon = lexicon_new(normaliser, NULL, normaliser, cadres, 2, &error);
    return lexicon ? 0 : -1;
}

static int free_tables(void **state)
{
    (void)state;
    talloc_free(normaliser);
    return 0;
}

static struct lexicon_sums sums_of(const char *text)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    struct lexicon_sums sums;

    normalise(normaliser, mem, text, &normal);
    lexicon_read(lexicon, &normal, &(struct place_spans){ .n = 0 }, &sums);
    talloc_free(mem);
    return sums;
}

static void a_longer_word_hides_the_shorter_ones_in_it(void **state)
{
    struct lexicon_sums sums = sums_of("自来水"), twice = sums_of("自来水，自来水");

    (void)state;
    assert_int_equal(sums.topics[TOPIC_WATER], 4);
    assert_int_equal(twice.topics[TOPIC_WATER], 4);
    assert_false(sums_of("班主任").names_official);
    assert_true(sums_of("主任").names_official);
}

static void latin_words_stand_alone(void **state)
{
    (void)state;
    assert_true(sums_of("two broken pipes").topics[TOPIC_WATER] > 0);
    assert_int_equal(sums_of("piper").topics[TOPIC_WATER], 0);
    assert_int_equal(sums_of("bagpipe").topics[TOPIC_WATER], 0);
    assert_true(sums_of("No-Water!").topics[TOPIC_WATER] > 0);
}

static void a_registered_cadre_is_named_whatever_the_writing(void **state)
{
    (void)state;
    assert_true(sums_of("张建国拿了钱").names_official);
    assert_true(sums_of("張建國拿了錢").names_official);
    assert_false(sums_of("我姓李").names_official); /* one character is no name */
}

static void topics_go_by_the_names_kept_in_the_store(void **state)
{
    enum topic topic;

    (void)state;
    for (enum topic i = 0; i < TOPICS; i++) {
        assert_true(topic_parse(topic_name(i), &topic));
        assert_int_equal(topic, i);
    }
    assert_false(topic_parse("weather", &topic));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_longer_word_hides_the_shorter_ones_in_it),
        cmocka_unit_test(latin_words_stand_alone),
        cmocka_unit_test(a_registered_cadre_is_named_whatever_the_writing),
        cmocka_unit_test(topics_go_by_the_names_kept_in_the_store),
    };

    return cmocka_run_group_tests(tests, make_tables, free_tables);
}
