/*
 * The real gateway while the system refuses it: no room, I/O errors, nothing to be opened. Nothing that was
 * acknowledged is lost, nothing is doubled, and it works again by itself. XIANGYIN_FAULT=1: each fault by
 * itself, not all at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <cmocka.h>
#include <talloc.h>

#include "tests/fault/preload.h"
#include "tests/support/gateway_books.h"

enum { TEXTS = 60, NOTICES = 30, DISTURBED_MS = 3000, DISTURBED_LONG_MS = 10000 };

static const struct fault {
    const char *name;
    int error;
    double probability;
} faults[] = {
    { "posix/io/rw/pwrite", ENOSPC, 0.2 },   { "posix/io/rw/pwrite", EIO, 0.2 },
    { "posix/io/rw/pwrite/reduce", 0, 0.2 }, { "posix/io/rw/pread", EIO, 0.05 },
    { "posix/io/rw/write", ENOSPC, 0.05 },   { "posix/io/rw/read", EIO, 0.01 },
    { "posix/io/sync/fsync", EIO, 0.3 },     { "posix/io/sync/fdatasync", EIO, 0.3 },
    { "posix/io/rw/ftruncate", EIO, 0.5 },   { "posix/io/oc/open", EMFILE, 0.3 },
    { "posix/io/oc/open", EIO, 0.3 },        { "posix/io/oc/close", EIO, 0.05 },
    { "posix/io/dir/unlink", EIO, 0.5 },
};

static void control(struct gateway_process *gateway, const char *command)
{
    const char *line = talloc_asprintf(gateway, "timeout 10 fiu-ctrl -f '%s/fiu' -c '%s' %d >/dev/null 2>&1",
                                       gateway->folder, command, (int)gateway->pid);

    if (system(line) != 0)
        fail_msg("%s", line);
}

static void begin_fault(struct gateway_process *gateway, const struct fault *fault, double part)
{
    control(gateway, talloc_asprintf(gateway, "enable_random name=%s,failinfo=%d,probability=%g", fault->name,
                                     fault->error, fault->probability * part));
}

static void end_fault(struct gateway_process *gateway, const struct fault *fault)
{
    control(gateway, talloc_asprintf(gateway, "disable name=%s", fault->name));
}

static void work_through(const char *library, const struct fault *some, size_t n, int disturbed_ms)
{
    struct gateway_process *gateway = gateway_begin(NULL, "command_timeout = 1\n send_timeout = 1");
    struct books books;

    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"delivered\"}");
    preload_use(gateway,
                talloc_asprintf(gateway,
                                "LD_PRELOAD='/usr/lib/fiu/fiu_run_preload.so %s' FIU_CTRL_FIFO='%s/fiu'",
                                library, gateway->folder));
    gateway_run(gateway);
    preload_use(gateway, NULL);
    for (size_t i = 0; i < n; i++)
        begin_fault(gateway, &some[i], n > 1 ? 0.3 : 1);
    books_flood(gateway, TEXTS);
    books_queue(gateway, "+86139006", NOTICES, "明天上午九点开村民会");
    books_wait(gateway, TEXTS, disturbed_ms);
    for (size_t i = 0; i < n; i++)
        end_fault(gateway, &some[i]);
    if (!books_wait(gateway, TEXTS, PATIENCE_MS))
        fail_msg("%s: it does not recover; see %s", some->name, gateway->log);
    assert_int_equal(gateway_stop(gateway), 0);

    books_received(gateway, TEXTS);
    books = books_agree(gateway, NULL);
    print_message("# %s%s: %d texts received once each; %d notices: %d delivered, %d sent, %d unknown\n",
                  some->name, n > 1 ? " and the others" : "", TEXTS, books.notices, books.delivered,
                  books.sent, books.unknown);
    assert_int_equal(books.notices, TEXTS + NOTICES);
    assert_int_equal(books.failed + books.waiting, 0);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM pragma_integrity_check"
                                            " WHERE integrity_check <> 'ok'"),
                     0);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM cases"), TEXTS);
    gateway_end(gateway);
}

static void errors_of_the_system_lose_nothing_and_double_nothing(void **state)
{
    static const char *const paths[] = { "/usr/lib/fiu/fiu_posix_preload.so", NULL };
    const char *library = preload_find("fiu-utils", paths);
    size_t n = sizeof faults / sizeof *faults;

    (void)state;
    if (!library)
        return;
    if (!getenv("XIANGYIN_FAULT")) {
        work_through(library, faults, n, DISTURBED_MS);
        return;
    }
    for (size_t i = 0; i < n; i++)
        work_through(library, &faults[i], 1, DISTURBED_LONG_MS);
    work_through(library, faults, n, DISTURBED_LONG_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_of_the_system_lose_nothing_and_double_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
