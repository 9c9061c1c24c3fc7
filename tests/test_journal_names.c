/*
 * The random names that stand for phone numbers in the journal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "store/journal/journal.h"
#include "store/journal/seal.h"
#include "store/people.h"
#include "store/sql.h"
#include "store/upkeep/erase.h"
#include "store/upkeep/image.h"
#include "tests/support/old_store.h"
#include "tests/support/support.h"

#define PHONE "+8613934567001"
#define OTHER "+8613934567002"
#define DIGITS "1393456700"
#define ASK "INSERT INTO questions (phone, kind, case_id, data, asked_at, expires_at) VALUES "

/* The last schema in which names of people stood in a table of their own. */
enum { WITHOUT_OWN_NAMES = 53 };

struct world {
    const char *path;
    struct store *store;
};

static struct store *open_store(struct world *world)
{
    const char *error = "";
    struct store *store = store_open(world, talloc_asprintf(world, "sqlite:%s", world->path), &error);

    if (!store)
        fail_msg("%s", error);
    return store;
}

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->path = talloc_asprintf(world, "%s/names.db", temporary_directory(world));
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

/* Two persons, each with a question. */
static void fill(struct world *world)
{
    char public_key[SEAL_KEY_SIZE], private_key[SEAL_KEY_SIZE];
    struct store *store = world->store = open_store(world);

    seal_new_key(public_key, private_key);
    assert_true(store_set_recovery_key(store, public_key));
    assert_true(store_journal_start(store, SEAL_RESTRICTED));
    assert_true(store_begin(store, 1000));
    assert_true(store_see_person(store, PHONE, "village", 1) && store_see_person(store, OTHER, "village", 1));
    assert_true(sql_run(store, ASK "('" PHONE "', 'a', NULL, '', 1, 2)", NO_VALUES));
    assert_true(sql_run(store, ASK "('" OTHER "', 'a', NULL, '', 1, 2)", NO_VALUES));
    assert_true(store_commit(store));
}

static const char *value_of(struct world *world, const char *select)
{
    const char *value = NULL;

    if (!sql_text(world->store, world, select, NO_VALUES, &value))
        fail_msg("%s", store_error(world->store));
    return value ? value : "none";
}

static const char *name_of(struct world *world, const char *phone)
{
    return value_of(world,
                    talloc_asprintf(world, "SELECT journal_name FROM people WHERE phone = '%s'", phone));
}

struct looking {
    const char *phone, *name;
    int n;
};

/* The body of a person's row has the number, its entity the name. */
static bool look(const struct journal_row *row, void *arg)
{
    struct looking *looking = arg;

    assert_null(strstr(row->entity, DIGITS));
    if (strcmp(row->kind, "people") != 0 || !row->body || !strstr(row->body, looking->phone))
        return true;
    assert_string_equal(row->entity, looking->name);
    assert_null(strstr(row->body, looking->name));
    looking->n++;
    return true;
}

static void a_person_is_called_by_the_name_in_their_row(void **state)
{
    struct world *world = *state;
    struct looking looking = { .phone = PHONE };

    fill(world);
    looking.name = name_of(world, PHONE);
    assert_int_equal(strspn(looking.name, "0123456789abcdef"), 16);
    assert_string_not_equal(looking.name, name_of(world, OTHER));
    assert_true(store_begin(world->store, 1000) && store_set_stopped(world->store, PHONE, true) &&
                store_commit(world->store));
    assert_true(store_each_journal_row(world->store, 0, look, &looking));
    assert_int_equal(looking.n, 2);
    assert_string_equal(looking.name, name_of(world, PHONE));
}

static void nothing_remembers_the_names_of_whoever_was_erased(void **state)
{
    struct world *world = *state;
    struct erased erased;

    fill(world);
    assert_string_equal(value_of(world, "SELECT count(*) FROM journal_people"), "2");
    if (!store_erase(world->store, PHONE, time(NULL), &erased))
        fail_msg("%s", store_error(world->store));
    assert_string_equal(value_of(world, "SELECT group_concat(phone) FROM journal_people"), OTHER);
    assert_string_equal(name_of(world, PHONE), "none");
}

static bool add_row(const struct journal_row *row, void *image)
{
    const char *error = "";

    return image_add(image, row, &error);
}

/* A new box goes on under the same names. */
static void an_image_has_all_names(void **state)
{
    static const char names[] = "SELECT group_concat(name, ' ') FROM (SELECT phone || entity AS name FROM"
                                " journal_people UNION ALL SELECT phone || journal_name FROM people"
                                " ORDER BY name)";
    struct world *world = *state;
    struct image_result result;
    const char *error = "", *ours, *path = talloc_asprintf(world, "%s.image", world->path);
    struct image *image = image_begin(world, path, NULL, &error);

    assert_non_null(image);
    fill(world);
    ours = value_of(world, names);
    assert_true(store_each_journal_row(world->store, 0, add_row, image));
    if (!image_finish(image, NULL, &result, &error))
        fail_msg("%s", error);
    talloc_free(image);
    world->path = path;
    world->store = open_store(world);
    assert_string_equal(value_of(world, names), ours);
}

static void meddle(struct world *world, const char *statements)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* Earlier rows of the journal are found by them. */
static void names_of_an_older_database_stay(void **state)
{
    struct world *world = *state;
    const char *error = "";

    if (!old_store_update(world, world->path, WITHOUT_OWN_NAMES, &error))
        fail_msg("%s", error);
    meddle(world, "INSERT INTO people (phone) VALUES ('" PHONE "'), ('" OTHER "'), ('3');"
                  "INSERT INTO journal_people (phone, entity) VALUES ('" PHONE "', '0123456789abcdef')");
    world->store = open_store(world);
    assert_true(store_see_person(world->store, "4", "village", 1));
    assert_string_equal(name_of(world, PHONE), "0123456789abcdef");
    assert_string_equal(value_of(world, "SELECT count(DISTINCT journal_name) FROM people"
                                        " WHERE length(journal_name) = 16"),
                        "4");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_person_is_called_by_the_name_in_their_row),
        IN_A_WORLD(nothing_remembers_the_names_of_whoever_was_erased),
        IN_A_WORLD(an_image_has_all_names),
        IN_A_WORLD(names_of_an_older_database_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
