#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gateway/centre/wire.h"
#include "store/centre/centre.h"
#include "tests/support/batches.h"

struct cutting {
    void *mem;
    struct wire_text text;
    int64_t most;
};

static bool add_row(const struct journal_row *row, void *arg)
{
    struct cutting *cutting = arg;

    return cutting->text.n < cutting->most && wire_add(cutting->mem, &cutting->text, row);
}

const char *batch_cut(void *mem, struct store *county, int64_t after, int64_t most, size_t *length)
{
    struct cutting cutting = { .mem = mem, .most = most };
    struct wire_head head = { .epoch = 1, .session = "", .recovery_key = "k", .operator_phone = "" };

    assert_true(store_each_journal_row(county, after, add_row, &cutting));
    return cutting.text.n ? wire_end(mem, &cutting.text, head, length) : NULL;
}

const char *batch_token_hash(void *mem, struct store *centre)
{
    const char *hash = NULL;

    assert_true(
        sql_text(centre, mem, "SELECT token_hash FROM feeds ORDER BY gateway LIMIT 1", NO_VALUES, &hash));
    return hash;
}

struct take batch_ask(void *mem, struct store *centre, const char *octets, size_t length)
{
    const char *why = NULL;
    struct take request = { .kind = TAKE_ROWS,
                            .token_hash = batch_token_hash(mem, centre),
                            .now = 1,
                            .batch = wire_read(mem, octets, length, &why) };

    request.status = 400;
    if (!request.batch)
        return request;
    assert_true(store_begin(centre, 1000));
    assert_true(take(centre, mem, &request));
    assert_true(store_commit(centre));
    return request;
}

int batch_post(void *mem, struct store *centre, const char *octets, size_t length)
{
    return batch_ask(mem, centre, octets, length).status;
}
