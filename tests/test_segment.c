#include "modem/pdu/segment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

#include "tests/support/jsonl.h"
#include "tests/support/support.h"

static char *repeated(void *mem, const char *text, size_t times)
{
    char *all = talloc_strdup(mem, "");

    for (size_t i = 0; i < times; i++)
        all = talloc_strdup_append(all, text);
    return all;
}

/* The units of each part of a text that is something n times, then more. */
static void is_cut(const char *text, size_t n, const char *more, bool is_wide, const char *expected)
{
    void *mem = talloc_new(NULL);
    char *all = talloc_strdup_append(repeated(mem, text, n), more), *units = talloc_strdup(mem, "");
    const char *next = all;
    struct segments segments;

    assert_true(segment_text(mem, all, false, is_wide, &segments));
    for (size_t i = 0; i < segments.n; i++) {
        units = talloc_asprintf_append(units, i > 0 ? " %zu" : "%zu", segments.part[i].units);
        assert_ptr_equal(segments.part[i].text, next);
        next += segments.part[i].length;
    }
    assert_string_equal(units, expected);
    assert_int_equal(*next, '\0');
    if (!is_wide)
        assert_int_equal(segment_count(all, NULL), segments.n);
    talloc_free(mem);
}

static void a_text_that_fits_stays_whole(void **state)
{
    (void)state;
    is_cut("", 0, "", false, "0");
    is_cut("a", 160, "", false, "160");
    is_cut("中", 70, "", false, "70");
    is_cut("€", 80, "", false, "160");
}

static void a_longer_one_leaves_room_for_the_header(void **state)
{
    (void)state;
    is_cut("a", 161, "", false, "153 8");
    is_cut("中", 71, "", false, "67 4");
    is_cut("a", 161, "", true, "152 9");
    is_cut("中", 71, "", true, "66 5");
    is_cut("a", 306, "", false, "153 153");
}

static void no_pair_is_split(void **state)
{
    (void)state;
    is_cut("a", 152, "€bbbbbbbbbbbb", false, "152 14");
    is_cut("中", 66, "😀😀😀", false, "66 6");
    is_cut("€", 81, "", false, "152 10");
}

static void one_character_makes_all_of_it_ucs2(void **state)
{
    bool is_gsm7;

    (void)state;
    is_cut("a", 160, "中", false, "67 67 27");
    assert_int_equal(segment_count("tab\there", &is_gsm7), 1);
    assert_false(is_gsm7);
    assert_int_equal(segment_count("{€}", &is_gsm7), 1);
    assert_true(is_gsm7);
}

static void what_is_not_utf8_or_too_long_is_refused(void **state)
{
    void *mem = talloc_new(NULL);
    struct segments segments;

    (void)state;
    assert_false(segment_text(mem, "\xFF", false, false, &segments));
    assert_int_equal(segment_count("a\x80", NULL), 0);
    assert_true(segment_text(mem, repeated(mem, "a", 255 * 153), false, false, &segments));
    assert_int_equal(segments.n, 255);
    assert_false(segment_text(mem, repeated(mem, "a", 255 * 153 + 1), false, false, &segments));
    assert_false(segment_text(mem, repeated(mem, "€", 255 * 76 + 1), false, false, &segments));
    talloc_free(mem);
}

static void clipping_ends_before_a_character_that_does_not_fit(void **state)
{
    (void)state;
    assert_int_equal(segment_clip("中文字", 2), 6);
    assert_int_equal(segment_clip("中😀", 2), 3);
    assert_int_equal(segment_clip("中😀", 3), 7);
    assert_int_equal(segment_clip("ab", 0), 0);
    assert_int_equal(segment_clip("ab", 9), 2);
}

static bool parts_are(const struct segments *segments, json_object *parts)
{
    if (json_object_array_length(parts) != segments->n)
        return false;
    for (size_t i = 0; i < segments->n; i++) {
        json_object *part = json_object_array_get_idx(parts, i);

        if ((size_t)json_object_get_string_len(part) != segments->part[i].length ||
            memcmp(json_object_get_string(part), segments->part[i].text, segments->part[i].length) != 0)
            return false;
    }
    return true;
}

static bool is_as_stated(json_object *line)
{
    void *mem = talloc_new(NULL);
    const char *text = jsonl_text(line, "text");
    json_object *parts = json_object_object_get(line, "parts");
    struct segments segments;
    bool is_right =
        segment_text(mem, text, false, false, &segments) &&
        strcmp(jsonl_text(line, "encoding"), segments.alphabet == SMS_GSM7 ? "gsm7" : "ucs2") == 0 &&
        (size_t)json_object_get_int(json_object_object_get(line, "parts_count")) == segments.n &&
        (parts == NULL || parts_are(&segments, parts));

    if (!is_right)
        printf("# %s\n", jsonl_text(line, "id"));
    talloc_free(mem);
    return is_right;
}

static void texts_are_cut_as_others_cut_them(void **state)
{
    void *mem = talloc_new(NULL);
    const char *path = shared_path(mem, "vectors/segment.jsonl");
    size_t n;

    (void)state;
    if (path != NULL)
        assert_int_equal(jsonl_failures(path, is_as_stated, &n), 0);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_fits_stays_whole),
        cmocka_unit_test(a_longer_one_leaves_room_for_the_header),
        cmocka_unit_test(no_pair_is_split),
        cmocka_unit_test(one_character_makes_all_of_it_ucs2),
        cmocka_unit_test(what_is_not_utf8_or_too_long_is_refused),
        cmocka_unit_test(clipping_ends_before_a_character_that_does_not_fit),
        cmocka_unit_test(texts_are_cut_as_others_cut_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
