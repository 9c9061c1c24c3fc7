#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <talloc.h>

#include <cmocka.h>

#include "tests/support/support.h"

/* Runs `xiangyin template` with the arguments in the directory; all that it prints, and its exit status. */
static const char *run(void *mem, const char *directory, const char *arguments, int *status)
{
    const char *program = getenv("XIANGYIN");
    char *here = realpath(program ? program : "build/xiangyin", NULL);
    char *command = talloc_asprintf(mem, "cd %s && %s template %s 2>&1", directory, here, arguments);
    FILE *out = popen(command, "r");
    char *text = talloc_zero_size(mem, 4096);

    assert_non_null(out);
    text[fread(text, 1, 4095, out)] = '\0';
    *status = WEXITSTATUS(pclose(out));
    free(here);
    return text;
}

static void put(const char *directory, const char *name, const char *text)
{
    char *path = talloc_asprintf(NULL, "%s/%s", directory, name);
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    talloc_free(path);
}

static void check(const char *directory, const char *arguments, int expected_status, const char *expected)
{
    void *mem = talloc_new(NULL);
    int status;

    assert_string_equal(run(mem, directory, arguments, &status), expected);
    assert_int_equal(status, expected_status);
    talloc_free(mem);
}

static void render_writes_the_bytes_of_the_specification(void **state)
{
    void *mem = talloc_new(NULL);
    const char *directory = temporary_directory(mem);

    (void)state;
    mkdir(talloc_asprintf(mem, "%s/parts", directory), 0755);
    put(directory, "a.mustache", "\\\n {{>partial}}\n{{#l}}\n* {{.}}\n{{/l}}\n/");
    put(directory, "parts/partial.mustache", "|\n{{{content}}}\n{{content}}\n");
    put(directory, "a.json", "{\"content\": \"<\\n->\", \"l\": [1.21, 85, true, null]}");
    check(directory, "render a.mustache --data a.json --partials parts", 0,
          "\\\n |\n <\n->\n &lt;\n-&gt;\n* 1.21\n* 85\n* true\n* \n/");
    check(directory, "render --data - - <a.json", 2,
          "xiangyin template: standard input is either the template or its data\n"
          "Try: xiangyin template --help\n");
    check(directory, "render - --data a.json <parts/partial.mustache", 0, "|\n<\n->\n&lt;\n-&gt;\n");
    talloc_free(mem);
}

static void render_escapes_by_the_files_ending(void **state)
{
    void *mem = talloc_new(NULL);
    const char *directory = temporary_directory(mem);

    (void)state;
    put(directory, "a.html", "{{.}}");
    put(directory, "a.txt", "{{.}}");
    put(directory, "a.csv", "{{.}}");
    put(directory, "a.json", "\"=<,\\n>\"\n");
    check(directory, "render a.html --data a.json", 0, "=&lt;,\n&gt;");
    check(directory, "render a.txt --data a.json", 0, "=<, >");
    check(directory, "render a.csv --data a.json", 0, "\"'=<,\n>\"");
    talloc_free(mem);
}

static void what_is_wrong_is_said_with_file_and_line(void **state)
{
    void *mem = talloc_new(NULL);
    const char *directory = temporary_directory(mem);

    (void)state;
    put(directory, "good.txt", "{{a}}");
    put(directory, "bad.txt", "\n{{#a}}\n{{/b}}");
    put(directory, "bad.json", "{\n\"a\":,\n}");
    check(directory, "check good.txt", 0, "good.txt: sound\n");
    check(directory, "check bad.txt", 1, "bad.txt:3: \"b\" is closed where \"a\" of line 2 is open\n");
    check(directory, "check .", 1, "./bad.txt:3: \"b\" is closed where \"a\" of line 2 is open\n");
    check(directory, "render bad.txt", 1, "bad.txt:3: \"b\" is closed where \"a\" of line 2 is open\n");
    check(directory, "render good.txt --data bad.json", 1, "bad.json:2: unexpected character\n");
    check(directory, "check none.txt", 1, "xiangyin template: none.txt: No such file or directory\n");
    talloc_free(mem);
}

static void the_texts_of_a_folder_are_checked_together(void **state)
{
    void *mem = talloc_new(NULL);
    const char *directory = temporary_directory(mem);

    (void)state;
    mkdir(talloc_asprintf(mem, "%s/zh", directory), 0755);
    put(directory, "zh/x_a.txt", "{{>x_b}}");
    check(directory, "check .", 1, "./zh/x_a.txt:1: there is no \"x_b\" to include\n");
    put(directory, "zh/x_b.txt", "b");
    check(directory, "check .", 0, ".: sound\n");
    check(directory, "check", 0, "all texts are sound\n");
    talloc_free(mem);
}

static void a_built_in_text_is_shown_as_it_stands_in_the_program(void **state)
{
    void *mem = talloc_new(NULL);
    const char *directory = temporary_directory(mem);
    int status;

    (void)state;
    check(directory, "show not-filed", 0, "好的，不登记了。\n");
    check(directory, "show not-filed.txt --language zh", 0, "好的，不登记了。\n");
    check(directory, "show not-file", 1,
          "xiangyin template: there is no text not-file: xiangyin template show lists them\n");
    assert_non_null(
        strstr(run(mem, directory, "show --language en | head -n 9", &status), "\naccepted-done.txt\n"));
    assert_int_equal(status, 0);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(render_writes_the_bytes_of_the_specification),
        cmocka_unit_test(render_escapes_by_the_files_ending),
        cmocka_unit_test(what_is_wrong_is_said_with_file_and_line),
        cmocka_unit_test(the_texts_of_a_folder_are_checked_together),
        cmocka_unit_test(a_built_in_text_is_shown_as_it_stands_in_the_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
