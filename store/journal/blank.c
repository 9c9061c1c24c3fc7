#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal_private.h"

enum { ERASED_IN_A_ROW = 500 };

/* A run without what is blanked. */
struct blanked_run {
    int64_t first;
    struct text run;
};

struct blanked {
    struct journal *journal;
    const struct blanking *blanking;
    struct blanked_run *runs;
    size_t n;
    int64_t seq; /* of the row that is looked at */
    bool is_damaged;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct blank_name *)a)->name, ((const struct blank_name *)b)->name);
}

void journal_blank_later(struct journal *journal, struct blanking *blanking, const char *kind,
                         const char *entity, int64_t until)
{
    if ((blanking->n & (blanking->n - 1)) == 0)
        blanking->names = talloc_realloc(journal->turn, blanking->names, struct blank_name,
                                         blanking->n ? 2 * blanking->n : 1);
    blanking->names[blanking->n++] =
        (struct blank_name){ .name = talloc_asprintf(journal->turn, "%s/%s", kind, entity), .until = until };
}

static bool must_blank(struct blanked *blanked, const struct packed_row *row)
{
    struct text *text = &blanked->journal->body;
    const struct blank_name *found;

    text->n = 0;
    journal_text_add(blanked->journal, text, row->kind);
    journal_text_add(blanked->journal, text, "/");
    journal_text_add(blanked->journal, text, row->entity);
    const struct blank_name wanted = { .name = text->at };
    found = row->body ? bsearch(&wanted, blanked->blanking->names, blanked->blanking->n,
                                sizeof *blanked->blanking->names, compare_names)
                      : NULL;
    return found && blanked->seq <= found->until;
}

static bool find_blanked(const struct row *row, void *arg)
{
    struct blanked *blanked = arg;
    struct blanked_run found = { .first = row_number(row, 0) };
    struct packed packed = journal_packed(row, 1);
    struct packed_row one;
    bool is_changed = false;

    for (blanked->seq = found.first; journal_unpack(&packed, &one); blanked->seq++) {
        if (must_blank(blanked, &one)) {
            one.body = NULL;
            is_changed = true;
        }
        journal_pack(blanked->journal, &found.run, &one);
    }
    blanked->is_damaged = packed.at != packed.end;
    if (is_changed) {
        blanked->runs = talloc_realloc(blanked->journal, blanked->runs, struct blanked_run, blanked->n + 1);
        blanked->runs[blanked->n++] = found;
    } else {
        talloc_free(found.run.at);
    }
    return !blanked->is_damaged;
}

/* Removes body and salt from earlier rows. It reads all of them: erasing is rare, so no index helps it. */
static bool blank_rows(struct store *store, struct blanking *blanking)
{
    struct blanked blanked = { .journal = store->journal, .blanking = blanking };
    bool is_done;

    qsort(blanking->names, blanking->n, sizeof *blanking->names, compare_names);
    is_done = sql_each(store, "SELECT first_seq, octets FROM journal_runs WHERE first_seq <= $1",
                       VALUES(as_number(blanking->until)), find_blanked, &blanked) &&
              (!blanked.is_damaged || sql_fail(store, "the journal's rows are damaged"));
    for (size_t i = 0; i < blanked.n; i++) {
        const struct blanked_run *run = &blanked.runs[i];

        is_done = is_done && sql_run(store, "UPDATE journal_runs SET octets = $2 WHERE first_seq = $1",
                                     VALUES(as_number(run->first), as_octets(run->run.at, run->run.n)));
        talloc_free(run->run.at);
    }
    talloc_free(blanked.runs);
    return is_done;
}

static bool is_told_together(const struct blanking *blanking, size_t first, size_t i)
{
    return i < blanking->n && i - first < ERASED_IN_A_ROW &&
           blanking->names[i].until == blanking->names[first].until;
}

/* The centre blanks its own rows by this body: {"until":SEQ,"names":["KIND/ENTITY", ...]}. */
static bool tell_blanked(struct store *store, const struct blanking *blanking, struct journal_point *end,
                         int64_t at)
{
    struct journal *journal = store->journal;

    for (size_t i = 0, first = 0; i < blanking->n; first = i) {
        journal->body.n = 0;
        journal_text_add(journal, &journal->body, "{\"until\":");
        journal_text_number(journal, &journal->body, blanking->names[first].until);
        journal_text_add(journal, &journal->body, ",\"names\":[");
        for (; is_told_together(blanking, first, i); i++) {
            const char *name = blanking->names[i].name;

            journal_text_add(journal, &journal->body, i > first ? "," : "");
            journal_text_quoted(journal, &journal->body, name, strlen(name));
        }
        journal_text_add(journal, &journal->body, "]}");
        if (!journal_append(store, end, at, "erased", "", journal->body.at))
            return false;
    }
    return true;
}

/*
 * What was pruned here cannot be searched here. The number and name of a person go nowhere: of what the
 * centre has up to there it blanks all that others have replaced, {"until":SEQ,"replaced":true}. A case's
 * number says nothing: {"until":SEQ,"holding":[WORD, ...]} blanks of the same only what holds one of these.
 */
static bool tell_pruned(struct store *store, const struct blanking *blanking, struct journal_point *end,
                        int64_t at)
{
    struct journal *journal = store->journal;
    struct text *body = &journal->body;

    if (!blanking->pruned)
        return true;
    body->n = 0;
    journal_text_add(journal, body, "{\"until\":");
    journal_text_number(journal, body, blanking->pruned);
    journal_text_add(journal, body, journal->n_words ? ",\"replaced\":true" : ",\"holding\":[");
    for (size_t i = 0; !journal->n_words && i < journal->n_case_words; i++) {
        journal_text_add(journal, body, i ? "," : "");
        journal_text_quoted(journal, body, journal->case_words[i], strlen(journal->case_words[i]));
    }
    journal_text_add(journal, body, journal->n_words ? "}" : "]}");
    return journal_append(store, end, at, "erased", "", body->at);
}

/* When a person is gone, nothing remembers which random name stood for their phone number. */
static bool forget_people(struct store *store)
{
    return !store->journal->is_erasing ||
           sql_run(store,
                   "DELETE FROM journal_people WHERE NOT EXISTS (SELECT 1 FROM people"
                   " WHERE people.phone = journal_people.phone)",
                   NO_VALUES);
}

bool journal_blank(struct store *store, struct blanking *blanking, struct journal_point *end, int64_t at)
{
    if (blanking->n == 0)
        return tell_pruned(store, blanking, end, at);
    return blank_rows(store, blanking) && tell_blanked(store, blanking, end, at) &&
           tell_pruned(store, blanking, end, at) && forget_people(store);
}
