#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "store/journal/journal_private.h"

#define STARTED "journal"           /* the schema's version whose rows the journal holds */
#define SEALS_ALL "journal sealing" /* "personal" */
#define SECRET "journal secret"     /* what opaque entities are made with */
#define RECOVERY_KEY "journal recovery key"

struct filling {
    struct journal *journal;
    int table;
};

static bool note_row(const struct row *row, void *arg)
{
    const struct filling *tying = arg;

    journal_dirty(tying->journal, tying->table, row_number(row, 0));
    return true;
}

/* Whoever builds the store again needs the secret to find what was sealed. */
static bool append_secret(struct store *store, struct journal_point *end)
{
    const char *body = talloc_asprintf(store->journal->turn, "{\"name\":\"" SECRET "\",\"value\":\"%s\"}",
                                       store->journal->secret);

    return journal_append_sealed(store, end, time(NULL), "settings", SECRET, body);
}

static bool begin_rows(struct store *store, const char *version, const char *about)
{
    struct journal_point end;

    return store_set(store, STARTED, version) && store_journal_end(store, &end) &&
           journal_append(store, &end, time(NULL), "schema", "", about) && append_secret(store, &end) &&
           journal_flush(store);
}

static bool write_rows(struct store *store)
{
    struct journal *journal = store->journal;

    for (int t = 0; t < journal->n_tables; t++) {
        struct filling filling = { .journal = journal, .table = t };

        if (!sql_each(store, journal->tables[t].select_rows, NO_VALUES, note_row, &filling))
            return false;
    }
    return journal_watcher.write(store);
}

/* This row tells the reader that all rows of the store have come. */
static bool end_rows(struct store *store, const char *about)
{
    struct journal_point end;

    store->journal->is_writing = true;
    store->journal->is_baseline = false;
    return store_journal_end(store, &end) && journal_append(store, &end, time(NULL), "baseline", "", about) &&
           journal_flush(store);
}

/* Writes all rows of the store between the rows "schema" and "baseline", which hold the schema's version and
 * the epoch. */
static bool write_baseline(struct store *store)
{
    void *mem = talloc_new(store);
    const char *version = talloc_asprintf(mem, "%d", schema_version()), *epoch = NULL, *about;
    bool is_done = store_get(store, mem, "centre epoch", &epoch);

    about = talloc_asprintf(mem, "{\"version\":%s,\"epoch\":%s}", version, epoch ? epoch : "1");
    store->journal->is_writing = store->journal->is_baseline = true;
    is_done = is_done && journal_move_old(store) && begin_rows(store, version, about) && write_rows(store) &&
              end_rows(store, about);
    store->journal->is_baseline = false;
    store->journal->is_writing = false; /* what follows on this connection is noted */
    talloc_free(mem);
    return is_done;
}

static bool begin_baseline(struct store *store)
{
    if (store_begin(store, STORE_COMMAND_BUSY_MS) && write_baseline(store) && store_commit(store))
        return true;
    store_rollback(store);
    return false;
}

static bool read_settings(struct store *store, struct journal *journal)
{
    const char *sealing = NULL;

    if (!store_get(store, journal, SECRET, &journal->secret) ||
        !store_get(store, journal, RECOVERY_KEY, &journal->key) ||
        !store_get(store, journal, SEALS_ALL, &sealing))
        return false;
    journal->seals_personal = sealing && strcmp(sealing, "personal") == 0;
    return (journal->secret && journal->key) || sql_fail(store, "the journal has no recovery key");
}

bool journal_resume(struct store *store)
{
    void *mem = talloc_new(store);
    const char *version = NULL;
    struct journal *journal;
    bool is_done = store->schema != &county_schema || store_get(store, mem, STARTED, &version);

    if (is_done && store->schema == &county_schema) {
        const char *frozen = NULL;

        is_done = store_get(store, store, "centre stopped", &frozen);
        store->frozen = (char *)frozen;
    }
    if (is_done && version) {
        journal = talloc_zero(store, struct journal);
        journal->turn = talloc_new(journal);
        journal->tables = journal_tables(store, journal, &journal->n_tables);
        while (journal->cases < journal->n_tables && journal->tables[journal->cases].tie != TIE_ITSELF)
            journal->cases++;
        is_done = journal->tables && read_settings(store, journal);
        store->journal = journal;
        if (is_done)
            store->sql->watch(store);
        is_done = is_done && (atoi(version) == schema_version() || begin_baseline(store));
    }
    talloc_free(mem);
    return is_done;
}

static bool make_secret(struct store *store)
{
    unsigned char octets[32];
    void *mem = talloc_new(store);
    char *text = talloc_strdup(mem, "");
    const char *old = NULL;
    bool is_done = store_get(store, mem, SECRET, &old);

    gnutls_rnd(GNUTLS_RND_KEY, octets, sizeof octets);
    for (size_t i = 0; i < sizeof octets; i++)
        text = talloc_asprintf_append(text, "%02x", octets[i]);
    is_done = is_done && (old || store_set(store, SECRET, text));
    talloc_free(mem);
    return is_done;
}

bool store_journal_start(struct store *store, enum journal_sealing sealing)
{
    const char *version = NULL, *key = NULL, *was = NULL,
               *wanted = sealing == SEAL_PERSONAL ? "personal" : "";
    void *mem = talloc_new(store);
    bool is_done = store_get(store, mem, STARTED, &version) && store_get(store, mem, RECOVERY_KEY, &key) &&
                   store_get(store, mem, SEALS_ALL, &was);

    if (is_done && !key)
        is_done = sql_fail(store, "there is no recovery key yet: xiangyin centre key");
    if (is_done && (!version || !was || strcmp(was, wanted) != 0)) {
        is_done = make_secret(store) && store_set(store, SEALS_ALL, wanted) && store_set(store, STARTED, "0");
        TALLOC_FREE(store->journal);
        is_done = is_done && journal_resume(store);
    }
    talloc_free(mem);
    return is_done;
}

bool store_journal_stop(struct store *store)
{
    if (!store->journal)
        return true;
    TALLOC_FREE(store->journal);
    return sql_run(store, "DELETE FROM settings WHERE name = $1", VALUES(as_text(STARTED)));
}

bool store_set_recovery_key(struct store *store, const char *public_key)
{
    return store_set(store, RECOVERY_KEY, public_key);
}

bool store_recovery_key(struct store *store, void *mem, const char **public_key)
{
    return store_get(store, mem, RECOVERY_KEY, public_key);
}
