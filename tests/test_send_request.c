#include "gateway/http/send_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"

enum { PART = 153 /* letters of GSM 7-bit in one of several parts */, YEAR = 366 * 86400 };

static const char *checked(const char *signature, const char *to, size_t letters, int64_t not_before)
{
    void *mem = talloc_new(NULL);
    struct config config = { .signature = signature };
    char *text = talloc_zero_size(mem, letters + 1);
    struct send_request request = { .to = to, .text = text, .not_before = not_before };
    const char *wrong;

    memset(text, 'a', letters);
    wrong = send_request_check(mem, &config, &request);
    talloc_free(mem);
    return wrong;
}

static void a_text_may_have_as_many_parts_as_a_message_can(void **state)
{
    (void)state;
    assert_null(checked(NULL, "13800138000", (size_t)255 * PART, 0));
    assert_non_null(strstr(checked(NULL, "13800138000", (size_t)255 * PART + 1, 0), "255 parts"));
    assert_null(checked("[abc]", "13800138000", (size_t)255 * PART - 7, 0)); /* brackets are two septets */
    assert_non_null(strstr(checked("[abc]", "13800138000", (size_t)255 * PART - 6, 0), "255 parts"));
}

static void it_may_wait_a_year(void **state)
{
    (void)state;
    assert_null(checked(NULL, "13800138000", 1, clock_now() + YEAR - 60));
    assert_non_null(strstr(checked(NULL, "13800138000", 1, clock_now() + YEAR + 60), "a year ahead"));
}

static void what_is_no_number_or_no_text_is_named(void **state)
{
    (void)state;
    assert_string_equal(checked(NULL, NULL, 1, 0), "to is missing");
    assert_string_equal(checked(NULL, "", 1, 0), "to is missing");
    assert_string_equal(checked(NULL, "tel 13800138000", 1, 0), "to is not a phone number");
    assert_string_equal(checked(NULL, "13800138000", 0, 0), "text is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_may_have_as_many_parts_as_a_message_can),
        cmocka_unit_test(it_may_wait_a_year),
        cmocka_unit_test(what_is_no_number_or_no_text_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
