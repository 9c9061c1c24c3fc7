#include "store/upkeep/move.h"

#include <string.h>
#include <talloc.h>

#include "store/record.h"

/* Duty and leaves, of $1 to $2. */
#define HAND_ON_DUTIES                                                                                      \
    "UPDATE units SET on_duty = $2 WHERE on_duty = $1", "UPDATE duty_days SET phone = $2 WHERE phone = $1", \
        "UPDATE leaves SET stand_in = $2 WHERE stand_in = $1", "DELETE FROM leaves WHERE phone = stand_in"

/* Nothing that waited for an answer of $1 does any more, and nothing signs the number in to the page. */
#define END_QUESTIONS                                                                           \
    "DELETE FROM page_sessions WHERE phone = $1", "DELETE FROM page_codes WHERE phone = $1",    \
        "DELETE FROM page_factors WHERE phone = $1",                                            \
        "UPDATE confirmations SET code_hash = '', words = '' WHERE phone = $1",                 \
        "DELETE FROM undo WHERE phone = $1 OR before LIKE '%' || $1 || '%'",                    \
        "DELETE FROM list_pages WHERE phone = $1", "DELETE FROM sender_lines WHERE phone = $1", \
        "UPDATE notices SET state = 'CANCELLED', settled_at = $3, why = 'number retired'"       \
        " WHERE recipient = $1 AND state = 'READY' AND name IN ('confirm', 'confirm-sender')"

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): long statements stand in two lines */

/* $1: the old number, $2: the new one, $3: now; $4 is there because both lists share statements. */
static const char *const moves[] = {
    "INSERT INTO people (phone) VALUES ($2) ON CONFLICT (phone) DO NOTHING",
    "UPDATE people SET name = (SELECT name FROM people WHERE phone = $1),"
    " title = (SELECT title FROM people WHERE phone = $1), roles = (SELECT roles FROM people WHERE phone = "
    "$1),"
    " unit = (SELECT unit FROM people WHERE phone = $1),"
    " language = COALESCE((SELECT NULLIF(language, '') FROM people WHERE phone = $1), language),"
    " is_stopped = (SELECT is_stopped FROM people WHERE phone = $1), is_greeted = 1, retired_at = 0,"
    " moved_to = '' WHERE phone = $2",
    END_QUESTIONS,
    "DELETE FROM leaves WHERE phone = $2",
    "UPDATE leaves SET phone = $2 WHERE phone = $1",
    HAND_ON_DUTIES,
    "UPDATE cases SET first_handler = CASE WHEN first_handler = $1 THEN $2 ELSE first_handler END,"
    " handler = CASE WHEN handler = $1 THEN $2 ELSE handler END,"
    " leader = CASE WHEN leader = $1 THEN $2 ELSE leader END,"
    " reporter = CASE WHEN reporter = $1 THEN $2 ELSE reporter END"
    " WHERE $1 IN (first_handler, handler, leader, reporter)",
    "UPDATE steps SET actor = $2 WHERE actor = $1",
    "UPDATE labels SET actor = $2 WHERE actor = $1",
    "UPDATE recordings SET heard_by = CASE WHEN heard_by = $1 THEN $2 ELSE heard_by END,"
    " written_by = CASE WHEN written_by = $1 THEN $2 ELSE written_by END WHERE $1 IN (heard_by, written_by)",
    "DELETE FROM questions WHERE phone = $2 AND EXISTS (SELECT 1 FROM questions WHERE phone = $1)",
    "UPDATE questions SET phone = $2 WHERE phone = $1",
    "UPDATE notices SET recipient = $2 WHERE recipient = $1 AND state = 'READY'",
    "UPDATE people SET moved_to = $2 WHERE moved_to = $1",
    "UPDATE people SET name = '', title = '', roles = 0, unit = NULL, is_stopped = 0, owner_since = $3,"
    " retired_at = $3, moved_to = $2 WHERE phone = $1",
};

/* $1: who leaves, $2: the heir, $3: now, $4: the leader who adopts what they had adopted. */
static const char *const leaving[] = {
    END_QUESTIONS,
    "DELETE FROM leaves WHERE phone = $1",
    HAND_ON_DUTIES,
    "UPDATE cases SET leader = NULLIF($4, '') WHERE leader = $1 AND state IN ('new', 'in hand')",
    "UPDATE questions SET expires_at = 0 WHERE phone = $1 AND kind <> 'rating'",
    "UPDATE notices SET state = 'CANCELLED', settled_at = $3, why = 'number retired'"
    " WHERE recipient = $1 AND state = 'READY' AND case_id IS NOT NULL AND own_case_at = 0",
    "UPDATE people SET roles = 0, retired_at = $3 WHERE phone = $1",
};

/* NOLINTEND(bugprone-suspicious-missing-comma) */

static bool run_all(struct store *store, const char *const *statements, size_t n, const struct values values)
{
    for (size_t i = 0; i < n; i++)
        if (!sql_run(store, statements[i], values))
            return false;
    return true;
}

bool store_move_person(struct store *store, const char *from, const char *to, int64_t now)
{
    return run_all(store, moves, sizeof moves / sizeof *moves,
                   VALUES(as_text(from), as_text(to), as_number(now), as_text("")));
}

bool store_retire_person(struct store *store, const char *phone, const char *heir, const char *leader,
                         int64_t now)
{
    return run_all(store, leaving, sizeof leaving / sizeof *leaving,
                   VALUES(as_text(phone), as_text(heir), as_number(now), as_text(leader)));
}

struct reading {
    void *mem;
    struct ids *ids;
    struct person_before *before;
};

static bool take_id(const struct row *row, void *arg)
{
    struct reading *reading = arg;
    struct ids *ids = reading->ids;

    ids->list = talloc_realloc(reading->mem, ids->list, int64_t, (unsigned)ids->n + 1);
    ids->list[ids->n++] = row_number(row, 0);
    return true;
}

static bool take_leave(const struct row *row, void *arg)
{
    struct reading *reading = arg;
    struct person_before *before = reading->before;

    before->leaves =
        talloc_realloc(reading->mem, before->leaves, struct leave, (unsigned)before->n_leaves + 1);
    before->leaves[before->n_leaves++] =
        (struct leave){ .phone = talloc_strdup(reading->mem, row_text(row, 0)),
                        .since = row_number(row, 1),
                        .until = row_number(row, 2),
                        .stand_in = talloc_strdup(reading->mem, row_text(row, 3)) };
    return true;
}

bool store_person_before(struct store *store, void *mem, const char *phone, bool with_acts,
                         struct person_before *before)
{
    const struct {
        struct ids *ids;
        const char *text;
        bool is_act;
    } lists[] = {
        { &before->duties, "SELECT id FROM units WHERE on_duty = $1 ORDER BY id", false },
        { &before->led, "SELECT id FROM cases WHERE leader = $1 AND state IN ('new', 'in hand') ORDER BY id",
          false },
        { &before->reported, "SELECT id FROM cases WHERE reporter = $1 ORDER BY id", true },
        { &before->acted, "SELECT id FROM steps WHERE actor = $1 ORDER BY id", true },
    };
    struct reading reading = { .mem = mem, .before = before };

    *before = (struct person_before){ .person = NULL };
    if (!store_person(store, mem, phone, &before->person))
        return false;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        reading.ids = lists[i].ids;
        if ((!lists[i].is_act || with_acts) &&
            !sql_each(store, lists[i].text, VALUES(as_text(phone)), take_id, &reading))
            return false;
    }
    return sql_each(store,
                    "SELECT phone, since, until, stand_in FROM leaves WHERE phone = $1 OR stand_in = $1"
                    " ORDER BY phone",
                    VALUES(as_text(phone)), take_leave, &reading);
}

/* statement: $1 a phone, $2 an id, $3 another phone. */
static bool run_for_each(struct store *store, const char *statement, const struct ids *ids, const char *phone,
                         const char *other)
{
    for (size_t i = 0; i < ids->n; i++)
        if (!sql_run(store, statement, VALUES(as_text(phone), as_number(ids->list[i]), as_text(other))))
            return false;
    return true;
}

bool store_put_back(struct store *store, const struct person_before *before, const char *heir, int64_t at)
{
    const char *phone = before->person->phone;

    for (size_t i = 0; i < before->n_leaves; i++)
        if (!store_put_leave(store, &before->leaves[i]))
            return false;
    return sql_run(store, "UPDATE people SET roles = $2, retired_at = 0 WHERE phone = $1",
                   VALUES(as_text(phone), as_number(before->person->roles))) &&
           run_for_each(store, "UPDATE units SET on_duty = $1 WHERE id = $2 AND on_duty = $3",
                        &before->duties, phone, heir) &&
           run_for_each(store,
                        "UPDATE cases SET leader = $1 WHERE id = $2 AND state IN ('new', 'in hand')"
                        " AND $3 <> ''",
                        &before->led, phone, heir) &&
           sql_run(store,
                   "UPDATE notices SET state = 'READY', settled_at = NULL, why = '' WHERE recipient = $1"
                   " AND state = 'CANCELLED' AND why = 'number retired' AND settled_at = $2"
                   " AND name NOT IN ('confirm', 'confirm-sender')",
                   VALUES(as_text(phone), as_number(at)));
}

/* What the number was before somebody else's things came to it. */
static bool restore_number(struct store *store, const char *phone, const struct person *before)
{
    static const struct person unknown = { .name = "", .title = "", .language = "" };
    const struct person *was = before ? before : &unknown;

    return sql_run(store,
                   "UPDATE people SET name = $2, title = $3, language = $4, is_stopped = $5, is_greeted = $6,"
                   " owner_since = $7, retired_at = $8, moved_to = '' WHERE phone = $1",
                   VALUES(as_text(phone), as_text(was->name), as_text(was->title), as_text(was->language),
                          as_number(was->is_stopped), as_number(was->is_greeted), as_number(was->owner_since),
                          as_number(was->retired_at)));
}

bool store_move_back(struct store *store, const struct person_before *from, const char *to,
                     const struct person_before *to_before, int64_t now)
{
    const struct person *person = from->person;

    return store_move_person(store, to, person->phone, now) &&
           run_for_each(store, "UPDATE cases SET reporter = $1 WHERE id = $2 AND reporter = $3",
                        &to_before->reported, to, person->phone) &&
           run_for_each(store, "UPDATE steps SET actor = $1 WHERE id = $2 AND actor = $3", &to_before->acted,
                        to, person->phone) &&
           restore_number(store, to, to_before->person) &&
           sql_run(
               store, "UPDATE people SET owner_since = $2, is_greeted = $3 WHERE phone = $1",
               VALUES(as_text(person->phone), as_number(person->owner_since), as_number(person->is_greeted)));
}
