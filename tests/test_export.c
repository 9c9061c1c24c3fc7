#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

#include "gateway/understand/understand.h"
#include "store/events.h"
#include "store/exports.h"
#include "store/notices.h"
#include "store/people.h"
#include "store/questions.h"
#include "store/steps.h"
#include "tests/support/ledger.h"
#include "tests/support/placed.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

#define ASKED "+8613934567001" /* a reporter of the ledger */
#define HANDLER "+8613800000001"
#define ACCUSER "+8613934567009" /* of the guarded case */

static struct store *open_store(const char *folder)
{
    const char *error = "";
    struct store *store = store_open(NULL, talloc_asprintf(folder, "sqlite:%s/x.db", folder), &error);

    if (!store)
        fail_msg("%s", error);
    return store;
}

static void add_event(struct store *store, const char *from, const char *text, const char *key)
{
    struct event event = { .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = key,
                           .from = from,
                           .at = 1,
                           .received_at = 1,
                           .text = text,
                           .raw = text };

    assert_true(store_add_event(store, &event));
    event.outcome = "ignored";
    event.why = "";
    assert_true(store_finish_event(store, &event));
}

static void add_notice(struct store *store, const char *to, const char *text)
{
    struct notice notice = { .to = to,
                             .text = text,
                             .name = "send",
                             .line = "",
                             .due_at = 1,
                             .reference = -1,
                             .created_at = 1,
                             .why = "" };

    assert_true(store_add_notice(store, &notice));
}

static int make_folder(void **state)
{
    const char *folder = ledger_folder(NULL);
    struct store *store = open_store(folder);

    add_event(store, ASKED, "聚粮村自来水停了三天了", "a");
    /* without a case, but of somebody who accused an official */
    add_event(store, ACCUSER, "贪污低保款的事怎么样了", "b");
    add_notice(store, ASKED, "已收到王秀英");
    add_notice(store, ACCUSER, "贪污低保款的事在查");
    assert_true(store_set_owner_since(store, ASKED, 1));
    talloc_free(store);
    *state = (void *)folder;
    return 0;
}

static int end_folder(void **state)
{
    talloc_free(*state);
    return 0;
}

#define XIANGYIN(state, ...) RUN(*(state), *(state), NULL, __VA_ARGS__)

/* Every file of a folder, one after another. */
static const char *all_of(const char *folder, const char *name)
{
    char *command = talloc_asprintf(folder, "cat %s/%s/*", folder, name), *all = talloc_strdup(folder, "");
    FILE *in = popen(command, "r");
    char buffer[4096];

    for (size_t n; in && (n = fread(buffer, 1, sizeof buffer - 1, in)) > 0;) {
        buffer[n] = '\0';
        all = talloc_strdup_append(all, buffer);
    }
    assert_int_equal(pclose(in), 0);
    return all;
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("%s is in:\n%s", part, text);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("%s is not in:\n%s", part, text);
}

static void an_export_tells_neither_people_nor_guarded_cases(void **state)
{
    static const char *const formats[] = { "jsonl", "csv" };

    for (size_t f = 0; f < 2; f++) {
        struct outcome outcome = XIANGYIN(state, "export", formats[f], "--format", formats[f]);
        const char *all = all_of(*state, formats[f]);

        assert_string_equal(outcome.err, "");
        assert_has(all, "26000010");
        for (size_t i = 0; ledger_secrets[i]; i++)
            assert_lacks(all, ledger_secrets[i]);
        assert_lacks(all, "李有田");
        assert_lacks(all, "13800000001");
        assert_lacks(all, "停了三天");
    }
}

/* As Excel wants it, which takes UTF-8 for the code page of its Windows otherwise. */
static void every_csv_begins_with_a_byte_order_mark(void **state)
{
    static const char every[] =
        "for f in %s/csv/*.csv; do [ \"$(head -c 3 $f | od -An -tx1)\" = ' ef bb bf' ] || exit 1; done";

    assert_int_equal(XIANGYIN(state, "export", "csv", "--format", "csv").status, 0);
    assert_int_equal(system(talloc_asprintf(*state, every, (char *)*state)), 0);
    assert_int_equal(strncmp(XIANGYIN(state, "report", "--format", "csv").out, "\xef\xbb\xbf", 3), 0);
    assert_int_equal(strncmp(XIANGYIN(state, "bulletin", "show", "--format", "csv").out, "\xef\xbb\xbf", 3),
                     0);
    assert_int_not_equal(strncmp(XIANGYIN(state, "report").out, "\xef\xbb\xbf", 3), 0);
}

static void people_come_without_those_who_accuse_an_official(void **state)
{
    const char *all;

    assert_int_equal(XIANGYIN(state, "export", "out", "--people").status, 0);
    all = all_of(*state, "out");
    assert_has(all, "王秀英");
    assert_has(all, "13934567001");
    assert_has(all, "停了三天");
    assert_lacks(all, "26000114");
    assert_lacks(all, "贪污低保款");
    assert_lacks(all, "13934567009");
}

static void guarded_cases_come_without_words_unless_both_are_asked_for(void **state)
{
    assert_int_equal(XIANGYIN(state, "export", "g", "--guarded").status, 0);
    assert_has(all_of(*state, "g"), "26000114");
    assert_lacks(all_of(*state, "g"), "贪污低保款");
    assert_int_equal(XIANGYIN(state, "export", "all", "--guarded", "--people").status, 0);
    assert_has(all_of(*state, "all"), "贪污低保款的事怎么样了");
}

#define UNNAMED "+8613934567055"

/* A case whose reporter asked not to be named, and rows of every table that belong to it. */
static void add_unnamed(const char *folder)
{
    struct store *store = open_store(folder);
    struct case_ case_ = { .number = "26000201",
                           .reporter = UNNAMED,
                           .line = "",
                           .topic = "other",
                           .text = "匿名 垃圾没人收 电话13934567055",
                           .is_anonymous = true,
                           .received_at = 1 };
    struct event event = { .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = "call:13934567055:1",
                           .from = UNNAMED,
                           .at = 1,
                           .received_at = 1,
                           .text = "垃圾没人收 13934567055",
                           .raw = "13934567055 垃圾没人收" };
    struct notice notice = { .to = UNNAMED,
                             .text = "已收到，电话13934567055",
                             .name = "send",
                             .line = "",
                             .due_at = 1,
                             .reference = -1,
                             .created_at = 1,
                             .why = "" };
    struct notice task = notice;
    struct step step = { .actor = UNNAMED, .kind = "added", .words = "打13934567055", .line = "", .at = 1 };
    struct question question = { .phone = UNNAMED, .data = "13934567055", .asked_at = 1, .expires_at = 2 };
    const char *list = "待领1件：26000114贪污低保款";

    assert_true(store_see_person(store, UNNAMED, "village", 1));
    assert_true(store_open_case(store, &case_));
    event.outcome = "case";
    event.why = "";
    event.case_id = notice.case_id = step.case_id = question.case_id = case_.id;
    assert_true(store_add_event(store, &event) && store_finish_event(store, &event));
    assert_true(store_add_notice(store, &notice));
    assert_true(store_add_sent_id(store, notice.id, "village", 1, "", 1));
    assert_true(store_add_step(store, &step));
    assert_true(store_ask(store, &question));
    task.to = HANDLER;
    task.text = list;
    assert_true(store_add_notice(store, &task));
    talloc_free(store);
}

static void nobody_learns_from_an_export_who_asked_not_to_be_named(void **state)
{
    static const char *const tables[] = { "cases", "events", "steps", "notices", "sent_parts", "questions" };
    const char *all;

    add_unnamed(*state);
    assert_int_equal(XIANGYIN(state, "export", "out", "--people").status, 0);
    all = all_of(*state, "out");
    assert_lacks(all, "13934567055");
    assert_has(all, "\"number\":\"26000201\",\"state\":\"new\",\"reporter\":null");
    assert_has(all, "\"text\":\"匿名 垃圾没人收 电话*****\"");
    assert_has(all, "\"recipient\":null,\"text\":\"已收到，电话*****\"");
    assert_has(all, "\"actor\":null");
    assert_lacks(all, "待领1件");
    assert_int_equal(XIANGYIN(state, "export", "all", "--people", "--guarded").status, 0);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) /* so each table would have told */
        assert_int_equal(
            system(talloc_asprintf(*state, "grep -q 13934567055 %s/all/%s.jsonl", (char *)*state, tables[i])),
            0);
    assert_has(all_of(*state, "all"), "待领1件");
}

/* Whoever is known by a restricted case alone is not listed among the people either. */
static void an_export_does_not_list_who_only_accused(void **state)
{
    struct store *store = open_store(*state);

    assert_true(store_see_person(store, ACCUSER, "village", 1));
    talloc_free(store);
    people_come_without_those_who_accuse_an_official(state);
}

/* How many cases have a step that says so. */
static int64_t count_viewed(void **state, bool is_guarded)
{
    struct store *store = open_store(*state);
    struct case_filter filter = { 0 };
    struct case_ *cases;
    size_t n;
    int64_t count = 0;

    assert_true(store_cases(store, store, &filter, &cases, &n));
    for (size_t i = 0; i < n; i++) {
        struct step *step;

        assert_true(store_last_step(store, store, cases[i].id, "viewed", &step));
        if (step && strstr(step->words, ": export") && cases[i].is_guarded == is_guarded)
            count++;
    }
    talloc_free(store);
    return count;
}

static void whose_cases_were_exported_by_whom_is_kept(void **state)
{
    int64_t guarded, others;

    XIANGYIN(state, "export", "a");
    assert_int_equal(count_viewed(state, true) + count_viewed(state, false), 0);
    XIANGYIN(state, "export", "b", "--guarded");
    guarded = count_viewed(state, true);
    assert_true(guarded > 0);
    assert_int_equal(count_viewed(state, false), 0);
    XIANGYIN(state, "export", "--person", "13934567001");
    others = count_viewed(state, false);
    assert_true(others > 0);
    XIANGYIN(state, "export", "c", "--people");
    assert_true(count_viewed(state, false) > others);
    assert_int_equal(count_viewed(state, true), guarded);
}

static void files_are_their_owners_and_never_replaced(void **state)
{
    struct stat status;

    assert_int_equal(XIANGYIN(state, "export", "out").status, 0);
    assert_int_equal(stat(talloc_asprintf(*state, "%s/out/cases.jsonl", (char *)*state), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(XIANGYIN(state, "export", "out").status, 1);
    assert_int_equal(XIANGYIN(state, "export").status, 2);
    assert_int_equal(XIANGYIN(state, "export", "x", "--format", "xml").status, 2);
}

static void one_person_gets_all_that_is_theirs_and_nobody_elses(void **state)
{
    struct outcome outcome = XIANGYIN(state, "export", "--person", "13934567001");

    assert_string_equal(outcome.err, "");
    assert_has(outcome.out, "{\"table\":\"people\",\"phone\":\"" ASKED "\",\"name\":\"王秀英\"");
    assert_has(outcome.out, "\"number\":\"26000010\"");
    assert_has(outcome.out, "{\"table\":\"events\"");
    assert_has(outcome.out, "{\"table\":\"notices\"");
    assert_has(outcome.out, "\"words\":\"水站已派人\"");
    assert_lacks(outcome.out, "26000029");
    assert_lacks(outcome.out, "13800000001");
    assert_lacks(outcome.out, "13934567009");
    assert_int_equal(XIANGYIN(state, "export", "--person", "13999999999").status, 1);
}

/* Closes what is open of a person, so that they may be erased. */
static void close_all(const char *folder, const char *phone)
{
    struct store *store = open_store(folder);
    struct case_filter filter = { .reporter = phone };
    struct case_ *cases;
    size_t n;

    assert_true(store_cases(store, store, &filter, &cases, &n));
    for (size_t i = 0; i < n; i++)
        if (cases[i].state <= CASE_IN_HAND) {
            cases[i].state = CASE_CLOSED;
            place_state(store, &cases[i]);
        }
    talloc_free(store);
}

static void what_is_erased_is_nowhere_any_more_and_the_figures_stay(void **state)
{
    const char *before, *all, *figures;
    struct outcome outcome;

    close_all(*state, ASKED);
    before = XIANGYIN(state, "report", "--by", "topic", "--format", "csv").out;
    outcome = XIANGYIN(state, "erase", "139 3456 7001");
    assert_string_equal(outcome.err, "");
    assert_has(outcome.out, "erased: 5 cases, ");
    assert_has(outcome.out, "1 texts received, 1 texts sent, 0 recordings, 0 other rows");
    figures = XIANGYIN(state, "report", "--by", "topic", "--format", "csv").out;
    assert_string_equal(figures, before);
    assert_int_equal(XIANGYIN(state, "export", "out", "--people", "--guarded").status, 0);
    all = all_of(*state, "out");
    assert_lacks(all, "13934567001");
    assert_lacks(all, "停了三天");
    assert_lacks(all, "水站已派人");
    assert_has(all, "\"kind\":\"erased\"");
    assert_has(all, "\"number\":\"26000010\"");
    assert_true(sender_is_automatic("erased")); /* so that nobody is told */
}

static void the_files_do_not_hold_what_was_erased(void **state)
{
    char *command = talloc_asprintf(*state, "grep -qa 13934567001 %s/x.db*", (char *)*state);

    assert_int_equal(system(command), 0);
    close_all(*state, ASKED);
    assert_int_equal(XIANGYIN(state, "erase", "13934567001").status, 0);
    assert_int_not_equal(system(command), 0);
}

/* What a modem brought holds the number with its digits in pairs; what was written over is in pages' free
 * space. */
static void neither_raw_messages_nor_what_was_written_over_is_left(void **state)
{
    static const char *const traces[] = { "3139547600F1", "王秀英", "停了三天", "又停了五天" };
    struct store *store = open_store(*state);
    struct case_ *cases;
    size_t n;

    add_event(store, ASKED, "0891683108100005F0040D91683139547600F10008", "c");
    assert_true(
        store_cases(store, *state, &(struct case_filter){ .reporter = ASKED, .limit = 1 }, &cases, &n));
    for (int i = 0; i < 400; i++) { /* it grows over pages of its own */
        cases[0].text = talloc_asprintf(*state, "%s\n王秀英家又停了五天", cases[0].text);
        assert_true(store_update_case(store, &cases[0]));
    }
    cases[0].text = "没水";
    assert_true(store_update_case(store, &cases[0]));
    talloc_free(store);
    close_all(*state, ASKED);
    assert_int_equal(XIANGYIN(state, "erase", "13934567001").status, 0);
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++)
        assert_int_not_equal(
            system(talloc_asprintf(*state, "grep -qa %s %s/x.db*", traces[i], (char *)*state)), 0);
}

static void who_has_an_open_case_or_works_here_is_not_erased(void **state)
{
    assert_has(XIANGYIN(state, "erase", "13934567001").err, "still open");
    assert_has(XIANGYIN(state, "erase", "13800000001").err, "belongs to a cadre");
    assert_has(XIANGYIN(state, "erase", "13999999999").err, "nothing is stored about");
    assert_int_equal(XIANGYIN(state, "erase").status, 2);
    assert_int_equal(XIANGYIN(state, "export", "--person", "13934567001").status, 0);
}

static void texts_of_others_that_hold_the_number_are_counted(void **state)
{
    struct store *store = open_store(*state);
    struct case_ case_ = { .number = "26000200",
                           .reporter = "+8613934567003",
                           .line = "",
                           .topic = "other",
                           .text = "请给13934567001打电话",
                           .received_at = 1 };

    assert_true(store_open_case(store, &case_));
    talloc_free(store);
    close_all(*state, ASKED);
    assert_has(XIANGYIN(state, "erase", "13934567001").out, "\n1 cases of other people hold the number");
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, end_folder)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(an_export_tells_neither_people_nor_guarded_cases),
        IN_A_FOLDER(every_csv_begins_with_a_byte_order_mark),
        IN_A_FOLDER(people_come_without_those_who_accuse_an_official),
        IN_A_FOLDER(nobody_learns_from_an_export_who_asked_not_to_be_named),
        IN_A_FOLDER(an_export_does_not_list_who_only_accused),
        IN_A_FOLDER(guarded_cases_come_without_words_unless_both_are_asked_for),
        IN_A_FOLDER(files_are_their_owners_and_never_replaced),
        IN_A_FOLDER(whose_cases_were_exported_by_whom_is_kept),
        IN_A_FOLDER(one_person_gets_all_that_is_theirs_and_nobody_elses),
        IN_A_FOLDER(what_is_erased_is_nowhere_any_more_and_the_figures_stay),
        IN_A_FOLDER(the_files_do_not_hold_what_was_erased),
        IN_A_FOLDER(neither_raw_messages_nor_what_was_written_over_is_left),
        IN_A_FOLDER(who_has_an_open_case_or_works_here_is_not_erased),
        IN_A_FOLDER(texts_of_others_that_hold_the_number_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
