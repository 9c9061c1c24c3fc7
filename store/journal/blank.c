#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal_private.h"

enum { ERASED_IN_A_ROW = 500 };

struct blanked {
    const struct blanking *blanking;
    int64_t *seqs;
    size_t n;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool find_blanked(const struct row *row, void *arg)
{
    struct blanked *blanked = arg;
    const char *name = row_text(row, 1);

    if (bsearch(&name, blanked->blanking->names, blanked->blanking->n, sizeof name, compare_names)) {
        blanked->seqs = talloc_realloc(NULL, blanked->seqs, int64_t, blanked->n + 1);
        blanked->seqs[blanked->n++] = row_number(row, 0);
    }
    return true;
}

/* Removes body and salt from earlier rows. It reads all of them: erasing is rare, so no index helps it. */
static bool blank_rows(struct store *store, struct blanking *blanking)
{
    struct blanked blanked = { .blanking = blanking };
    bool is_done;

    qsort(blanking->names, blanking->n, sizeof *blanking->names, compare_names);
    is_done =
        sql_each(store, "SELECT seq, kind || '/' || entity FROM journal WHERE body IS NOT NULL AND seq <= $1",
                 VALUES(as_number(blanking->until)), find_blanked, &blanked);
    for (size_t i = 0; i < blanked.n && is_done; i++)
        is_done = sql_run(store, "UPDATE journal SET body = NULL, salt = NULL WHERE seq = $1",
                          VALUES(as_number(blanked.seqs[i])));
    talloc_free(blanked.seqs);
    return is_done;
}

/* The centre blanks its own rows by this body: {"until":SEQ,"names":["KIND/ENTITY", ...]}. */
static bool tell_blanked(struct store *store, const struct blanking *blanking, struct journal_point *end,
                         int64_t at)
{
    struct journal *journal = store->journal;

    for (size_t i = 0; i < blanking->n;) {
        journal->body.n = 0;
        journal_text_add(journal, &journal->body, "{\"until\":");
        journal_text_number(journal, &journal->body, blanking->until);
        journal_text_add(journal, &journal->body, ",\"names\":[");
        for (size_t n = 0; n < ERASED_IN_A_ROW && i < blanking->n; n++, i++) {
            journal_text_add(journal, &journal->body, n ? "," : "");
            journal_text_quoted(journal, &journal->body, blanking->names[i]);
        }
        journal_text_add(journal, &journal->body, "]}");
        if (!journal_append(store, end, at, "erased", "", journal->body.at))
            return false;
    }
    return true;
}

/* When a person is gone, nothing remembers which random name stood for their phone number. */
static bool forget_people(struct store *store)
{
    const struct journal *journal = store->journal;

    for (size_t i = 0; i < journal->n; i++) {
        const struct dirty *dirty = &journal->dirty[i];

        if (dirty->old_entity && strcmp(journal->tables[dirty->table].name, "people") == 0 &&
            !sql_run(store,
                     "DELETE FROM journal_people WHERE phone = $1 AND NOT EXISTS (SELECT 1 FROM people"
                     " WHERE phone = $1)",
                     VALUES(as_text(dirty->old_entity))))
            return false;
    }
    return true;
}

bool journal_blank(struct store *store, struct blanking *blanking, struct journal_point *end, int64_t at)
{
    return blanking->n == 0 ||
           (blank_rows(store, blanking) && tell_blanked(store, blanking, end, at) && forget_people(store));
}
