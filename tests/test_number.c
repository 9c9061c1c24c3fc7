#include "modem/number/number.h"
#include "modem/number/number_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

#include "tests/support/jsonl.h"
#include "tests/support/support.h"

static void is_read_in(const char *region, const char *input, enum number_kind kind, const char *e164)
{
    struct number number = number_normalise(input, region);

    if (number.kind != kind || strcmp(number.e164, e164) != 0)
        printf("# %s: %s %s\n", input, number_kind_name(number.kind), number.e164);
    assert_int_equal(number.kind, kind);
    assert_string_equal(number.e164, e164);
}

static void all_are(const char *const *inputs, enum number_kind kind, const char *e164)
{
    for (; *inputs != NULL; inputs++)
        is_read_in("CN", *inputs, kind, e164);
}

/* ITU-T E.164, list of assigned country codes: the first and the last of a row, and what is assigned to
 * nobody. */
static void a_country_code_is_one_that_is_assigned(void **state)
{
    static const char *const assigned[] = { "1",   "7",   "20",  "27",  "211", "212", "213", "216", "218",
                                            "220", "229", "257", "258", "269", "290", "299", "30",  "39",
                                            "350", "359", "380", "389", "40",  "420", "423", "49",  "500",
                                            "509", "51",  "58",  "60",  "66",  "670", "679", "680", "692",
                                            "81",  "84",  "850", "856", "880", "883", "90",  "95",  "960",
                                            "968", "970", "98",  "992", "998" };
    static const char *const free[] = { "210", "214", "215", "219", "259", "384", "422", "693",
                                        "851", "857", "887", "969", "978", "991", "999" };

    (void)state;
    for (size_t i = 0; i < sizeof assigned / sizeof *assigned; i++) {
        char input[40];

        snprintf(input, sizeof input, "+%s212345678", assigned[i]);
        if (number_normalise(input, "CN").kind != NUMBER_REAL)
            fail_msg("%s: %s", input, number_kind_name(number_normalise(input, "CN").kind));
    }
    for (size_t i = 0; i < sizeof free / sizeof *free; i++) {
        char input[40];

        snprintf(input, sizeof input, "+%s212345678", free[i]);
        if (number_normalise(input, "CN").kind == NUMBER_REAL)
            fail_msg("%s", input);
    }
}

static void a_mobile_is_one_number_however_it_is_written(void **state)
{
    static const char *const ways[] = { "13800138000",
                                        "138 0013 8000",
                                        "138-0013-8000",
                                        "+8613800138000",
                                        "+86 138 0013 8000",
                                        "8613800138000",
                                        "008613800138000",
                                        "0086 138-0013-8000",
                                        "013800138000",
                                        "(86)13800138000",
                                        "138.0013.8000",
                                        " 13800138000 ",
                                        "１３８００１３８０００",
                                        "＋８６　１３８００１３８０００",
                                        "138–0013–8000",
                                        "tel:+86-138-0013-8000",
                                        "tel:13800138000;phone-context=+86",
                                        "手机：13800138000",
                                        "13800138000（王）",
                                        "17951 13800138000",
                                        "+0086 138 0013 8000",
                                        "++8613800138000",
                                        "Tel: 138 0013 8000",
                                        "1795100 86 13800138000",
                                        NULL };

    (void)state;
    all_are(ways, NUMBER_REAL, "+8613800138000");
}

static void a_telephone_with_its_area_code_is_one_number(void **state)
{
    static const char *const ways[] = { "0357-8123456",
                                        "03578123456",
                                        "(0357)8123456",
                                        "（0357）8123456",
                                        "+86 357 8123456",
                                        "+86 0357 8123456",
                                        "+8603578123456",
                                        "863578123456",
                                        "3578123456",
                                        "0086-357-8123456",
                                        NULL };

    (void)state;
    all_are(ways, NUMBER_REAL, "+863578123456");
    is_read_in("CN", "010-88880000", NUMBER_REAL, "+861088880000");
    is_read_in("CN", "1088880000", NUMBER_REAL, "+861088880000");
    is_read_in("CN", "0755-12345678", NUMBER_REAL, "+8675512345678");
    is_read_in("CN", "400-800-8888", NUMBER_REAL, "+864008008888");
    is_read_in("CN", "8008008888", NUMBER_REAL, "+868008008888");
    is_read_in("CN", "010 95588", NUMBER_REAL, "+861095588");
}

static void an_extension_is_left_out(void **state)
{
    static const char *const ways[] = {
        "0357-8123456 ext 801",     "0357-8123456 ext.801",  "0357-8123456x801",
        "0357-8123456#801",         "+863578123456;ext=801", "0357-8123456,801",
        "0357-8123456ｅｘｔ８０１", "0357-8123456 ~801",     NULL
    };

    (void)state;
    all_are(ways, NUMBER_REAL, "+863578123456");
    is_read_in("CN", "0357-8123456转801", NUMBER_OTHER, "");
}

/* An asterisk hides digits, and a comma divides two numbers, however wide they are. */
static void what_hides_or_divides_is_no_separator(void **state)
{
    static const char *const ways[] = { "138＊0013＊8000", "138*0013*8000", "１３８＊００１３８０００",
                                        NULL };

    (void)state;
    all_are(ways, NUMBER_OTHER, "");
    is_read_in("CN", "138，00138000", NUMBER_OTHER, "");
    is_read_in("CN", "138（0013）8000", NUMBER_REAL, "+8613800138000");
    is_read_in("CN", "138／0013－8000", NUMBER_REAL, "+8613800138000");
}

static void services_are_told_from_people(void **state)
{
    (void)state;
    is_read_in("CN", "10086", NUMBER_SHORT_CODE, "+8610086");
    is_read_in("CN", "95588", NUMBER_SHORT_CODE, "+8695588");
    is_read_in("CN", "110", NUMBER_SHORT_CODE, "+86110");
    is_read_in("CN", "1069012345678", NUMBER_SP, "+861069012345678");
    is_read_in("CN", "106575001234567890", NUMBER_SP, "");
    is_read_in("CN", "+861069012345678", NUMBER_SP, "+861069012345678");
    is_read_in("CN", "861069012345678", NUMBER_SP, "+861069012345678");
    is_read_in("CN", "86106901234", NUMBER_SP, "+8686106901234");
    is_read_in("CN", "10086#", NUMBER_OTHER, "");
    is_read_in("CN", "12345", NUMBER_OTHER, "+8612345");
}

static void names_are_no_numbers(void **state)
{
    (void)state;
    is_read_in("CN", "abc", NUMBER_ALPHANUMERIC, "");
    is_read_in("CN", "10086CMCC", NUMBER_ALPHANUMERIC, "");
    is_read_in("CN", "138OO138OOO", NUMBER_ALPHANUMERIC, "");
    is_read_in("CN", "+1-800-FLOWERS", NUMBER_VANITY, "+18003569377");
    is_read_in("CN", "①③⑧", NUMBER_OTHER, "");
    is_read_in("CN", "王家庄", NUMBER_OTHER, "");
    is_read_in("CN", "", NUMBER_OTHER, "");
    is_read_in("CN", "*100#", NUMBER_OTHER, "");
}

static void a_number_with_anything_beside_it_is_not_plain(void **state)
{
    static const char *const plain[] = { "13900000006",        "+86 139-0000-0006",    "（010）8888 8888",
                                         "tel:+8613900000006", "１３９００００００６", "10086" };
    static const char *const others[] = { "13900000006;AT+CMGD=1",
                                          "13900000006,13900000007",
                                          "139+00000006",
                                          "13900000006x5",
                                          "张13900000006",
                                          "13900000006\r",
                                          "",
                                          "*100#" };

    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        assert_true(number_is_plain(plain[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(number_is_plain(others[i]));
}

static void what_no_plan_holds_keeps_its_form_only(void **state)
{
    (void)state;
    is_read_in("CN", "1380013800", NUMBER_OTHER, "+861380013800");
    is_read_in("CN", "+861380013800", NUMBER_OTHER, "+861380013800");
    is_read_in("CN", "+86138001380001", NUMBER_OTHER, "+86138001380001");
    is_read_in("CN", "0912345678", NUMBER_OTHER, "+86912345678");
    is_read_in("CN", "1", NUMBER_OTHER, "");
    is_read_in("CN", "+999123456", NUMBER_OTHER, "");
    is_read_in("CN", "1380013800013800138000138001380001380013800013800138000", NUMBER_OTHER, "");
    is_read_in("CN", "13800138000/13900139000", NUMBER_OTHER, "");
}

static void numbers_of_other_countries_are_read_by_their_shape(void **state)
{
    (void)state;
    is_read_in("CN", "+44 7911 123456", NUMBER_REAL, "+447911123456");
    is_read_in("CN", "0044 7911 123456", NUMBER_REAL, "+447911123456");
    is_read_in("CN", "+39 06 1234 5678", NUMBER_REAL, "+390612345678");
    is_read_in("CN", "+44 1", NUMBER_OTHER, "");
    is_read_in("CN", "+44 12", NUMBER_OTHER, "+4412");
    is_read_in("CN", "+44 7911 123456 7890", NUMBER_OTHER, "+4479111234567890");
    is_read_in("GB", "00447911123456", NUMBER_REAL, "+447911123456");
    is_read_in("GB", "+8613800138000", NUMBER_REAL, "+8613800138000");
    is_read_in("GB", "07911 123456", NUMBER_OTHER, "");
    is_read_in("GB", "13800138000", NUMBER_OTHER, "");
    is_read_in("HK", "011", NUMBER_OTHER, "+852011");
}

static void hong_kong_macao_and_taiwan_have_plans_of_their_own(void **state)
{
    (void)state;
    is_read_in("CN", "+85366123456", NUMBER_REAL, "+85366123456");
    is_read_in("CN", "+852 5123 4567", NUMBER_REAL, "+85251234567");
    is_read_in("CN", "+886 0912345678", NUMBER_REAL, "+886912345678");
    is_read_in("TW", "0912345678", NUMBER_REAL, "+886912345678");
    is_read_in("HK", "999", NUMBER_SHORT_CODE, "+852999");
}

static void any_octets_at_all_are_read(void **state)
{
    static const char alphabet[] = "0123456789+-() .x;#aZ\xEF\xBC\x90\xBB\xE2\x81\xD7\xFF";
    unsigned seed = 1;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char input[64];
        size_t n = i % sizeof(input);

        for (size_t j = 0; j < n; j++) {
            seed = seed * 1103515245 + 12345;
            input[j] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
        }
        input[n] = '\0';
        assert_in_range(strlen(number_normalise(input, i % 2 ? "CN" : "GB").e164), 0, 23);
    }
}

/* We have no plans but China's: what would be dialled elsewhere without a country code is left out. */
static bool is_left_out(json_object *line)
{
    const char *input = jsonl_text(line, "input"), *region = jsonl_text(line, "default_region");

    return strcmp(region, "CN") != 0 && *input != '+' && strncmp(input, "00", 2) != 0;
}

/* Of a number abroad only E.164 is compared: whether its range is in use takes a plan. */
static bool is_kind_right(json_object *line, const struct number *number)
{
    const char *kind = jsonl_text(line, "kind"), *e164 = jsonl_text(line, "e164");
    bool is_abroad = e164 != NULL && strncmp(e164, "+86", 3) != 0 && strncmp(e164, "+852", 4) != 0 &&
                     strncmp(e164, "+853", 4) != 0 && strncmp(e164, "+886", 4) != 0;

    return is_abroad || strcmp(number_kind_name(number->kind), kind) == 0;
}

static size_t left_out;

static bool is_as_stated(json_object *line)
{
    const char *input = jsonl_text(line, "input"), *e164 = jsonl_text(line, "e164");
    struct number number = number_normalise(input, jsonl_text(line, "default_region"));
    bool is_right = is_kind_right(line, &number) &&
                    (jsonl_lists(line, "contested", "e164") || strcmp(number.e164, e164 ? e164 : "") == 0);

    if (is_left_out(line)) {
        left_out++;
        return true;
    }
    if (!is_right)
        printf("# %s: %s %s\n", input, number_kind_name(number.kind), number.e164);
    return is_right;
}

static void all_rows_are_as_stated(const char *path, size_t fewest)
{
    size_t n;

    left_out = 0;
    assert_int_equal(jsonl_failures(path, is_as_stated, &n), 0);
    printf("# %s: %zu of %zu rows compared; %zu need the numbering plan of a region other than CN\n", path,
           n - left_out, n, left_out);
    assert_true(n - left_out >= fewest);
}

static void numbers_are_read_as_others_read_them(void **state)
{
    void *mem = talloc_new(NULL);
    const char *path = shared_path(mem, "vectors/phone.jsonl");

    (void)state;
    all_rows_are_as_stated("tests/corpus/number.jsonl", 375);
    if (path != NULL)
        all_rows_are_as_stated(path, 1);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_country_code_is_one_that_is_assigned),
        cmocka_unit_test(a_mobile_is_one_number_however_it_is_written),
        cmocka_unit_test(a_telephone_with_its_area_code_is_one_number),
        cmocka_unit_test(an_extension_is_left_out),
        cmocka_unit_test(what_hides_or_divides_is_no_separator),
        cmocka_unit_test(services_are_told_from_people),
        cmocka_unit_test(names_are_no_numbers),
        cmocka_unit_test(a_number_with_anything_beside_it_is_not_plain),
        cmocka_unit_test(what_no_plan_holds_keeps_its_form_only),
        cmocka_unit_test(numbers_of_other_countries_are_read_by_their_shape),
        cmocka_unit_test(hong_kong_macao_and_taiwan_have_plans_of_their_own),
        cmocka_unit_test(any_octets_at_all_are_read),
        cmocka_unit_test(numbers_are_read_as_others_read_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
