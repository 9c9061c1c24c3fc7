#include "gateway/understand/intent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

#define CORPUS "tests/corpus/intents.tsv"
#define REPLIES "tests/corpus/replies.tsv"
#define LARGE_CORPUS "../shared/data/intents-train.tsv"

struct tally {
    int all, right, wrong, turned, ratings, lost, stray, others;
};

static int make_understanding(void **state)
{
    static const struct unit units[] = {
        { .id = 1, .name = "浮山县", .level = UNIT_COUNTY },
        { .id = 2, .name = "响水河镇", .level = UNIT_TOWNSHIP, .parent = 1 },
        { .id = 3, .name = "东陈村委会", .level = UNIT_VILLAGE, .parent = 2 },
        { .id = 4, .name = "仁彰村委会", .level = UNIT_VILLAGE, .parent = 2 },
    };
    const char *error;

    *state = understanding_new(NULL, &(struct understanding_source){ .units = units, .n_units = 4 }, &error);
    return *state ? 0 : 1;
}

static int free_understanding(void **state)
{
    talloc_free(*state);
    return 0;
}

static void read_text(const struct understanding *understanding, void *mem, const char *situation_name,
                      const char *text, struct intent *intent)
{
    struct understood understood;
    enum situation situation;

    assert_true(situation_parse(situation_name, &situation));
    understand(understanding, mem, text, &understood);
    intent_read(understanding, mem, &understood, situation, intent);
}

static bool is_matter(const char *name)
{
    return strcmp(name, "complaint") == 0 || strcmp(name, "both") == 0;
}

static void count(struct tally *tally, const char *wanted, const struct intent *intent)
{
    const char *got = intent_name(intent);
    int rating = strncmp(wanted, "rate", 4) == 0 ? wanted[4] - '0' : 0;

    tally->all++;
    tally->others += !is_matter(wanted);
    tally->ratings += rating > 0;
    if (intent->asks)
        return;
    tally->right += strcmp(got, wanted) == 0;
    tally->wrong += strcmp(got, wanted) != 0;
    tally->turned += rating && intent->rating && (rating <= 2) != (intent->rating <= 2);
    tally->lost += is_matter(wanted) && !is_matter(got) && strcmp(got, "add") != 0;
    tally->stray += !is_matter(wanted) && is_matter(got);
}

/* False: the file is not there. A ! in place of the intent: it must be asked. */
static bool count_file(const struct understanding *understanding, const char *path, struct tally *tally)
{
    FILE *file = fopen(path, "r");
    char line[4096];

    *tally = (struct tally){ 0 };
    while (file && fgets(line, sizeof line, file)) {
        char *text = line, *situation = strsep(&text, "\t"), *wanted = strsep(&text, "\t");
        void *mem = talloc_new(NULL);
        struct intent intent;

        if (*line != '#') {
            text[strcspn(text, "\n")] = '\0';
            read_text(understanding, mem, situation, text, &intent);
            if (*wanted != '!')
                count(tally, wanted, &intent);
            else if (!intent.asks)
                fail_msg("not asked back but taken for %s: %s", intent_name(&intent), text);
        }
        talloc_free(mem);
    }
    return file && fclose(file) == 0;
}

static void texts_in_peoples_words_mean_what_they_mean(void **state)
{
    struct tally tally;

    assert_true(count_file(*state, CORPUS, &tally));
    assert_true(tally.right >= tally.all * 9 / 10);
    assert_true(tally.wrong <= tally.all / 50);
    assert_int_equal(tally.turned, 0);
    assert_int_equal(tally.lost, 0);
    assert_int_equal(tally.stray, 0);
}

/* The tables were written with these in view: what they miss is a fault of theirs. */
static void of_many_texts_few_are_misread_and_no_rating_is_turned_round(void **state)
{
    struct tally tally;

    if (!count_file(*state, LARGE_CORPUS, &tally)) {
        print_message("left out: " LARGE_CORPUS " is not there\n");
        return;
    }
    assert_true(tally.right >= tally.all * 0.82);
    assert_true(tally.wrong <= tally.all * 0.03);
    assert_int_equal(tally.turned, 0);
    assert_true(tally.lost <= 3);
    assert_true(tally.stray <= tally.others * 0.02);
}

/* Words that no table has: the model has learned from them, the tables alone read 74 of 100. */
static void what_no_table_knows_the_model_reads(void **state)
{
    struct tally tally;

    assert_true(count_file(*state, REPLIES, &tally));
    assert_true(tally.right >= tally.all * 0.92);
    assert_true(tally.wrong <= tally.all * 0.02);
    assert_true(tally.turned <= 1);
    assert_int_equal(tally.lost, 0);
    assert_true(tally.stray <= tally.others * 0.01);
}

static void praise_behind_a_not_is_blame(void **state)
{
    static const struct {
        const char *text;
        int rating;
    } texts[] = { { "不高兴", 3 }, { "很不高兴", 3 }, { "唔满意", 3 }, { "没拉走", 4 } };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        void *mem = talloc_new(NULL);
        struct intent intent;

        read_text(*state, mem, "rating", texts[i].text, &intent);
        assert_int_equal(intent.kind, INTENT_RATE);
        assert_int_equal(intent.rating, texts[i].rating);
        talloc_free(mem);
    }
}

static void the_same_words_mean_another_thing_in_another_situation(void **state)
{
    static const struct {
        const char *situation, *text, *intent;
    } texts[] = {
        { "rating", "好", "rate1" },
        { "rating", "没人来", "rate4" },
        { "rating", "取消", "withdraw" },
        { "open", "取消", "withdraw" },
        { "none", "2 水也停了三天了", "complaint" },
        { "place", "东陈村", "place" },
        { "none", "东陈村停水了", "complaint" },
        { "rating", "2", "rate2" },
        { "none", "2", "noise" },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        void *mem = talloc_new(NULL);
        struct intent intent;

        read_text(*state, mem, texts[i].situation, texts[i].text, &intent);
        assert_string_equal(intent_name(&intent), texts[i].intent);
        talloc_free(mem);
    }
}

static void a_rating_with_a_new_matter_gives_both(void **state)
{
    static const struct {
        const char *text, *matter;
        int rating;
    } texts[] = {
        { "1 另外我们村的路也坏了没人修", "另外我们村的路也坏了没人修", 1 },
        { "不满意！还有个事，卫生室半个月没开门了", "还有个事,卫生室半个月没开门了", 3 },
        { "没解决，顺便说一下二组的井盖也丢了", "顺便说一下二组的井盖也丢了", 4 },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        void *mem = talloc_new(NULL);
        struct intent intent;

        read_text(*state, mem, "rating", texts[i].text, &intent);
        assert_int_equal(intent.kind, INTENT_BOTH);
        assert_int_equal(intent.rating, texts[i].rating);
        assert_int_equal(strncmp(intent.matter, texts[i].matter, 9), 0);
        talloc_free(mem);
    }
}

static void situations_have_names(void **state)
{
    enum situation situation;

    (void)state;
    assert_true(situation_parse("open", &situation));
    assert_int_equal(situation, SITUATION_OPEN);
    assert_false(situation_parse("opened", &situation));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_in_peoples_words_mean_what_they_mean),
        cmocka_unit_test(of_many_texts_few_are_misread_and_no_rating_is_turned_round),
        cmocka_unit_test(what_no_table_knows_the_model_reads),
        cmocka_unit_test(praise_behind_a_not_is_blame),
        cmocka_unit_test(the_same_words_mean_another_thing_in_another_situation),
        cmocka_unit_test(a_rating_with_a_new_matter_gives_both),
        cmocka_unit_test(situations_have_names),
    };

    return cmocka_run_group_tests(tests, make_understanding, free_understanding);
}
