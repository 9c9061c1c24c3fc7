#include "templates/mustache.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

struct search {
    void *mem;
    struct json_object *sources;
};

static const struct template *find_partial(const void *from, const char *name)
{
    const struct search *search = from;
    struct json_object *source;
    const char *error;

    if (!json_object_object_get_ex(search->sources, name, &source))
        return NULL;
    return template_compile(search->mem, json_object_get_string(source),
                            strlen(json_object_get_string(source)), TEMPLATE_HTML, &error);
}

/* What the template gives, or the reason that it gives nothing. */
static char *render_with(void *mem, const char *source, enum template_kind kind, struct json_object *data,
                         struct json_object *sources)
{
    struct search search = { mem, sources };
    struct template_partials partials = { find_partial, &search };
    const char *error = NULL;
    struct template *template = template_compile(mem, source, strlen(source), kind, &error);
    char *text = NULL, *result;
    size_t length;
    FILE *out;

    if (!template)
        return talloc_strdup(mem, error);
    out = open_memstream(&text, &length);
    template_render(template, data, &partials, out, &error);
    fclose(out);
    result = talloc_strdup(mem, error ? error : text);
    free(text);
    return result;
}

static void check(enum template_kind kind, const char *source, const char *json, const char *expected)
{
    void *mem = talloc_new(NULL);
    struct json_object *data = json_tokener_parse(json);

    assert_string_equal(render_with(mem, source, kind, data, NULL), expected);
    json_object_put(data);
    talloc_free(mem);
}

static void check_partials(const char *source, const char *json, const char *expected)
{
    void *mem = talloc_new(NULL);
    struct json_object *partials = json_tokener_parse(json);

    assert_string_equal(render_with(mem, source, TEMPLATE_RAW, NULL, partials), expected);
    json_object_put(partials);
    talloc_free(mem);
}

static bool passes(struct json_object *test)
{
    void *mem = talloc_new(NULL);
    struct json_object *data = json_object_object_get(test, "data");
    const char *source = json_object_get_string(json_object_object_get(test, "template"));
    const char *expected = json_object_get_string(json_object_object_get(test, "expected"));
    char *got = render_with(mem, source, TEMPLATE_HTML, data, json_object_object_get(test, "partials"));
    bool passed = strcmp(got, expected) == 0;

    if (!passed)
        print_error("%s\n  gave     %s\n  instead of %s\n",
                    json_object_get_string(json_object_object_get(test, "name")), got, expected);
    talloc_free(mem);
    return passed;
}

static void every_case_of_the_specification_passes(void **state)
{
    static const char *const modules[] = { "comments", "delimiters", "interpolation",
                                           "inverted", "partials",   "sections" };
    size_t passed = 0, count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        char path[100];
        struct json_object *file, *tests;

        snprintf(path, sizeof path, "tests/corpus/mustache/%s.json", modules[i]);
        file = json_object_from_file(path);
        assert_non_null(file);
        tests = json_object_object_get(file, "tests");
        for (size_t j = 0; j < json_object_array_length(tests); j++, count++)
            passed += passes(json_object_array_get_idx(tests, j));
        json_object_put(file);
    }
    assert_int_equal(passed, count);
    assert_int_equal(count, 136);
}

static void a_malformed_template_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *source, *reason;
    } cases[] = {
        { "{{#a}}", "1: \"a\" is never closed" },
        { "x\n{{#a}}\n{{/a}}\n{{#b}}\n\n", "4: \"b\" is never closed" },
        { "\n\n{{/a}}", "3: \"a\" is closed but was not opened" },
        { "{{#a}}\n{{^b}}\n{{/a}}", "3: \"a\" is closed where \"b\" of line 2 is open" },
        { "a\n{{b", "2: a tag without its }}" },
        { "{{{b}}", "1: a tag without its }}}" },
        { "{{!", "1: a tag without its }}" },
        { "{{}}", "1: a tag without a name" },
        { "{{# }}", "1: a tag without a name" },
        { "{{a b}}", "1: a name must not hold white space" },
        { "{{a..b}}", "1: \"a..b\" has an empty part" },
        { "{{.a}}", "1: \".a\" has an empty part" },
        { "{{=}}", "1: a tag without its =}}" },
        { "{{= =}}", "1: a change of delimiters needs two of them, with white space between" },
        { "{{=|=}}", "1: a change of delimiters needs two of them, with white space between" },
        { "{{=[ ] ]=}}", "1: a delimiter must not hold = or white space" },
        { "{{=12345678901234567 ]=}}",
          "1: a change of delimiters needs two of them, with white space between" },
        { "{{=<% %>=}}\n<%a", "2: a tag without its %>" },
        { "{{$a}}{{/a}}", "1: inheritance ($) is not supported" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(TEMPLATE_RAW, cases[i].source, "{}", cases[i].reason);
}

static void a_value_is_never_read_as_a_template(void **state)
{
    (void)state;
    check(TEMPLATE_RAW, "{{a}}{{{a}}}", "{\"a\": \"{{b}}{{>c}}\", \"b\": \"no\"}", "{{b}}{{>c}}{{b}}{{>c}}");
}

static void false_zero_and_nothing_leave_a_section_out(void **state)
{
    (void)state;
    check(TEMPLATE_RAW, "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": 0}", "no");
    check(TEMPLATE_RAW, "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": 0.0}", "no");
    check(TEMPLATE_RAW, "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": \"\"}", "no");
    check(TEMPLATE_RAW, "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": {}}", "yes");
    check(TEMPLATE_RAW, "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": \"0\"}", "yes");
}

static void numbers_are_written_with_their_own_digits(void **state)
{
    (void)state;
    check(TEMPLATE_RAW, "{{a}}", "{\"a\": 9223372036854775807}", "9223372036854775807");
    check(TEMPLATE_RAW, "{{a}}", "{\"a\": 18446744073709551615}", "18446744073709551615");
    check(TEMPLATE_RAW, "{{a}}", "{\"a\": -26004173}", "-26004173");
    check(TEMPLATE_RAW, "{{a}}", "{\"a\": 1.210}", "1.21");
    check(TEMPLATE_RAW, "{{a}}", "{\"a\": 0.1}", "0.1");
    check(TEMPLATE_RAW, "{{a}}", "{\"a\": 0.30000000000000004}", "0.30000000000000004");
    check(TEMPLATE_RAW, "{{a}}", "{\"a\": 2.0}", "2");
    check(TEMPLATE_RAW, "{{a}}", "{\"a\": 100000000000000000000.0}", "100000000000000000000");
    check(TEMPLATE_RAW, "{{a}} {{b}}", "{\"a\": true, \"b\": false}", "true false");
    check(TEMPLATE_RAW, "{{a}} {{b}}", "{\"a\": [1, \"/\"], \"b\": {\"c\": null}}", "[1,\"/\"] {\"c\":null}");
}

static void a_name_without_data_gives_nothing(void **state)
{
    (void)state;
    check(TEMPLATE_RAW, "[{{a}}{{a.b}}{{.}}{{#a}}x{{/a}}]", "null", "[]");
    check(TEMPLATE_RAW, "[{{a.b.c}}]", "{\"a\": \"text\"}", "[]");
    check(TEMPLATE_RAW, "[{{a.length}}]", "{\"a\": [1]}", "[]");
}

static void a_text_for_a_phone_loses_controls(void **state)
{
    (void)state;
    check(TEMPLATE_TEXT, "{{a}}", "{\"a\": \"b\\u0000\\u0007\\u001bc\\u007f\\u0085d\\u009fe\"}", "bc de");
    check(TEMPLATE_TEXT, "{{a}}", "{\"a\": \"one\\r\\n\\ttwo\\u2028three\"}", "one two three");
    check(TEMPLATE_TEXT, "{{a}}",
          "{\"a\": \"\\u202a1\\u202e2\\u200f3\\u061c4\\u20665\\u2069\\u200e\\u2014 <&'\\\">\"}",
          "12345\xE2\x80\x94 <&'\">");
    check(TEMPLATE_TEXT, "{{a}}", "{\"a\": \"\xE4\xB9\xA1\xE9\x9F\xB3\xE3\x80\x82\xF0\xA0\xAE\xB7\"}",
          "\xE4\xB9\xA1\xE9\x9F\xB3\xE3\x80\x82\xF0\xA0\xAE\xB7");
    check(TEMPLATE_TEXT, "{{a}}", "{\"a\": \"\xE2\x80\\n\xE2\"}", "\xE2\x80 \xE2");
    check(TEMPLATE_TEXT, "{{{a}}}{{&a}}", "{\"a\": \"\\n\\u202e\"}", "\n\xE2\x80\xAE\n\xE2\x80\xAE");
}

static void a_value_in_html_cannot_be_markup(void **state)
{
    (void)state;
    check(TEMPLATE_HTML, "<a b='{{a}}'>", "{\"a\": \"<&'\\\">\"}", "<a b='&lt;&amp;&#39;&quot;&gt;'>");
    check(TEMPLATE_HTML, "{{&a}}", "{\"a\": \"<b>\"}", "<b>");
    check(TEMPLATE_HTML, "{{a}}", "{\"a\": [\"<\"]}", "[&quot;&lt;&quot;]");
}

static void a_value_in_csv_stays_in_its_cell(void **state)
{
    (void)state;
    check(TEMPLATE_CSV, "{{a}},{{b}}\n", "{\"a\": \"plain\", \"b\": \"1,2\"}", "plain,\"1,2\"\n");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"he said \\\"no\\\"\\r\\n\"}", "\"he said \"\"no\"\"\r\n\"");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \" x\"}", "\" x\"");
    check(TEMPLATE_CSV, "[{{a}}]", "{\"a\": \"\"}", "[]");
}

static void a_cell_is_never_a_formula(void **state)
{
    (void)state;
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"=1+1\"}", "'=1+1");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"=A(1,2)\"}", "\"'=A(1,2)\"");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"-1\"}", "'-1");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"@x\"}", "'@x");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"\\t=1\"}", "\"'\t=1\"");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"\\r=1\"}", "\"'\r=1\"");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"+8613900000000\"}", "+8613900000000");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"+86139x\"}", "'+86139x");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"+0123456789\"}", "'+0123456789");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": \"+1234567890123456\"}", "'+1234567890123456");
    check(TEMPLATE_CSV, "{{a}}", "{\"a\": -1}", "-1");
}

static void a_files_ending_says_how_values_are_escaped(void **state)
{
    (void)state;
    assert_int_equal(template_kind_of("zh/received.txt"), TEMPLATE_TEXT);
    assert_int_equal(template_kind_of("board.html"), TEMPLATE_HTML);
    assert_int_equal(template_kind_of("case.mustache"), TEMPLATE_HTML);
    assert_int_equal(template_kind_of("a.txt.csv"), TEMPLATE_CSV);
    assert_int_equal(template_kind_of("a.json"), TEMPLATE_RAW);
    assert_int_equal(template_kind_of("-"), TEMPLATE_RAW);
}

static void indentations_of_partials_add_up(void **state)
{
    (void)state;
    check_partials(" {{>a}}\n", "{\"a\": \"1\\n  {{>b}}\\n3\\n\", \"b\": \"x\\n\\ny\\n\"}",
                   " 1\n   x\n   \n   y\n 3\n");
    check_partials("  {{>a}}\n", "{\"a\": \"{{! note }} b\\n{{^c}}\\n{{d}}\\n{{/c}}\\n\"}", "   b\n  \n");
    check_partials("  {{>a}}\n", "{\"a\": \"x {{>b}}\\n\", \"b\": \"1\\n2\"}", "  x 1\n2\n");
}

static void a_partials_name_is_taken_whole(void **state)
{
    (void)state;
    check_partials("[{{>.}}{{>a.b}}{{>a/b}}{{>..}}]", "{\"a\": \"no\", \"a.b\": \"1\", \"a/b\": \"2\"}",
                   "[12]");
}

static void a_template_that_includes_itself_is_stopped(void **state)
{
    (void)state;
    check_partials("{{>a}}", "{\"a\": \"{{>a}}\"}", "sections and partials are too deep inside one another");
}

static char *repeat(void *mem, const char *text, size_t times, char *before)
{
    for (size_t i = 0; i < times; i++)
        before = talloc_strdup_append(before ? before : talloc_strdup(mem, ""), text);
    return before;
}

static void sections_go_as_deep_as_promised(void **state)
{
    void *mem = talloc_new(NULL);
    char *deepest = repeat(mem, "{{/a}}", TEMPLATE_DEPTH, repeat(mem, "{{^a}}", TEMPLATE_DEPTH, NULL));
    char *deeper = repeat(mem, "{{^a}}", TEMPLATE_DEPTH + 1, NULL);

    (void)state;
    check(TEMPLATE_RAW, deepest, "{}", "");
    check(TEMPLATE_RAW, deeper, "{}", "1: more than 256 sections inside one another");
    talloc_free(mem);
}

static void a_template_that_grows_without_end_is_stopped(void **state)
{
    void *mem = talloc_new(NULL);
    char *source = repeat(mem, "{{#l}}", 30, NULL);

    (void)state;
    source = repeat(mem, "{{/l}}", 30, source);
    check(TEMPLATE_RAW, source, "{\"l\": [1, 2, 3]}", "the text is too long, or never ends");
    talloc_free(mem);
}

static void a_missing_partial_is_named_with_its_line(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error, *source = "a\n{{#b}}\n{{>c}}{{/b}}";
    struct template *template = template_compile(mem, source, strlen(source), TEMPLATE_RAW, &error);
    size_t line = 0;

    (void)state;
    assert_string_equal(template_missing_partial(template, NULL, &line), "c");
    assert_int_equal(line, 3);
    talloc_free(mem);
}

/* Whatever stood in memory behind it. */
static void the_source_ends_where_it_ended(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error = NULL;
    struct template *template;

    (void)state;
    mallopt(M_PERTURB, 'x');
    template = template_compile(mem, "{{a}}, and more", 5, TEMPLATE_TEXT, &error);
    mallopt(M_PERTURB, 0);
    assert_non_null(template);
    assert_string_equal(template_source(template), "{{a}}");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_of_the_specification_passes),
        cmocka_unit_test(a_malformed_template_is_refused_with_its_line),
        cmocka_unit_test(a_value_is_never_read_as_a_template),
        cmocka_unit_test(false_zero_and_nothing_leave_a_section_out),
        cmocka_unit_test(numbers_are_written_with_their_own_digits),
        cmocka_unit_test(a_name_without_data_gives_nothing),
        cmocka_unit_test(a_text_for_a_phone_loses_controls),
        cmocka_unit_test(a_value_in_html_cannot_be_markup),
        cmocka_unit_test(a_value_in_csv_stays_in_its_cell),
        cmocka_unit_test(a_cell_is_never_a_formula),
        cmocka_unit_test(a_files_ending_says_how_values_are_escaped),
        cmocka_unit_test(indentations_of_partials_add_up),
        cmocka_unit_test(a_partials_name_is_taken_whole),
        cmocka_unit_test(a_template_that_includes_itself_is_stopped),
        cmocka_unit_test(the_source_ends_where_it_ended),
        cmocka_unit_test(sections_go_as_deep_as_promised),
        cmocka_unit_test(a_template_that_grows_without_end_is_stopped),
        cmocka_unit_test(a_missing_partial_is_named_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
