#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
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

static void the_level_says_what_is_written(void **state)
{
    char text[256];

    log_from("error");
    log_warning("something");
    log_error("trouble");
    log_from("info");
    log_info("nothing");
    assert_string_equal(said(*state, text, sizeof text), "error: trouble\nnothing\n");
}

static void the_journal_gets_a_priority_and_no_time(void **state)
{
    char text[256], name[64];
    FILE *caught = ((struct heard *)*state)->file;
    struct stat status;

    assert_int_equal(fstat(STDERR_FILENO, &status), 0);
    snprintf(name, sizeof name, "%llu:%llu", (unsigned long long)status.st_dev,
             (unsigned long long)status.st_ino);
    setenv("JOURNAL_STREAM", name, 1);
    log_warning("%d", 5);
    log_info("%d", 6);
    setenv("JOURNAL_STREAM", "1:1", 1);
    rewind(caught);
    text[fread(text, 1, sizeof text - 1, caught)] = '\0';
    assert_string_equal(text, "<4>warning: 5\n<6>6\n");
    unsetenv("JOURNAL_STREAM");
}

/* A socket that stands for the journal's; standard error is made to look like the journal. */
static void events_have_an_id_in_the_journal(void **state)
{
    FILE *caught = ((struct heard *)*state)->file;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    char text[2048], name[64], folder[] = "/tmp/xiangyin-XXXXXX";
    struct stat status;
    ssize_t n;

    assert_non_null(mkdtemp(folder));
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    log_journal(address.sun_path);
    assert_int_equal(fstat(STDERR_FILENO, &status), 0);
    snprintf(name, sizeof name, "%llu:%llu", (unsigned long long)status.st_dev,
             (unsigned long long)status.st_ino);

    log_event(LOG_EVENT_LINE_DOWN, "not the journal");
    assert_int_equal(recv(fd, text, sizeof text, 0), -1);
    setenv("JOURNAL_STREAM", name, 1);
    log_event(LOG_EVENT_LINE_DOWN, "village: gone\nPRIORITY=0");
    n = recv(fd, text, sizeof text - 1, 0);
    assert_true(n > 0);
    text[n] = '\0';
    assert_string_equal(text, "MESSAGE=village: gone PRIORITY=0\nPRIORITY=4\n"
                              "MESSAGE_ID=4d47c30575a344d3ae399c14de820dd4\nSYSLOG_IDENTIFIER=xiangyin\n");
    log_from("error");
    log_event(LOG_EVENT_LINE_DOWN, "too little");
    assert_int_equal(recv(fd, text, sizeof text, 0), -1);
    log_from("info");
    close(fd);
    unlink(address.sun_path);
    rmdir(folder);
    rewind(caught);
    ftruncate(fileno(caught), 0);
    log_event(LOG_EVENT_READY, "nobody takes it");
    unsetenv("JOURNAL_STREAM");
    rewind(caught);
    text[fread(text, 1, sizeof text - 1, caught)] = '\0';
    assert_string_equal(text, "<6>nobody takes it\n");
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
        cmocka_unit_test_setup_teardown(the_level_says_what_is_written, listen_in, listen_out),
        cmocka_unit_test_setup_teardown(the_journal_gets_a_priority_and_no_time, listen_in, listen_out),
        cmocka_unit_test_setup_teardown(events_have_an_id_in_the_journal, listen_in, listen_out),
        cmocka_unit_test_setup_teardown(a_long_line_is_cut_between_characters, listen_in, listen_out),
        cmocka_unit_test_setup_teardown(quiet_leaves_warnings_and_errors, listen_in, listen_out),
        cmocka_unit_test(a_number_is_never_shown_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
