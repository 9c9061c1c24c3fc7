/*
 * Runs the store's statements on PostgreSQL. Inside a transaction, statements that return no rows are queued
 * in the pipeline; a statement that returns rows sends the queue and waits for the answers. If the server
 * does not answer in time or closes the connection, the driver drops the connection, and the next call
 * outside a transaction opens a new one.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/fnv.h"
#include "store/sql/connection.h"

#define MOST_VALUES 48
#define STATEMENTS 512 /* slots; a power of two */
#define MOST_QUEUED 1000

#define TYPE_BYTEA 17 /* pg_type.dat */
#define TYPE_INT8 20
#define TYPE_TEXT 25

struct postgresql {
    PGconn *conn; /* NULL: not connected */
    const char *url;
    int host; /* index of the host in the URL to try first */
    bool is_in_transaction;
    bool has_warned; /* the server has sent a warning since it was last cleared */
    unsigned n_queued;
    unsigned n_statements;
    char *statements[STATEMENTS]; /* statements prepared on this connection; the slot number is the
                                     statement's name */
};

/* One row, while a row_function looks at it. */
struct at_row {
    PGresult *result;
    int n;
    void *octets; /* the value that octets() decoded last */
};

static struct postgresql *server_of(const struct store *store)
{
    return store->connection;
}

static void note_warning(void *arg, const PGresult *notice)
{
    struct postgresql *server = arg;
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);

    if (severity && strcmp(severity, "WARNING") == 0)
        server->has_warned = true;
}

static void forget_statements(struct postgresql *server)
{
    for (int i = 0; i < STATEMENTS; i++)
        TALLOC_FREE(server->statements[i]);
    server->n_statements = 0;
}

static void leave(struct postgresql *server)
{
    PQfinish(server->conn);
    server->conn = NULL;
    server->n_queued = 0;
    forget_statements(server);
}

/* The next attempt starts with the next host of the URL: this host may have been replaced while it still
 * holds our transaction. */
static bool fail_out_of_order(struct store *store)
{
    store->is_out_of_order = true;
    server_of(store)->host++;
    leave(server_of(store));
    return false;
}

static bool lose(struct store *store)
{
    sql_fail(store, "the connection to the server was lost");
    return fail_out_of_order(store);
}

static bool connect_again(struct store *store)
{
    struct postgresql *server = server_of(store);

    server->conn = connection_open(store, server->url, store->deadline_ms, &server->host);
    if (!server->conn)
        return fail_out_of_order(store);
    PQsetNoticeReceiver(server->conn, note_warning, server);
    return true;
}

/* Losing the connection ends the transaction. */
static bool is_ready(struct store *store)
{
    struct postgresql *server = server_of(store);

    if (server->conn)
        return true;
    if (!server->is_in_transaction)
        return connect_again(store);
    store->is_out_of_order = true;
    return sql_fail(store, "the connection to the server was lost");
}

/*
 * Classes of SQLSTATE (postgresql.org/docs/15/errcodes-appendix.html): 08 connection, 40 transaction
 * rollback, 53 insufficient resources, 57 operator intervention, 58 system error. 25006: the server has
 * become a standby. Without a SQLSTATE libpq itself failed.
 */
static bool is_machines_fault(const char *state)
{
    static const char *const classes[] = { "08", "40", "53", "57", "58", "25006" };

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (state && strncmp(state, classes[i], strlen(classes[i])) == 0)
            return true;
    return !state;
}

/* Keeps only the first line: the detail lines may quote a person's text. */
static void note_failure(struct store *store, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (!words)
        words = PQresultErrorMessage(result);
    sql_fail(store, "the server: %.*s", (int)strcspn(words, "\n"), words);
    store->is_out_of_order = is_machines_fault(state);
    if (state && strcmp(state, "25006") == 0)
        leave(server_of(store));
}

/* Keeps the last result that succeeded and the error of the first that failed. */
static void note_result(struct store *store, PGresult *result, PGresult **last, bool *has_failed)
{
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_EMPTY_QUERY;

    if (status == PGRES_FATAL_ERROR && !*has_failed) {
        *has_failed = true;
        note_failure(store, result);
    }
    if (last && (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)) {
        PQclear(*last);
        *last = result;
    } else {
        PQclear(result);
    }
}

/*
 * Sends the queue and reads all results. *last, unless last is NULL, is the last successful result, from
 * libpq. False: a statement failed, and the server skipped the statements after it. libpq returns NULL
 * between the results of two statements and no result for a skipped statement.
 */
static bool exchange(struct store *store, PGresult **last)
{
    struct postgresql *server = server_of(store);
    int64_t end_ms = sql_clock_ms() + store->deadline_ms;
    bool has_failed = false, is_synchronised = false;
    PGresult *result;

    if (!PQpipelineSync(server->conn))
        return lose(store);
    while (!is_synchronised && server->conn) {
        if (!connection_wait(store, server->conn, end_ms))
            return fail_out_of_order(store);
        result = PQgetResult(server->conn);
        is_synchronised = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        note_result(store, result, last, &has_failed);
        if (server->conn && (PQstatus(server->conn) == CONNECTION_BAD || sql_clock_ms() > end_ms))
            return has_failed ? fail_out_of_order(store) : lose(store);
    }
    server->n_queued = 0;
    return !has_failed;
}

/* Returns the statement's slot, or the free slot that it will take. */
static unsigned find_slot(const struct postgresql *server, const char *text)
{
    unsigned slot = (unsigned)(fnv_add_text(FNV_START, text) >> 32) % STATEMENTS;

    while (server->statements[slot] && strcmp(server->statements[slot], text) != 0)
        slot = (slot + 1) % STATEMENTS;
    return slot;
}

static bool prepare(struct store *store, unsigned slot, const char *name, const char *text,
                    struct values values)
{
    static const Oid types[] = {
        [VALUE_NUMBER] = TYPE_INT8, [VALUE_TEXT] = TYPE_TEXT, [VALUE_OCTETS] = TYPE_BYTEA
    };
    struct postgresql *server = server_of(store);
    Oid given[MOST_VALUES];

    for (size_t i = 0; i < values.n; i++)
        given[i] = types[values.at[i].kind];
    if (!PQsendPrepare(server->conn, name, text, (int)values.n, given))
        return false;
    server->statements[slot] = talloc_strdup(server, text);
    server->n_statements++;
    server->n_queued++;
    return true;
}

/* Sends numbers as text and octets in binary. */
static bool send_values(PGconn *conn, const char *name, struct values values)
{
    const char *at[MOST_VALUES];
    int lengths[MOST_VALUES], formats[MOST_VALUES];
    char numbers[MOST_VALUES][24];

    for (size_t i = 0; i < values.n; i++) {
        const struct value *value = &values.at[i];

        formats[i] = value->kind == VALUE_OCTETS;
        lengths[i] = value->kind == VALUE_OCTETS ? (int)value->number : 0;
        at[i] = value->kind == VALUE_NULL ? NULL : value->text;
        if (value->kind == VALUE_OCTETS && !value->text)
            at[i] = "";
        if (value->kind == VALUE_NUMBER) {
            snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)value->number);
            at[i] = numbers[i];
        }
    }
    return PQsendQueryPrepared(conn, name, (int)values.n, at, lengths, formats, 0);
}

static bool queue(struct store *store, const char *text, struct values values)
{
    struct postgresql *server = server_of(store);
    unsigned slot = find_slot(server, text);
    char name[16];

    assert(values.n <= MOST_VALUES && server->n_statements < STATEMENTS - 1);
    snprintf(name, sizeof name, "s%u", slot);
    if ((server->statements[slot] || prepare(store, slot, name, text, values)) &&
        send_values(server->conn, name, values)) {
        server->n_queued++;
        return true;
    }
    return lose(store);
}

static void each_row(struct store *store, PGresult *result, row_function *each, void *arg)
{
    struct at_row at = { .result = result };
    struct row row = { store, &at };
    bool wants_more = true;

    for (int n = PQntuples(result); at.n < n && wants_more; at.n++)
        wants_more = each(&row, arg);
    PQfreemem(at.octets);
}

static bool run(struct store *store, const char *text, bool is_built, struct values values,
                row_function *each, void *arg)
{
    struct postgresql *server = server_of(store);
    PGresult *last = NULL;
    bool is_done;

    (void)is_built;
    if (!is_ready(store) || !queue(store, text, values))
        return false;
    if (!each && server->is_in_transaction && server->n_queued < MOST_QUEUED)
        return true;
    is_done = exchange(store, &last);
    if (is_done && each)
        each_row(store, last, each, arg);
    PQclear(last);
    return is_done;
}

static bool take_id(const struct row *row, void *arg)
{
    *(int64_t *)arg = row_number(row, 0);
    return false;
}

/* The table's id column is called id. */
static bool insert(struct store *store, const char *text, struct values values, int64_t *id)
{
    char *returning = talloc_asprintf(store, "%s RETURNING id", text);
    bool is_done;

    *id = 0;
    is_done = run(store, returning, true, values, take_id, id);
    talloc_free(returning);
    return is_done;
}

static int64_t number(const struct row *row, int column)
{
    const struct at_row *at = row->handle;

    return strtoll(PQgetvalue(at->result, at->n, column), NULL, 10);
}

static const char *text(const struct row *row, int column)
{
    const struct at_row *at = row->handle;

    return PQgetisnull(at->result, at->n, column) ? NULL : PQgetvalue(at->result, at->n, column);
}

static const void *octets(const struct row *row, int column, size_t *length)
{
    struct at_row *at = row->handle;

    *length = 0;
    PQfreemem(at->octets);
    at->octets = NULL;
    if (!PQgetisnull(at->result, at->n, column))
        at->octets = PQunescapeBytea((const unsigned char *)PQgetvalue(at->result, at->n, column), length);
    return at->octets;
}

static const char *skip_space(const char *text)
{
    return text + strspn(text, " \n");
}

/* The pipeline accepts one statement at a time, so a script is split at its semicolons: none of its literals
 * has one. */
static bool script(struct store *store, const char *statements)
{
    bool is_done = is_ready(store);

    for (const char *at = skip_space(statements); *at && is_done; at = skip_space(at)) {
        size_t length = strcspn(at, ";");
        char *one = talloc_strndup(store, at, length);

        is_done = PQsendQueryParams(server_of(store)->conn, one, 0, NULL, NULL, NULL, NULL, 0) &&
                  exchange(store, NULL);
        talloc_free(one);
        at += length + (at[length] == ';');
    }
    return is_done;
}

/* Rolls back a transaction that was left open. The deadline also limits how long a statement waits for locks.
 */
static bool begin(struct store *store, int busy_ms)
{
    struct postgresql *server = server_of(store);

    (void)busy_ms;
    server->is_in_transaction = false;
    if (server->conn && (server->n_statements > STATEMENTS / 2 || server->n_queued > 0 ||
                         PQtransactionStatus(server->conn) != PQTRANS_IDLE))
        leave(server);
    if (!is_ready(store) || !queue(store, "BEGIN", NO_VALUES))
        return false;
    server->is_in_transaction = true;
    return true;
}

/*
 * If the connection is lost during COMMIT, the outcome is unknown. It is also unknown after a warning: a
 * server that is told to stop waiting for its standby commits with a warning, and the standby may lack the
 * transaction. If a statement had failed, the server answers COMMIT with ROLLBACK.
 */
static bool commit(struct store *store)
{
    struct postgresql *server = server_of(store);
    PGresult *last = NULL;
    bool is_done;

    if (!is_ready(store))
        return false;
    server->has_warned = false;
    is_done = queue(store, "COMMIT", NO_VALUES) && exchange(store, &last);
    store->is_fate_unknown = !server->conn || (is_done && server->has_warned);
    if (is_done && server->has_warned)
        is_done = sql_fail(store, "the server did not wait for its standby");
    else if (is_done && strcmp(PQcmdStatus(last), "COMMIT") != 0)
        is_done = sql_fail(store, "a statement of the transaction failed");
    PQclear(last);
    server->is_in_transaction = server->conn && PQtransactionStatus(server->conn) != PQTRANS_IDLE;
    return is_done;
}

/* The failed statement may have been a PREPARE, so every statement is prepared again. */
static void roll_back(struct store *store)
{
    struct postgresql *server = server_of(store);

    if (server->n_queued > 0)
        exchange(store, NULL);
    if (server->conn && script(store, "ROLLBACK; DEALLOCATE ALL"))
        forget_statements(server);
    else if (server->conn)
        leave(server);
}

/* Keeps the error of the statement that failed: the ROLLBACK itself may set another. */
static void rollback(struct store *store)
{
    struct postgresql *server = server_of(store);
    char *error = store->error;
    bool is_out_of_order = store->is_out_of_order;

    if (!server->is_in_transaction)
        return;
    server->is_in_transaction = false;
    store->error = NULL;
    if (server->conn)
        roll_back(store);
    talloc_free(store->error);
    store->error = error;
    store->is_out_of_order = is_out_of_order;
}

static bool take_yes(const struct row *row, void *arg)
{
    ((int64_t *)arg)[0] = row_number(row, 0);
    ((int64_t *)arg)[1] = row_number(row, 1);
    return false;
}

/* Looks in the first schema of search_path. */
static bool has_schema(struct store *store, bool *has)
{
    int64_t counts[2] = { 0, 0 };

    if (!sql_each(store,
                  "SELECT count(*), count(*) FILTER (WHERE c.relname = 'schema_version')"
                  " FROM pg_catalog.pg_class c WHERE c.relkind = 'r'"
                  " AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n"
                  " WHERE n.nspname = current_schema())",
                  NO_VALUES, take_yes, counts))
        return false;
    *has = counts[1] > 0;
    return *has || !counts[0] || sql_fail(store, "a database, but not one of Xiangyin's");
}

static int close_connection(struct postgresql *server)
{
    PQfinish(server->conn);
    return 0;
}

static bool open_server(struct store *store, const char *where, bool is_reader)
{
    struct postgresql *server = talloc_zero(store, struct postgresql);

    assert(!is_reader && store->deadline_ms > 0);
    server->url = talloc_strdup(server, where);
    store->connection = server;
    talloc_set_destructor(server, close_connection);
    return connect_again(store);
}

/* The server removes deleted rows when it vacuums the table, and its write-ahead log when the archive is
 * cleared. */
static bool shred(struct store *store, bool is_beginning)
{
    return is_beginning || script(store, "VACUUM FULL");
}

const struct sql postgresql_sql = {
    .scheme = "postgresql:",
    .example = "//server/database",
    .id_column = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    .octets_column = "BYTEA",
    .no_complaint = "",
    .spelt_checks = "",
    .named_people = "", /* there is no journal */
    .keyed = "",
    .words_index = "",
    .secret = "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')",
    .open = open_server,
    .has_schema = has_schema,
    .script = script,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .run = run,
    .insert = insert,
    .shred = shred,
    .number = number,
    .text = text,
    .octets = octets,
};
