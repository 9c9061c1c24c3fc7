/*
 * The steps of a centre's schema. One that has been released is never changed.
 */
#include <stddef.h>

#include "store/centre/centre.h"

static const char feeds[] = "CREATE TABLE feeds ("
                            " gateway TEXT PRIMARY KEY,"
                            " name TEXT NOT NULL,"
                            " token_hash TEXT NOT NULL UNIQUE,"
                            " epoch BIGINT NOT NULL,"
                            " seq BIGINT NOT NULL,"
                            " hash TEXT NOT NULL,"
                            " safe_seq BIGINT NOT NULL,"
                            " recovery_key TEXT NOT NULL,"
                            " stopped TEXT NOT NULL,"
                            " session TEXT NOT NULL,"
                            " next_session TEXT NOT NULL,"
                            " operator_phone TEXT NOT NULL,"
                            " is_neighbour SMALLINT NOT NULL CHECK (is_neighbour IN (0, 1)),"
                            " heard_at BIGINT NOT NULL,"
                            " silent_at BIGINT NOT NULL,"
                            " orders_done BIGINT NOT NULL);"
                            "CREATE TABLE former_sessions (session TEXT PRIMARY KEY);";

/* adopted_at: when a row of a replaced box was adopted; 0: the row is part of the valid chain. */
static const char rows[] = "CREATE TABLE journal ("
                           " gateway TEXT NOT NULL,"
                           " seq BIGINT NOT NULL,"
                           " epoch BIGINT NOT NULL,"
                           " at BIGINT NOT NULL,"
                           " kind TEXT NOT NULL,"
                           " entity TEXT NOT NULL,"
                           " body TEXT,"
                           " salt TEXT,"
                           " body_hash TEXT NOT NULL,"
                           " hash TEXT NOT NULL,"
                           " adopted_at BIGINT NOT NULL,"
                           " PRIMARY KEY (gateway, seq, epoch)){keyed};"
                           "CREATE INDEX journal_of_entity ON journal (gateway, kind, entity)"
                           " WHERE body IS NOT NULL;";

/* The newest columns of each unrestricted case. */
static const char heads[] = "CREATE TABLE heads ("
                            " gateway TEXT NOT NULL,"
                            " id BIGINT NOT NULL,"
                            " seq BIGINT NOT NULL,"
                            " number TEXT NOT NULL,"
                            " state TEXT NOT NULL,"
                            " category TEXT NOT NULL,"
                            " topic TEXT NOT NULL,"
                            " received_at BIGINT NOT NULL,"
                            " finish_by BIGINT NOT NULL,"
                            " closed_at BIGINT NOT NULL,"
                            " rating BIGINT NOT NULL,"
                            " PRIMARY KEY (gateway, id)){keyed};"
                            "CREATE INDEX heads_by_time ON heads (received_at, gateway);";

static const char orders[] = "CREATE TABLE orders ("
                             " id {id},"
                             " gateway TEXT NOT NULL,"
                             " kind TEXT NOT NULL,"
                             " body TEXT NOT NULL,"
                             " made_at BIGINT NOT NULL);"
                             "CREATE INDEX orders_of_gateway ON orders (gateway, id);"
                             "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);";

static const char transfers[] = "ALTER TABLE feeds ADD COLUMN transfer_key TEXT NOT NULL DEFAULT '';"
                                "CREATE INDEX orders_with_copies ON orders (gateway, id)"
                                " WHERE kind = 'transfer';";

static const char given[] = "ALTER TABLE feeds ADD COLUMN orders_given BIGINT NOT NULL DEFAULT 0;"
                            "UPDATE feeds SET orders_given = coalesce((SELECT max(id) FROM orders), 0);";

/* refused: why the county did not carry it out; "": it did, or has not said. */
static const char refused[] = "ALTER TABLE orders ADD COLUMN refused TEXT NOT NULL DEFAULT '';";

/* Rows that came before are taken for whole transactions. */
static const char whole[] = "ALTER TABLE feeds ADD COLUMN whole_seq BIGINT NOT NULL DEFAULT 0;"
                            "UPDATE feeds SET whole_seq = seq;";

static const char *const step_1[] = { feeds, rows, heads, orders, NULL };

static const char *const step_2[] = { transfers, NULL };
static const char *const step_3[] = { given, NULL };
static const char *const step_4[] = { refused, NULL };
static const char *const step_5[] = { whole, NULL };

static const char *const *const steps[] = { step_1, step_2, step_3, step_4, step_5, NULL };

const struct schema centre_schema = { .steps = steps, .has_commits = true };
