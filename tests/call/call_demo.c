/* The demonstration's call, as `make run` plays it without a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/gateway_process.h"

static void the_call_of_the_demonstration_becomes_a_case(void **state)
{
    int status = 0;
    pid_t pid = fork();

    (void)state;
    if (pid == 0) {
        execl(gateway_program(), "xiangyin", "demo", "--play", "gateway/demo/call.txt", (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_call_of_the_demonstration_becomes_a_case) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
