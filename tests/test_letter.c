#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "store/cases.h"
#include "store/people.h"
#include "tests/support/ledger.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

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

#define LETTER(state, ...) RUN(*(state), *(state), NULL, "letter", __VA_ARGS__)

static void assert_has(struct outcome outcome, const char *part)
{
    if (!strstr(outcome.out, part))
        fail_msg("%s is not in:\n%s%s", part, outcome.out, outcome.err);
}

static void a_notice_of_acceptance_names_unit_handler_and_term(void **state)
{
    struct outcome letter = LETTER(state, "accept", "26000047");

    assert_has(letter, "赵铁柱");
    assert_has(letter, "（139****7002）　住址：＿＿");
    assert_has(letter, "您于2026年10月6日反映");
    assert_has(letter, "镇上的路坏了");
    assert_has(letter, "于2026年10月8日予以受理");
    assert_has(letter, "<td>便民服务中心</td>");
    assert_has(letter, "<td>李有田</td>");
    assert_has(letter, "<td>2026年12月7日</td>");
    assert_has(letter, "第三十四条");
    assert_has(letter, "延长不超过30日");
    assert_has(letter, "<p class=\"head\">浮山县便民服务中心</p>");
    assert_null(strstr(letter.out, "13934567002"));
}

static void who_printed_a_letter_stands_in_the_steps_of_its_case(void **state)
{
    assert_null(strstr(RUN(*state, *state, NULL, "case", "show", "26000047").out, "letter accept"));
    LETTER(state, "accept", "26000047");
    assert_has(RUN(*state, *state, NULL, "case", "show", "26000047"), ": letter accept");
}

static void a_receipt_says_how_to_ask(void **state)
{
    struct outcome letter = LETTER(state, "receipt", "26000047");

    assert_has(letter, "登记回执");
    assert_has(letter, "镇上的路坏了");
    assert_has(letter, "查 26000047");
    assert_null(strstr(letter.out, "查询码"));
    assert_has(RUN(*state, *state, NULL, "case", "show", "26000047"), ": letter receipt");
}

static void an_answer_names_the_right_of_review(void **state)
{
    struct outcome letter = LETTER(state, "answer", "26000029"),
                   explained = LETTER(state, "answer", "26000065");

    assert_has(letter, "已按规定办理完毕");
    assert_has(letter, "向浮山县人民政府（承办单位的上一级机关、单位）请求<strong>复查</strong>");
    assert_has(letter, "<strong>30日内</strong>");
    assert_has(letter, "请求<strong>复核</strong>");
    assert_has(explained, "已作政策解释");
    assert_has(LETTER(state, "answer", "26000074"), "不属本单位受理范围");
    assert_has(LETTER(state, "answer", "26000029", "--language", "en"), "30 days");
}

/* A page must not do what a text says: move a terminal's cursor, or turn the writing round. */
static void a_letter_holds_no_control_characters(void **state)
{
    const char *error = "";
    struct store *store = store_open(NULL, talloc_asprintf(*state, "sqlite:%s/x.db", (char *)*state), &error);
    struct case_ *case_;
    struct outcome letter;

    assert_non_null(store);
    assert_true(store_case_by_number(store, store, "26000047", &case_));
    case_->text = "镇上\x1b[31m的路\u202e坏了";
    assert_true(store_update_case(store, case_));
    talloc_free(store);
    letter = LETTER(state, "accept", "26000047");
    assert_has(letter, "镇上[31m的路坏了");
    assert_null(strchr(letter.out, '\x1b'));
}

static void who_asked_to_stay_unknown_is_not_named(void **state)
{
    struct outcome letter = LETTER(state, "accept", "26000056");

    assert_has(letter, "<p class=\"to\">反映人：</p>");
    assert_null(strstr(letter.out, "7001"));
}

/* The name and number of whoever has the number now are not its reporter's. */
static void who_has_the_number_now_is_not_named(void **state)
{
    const char *error = "";
    struct store *store = store_open(NULL, talloc_asprintf(*state, "sqlite:%s/x.db", (char *)*state), &error);
    struct outcome letter, shown;

    assert_non_null(store);
    assert_true(store_set_owner_since(store, "+8613934567002", INT64_MAX));
    talloc_free(store);
    letter = LETTER(state, "accept", "26000047");
    assert_null(strstr(letter.out, "赵铁柱"));
    assert_null(strstr(letter.out, "7002"));
    shown = RUN(*state, *state, NULL, "case", "show", "26000047");
    assert_has(shown, "+8613934567002 may have a new owner");
}

static void there_is_no_letter_before_there_is_something_to_say(void **state)
{
    assert_non_null(strstr(LETTER(state, "accept", "26000105").err, "has not been accepted"));
    assert_non_null(strstr(LETTER(state, "answer", "26000047").err, "has no answer yet"));
    assert_int_equal(LETTER(state, "answer", "26000047").status, 1);
    assert_int_equal(LETTER(state, "answer").status, 2);
}

static void a_guarded_case_is_not_there_without_the_flag(void **state)
{
    struct outcome letter = LETTER(state, "accept", "26000114"), other = LETTER(state, "accept", "26999990");

    assert_string_equal(letter.out, "");
    assert_string_equal(letter.err, "xiangyin letter: there is no case 26000114\n");
    assert_string_equal(other.err, "xiangyin letter: there is no case 26999990\n");
    letter = LETTER(state, "accept", "26000114", "--guarded");
    assert_has(letter, "村主任贪污低保款");
    assert_null(strstr(letter.out, "李有田"));
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, end_folder)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_notice_of_acceptance_names_unit_handler_and_term),
        IN_A_FOLDER(a_receipt_says_how_to_ask),
        IN_A_FOLDER(an_answer_names_the_right_of_review),
        IN_A_FOLDER(who_printed_a_letter_stands_in_the_steps_of_its_case),
        IN_A_FOLDER(a_letter_holds_no_control_characters),
        IN_A_FOLDER(who_asked_to_stay_unknown_is_not_named),
        IN_A_FOLDER(who_has_the_number_now_is_not_named),
        IN_A_FOLDER(there_is_no_letter_before_there_is_something_to_say),
        IN_A_FOLDER(a_guarded_case_is_not_there_without_the_flag),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
