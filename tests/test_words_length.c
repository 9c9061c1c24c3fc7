/*
 * Every text for a phone, in every language, with values as long as they really get
 * (tests/corpus/words.json): one SMS with the signature, or as many as a comment in the template itself
 * admits, {{! two messages }}.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "modem/pdu/segment.h"
#include "templates/embedded.h"
#include "templates/words.h"

static const char signature[] = "【浮山亮晒评】";

static struct json_object *samples, *common;
static int failures; /* all are said before the test fails */

static int read_samples(void **state)
{
    struct json_object *all = json_object_from_file("tests/corpus/words.json");

    *state = all;
    return all && json_object_object_get_ex(all, "common", &common) &&
                   json_object_object_get_ex(all, "templates", &samples)
               ? 0
               : -1;
}

static int free_samples(void **state)
{
    json_object_put(*state);
    return 0;
}

static size_t admitted(const char *language, const char *name)
{
    static const char *const comments[] = { "{{! two messages }}", "{{! three messages }}",
                                            "{{! four messages }}" };
    char path[128];
    const struct embedded_file *file;

    snprintf(path, sizeof path, "templates/%s/%s.txt", language, name);
    file = embedded_find(path);
    if (!file)
        fail_msg("%s is not there", path);
    for (size_t i = 0; i < sizeof comments / sizeof *comments; i++)
        if (strstr(file->data, comments[i]))
            return i + 2;
    return 1;
}

/* The common values, with the sample's own in their place. */
static struct json_object *values(struct json_object *sample)
{
    struct json_object *data = json_object_new_object();

    json_object_object_foreach(common, name, value)
        json_object_object_add(data, name, json_object_get(value));
    json_object_object_foreach(sample, own, its) json_object_object_add(data, own, json_object_get(its));
    return data;
}

static size_t parts_of(void *mem, const struct words *words, const char *language, const char *name,
                       struct json_object *sample)
{
    const char *error = NULL, *text;
    struct json_object *data = values(sample);
    size_t parts, limit = admitted(language, name);

    text = words_render(mem, words, language, name, data, &error);
    json_object_put(data);
    if (!text)
        fail_msg("%s", error);
    text = talloc_asprintf(mem, "%s%s", signature, text);
    parts = segment_count(text, NULL);
    if (parts > limit || parts == 0) {
        print_error("%s/%s.txt is %zu messages: %s\n", language, name, parts, text);
        failures++;
    }
    return parts;
}

static void check_text(const struct words *words, const char *language, const char *name)
{
    void *mem = talloc_new(NULL);
    struct json_object *list;
    size_t most = 0;

    if (!json_object_object_get_ex(samples, name, &list))
        fail_msg("%s has no sample in words.json", name);
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        size_t parts = parts_of(mem, words, language, name, json_object_array_get_idx(list, i));

        most = parts > most ? parts : most;
    }
    if (most < admitted(language, name)) {
        print_error("%s/%s.txt admits to more messages than it needs\n", language, name);
        failures++;
    }
    talloc_free(mem);
}

static void check_language(const char *language)
{
    const char *error = NULL;
    struct words *words = words_open(NULL, NULL, &error);
    const char **names = words_names(words, words, language);

    failures = 0;
    assert_non_null(names[0]);
    for (size_t i = 0; names[i]; i++)
        if (!strchr(names[i], '.')) /* not for a phone: html, csv */
            check_text(words, language, names[i]);
    talloc_free(words);
    assert_int_equal(failures, 0);
}

static void every_chinese_text_is_as_short_as_it_says(void **state)
{
    (void)state;
    check_language("zh");
}

static void every_english_text_is_as_short_as_it_says(void **state)
{
    (void)state;
    check_language("en");
}

static void both_languages_have_the_same_texts(void **state)
{
    const char *error = NULL;
    struct words *words = words_open(NULL, NULL, &error);
    const char **chinese = words_names(words, words, "zh"), **english = words_names(words, words, "en");

    (void)state;
    for (size_t i = 0; chinese[i] || english[i]; i++)
        assert_string_equal(chinese[i], english[i]);
    talloc_free(words);
}

/* A sheet, a letter or a card is opened in a browser, with words of other people in it. */
static void check_sheet(const char *language, const char *name)
{
    const char *path = talloc_asprintf(NULL, "templates/%s/%s", language, name);
    const struct embedded_file *file = embedded_find(path);

    assert_non_null(file);
    if (strstr(file->data, "<style>") && strncmp(file->data,
                                                 "<meta http-equiv=\"Content-Security-Policy\""
                                                 " content=\"default-src 'none'; style-src",
                                                 73) != 0)
        fail_msg("%s lets a browser load or run anything", path);
    if (strstr(file->data, "<head>") && !strstr(file->data, "-style.html}}"))
        fail_msg("%s has no style of the house, which forbids to load or run anything", path);
    talloc_free((void *)path);
}

static void no_sheet_loads_or_runs_anything(void **state)
{
    const char *error = NULL;
    struct words *words = words_open(NULL, NULL, &error);
    const char **names = words_names(words, words, "zh");

    (void)state;
    for (size_t i = 0; names[i]; i++)
        if (strstr(names[i], ".html")) {
            check_sheet("zh", names[i]);
            check_sheet("en", names[i]);
        }
    talloc_free(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_chinese_text_is_as_short_as_it_says),
        cmocka_unit_test(every_english_text_is_as_short_as_it_says),
        cmocka_unit_test(both_languages_have_the_same_texts),
        cmocka_unit_test(no_sheet_loads_or_runs_anything),
    };

    return cmocka_run_group_tests(tests, read_samples, free_samples);
}
