#include "gateway/understand/classify.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void the_rules_of_the_class_come_in_order(void **state)
{
    struct lexicon_sums sums = { .blame = 0 };
    int confidence;

    (void)state;
    assert_int_equal(classify_category(&sums, &confidence), CATEGORY_LIVELIHOOD);
    sums.cues[CUE_OWN] = 2;
    assert_int_equal(classify_category(&sums, &confidence), CATEGORY_HARDSHIP);
    sums.cues[CUE_DISPUTE] = 3;
    assert_int_equal(classify_category(&sums, &confidence), CATEGORY_PETITION);
    sums.cues[CUE_NEED] = 3; /* basic living comes first, even after a refusal */
    assert_int_equal(classify_category(&sums, &confidence), CATEGORY_HARDSHIP);
    sums.cues[CUE_ACCUSE] = 4;
    assert_int_equal(classify_category(&sums, &confidence), CATEGORY_PETITION);
    assert_true(confidence > 0 && confidence <= 100);
}

static void what_many_share_is_a_need_of_all(void **state)
{
    struct lexicon_sums sums = { .cues = { [CUE_NEED] = 3, [CUE_ASK] = 2, [CUE_OWN] = 1, [CUE_MANY] = 3 } };
    int confidence;

    (void)state;
    assert_int_equal(classify_category(&sums, &confidence), CATEGORY_LIVELIHOOD);
}

static void the_greatest_sum_is_the_topic_and_its_lead_the_confidence(void **state)
{
    struct lexicon_sums sums = { .topics = { [TOPIC_WATER] = 8, [TOPIC_ROAD] = 4 } };
    int lead, tie;

    (void)state;
    assert_int_equal(classify_topic(&sums, &lead), TOPIC_WATER);
    sums.topics[TOPIC_ROAD] = 8;
    assert_int_equal(classify_topic(&sums, &tie), TOPIC_WATER);
    assert_true(lead > tie);
    assert_int_equal(tie, 50);
}

static void a_text_of_no_known_word_is_about_something_else(void **state)
{
    struct lexicon_sums sums = { .blame = 0 };
    int confidence;

    (void)state;
    assert_int_equal(classify_topic(&sums, &confidence), TOPIC_OTHER);
    assert_true(confidence <= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules_of_the_class_come_in_order),
        cmocka_unit_test(what_many_share_is_a_need_of_all),
        cmocka_unit_test(the_greatest_sum_is_the_topic_and_its_lead_the_confidence),
        cmocka_unit_test(a_text_of_no_known_word_is_about_something_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
