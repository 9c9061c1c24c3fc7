/*
 * Transactions on a server that may be killed, frozen or cut off at any moment. transaction.c
 *
 * A commit whose answer did not come is looked up before the work is tried again. Each transaction writes a
 * row of its own into the table "commits" (schema.has_commits). The look-up writes the same row: where it is
 * there already, the transaction took place; where it is not, the look-up's row takes its place, and the
 * transaction can no longer commit, even where a frozen server still holds it and goes on later. Since the
 * look-up writes, its own commit also waits for a synchronous standby, and so for all that was committed
 * before it.
 */
#ifndef STORE_SQL_TRANSACTION_H
#define STORE_SQL_TRANSACTION_H

#include "store/sql.h"

/* Rows of a transaction, at most: so that a lost one costs little and others' turn comes soon. */
enum { TRANSACTION_ROWS = 1000 };

enum fate {
    FATE_NOT_COMMITTED, /* certain: nothing of it is there, nor will be */
    FATE_COMMITTED,
    FATE_UNKNOWN /* the server did not come back in time to be asked: acknowledge nothing */
};

/*
 * Runs statements of one transaction; it neither begins nor ends one. False: the transaction is rolled back.
 * Where that was the machine's fault (store_is_out_of_order), it is called again in a new transaction, so it
 * must find all it needs in arg as it was.
 */
typedef bool transaction_work(struct store *store, void *arg);

/*
 * Runs the work and commits, again and again until it succeeds, fails by its own fault, or patience_ms have
 * passed. store must have been opened with sql_open and a schema that has_commits. Unless committed,
 * store_error says why.
 */
enum fate transaction_run(struct store *store, int patience_ms, transaction_work *work, void *arg);

#endif
