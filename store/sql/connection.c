#include "store/sql/connection.h"

#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

/*
 * Settings of every session: a commit waits for the disk and for a synchronous standby; the server notices
 * when the client is gone; values are printed in the format that the driver reads.
 */
static const char session[] = "-c synchronous_commit=on -c client_connection_check_interval=2000"
                              " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
                              " -c default_transaction_isolation=read\\ committed"
                              " -c standard_conforming_strings=on -c bytea_output=hex";

#define MOST_KEYWORDS 64

struct keywords {
    const char *names[MOST_KEYWORDS + 1], *values[MOST_KEYWORDS + 1];
    int n;
};

static void set(struct keywords *keywords, const char *name, const char *value)
{
    for (int i = 0; i < keywords->n; i++)
        if (strcmp(keywords->names[i], name) == 0) {
            keywords->values[i] = value;
            return;
        }
    if (keywords->n < MOST_KEYWORDS) {
        keywords->names[keywords->n] = name;
        keywords->values[keywords->n++] = value;
    }
}

static const char *get(const struct keywords *keywords, const char *name)
{
    for (int i = 0; i < keywords->n; i++)
        if (strcmp(keywords->names[i], name) == 0)
            return keywords->values[i];
    return NULL;
}

static void set_unless_there(struct keywords *keywords, const char *name, const char *value)
{
    if (!get(keywords, name))
        set(keywords, name, value);
}

/* Disables GSSAPI, because its libraries may ask the network for a ticket. */
static void complete(void *mem, struct keywords *keywords)
{
    const char *options = get(keywords, "options");

    set(keywords, "options", options ? talloc_asprintf(mem, "%s %s", options, session) : session);
    set(keywords, "client_encoding", "UTF8");
    set_unless_there(keywords, "fallback_application_name", "xiangyin");
    set_unless_there(keywords, "gssencmode", "disable");
    set_unless_there(keywords, "target_session_attrs", "read-write");
}

/* libpq takes "//server/database" as a URI only with its scheme. Everything else is keywords: "host=...
 * dbname=...". */
static bool parse(struct store *store, void *mem, const char *url, struct keywords *keywords)
{
    char *problem = NULL;
    PQconninfoOption *options = PQconninfoParse(
        strncmp(url, "//", 2) == 0 ? talloc_asprintf(mem, "postgresql:%s", url) : url, &problem);

    if (!options) {
        sql_fail(store, "the store's URL: %.*s", (int)strcspn(problem ? problem : "", "\n"),
                 problem ? problem : "");
        PQfreemem(problem);
        return false;
    }
    for (PQconninfoOption *option = options; option->keyword; option++)
        if (option->val)
            set(keywords, talloc_strdup(mem, option->keyword), talloc_strdup(mem, option->val));
    PQconninfoFree(options);
    complete(mem, keywords);
    return true;
}

static int count_hosts(const char *list)
{
    int n = 1;

    for (; list && *list; list++)
        n += *list == ',';
    return n;
}

/* Returns an item of a comma-separated list. A list of one item has that item at every index. */
static const char *nth(void *mem, const char *list, int n)
{
    int left = count_hosts(list) == 1 ? 0 : n;

    while (left > 0 && strchr(list, ',')) {
        list = strchr(list, ',') + 1;
        left--;
    }
    return talloc_strndup(mem, list, strcspn(list, ","));
}

static void choose_host(void *mem, struct keywords *keywords, int n)
{
    static const char *const lists[] = { "host", "hostaddr", "port" };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (get(keywords, lists[i]))
            set(keywords, lists[i], nth(mem, get(keywords, lists[i]), n));
}

/* Keeps only the first line of libpq's message. */
static bool fail_with(struct store *store, const PGconn *conn)
{
    const char *words = PQerrorMessage(conn);

    return sql_fail(store, "the server: %.*s", (int)strcspn(words, "\n"), words);
}

/* Returns 0 when the time is over. */
static int wait_for(PGconn *conn, short events, int64_t end_ms)
{
    struct pollfd fd = { .fd = PQsocket(conn), .events = events };
    int64_t left_ms = end_ms - sql_clock_ms();

    return left_ms > 0 && poll(&fd, 1, (int)left_ms) > 0 ? fd.revents : 0;
}

static bool finish_connecting(struct store *store, PGconn *conn, int64_t end_ms)
{
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;

    while (status != PGRES_POLLING_OK) {
        if (status == PGRES_POLLING_FAILED || PQstatus(conn) == CONNECTION_BAD)
            return fail_with(store, conn);
        if (!wait_for(conn, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, end_ms))
            return sql_fail(store, "the server does not answer");
        status = PQconnectPoll(conn);
    }
    return true;
}

/* A query to the resolver. It may still run after the caller has given up, so it then owns the memory that it
 * writes to. */
struct question {
    struct gaicb request;
    struct addrinfo hints;
    char host[256];
};

/* Returns addresses to be freed with freeaddrinfo. NULL: the time is over, or there is no such host. */
static struct addrinfo *ask_resolver(const char *host, int64_t end_ms)
{
    struct question *question = talloc_zero(NULL, struct question);
    struct gaicb *requests[] = { &question->request };
    struct addrinfo *found = NULL;
    int64_t left_ms = end_ms - sql_clock_ms();
    struct timespec left = { left_ms / 1000, left_ms % 1000 * 1000000 };

    snprintf(question->host, sizeof question->host, "%s", host);
    question->hints.ai_socktype = SOCK_STREAM;
    question->request.ar_name = question->host;
    question->request.ar_request = &question->hints;
    if (left_ms > 0 && getaddrinfo_a(GAI_NOWAIT, requests, 1, NULL) == 0) {
        gai_suspend((const struct gaicb *const *)requests, 1, &left);
        if (gai_error(&question->request) == EAI_INPROGRESS && gai_cancel(&question->request) != EAI_CANCELED)
            return NULL;
        if (gai_error(&question->request) == 0)
            found = question->request.ar_result;
    }
    talloc_free(question);
    return found;
}

/* Resolves names before libpq does, because libpq waits for the resolver without a time limit. A name with
 * several addresses becomes several hosts. */
static bool resolve(struct store *store, void *mem, struct keywords *keywords, int64_t end_ms)
{
    const char *host = get(keywords, "host");
    char *hosts = NULL, *addresses = NULL, address[64];
    struct addrinfo *found;

    if (!host || !*host || *host == '/' || *host == '@' || get(keywords, "hostaddr"))
        return true;
    found = ask_resolver(host, end_ms);
    for (struct addrinfo *at = found; at; at = at->ai_next) {
        if (getnameinfo(at->ai_addr, at->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST) != 0)
            continue;
        hosts = hosts ? talloc_asprintf_append(hosts, ",%s", host) : talloc_strdup(mem, host);
        addresses =
            addresses ? talloc_asprintf_append(addresses, ",%s", address) : talloc_strdup(mem, address);
    }
    if (found)
        freeaddrinfo(found);
    if (!addresses)
        return sql_fail(store, "the server %s: its address cannot be found", host);
    set(keywords, "host", hosts);
    set(keywords, "hostaddr", addresses);
    return true;
}

static PGconn *connect_to(struct store *store, void *mem, struct keywords *keywords, int64_t end_ms)
{
    PGconn *conn;

    if (!resolve(store, mem, keywords, end_ms))
        return NULL;
    conn = PQconnectStartParams(keywords->names, keywords->values, 0);
    if (conn && finish_connecting(store, conn, end_ms) && PQsetnonblocking(conn, 1) == 0 &&
        PQenterPipelineMode(conn))
        return conn;
    PQfinish(conn);
    return NULL;
}

PGconn *connection_open(struct store *store, const char *url, int deadline_ms, int *host)
{
    void *mem = talloc_new(store);
    int64_t now_ms = sql_clock_ms();
    struct keywords all = { .n = 0 }, one;
    PGconn *conn = NULL;
    int n_hosts;

    if (parse(store, mem, url, &all)) {
        n_hosts = count_hosts(get(&all, get(&all, "host") ? "host" : "hostaddr"));
        for (int i = 1; i <= n_hosts && !conn; i++) {
            one = all;
            *host %= n_hosts;
            choose_host(mem, &one, *host);
            conn = connect_to(store, mem, &one, now_ms + deadline_ms * (int64_t)i / n_hosts);
            if (!conn)
                ++*host;
        }
    }
    talloc_free(mem);
    return conn;
}

bool connection_wait(struct store *store, PGconn *conn, int64_t end_ms)
{
    while (true) {
        int unsent = PQflush(conn), seen;

        if (unsent < 0)
            return fail_with(store, conn);
        if (!unsent && !PQisBusy(conn))
            return true;
        seen = wait_for(conn, (short)(POLLIN | (unsent ? POLLOUT : 0)), end_ms);
        if (!seen)
            return sql_fail(store, "the server does not answer");
        if (seen & ~POLLOUT && !PQconsumeInput(conn))
            return fail_with(store, conn);
    }
}
