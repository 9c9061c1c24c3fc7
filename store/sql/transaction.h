/*
 * Transactions on a server that may be killed, frozen or disconnected at any moment. transaction.c
 *
 * If the answer to a COMMIT does not arrive, the outcome is looked up before the work is repeated. Each
 * transaction inserts a row of its own into the table "commits" (schema.has_commits), and the look-up
 * inserts the same row. If the row exists, the transaction was committed. If not, the look-up's row blocks
 * it: the transaction can no longer commit, even if a frozen server resumes it later. Because the look-up
 * writes, its own commit waits for a synchronous standby, and thus for every earlier commit.
 */
#ifndef STORE_SQL_TRANSACTION_H
#define STORE_SQL_TRANSACTION_H

#include "store/sql.h"

/* The most rows in one transaction: a lost transaction costs little, and others do not wait long. */
enum { TRANSACTION_ROWS = 1000 };

enum fate {
    FATE_NOT_COMMITTED, /* certainly not committed, now or later */
    FATE_COMMITTED,
    FATE_UNKNOWN /* the server could not be asked in time: acknowledge nothing */
};

/*
 * Runs the statements of one transaction, without BEGIN and COMMIT. False rolls the transaction back. If the
 * database failed (store_is_out_of_order), transaction_run calls the function again in a new transaction, so
 * it must not change arg in a way that a second call cannot bear.
 */
typedef bool transaction_work(struct store *store, void *arg);

/*
 * Runs the work and commits. Repeats both until they succeed, the work itself fails, or patience_ms have
 * passed. The store must have been opened with sql_open and a schema that has_commits. Unless the result is
 * FATE_COMMITTED, store_error says why.
 */
enum fate transaction_run(struct store *store, int patience_ms, transaction_work *work, void *arg);

#endif
