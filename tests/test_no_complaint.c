/*
 * A case that turned out to be no complaint (非诉求) is in no figure, list, board or export unless asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/ledger.h"
#include "tests/support/placed.h"
#include "tests/support/program.h"

#define NUMBER "26000122"

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

/* What each of these commands prints. */
static const char *const printed[][8] = {
    { "report", "--from", "2026-10-01", "--format", "json" },
    { "report", "--by", "topic", "--format", "csv", "--guarded" },
    { "report", "needs", "--format", "json" },
    { "bulletin", "show", "--date", "2026-12-01", "--format", "csv" },
    { "bulletin", "report", "--date", "2026-12-31", "--format", "csv" },
    { "bulletin", "evaluate", "--date", "2026-12-31", "--format", "csv" },
    { "case", "list", "--json" },
    { "case", "list", "--json", "--reporter", "13934567001" },
    { "due", "--dry-run", "--at", "2026-12-31 10:00" },
};

static const char *all_figures(const char *folder)
{
    char *all = talloc_strdup(folder, "");

    for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
        struct outcome outcome = program_run(all, folder, NULL, printed[i]);

        all = talloc_asprintf_append(all, "%s %s: %d\n%s%s", printed[i][0], printed[i][1], outcome.status,
                                     outcome.out, outcome.err);
    }
    return all;
}

static struct store *open_in(void *mem, const char *folder)
{
    const char *error;
    struct store *store = store_open(mem, talloc_asprintf(mem, "sqlite:%s/x.db", folder), &error);

    assert_non_null(store);
    return store;
}

/* With everything that a case can have: shown, overdue, answered, rated, among the public works. */
static void add_no_complaint(const char *folder)
{
    void *mem = talloc_new(NULL);
    struct store *store = open_in(mem, folder);
    struct case_ *model;

    assert_true(store_case_by_number(store, mem, "26000010", &model));
    assert_true(store_begin(store, 1000));
    model->id = 0;
    model->number = NUMBER;
    model->state = CASE_NO_COMPLAINT;
    model->rating = 4;
    model->public_works_year = 2026;
    model->households = model->residents = 10;
    place_case(store, model);
    assert_true(store_update_case(store, model));
    assert_true(store_commit(store));
    talloc_free(mem);
}

static void no_figure_counts_it(void **state)
{
    const char *folder = *state, *before = all_figures(folder);

    assert_null(strstr(before, ": 2\n"));
    add_no_complaint(folder);
    assert_string_equal(all_figures(folder), before);
}

static const char *read_file(void *mem, const char *folder, const char *name)
{
    FILE *file = fopen(talloc_asprintf(mem, "%s/%s", folder, name), "r");
    char *text = talloc_strdup(mem, ""), line[4096];

    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        text = talloc_strdup_append(text, line);
    fclose(file);
    return text;
}

static void it_is_listed_and_exported_where_it_is_asked_for(void **state)
{
    const char *folder = *state;

    assert_non_null(strstr(RUN(*state, folder, NULL, "case", "list", "--state", "no complaint").out, NUMBER));
    assert_non_null(strstr(RUN(*state, folder, NULL, "case", "list", "--state", "非诉求").out, NUMBER));
    assert_non_null(strstr(RUN(*state, folder, NULL, "case", "show", NUMBER).out, "no complaint"));
    RUN(*state, folder, NULL, "export", "all", "--no-complaints");
    RUN(*state, folder, NULL, "export", "some", "--guarded");
    assert_non_null(strstr(read_file(*state, folder, "all/cases.jsonl"), NUMBER));
    assert_null(strstr(read_file(*state, folder, "some/cases.jsonl"), NUMBER));
    assert_non_null(strstr(read_file(*state, folder, "all/steps.jsonl"), "\"placed\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_figure_counts_it),
        cmocka_unit_test(it_is_listed_and_exported_where_it_is_asked_for),
    };

    return cmocka_run_group_tests(tests, make_folder, end_folder);
}
