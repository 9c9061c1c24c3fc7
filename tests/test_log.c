#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <unistr.h>

#include "gateway/log.h"

/* Standard error, while it goes to a file. */
struct heard {
    FILE *file;
    int saved;
};

static int listen_in(void **state)
{
    static struct heard heard;

    heard.file = tmpfile();
    heard.saved = dup(STDERR_FILENO);
    dup2(fileno(heard.file), STDERR_FILENO);
    *state = &heard;
    return heard.file ? 0 : -1;
}

static int listen_out(void **state)
{
    struct heard *heard = *state;

    dup2(heard->saved, STDERR_FILENO);
    close(heard->saved);
    fclose(heard->file);
    return 0;
}

/* What was written so far, without the times that begin its lines. */
static const char *said(struct heard *heard, char *text, size_t size)
{
    size_t n = 0;

    rewind(heard->file);
    for (int c, column = 0; (c = fgetc(heard->file)) != EOF && n + 1 < size;
         column = c == '\n' ? 0 : column + 1)
        if (column >= 20 || c == '\n')
            text[n++] = (char)c;
    text[n] = '\0';
    return text;
}

static void a_happening_is_one_line_whatever_it_holds(void **state)
{
    char text[256];

    log_info("village: %s", "ready");
    log_warning("%s", "a\nb\tc\x1b[0m");
    log_error("%d", 5);
    assert_string_equal(said(*state, text, sizeof text), "village: ready\nwarning: a b c [0m\nerror: 5\n");
}

static void a_long_line_is_cut_between_characters(void **state)
{
    char text[2048], words[2048] = "";

    for (int i = 0; i < 600; i++)
        strcat(words, "村");
    log_info("x%s", words);
    log_info("y");
    said(*state, text, sizeof text);
    assert_null(u8_check((const uint8_t *)text, strlen(text)));
    assert_string_equal(strchr(text, '\n'), "\ny\n");
}

static void quiet_leaves_warnings_and_errors(void **state)
{
    char text[256];

    log_quiet(true);
    log_info("nothing");
    log_warning("something");
    log_quiet(false);
    assert_string_equal(said(*state, text, sizeof text), "warning: something\n");
}

static void a_number_is_never_shown_whole(void **state)
{
    static const char *const numbers[][2] = {
        { "+8613800138000", "+86138****8000" },
        { "13800138000", "138****8000" },
        { "10086", "1****6" },
        { "12", "****" },
        { "", "****" },
        { "+861380013800013800", "+86138****3800" },
    };
    char buffer[24];

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_string_equal(log_number(numbers[i][0], buffer), numbers[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_happening_is_one_line_whatever_it_holds, listen_in, listen_out),
        cmocka_unit_test_setup_teardown(a_long_line_is_cut_between_characters, listen_in, listen_out),
        cmocka_unit_test_setup_teardown(quiet_leaves_warnings_and_errors, listen_in, listen_out),
        cmocka_unit_test(a_number_is_never_shown_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
