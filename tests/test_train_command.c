#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>

#include "tests/support/gateway_process.h"
#include "tests/support/support.h"

static int open_folder(void **state)
{
    *state = (void *)temporary_directory(NULL);
    return 0;
}

static int close_folder(void **state)
{
    talloc_free(*state);
    return 0;
}

/* What the program says, run in the folder with these arguments for the shell; its exit code in *code. */
static const char *said(char *folder, int *code, const char *arguments)
{
    const char *line = talloc_asprintf(folder, "cd %s && %s %s", folder, gateway_program(), arguments);
    char *text = talloc_zero_size(folder, 1 << 16);
    FILE *out = popen(line, "r");
    int status;

    assert_non_null(out);
    text[fread(text, 1, (1 << 16) - 1, out)] = '\0';
    status = pclose(out);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return text;
}

static void write_file(const char *folder, const char *name, const char *words)
{
    FILE *out = fopen(talloc_asprintf(folder, "%s/%s", folder, name), "w");

    assert_non_null(out);
    fputs(words, out);
    fclose(out);
}

static json_object *member(json_object *object, const char *key)
{
    json_object *found = NULL;

    if (!json_object_object_get_ex(object, key, &found))
        fail_msg("no %s", key);
    return found;
}

static void every_line_gets_one_object_with_the_same_keys_also_an_empty_one(void **state)
{
    static const char *const keys[] = { "topic",   "topic_confidence", "category", "category_confidence",
                                        "urgency", "accuses",          "place",    "intent",
                                        "asks" };
    int code, lines = 0;
    char *rest, *line;

    write_file(*state, "texts", "村里自来水停了三天了\n\n\"\\\t引号\n着火了，有人被困\n支书贪污了低保款");
    rest = (char *)said(*state, &code, "classify --situation open < texts");
    assert_int_equal(code, 0);
    while ((line = strsep(&rest, "\n")) && *line) {
        json_object *object = json_tokener_parse(line);

        assert_non_null(object);
        assert_int_equal(json_object_object_length(object), sizeof keys / sizeof *keys);
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            member(object, keys[i]);
        assert_int_equal(json_object_get_type(member(object, "place")), json_type_null);
        if (lines == 0)
            assert_string_equal(json_object_get_string(member(object, "topic")), "water");
        assert_int_equal(json_object_get_boolean(member(object, "accuses")), lines == 4);
        assert_string_equal(json_object_get_string(member(object, "urgency")),
                            lines == 3 ? "urgent" : "normal");
        json_object_put(object);
        lines++;
    }
    assert_int_equal(lines, 5);
}

static void a_model_of_any_labels_is_trained_and_its_label_printed_as_topic(void **state)
{
    static const char *const words[] = { "水管漏水没水吃", "路坏了路灯不亮", "停电了电线断了" };
    char *rows = talloc_strdup(*state, "");
    const char *text;
    int code;

    for (int i = 0; i < 60; i++)
        rows = talloc_asprintf_append(rows, "label %d\t第%d组的%s，第%d天了\n", i % 3, i, words[i % 3],
                                      i * 7 % 11);
    write_file(*state, "rows.tsv", rows);
    text = said(*state, &code, "train rows.tsv -o model");
    assert_int_equal(code, 0);
    assert_non_null(strstr(text, "topic: accuracy 1.000, macro-F1 1.000"));
    assert_non_null(strstr(text, "calibration error"));
    assert_non_null(strstr(text, "confusion"));
    write_file(*state, "texts", "路灯不亮好久了\n");
    text = said(*state, &code, "classify --model model < texts");
    assert_int_equal(code, 0);
    assert_non_null(strstr(text, "\"topic\":\"label 1\""));
}

/* The rules' topics are none of this model's labels, however short a text is and however unsure the model. */
static void a_model_of_other_labels_answers_with_them_even_when_it_is_not_sure(void **state)
{
    char *rows = talloc_strdup(*state, "");
    int code;

    for (int i = 0; i < 90; i++)
        rows = talloc_asprintf_append(rows, "label %d\t第%d组的水管漏水\n", i * 7 % 11 % 3, i);
    write_file(*state, "rows.tsv", rows);
    said(*state, &code, "train rows.tsv -o model");
    assert_int_equal(code, 0);
    write_file(*state, "texts", "水管漏水\n");
    assert_non_null(strstr(said(*state, &code, "classify --model model < texts"), "{\"topic\":\"label "));
}

static void a_file_whose_first_line_names_its_columns_may_leave_labels_out(void **state)
{
    char *rows = talloc_strdup(*state, "urgent\ttext\ttopic\n");
    int code;

    for (int i = 0; i < 40; i++)
        rows = talloc_asprintf_append(rows, "%s\t第%d组%s\t%s\n", i % 2 ? "1" : "0", i,
                                      i % 2 ? "着火了快来救人" : "想问问什么时候修", i % 4 ? "" : "water");
    write_file(*state, "rows.tsv", rows);
    assert_non_null(strstr(said(*state, &code, "train rows.tsv -o model"), "urgent: accuracy 1.000"));
    assert_int_equal(code, 0);
}

/* Who accuses cannot be told from these texts, so hardly any may be said to. */
static void few_texts_too_set_how_many_false_alarms_an_answer_may_raise(void **state)
{
    char *rows = talloc_strdup(*state, "accuses\ttext\n");
    const char *text;
    int code;

    for (int i = 0; i < 300; i++)
        rows = talloc_asprintf_append(rows, "%s\t第%d组的水管漏水\n", i * 7 % 11 % 4 ? "0" : "1", i);
    write_file(*state, "rows.tsv", rows);
    text = strstr(said(*state, &code, "train rows.tsv -o model"), "false alarms ");
    assert_non_null(text);
    assert_true(strtod(text + strlen("false alarms "), NULL) < 0.2);
}

static void what_cannot_be_learned_is_named_with_its_line(void **state)
{
    int code;

    write_file(*state, "rows.tsv", "民生\twater\t0\t0\t停水了\n民生\twater\tperhaps\t0\t停水了\n");
    assert_non_null(strstr(said(*state, &code, "train rows.tsv -o model 2>&1"), "rows.tsv:2: a label"));
    assert_int_equal(code, 1);
    write_file(*state, "rows.tsv", "a\tb\tc\td\n");
    assert_non_null(strstr(said(*state, &code, "train rows.tsv -o model 2>&1"), "rows.tsv:1: no names"));
    write_file(*state, "rows.tsv", "rating\trate1\t好\nmoon\trate1\t好\n");
    assert_non_null(strstr(said(*state, &code, "train rows.tsv -o model 2>&1"), "rows.tsv:2: no such"));
    said(*state, &code, "train rows.tsv 2>&1");
    assert_int_equal(code, 2);
    said(*state, &code, "classify --situation moon 2>&1 </dev/null");
    assert_int_equal(code, 2);
    assert_non_null(
        strstr(said(*state, &code, "classify --model rows.tsv 2>&1 </dev/null"), "it is no model"));
    assert_int_equal(code, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_line_gets_one_object_with_the_same_keys_also_an_empty_one,
                                        open_folder, close_folder),
        cmocka_unit_test_setup_teardown(a_model_of_any_labels_is_trained_and_its_label_printed_as_topic,
                                        open_folder, close_folder),
        cmocka_unit_test_setup_teardown(a_model_of_other_labels_answers_with_them_even_when_it_is_not_sure,
                                        open_folder, close_folder),
        cmocka_unit_test_setup_teardown(a_file_whose_first_line_names_its_columns_may_leave_labels_out,
                                        open_folder, close_folder),
        cmocka_unit_test_setup_teardown(few_texts_too_set_how_many_false_alarms_an_answer_may_raise,
                                        open_folder, close_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_learned_is_named_with_its_line, open_folder,
                                        close_folder),
    };

    return cmocka_run_group_tests_name("train_command", tests, NULL, NULL);
}
