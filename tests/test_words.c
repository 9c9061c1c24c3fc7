#include "templates/words.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

#include <cmocka.h>

#include "templates/set.h"
#include "tests/support/support.h"

static void put(const char *directory, const char *name, const char *text)
{
    char *path = talloc_asprintf(NULL, "%s/%s", directory, name);
    char *slash = strrchr(path, '/');
    FILE *out;

    *slash = '\0';
    assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
    *slash = '/';
    out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    talloc_free(path);
}

static void check(const struct words *words, const char *language, const char *name, const char *json,
                  const char *expected)
{
    void *mem = talloc_new(NULL);
    struct json_object *data = json_tokener_parse(json);
    const char *error = NULL;
    char *text = words_render(mem, words, language, name, data, &error);

    assert_string_equal(text ? text : error, expected);
    json_object_put(data);
    talloc_free(mem);
}

static void a_text_is_filled_in_and_loses_the_newlines_at_its_end(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error, *directory = temporary_directory(mem);

    (void)state;
    put(directory, "en/x_test.txt", "Case {{number}}.\n\n");
    put(directory, "en/x_dos.txt", "one\r\n");
    struct words *words = words_open(mem, directory, &error);
    assert_non_null(words);
    check(words, "en", "x_test", "{\"number\": \"26004173\"}", "Case 26004173.");
    check(words, "en", "x_test.txt", "{}", "Case .");
    check(words, "en", "x_dos", "{}", "one");
    talloc_free(mem);
}

static void a_language_without_a_text_uses_the_chinese_one(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error, *directory = temporary_directory(mem);

    (void)state;
    put(directory, "zh/x_test.txt", "zh {{>x_part}}\n");
    put(directory, "zh/x_part.txt", "zh part");
    put(directory, "en/x_part.txt", "en part");
    struct words *words = words_open(mem, directory, &error);
    assert_non_null(words);
    check(words, "en", "x_test", "{}", "zh zh part");
    check(words, "en", "x_part", "{}", "en part");
    check(words, "xx", "x_part", "{}", "zh part");
    check(words, NULL, "x_part", "{}", "zh part");
    check(words, "en", "x_nothing", "{}", "there is no text \"x_nothing\"");
    talloc_free(mem);
}

static void a_page_and_a_table_keep_their_shape(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error, *directory = temporary_directory(mem);

    (void)state;
    put(directory, "zh/x_board.html", "<p>{{x}}</p>{{>x_foot}}\n");
    put(directory, "zh/x_foot.txt", "text {{x}}");
    put(directory, "zh/x_foot.html", "html {{x}}");
    put(directory, "zh/x_table.csv", "{{x}},{{>x_foot}}\n");
    struct words *words = words_open(mem, directory, &error);
    assert_non_null(words);
    check(words, "zh", "x_board", "{\"x\": \"<\"}", "<p>&lt;</p>html &lt;\n");
    check(words, "zh", "x_foot", "{\"x\": \"<\"}", "text <");
    check(words, "zh", "x_foot.html", "{\"x\": \"<\"}", "html &lt;");
    check(words, "zh", "x_table", "{\"x\": \"=1\"}", "'=1,text '=1\n");
    talloc_free(mem);
}

static void everything_that_is_wrong_is_said_with_its_line(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error, *directory = temporary_directory(mem);
    char *expected = talloc_asprintf(mem,
                                     "%s/en/x_open.txt:2: \"a\" is never closed\n"
                                     "%s/zh/x_test.txt:1: there is no \"x_part\" to include",
                                     directory, directory);

    (void)state;
    put(directory, "zh/x_test.txt", "{{>x_part}}\n");
    put(directory, "en/x_part.txt", "\n");
    put(directory, "en/x_open.txt", "\n{{#a}}\n");
    assert_null(words_open(mem, directory, &error));
    assert_string_equal(error, expected);
    talloc_free(mem);
}

static void a_directory_without_a_language_is_refused(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error, *directory = temporary_directory(mem);

    (void)state;
    assert_null(words_open(mem, "/nowhere", &error));
    assert_non_null(strstr(error, "/nowhere: "));
    put(directory, "lexicon/x.txt", "{{");
    assert_null(words_open(mem, directory, &error));
    talloc_free(mem);
}

static void files_that_are_no_texts_are_left_alone(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error, *directory = temporary_directory(mem);

    (void)state;
    put(directory, "tlh/.x_hidden.txt", "{{");
    put(directory, "tlh/x_test.txt~", "{{");
    put(directory, "tlh/README", "no text");
    put(directory, "tlh/b.html", "");
    put(directory, "tlh/a.txt", "\xEF\xBB\xBFtext");
    struct words *words = words_open(mem, directory, &error);
    assert_non_null(words);
    const char **names = words_names(mem, words, "tlh");
    assert_string_equal(names[0], "a");
    assert_string_equal(names[1], "b.html");
    assert_null(names[2]);
    check(words, "tlh", "a", "{}", "text");
    talloc_free(mem);
}

static void the_texts_of_the_program_are_sound(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error;
    struct words *words = words_open(mem, NULL, &error);

    (void)state;
    if (!words)
        print_error("%s\n", error);
    assert_non_null(words);
    talloc_free(mem);
}

static void a_set_renders_a_template_that_is_not_in_it(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error, *directory = temporary_directory(mem);
    struct template_set *set = template_set_new(mem);
    struct template *template = template_compile(mem, "[{{>part}}]", 11, TEMPLATE_HTML, &error);
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    (void)state;
    put(directory, "part.mustache", "{{.}}");
    template_set_read(set, directory);
    assert_null(set->errors);
    assert_int_equal(set->count, 1);
    struct json_object *data = json_object_new_string("<");
    assert_true(template_set_render(set, template, data, out, &error));
    fclose(out);
    assert_string_equal(text, "[&lt;]");
    free(text);
    json_object_put(data);
    talloc_free(mem);
}

static void *render_often(void *words)
{
    for (int i = 0; i < 500; i++)
        check(words, "zh", "x_test", "{\"l\": [{\"n\": 1}, {\"n\": 2}]}", "- 1\n- 2");
    return NULL;
}

static void threads_share_the_words(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error, *directory = temporary_directory(mem);
    pthread_t threads[4];

    (void)state;
    put(directory, "zh/x_test.txt", "{{#l}}\n{{>x_item}}\n{{/l}}\n");
    put(directory, "zh/x_item.txt", "- {{n}}\n");
    struct words *words = words_open(mem, directory, &error);
    assert_non_null(words);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, render_often, words), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_filled_in_and_loses_the_newlines_at_its_end),
        cmocka_unit_test(a_language_without_a_text_uses_the_chinese_one),
        cmocka_unit_test(a_page_and_a_table_keep_their_shape),
        cmocka_unit_test(everything_that_is_wrong_is_said_with_its_line),
        cmocka_unit_test(a_directory_without_a_language_is_refused),
        cmocka_unit_test(files_that_are_no_texts_are_left_alone),
        cmocka_unit_test(the_texts_of_the_program_are_sound),
        cmocka_unit_test(a_set_renders_a_template_that_is_not_in_it),
        cmocka_unit_test(threads_share_the_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
