#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>

#include "tests/support/gateway_process.h"
#include "tests/support/support.h"

static int open_folder(void **state)
{
    const char *folder = temporary_directory(NULL);
    FILE *config = fopen(talloc_asprintf(folder, "%s/c", folder), "w");

    assert_non_null(config);
    fprintf(config, "store { url = \"sqlite:%s/x.db\" }\n", folder);
    fclose(config);
    *state = (void *)folder;
    return 0;
}

static int close_folder(void **state)
{
    talloc_free(*state);
    return 0;
}

/* What the program says on standard output; its exit code in *code. */
static const char *token(char *folder, int *code, const char *arguments)
{
    const char *line =
        talloc_asprintf(folder, "%s token %s -c %s/c 2>/dev/null", gateway_program(), arguments, folder);
    char *text = talloc_zero_size(folder, 4096);
    FILE *out = popen(line, "r");
    int status;

    assert_non_null(out);
    text[fread(text, 1, 4095, out)] = '\0';
    status = pclose(out);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return text;
}

static void a_new_token_is_shown_once(void **state)
{
    int code;
    const char *text = token(*state, &code, "add county cases send"), *list;

    assert_int_equal(code, 0);
    assert_int_equal(strncmp(text, "xy_", 3), 0);
    assert_int_equal(strlen(text), 3 + 64 + 1);
    list = token(*state, &code, "list");
    assert_int_equal(code, 0);
    assert_non_null(strstr(list, "county"));
    assert_non_null(strstr(list, "cases send"));
    assert_null(strstr(list, "xy_"));
}

static void a_name_in_use_is_refused_until_it_is_revoked(void **state)
{
    int code;

    token(*state, &code, "add county cases");
    token(*state, &code, "add county cases");
    assert_int_equal(code, 1);
    token(*state, &code, "revoke county");
    assert_int_equal(code, 0);
    token(*state, &code, "revoke county");
    assert_int_equal(code, 1);
    token(*state, &code, "add county cases");
    assert_int_equal(code, 0);
}

static void a_token_may_end_by_itself(void **state)
{
    int code;
    const char *list;

    token(*state, &code, "add short cases --days 30");
    assert_int_equal(code, 0);
    token(*state, &code, "add long cases");
    assert_int_equal(code, 0);
    list = token(*state, &code, "list");
    assert_non_null(strstr(list, "until 20"));
    assert_null(strstr(strstr(list, "long"), "until"));
}

static void wrong_use_is_said(void **state)
{
    static const char *const wrong[] = { "",
                                         "add",
                                         "add county",
                                         "add county everything",
                                         "revoke",
                                         "list x",
                                         "make",
                                         "add county cases --days 0",
                                         "add county cases --days 4000",
                                         "add county cases --days 0",
                                         "add county cases --days 4000" };
    int code;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        token(*state, &code, wrong[i]);
        if (code != 2)
            fail_msg("%s: %d", wrong[i], code);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_token_is_shown_once),
        TEST(a_name_in_use_is_refused_until_it_is_revoked),
        TEST(a_token_may_end_by_itself),
        TEST(wrong_use_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
