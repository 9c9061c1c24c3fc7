/*
 * What a journal has of a person besides the rows that erasing changes, or of a case besides those that are
 * sealed when it becomes restricted: a question that was answered, a duty that somebody else has by now. Such
 * a row is found by the person's number, name and cases, or by the case. The last row of an entity stays,
 * since the store is built from it: whatever may remain in the store remains there too. With a person go all
 * sealed rows that others have replaced. What was pruned here the centre searches itself.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal_private.h"

struct trace {
    const char *kind, *entity;
    int64_t first, last; /* the row that may hold a word; the last one of the entity */
};

struct tracing {
    struct journal *journal;
    struct trace *traces;
    size_t n;
};

static bool holds_one(const char *const *words, size_t n, const char *body)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(body, words[i]))
            return true;
    return false;
}

/* Only the recovery key can tell what such a row holds. */
static bool is_sealed(const struct journal_row *row)
{
    return strcmp(row->kind, "sealed") == 0 ||
           strncmp(row->body, JOURNAL_SEALED_BODY, strlen(JOURNAL_SEALED_BODY)) == 0;
}

static bool may_hold_a_word(const struct journal *journal, const struct journal_row *row)
{
    return row->body && (holds_one(journal->words, journal->n_words, row->body) ||
                         holds_one(journal->case_words, journal->n_case_words, row->body) ||
                         (journal->n_words > 0 && is_sealed(row)));
}

static bool note_trace(const struct journal_row *row, void *arg)
{
    struct tracing *tracing = arg;

    if (!may_hold_a_word(tracing->journal, row))
        return true;
    if ((tracing->n & (tracing->n - 1)) == 0)
        tracing->traces = talloc_realloc(tracing->journal->turn, tracing->traces, struct trace,
                                         tracing->n ? 2 * tracing->n : 1);
    tracing->traces[tracing->n++] =
        (struct trace){ .kind = talloc_strdup(tracing->journal->turn, row->kind),
                        .entity = talloc_strdup(tracing->journal->turn, row->entity),
                        .first = row->seq };
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct trace *left = a, *right = b;
    int order = strcmp(left->kind, right->kind);

    return order ? order : strcmp(left->entity, right->entity);
}

/* Keeps the latest of an entity's rows alone. */
static void sort(struct tracing *tracing)
{
    size_t n = 0;

    qsort(tracing->traces, tracing->n, sizeof *tracing->traces, compare);
    for (size_t i = 0; i < tracing->n; i++) {
        if (n > 0 && compare(&tracing->traces[n - 1], &tracing->traces[i]) == 0) {
            if (tracing->traces[i].first > tracing->traces[n - 1].first)
                tracing->traces[n - 1].first = tracing->traces[i].first;
        } else {
            tracing->traces[n++] = tracing->traces[i];
        }
    }
    tracing->n = n;
}

static bool note_last(const struct journal_row *row, void *arg)
{
    struct tracing *tracing = arg;
    const struct trace wanted = { .kind = row->kind, .entity = row->entity };
    struct trace *found = bsearch(&wanted, tracing->traces, tracing->n, sizeof wanted, compare);

    if (found)
        found->last = row->seq;
    return true;
}

static bool is_named(const struct tracing *tracing, const struct blanking *blanking, size_t n,
                     const struct trace *trace)
{
    const char *name = talloc_asprintf(tracing->journal->turn, "%s/%s", trace->kind, trace->entity);

    for (size_t i = 0; i < n; i++)
        if (strcmp(blanking->names[i].name, name) == 0)
            return true;
    return false;
}

bool journal_find_traces(struct store *store, struct blanking *blanking)
{
    struct tracing tracing = { .journal = store->journal };
    struct journal_point checkpoint = { 0 };
    size_t n = blanking->n;

    if (store->journal->n_words + store->journal->n_case_words == 0)
        return true;
    if (!journal_checkpoint(store, &checkpoint))
        return false;
    blanking->pruned = checkpoint.seq;
    if (!store_each_journal_row(store, 0, note_trace, &tracing))
        return false;
    if (tracing.n == 0)
        return true;
    sort(&tracing);
    if (!store_each_journal_row(store, 0, note_last, &tracing))
        return false;
    for (size_t i = 0; i < tracing.n; i++) {
        const struct trace *trace = &tracing.traces[i];

        if (trace->first < trace->last && !is_named(&tracing, blanking, n, trace))
            journal_blank_later(store->journal, blanking, trace->kind, trace->entity, trace->last - 1);
    }
    return true;
}
