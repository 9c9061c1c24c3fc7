#include "store/sql/transaction.h"

#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#define PAUSE_MS 20
#define LONGEST_PAUSE_MS 500

/* Doubles the pause each time. False: no time is left. */
static bool pause_until(int64_t end_ms, int *pause_ms)
{
    struct timespec pause = { *pause_ms / 1000, *pause_ms % 1000 * 1000000L };

    if (sql_clock_ms() + *pause_ms >= end_ms)
        return false;
    nanosleep(&pause, NULL);
    *pause_ms = *pause_ms * 2 < LONGEST_PAUSE_MS ? *pause_ms * 2 : LONGEST_PAUSE_MS;
    return true;
}

/* Draws a unique name. If a holder dies, its rows stay in the table and do no harm. */
static bool name_holder(struct store *store)
{
    unsigned char random[16];

    if (getrandom(random, sizeof random, 0) != sizeof random)
        return sql_fail(store, "no random octets");
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(store->holder + 2 * i, 3, "%02x", random[i]);
    store->n_commits = 0;
    return true;
}

/* The INSERT fails if a look-up has already written this row (a fence). The holder's previous row is no
 * longer needed. */
static bool sign(struct store *store)
{
    if (!store->holder[0] && !name_holder(store))
        return false;
    store->n_commits++;
    return sql_run(store, "INSERT INTO commits (holder, n) VALUES ($1, $2)",
                   VALUES(as_text(store->holder), as_number(store->n_commits))) &&
           sql_run(store, "DELETE FROM commits WHERE holder = $1 AND n < $2",
                   VALUES(as_text(store->holder), as_number(store->n_commits)));
}

static bool ask(struct store *store, bool *is_fenced)
{
    int64_t is_fence;

    if (!store_begin(store, STORE_BUSY_MS) ||
        !sql_number(store,
                    "INSERT INTO commits (holder, n, is_fence) VALUES ($1, $2, 1)"
                    " ON CONFLICT (holder, n) DO UPDATE SET asked = commits.asked + 1 RETURNING is_fence",
                    VALUES(as_text(store->holder), as_number(store->n_commits)), &is_fence) ||
        !store_commit(store)) {
        store_rollback(store);
        return false;
    }
    *is_fenced = is_fence;
    return true;
}

/*
 * After a look-up the holder takes a new name, whatever the answer: the fence must stay in the table,
 * because a frozen server could otherwise still commit the transaction later.
 */
static enum fate look_up(struct store *store, int64_t end_ms)
{
    int pause_ms = PAUSE_MS;
    bool is_fenced = false, is_answered;

    do
        is_answered = ask(store, &is_fenced);
    while (!is_answered && pause_until(end_ms, &pause_ms));
    store->holder[0] = '\0';
    if (!is_answered)
        return FATE_UNKNOWN;
    return is_fenced ? FATE_NOT_COMMITTED : FATE_COMMITTED;
}

static enum fate attempt(struct store *store, int64_t end_ms, transaction_work *work, void *arg)
{
    enum fate fate;

    if (store_begin(store, STORE_BUSY_MS) && sign(store) && work(store, arg) && store_commit(store))
        return FATE_COMMITTED;
    if (store->is_fate_unknown) {
        fate = look_up(store, end_ms);
        store->is_out_of_order = true;
        return fate;
    }
    store_rollback(store);
    return FATE_NOT_COMMITTED;
}

enum fate transaction_run(struct store *store, int patience_ms, transaction_work *work, void *arg)
{
    int64_t end_ms = sql_clock_ms() + patience_ms;
    int pause_ms = PAUSE_MS;
    enum fate fate;

    do {
        store->is_fate_unknown = false;
        fate = attempt(store, end_ms, work, arg);
    } while (fate == FATE_NOT_COMMITTED && store_is_out_of_order(store) && pause_until(end_ms, &pause_ms));
    return fate;
}
