/* The telephone in a terminal: the real program texts an emulated modem, behind which a modem line answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "modem/emulator/emulator.h"
#include "modem/modem.h"
#include "modem/pdu/pdu.h"
#include "tests/support/support.h"

enum { TRIES = 400 };

struct village {
    struct emulator *emulator;
    struct modem *modem;
    char *device, *program;
};

static struct village *begin(void)
{
    struct village *village = talloc_zero(NULL, struct village);

    village->device = talloc_asprintf(village, "%s/modem", temporary_directory(village));
    village->program = talloc_strdup(village, getenv("XIANGYIN") ? getenv("XIANGYIN") : "build/xiangyin");
    village->emulator = emulator_new(&(struct emulator_options){ .device = village->device });
    if (!emulator_start(village->emulator))
        fail_msg("%s", emulator_error(village->emulator));
    village->modem = modem_new(village, &(struct modem_settings){ .device = village->device });
    assert_true(modem_start(village->modem));
    return village;
}

static void end(struct village *village)
{
    modem_stop(village->modem);
    emulator_free(village->emulator);
    talloc_free(village);
}

static FILE *dial(struct village *village, const char *lines, const char *arguments)
{
    char *command =
        talloc_asprintf(village, "printf '%s' | %s phone %s 2>&1", lines, village->program, arguments);
    FILE *screen = popen(command, "r");

    assert_non_null(screen);
    return screen;
}

static char *read_screen(struct village *village, FILE *screen, int *status)
{
    char *text = talloc_strdup(village, ""), line[512];

    while (fgets(line, sizeof line, screen) != NULL)
        text = talloc_strdup_append(text, line);
    *status = pclose(screen);
    return text;
}

/* The next text the modem line receives. */
static struct sms *receive(struct village *village)
{
    struct modem_slot *slots;
    size_t n = 0;

    for (int i = 0; i < TRIES && n == 0; i++) {
        modem_wait(village->modem, 50);
        modem_list(village->modem, village, &slots, &n);
    }
    assert_int_equal(n, 1);
    assert_true(modem_forget(village->modem, &slots[0]));
    return slots[0].sms;
}

static void answer(struct village *village, const char *to, const char *text)
{
    struct pdu_message message = { .to = to, .text = text, .message_class = -1, .reference = 3 };
    struct pdu_part *parts;
    enum sms_alphabet alphabet;
    const char *error;
    size_t n;

    assert_true(pdu_encode(village, &message, &parts, &n, &alphabet, &error));
    for (size_t i = 0; i < n; i++) {
        int reference, code;

        assert_int_equal(modem_send(village->modem, parts[i].octets, parts[i].length, &reference, &code),
                         MODEM_SENT);
    }
}

static void what_is_typed_goes_out_and_the_answer_is_drawn(void **state)
{
    struct village *village = begin();
    char *arguments = talloc_asprintf(village, "13903570001 --device %s --wait 20", village->device);
    FILE *screen = dial(village, "村口的桥断了\n", arguments);
    struct sms *sms = receive(village);
    int status;
    char *text;

    (void)state;
    assert_string_equal(sms->address.digits, "+8613903570001");
    assert_string_equal(sms->text, "村口的桥断了");
    answer(village, "13903570001", "收到，已经转给乡里");
    text = read_screen(village, screen, &status);
    assert_int_equal(status, 0);
    assert_non_null(strstr(text, "▶ 村口的桥断了\n"));
    assert_non_null(strstr(text, "│ 收到，已经转给乡里\n"));
    end(village);
}

static void a_long_answer_is_wrapped_where_a_line_may_end(void **state)
{
    struct village *village = begin();
    char *arguments = talloc_asprintf(village, "13903570001 --device %s --wait 20", village->device);
    char *words = talloc_strdup(village, ""), *text;
    FILE *screen = dial(village, "桥\n", arguments);
    int status;

    (void)state;
    receive(village);
    for (int i = 0; i < 34; i++)
        words = talloc_strdup_append(words, i == 32 ? "。" : "桥");
    answer(village, "+8613903570001", talloc_asprintf(village, "%s%s%s", words, words, words));
    text = read_screen(village, screen, &status);
    assert_non_null(strstr(text, "(2)\n"));
    assert_null(strstr(text, "│ 。"));
    assert_non_null(strstr(text, "桥\n  │ 桥"));
    end(village);
}

static void another_number_can_be_taken_on(void **state)
{
    struct village *village = begin();
    char *arguments = talloc_asprintf(village, "13903570001 --device %s --wait 20", village->device);
    FILE *screen = dial(village, "/as 13903570002\n/help\nhello\n", arguments);
    struct sms *sms = receive(village);
    int status;
    char *text;

    (void)state;
    assert_string_equal(sms->address.digits, "+8613903570002");
    answer(village, "+8613903570002", "hello too");
    text = read_screen(village, screen, &status);
    assert_non_null(strstr(text, "│ hello too\n"));
    end(village);
}

static void without_an_emulated_modem_it_says_so(void **state)
{
    struct village *village = begin();
    int status;
    char *text;

    (void)state;
    text = read_screen(village, dial(village, "", "13903570001 --device /nowhere/modem"), &status);
    assert_int_not_equal(status, 0);
    assert_non_null(strstr(text, "no emulated modem answers"));
    text = read_screen(village, dial(village, "", "tomorrow"), &status);
    assert_int_equal(WEXITSTATUS(status), 2);
    end(village);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_goes_out_and_the_answer_is_drawn),
        cmocka_unit_test(a_long_answer_is_wrapped_where_a_line_may_end),
        cmocka_unit_test(another_number_can_be_taken_on),
        cmocka_unit_test(without_an_emulated_modem_it_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
