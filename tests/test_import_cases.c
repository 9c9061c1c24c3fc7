#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/understand/case_number.h"
#include "tests/support/ledger.h"
#include "tests/support/program.h"

static int make_folder(void **state)
{
    *state = (void *)ledger_folder(NULL);
    return 0;
}

static int end_folder(void **state)
{
    talloc_free(*state);
    return 0;
}

#define XIANGYIN(state, ...) RUN(*(state), *(state), NULL, __VA_ARGS__)

static struct outcome import(void **state, const char *text)
{
    write_file(*state, *state, "forms.csv", text);
    return XIANGYIN(state, "import", "cases", "forms.csv");
}

static struct case_ *newest(void **state)
{
    const char *error = "";
    struct store *store =
        store_open(*state, talloc_asprintf(*state, "sqlite:%s/x.db", (char *)*state), &error);
    struct case_filter filter = { 0 };
    struct case_ *cases;
    size_t n;

    assert_non_null(store);
    assert_true(store_cases(store, *state, &filter, &cases, &n));
    for (size_t i = 0; i < n; i++)
        if (strcmp(cases[i].line, "paper") == 0)
            return &cases[i];
    return NULL;
}

static int64_t count(void **state)
{
    const char *error = "";
    struct store *store =
        store_open(*state, talloc_asprintf(*state, "sqlite:%s/x.db", (char *)*state), &error);
    struct case_filter filter = { 0 };
    int64_t n;

    assert_true(store_count_cases(store, &filter, &n));
    talloc_free(store);
    return n;
}

#define ONE                                                                                                                       \
    "日期,表号,姓名,电话,地点,内容,类别,主题,状态,受理日期,办结日期,办理结果,评价,承办单位\n" \
    "2013年7月5日,0017,王大山,13934567010,高村,\"高村机井坏了，\n吃水困难\",民生,water,办结,2013/7/8,"     \
    "2013.8.1,新打机井一眼,满意,便民服务中心\n"

static void a_form_becomes_a_case_with_its_steps(void **state)
{
    struct outcome outcome = import(state, ONE), shown;
    struct case_ *case_;

    assert_string_equal(outcome.err, "");
    assert_string_equal(outcome.out, "1 cases, 0 imported before\n");
    case_ = newest(state);
    assert_int_equal(case_->state, CASE_RATED);
    assert_string_equal(case_->reporter, "+8613934567010");
    assert_string_equal(case_->topic, "water");
    assert_int_equal(case_->rating, 1);
    assert_int_equal(case_->received_at, 1372953600); /* 2013-07-05 in Shanghai */
    assert_true(case_->shown_on > 0);
    assert_true(case_number_check(case_->number, strlen(case_->number)));
    shown = XIANGYIN(state, "case", "show", case_->number);
    assert_non_null(strstr(shown.out, "新打机井一眼"));
    assert_non_null(strstr(XIANGYIN(state, "report", "--to", "2013-12-31", "--by", "month").out, "2013-07"));
}

static void the_same_form_again_is_there_already(void **state)
{
    import(state, ONE);
    assert_string_equal(import(state, ONE).out, "0 cases, 1 imported before\n");
    assert_string_equal(
        import(state, "date,text\n2014-01-02,停电了\n2014-01-02,停电了\n2014-01-03,停电了\n").out,
        "2 cases, 1 imported before\n");
    assert_int_equal(count(state), 11 + 3);
}

static void danger_in_an_open_form_is_urgent_and_rings(void **state)
{
    struct case_ *case_;

    import(state, "date,text,state\n2014-01-02,高村房子着火了快来人,办结\n");
    assert_int_equal(count(state), 11);
    import(state, "date,text,state,closed\n2014-01-02,高村房子着火了快来人,办结,2014-01-03\n");
    case_ = newest(state);
    assert_int_equal(case_->alarm_at, 0);
    import(state, "date,text\n2013-01-02,高村房子着火了快来人\n");
    case_ = newest(state); /* the oldest paper form */
    assert_int_equal(case_->state, CASE_NEW);
    assert_int_equal(case_->urgency, URGENCY_URGENT);
    assert_int_equal(case_->alarmed_at, 0);
    assert_true(case_->alarm_at > case_->received_at);
}

static void what_is_wrong_is_named_by_line_and_column_and_nothing_is_taken(void **state)
{
    struct outcome outcome = import(state, "date,text,place,state,closed,rating,category\n"
                                           "2014-01-02,停电了,高村,在办,,,民生\n"
                                           "2014-13-02,停电了,月球村,,,,\n"
                                           "2014-01-02,,高村,办结,,,\n"
                                           "2014-01-02,停电了,高村,办结,2013-12-30,9,大事\n"
                                           "2099-01-02,停电了,高村,,,,\n");

    assert_int_equal(outcome.status, 1);
    assert_string_equal(outcome.err,
                        "forms.csv:3:1: date \"2014-13-02\" is not a date (expected 2013-07-01)\n"
                        "forms.csv:3:3: place \"月球村\" is not known: import units first, or give an alias\n"
                        "forms.csv:4:2: text is empty\n"
                        "forms.csv:4:5: closed is empty, but the case is 办结\n"
                        "forms.csv:5:7: category \"大事\" is not one of 民生 民困 民访\n"
                        "forms.csv:5:6: rating \"9\" is not one of 1 满意 2 基本满意 3 不满意 4 没解决\n"
                        "forms.csv:5:5: closed is before the date received\n"
                        "forms.csv:6:1: date 2099-01-02 is in the future\n"
                        "xiangyin import: nothing was imported\n");
    assert_int_equal(count(state), 11);
}

static void what_no_column_tells_is_read_from_the_text(void **state)
{
    struct case_ *case_;

    import(state, "date,text\n2014-01-02,聚粮村的自来水停了三天\n");
    case_ = newest(state);
    assert_string_equal(case_->topic, "water");
    assert_int_equal(case_->state, CASE_NEW);
    assert_true(case_->place > 0);
    assert_string_equal(case_->reporter, "paper");
}

static void a_form_that_accuses_an_official_is_guarded_unless_it_says_no(void **state)
{
    import(state, "date,text\n2014-01-02,聚粮村村主任贪污低保款\n");
    assert_true(newest(state)->is_guarded);
    assert_non_null(
        strstr(XIANGYIN(state, "report", "--to", "2014-12-31", "--format", "json").out, "\"received\":0"));
}

static void a_form_may_say_that_nobody_is_accused(void **state)
{
    import(state, "date,text,guarded\n2014-01-02,感谢聚粮村村主任，但水还没来,no\n");
    assert_false(newest(state)->is_guarded);
}

static void nobody_is_texted_for_years_that_are_past(void **state)
{
    struct outcome due;

    import(state, ONE "2013-09-02,0018,,13934567011,高村,还是没水,,,待受理,,,,,\n");
    due = XIANGYIN(state, "due", "--json");
    assert_int_equal(due.status, 0);
    assert_null(strstr(due.out, "+8613934567010"));
    assert_null(strstr(due.out, "2013-"));
}

static void a_case_in_hand_needs_a_handler(void **state)
{
    import(state, "date,text,state\n2014-01-02,停电了,在办\n");
    assert_int_equal(newest(state)->state, CASE_NEW);
    assert_int_equal(newest(state)->accepted_at, 0);
}

static void standard_input_is_taken_too(void **state)
{
    struct outcome outcome = RUN(*state, *state, ONE, "import", "cases", "-");

    assert_string_equal(outcome.err, "");
    assert_string_equal(outcome.out, "1 cases, 0 imported before\n");
    assert_int_equal(XIANGYIN(state, "import", "cases").status, 2);
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, end_folder)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_form_becomes_a_case_with_its_steps),
        IN_A_FOLDER(the_same_form_again_is_there_already),
        IN_A_FOLDER(danger_in_an_open_form_is_urgent_and_rings),
        IN_A_FOLDER(what_is_wrong_is_named_by_line_and_column_and_nothing_is_taken),
        IN_A_FOLDER(what_no_column_tells_is_read_from_the_text),
        IN_A_FOLDER(a_form_that_accuses_an_official_is_guarded_unless_it_says_no),
        IN_A_FOLDER(a_form_may_say_that_nobody_is_accused),
        IN_A_FOLDER(nobody_is_texted_for_years_that_are_past),
        IN_A_FOLDER(a_case_in_hand_needs_a_handler),
        IN_A_FOLDER(standard_input_is_taken_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
