#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/knock.h"

struct place {
    const char *folder, *database;
};

/* A database in a folder whose name has so many letters. */
static struct place *make_place(int letters)
{
    struct place *place = talloc_zero(NULL, struct place);
    char *top = talloc_strdup(place, "/tmp/xiangyin-knock-XXXXXX");

    assert_non_null(mkdtemp(top));
    place->folder = talloc_asprintf(place, "%s/%0*d", top, letters, 0);
    assert_int_equal(mkdir(place->folder, 0700), 0);
    place->database = talloc_asprintf(place, "%s/x.db", place->folder);
    return place;
}

static void forget_place(struct place *place)
{
    char *top = talloc_asprintf(place, "%s/..", place->folder);
    char *resolved = realpath(top, NULL);

    assert_int_equal(rmdir(place->folder), 0); /* nothing is left in it */
    assert_int_equal(rmdir(resolved), 0);
    free(resolved);
    talloc_free(place);
}

static void hear(int letters)
{
    struct place *place = make_place(letters);
    int fd;

    fd = knock_open(place->database);
    assert_true(fd >= 0);
    assert_false(knock_wait(fd, 0));
    knock_send(place->database);
    assert_true(knock_wait(fd, 1000));
    knock_close(fd, place->database);
    forget_place(place);
}

static void a_knock_is_heard(void **state)
{
    (void)state;
    hear(4);
}

static void a_knock_is_heard_in_a_folder_with_a_long_name(void **state)
{
    (void)state;
    hear(200);
}

static void what_a_crash_left_is_replaced(void **state)
{
    (void)state;
    struct place *place = make_place(200);

    close(knock_open(place->database));
    int fd = knock_open(place->database);
    assert_true(fd >= 0);
    knock_close(fd, place->database);
    forget_place(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_knock_is_heard),
        cmocka_unit_test(a_knock_is_heard_in_a_folder_with_a_long_name),
        cmocka_unit_test(what_a_crash_left_is_replaced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
