#include "store/upkeep/erase.h"

#include <string.h>
#include <talloc.h>

#include "store/people.h"
#include "store/records.h"
#include "store/journal/journal.h"
#include "store/search/search.h"
#include "store/sql.h"

#define OWN_CASE "(SELECT id FROM cases WHERE reporter = $1)"

/* $3: the number without its country code; $4: the name, "" when unknown. */
#define NAMED(column) "(" column " LIKE '%' || $3 || '%' OR ($4 <> '' AND " column " LIKE '%' || $4 || '%'))"

/* The order matters: rows found through a case's reporter come before the reporter is erased. */
static const struct {
    const char *statement;
    enum {
        AS_NOTHING,
        AS_CASE,
        AS_STEP,
        AS_EVENT,
        AS_NOTICE,
        AS_OTHER,
        AS_RELEASED,
        AS_RECORDING
    } as; /* which count its rows add to */
} erasures[] = {
    { "UPDATE notices SET state = 'CANCELLED', settled_at = $2 WHERE recipient = $1"
      " AND state IN ('READY', 'CLAIMED') RETURNING 1",
      AS_NOTHING },
    /* what others were told about the person's cases holds the person's words too */
    { "UPDATE notices SET text = '', data = '', why = '', recipient = CASE WHEN recipient = $1 THEN 'erased' "
      "ELSE "
      "recipient"
      " END WHERE recipient = $1 OR case_id IN " OWN_CASE " RETURNING 1",
      AS_NOTICE },
    { "UPDATE sent_parts SET recipient = 'erased' WHERE recipient = $1 RETURNING 1", AS_NOTHING },
    { "UPDATE events SET sender = CASE WHEN sender = $1 THEN 'erased' ELSE sender END,"
      " recipient = CASE WHEN recipient = $1 THEN 'erased' ELSE recipient END, text = NULL, raw = NULL,"
      " why = '', external_id = 'erased ' || id"
      " WHERE sender = $1 OR recipient = $1 OR case_id IN " OWN_CASE " RETURNING 1",
      AS_EVENT },
    /* the files go after the commit, see recordings.h */
    { "UPDATE recordings SET state = 'removed', caller = 'erased', called = '', keys = '', sha256 = '', "
      "transcript_text = '',"
      " external_id = 'erased ' || id, ring_at = NULL"
      " WHERE caller = $1 OR called = $1 OR case_id IN " OWN_CASE " RETURNING 1",
      AS_RECORDING },
    { "UPDATE recordings SET heard_by = CASE WHEN heard_by = $1 THEN 'erased' ELSE heard_by END,"
      " written_by = CASE WHEN written_by = $1 THEN 'erased' ELSE written_by END"
      " WHERE $1 IN (heard_by, written_by) RETURNING 1",
      AS_OTHER },
    { "DELETE FROM case_advice WHERE case_id IN " OWN_CASE " RETURNING 1", AS_NOTHING },
    { "UPDATE part_groups SET sender = 'erased', recipient = NULL WHERE sender = $1 RETURNING 1", AS_OTHER },
    { "UPDATE steps SET words = '', actor = CASE WHEN actor = $1 THEN 'erased' ELSE actor END"
      " WHERE case_id IN " OWN_CASE " RETURNING 1",
      AS_STEP },
    { "UPDATE steps SET words = '', actor = 'erased' WHERE actor = $1 RETURNING 1", AS_STEP },
    { "DELETE FROM questions WHERE phone = $1 OR case_id IN " OWN_CASE " OR " NAMED("data") " RETURNING 1",
      AS_OTHER },
    /* what others were about to say about the person or their cases */
    { "DELETE FROM confirmations WHERE phone = $1 OR case_id IN " OWN_CASE
      " OR " NAMED("words") " RETURNING 1",
      AS_OTHER },
    { "DELETE FROM undo WHERE phone = $1 OR case_id IN " OWN_CASE " OR " NAMED("before") " RETURNING 1",
      AS_OTHER },
    { "UPDATE units SET on_duty = NULL WHERE on_duty = $1 RETURNING 1", AS_OTHER },
    { "DELETE FROM duty_days WHERE phone = $1 RETURNING 1", AS_OTHER },
    { "UPDATE keepings SET actor = CASE WHEN actor = $1 THEN 'erased' ELSE actor END,"
      " key = CASE WHEN key = $1 THEN 'erased' ELSE key END, before = '', after = ''"
      " WHERE actor = $1 OR key = $1 OR " NAMED("before") " OR " NAMED("after") " RETURNING 1",
      AS_OTHER },
    /* nobody has the cases in hand of a former cadre now: they are to be taken on again, and are late at once
     */
    { "INSERT INTO steps (case_id, at, actor, line, kind, words, transition, move, leads_to)"
      " SELECT id, $2, 'operator', '', 'handler erased', '', (SELECT id FROM transitions WHERE state ="
      "  'in hand' AND step = 'handler erased' AND next = 'new'), moves + 1, 'new'"
      " FROM cases WHERE handler = $1 AND state = 'in hand' RETURNING 1",
      AS_NOTHING },
    { "UPDATE cases SET moves = moves + 1, state = 'new', given_at = $2, take_by = $2, tell_by = NULL WHERE "
      "handler = $1 AND state = 'in hand' RETURNING 1",
      AS_RELEASED },
    { "UPDATE cases SET first_handler = NULLIF(first_handler, $1), handler = NULLIF(handler, $1),"
      " leader = NULLIF(leader, $1) WHERE $1 IN (first_handler, handler, leader) RETURNING 1",
      AS_NOTHING },
    { "DELETE FROM labels WHERE case_id IN " OWN_CASE " RETURNING 1", AS_OTHER },
    { "UPDATE labels SET actor = 'erased' WHERE actor = $1 RETURNING 1", AS_OTHER },
    { "DELETE FROM leaves WHERE phone = $1 OR stand_in = $1 RETURNING 1", AS_OTHER },
    { "DELETE FROM page_drafts WHERE phone = $1 OR case_id IN " OWN_CASE " OR " NAMED("words") " RETURNING 1",
      AS_OTHER },
    { "UPDATE page_views SET asked = '', phone = CASE WHEN phone = $1 THEN 'erased' ELSE phone END"
      " WHERE phone = $1 OR " NAMED("asked") " RETURNING 1",
      AS_OTHER },
    { "DELETE FROM page_codes WHERE phone = $1 RETURNING 1", AS_NOTHING },
    { "DELETE FROM page_tries WHERE phone = $1 RETURNING 1", AS_NOTHING },
    /* also a copy that is gone by now: the journal still has it */
    { "UPDATE transfers SET copy = '' WHERE direction = 'out' AND number IN (SELECT number FROM cases WHERE"
      " reporter = $1) RETURNING 1",
      AS_OTHER },
    { "INSERT INTO steps (case_id, at, actor, line, kind, words, transition)"
      " SELECT id, $2, 'operator', '', 'erased', '', " STEP_TRANSITION(
          "'erased'") " FROM cases WHERE reporter = $1 RETURNING 1",
      AS_NOTHING },
    { "UPDATE cases SET reporter = 'erased', line = '', text = '' WHERE reporter = $1 RETURNING 1", AS_CASE },
    { "DELETE FROM people WHERE phone = $1 RETURNING 1", AS_NOTHING },
};

/*
 * What was received from and sent to the person's former numbers, until they changed. $1: the number, $2: the
 * former one. A former number may have a new owner, whose rows are later.
 */
#define MOVED_AT "(SELECT retired_at FROM people WHERE phone = $2)"
static const char *const of_former[] = {
    "UPDATE notices SET text = '', data = '', why = '', recipient = 'erased' WHERE recipient = $2"
    " AND created_at <= " MOVED_AT " AND state NOT IN ('READY', 'CLAIMED') RETURNING 1",
    "UPDATE sent_parts SET recipient = 'erased' WHERE recipient = $2 AND armed_at <= " MOVED_AT
    " RETURNING 1",
    "UPDATE events SET sender = CASE WHEN sender = $2 THEN 'erased' ELSE sender END,"
    " recipient = CASE WHEN recipient = $2 THEN 'erased' ELSE recipient END, text = NULL, raw = NULL,"
    " why = '', external_id = 'erased ' || id"
    " WHERE (sender = $2 OR recipient = $2) AND received_at <= " MOVED_AT " RETURNING 1",
    "UPDATE part_groups SET sender = 'erased', recipient = NULL WHERE sender = $2 AND first_at <= " MOVED_AT
    " RETURNING 1",
    "UPDATE people SET moved_to = '', retired_at = 0, owner_since = 0 WHERE phone = $2 RETURNING 1",
    "DELETE FROM people WHERE phone = $2 AND NOT EXISTS (SELECT 1 FROM events WHERE sender = $2)"
    " AND NOT EXISTS (SELECT 1 FROM cases WHERE reporter = $2) RETURNING 1",
};

static bool count_row(const struct row *row, void *arg)
{
    (void)row;
    ++*(int64_t *)arg;
    return true;
}

static const char *digits_of(const char *phone)
{
    return strlen(phone) > 11 ? phone + strlen(phone) - 11 : phone;
}

static bool take_out(struct store *store, const char *phone, const char *name, int64_t now,
                     struct erased *erased)
{
    const struct values values =
        VALUES(as_text(phone), as_number(now), as_text(digits_of(phone)), as_text(name));
    int64_t ignored = 0, *const counts[] = { &ignored,          &erased->cases,     &erased->steps,
                                             &erased->events,   &erased->notices,   &erased->others,
                                             &erased->released, &erased->recordings };

    for (size_t i = 0; i < sizeof erasures / sizeof *erasures; i++) {
        int64_t n = 0;

        if (!sql_each(store, erasures[i].statement, values, count_row, &n))
            return false;
        *counts[erasures[i].as] += n;
    }
    return true;
}

static bool take_out_former(struct store *store, void *mem, const char *phone)
{
    const char *former = NULL;

    while (sql_text(store, mem, "SELECT phone FROM people WHERE moved_to = $1 LIMIT 1",
                    VALUES(as_text(phone)), &former) &&
           former)
        for (size_t i = 0; i < sizeof of_former / sizeof *of_former; i++) {
            int64_t ignored = 0;

            if (!sql_each(store, of_former[i], VALUES(as_text(phone), as_text(former)), count_row, &ignored))
                return false;
        }
    return former == NULL;
}

/* Finds out whether there is anything to erase, and what forbids it. */
static bool look(struct store *store, void *mem, const char *phone, const char **name, struct erased *erased)
{
    struct person *person = NULL;
    int64_t known = 0;
    bool is_done =
        store_person(store, mem, phone, &person) &&
        sql_number(store, "SELECT count(*) FROM cases WHERE reporter = $1 AND state IN ('new', 'in hand')",
                   VALUES(as_text(phone)), &erased->open) &&
        sql_number(store, "SELECT count(*) FROM cases WHERE reporter <> $1 AND text LIKE '%' || $2 || '%'",
                   VALUES(as_text(phone), as_text(digits_of(phone))), &erased->elsewhere) &&
        sql_number(store,
                   "SELECT EXISTS (SELECT 1 FROM cases WHERE reporter = $1) OR EXISTS (SELECT 1 FROM events"
                   " WHERE sender = $1) OR EXISTS (SELECT 1 FROM notices WHERE recipient = $1)",
                   VALUES(as_text(phone)), &known);

    erased->was_known = person || known;
    erased->is_registered = person && person->roles != 0;
    *name = person ? person->name : "";
    return is_done;
}

struct words {
    void *mem;
    const char **list;
    size_t n;
};

static void add_word(struct words *words, const char *word)
{
    words->list = talloc_realloc(words->mem, words->list, const char *, words->n + 1);
    words->list[words->n++] = word;
}

static bool add_former(const struct row *row, void *arg)
{
    struct words *words = arg;

    add_word(words, talloc_strdup(words->mem, digits_of(row_text(row, 0))));
    return true;
}

/* As the journal writes a column of its rows, in the middle and at the end. */
static bool add_case(const struct row *row, void *arg)
{
    struct words *words = arg;
    long long id = (long long)row_number(row, 0);

    add_word(words, talloc_asprintf(words->mem, "\"case_id\":%lld,", id));
    add_word(words, talloc_asprintf(words->mem, "\"case_id\":%lld}", id));
    return true;
}

/* By these the journal finds what it has of the person besides what is erased now. */
static bool tell_journal(struct store *store, void *mem, const char *phone, const char *name)
{
    struct words words = { .mem = mem };

    add_word(&words, digits_of(phone));
    if (*name)
        add_word(&words, name);
    if (!sql_each(store, "SELECT phone FROM people WHERE moved_to = $1", VALUES(as_text(phone)), add_former,
                  &words) ||
        !sql_each(store, "SELECT id FROM cases WHERE reporter = $1", VALUES(as_text(phone)), add_case,
                  &words))
        return false;
    journal_erase(store);
    journal_erase_words(store, words.list, words.n);
    return true;
}

static bool erase(struct store *store, void *mem, const char *phone, int64_t now, struct erased *erased)
{
    const char *name;

    if (!look(store, mem, phone, &name, erased))
        return false;
    if (!erased->was_known || erased->is_registered || erased->open > 0) {
        store_rollback(store);
        return true;
    }
    return tell_journal(store, mem, phone, name) && take_out_former(store, mem, phone) &&
           take_out(store, phone, name, now, erased) && store_commit(store) && store_clean_index(store) &&
           store->sql->shred(store, false);
}

bool store_erase(struct store *store, const char *phone, int64_t now, struct erased *erased)
{
    void *mem = talloc_new(store);
    bool is_done;

    *erased = (struct erased){ 0 };
    is_done = store->sql->shred(store, true) && store_begin(store, STORE_COMMAND_BUSY_MS) &&
              erase(store, mem, phone, now, erased);
    if (!is_done)
        store_rollback(store);
    talloc_free(mem);
    return is_done;
}
