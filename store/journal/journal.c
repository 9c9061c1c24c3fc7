#include "store/journal/journal.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "store/journal/journal_private.h"

enum { FEWEST_SLOTS = 256 };

static uint64_t slot_of(const struct journal *journal, int table, int64_t row)
{
    uint64_t hash = ((uint64_t)row * 64 + (uint64_t)table) * 0x9e3779b97f4a7c15;

    return (hash >> 32) & (journal->n_slots - 1);
}

static void grow(struct journal *journal)
{
    journal->n_slots = journal->n_slots ? journal->n_slots * 2 : FEWEST_SLOTS;
    journal->slots = talloc_realloc(journal, journal->slots, uint32_t, journal->n_slots);
    memset(journal->slots, 0, journal->n_slots * sizeof *journal->slots);
    for (size_t i = 0; i < journal->n; i++) {
        uint64_t slot = slot_of(journal, journal->dirty[i].table, journal->dirty[i].row);

        while (journal->slots[slot])
            slot = (slot + 1) & (journal->n_slots - 1);
        journal->slots[slot] = (uint32_t)i + 1;
    }
}

/* NULL: it is noted already. */
struct dirty *journal_dirty(struct journal *journal, int table, int64_t row)
{
    uint64_t slot;

    if (2 * (journal->n + 1) > journal->n_slots)
        grow(journal);
    slot = slot_of(journal, table, row);
    for (; journal->slots[slot]; slot = (slot + 1) & (journal->n_slots - 1)) {
        const struct dirty *dirty = &journal->dirty[journal->slots[slot] - 1];

        if (dirty->row == row && dirty->table == table)
            return NULL;
    }
    if (journal->n == journal->room) {
        journal->room = journal->room ? 2 * journal->room : FEWEST_SLOTS;
        journal->dirty = talloc_realloc(journal, journal->dirty, struct dirty, journal->room);
    }
    journal->slots[slot] = (uint32_t)journal->n + 1;
    journal->dirty[journal->n] = (struct dirty){ .table = table, .row = row };
    return &journal->dirty[journal->n++];
}

struct dirty *journal_find(const struct journal *journal, int table, int64_t row)
{
    uint64_t slot = journal->n_slots ? slot_of(journal, table, row) : 0;

    for (; journal->n_slots && journal->slots[slot]; slot = (slot + 1) & (journal->n_slots - 1)) {
        struct dirty *dirty = &journal->dirty[journal->slots[slot] - 1];

        if (dirty->row == row && dirty->table == table)
            return dirty;
    }
    return NULL;
}

static int find_table(struct journal *journal, const char *name)
{
    if (name == journal->last_name)
        return journal->last_table;
    journal->last_name = name;
    journal->last_table = -1;
    for (int i = 0; i < journal->n_tables && journal->last_table < 0; i++)
        if (strcmp(journal->tables[i].name, name) == 0)
            journal->last_table = i;
    return journal->last_table;
}

static int64_t old_number(struct store *store, int column)
{
    const char *text = store->sql->old_text(store, column);

    return text ? strtoll(text, NULL, 10) : 0;
}

/* Notes what can be read only from the row as it was. */
static void note_before(struct store *store, const struct journal_table *table, struct dirty *dirty)
{
    dirty->was_there = true;
    for (int i = 0; (table->has_text_key || table->n_keys > 1) && i < table->n_keys; i++)
        dirty->old_entity =
            i ? talloc_asprintf_append(dirty->old_entity, "/%s", store->sql->old_text(store, table->keys[i]))
              : talloc_strdup(store->journal->turn, store->sql->old_text(store, table->keys[i]));
    if (table->tie == TIE_ITSELF) {
        dirty->old_case = dirty->row;
        dirty->was_guarded = old_number(store, table->guarded_at) != 0;
    } else if (table->tie == TIE_CASE) {
        dirty->old_case = old_number(store, table->tied_at);
    }
}

static void note_change(struct store *store, const char *name, enum change_kind kind, int64_t before,
                        int64_t after)
{
    struct journal *journal = store->journal;
    int table = !journal || journal->is_writing ? -1 : find_table(journal, name);
    int64_t row = kind == CHANGE_INSERT ? after : before;
    struct dirty *dirty;

    if (table < 0)
        return;
    dirty = journal_dirty(journal, table, row);
    if (!dirty)
        journal_note_again(store, journal_find(journal, table, row), kind);
    else if (kind == CHANGE_INSERT)
        journal_note_now(store, dirty);
    else
        note_before(store, &journal->tables[table], dirty);
}

/* Forgets what the transaction changed. */
static void forget(struct store *store)
{
    struct journal *journal = store->journal;

    if (!journal)
        return;
    if (journal->n > 0)
        memset(journal->slots, 0, journal->n_slots * sizeof *journal->slots);
    journal->n = journal->run.n = journal->noted.n = 0;
    journal->is_doubtful = journal->is_erasing = journal->is_writing = journal->is_baseline = false;
    journal->guard_case = 0;
    journal->n_words = journal->n_case_words = 0;
    talloc_free_children(journal->turn);
}

static void doubt(struct store *store)
{
    if (store->journal)
        store->journal->is_doubtful = true;
}

void journal_erase(struct store *store)
{
    if (store->journal)
        store->journal->is_erasing = true;
}

static void erase(struct store *store, const char *table, int64_t row)
{
    struct journal *journal = store->journal;
    int found = find_table(journal, table);
    struct dirty *dirty = found < 0 ? NULL : journal_find(journal, found, row);

    if (dirty)
        dirty->is_erased = true;
}

void journal_erase_words(struct store *store, const char *const *words, size_t n)
{
    struct journal *journal = store->journal;

    if (!journal)
        return;
    journal->words = talloc_array(journal->turn, const char *, n);
    journal->n_words = n;
    for (size_t i = 0; i < n; i++)
        journal->words[i] = talloc_strdup(journal->words, words[i]);
}

struct tying {
    struct journal *journal;
    int table;
    int64_t case_id;
    bool was_guarded;
};

static bool note_tied(const struct row *row, void *arg)
{
    struct tying *tying = arg;
    struct dirty *dirty = journal_dirty(tying->journal, tying->table, row_number(row, 0));

    if (dirty) {
        dirty->was_there = true;
        dirty->old_case = tying->case_id;
    }
    return true;
}

/* By these the rows are found that were the case's, and are gone or another's by now. */
static void add_case_words(struct journal *journal, int64_t case_id)
{
    size_t n = journal->n_case_words;

    journal->case_words =
        talloc_realloc(journal->turn, n > 0 ? journal->case_words : NULL, const char *, n + 2);
    journal->case_words[n] = talloc_asprintf(journal->turn, "\"case_id\":%lld,", (long long)case_id);
    journal->case_words[n + 1] = talloc_asprintf(journal->turn, "\"case_id\":%lld}", (long long)case_id);
    journal->n_case_words = n + 2;
}

/* When a case becomes restricted or is cleared, all rows that are tied to it are written again. */
static bool note_all_tied(struct store *store)
{
    struct journal *journal = store->journal;
    size_t n = journal->n;

    for (size_t i = 0; i < n; i++) {
        const struct dirty dirty = journal->dirty[i];
        int64_t is_guarded = 0;

        if (dirty.table != journal->cases || !dirty.was_there)
            continue;
        if (!sql_number(store, "SELECT is_guarded FROM cases WHERE id = $1", VALUES(as_number(dirty.row)),
                        &is_guarded))
            return false;
        if ((is_guarded != 0) == dirty.was_guarded)
            continue;
        if (is_guarded)
            add_case_words(journal, dirty.row);
        for (int t = 0; t < journal->n_tables; t++) {
            struct tying tying = { journal, t, dirty.row, dirty.was_guarded };

            if (journal->tables[t].select_case && !sql_each(store, journal->tables[t].select_case,
                                                            VALUES(as_number(dirty.row)), note_tied, &tying))
                return false;
        }
    }
    return true;
}

static bool write_all(struct store *store)
{
    struct journal *journal = store->journal;
    struct blanking blanking = { 0 };
    struct journal_point end;
    int64_t at = time(NULL);

    if (!note_all_tied(store) || !store_journal_end(store, &end))
        return false;
    blanking.until = end.seq;
    for (size_t i = 0; i < journal->n; i++)
        if (!journal_change(store, &journal->dirty[i], &end, at, &blanking))
            return false;
    return journal_find_traces(store, &blanking) && journal_blank(store, &blanking, &end, at) &&
           journal_flush(store);
}

static bool write_down(struct store *store)
{
    struct journal *journal = store->journal;
    bool is_done = true;

    if (!journal || journal->n == 0)
        return true;
    journal->is_writing = true;
    is_done = write_all(store);
    if (is_done)
        forget(store);
    return is_done;
}

const struct watcher journal_watcher = { .resume = journal_resume,
                                         .note = note_change,
                                         .erase = erase,
                                         .doubt = doubt,
                                         .write = write_down,
                                         .forget = forget };
