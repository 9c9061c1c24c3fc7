#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <json-c/json.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/ledger.h"
#include "tests/support/program.h"

/* A folder with a configuration and a store that has the ledger. */
struct folder {
    const char *path;
};

static int make_folder(void **state)
{
    struct folder *folder = talloc_zero(NULL, struct folder);

    folder->path = ledger_folder(folder);
    *state = folder;
    return 0;
}

static int end_folder(void **state)
{
    talloc_free(*state);
    return 0;
}

#define IN(folder, ...) RUN(folder, (folder)->path, NULL, __VA_ARGS__)

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("%s is not in:\n%s", part, text);
}

static void a_report_is_text_csv_json_and_html(void **state)
{
    struct folder *folder = *state;
    struct outcome text = IN(folder, "report", "--by", "month"),
                   csv = IN(folder, "report", "--by", "month", "--format", "csv"),
                   html = IN(folder, "report", "--by", "unit", "--format", "html"),
                   json = IN(folder, "report", "--by", "topic", "--format", "json");
    struct json_object *data = json_tokener_parse(json.out);

    assert_has(text.out, "响应率  87.5%  7/8");
    assert_has(text.out, "解决率  33.3%  2/6");
    assert_has(text.out, "满意率  33.3%  1/3");
    assert_has(csv.out, "\n2026-09,2,2,0,0,0,0,0,0,0,100.0,2,2,50.0,1,2,50.0,1,2\n");
    assert_has(csv.out, "\n合计,10,3,2,1,");
    assert_has(html.out, "<td>便民服务中心</td><td class=\"figure\">9</td>");
    assert_non_null(data);
    json_object_put(data);
    assert_int_equal(text.status + csv.status + html.status + json.status, 0);
}

static void the_days_of_from_and_to_are_both_within(void **state)
{
    struct folder *folder = *state;

    assert_has(IN(folder, "report", "--from", "2026-10-05", "--to", "2026-10-05", "--format", "json").out,
               "\"received\":1,");
    assert_has(IN(folder, "report", "--from", "2026-10-06", "--to", "2026-11-02", "--format", "json").out,
               "\"received\":5,");
    assert_int_equal(IN(folder, "report", "--from", "2026-10-06", "--to", "2026-10-05").status, 2);
}

static void guarded_cases_come_only_with_a_warning(void **state)
{
    struct folder *folder = *state;
    struct outcome with = IN(folder, "report", "--guarded"), without = IN(folder, "report");

    assert_has(with.out, "收到      11");
    assert_has(with.out, "不得公开");
    assert_has(without.out, "收到      10");
    assert_null(strstr(without.out, "不得公开"));
}

static void english_words_are_there_too(void **state)
{
    assert_has(IN((struct folder *)*state, "report", "--language", "en").out, "solution      33.3%  2/6");
}

static void what_is_common_is_printed_in_every_form(void **state)
{
    struct folder *folder = *state;

    assert_has(IN(folder, "report", "needs", "--from", "2026-01-01").out, "天坛镇聚粮村  供水");
    assert_has(IN(folder, "report", "needs", "--from", "2026-01-01", "--format", "csv").out,
               "\n天坛镇聚粮村,供水,2,3,1,,\n");
    assert_has(IN(folder, "report", "needs", "--from", "2026-01-01", "--format", "json").out,
               "\"topic\":\"water\"");
    assert_has(IN(folder, "report", "needs", "--from", "2026-01-01", "--format", "html").out,
               "<td>供水</td>");
}

static void no_report_tells_who_reported_or_what_is_guarded(void **state)
{
    static const char *const ways[] = { "unit", "place", "category", "topic", "month" };
    static const char *const formats[] = { "text", "csv", "json", "html" };
    struct folder *folder = *state;

    for (size_t f = 0; f < 4; f++)
        for (size_t w = 0; w <= 5; w++) {
            struct outcome outcome = w == 5 ? IN(folder, "report", "needs", "--format", formats[f])
                                            : IN(folder, "report", "--by", ways[w], "--format", formats[f]);

            assert_int_equal(outcome.status, 0);
            for (size_t i = 0; ledger_secrets[i]; i++)
                assert_null(strstr(outcome.out, ledger_secrets[i]));
            assert_null(strstr(outcome.out, "cadre"));
        }
}

static void no_bulletin_tells_who_reported_or_what_is_guarded(void **state)
{
    static const char *const kinds[] = { "show", "report", "evaluate" };
    static const char *const formats[] = { "text", "csv", "json", "html" };
    static const char *const units[] = { "141027", "141027100", "141027100212", "141027-XF" };
    struct folder *folder = *state;

    for (size_t k = 0; k < 3; k++)
        for (size_t f = 0; f < 4; f++)
            for (size_t u = 0; u < 4; u++) {
                struct outcome outcome =
                    IN(folder, "bulletin", kinds[k], "--date", k ? "2026-12-31" : "2026-11-01", "--unit",
                       units[u], "--format", formats[f], "--words");

                assert_string_equal(outcome.err, "");
                assert_int_equal(outcome.status, 0);
                for (size_t i = 0; ledger_secrets[i]; i++)
                    assert_null(strstr(outcome.out, ledger_secrets[i]));
                assert_null(strstr(outcome.out, "3456"));
            }
}

static void bulletins_are_one_text_or_a_page(void **state)
{
    struct folder *folder = *state;

    assert_string_equal(IN(folder, "bulletin", "show", "--date", "2026-11-20").out,
                        "浮山县10月亮：收到5件，民生3、民困1、民访1，待受理0件。\n");
    assert_string_equal(IN(folder, "bulletin", "show", "--date", "2026-09-01", "--unit", "高村").out,
                        "高村8月亮：没有收到诉求。\n");
    assert_string_equal(IN(folder, "bulletin", "evaluate", "--date", "2026-12-31").out,
                        "浮山县2026年评：收到10件，办结3。响应率87.5%、解决率33.3%、满意率33.3%。\n");
    assert_has(IN(folder, "bulletin", "report", "--date", "2026-12-31", "--format", "html").out,
               "10月12日有进展");
    assert_has(IN(folder, "bulletin", "show", "--date", "2026-09-01", "--format", "html").out,
               "本月没有收到群众诉求");
    assert_has(IN(folder, "bulletin", "show", "--date", "2026-11-01", "--format", "csv").out,
               "26000065,2026-10-08,北王镇高村,民访,土地,便民服务中心,已答复,,,,,李有田\n");
    assert_int_equal(IN(folder, "bulletin").status, 2);
    assert_int_equal(IN(folder, "bulletin", "show", "--date", "soon").status, 2);
}

static void wrong_use_is_named(void **state)
{
    struct folder *folder = *state;

    assert_int_equal(IN(folder, "report", "--by", "moon").status, 2);
    assert_int_equal(IN(folder, "report", "--format", "pdf").status, 2);
    assert_int_equal(IN(folder, "report", "--topic", "moon").status, 2);
    assert_int_equal(IN(folder, "report", "--from", "soon").status, 2);
    assert_int_equal(IN(folder, "report", "--unit", "月球").status, 1);
    assert_int_equal(IN(folder, "report", "--help").status, 0);
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, end_folder)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_report_is_text_csv_json_and_html),
        IN_A_FOLDER(the_days_of_from_and_to_are_both_within),
        IN_A_FOLDER(guarded_cases_come_only_with_a_warning),
        IN_A_FOLDER(english_words_are_there_too),
        IN_A_FOLDER(what_is_common_is_printed_in_every_form),
        IN_A_FOLDER(no_report_tells_who_reported_or_what_is_guarded),
        IN_A_FOLDER(no_bulletin_tells_who_reported_or_what_is_guarded),
        IN_A_FOLDER(bulletins_are_one_text_or_a_page),
        IN_A_FOLDER(wrong_use_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
