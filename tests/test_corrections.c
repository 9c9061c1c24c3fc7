#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/model/model.h"
#include "gateway/understand/learn/corrections.h"

static int open_understanding(void **state)
{
    struct understanding_source source = { .lexicons = NULL };
    const char *error;

    *state = understanding_new(NULL, &source, &error);
    return *state ? 0 : -1;
}

static int close_understanding(void **state)
{
    talloc_free(*state);
    return 0;
}

/* What people of the county correct: a house for the old that no text of ours names. */
static const char *about_the_house(void *mem, int i)
{
    static const char *const heads[] = { "福寿堂今天又", "听说福寿堂", "我去福寿堂看了，", "福寿堂那边",
                                         "咱县福寿堂",   "昨天福寿堂", "福寿堂里头",       "为啥福寿堂" };
    static const char *const tails[] = { "没开门",   "不让进",   "换了人", "收得太贵",
                                         "一直锁着", "没地方了", "说要等", "不像话" };

    return talloc_asprintf(mem, "%s%s", heads[i % 8], tails[i / 8 % 8]);
}

static const char *about_water(void *mem, int i)
{
    static const char *const heads[] = { "村里自来水", "我家自来水", "三组的自来水", "学校旁边自来水",
                                         "自来水管" };
    static const char *const tails[] = { "停了", "又停了三天", "是黄的", "没人修", "漏了一个月" };

    return talloc_asprintf(mem, "%s%s，编号%d", heads[i % 5], tails[i / 5 % 5], i);
}

struct teaching {
    struct correction list[700];
    size_t n;
};

static void teach(struct teaching *teaching, const char *text, const char *topic, const char *actor,
                  int64_t unit, int64_t day)
{
    teaching->list[teaching->n] = (struct correction){ .id = (int64_t)teaching->n + 1,
                                                       .case_id = (int64_t)teaching->n + 1,
                                                       .day = day,
                                                       .text = text,
                                                       .topic = topic,
                                                       .category = "民生",
                                                       .actor = actor,
                                                       .unit = unit };
    teaching->n++;
}

/* Sixty corrections by three people of two units. */
static void teach_the_house(void *mem, struct teaching *teaching)
{
    static const char *const actors[] = { "+8613800000001", "+8613800000002", "+8613800000003" };

    for (int i = 0; i < 60; i++)
        teach(teaching, about_the_house(mem, i), "care", actors[i % 3], 1 + i % 3 / 2, i / 30);
}

static const char *topic_of(const struct understanding *understanding, void *mem, const char *text)
{
    struct understood *out = talloc(mem, struct understood);

    understand(understanding, mem, text, out);
    return out->topic;
}

/* The same understanding with what was learned. */
static struct understanding *taught(void *mem, const struct corrected *corrected)
{
    const char *error;
    struct understanding *understanding =
        understanding_new(NULL, &(struct understanding_source){ .lexicons = NULL }, &error);

    assert_true(understanding_use_learned(understanding, corrected->octets, corrected->size,
                                          understanding_base(understanding, understanding)));
    return talloc_steal(mem, understanding);
}

static void a_word_of_the_county_is_learned_from_sixty_corrections(void **state)
{
    void *mem = talloc_new(NULL);
    struct teaching *teaching = talloc_zero(mem, struct teaching);
    struct corrected corrected;
    struct understanding *understanding;
    static const char fresh[] = "福寿堂的大门天不黑就关";

    teach_the_house(mem, teaching);
    assert_string_not_equal(topic_of(*state, mem, fresh), "care");
    corrections_learn(*state, mem, teaching->list, teaching->n, 0, &corrected);
    printf("# held %zu: better %zu, worse %zu; right %zu, before %zu\n", corrected.held, corrected.better,
           corrected.worse, corrected.right, corrected.right_before);
    assert_int_equal(corrected.counted, 60);
    assert_non_null(corrected.octets);
    assert_true(corrected.right > corrected.right_before);
    understanding = taught(mem, &corrected);
    assert_string_equal(topic_of(understanding, mem, fresh), "care");
    assert_string_equal(topic_of(understanding, mem, "东陈村的自来水停了三天了"), "water");
    talloc_free(mem);
}

static void one_persons_corrections_change_nothing_however_many(void **state)
{
    void *mem = talloc_new(NULL);
    struct teaching *teaching = talloc_zero(mem, struct teaching);
    struct corrected corrected;

    for (int i = 0; i < 500; i++)
        teach(teaching, about_water(mem, i), "road", "+8613800000009", 3, i / 20);
    corrections_learn(*state, mem, teaching->list, teaching->n, 0, &corrected);
    assert_null(corrected.octets);
    talloc_free(mem);
}

static void a_hostile_person_beside_others_spoils_nothing(void **state)
{
    void *mem = talloc_new(NULL);
    struct teaching *teaching = talloc_zero(mem, struct teaching);
    struct corrected corrected;
    struct understanding *understanding;
    int waters = 0;

    teach_the_house(mem, teaching);
    for (int i = 0; i < 500; i++)
        teach(teaching, about_water(mem, i), "road", "+8613800000009", 3, i / 20);
    corrections_learn(*state, mem, teaching->list, teaching->n, 0, &corrected);
    assert_non_null(corrected.octets);
    understanding = taught(mem, &corrected);
    assert_string_equal(topic_of(understanding, mem, "福寿堂的大门天不黑就关"), "care");
    for (int i = 0; i < 25; i++)
        waters += strcmp(topic_of(understanding, mem, about_water(mem, i)), "water") == 0;
    assert_int_equal(waters, 25);
    talloc_free(mem);
}

static void more_than_a_days_measure_does_not_count(void **state)
{
    void *mem = talloc_new(NULL);
    struct teaching *teaching = talloc_zero(mem, struct teaching);
    struct corrected corrected;

    for (int i = 0; i < 64; i++)
        teach(teaching, about_the_house(mem, i), "care", "+8613800000001", 1, 7);
    corrections_learn(*state, mem, teaching->list, teaching->n, 0, &corrected);
    assert_int_equal(corrected.counted, CORRECTIONS_A_DAY);
    talloc_free(mem);
}

static void what_is_known_already_needs_no_new_model(void **state)
{
    void *mem = talloc_new(NULL);
    struct teaching *teaching = talloc_zero(mem, struct teaching);
    struct corrected corrected;

    teach_the_house(mem, teaching);
    corrections_learn(*state, mem, teaching->list, teaching->n, (int64_t)teaching->n, &corrected);
    assert_int_equal(corrected.better + corrected.worse, 0);
    assert_null(corrected.octets);
    talloc_free(mem);
}

/* Of this the model in the box is sure: tap water. In this county the housing bureau has the pipes. */
static const char *about_pipes(void *mem, int i)
{
    static const char *const wheres[] = { "村口", "学校",   "我们组", "敬老院",
                                          "后街", "卫生室", "老井边", "祠堂西" };
    static const char *const whats[] = { "的自来水停了三天",   "自来水又停了",      "的自来水管漏水",
                                         "自来水管爆了没人修", "的自来水没水",      "的自来水管坏了",
                                         "自来水断断续续",     "的自来水停了没人管" };

    return talloc_asprintf(mem, "%s%s", wheres[i % 8], whats[i / 8 % 8]);
}

static void what_two_cadres_agree_on_turns_even_sentences_of_which_the_model_was_sure(void **state)
{
    static const char *const actors[] = { "+8613800000001", "+8613800000002" };
    static const char *const fresh[] = { "东头的自来水停了三天", "村委会门前的自来水没水",
                                         "供销社的自来水管漏水没人修" };
    void *mem = talloc_new(NULL);
    struct teaching *teaching = talloc_zero(mem, struct teaching);
    struct understanding *understanding;
    struct corrected corrected;
    struct understood out;

    for (int i = 0; i < 32; i++)
        teach(teaching, about_pipes(mem, i), "housing", actors[i % 2], 1 + i % 2, i / 30);
    for (size_t i = 0; i < sizeof fresh / sizeof *fresh; i++) {
        understand(*state, mem, fresh[i], &out);
        assert_string_equal(out.topic, "water");
        assert_in_range(out.topic_confidence, 90, 100);
    }
    corrections_learn(*state, mem, teaching->list, teaching->n, 0, &corrected);
    printf("# held %zu: better %zu, worse %zu; right %zu, before %zu\n", corrected.held, corrected.better,
           corrected.worse, corrected.right, corrected.right_before);
    assert_non_null(corrected.octets);
    understanding = taught(mem, &corrected);
    for (size_t i = 0; i < sizeof fresh / sizeof *fresh; i++)
        assert_string_equal(topic_of(understanding, mem, fresh[i]), "housing");
    assert_string_equal(topic_of(understanding, mem, "渠道塌了，庄稼浇不上水"), "water");
    assert_string_equal(topic_of(understanding, mem, "通往乡里的水泥路坑坑洼洼，没人修"), "road");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_of_the_county_is_learned_from_sixty_corrections),
        cmocka_unit_test(what_two_cadres_agree_on_turns_even_sentences_of_which_the_model_was_sure),
        cmocka_unit_test(one_persons_corrections_change_nothing_however_many),
        cmocka_unit_test(a_hostile_person_beside_others_spoils_nothing),
        cmocka_unit_test(more_than_a_days_measure_does_not_count),
        cmocka_unit_test(what_is_known_already_needs_no_new_model),
    };

    return cmocka_run_group_tests_name("corrections", tests, open_understanding, close_understanding);
}
