#include "tests/support/modem_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <talloc.h>

#include "modem/pdu/pdu.h"
#include "tests/support/support.h"

struct modem_bench *modem_bench_set(struct emulator_options options, struct modem_settings settings)
{
    void *mem = talloc_new(NULL);
    struct modem_bench *bench = talloc_zero(mem, struct modem_bench);

    bench->mem = mem;
    bench->device = talloc_asprintf(mem, "%s/modem", temporary_directory(mem));
    options.device = bench->device;
    bench->emulator = emulator_new(&options);
    assert_non_null(bench->emulator);
    if (!emulator_start(bench->emulator))
        fail_msg("%s", emulator_error(bench->emulator));
    bench->control = emulator_connect(mem, bench->device, 5000);
    assert_non_null(bench->control);
    settings.device = bench->device;
    bench->modem = modem_new(mem, &settings);
    assert_non_null(bench->modem);
    return bench;
}

void modem_bench_clear(struct modem_bench *bench)
{
    talloc_free(bench->modem);
    talloc_free(bench->control);
    emulator_free(bench->emulator);
    talloc_free(bench->mem);
}

void modem_bench_start(struct modem_bench *bench)
{
    if (!modem_start(bench->modem))
        fail_msg("modem_start: %s", modem_error(bench->modem));
}

void modem_bench_restart(struct modem_bench *bench)
{
    for (int i = 0; i < 1000; i++) {
        if (modem_start(bench->modem))
            return;
        poll(NULL, 0, 10);
    }
    fail_msg("modem_start: %s", modem_error(bench->modem));
}

void modem_bench_tell(struct modem_bench *bench, const char *format, ...)
{
    char request[1000];
    va_list args;

    va_start(args, format);
    vsnprintf(request, sizeof request, format, args);
    va_end(args);
    if (!emulator_request(bench->control, request))
        fail_msg("%s: %s", request, emulator_client_error(bench->control));
}

enum modem_sent modem_bench_send(struct modem_bench *bench, const char *text, int *reference, int *code)
{
    struct pdu_message message = {
        .to = "+8613903570001", .text = text, .wants_report = true, .message_class = -1
    };
    struct pdu_part *parts;
    enum sms_alphabet alphabet;
    const char *error;
    size_t n;

    assert_true(pdu_encode(bench->mem, &message, &parts, &n, &alphabet, &error));
    assert_int_equal(n, 1);
    return modem_send(bench->modem, parts[0].octets, parts[0].length, reference, code);
}
