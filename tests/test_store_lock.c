#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/store_lock.h"
#include "store/sql.h"
#include "store/store.h"
#include "tests/support/gateway_process.h"
#include "tests/support/support.h"

static void one_holds_it_and_the_next_gets_it_after_the_first_ended(void **state)
{
    void *mem = talloc_new(NULL);
    const char *database = talloc_asprintf(mem, "%s/x.db", temporary_directory(mem));
    struct stat status;
    int fd = store_lock_take(database, 0);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(stat(talloc_asprintf(mem, "%s.lock", database), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(store_lock_take(database, 100), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    store_lock_drop(fd);
    fd = store_lock_take(database, 0);
    assert_true(fd >= 0);
    store_lock_drop(fd);
    talloc_free(mem);
}

/* A machine's fault passes, one of the program's own does not: callers try again only after the first. */
static void another_writer_is_a_fault_of_the_machine_and_a_wrong_statement_is_not(void **state)
{
    void *mem = talloc_new(NULL);
    const char *url = talloc_asprintf(mem, "sqlite:%s/x.db", temporary_directory(mem)), *error;
    struct store *store = store_open(mem, url, &error), *other = store_open(mem, url, &error);

    (void)state;
    assert_non_null(store);
    assert_non_null(other);
    assert_true(store_begin(other, 100));
    assert_false(store_begin(store, 50));
    assert_true(store_is_out_of_order(store));
    store_rollback(other);
    assert_true(store_begin(store, 100));
    assert_false(sql_run(store, "INSERT INTO settings (name, value) VALUES ('x', NULL)", NO_VALUES));
    assert_false(store_is_out_of_order(store));
    store_rollback(store);
    talloc_free(mem);
}

/* As when a backup is restored onto a new box. */
static void made_by_root_it_belongs_to_the_folders_owner(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *database = talloc_asprintf(mem, "%s/x.db", folder);
    struct stat status;
    int fd;

    (void)state;
    if (chown(folder, 12345, 12345) != 0) {
        print_message("not root: nothing was made by root\n");
        talloc_free(mem);
        return;
    }
    fd = store_lock_take(database, 0);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &status), 0);
    assert_int_equal(status.st_uid, 12345);
    store_lock_drop(fd);
    talloc_free(mem);
}

static void where_there_is_no_folder_the_reason_is_said(void **state)
{
    (void)state;
    assert_int_equal(store_lock_take("/nowhere/at/all/x.db", 0), -1);
    assert_int_equal(errno, ENOENT);
}

static void a_store_has_one_lock_by_whichever_name(void **state)
{
    void *mem = talloc_new(NULL);
    const char *folder = temporary_directory(mem), *database = talloc_asprintf(mem, "%s/x.db", folder);
    const char *other = talloc_asprintf(mem, "%s/y.db", folder);
    int fd = open(database, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    (void)state;
    close(fd);
    assert_int_equal(symlink("x.db", other), 0);
    fd = store_lock_take(database, 0);
    assert_true(fd >= 0);
    assert_int_equal(store_lock_take(other, 0), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    assert_true(store_lock_is_held(other));
    assert_int_not_equal(access(talloc_asprintf(mem, "%s.lock", other), F_OK), 0);
    store_lock_drop(fd);
    talloc_free(mem);
}

static void commands_share_it_keep_a_gateway_out_and_do_not_make_it(void **state)
{
    void *mem = talloc_new(NULL);
    const char *database = talloc_asprintf(mem, "%s/x.db", temporary_directory(mem));
    int one, two;

    (void)state;
    assert_int_equal(store_lock_share(database), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(store_lock_take_made(database, 0), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_not_equal(access(talloc_asprintf(mem, "%s.lock", database), F_OK), 0);
    store_lock_drop(store_lock_take(database, 0));

    one = store_lock_share(database);
    two = store_lock_share(database);
    assert_true(one >= 0 && two >= 0);
    assert_int_equal(store_lock_take(database, 0), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    assert_int_equal(store_lock_take_made(database, 0), -1);
    assert_false(store_lock_is_held(database)); /* no gateway does */
    store_lock_drop(one);
    store_lock_drop(two);
    one = store_lock_take_made(database, 0);
    assert_true(one >= 0);
    assert_true(store_lock_is_held(database));
    assert_int_equal(store_lock_share(database), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    store_lock_drop(one);
    talloc_free(mem);
}

static long count_in_log(struct gateway_process *gateway, const char *words)
{
    FILE *grep = popen(talloc_asprintf(gateway->mem, "grep -c '%s' %s", words, gateway->log), "r");
    long n = 0;

    assert_int_equal(fscanf(grep, "%ld", &n), 1);
    pclose(grep);
    return n;
}

static void of_two_gateways_that_start_together_one_serves(void **state)
{
    struct gateway_process *first = gateway_begin(NULL, ""), *others[3];
    int status, refused = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        others[i] = talloc_memdup(first, first, sizeof *first);
        gateway_spawn(others[i]);
    }
    for (int i = 0; i < 2; i++) { /* two of three end by themselves */
        pid_t ended = wait(&status);

        for (int k = 0; k < 3; k++)
            if (others[k]->pid == ended)
                others[k]->pid = 0;
        refused += WIFEXITED(status) && WEXITSTATUS(status) == 1;
    }
    assert_int_equal(refused, 2);
    for (int waited = 0; count_in_log(first, " ready: ") == 0 && waited < PATIENCE_MS; waited += 20)
        sleep_ms(20);
    assert_int_equal(count_in_log(first, " ready: "), 1);
    assert_int_equal(count_in_log(first, "another gateway serves"), 2);
    for (int i = 0; i < 3; i++)
        if (others[i]->pid)
            assert_int_equal(gateway_stop(others[i]), 0);
    gateway_end(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_holds_it_and_the_next_gets_it_after_the_first_ended),
        cmocka_unit_test(another_writer_is_a_fault_of_the_machine_and_a_wrong_statement_is_not),
        cmocka_unit_test(made_by_root_it_belongs_to_the_folders_owner),
        cmocka_unit_test(where_there_is_no_folder_the_reason_is_said),
        cmocka_unit_test(a_store_has_one_lock_by_whichever_name),
        cmocka_unit_test(commands_share_it_keep_a_gateway_out_and_do_not_make_it),
        cmocka_unit_test(of_two_gateways_that_start_together_one_serves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
