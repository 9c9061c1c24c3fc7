#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <talloc.h>

#include "store/tokens.h"

static int open_store(void **state)
{
    const char *error;

    *state = store_open(NULL, "sqlite::memory:", &error);
    return *state ? 0 : -1;
}

static int close_store(void **state)
{
    talloc_free(*state);
    return 0;
}

static int64_t add(struct store *store, const char *name, const char *hash)
{
    struct token token = { .name = name, .hash = hash, .scopes = "cases send", .created_at = 5 };

    assert_true(store_add_token(store, &token));
    return token.id;
}

static void a_token_is_found_by_its_hash(void **state)
{
    struct token *token;

    add(*state, "county", "aa");
    assert_true(store_token_by_hash(*state, *state, "aa", &token));
    assert_string_equal(token->name, "county");
    assert_string_equal(token->scopes, "cases send");
    assert_int_equal(token->revoked_at, 0);
    assert_true(store_token_by_hash(*state, *state, "bb", &token));
    assert_null(token);
}

static void a_name_in_use_is_not_given_twice(void **state)
{
    bool is_revoked;

    assert_int_not_equal(add(*state, "county", "aa"), 0);
    assert_int_equal(add(*state, "county", "bb"), 0);
    assert_true(store_revoke_token(*state, "county", 9, &is_revoked));
    assert_true(is_revoked);
    assert_int_not_equal(add(*state, "county", "bb"), 0);
}

static void a_revoked_token_stays_known(void **state)
{
    struct token *token;
    size_t n;
    bool is_revoked;

    add(*state, "county", "aa");
    assert_true(store_revoke_token(*state, "county", 9, &is_revoked));
    assert_true(store_revoke_token(*state, "county", 10, &is_revoked));
    assert_false(is_revoked);
    assert_true(store_tokens(*state, *state, &token, &n));
    assert_int_equal(n, 1);
    assert_int_equal(token->revoked_at, 9);
}

static void what_was_asked_under_a_key_is_remembered(void **state)
{
    int64_t id = add(*state, "county", "aa"), notice_id;
    bool is_same;

    assert_true(store_find_idempotency_key(*state, id, "k", "h", &notice_id, &is_same));
    assert_int_equal(notice_id, -1);
    assert_true(store_note_idempotency_key(*state, id, "k", "h", 0, 7));
    assert_true(store_find_idempotency_key(*state, id, "k", "h", &notice_id, &is_same));
    assert_int_equal(notice_id, 0);
    assert_true(is_same);
    assert_true(store_find_idempotency_key(*state, id, "k", "other", &notice_id, &is_same));
    assert_false(is_same);
    assert_false(store_note_idempotency_key(*state, id, "k", "h", 0, 8));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_token_is_found_by_its_hash),
        TEST(a_name_in_use_is_not_given_twice),
        TEST(a_revoked_token_stays_known),
        TEST(what_was_asked_under_a_key_is_remembered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
